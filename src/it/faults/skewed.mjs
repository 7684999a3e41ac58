// F15: the clock of one replica is wrong, or jumps. What it may not bring about: two refreshes at once, a token refused that is good, a check that is
// done twice or not at all.
import fs from 'node:fs';
import { createHmac, randomUUID } from 'node:crypto';
import { Provider } from '../provider.mjs';
import { bearer, now, rounded, sleep } from '../wire.mjs';
import { kinds } from './rolling.mjs';
import { watched } from './rounds.mjs';
import { call, Load, sign } from './world.mjs';

/** Seconds that the clock is wrong by, one after another, in one run of the replica: the last one is a jump back of an hour. */
const WRONG = { right: 0, behind: -120, ahead: 120, jumped: -3600 };
const NEW = 'with a new token';
const SETTLE = 5000; // ms until everything has seen the new time
const TRIAL = 65_000; // ms: a token that is refused again sooner was not worth its refresh, and its user is asked
const LENIENCE = 60; // seconds that a token may come from the future

export async function skewed(world, { rate, seconds, refreshes, upstreams }) {
  const library = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketime.so.1`).find(fs.existsSync);
  if (!library) throw new Error('faketime is not installed: apt-get install faketime');
  const clock = `${world.out}/clock`;
  const set = (wrong) => fs.writeFileSync(clock, `${wrong < 0 ? '' : '+'}${wrong}\n`);
  set(0);
  const victim = world.living().at(-1);
  await world.end(victim);
  // only the time of day is wrong: what a process waits for goes by another clock
  const settings = [`LD_PRELOAD=${library}`, `FAKETIME_TIMESTAMP_FILE=${clock}`, 'FAKETIME_CACHE_DURATION=1', 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'FAKETIME_FORCE_MONOTONIC_FIX=0'];
  const wrong = await world.restart(victim.number, settings);
  const provider = new Provider();
  await provider.listen();
  provider.slow = 300;
  const [first] = world.living();
  const body = { name: 'guarded', url: provider.mcp, auth_type: 'oauth', oauth_config: provider.oauth };
  const { id } = await world.must(first, 'POST', '/gateways', body);
  await provider.connect(id, { ...bearer(world.token), accept: 'application/json' }, first, wrong);
  const [figures, notes] = [{ calls: 0, failed: 0, too_early: 0, checks: 0 }, []];
  let renewed = now() - TRIAL;
  for (const [way, by] of Object.entries(WRONG)) {
    set(by);
    await sleep(SETTLE);
    const off = await difference(wrong);
    if (Math.abs(off - by) > 5) throw new Error(`the clock is wrong by ${off} s and not by ${by}`);
    const load = new Load(rate, () => world.living(), { ...(await kinds(world)), ...fresh(world) });
    const checks = await watched(world, { upstreams }, async () => {
      load.start();
      for (let round = 0; round < refreshes; round++) {
        await sleep(Math.max(0, renewed + TRIAL - now()));
        const before = provider.refreshes;
        provider.refuse();
        const path = `/gateways/${id}/mcp`;
        const calls = world.living().flatMap(({ url }) =>
          Array.from({ length: 20 }, (_, n) => call(url + path, { token: world.token, args: { text: `renewed-${n}` } })),
        );
        for (const { problem } of await Promise.all(calls)) if (problem) notes.push(`${way}, a refresh: ${problem}`);
        renewed = now();
        if (provider.refreshes !== before + 1) notes.push(`${way}: ${provider.refreshes - before} refreshes and not one`);
      }
      await sleep(Math.max(0, seconds * 1000 - (now() - load.begun)));
      await load.stop();
    });
    figures.calls += load.calls;
    const early = by < -LENIENCE ? load.failures.filter((failure) => isTooEarly(failure, wrong)) : [];
    const failed = load.failures.filter((failure) => !early.includes(failure));
    figures.failed += failed.length;
    figures.too_early += early.length;
    figures.checks += checks.figures.checks;
    Object.assign(figures, { [`${way}_p99_ms`]: rounded(load.took, 0.99), [`${way}_doubled`]: checks.figures.doubled, [`${way}_missed`]: checks.figures.missed });
    notes.push(...failed.map(({ kind, target, problem }) => `${way}, ${kind} at ${target}: ${problem}`));
    notes.push(...checks.notes.map((note) => `${way}: ${note}`));
  }
  Object.assign(figures, { refreshes: provider.refreshes, reused: provider.reused });
  await world.must(first, 'DELETE', `/gateways/${id}`);
  await world.end(wrong);
  await world.restart(wrong.number);
  return {
    promise: `with a clock two minutes wrong or an hour back at one replica no call fails there or elsewhere, but with a token from over ${LENIENCE} s in its future; one refresh is one everywhere, each check is done once`,
    figures,
    met: figures.calls > 0 && provider.reused === 0 && notes.length === 0,
    notes,
  };
}

/** A new token comes from the future for a clock that is behind. */
function isTooEarly({ kind, target, problem }, { number }) {
  return kind === NEW && target === number && /^401 .*is in the future/.test(problem);
}

/** Seconds that a replica's answers are dated ahead. */
async function difference({ url }) {
  const { headers } = await fetch(`${url}/health`);
  return Math.round((Date.parse(headers.get('date')) - Date.now()) / 1000);
}

/** With a token that has just been signed, and is good for five minutes, by the right clock. */
function fresh({ token, secret, paths }) {
  const [head, claims] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const hmac = (text) => createHmac('sha256', secret).update(text).digest('base64url');
  const mint = () => {
    const iat = Math.floor(Date.now() / 1000);
    return sign(head, { ...claims, iat, exp: iat + 300, jti: randomUUID() }, hmac);
  };
  return { [NEW]: ({ url }, text) => call(url + paths.modern, { token: mint(), args: { text } }) };
}
