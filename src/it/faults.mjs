// faults.mjs CSV ROW ...   driven by faults.sh, which writes a line of JSON with what there is, and restarts what was ended.
//
// Plays rows of the matrix of faults one after another, each within its time. Prints a line of JSON with all of them; the CSV has a line for each figure.
import fs from 'node:fs';
import readline from 'node:readline';
import { database } from './faults/database.mjs';
import { everything } from './faults/everything.mjs';
import { idle } from './faults/idle.mjs';
import { keys } from './faults/keys.mjs';
import { malicious } from './faults/malicious.mjs';
import { reissued } from './faults/reissued.mjs';
import { rolling } from './faults/rolling.mjs';
import { rounds } from './faults/rounds.mjs';
import { skewed } from './faults/skewed.mjs';
import { soak } from './faults/soak.mjs';
import { made, revoked } from './faults/spread.mjs';
import { connects, hangUps } from './faults/storms.mjs';
import { upstream } from './faults/upstream.mjs';
import { SHORT, World } from './faults/world.mjs';
import { now, sleep } from './wire.mjs';

const ROUNDS = Number(process.env.ROUNDS) || undefined;
const MINUTE = 60_000;

/** Each with its fault, what plays it, how (in short, in full), and the minutes that it may take. */
const ROWS = {
  F24: ['registration on one replica, first call on another', made, { rounds: ROUNDS ?? 3 }, { rounds: ROUNDS ?? 100 }, 10],
  F23: ['revoked or switched off', revoked, { rounds: ROUNDS ?? 1 }, { rounds: ROUNDS ?? 25 }, 15],
  F6: [
    'each replica in turn ended by SIGTERM under load',
    rolling,
    { rounds: ROUNDS ?? 2, rate: 20, streams: 10, pause: 1500, warm: 0 },
    { rounds: ROUNDS ?? 100, rate: 40, streams: 100, pause: 5000, warm: 10_000 },
    120,
  ],
  F7: ['PostgreSQL restarted, killed, stopped, its connections reset, 2 s slow', database, { rate: 20, seconds: 2 }, { rate: 50, seconds: 60 }, 15],
  F11: [
    'an upstream answers 503, breaks off in an event, hangs, is refused, stopped, 10 s slow',
    upstream,
    { rate: 20, seconds: 1.5, ways: ['fails', 'refused'] },
    { rate: 40, seconds: 10 },
    10,
  ],
  F1: ['very many streams that are idle', idle, { streams: 300, seconds: 20, rate: 20 }, { streams: 10_000, seconds: 600, rate: 40 }, 20],
  F2: ['very many connect, and all hang up', connects, { connections: 500, rate: 500 }, { connections: 6000, rate: 2000 }, 5],
  F5: ['a replica killed while clients of 2026-07-28 wait', reissued, { rounds: 1, calls: 10 }, { rounds: ROUNDS ?? 30, calls: 50 }, 60],
  F8: ["an identity provider's keys rotated, away, HTML", keys, { rate: 20, seconds: 1, strangers: 40 }, { rate: 40, seconds: 20, strangers: 1000 }, 10],
  F10: ['checks of upstreams that are due, a replica killed on the way', rounds, { upstreams: 20, seconds: 16 }, { upstreams: 200, seconds: 60 }, 10],
  F12: ['an upstream that sends what may use up memory or time', malicious, { rate: 20, times: 1 }, { rate: 40, times: 6 }, 20],
  F15: ['the clock of one replica wrong', skewed, { rate: 20, seconds: 12, refreshes: 1, upstreams: 10 }, { rate: 40, seconds: 60, refreshes: 3, upstreams: 50 }, 20],
  F18: ['clients hang up in the middle of their calls', hangUps, { calls: 300, rate: 50 }, { calls: 5000, rate: 100 }, 10],
  F16: [
    'everything killed during registrations',
    everything,
    { rounds: ROUNDS ?? 1, registrations: 40, after: 0.5 },
    { rounds: ROUNDS ?? 5, registrations: 1000, after: 0.5 },
    60,
  ],
  F19: [
    'what a day brings, in two hours, a replica killed every ten minutes',
    soak,
    { rounds: ROUNDS ?? 1, minutes: 2, rate: 20, streams: 10 },
    { rounds: ROUNDS ?? 12, minutes: 10, rate: 40, streams: 60 },
    150,
  ],
};

/** The longest of them are for the full form. */
const IN_SHORT = ['F24', 'F23', 'F2', 'F6', 'F7', 'F11', 'F12', 'F5', 'F8'];

const [csv, ...wanted] = process.argv.slice(2);
const input = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await input.next()).value);
const world = new World(await read(), read);
const out = fs.openSync(csv, 'w');
fs.writeSync(out, 'row,figure,value\n');

async function play(id) {
  const [fault, row, short, full, minutes] = ROWS[id];
  console.error(`${id}: ${fault}`);
  const begun = now();
  const late = sleep(minutes * MINUTE).then(() => ({ promise: '', figures: {}, met: false, notes: [`not done after ${minutes} minutes`], fatal: true }));
  const failed = (error) => ({ promise: '', figures: {}, met: false, notes: [String(error.stack)], fatal: true });
  const played = await Promise.race([row(world, SHORT ? short : full).catch(failed), late]);
  const seconds = Math.round((now() - begun) / 100) / 10;
  for (const [name, value] of Object.entries({ ...played.figures, seconds, met: played.met ? 1 : 0 })) fs.writeSync(out, `${id},${name},${value}\n`);
  const different = [...new Set(played.notes)];
  for (const note of different.slice(0, 20)) console.error(`  ${id}: ${note}`);
  if (different.length > 20) console.error(`  ${id}: and ${different.length - 20} more`);
  return { id, fault, seconds, ...played };
}

const rows = [];
for (const id of wanted.length > 0 ? wanted : SHORT ? IN_SHORT : Object.keys(ROWS)) {
  if (!ROWS[id]) continue;
  rows.push(await play(id));
  if (rows.at(-1).fatal && world.replicas.some((replica) => !replica)) break; // what is left would fail for another's sake
}
console.log(JSON.stringify({ rows }));
await input.next(); // until it is ended: the shell closes its end of the pipes together with this one
process.exit(0);
