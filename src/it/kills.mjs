// kills.mjs ROUNDS CSV   driven by kills.sh, which writes a line of JSON with what there is, and restarts what is killed.
//
// A round: calls of these kinds run on one replica, some more on the others; in mid-stream the replica is killed. Each client whose stream
// breaks comes back to another replica with GET and Last-Event-ID until it has the end of its call.
//   held     a session that the gateway holds, over an upstream of 2026-07-28: the call dies with the replica
//   virtual  the same over a virtual server whose upstream keeps sessions itself: to the client it is the same
//   away     as held, but the client hung up early, and the call is still under way when the replica is killed
//   left     as held, but the client hung up early, and the call ended before the kill: everything is written down
//   through  a session that the upstream keeps: it resumes by itself
//   beside   as held and through, on a replica that lives: notices nothing
// Each event has a number and the call's mark. Of what the gateway holds, the events that a client got are also compared with those that are
// written in the database: what was written and never came is lost, too.
// Prints a line of JSON with the figures; the CSV has a line for each call.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import { promisify } from 'node:util';
import { between, now, rounded, send, session, sleep } from './wire.mjs';

const [rounds, csv] = [Number(process.argv[2]), process.argv[3]];
const MINUTES = Number(process.env.MINUTES);
const EACH = { held: 3, virtual: 2, away: 2, left: 2, through: 3, beside: 2 };
const LENGTH = { held: 90, virtual: 90, away: 90, left: 5, through: 45, beside: 45 };
const EVERY = 100; // ms from one event to the next
const HANGS_UP = ['away', 'left'];
const QUICK = ['virtual', 'through']; // to begin: a replica that has just started takes seconds over its first call to the other upstream
const DIES = ['held', 'virtual', 'away']; // with the replica
const PATIENCE = 60_000;
const LOST = 'The replica that carried this call out is gone';
const input = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await input.next()).value);
const world = await read(); // { token, tool, replicas: [{ number, url, pid }], paths: { held, virtual, through }, psql, database }
const replicas = world.replicas; // by place; undefined while one starts again

class Client {
  constructor(kind, number, own) {
    Object.assign(this, { kind, number, own, path: pathOf(kind, number) });
  }

  begin(round, url) {
    const mark = `${this.kind}-${this.number}-${round}`;
    const to = LENGTH[this.kind];
    const params = { name: toolOf(this.path), arguments: { to, every: EVERY, mark }, _meta: { progressToken: mark } };
    Object.assign(this, { mark, to, round: round + 1, numbers: [], wrong: [], tries: 0, last: undefined, end: undefined, written: undefined });
    Object.assign(this, { killed: undefined, midway: false, headMs: undefined, eventMs: undefined, before: undefined });
    const body = { jsonrpc: '2.0', id: this.round, method: 'tools/call', params };
    this.stream = send(url + this.path, { headers: this.own, body, onEvent: (event) => this.take(event) });
  }

  take({ id, data }) {
    if (id) this.last = id;
    if (!data) return;
    const message = JSON.parse(data);
    const { progressToken, message: mark, progress } = message.params ?? {};
    if (this.end) this.wrong.push('something after the end');
    if (message.id === this.round) this.end = message;
    else if (message.method !== 'notifications/progress' || progressToken !== this.mark || mark !== this.mark) this.wrong.push(`a stranger: ${data}`);
    else this.numbers.push(progress);
  }

  /** Its replica was killed. */
  fell(when) {
    this.killed = when;
    this.midway = !this.end && this.kind !== 'left';
  }

  /** To the end of the call, on another replica when this one breaks off. */
  async finish(elsewhere) {
    const first = await Promise.race([this.stream.done, sleep(PATIENCE)]);
    if (!first) this.wrong.push('neither an end nor a break');
    else if (first.status !== 200 && !first.failed) this.wrong.push(`HTTP ${first.status}: ${first.text}`);
    this.before ??= this.numbers.length;
    for (const until = now() + PATIENCE; !this.end && now() < until; await sleep(20)) {
      const answer = await this.resume(elsewhere());
      if (answer && answer.status !== 200 && answer.status !== 0) {
        this.wrong.push(`resuming: HTTP ${answer.status} ${answer.text}`);
        return;
      }
    }
  }

