// F12: an upstream that sends what may use up memory or time. Its registration or its call ends with an error that says why, calls of others go on,
// and what it sent is not kept.
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { now, rounded, sleep } from '../wire.mjs';
import { Modern, COMPLETE } from './modern.mjs';
import { call, Load, PATIENCE, SHORT, until } from './world.mjs';

const IN_TIME = SHORT ? PATIENCE : 35_000; // ms: a discovery may take 30 s
const FLAT = 16 * 1024; // KB
const MEGABYTE = 'x'.repeat(1 << 20);

/** Writes on and on, as fast as it is read, until nobody reads any more or 256 MB are written. */
function flood(response, part = MEGABYTE) {
  const parts = Array.from({ length: (1 << 28) / part.length }, () => part);
  return pipeline(parts, response).catch(() => {});
}

const json = { 'content-type': 'application/json' };
const answer = (response, id, result) => response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
const tool = (number, more = {}) => ({ name: `tool-${number}`, inputSchema: { type: 'object' }, ...more });

/** What it answers to a call. */
const CALLS = {
  'a line without end'(_, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: ');
    return flood(response);
  },
  'an event without end'(_, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return flood(response, `data: ${'x'.repeat(1000)}\n`);
  },
  'a body without end'({ id }, response) {
    response.writeHead(200, json).write(`{"jsonrpc":"2.0","id":"${id}","result":{"content":[{"type":"text","text":"`);
    return flood(response);
  },
  'a bomb'(_, response) {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
    response.end(BOMB);
  },
  'a head without end'(_, response) {
    response.socket.write(`HTTP/1.1 200 OK\r\n${`x-more: ${'y'.repeat(4000)}\r\n`.repeat(1000)}`);
    setTimeout(() => response.destroy(), 1000);
  },
};

/** What it answers when it is asked for its tools. */
const LISTS = {
  'many tools': ({ id }, response) => answer(response, id, { tools: Array.from({ length: 100_000 }, (_, number) => tool(number)), ...COMPLETE }),
  'a huge schema': ({ id }, response) => answer(response, id, { tools: [tool(1, { description: 'x'.repeat(10 << 20) })], ...COMPLETE }),
  'a cursor that stays': ({ id }, response) => answer(response, id, { tools: [tool(1)], nextCursor: 'again', ...COMPLETE }),
  'pages without end': ({ id }, response) => answer(response, id, { tools: [tool(id)], nextCursor: String(Math.random()), ...COMPLETE }),
  'deep JSON'({ id }, response) {
    response.writeHead(200, json).end(`{"jsonrpc":"2.0","id":"${id}","result":{"tools":[{"name":"deep","inputSchema":${'{"a":['.repeat(100_000)}1${']}'.repeat(100_000)}}]}}`);
  },
  'a list without end'({ id }, response) {
    response.writeHead(200, json).write(`{"jsonrpc":"2.0","id":"${id}","result":{"tools":["`);
    return flood(response);
  },
};

const BOMB = zlib.gzipSync(Buffer.alloc(1 << 28, 0x20), { level: 9 });

class Malicious extends Modern {
  call(message, request, response) {
    return CALLS[this.way](message, response);
  }

  list(message, response) {
    return LISTS[this.way] ? LISTS[this.way](message, response) : super.list(message, response);
  }
}

export async function malicious(world, { rate, times }) {
  const upstream = await new Malicious().listen();
  const [first] = world.living();
  const { id } = await world.must(first, 'POST', '/gateways', { name: 'trusted once', url: upstream.url });
  const beside = { beside: ({ url }, text) => call(url + world.paths.modern, { token: world.token, args: { text } }) };
  const [figures, notes] = [{ calls: 0, failed: 0 }, []];
  const live = async () => Math.max(...(await Promise.all(world.living().map((replica) => world.liveHeap(replica)))));
  const before = await live(); // replicas stand still for it, so that nothing else is asked of them then
  const load = new Load(rate, () => world.living(), beside).start();
  await sleep(SHORT ? 2000 : 10_000); // warm
  const memory = Math.max(...world.living().map((replica) => world.memory(replica)));
  let most = memory;
  const watch = setInterval(() => (most = Math.max(most, ...world.living().map((replica) => world.memory(replica)))), 50);
  for (const way of [...Object.keys(CALLS), ...Object.keys(LISTS)]) {
    upstream.way = way;
    const took = [];
    for (let time = 0; time < times; time++) {
      const replica = world.living()[time % world.living().length];
      const begun = now();
      if (CALLS[way]) {
        const { problem, failed, message } = await call(`${replica.url}/gateways/${id}/mcp`, { token: world.token, args: { text: way } });
        const told = message?.error?.message ?? message?.result?.content?.[0]?.text;
        if (!problem || failed || !told) notes.push(`${way}: no proper error: ${problem}`);
      } else {
        const { id: registered } = await world.must(replica, 'POST', '/gateways', { name: `${way} ${time}`, url: upstream.url });
        let read;
        const events = () => world.must(replica, 'GET', `/gateways/${registered}/events`);
        await until(async () => (read = (await events()).find(({ kind }) => kind === 'refresh')), PATIENCE);
        if (!read?.detail.error && !read?.detail.notes) notes.push(`${way}: nobody is told: ${JSON.stringify(read ?? null)}`);
        await world.must(replica, 'DELETE', `/gateways/${registered}`);
      }
      took.push(now() - begun);
    }
    const longest = rounded(took, 1);
    figures[`${way.replaceAll(' ', '_')}_ms`] = longest;
    if (longest > IN_TIME) notes.push(`${way}: ended after ${longest} ms`);
  }
  clearInterval(watch);
  await load.stop();
  const after = await live();
  await world.must(first, 'DELETE', `/gateways/${id}`);
  upstream.close();
  const p99_ms = rounded(load.took, 0.99);
  Object.assign(figures, { calls: load.calls, failed: load.failures.length, p99_ms, live_heap_more_kb: after - before, memory_more_kb: most - memory });
  notes.push(...load.failures.map(({ problem }) => `beside: ${problem}`));
  if (after - before > FLAT) notes.push(`${after - before} KB more are kept than before`);
  return {
    promise: `each ends with an error that says why, within ${IN_TIME / 1000} s; no other call fails; at most ${FLAT / 1024} MB more are kept`,
    figures,
    met: load.calls > 0 && notes.length === 0,
    notes,
  };
}
