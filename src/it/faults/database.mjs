// F7: the database goes in one way after another while calls go on with what is in memory. Changes are turned away with 503 and Retry-After, or
// come late, and work again soon after the database is back; nothing of the pool stays taken.
import fs from 'node:fs';
import { now, rounded, sleep } from '../wire.mjs';
import { call, lives, Load, PATIENCE, session, SHORT, until } from './world.mjs';

const BACK = SHORT ? PATIENCE : 1000; // ms until the first good change
const FAST = SHORT ? PATIENCE : 15_000; // ms in which a change is turned away
const LINES = 3; // connections of a replica besides those of its pool, on which it hears and tells
const ANSWERED = SHORT ? PATIENCE : 10_000; // ms in which a call is answered

/** The postmaster and all that it started. */
export function processes(pid) {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}

function signal(pids, name) {
  for (const pid of pids) if (lives(pid)) process.kill(pid, name);
}

async function again(world) {
  world.databasePid = (await world.order({ database: 'run' })).databasePid;
}

/** Each ends when the database is back. */
const WAYS = {
  async restarted(world) {
    const { databasePid: pid } = world;
    process.kill(pid, 'SIGINT'); // what pg_ctl -m fast sends
    await until(() => !lives(pid), 20_000);
    await sleep(1000);
    await again(world);
  },

  async killed(world) {
    const pids = processes(world.databasePid);
    process.kill(pids[0], 'SIGKILL');
    await until(() => pids.every((pid) => !lives(pid)), 20_000);
    await again(world);
  },

  async stopped(world, { seconds }) {
    const pids = processes(world.databasePid);
    signal(pids, 'SIGSTOP');
    await sleep(seconds * 1000);
    signal(pids, 'SIGCONT');
  },

  async reset(world) {
    for (let time = 0; time < 5; time++) {
      await world.reset('database');
      await sleep(200);
    }
  },

  async slow(world, { seconds }) {
    await world.fault('database', { latency: 2000 });
    await sleep(seconds * 1000);
    await world.fault('database');
  },
};

export async function database(world, how) {
  const notes = [];
  const figures = { calls: 0, failed: 0, changes: 0 };
  const { token, paths } = world;
  const [first] = world.living();
  const held = await session(first.url + paths.legacy, token);
  const kinds = {
    'without a session': ({ url }, mark) => call(url + paths.modern, { token, args: { text: mark }, patience: ANSWERED }),
    'in a session of the upstream': ({ url }, mark) => call(url + paths.legacy, { own: held, args: { text: mark }, patience: ANSWERED }),
  };
  await sleep(1000);
  for (const [way, happens] of Object.entries(WAYS)) {
    const load = new Load(how.rate, () => world.living(), kinds).start();
    await sleep(500);
    const writer = new Writer(world, way).start();
    await happens(world, how);
    writer.back = now();
    await until(() => writer.good !== undefined, 60_000);
    await sleep(500);
    await load.stop();
    await writer.stop();
    const { acquired, left } = await settled(world);
    figures.calls += load.calls;
    figures.failed += load.failures.length;
    figures.changes += writer.changes;
    figures[`${way}_turned_away`] = writer.turnedAway.length;
    figures[`${way}_longest_ms`] = rounded(writer.took, 1);
    figures[`${way}_first_good_ms`] = writer.good === undefined ? -1 : Math.round(writer.good - writer.back);
    notes.push(...load.failures.map(({ kind, target, problem }) => `${way}, ${kind} at ${target}: ${problem}`), ...writer.wrong);
    if (!(acquired === 0)) notes.push(`${way}: ${acquired} connections of the pools stay taken`);
    if (!(left <= 0)) notes.push(`${way}: the database has ${left} connections more than the replicas know of`);
    const limit = way === 'slow' ? FAST : BACK; // what is still on its way comes first
    if (!(figures[`${way}_first_good_ms`] >= 0 && figures[`${way}_first_good_ms`] <= limit)) notes.push(`${way}: the first good change came too late`);
  }
  return {
    promise: `calls go on; a change is done, if late, or turned away within ${FAST / 1000} s with 503 and Retry-After; the first is done within ${BACK} ms after; no connection stays taken`,
    figures,
    met: figures.calls > 0 && notes.length === 0,
    notes,
  };
}

/** How many connections of the pools are taken after a while without changes, and how many the database has that belong to nobody. */
async function settled(world) {
  const found = {};
  const sum = async (name) => (await Promise.all(world.living().map((replica) => world.metric(replica, name)))).reduce((all, count) => all + count, 0);
  const free = async () => {
    found.acquired = await sum('r2dbc_pool_acquired_connections');
    const known = (await sum('r2dbc_pool_allocated_connections')) + LINES * world.living().length;
    found.left = Number(await world.sql(`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'penstock'`)) - known;
    return found.acquired === 0 && found.left <= 0;
  };
  await until(free, 15_000, 200);
  return found;
}

/** Changes something four times a second, at one replica after the other. */
class Writer {
  changes = 0;
  took = [];
  turnedAway = [];
  wrong = [];
  #underWay = new Set();

  constructor(world, way) {
    Object.assign(this, { world, way });
  }

  start() {
    this.timer = setInterval(() => this.#change(), 250);
    return this;
  }

  #change() {
    const replicas = this.world.living();
    const at = replicas[this.changes++ % replicas.length];
    const made = this.world.rest(at, 'POST', '/users', { email: `${this.way}-${this.changes}@example.com`, full_name: 'Changed' }).then((answer) => {
      this.#underWay.delete(made);
      this.#note(at, answer);
    });
    this.#underWay.add(made);
  }

  #note({ number }, { status, headers, text, failed, ms }) {
    this.took.push(ms);
    if (status === 201) {
      if (this.back !== undefined) this.good ??= now();
      return;
    }
    if (status === 503 && headers['retry-after']) this.turnedAway.push(ms);
    else this.wrong.push(`${this.way}, a change at ${number}: ${status} ${failed ?? text}`);
    if (ms > FAST) this.wrong.push(`${this.way}, a change at ${number} was turned away after ${Math.round(ms)} ms`);
  }

  async stop() {
    clearInterval(this.timer);
    await Promise.all(this.#underWay);
  }
}