  async resume(url) {
    const from = HANGS_UP.includes(this.kind) ? now() : this.killed;
    this.tries++;
    const took = () => now() - (from ?? now());
    const onEvent = (event) => {
      this.eventMs ??= took();
      this.take(event);
    };
    this.stream = send(url + this.path, { method: 'GET', headers: { ...this.own, 'last-event-id': this.last }, onEvent });
    const answer = await Promise.race([this.stream.done, sleep(PATIENCE)]);
    this.stream.abort();
    if (answer?.opened && from !== undefined) this.headMs ??= answer.opened - from;
    return answer;
  }

  outcome() {
    if (!this.end) return 'none';
    if (this.end.result?.content?.[0]?.text === this.mark) return 'result';
    return this.end.error?.message?.includes(LOST) ? 'lost' : 'other';
  }

  /** Events that never came. How many there should have been is known where the call came to its end, or where they are written down. */
  missing() {
    const came = new Set(this.numbers).size;
    const sent = this.outcome() === 'result' ? this.to : Math.max(0, ...this.numbers);
    const unread = this.written === undefined ? 0 : this.written - Number(this.last.split('.')[1]);
    return sent - came + unread;
  }

  doubled() {
    return this.numbers.length - new Set(this.numbers).size;
  }

  disordered() {
    return this.numbers.filter((number, place) => number < this.numbers[place - 1]).length;
  }

  problems() {
    const ended = this.outcome();
    const found = [...this.wrong];
    if (this.missing() || this.doubled() || this.disordered()) found.push(`events: ${this.numbers.join(' ')}; last ${this.last} of ${this.written}`);
    if (ended === 'none' || ended === 'other') found.push(`end: ${JSON.stringify(this.end ?? null)}`);
    if (ended === 'lost' && !DIES.includes(this.kind)) found.push('lost what had ended, or lives elsewhere');
    return found;
  }
}

function pathOf(kind, number) {
  if (kind === 'beside') return world.paths[number % 2 ? 'held' : 'through'];
  return world.paths[HANGS_UP.includes(kind) ? 'held' : kind];
}

function toolOf(path) {
  return path === world.paths.virtual ? world.tool : 'count';
}

async function until(true_, ms) {
  for (const end = now() + ms; now() < end; await sleep(10)) if (true_()) return true;
  return false;
}

/** Waits for a replica to kill and another one to come back to. */
async function victimAfter(last) {
  const living = () => replicas.filter(Boolean);
  if (!(await until(() => living().length > 1, 5 * PATIENCE))) throw new Error('no replica started again');
  return living().find(({ number }) => number > last) ?? living()[0];
}

async function play(round, clients, victim) {
  const others = replicas.filter((replica) => replica && replica !== victim);
  let turn = 0;
  const elsewhere = () => others[turn++ % others.length].url;
  const [quick, slow] = [true, false].map((which) => clients.filter(({ kind }) => QUICK.includes(kind) === which));
  for (const group of [slow, quick]) {
    for (const client of group) client.begin(round, client.kind === 'beside' ? elsewhere() : victim.url);
    await until(() => group.every((client) => client.numbers.length > 1 || client.end), 20_000);
  }
  for (const client of clients.filter(({ kind }) => HANGS_UP.includes(kind))) {
    client.before = client.numbers.length;
    client.stream.abort();
  }
  await sleep(between(700, 1500));

  const killed = now();
  process.kill(victim.pid, 'SIGKILL');
  replicas[victim.number - 1] = undefined;
  for (const client of clients.filter(({ kind }) => kind !== 'beside')) client.fell(killed);
  await Promise.all(clients.map((client) => client.finish(elsewhere)));
  await compare(clients);
}

