// refreshes.mjs ROUNDS KILLS CSV   driven by refreshes.sh, which writes a line of JSON with what there is, and restarts what is killed.
//
// One user's access token is over, and 200 calls at each replica want another one at the same time, from an authorization server that takes a
// second to answer and ends everything when it sees a refresh token twice (provider.mjs). LANES such upstreams are played at the same time, each
// with an authorization server of its own. Kinds of rounds:
//   ended     the token's time is over, on every replica
//   refused   the upstream refuses the token, which every replica holds for good
//   hung up   as ended, and every client hangs up before the answer: the next call finds the new token
//   before    the replica that refreshes is killed (SIGKILL) when it has connected to the authorization server
//   during    ... while the authorization server has the request, which it then does not carry out
//   after     ... when the refresh token has been spent and the answer is on its way; the authorization server takes the last one once more
//   lost      ... the same, and it does not: nobody can have the new token, so the user is asked to agree again
// Prints a line of JSON with the figures; the CSV has a line for each round.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import { promisify } from 'node:util';
import { Provider } from './provider.mjs';
import { between, now, rounded, send, sleep } from './wire.mjs';

const [rounds, kills, csv] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const [CALLS, LANES, MINUTES] = ['CALLS', 'LANES', 'MINUTES'].map((name) => Number(process.env[name]));
const PATIENCE = 60_000;
const KILLS = ['before', 'during', 'after', 'lost'];
const input = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await input.next()).value);
const world = await read(); // { token, replicas: [{ number, url, pid }], psql, database }
const replicas = world.replicas; // by place; undefined while one starts again
const living = () => replicas.filter(Boolean);
const own = { authorization: `Bearer ${world.token}`, accept: 'application/json' };

/** An upstream, and the authorization server of its users. */
class Lane {
  async open(number) {
    this.provider = new Provider();
    await this.provider.listen();
    const body = { name: `guarded-${number}`, url: this.provider.mcp, auth_type: 'oauth', oauth_config: this.provider.oauth };
    const answer = await send(`${replicas[0].url}/gateways`, { headers: own, body }).done;
    if (answer.status !== 201) throw new Error(`the gateway: ${answer.status} ${answer.text}`);
    this.gateway = JSON.parse(answer.text).id;
    await this.connect();
    await Promise.all(this.calls('first', 1).map((call) => call.finish())); // that each replica knows the upstream
  }

  connect() {
    return this.provider.connect(this.gateway, own, living()[0], living().at(-1));
  }

  async row() {
    return JSON.parse(await sql(`SELECT row_to_json(t) FROM (SELECT version, status FROM oauth_tokens WHERE gateway_id = '${this.gateway}') t`));
  }

  /** No replica has a token that is good any more. */
  async end() {
    const update = `UPDATE oauth_tokens SET expires_at = CURRENT_TIMESTAMP - INTERVAL '1 second' WHERE gateway_id = '${this.gateway}'`;
    await sql(`${update}; NOTIFY penstock_changes, 'OAUTH_TOKENS'`);
    await sleep(100);
  }

  calls(round, count = CALLS) {
    const one = (replica, place) => new Call(replica, this.gateway, `${round}-${replica.number}-${place}`);
    return living().flatMap((replica) => Array.from({ length: count }, (_, place) => one(replica, place)));
  }
}

async function sql(text) {
  const { hostname, port, username, password, pathname } = new URL(world.database);
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  return (await promisify(execFile)(world.psql, ['-AtqXc', text], { env, timeout: PATIENCE })).stdout.trim();
}

