// F1: very many streams on which nothing comes but that they are still there, at a replica that answers calls beside them.
import fs from 'node:fs';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { now, rounded, session, sleep } from '../wire.mjs';
import { Modern } from './modern.mjs';
import { get } from './rolling.mjs';
import { call, Load, PATIENCE, SHORT, until } from './world.mjs';

const HEAP = '-Xmx640m';
const OPTIONS = fileURLToPath(new URL('../../../deploy/image/jvm.options', import.meta.url)); // as the image has them: what a stream costs is judged by them
const AT_ONCE = 64;
const SILENCE = 25_000; // ms: a comment comes each 15 s
const TICKS = 100; // of the processor's time, a second
const [MOST_KB, MOST_CPU, MOST_LATER] = [50, 5, 5]; // a stream, % of a processor, ms

export async function idle(world, { streams, seconds, rate }) {
  const [first] = world.living();
  await world.end(first);
  const settings = [`JAVA_TOOL_OPTIONS=${HEAP}`, `PENSTOCK_MCP_STREAMSPERCALLER=${streams}`];
  const replica = await world.restart(first.number, SHORT ? settings : [...settings, `JDK_JAVA_OPTIONS=@${OPTIONS}`]);
  const upstream = await new Modern().listen();
  const { id } = await world.must(replica, 'POST', '/gateways', { name: 'quiet', url: upstream.url });
  const url = `${replica.url}/gateways/${id}/mcp`;
  const kinds = { echo: (_, text) => call(url, { token: world.token, args: { text } }) };
  const p99 = async (ms) => {
    const load = new Load(rate, () => [replica], kinds).start();
    await sleep(ms);
    await load.stop();
    return { ms: rounded(load.took, 0.99), failures: load.failures };
  };
  await p99(10_000); // warm
  const alone = await p99(10_000);
  const [memory, heap] = [world.memory(replica), await world.liveHeap(replica)];
  const all = Array.from({ length: streams }, () => new Idle(url));
  // each in a session of its own: a session has one stream, which the newest takes over
  for (let from = 0; from < streams; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map((one) => one.open(world.token)));
  const still = () => all.filter(({ isOpen }) => isOpen).length;
  const opened = still();
  const [cpu, begun] = [ticks(replica), now()];
  await sleep(seconds * 500);
  const share = (((ticks(replica) - cpu) / TICKS) * 100_000) / (now() - begun);
  const beside = await p99(seconds * 500);
  const kb = (world.memory(replica) - memory) / streams;
  const silence = Math.max(...all.map(({ longest, last }) => Math.max(longest, now() - last)));
  const figures = {
    streams,
    seconds,
    open_at_the_end: still(),
    heap_kb_a_stream: Math.round(((await world.liveHeap(replica)) - heap) / streams),
    memory_kb_a_stream: Math.round(kb),
    cpu_percent: Math.round(share * 10) / 10,
    longest_silence_ms: Math.round(silence),
    p99_alone_ms: alone.ms,
    p99_ms: beside.ms,
  };
  for (const one of all) one.close();
  figures.streams_upstream = upstream.subscriptions;
  const notes = [...alone.failures, ...beside.failures].map(({ problem }) => `a call: ${problem}`);
  if (opened < streams) notes.push(`only ${opened} opened`);
  if (figures.open_at_the_end < streams) notes.push(`only ${figures.open_at_the_end} stayed open`);
  if (silence > (SHORT ? PATIENCE : SILENCE)) notes.push(`nothing was heard for ${figures.longest_silence_ms} ms`);
  if (!SHORT && kb > MOST_KB) notes.push(`${figures.memory_kb_a_stream} KB of memory a stream`);
  if (!SHORT && share > MOST_CPU) notes.push(`${figures.cpu_percent} % of a processor`);
  if (!SHORT && beside.ms > alone.ms + MOST_LATER) notes.push(`calls: p99 ${beside.ms} ms beside them, ${alone.ms} ms alone`);
  if (!(await until(async () => (await world.metric(replica, 'penstock_streams_active')) === 0, PATIENCE, 200))) notes.push('streams that were closed count as open');
  await world.must(replica, 'DELETE', `/gateways/${id}`);
  upstream.close();
  return {
    promise: `all stay open, with a comment at least each ${SILENCE / 1000} s; at most ${MOST_KB} KB each, ${MOST_CPU} % of a processor; p99 of calls at most ${MOST_LATER} ms more (${HEAP})`,
    figures,
    met: notes.length === 0,
    notes,
  };
}

/** A GET stream; longest is the longest that nothing came on it, in ms. */
class Idle {
  isOpen = false;
  longest = 0;

  constructor(url) {
    this.url = url;
  }

  async open(token) {
    Object.assign(this, get(await session(this.url, token)));
    return new Promise((done) => {
      this.request = http.request(this.url, { method: this.method, headers: this.headers, agent: false });
      const end = () => done((this.isOpen = false));
      this.request.on('error', end).on('response', (response) => {
        this.isOpen = response.statusCode === 200;
        this.last = now();
        response.on('data', () => this.#hear()).on('close', end);
        done();
      });
      this.request.end();
    });
  }

  #hear() {
    this.longest = Math.max(this.longest, now() - this.last);
    this.last = now();
  }

  close() {
    this.request.destroy();
  }
}

/** Of the processors, that a process has used. */
function ticks({ pid }) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
