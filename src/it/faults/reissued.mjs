// F5: a replica is killed while clients of 2026-07-28 wait for answers of its. Each call fails where its client sees it, is made again under another
// id at another replica, and the upstream hears that nobody waits for the first one any more. It may have done what it was asked to both times.
import { now, rounded } from '../wire.mjs';
import { Counting } from './counting.mjs';
import { call, PATIENCE, SHORT, until } from './world.mjs';

const WITHIN = SHORT ? PATIENCE : 500; // ms from the kill to the answer of the second call

export async function reissued(world, { rounds, calls }) {
  const upstream = await new Counting().listen();
  const { id } = await world.must(world.living()[0], 'POST', '/gateways', { name: 'counting', url: upstream.url });
  const [took, forgotten, notes] = [[], [], []];
  let failed = 0;
  for (let round = 0; round < rounds; round++) {
    const [victim, ...others] = turned(world.living(), round);
    const at = (replica, text) => call(`${replica.url}/gateways/${id}/mcp`, { token: world.token, args: { text }, reuse: false });
    await Promise.all(others.map((replica) => at(replica, 'before')));
    upstream.holds = true;
    const waiting = Array.from({ length: calls }, (_, number) => at(victim, `first-${number}`));
    if (!(await until(() => upstream.running === calls, PATIENCE))) throw new Error(`only ${upstream.running} calls came to the upstream`);
    upstream.holds = false;
    const killed = now();
    const ended = world.end(victim, 'SIGKILL');
    await Promise.all(
      waiting.map(async (first, number) => {
        const { status, failed: broken } = await first;
        if (!broken) return notes.push(`the first call was answered: ${status}`);
        failed++;
        const { problem } = await at(others[number % others.length], `again-${number}`);
        took.push(now() - killed);
        return problem && notes.push(`again: ${problem}`);
      }),
    );
    if (!(await until(() => upstream.running === 0, 5000))) notes.push(`the upstream still does what ${upstream.running} calls asked for`);
    forgotten.push(now() - killed);
    await ended;
    await world.restart(victim.number);
  }
  await world.must(world.living()[0], 'DELETE', `/gateways/${id}`);
  upstream.close();
  const longest = rounded(took, 1);
  if (longest > WITHIN) notes.push(`a call was answered ${longest} ms after the kill`);
  return {
    promise: `each call fails visibly, and is answered by another replica within ${WITHIN} ms of the kill; nothing goes on at the upstream`,
    figures: { kills: rounds, failed_visibly: failed, answered_p50_ms: rounded(took, 0.5), answered_max_ms: longest, forgotten_max_ms: rounded(forgotten, 1) },
    met: failed === rounds * calls && notes.length === 0,
    notes,
  };
}

/** The same in another order: the turn-th comes first. */
function turned(replicas, turn) {
  const start = turn % replicas.length;
  return [...replicas.slice(start), ...replicas.slice(0, start)];
}
