// F6: each replica in turn is ended by SIGTERM and started again, while calls go on and streams are open. Clients send where the probe of
// readiness said yes when it was looked at last, each second, as a Kubernetes Service has it. Before the signal a replica is taken off for as
// long as the chart's preStop hook waits.
import { bearer, now, rounded, send, sleep } from '../wire.mjs';
import { call, Load, PATIENCE, session, until } from './world.mjs';

const LOOK = 1000;

export async function rolling(world, { rounds, rate, streams, pause, warm }) {
  const service = new Service(world);
  await service.look();
  const load = new Load(rate, () => service.ready, await kinds(world)).start();
  await sleep(warm); // what is judged is an end, not how many sessions at once a replica opens that was never called
  const open = Array.from({ length: streams }, (_, number) => new Stream(world, service, number));
  await Promise.all(open.map((stream) => stream.open()));
  const drains = [];
  for (let round = 0; round < rounds; round++) {
    const victim = world.living()[round % world.replicas.length];
    service.leaving = victim;
    await sleep(pause);
    drains.push(await world.end(victim));
    service.leaving = undefined;
    await sleep(500); // streams that the end broke off tell so
    await world.restart(victim.number);
    if (!(await until(() => service.ready.length === world.replicas.length, 30_000))) throw new Error('a replica is not ready');
  }
  await sleep(1000);
  await until(() => open.every(({ isOpen }) => isOpen), PATIENCE);
  const unopened = open.filter((stream) => !stream.isOpen).length;
  const moved = open.reduce((sum, stream) => sum + stream.moved, 0);
  open.forEach((stream) => stream.close());
  await load.stop();
  service.stop();
  const broken = open.flatMap(({ broken }) => broken);
  const notes = [...load.failures.map(({ kind, target, problem }) => `${kind} at ${target}: ${problem}`), ...broken];
  return {
    promise: 'no call fails; streams are told to move and open elsewhere',
    figures: {
      restarts: rounds,
      calls: load.calls,
      failed: load.failures.length,
      p99_ms: rounded(load.took, 0.99),
      streams,
      moved,
      broken_off: broken.length + unopened,
      reopened_max_ms: rounded(open.flatMap(({ gaps }) => gaps), 1),
      drain_p50_ms: rounded(drains, 0.5),
      drain_max_ms: rounded(drains, 1),
    },
    met: load.calls > 0 && load.failures.length === 0 && moved > 0 && broken.length + unopened === 0,
    notes,
  };
}

/** Of both eras, short and long, over an upstream of each. */
export async function kinds(world) {
  const { token, paths } = world;
  const held = await new Lasting(world, paths.modern).begin();
  const through = await new Lasting(world, paths.legacy).begin();
  const long = { tool: 'sleep_ms', args: { ms: 1200 }, expected: 'slept 1200' };
  return {
    'without a session': ({ url }, mark) => call(url + paths.modern, { token, args: { text: mark } }),
    'in a held session': ({ url }, mark) => held.call(url, { args: { text: mark } }),
    'in a session of the upstream': ({ url }, mark) => through.call(url, { args: { text: mark } }),
    'without a session, translated': ({ url }, mark) => call(url + paths.legacy, { token, args: { text: mark } }),
    'a long one': ({ url }) => call(url + paths.modern, { token, ...long }),
    'a long one in a session': ({ url }) => through.call(url, long),
  };
}

/** A session that is begun anew when its time is over, as clients do that are answered 404 (2025-11-25, Session Management). */
class Lasting {
  #own;

  constructor(world, path) {
    Object.assign(this, { world, path });
  }

  async begin() {
    this.#own = session(this.world.living()[0].url + this.path, this.world.token);
    await this.#own;
    return this;
  }

  async call(url, options) {
    const own = this.#own;
    const answer = await call(url + this.path, { own: await own, ...options });
    if (answer.status !== 404) return answer;
    if (own === this.#own) this.#own = session(url + this.path, this.world.token); // the others who were answered so take it, too
    return call(url + this.path, { own: await this.#own, ...options });
  }
}

/** Who is sent to: as the chart's probe has it, one that does not answer is there until it failed to do so twice. */
class Service {
  #up = [];
  #missed = new Map(); // replica -> how often in a row
  #timer;

  constructor(world) {
    this.world = world;
    this.#timer = setInterval(() => this.look(), LOOK);
  }

  /** Whoever is to leave is taken off at once, as by an API server, however late the next answer to a probe is. */
  get ready() {
    const living = this.world.living();
    return this.#up.filter((replica) => living.includes(replica) && replica !== this.leaving);
  }

  async look() {
    await Promise.all(this.world.living().map(async (replica) => this.#note(replica, await this.world.ready(replica))));
  }

  #note(replica, ready) {
    const missed = ready ? 0 : (this.#missed.get(replica) ?? 0) + 1;
    this.#missed.set(replica, missed);
    if (ready && !this.#up.includes(replica)) this.#up.push(replica);
    if (missed > 1) this.#up = this.#up.filter((one) => one !== replica);
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/** A GET stream of 2025-11-25, or subscriptions/listen of 2026-07-28, that is opened again wherever it is told to end. */
class Stream {
  moved = 0;
  broken = [];
  gaps = [];
  isOpen = false;

  constructor(world, service, number) {
    Object.assign(this, { world, service, number, listens: number % 2 === 0 });
  }

  async open(since) {
    const { world, service, number } = this;
    if (service.ready.length === 0) return sleep(100).then(() => this.open(since));
    const { url, number: at } = service.ready[number % service.ready.length];
    let ended = false;
    const onEvent = ({ data }) => (ended ||= data !== '' && JSON.parse(data).id === number);
    const request = this.listens ? listen(world, number) : get((this.own ??= await session(url + world.paths.modern, world.token)));
    return new Promise((opened) => {
      const onHead = (status) => {
        this.isOpen = status === 200;
        if (this.isOpen && since !== undefined) this.gaps.push(now() - since);
        opened();
      };
      this.sent = send(url + world.paths.modern, { ...request, onHead, onEvent });
      this.sent.done.then((answer) => this.ended(at, answer, ended)).then(opened);
    });
  }

  ended(at, { status, failed, text }, said) {
    this.isOpen = false;
    if (this.closed) return undefined;
    const told = status === 200 && !failed && (said || !this.listens);
    if (told) this.moved++;
    else this.broken.push(`${this.listens ? 'subscriptions/listen' : 'a GET stream'} at ${at}: ${status} ${failed ?? ''} ${text}`);
    return sleep(told ? 0 : 200).then(() => this.open(now()));
  }

  close() {
    this.closed = true;
    this.sent.abort();
  }
}

export function get(own) {
  return { method: 'GET', headers: { ...own, accept: 'text/event-stream' } };
}

export function listen(world, id) {
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  const headers = { ...bearer(world.token), 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
  return { headers, body: { jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true }, _meta } } };
}
