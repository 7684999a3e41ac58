// crossing.mjs CSV   driven by crossing.sh, which gives what there is as JSON in WORLD.
//
// Many clients at once, half with sessions of 2025-11-25 and half without (2026-07-28), all with the same JSON-RPC ids and the same progress
// tokens, over upstreams of every era, through a proxy that takes each request to the next replica. In turn and with random pauses each of
// them calls echo, counts with progress, and is asked for its name in mid-call; some of that it gives up: it hangs up, or it cancels, or it
// hangs up and comes back with Last-Event-ID. Each call has a mark of its own. Wrong is an answer, an event or a question with another's
// mark or id (it crossed), an event out of order, and a call that was not given up without its answer.
// Prints a line of JSON with the figures; the CSV has a line for each call.
import fs from 'node:fs';
import { bearer, between, now, rounded, send, session, sleep } from './wire.mjs';

const csv = process.argv[2];
const { url, tokens, paths, clients: CLIENTS, calls: CALLS } = JSON.parse(process.env.WORLD);
const ABORTED = 0.15; // the share of the calls that are given up
const PATIENCE = 240_000;
const APART = 250; // ms from one client's beginning to the next one's
const META = 'io.modelcontextprotocol/';
const CAPABILITIES = { elicitation: { form: {} } };
const textOf = (message) => message?.result?.content?.[0]?.text;
const pick = (list) => list[Math.floor(Math.random() * list.length)];

const DEEDS = {
  echo: { tool: 'echo', args: (mark) => ({ text: mark }), done: (text, mark) => text === mark },
  count: { tool: 'count', args: (mark) => ({ to: 10, every: 30, mark }), done: (text, mark) => text === mark },
  ask: {
    tool: 'test_elicitation',
    args: (mark) => ({ message: mark }),
    done: (text, mark) => text?.startsWith('User response: action=accept') && text.includes(`"${mark}"`),
  },
};

/** One call: what it heard, and what of that it should not have heard. */
class Call {
  constructor(client, id, deed, plan) {
    Object.assign(this, { client, id, deed, plan, mark: `${client.name}#${id}`, numbers: [], crossed: [], wrong: [], asked: 0, late: 0 });
  }

  get body() {
    const { tool, args } = DEEDS[this.deed];
    const progress = this.deed === 'count' ? { progressToken: this.id } : {};
    return { jsonrpc: '2.0', id: this.id, method: 'tools/call', params: { name: tool, arguments: args(this.mark), _meta: { ...progress } } };
  }

  take(event) {
    if (event.id) this.last = event.id;
    if (event.data) this.hear(JSON.parse(event.data));
  }

  hear(message) {
    if (this.end) this.crossed.push(`after the end: ${JSON.stringify(message)}`);
    else if (message.method === 'notifications/progress') this.progress(message.params);
    else if (message.method === 'elicitation/create') this.question(message);
    else if (message.method) this.crossed.push(`a stranger: ${JSON.stringify(message)}`);
    else if (message.id !== this.id) this.crossed.push(`an answer to ${JSON.stringify(message.id)}`);
    else this.end = message;
  }

  progress({ progressToken, progress, message }) {
    if (progressToken !== this.id || message !== this.mark) this.crossed.push(`progress of ${message} under ${progressToken}`);
    if (progress !== this.numbers.length + 1) this.wrong.push(`event ${progress} after ${this.numbers.length}`);
    this.numbers.push(progress);
  }

  question({ id, params }) {
    if (this.client.mayAskLate(params.message)) this.late++;
    else this.asks(params);
    this.reply = sleep(between(0, 200)).then(() => this.client.answer(id, { action: 'accept', content: this.content }));
    this.reply.then(({ status, text, failed }) => {
      if (status !== 202 && !this.ended) this.wrong.push(`an answer was refused: ${status} ${failed ?? text}`);
    });
  }

  asks({ message }) {
    this.asked++;
    if (message !== this.mark) this.crossed.push(`a question for ${message}`);
  }

  get content() {
    return { username: this.mark, email: 'a@example.com' };
  }