/** Asks the database how far the streams of these calls are written. */
async function compare(clients) {
  const kept = clients.filter(({ path, last }) => path !== world.paths.through && last);
  const { hostname, port, username, password, pathname } = new URL(world.database);
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  const ids = kept.map(({ last }) => `'${last.split('.')[0]}'`);
  const sql = `SELECT stream_id, MAX(seq) FROM stream_events WHERE stream_id IN (${ids}) GROUP BY stream_id`;
  const { stdout } = await promisify(execFile)(world.psql, ['-AtqXc', sql], { env, timeout: PATIENCE });
  const written = new Map(stdout.trim().split('\n').map((line) => line.split('|')));
  for (const client of kept) client.written = Number(written.get(client.last.split('.')[0]) ?? 0);
}

const columns = 'round,kind,client,killed,midway,outcome,events_before,events,written,lost,doubled,disordered,reconnects,head_ms,event_ms,problems';
const out = fs.openSync(csv, 'w');
fs.writeSync(out, `${columns}\n`);
const cell = (value) => (value === undefined ? '' : value.toFixed(1));
const rows = [];

function note(round, client, victim) {
  const { kind, number, midway, before, numbers, written, tries, headMs, eventMs } = client;
  const problems = client.problems();
  const row = { kind, midway, outcome: client.outcome(), head: headMs, event: eventMs, events: numbers.length, wrong: problems.length > 0 };
  Object.assign(row, { missing: client.missing(), doubled: client.doubled(), disordered: client.disordered() });
  rows.push(row);
  const faults = [row.missing, row.doubled, row.disordered];
  const cells = [round + 1, kind, number, victim.number, midway ? 1 : 0, row.outcome, before, numbers.length, written, ...faults, tries];
  fs.writeSync(out, `${[...cells, cell(headMs), cell(eventMs)]},"${problems.join('; ').replaceAll('"', "'")}"\n`);
  for (const problem of problems) console.error(`round ${round + 1}, ${client.mark}: ${problem}`);
}

const clients = [];
for (const [kind, count] of Object.entries(EACH)) {
  for (let number = 0; number < count; number++) {
    const own = await session(replicas[number % replicas.length].url + pathOf(kind, number), world.token);
    clients.push(new Client(kind, number, own));
  }
}

const begun = now();
let played = 0;
let victim = { number: 0 };
for (; played < rounds && now() - begun < MINUTES * 60_000; played++) {
  victim = await victimAfter(victim.number);
  await play(played, clients, victim);
  for (const client of clients) note(played, client, victim);
  if (played + 1 === rounds) continue;
  console.log(JSON.stringify({ restart: victim.number }));
  read().then((replica) => (replicas[replica.number - 1] = replica));
}

const sum = (list, field) => list.reduce((total, row) => total + Number(row[field]), 0);
const times = (list, field) => [0.5, 0.99, 1].map((part) => rounded(list.map((row) => row[field]), part));

function summary(kind) {
  const own = rows.filter((row) => row.kind === kind);
  const ended = (outcome) => own.filter((row) => row.outcome === outcome).length;
  return {
    kind,
    calls: own.length,
    midway: sum(own, 'midway'),
    events: sum(own, 'events'),
    result: ended('result'),
    lost: ended('lost'),
    missing: sum(own, 'missing'),
    doubled: sum(own, 'doubled'),
    disordered: sum(own, 'disordered'),
    wrong: sum(own, 'wrong'),
    head: times(own, 'head'),
    event: times(own, 'event'),
  };
}

const kinds = Object.keys(EACH).map(summary);
const all = Object.fromEntries(['missing', 'doubled', 'disordered', 'wrong', 'midway'].map((field) => [field, sum(kinds, field)]));
console.log(JSON.stringify({ kills: played, calls: rows.length, seconds: Math.round((now() - begun) / 1000), ...all, kinds }));
await input.next(); // until it is ended: the shell closes its end of the pipes together with this one
process.exit(0);