class Call {
  constructor(replica, gateway, mark) {
    Object.assign(this, { gateway, mark, begun: now() });
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
    meta['io.modelcontextprotocol/clientInfo'] = { name: 'it', version: '1' };
    const params = { name: 'echo', arguments: { text: mark }, _meta: meta };
    const headers = { ...own, accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28' };
    Object.assign(headers, { 'mcp-method': 'tools/call', 'mcp-name': 'echo' });
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
    this.sent = send(`${replica.url}/gateways/${gateway}/mcp`, { headers, body, reuse: true });
  }

  async finish() {
    this.answer = await Promise.race([this.sent.done, sleep(PATIENCE)]);
    this.ended = now();
    this.took = this.ended - this.begun;
    return this;
  }

  outcome() {
    const { status, text, failed } = this.answer ?? {};
    if (failed) return 'broken off';
    if (status === 200 && JSON.parse(text).result?.content?.[0]?.text === this.mark) return 'result';
    return text?.includes(`/oauth/authorize/${this.gateway}`) ? 'asked to agree' : `wrong: ${status} ${text}`;
  }
}

/** The replica at the other end of a connection, as the kernel has it. */
function replicaOf(socket) {
  const [theirs, ours] = [socket.remotePort, socket.localPort].map((port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  const entries = ['tcp', 'tcp6'].flatMap((table) => fs.readFileSync(`/proc/net/${table}`, 'utf8').split('\n'));
  const cells = entries.map((entry) => entry.trim().split(/\s+/));
  const inode = cells.find(([, local, remote, , , , , , , held]) => local?.endsWith(theirs) && remote?.endsWith(ours) && held !== '0')?.[9];
  const holds = ({ pid }) => fs.readdirSync(`/proc/${pid}/fd`).some((fd) => link(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  return living().find(holds);
}

function link(path) {
  try {
    return fs.readlinkSync(path);
  } catch {
    return undefined; // closed meanwhile
  }
}

/** Kills who refreshes, once, at the moment that the kind of the round says. */
function murder(provider, kind) {
  const deed = { victim: undefined, at: undefined };
  const kill = (socket) => {
    if (deed.victim) return true;
    deed.victim = replicaOf(socket);
    if (!deed.victim) throw new Error('nobody is at the other end');
    process.kill(deed.victim.pid, 'SIGKILL');
    deed.at = now();
    replicas[deed.victim.number - 1] = undefined;
    return false;
  };
  provider.grace = kind === 'after';
  provider.onConnection = (socket) => kind === 'before' && !kill(socket) && socket.destroy();
  provider.onRefresh = async (socket) => kind !== 'during' || deed.victim || (await sleep(400), kill(socket));
  provider.onRotated = async (socket) => !(kind === 'after' || kind === 'lost') || deed.victim || kill(socket);
  return deed;
}

function peace(provider) {
  provider.grace = false;
  provider.onConnection = () => {};
  provider.onRefresh = provider.onRotated = async () => true;
}

const columns = 'round,kind,calls,result,broken_off,asked_to_agree,wrong,refreshes,reused,versions,status,p50_ms,p99_ms,max_ms,recovery_ms,problems';
const out = fs.openSync(csv, 'w');
fs.writeSync(out, `${columns}\n`);
const rows = [];

async function play(lane, round, kind) {
  const { provider } = lane;
  const [before, asked, reused] = [await lane.row(), provider.refreshes, provider.reused];
  const deed = KILLS.includes(kind) ? murder(provider, kind) : undefined;
  await (kind === 'refused' ? provider.refuse() : lane.end());
  const made = lane.calls(round);
  if (kind === 'hung up') await hangUp(made, provider);
  else await Promise.all(made.map((call) => call.finish()));
  peace(provider);
  const probes = kind === 'hung up' ? await Promise.all(lane.calls(`${round}-probe`, 1).map((call) => call.finish())) : [];
  const { version, status } = await lane.row();
  const counted = { refreshes: provider.refreshes - asked, reused: provider.reused - reused, versions: version - before.version, status };
  note(round, kind, deed, kind === 'hung up' ? probes : made, made.length, counted);
  if (deed) await replace(deed.victim);
  if (kind === 'lost') await lane.connect();
}

async function hangUp(made, provider) {
  await Promise.all(made.map((call) => sleep(between(100, 800)).then(() => call.sent.abort())));
  await sleep(provider.slow + 500);
}

/** Starts the victim again, and waits until it is there. */
async function replace(victim) {
  console.log(JSON.stringify({ restart: victim.number }));
  const again = await read();
  replicas[again.number - 1] = again;
}

const EXPECTED = { before: 1, during: 2, after: 2, lost: 2 };

function problems(kind, row, ended) {
  const found = [];
  const lost = kind === 'lost';
  if (row.refreshes !== (EXPECTED[kind] ?? 1)) found.push(`${row.refreshes} refreshes`);
  if (row.reused !== (lost ? 1 : 0)) found.push(`${row.reused} spent refresh tokens shown`);
  if (row.versions !== (lost ? 0 : 1)) found.push(`${row.versions} new tokens stored`);
  if (row.status !== (lost ? 'NEEDS_REAUTH' : 'VALID')) found.push(row.status);
  const right = lost ? 'asked to agree' : 'result';
  for (const [outcome, count] of Object.entries(ended)) {
    const withVictim = outcome === 'broken off' && KILLS.includes(kind) && count <= CALLS;
    if (outcome !== right && !withVictim) found.push(`${count} x ${outcome}`);
  }
  return found;
}

function note(round, kind, deed, judged, count, counted) {
  const ended = {};
  for (const call of judged) ended[call.outcome()] = (ended[call.outcome()] ?? 0) + 1;
  const took = judged.filter((call) => call.outcome() !== 'broken off').map((call) => call.took);
  const recovery = deed && Math.max(...judged.filter((call) => call.outcome() !== 'broken off').map((call) => call.ended)) - deed.at;
  const wrong = problems(kind, counted, ended);
  const times = [0.5, 0.99, 1].map((part) => rounded(took, part));
  const row = { kind, calls: count, ...counted, ended, took, recovery, wrong: wrong.length > 0 };
  rows.push(row);
  const others = Object.entries(ended).filter(([outcome]) => outcome.startsWith('wrong')).reduce((sum, [, number]) => sum + number, 0);
  const outcomes = [ended.result ?? 0, ended['broken off'] ?? 0, ended['asked to agree'] ?? 0, others];
  const cells = [round, kind, count, ...outcomes, counted.refreshes, counted.reused, counted.versions, counted.status, ...times];
  fs.writeSync(out, `${[...cells, recovery === undefined ? '' : Math.round(recovery)]},"${wrong.join('; ').replaceAll('"', "'")}"\n`);
  for (const problem of wrong) console.error(`round ${round}, ${kind}: ${problem}`);
}

const lanes = Array.from({ length: LANES }, () => new Lane());
for (const [number, lane] of lanes.entries()) await lane.open(number + 1);
const begun = now();
let round = 0;

async function playOn(lane) {
  while (round < rounds && now() - begun < MINUTES * 60_000) await play(lane, ++round, ['ended', 'refused', 'ended', 'hung up'][round % 4]);
}

await Promise.all(lanes.map(playOn));
for (let kill = 0; kill < kills; kill++) await play(lanes[0], ++round, KILLS[kill % KILLS.length]);

function summary(kind) {
  const of = rows.filter((row) => row.kind === kind);
  const sum = (value) => of.reduce((total, row) => total + (value(row) ?? 0), 0);
  const took = of.flatMap((row) => row.took);
  const ended = (outcome) => sum((row) => row.ended[outcome]);
  return {
    kind,
    rounds: of.length,
    calls: sum((row) => row.calls),
    result: ended('result'),
    broken: ended('broken off'),
    agree: ended('asked to agree'),
    refreshes: sum((row) => row.refreshes),
    reused: sum((row) => row.reused),
    took: [0.5, 0.99, 1].map((part) => rounded(took, part)),
    recovery: KILLS.includes(kind) ? [0.5, 1].map((part) => rounded(of.map((row) => row.recovery), part)) : [],
    wrong: of.filter((row) => row.wrong).length,
  };
}

const kinds = ['ended', 'refused', 'hung up', ...KILLS].map(summary).filter(({ rounds }) => rounds > 0);
const wrong = kinds.reduce((total, kind) => total + kind.wrong, 0);
console.log(JSON.stringify({ rounds: rows.length, seconds: Math.round((now() - begun) / 1000), wrong, kinds }));
await input.next(); // until it is ended: the shell closes its end of the pipes together with this one
process.exit(0);
