// What the tests of this folder say over HTTP: plain requests, and streams whose events are taken one by one. No SDK, so that nothing is
// repeated, renumbered or left out behind their backs.
import http from 'node:http';

export const now = () => performance.now();
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const between = (least, most) => least + Math.random() * (most - least);
const KEPT = 32; // connections for later requests; what a slow moment opened beyond them is closed after it, and none counts as lost
const kept = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: KEPT });

/** Takes a stream of events apart; an event without data still has its id. */
function events(take) {
  let rest = '';
  return (chunk) => {
    const blocks = (rest + chunk).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { data: '' };
      for (const line of block.split(/\r?\n/)) {
        const [, name, value] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
        if (name === 'data') event.data += value;
        else if (name === 'id') event.id = value;
      }
      if (event.data || event.id) take(event);
    }
  };
}

/**
 * Sends one request. done never rejects: it has the status, the headers, the text of an answer that is no stream, when the head came, and
 * failed where the connection broke. abort() hangs up.
 */
export function send(url, { method = 'POST', headers = {}, body, onHead = () => {}, onEvent = () => {}, reuse = false }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const length = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const request = http.request(url, { method, headers: { ...length, ...headers }, agent: reuse ? kept : false });
  const done = new Promise((resolve) => {
    const answer = { status: 0, headers: {}, text: '' };
    const end = (failed) => resolve(failed ? { ...answer, failed: failed.message } : answer);
    request.on('error', end);
    request.on('response', (response) => {
      Object.assign(answer, { status: response.statusCode, headers: response.headers, opened: now() });
      onHead(response.statusCode);
      const streams = response.headers['content-type']?.startsWith('text/event-stream');
      response.setEncoding('utf8');
      response.on('data', streams ? events(onEvent) : (chunk) => (answer.text += chunk));
      response.on('end', () => end());
      response.on('error', end);
      response.on('close', () => end(response.complete ? undefined : new Error('broken off')));
    });
  });
  request.end(text);
  return { done, abort: () => request.destroy() };
}

const ACCEPT = 'application/json, text/event-stream';
export const bearer = (token) => ({ authorization: `Bearer ${token}`, accept: ACCEPT });

/** Opens a session of 2025-11-25; the headers of what belongs to it. */
export async function session(url, token, capabilities = {}) {
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'it', version: '1' } };
  const { status, headers, text, failed } = await send(url, { headers: bearer(token), body: { jsonrpc: '2.0', id: 0, method: 'initialize', params } }).done;
  if (status !== 200 || !headers['mcp-session-id']) throw new Error(`initialize: ${status} ${failed ?? text}`);
  const own = { ...bearer(token), 'mcp-session-id': headers['mcp-session-id'], 'mcp-protocol-version': '2025-11-25' };
  await send(url, { headers: own, body: { jsonrpc: '2.0', method: 'notifications/initialized' } }).done;
  return own;
}

/** The value below which that share of the values lies; nothing where there are none. */
export function share(values, part) {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** The same in whole numbers, and 0 where there are none. */
export const rounded = (values, part) => Math.round(share(values, part) ?? 0);
