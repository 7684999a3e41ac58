// F23: what is revoked on one replica is denied on every other. F24: what is made on one replica is there on every other one at once.
import { now, rounded, sleep } from '../wire.mjs';
import { call, SHORT } from './world.mjs';

const WITHIN = 1000; // ms, as src/docs/operations.md has it
const PATIENCE = 10_000;
const turnedAway = ({ status }) => [401, 403, 404].includes(status);
const switchedOff = ({ status, problem }) => status === 503 && problem.includes('switched off');

let names = 0;

/** F24: gateways, virtual servers and API tokens, each made on one replica and used at once on all others. */
export async function made(world, { rounds }) {
  const errors = [];
  const took = [];
  let calls = 0;
  const first = async (what, replica, path, token) => {
    const { problem, ms } = await call(replica.url + path, { token, args: { text: what }, reuse: false });
    calls++;
    took.push(ms);
    if (problem) errors.push(`${what} on replica ${replica.number}: ${problem}`);
  };
  for (let round = 0; round < rounds; round++) {
    const replicas = world.living();
    const maker = replicas[round % replicas.length];
    const name = `made-${++names}`;
    const others = replicas.filter((replica) => replica !== maker);
    const gateway = await world.must(maker, 'POST', '/gateways', { name, url: world.upstreams.modern });
    await Promise.all(others.map((other) => first('a gateway', other, `/gateways/${gateway.id}/mcp`, world.token)));
    const server = await world.must(maker, 'POST', '/servers', { name, name_style: 'original', gateways: [gateway.id] });
    await Promise.all(others.map((other) => first('a virtual server', other, `/servers/${server.id}/mcp`, world.token)));
    const token = await world.must(maker, 'POST', '/tokens', { name });
    await Promise.all(others.map((other) => first('an API token', other, `/gateways/${gateway.id}/mcp`, token.token)));
    for (const path of [`/tokens/${token.id}`, `/servers/${server.id}`, `/gateways/${gateway.id}`]) await world.must(maker, 'DELETE', path);
  }
  return {
    promise: 'the first call on another replica succeeds at once',
    figures: { first_calls: calls, errors: errors.length, p50_ms: rounded(took, 0.5), max_ms: rounded(took, 1) },
    met: calls > 0 && errors.length === 0,
    notes: errors,
  };
}

/** F23: from the answer to whoever revokes to the last call that was still taken. */
export async function revoked(world, { rounds }) {
  const delays = {};
  const notes = [];
  for (let round = 0; round < rounds; round++) {
    for (const [what, prepare] of Object.entries(WAYS)) {
      const replicas = world.living();
      const on = replicas[round % replicas.length];
      const { path, token, revoke, denied = turnedAway } = await prepare(world, on, round);
      const before = await Promise.all(replicas.map((replica) => call(replica.url + path, { token, args: { text: 'before' } })));
      for (const { problem } of before) if (problem) notes.push(`${what}, before: ${problem}`);
      const watch = { over: undefined, denied, wrong: [] };
      const watched = replicas.map((replica) => denial(replica.url + path, token, watch));
      await sleep(50);
      await revoke();
      watch.over = now();
      const found = await Promise.all(watched);
      (delays[what] ??= []).push(...found);
      for (const delay of found) if (!(delay <= (SHORT ? PATIENCE : WITHIN))) notes.push(`${what}: taken for ${Math.round(delay)} ms`);
      for (const problem of watch.wrong) notes.push(`${what}: neither taken nor denied: ${problem}`);
    }
  }
  const all = Object.values(delays).flat();
  const worst = Object.fromEntries(Object.entries(delays).map(([what, list]) => [`${what}_max_ms`, rounded(list, 1)]));
  return {
    promise: `denied on every replica within ${WITHIN} ms of the answer to who revoked it`,
    figures: { revocations: all.length, p50_ms: rounded(all, 0.5), max_ms: rounded(all, 1), ...worst },
    met: all.length > 0 && notes.length === 0,
    notes,
  };
}

/** Calls without a pause until it is revoked and denied for half a second. How long after that the last one was taken that had been sent by then. */
async function denial(url, token, watch) {
  let last = 0;
  for (let denied; watch.over === undefined || denied === undefined || now() - denied < 500; ) {
    const sent = now();
    const answer = await call(url, { token, args: { text: 'still' } });
    if (answer.problem && !watch.denied(answer)) watch.wrong.push(answer.problem);
    if (!answer.problem) {
      last = sent;
      denied = undefined;
    } else denied ??= now();
    if (watch.over !== undefined && now() - watch.over > PATIENCE) break;
    await sleep(5);
  }
  return Math.max(0, last - watch.over);
}

let users = 0;

const WAYS = {
  async logout(world, on) {
    const token = world.mint(`out-${++users}@example.com`);
    return { path: world.paths.modern, token, revoke: () => world.must(on, 'POST', '/auth/logout', undefined, token) };
  },

  async api_token_off(world, on) {
    const { id, token } = await world.must(on, 'POST', '/tokens', { name: `off-${++users}` });
    return { path: world.paths.modern, token, revoke: () => world.must(on, 'PATCH', `/tokens/${id}`, { enabled: false }) };
  },

  async gateway_off(world, on) {
    const { id } = await world.must(on, 'POST', '/gateways', { name: `off-${++users}`, url: world.upstreams.modern });
    const revoke = () => world.must(on, 'POST', `/gateways/${id}/state?activate=false`);
    return { path: `/gateways/${id}/mcp`, token: world.token, revoke, denied: switchedOff };
  },

  async user_off(world, on) {
    const email = `user-${++users}@example.com`;
    const { id } = await world.must(on, 'POST', '/users', { email, full_name: 'User', password: 'a long password of a user', must_change_password: false });
    return { path: world.paths.modern, token: world.mint(email), revoke: () => world.must(on, 'PATCH', `/users/${id}`, { enabled: false }) };
  },
};
