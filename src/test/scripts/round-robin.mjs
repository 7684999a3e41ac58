// round-robin.mjs PORT TARGET_PORT...: an HTTP proxy on loopback that takes each request to the next target, whoever sends it, and holds nothing
// back of what streams. GET /.turns says how many requests each target had.
import http from 'node:http';
import net from 'node:net';
import { pipeline } from 'node:stream';

const [port, ...targets] = process.argv.slice(2).map(Number);
const turns = targets.map(() => 0);
let next = 0;

function turn() {
  const target = next;
  next = (next + 1) % targets.length;
  turns[target]++;
  return targets[target];
}

/** Whatever ends one side ends the other: a client that goes, a target that breaks off. */
function pass(request, response) {
  if (request.url === '/.turns') return response.end(turns.join(' '));
  const { method, url, rawHeaders } = request;
  const onward = http.request({ host: '127.0.0.1', port: turn(), method, path: url, headers: rawHeaders, agent: false, setHost: false });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
    response.flushHeaders();
    pipeline(answer, response, () => {});
  });
  onward.on('error', (error) => {
    if (response.headersSent) return response.destroy();
    response.writeHead(502).end(`${error.message}\n`);
  });
  response.on('close', () => onward.destroy());
  pipeline(request, onward, () => {});
}

/** A WebSocket, for one, belongs to the target of its turn until it ends. */
function passLine({ method, url, httpVersion, rawHeaders }, socket, head) {
  const onward = net.connect(turn(), '127.0.0.1');
  const fields = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
  onward.write([`${method} ${url} HTTP/${httpVersion}`, ...fields, '', ''].join('\r\n'));
  onward.write(head);
  pipeline(socket, onward, socket, () => onward.destroy());
}

// Streams may be silent for as long as their ends like.
const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, pass);
server.on('upgrade', passLine);
server.listen(port, '127.0.0.1');
