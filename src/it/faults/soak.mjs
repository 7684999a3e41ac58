// F19: what a gateway does in a day, in two hours: sessions, streams, registrations, refreshes, clients that hang up, and a replica killed every ten
// minutes. The other replicas live through all of it; what they hold is looked at each minute, and it does not grow.
import fs from 'node:fs';
import { Provider } from '../provider.mjs';
import { bearer, between, now, rounded, send, session, sleep } from '../wire.mjs';
import { Modern } from './modern.mjs';
import { get, kinds, listen } from './rolling.mjs';
import { made } from './spread.mjs';
import { call, Load } from './world.mjs';

/** A twelfth of what they are, or less, so that what goes after a time does so within the soak; and Netty tells of each buffer that is lost. */
const SETTINGS = [
  'JDK_JAVA_OPTIONS=-Dio.netty.leakDetection.level=paranoid',
  'MCP_AUTH_SESSION_IDLE_LIMIT=5m',
  'PENSTOCK_CALLS_KEEP=10m',
  'PENSTOCK_RELAY_SESSIONLIFETIME=20m', // less than a twelfth of its day: what fills up has to be full in the first quarter
];
const EVERY = 60_000; // ms between two looks
const GROWTH = 0.05; // from the second quarter to the last: more is no longer flat
const FEW = 5; // descriptors, threads
const KEPT = ['audit_chains', 'audit_trail', 'gateway_events', 'revocations']; // rows that stay by design: how many is told, not judged

export async function soak(world, { rounds, minutes, rate, streams }) {
  for (const replica of world.living()) {
    await world.end(replica);
    await world.restart(replica.number, SETTINGS);
  }
  const upstream = await new Modern().listen();
  const { id } = await world.must(world.living()[0], 'POST', '/gateways', { name: 'lasting', url: upstream.url });
  world = Object.assign(Object.create(world), { paths: { ...world.paths, modern: `/gateways/${id}/mcp` }, upstreams: { ...world.upstreams, modern: upstream.url } });
  const churn = new Churn(world);
  await churn.begin(rate, streams);
  const looks = new Looks(world);
  for (let round = 0; round < rounds; round++) {
    await looks.go(minutes);
    const victim = world.living().at(-1);
    await churn.kill(victim);
    await world.restart(victim.number, SETTINGS);
  }
  const { figures, notes } = await churn.end();
  upstream.close();
  const leaks = world.living().reduce((sum, replica) => sum + world.leaks(replica), 0);
  const found = { minutes: rounds * minutes, kills: rounds, ...figures, leaks, ...looks.figures() };
  notes.push(...looks.problems(), ...(leaks > 0 ? [`${leaks} leaked buffers`] : []));
  return {
    promise: `no call fails but at a replica that is killed; heap after collection, memory, descriptors, threads and rows stay (within ${GROWTH * 100} %); no buffer is lost`,
    figures: found,
    met: figures.calls > 0 && looks.rows.length > 7 && notes.length === 0,
    notes,
  };
}

/** What goes on, again and again, at replicas in turn. */
class Churn {
  #counts = {};
  #notes = [];
  #killed = new Map(); // number of a replica -> when
  #loops = [];

  constructor(world) {
    this.world = world;
  }

  async begin(rate, streams) {
    const { world } = this;
    this.provider = new Provider();
    await this.provider.listen();
    this.provider.slow = 50;
    const body = { name: 'guarded', url: this.provider.mcp, auth_type: 'oauth', oauth_config: this.provider.oauth };
    this.guarded = (await world.must(world.living()[0], 'POST', '/gateways', body)).id;
    await this.#connect();
    this.load = new Load(rate, () => world.living(), await kinds(world)).start();
    this.#every('sessions', 500, (replica) => this.#session(replica));
    this.#every('hang_ups', 500, (replica) => this.#hangUp(replica));
    this.#every('refreshes', 20_000, (replica) => this.#refresh(replica));
    this.#every('registrations', 5000, () => this.#register());
    for (let number = 0; number < streams; number++) this.#every('streams', 0, (replica, turn) => this.#stream(replica, number, turn));
  }

  #every(what, pause, act) {
    const loop = async () => {
      for (let turn = this.#loops.length; !this.over; turn++) {
        const living = this.world.living();
        const replica = living[turn % living.length];
        const begun = now();
        const problem = await act(replica, turn).catch((error) => error.message);
        if (problem && !this.#excused(replica.number, begun)) this.#notes.push(`${what}: ${problem}`);
        this.#counts[what] = (this.#counts[what] ?? 0) + 1;
        await sleep(pause);
      }
    };
    this.#loops.push(loop());
  }

