// proxy.mjs CONTROL_PORT [NAME:PORT:TARGET_PORT ...]: TCP proxies on loopback that do badly what they are told to.
//   POST /NAME {"latency": ms, "rate": bytes a second, "pause": true, "cut": bytes, "refuse": true}
//        what holds from now on for what comes; what is left out is off. latency: each piece is so late, in the direction of the target.
//        pause: nothing is taken from either side. cut: a connection is reset when so many more bytes went to the client. refuse: new ones are reset
//   POST /NAME/reset   resets all connections of that proxy; says how many there were
//   GET  /NAME         how many connections there are, and how many were made
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [control, ...routes] = process.argv.slice(2);
const OFF = { latency: 0, rate: 0, pause: false, cut: Infinity, refuse: false };

class Route {
  faults = { ...OFF };
  pairs = new Set();
  made = 0;
  #told = new Set(); // who waits for the end of a pause

  constructor(target) {
    this.target = target;
  }

  tell(faults) {
    this.faults = { ...OFF, ...faults };
    for (const wake of this.#told) wake();
    this.#told.clear();
  }

  reset() {
    const count = this.pairs.size;
    for (const pair of this.pairs) this.#end(pair);
    return count;
  }

  #end(pair) {
    this.pairs.delete(pair);
    for (const socket of pair.sockets) socket.destroyed || socket.resetAndDestroy();
  }

  take(client) {
    this.made++;
    if (this.faults.refuse) return client.resetAndDestroy();
    const target = net.connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { sockets: [client, target] };
    this.pairs.add(pair);
    for (const socket of pair.sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => this.#end(pair));
      socket.on('close', () => pair.sockets.every(({ destroyed }) => destroyed) && this.pairs.delete(pair));
    }
    this.#carry(pair, client, target, true);
    this.#carry(pair, target, client, false);
    return undefined;
  }

  /** Pieces keep their order; each has its own time, so that latency does not take from the rate. */
  async #carry(pair, from, to, inward) {
    let sent = 0;
    const lane = [];
    let wake = () => {};
    const reader = (async () => {
      try {
        for await (const piece of from) {
          lane.push({ piece, due: performance.now() + (inward ? this.faults.latency : 0) });
          wake();
          await this.#while(() => this.faults.pause);
        }
      } catch {
        this.#end(pair);
      }
      lane.push({ end: true, due: 0 });
      wake();
    })();
    for (;;) {
      while (lane.length === 0) await new Promise((done) => (wake = done));
      const { piece, end, due } = lane.shift();
      if (end) break;
      await sleep(Math.max(0, due - performance.now()));
      await this.#while(() => this.faults.pause);
      if (to.destroyed) break;
      if (!inward && sent + piece.length > this.faults.cut) {
        to.write(piece.subarray(0, Math.max(0, this.faults.cut - sent)), () => this.#end(pair));
        return;
      }
      sent = this.faults.cut === Infinity ? 0 : sent + piece.length;
      if (!to.write(piece)) await Promise.race([new Promise((done) => to.once('drain', done)), new Promise((done) => to.once('close', done))]);
      if (this.faults.rate) await sleep((piece.length / this.faults.rate) * 1000);
    }
    await reader;
    to.end();
  }

  async #while(held) {
    while (held()) await new Promise((done) => this.#told.add(done));
  }
}

const named = new Map();
for (const route of routes) {
  const [name, port, target] = route.split(':');
  named.set(name, new Route(Number(target)));
  net.createServer({ allowHalfOpen: true }, (client) => named.get(name).take(client)).listen(Number(port), '127.0.0.1');
}

const server = http.createServer(async (request, response) => {
  const [, name, deed] = request.url.split('/');
  const route = named.get(name);
  if (!route) return response.writeHead(404).end();
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  let said = { connections: route.pairs.size, made: route.made };
  if (request.method === 'POST' && deed === 'reset') said = { reset: route.reset() };
  else if (request.method === 'POST') route.tell(JSON.parse(text || '{}'));
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
});
server.listen(Number(control), '127.0.0.1');