  /** Sends a request of this call and takes what comes back. */
  async exchange(options) {
    this.stream = send(url + this.client.path, { reuse: true, ...options, onEvent: (event) => this.take(event) });
    const answer = await this.stream.done;
    if (answer.text && !this.aborted) this.whole(answer);
    return answer;
  }

  whole({ status, text }) {
    try {
      this.hear(JSON.parse(text));
    } catch {
      this.wrong.push(`HTTP ${status}: ${text}`);
    }
  }

  problems() {
    const found = [...this.crossed, ...this.wrong];
    if (this.plan === 'stay' || this.plan === 'return') {
      if (!DEEDS[this.deed].done(textOf(this.end), this.mark)) found.push(`end: ${JSON.stringify(this.end ?? null)}`);
      if (this.deed === 'count' && this.numbers.length !== 10) found.push(`${this.numbers.length} of 10 events`);
      if (this.deed === 'ask' && this.asked !== 1) found.push(`${this.asked} questions`);
    } else if (this.end && !DEEDS[this.deed].done(textOf(this.end), this.mark) && !this.end.error) found.push(`end: ${JSON.stringify(this.end)}`);
    return found;
  }
}

/**
 * A client of 2025-11-25. A call that it only hangs up on goes on, and over HTTP+SSE nothing says which call of a session a question belongs
 * to: it goes to the one that is open for longest. So there it does not leave calls behind, and one that it cancelled while the upstream was
 * asking may put its question into the same client's next call.
 */
class Session {
  constructor(name, path, token) {
    Object.assign(this, { name, path, token });
    this.cancelled = new Set();
    this.plans = path === paths.sse ? ['cancel', 'return'] : ['hang up', 'cancel', 'return'];
  }

  /** Whether this may be the question of a call that was cancelled before. */
  mayAskLate(mark) {
    return this.path === paths.sse && this.cancelled.has(mark);
  }

  async open() {
    this.headers = await session(url + this.path, this.token, CAPABILITIES);
  }

  answer(id, result) {
    return send(url + this.path, { headers: this.headers, body: { jsonrpc: '2.0', id, result }, reuse: true }).done;
  }

  async call(call) {
    const { headers } = this;
    const first = call.exchange({ headers, body: call.body });
    if (call.plan === 'hang up' || call.plan === 'return') await this.leave(call, first);
    if (call.plan === 'cancel') {
      await sleep(between(5, 250));
      this.cancelled.add(call.mark);
      const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: call.id } };
      await send(url + this.path, { headers, body, reuse: true }).done;
      await Promise.race([first, sleep(10_000)]);
      call.aborted = true;
      call.stream.abort();
    }
    await first;
    if (call.plan === 'return') await this.back(call);
  }

  /** Hangs up; who means to come back waits for the first event, since before it there is nothing to come back to. */
  async leave(call, first) {
    const until = now() + PATIENCE;
    while (call.plan === 'return' && !call.last && !call.end && now() < until) await Promise.race([first, sleep(5)]);
    await sleep(between(0, 250));
    if (call.end) return;
    call.aborted = true;
    call.stream.abort();
  }

  async back(call) {
    const until = now() + PATIENCE;
    call.aborted = false;
    while (!call.end && now() < until) {
      await sleep(between(0, 100));
      if (!call.last) return;
      const { status } = await call.exchange({ method: 'GET', headers: { ...this.headers, 'last-event-id': call.last } });
      if (status !== 200) call.wrong.push(`resuming: HTTP ${status}`);
    }
  }
}

/** A client of 2026-07-28. */
class Stateless {
  plans = ['hang up'];

  constructor(name, path, token) {
    Object.assign(this, { name, path, token });
  }

  async open() {}

