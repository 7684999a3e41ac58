// What the rows of faults.mjs have in common: the replicas and what is done to them, calls and what is wrong with them.
import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { bearer, now, send, session, sleep } from '../wire.mjs';

export const PATIENCE = 60_000;
/** In short only what is wrong counts, and not what is late: the machine may have other things to do. */
export const SHORT = process.env.SHORT === 'yes';
const META = 'io.modelcontextprotocol/';
const LATEST = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientCapabilities`]: {} };

export async function until(holds, ms, every = 20) {
  for (const end = now() + ms; now() < end; await sleep(every)) if (await holds()) return true;
  return false;
}

/** Whether it has not ended; a process that nobody waited for has. */
export function lives(pid) {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What faults.sh says there is: { token, secret, replicas: [{ number, url, management, pid }], upstreams, proxied, proxy, psql, database, ... } */
export class World {
  constructor(told, read) {
    Object.assign(this, told);
    this.read = read;
    this.problems = [];
  }

  living() {
    return this.replicas.filter(Boolean);
  }

  /** faults.sh does it, and says what is there then. */
  async order(what) {
    console.log(JSON.stringify(what));
    return this.read();
  }

  async restart(number, settings = []) {
    const replica = await this.order({ restart: number, settings });
    this.replicas[number - 1] = replica;
    return replica;
  }

  /** Tells how long it took to end. */
  async end(replica, signal = 'SIGTERM', patience = 90_000) {
    this.replicas[replica.number - 1] = undefined;
    const begun = now();
    process.kill(replica.pid, signal);
    if (!(await until(() => !lives(replica.pid), patience))) throw new Error(`replica ${replica.number} did not end after ${signal}`);
    return now() - begun;
  }

  /** The proxy's word on faults in front of NAME; nothing: all is well. */
  async fault(name, faults = {}) {
    const { status, failed, text } = await send(`${this.proxy}/${name}`, { body: faults }).done;
    if (status !== 200) throw new Error(`the proxy: ${status} ${failed ?? text}`);
  }

  async reset(name) {
    return JSON.parse((await send(`${this.proxy}/${name}/reset`, { body: {} }).done).text).reset;
  }

  /** A request to the REST interface; within PATIENCE. */
  async rest(replica, method, path, body, token = this.token) {
    const begun = now();
    const sent = send(replica.url + path, { method, headers: { ...bearer(token), accept: 'application/json' }, body, reuse: true });
    const answer = (await Promise.race([sent.done, sleep(PATIENCE)])) ?? { status: 0, headers: {}, text: '', failed: 'no answer' };
    sent.abort();
    return { ...answer, ms: now() - begun, json: answer.text.startsWith('{') || answer.text.startsWith('[') ? JSON.parse(answer.text) : undefined };
  }

  async must(replica, method, path, body, token) {
    const answer = await this.rest(replica, method, path, body, token);
    if (answer.status < 200 || answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.failed ?? answer.text}`);
    return answer.json;
  }

  async sql(text) {
    const { hostname, port, username, password, pathname } = new URL(this.database);
    const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
    return (await promisify(execFile)(this.psql, ['-AtqXc', text], { env, timeout: PATIENCE })).stdout.trim();
  }

  /** A gauge or counter of a replica, over all its tags; nothing where it is not to be had. */
  async metric(replica, name) {
    const { status, text } = await send(`${replica.management}/actuator/prometheus`, { method: 'GET' }).done;
    if (status !== 200) return undefined;
    const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    if (lines.length === 0) return undefined;
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Open files and connections of a replica. */
  descriptors({ pid }) {
    return fs.readdirSync(`/proc/${pid}/fd`).length;
  }

  /** The buffers that Netty says were lost, by a replica that was started so that it tells of them. */
  leaks({ number }) {
    const logs = [`${this.out}/replica-${number}-ended.log`, `${this.logs}/replica-${number}.log`];
    return logs.reduce((sum, log) => sum + (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('LEAK:').length - 1 : 0), 0);
  }

  /** KB of a replica's heap that are in use after a full collection. */
  async liveHeap({ pid }) {
    const { stdout } = await promisify(execFile)(this.jcmd, [String(pid), 'GC.class_histogram'], { maxBuffer: 1 << 26 });
    return Math.round(Number(/^Total\s+\d+\s+(\d+)/m.exec(stdout)[1]) / 1024);
  }

  /** KB of memory that a replica has, of all kinds. */
  memory({ pid }) {
    return Number(/VmRSS:\s*(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  }

  /** What the probe says: true, false, or nothing where it does not answer in the time that the chart gives it. */
  async ready({ management }) {
    const { status } = (await Promise.race([send(`${management}/actuator/health/readiness`, { method: 'GET' }).done, sleep(3000)])) ?? {};
    return status === undefined ? undefined : status === 200;
  }

  /** A token of the gateway's own issuer. */
  mint(user) {
    const [head, claims] = this.token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
    const { is_admin: _, ...others } = claims;
    return sign(head, { ...others, sub: user, email: user, jti: randomUUID() }, (text) => createHmac('sha256', this.secret).update(text).digest('base64url'));
  }
}

export function sign(head, claims, signature) {
  const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signature(text)}`;
}

/** A call without a session, or in the session whose headers are given. It never fails; problem says what is wrong with the answer. */
export async function call(url, { token, own, tool = 'echo', args, expected = args.text, patience = PATIENCE, reuse = true }) {
  const id = randomUUID();
  const params = { name: tool, arguments: args, ...(own ? {} : { _meta: LATEST }) };
  const stateless = () => ({ ...bearer(token), 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': tool });
  let message;
  const onEvent = ({ data }) => (message = data ? JSON.parse(data) : message);
  const begun = now();
  const sent = send(url, { headers: own ?? stateless(), body: { jsonrpc: '2.0', id, method: 'tools/call', params }, onEvent, reuse });
  const answer = (await Promise.race([sent.done, sleep(patience)])) ?? { status: 0, headers: {}, failed: `no answer in ${patience} ms` };
  sent.abort();
  if (answer.text?.startsWith('{')) message = JSON.parse(answer.text);
  const right = answer.status === 200 && message?.id === id && message.result?.content?.[0]?.text === expected;
  const problem = right ? undefined : `${answer.status} ${answer.failed ?? ''} ${JSON.stringify(message ?? answer.text ?? null).slice(0, 300)}`;
  return { ...answer, message, problem, ms: now() - begun };
}

export { session };

/**
 * Calls in an open loop: so many a second, however long they take, of the given kinds in turn, each at one of the targets in turn. A kind takes
 * a target and a mark, and gives what call() gives.
 */
export class Load {
  calls = 0;
  took = [];
  failures = []; // { at, kind, target, problem }
  refused = 0; // where nobody listened, so that nothing was sent
  #underWay = new Set();
  #turn = 0;

  constructor(rate, targets, kinds) {
    Object.assign(this, { rate, targets, kinds: Object.entries(kinds) });
  }

  start() {
    this.begun = now();
    this.#timer = setInterval(() => {
      while (!this.stopped && this.calls < ((now() - this.begun) / 1000) * this.rate) this.#one();
    }, 5);
    return this;
  }

  #timer;

  #one() {
    const targets = this.targets();
    const [kind, make] = this.kinds[this.calls % this.kinds.length];
    this.calls++;
    if (targets.length === 0) return this.failures.push({ at: now(), kind, problem: 'no replica is ready' });
    const target = targets[this.#turn++ % targets.length];
    const made = make(target, `${kind}-${this.calls}`).then(({ problem, ms, failed }) => {
      this.#underWay.delete(made);
      if (failed?.includes('ECONNREFUSED')) this.refused++;
      if (problem) this.failures.push({ at: now(), kind, target: target.number, problem, ms, failed });
      else this.took.push(ms);
    });
    return this.#underWay.add(made);
  }

  /** All that were begun have ended. */
  async stop() {
    this.stopped = true;
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    return this;
  }
}
