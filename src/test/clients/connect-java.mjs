// Connections of the MCP Java SDK, which speaks the stateful revisions, over Streamable HTTP and over HTTP+SSE. They are all in one process,
// which takes and gives lines of JSON (io.penstock.peer.SdkClients). $JAVA_CLIENTS is the command that starts it.
import { spawn } from 'node:child_process';

const [running, connections] = [new Map(), new Map()];
let numbers = 0;
let clients;

function start() {
  const [command, ...args] = process.env.JAVA_CLIENTS.split(' ');
  clients = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  clients.unref();
  lines(clients.stdout, (line) => take(JSON.parse(line)));
  clients.on('exit', (status) => {
    for (const { reject } of running.values()) reject(new Error(`the Java clients ended with ${status}`));
  });
}

/** Calls back for each line; readline would end one at U+2028 too, which JSON lets stand. */
function lines(stream, callback) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    parts.forEach(callback);
  });
}

const tell = (message) => clients.stdin.write(`${JSON.stringify(message)}\n`);

function take({ number, result, error, connection, heard, ask, method, params }) {
  if (heard) return connections.get(connection)?.hear(heard, params);
  if (ask) return answer(ask, connections.get(connection).asked[method](params));
  const { resolve, reject } = running.get(number) ?? {};
  running.delete(number);
  return error ? reject?.(Object.assign(new Error(error.message), error)) : resolve?.(result);
}

async function answer(number, given) {
  tell({ answer: number, result: await given });
}

function request(connection, method, params = {}, { signal } = {}) {
  const number = ++numbers;
  const outcome = new Promise((resolve, reject) => running.set(number, { resolve, reject }));
  signal?.addEventListener('abort', () => {
    running.get(number)?.reject(signal.reason);
    running.delete(number);
    request(connection, 'cancel', { number });
  });
  tell({ number, connection, method, params });
  return outcome;
}

/** url ends in /sse for HTTP+SSE, which this SDK speaks in its own revision only; version is the revision that the client asks for. */
export async function connectJava({ url, token, version, scheme = 'test' }) {
  if (!clients) start();
  const name = `connection ${++numbers}`;
  const [asked, notifications, progress] = [{}, [], new Map()];
  connections.set(name, {
    asked,
    hear(method, params) {
      notifications.push({ method, params });
      if (method === 'notifications/progress') progress.get(params.progressToken)?.(params);
    },
  });
  const { protocolVersion, capabilities, serverInfo } = await request(name, 'connect', { url, token: token ?? '', version });
  return {
    ...requests(name, progress),
    asked,
    version,
    modern: false,
    namesOldCodes: true,
    agreed: () => ({ version: protocolVersion, capabilities, server: serverInfo }),
    close: () => request(name, 'close'),
    heard: (method) => notifications.filter((notification) => notification.method === method).map(({ params }) => params),
    uri: (path) => `${scheme}://${path}`,
  };
}

function requests(connection, progress) {
  const send = (method, params, options) => request(connection, method, params, options);
  const call = (name, args, { onprogress, ...options } = {}) => {
    const progressToken = onprogress && `progress ${++numbers}`;
    if (onprogress) progress.set(progressToken, onprogress);
    return send('tools/call', { name, arguments: args, ...(onprogress && { _meta: { progressToken } }) }, options);
  };
  return {
    call,
    callAtLevel: async (level, name, args) => {
      await send('logging/setLevel', level);
      return call(name, args);
    },
    complete: (name, argument) => send('completion/complete', { ref: { type: 'ref/prompt', name }, argument }),
    listPrompts: () => send('prompts/list'),
    listResources: () => send('resources/list'),
    listResourceTemplates: () => send('resources/templates/list'),
    listTools: () => send('tools/list'),
    listen: async ({ resourceSubscriptions = [] }) => {
      for (const uri of resourceSubscriptions) await send('resources/subscribe', { uri });
      return async () => {
        for (const uri of resourceSubscriptions) await send('resources/unsubscribe', { uri });
      };
    },
    ping: () => send('ping'),
    prompt: (name, args) => send('prompts/get', { name, arguments: args }),
    read: (uri) => send('resources/read', { uri }),
  };
}