  /** Whether the replica was killed while something went on that began then. */
  #excused(number, begun) {
    return this.#killed.get(number) >= begun - 1000;
  }

  async kill(victim) {
    this.#killed.set(victim.number, now());
    await this.world.end(victim, 'SIGKILL');
  }

  /** Two of three are ended, as clients should; the others are left to the time limit. */
  async #session({ url }) {
    const { world } = this;
    const own = await session(url + world.paths.modern, world.token);
    const { problem } = await call(url + world.paths.modern, { own, args: { text: 'in a session' } });
    if (Math.random() < 2 / 3) await send(url + world.paths.modern, { method: 'DELETE', headers: own }).done;
    return problem;
  }

  async #hangUp({ url }) {
    const { world } = this;
    await call(url + world.paths.modern, { token: world.token, tool: 'sleep_ms', args: { ms: 1500 }, patience: between(0, 1000), reuse: false });
  }

  /** The upstream refuses the token: one refresh, and the call is answered. A token that a killed replica was about to renew may be lost. */
  async #refresh({ url }) {
    this.provider.refuse();
    const { problem } = await call(`${url}/gateways/${this.guarded}/mcp`, { token: this.world.token, args: { text: 'renewed' } });
    if (!problem?.includes('/oauth/authorize/')) return problem;
    await this.#connect();
    return [...this.#killed.values()].some((at) => at >= now() - EVERY) ? undefined : problem;
  }

  #connect() {
    const living = this.world.living();
    return this.provider.connect(this.guarded, { ...bearer(this.world.token), accept: 'application/json' }, living[0], living.at(-1));
  }

  async #register() {
    const begun = now();
    const { notes } = await made(this.world, { rounds: 1 }).catch((error) => ({ notes: [error.message] }));
    const killed = [...this.#killed.keys()].some((number) => this.#excused(number, begun));
    return killed ? undefined : notes[0];
  }

  async #stream({ url, number: at }, number, turn) {
    const { world } = this;
    const begun = now();
    const request = turn % 2 ? listen(world, number) : get(await session(url + world.paths.modern, world.token));
    const sent = send(url + world.paths.modern, request);
    const ended = await Promise.race([sent.done, sleep(between(10_000, 60_000))]);
    sent.abort();
    if (ended) await sleep(500); // not again at once where it was refused
    return ended && !this.#excused(at, begun) ? `ended by itself: ${ended.status} ${ended.failed ?? ended.text}` : undefined;
  }

  async end() {
    this.over = true;
    await this.load.stop();
    await Promise.all(this.#loops);
    const atKilled = this.load.failures.filter(({ target, at, ms }) => this.#excused(target, at - (ms ?? 0)));
    const failed = this.load.failures.filter((failure) => !atKilled.includes(failure));
    this.#notes.push(...failed.map(({ kind, target, problem }) => `${kind} at ${target}: ${problem}`));
    const figures = { calls: this.load.calls, failed: failed.length, failed_at_killed: atKilled.length, p99_ms: rounded(this.load.took, 0.99) };
    return { figures: { ...figures, ...this.#counts, refreshes_asked_for: this.provider.refreshes }, notes: this.#notes };
  }
}

/** What those hold that are not killed, and the database, minute after minute. */
class Looks {
  rows = [];

  constructor(world) {
    this.world = world;
    this.replicas = world.living().slice(0, -1);
    this.out = fs.openSync(`${world.out}/soak.csv`, 'w');
  }

  async go(minutes) {
    for (const end = now() + minutes * 60_000; now() < end; await sleep(Math.min(EVERY, Math.max(0, end - now())))) await this.#look();
  }

  async #look() {
    await send(new URL('/__reset', this.world.upstreams.legacy), { body: {} }).done; // this one keeps all that it was asked
    const row = { minute: Math.round(now() / 6000) / 10 };
    for (const replica of this.replicas) {
      const { number, pid } = replica;
      row[`heap_kb_${number}`] = await this.world.liveHeap(replica);
      row[`memory_kb_${number}`] = this.world.memory(replica);
      row[`threads_${number}`] = fs.readdirSync(`/proc/${pid}/task`).length;
      row[`descriptors_${number}`] = this.world.descriptors(replica);
    }
    const counted = await this.#counts();
    row.rows = Object.entries(counted).reduce((sum, [table, count]) => sum + (KEPT.includes(table) ? 0 : count), 0);
    Object.assign(row, counted);
    if (this.rows.length === 0) fs.writeSync(this.out, `${Object.keys(row).join(',')}\n`);
    fs.writeSync(this.out, `${Object.values(row).join(',')}\n`);
    this.rows.push(row);
  }

  async #counts() {
    this.tables ??= (await this.world.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).split('\n');
    const counts = await this.world.sql(this.tables.map((table) => `SELECT count(*) FROM ${table}`).join(' UNION ALL '));
    return Object.fromEntries(counts.split('\n').map((count, place) => [this.tables[place], Number(count)]));
  }

  #watched() {
    return Object.keys(this.rows[0] ?? {}).filter((name) => name === 'rows' || /_\d+$/.test(name));
  }

  /** The median of each in the second quarter (the first is for what fills up once) and in the last one. */
  #quarters(name) {
    const part = (from, to) => this.rows.slice(Math.floor(this.rows.length * from), Math.ceil(this.rows.length * to)).map((row) => row[name]);
    return [rounded(part(0.25, 0.5), 0.5), rounded(part(0.75, 1), 0.5)];
  }

  figures() {
    const entries = this.#watched().map((name) => [name, this.#quarters(name).join(' to ')]);
    const kept = KEPT.map((table) => [table, this.rows.at(-1)?.[table]]);
    return Object.fromEntries([...entries, ...kept]);
  }

  problems() {
    return this.#watched().flatMap((name) => {
      const [before, after] = this.#quarters(name);
      const more = Math.max(before * GROWTH, /threads|descriptors/.test(name) ? FEW : 0);
      return after - before > more ? [`${name} grew from ${before} to ${after}`] : [];
    });
  }
}