  async call(call) {
    const { body } = call;
    const meta = { [`${META}protocolVersion`]: '2026-07-28', [`${META}clientInfo`]: { name: this.name, version: '1' }, [`${META}clientCapabilities`]: CAPABILITIES };
    Object.assign(body.params._meta, meta);
    const headers = { ...bearer(this.token), 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': body.params.name };
    if (call.plan === 'hang up') {
      sleep(between(5, 250)).then(() => {
        call.aborted = true;
        call.stream.abort();
      });
    }
    await call.exchange({ headers, body });
    for (let round = 0; call.end?.result?.resultType === 'input_required' && round < 3 && !call.aborted; round++) {
      const { inputRequests, requestState } = call.end.result;
      const [[key, { params }]] = Object.entries(inputRequests);
      call.asks(params);
      call.end = undefined;
      await sleep(between(0, 200));
      if (call.aborted) return;
      const inputResponses = { [key]: { action: 'accept', content: call.content } };
      await call.exchange({ headers, body: { ...body, params: { ...body.params, inputResponses, ...(requestState ? { requestState } : {}) } } });
    }
    if (call.aborted) call.end = undefined;
  }
}

const out = fs.openSync(csv, 'w');
fs.writeSync(out, 'client,id,deed,plan,events,late_questions,ms,problems\n');
const rows = [];

/** Comes in its turn, so that the replicas, which have just started, need not open all sessions at once. */
async function live(client) {
  await sleep(client.number * APART);
  await client.open();
  for (let id = 1; id <= CALLS; id++) {
    const deed = Object.keys(DEEDS)[(id + client.number) % 3];
    let plan = Math.random() < ABORTED ? pick(client.plans) : 'stay';
    if (plan === 'return' && deed !== 'count') plan = 'cancel'; // there is nothing to come back to where no event has an id
    const call = new Call(client, id, deed, plan);
    const begun = now();
    await Promise.race([client.call(call), sleep(PATIENCE).then(() => call.wrong.push('no end'))]);
    call.ended = true;
    note(client, call, now() - begun);
    await sleep(between(0, 1000));
  }
}

function note(client, call, ms) {
  const problems = call.problems();
  const { deed, plan, late } = call;
  rows.push({ kind: client.kind, deed, plan, ms, late, crossed: call.crossed.length, problems: problems.length > 0 });
  const cells = [client.name, call.id, call.deed, call.plan, call.numbers.length, late, ms.toFixed(1)];
  fs.writeSync(out, `${cells},"${problems.join('; ').replaceAll('"', "'")}"\n`);
  for (const problem of problems) console.error(`${call.mark} ${call.deed} (${call.plan}): ${problem}`);
}

const kinds = Object.keys(paths).flatMap((upstream) => [
  { era: Session, upstream },
  { era: Stateless, upstream },
]);
const clients = Array.from({ length: CLIENTS }, (_, number) => {
  const { era: Era, upstream } = kinds[number % kinds.length];
  const kind = `${Era === Session ? '2025-11-25' : '2026-07-28'} over ${upstream}`;
  const client = new Era(`${kind.replaceAll(' ', '-')}-${number}`, paths[upstream], tokens[number % tokens.length]);
  return Object.assign(client, { kind, number });
});
const begun = now();
await Promise.all(clients.map(live));

const sum = (list, field) => list.reduce((total, row) => total + Number(row[field]), 0);
const figures = { clients: CLIENTS, calls: rows.length, seconds: Math.round((now() - begun) / 1000) };
for (const field of ['crossed', 'late', 'problems']) figures[field] = sum(rows, field);
figures.given = rows.filter(({ plan }) => plan !== 'stay').length;
figures.kinds = [...new Set(rows.map(({ kind }) => kind))].map((kind) => {
  const own = rows.filter((row) => row.kind === kind);
  const by = (field, value) => own.filter((row) => row[field] === value).length;
  const at = (deed, part) => rounded(own.filter((row) => row.deed === deed && row.plan === 'stay').map(({ ms }) => ms), part);
  return {
    kind,
    calls: own.length,
    deeds: Object.fromEntries(Object.keys(DEEDS).map((deed) => [deed, by('deed', deed)])),
    plans: Object.fromEntries(['hang up', 'cancel', 'return'].map((plan) => [plan, by('plan', plan)])),
    echo: [at('echo', 0.5), at('echo', 0.99)],
    late: sum(own, 'late'),
    crossed: sum(own, 'crossed'),
    problems: sum(own, 'problems'),
  };
});
console.log(JSON.stringify(figures));
process.exit(0);
