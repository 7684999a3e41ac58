// F8: the identity provider whose keys verify tokens rotates them, goes away, and answers with HTML: what is known goes on to hold, what is not
// known is refused, and it is not asked again and again.
import { generateKeyPairSync, randomUUID, sign as signed } from 'node:crypto';
import http from 'node:http';
import { now, rounded, sleep } from '../wire.mjs';
import { call, Load, PATIENCE, SHORT, sign, until } from './world.mjs';

const FOUND = SHORT ? PATIENCE : 30_000; // ms: one extra read in so long

class Key {
  id = randomUUID();

  constructor() {
    // not exported later: node 20 stops for ever where it collects what made a key while that is being exported
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { format: 'jwk' } });
    this.jwk = { ...publicKey, kid: this.id, use: 'sig', alg: 'ES256' };
    this.key = privateKey;
  }

  token(issuer) {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'penstock', sub: 'ann@example.com', iat: seconds, exp: seconds + 3600, jti: randomUUID() };
    const signature = (text) => signed('sha256', Buffer.from(text), { key: this.key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return sign({ alg: 'ES256', typ: 'at+jwt', kid: this.id }, claims, signature);
  }
}

class Provider {
  fetches = 0;
  answer = 'keys';
  keys = [];

  constructor(port) {
    this.server = http.createServer((_, response) => {
      this.fetches++;
      if (this.answer === 'nothing') return response.destroy();
      const keys = this.answer === 'keys';
      const text = keys ? JSON.stringify({ keys: this.keys.map(({ jwk }) => jwk) }) : '<!doctype html><p>Sign in</p>';
      return response.writeHead(200, { 'content-type': keys ? 'application/json' : 'text/html' }).end(text);
    });
    this.listening = new Promise((done) => this.server.listen(port, '127.0.0.1', done));
  }
}

export async function keys(world, { rate, seconds, strangers }) {
  const provider = new Provider(world.issuer.port);
  await provider.listening;
  const [old, next] = [new Key(), new Key()];
  const [figures, notes] = [{ calls: 0, failed: 0, strangers: 0, strangers_refused: 0 }, []];
  const ask = (replica, token) => call(replica.url + world.paths.modern, { token, args: { text: 'key' } });
  const all = async (what, key) => {
    const begun = now();
    const token = key.token(world.issuer.name);
    const taken = async (replica) => until(async () => !(await ask(replica, token)).problem, FOUND + 1000, 250);
    const found = await Promise.all(world.living().map(taken));
    if (!found.every(Boolean)) notes.push(`${what}: not taken after ${FOUND} ms`);
    figures[`${what}_key_ms`] = Math.round(now() - begun);
  };
  provider.keys = [old];
  await all('first', old);
  provider.keys = [next, old];
  await all('rotated', next);
  for (const [way, answer] of [
    ['away', 'nothing'],
    ['html', 'html'],
  ]) {
    provider.answer = answer;
    const [before, begun] = [provider.fetches, now()];
    const known = [old, next].map((key) => key.token(world.issuer.name));
    const kinds = { known: (replica) => ask(replica, known[Math.floor(Math.random() * 2)]) };
    const load = new Load(rate, () => world.living(), kinds).start();
    const asked = Array.from({ length: strangers }, (_, place) => ask(world.living()[place % world.living().length], new Key().token(world.issuer.name)));
    const refused = (await Promise.all(asked)).filter(({ status }) => status === 401).length;
    await sleep(seconds * 1000);
    await load.stop();
    figures.calls += load.calls;
    figures.failed += load.failures.length;
    figures.strangers += strangers;
    figures.strangers_refused += refused;
    figures[`${way}_fetches`] = provider.fetches - before;
    figures[`${way}_p99_ms`] = rounded(load.took, 0.99);
    notes.push(...load.failures.map(({ problem }) => `${way}, a known key: ${problem}`));
    if (refused < strangers) notes.push(`${way}: ${strangers - refused} tokens of unknown keys were not answered 401`);
    const most = world.living().length * (2 + Math.ceil((now() - begun) / 10_000)); // one extra fetch in 30 s, and tries to read again
    if (provider.fetches - before > most) notes.push(`${way}: ${provider.fetches - before} fetches`);
  }
  provider.server.close();
  provider.server.closeAllConnections();
  return {
    promise: `known keys go on to hold, a rotated one is found within ${FOUND / 1000} s, unknown ones are answered 401, fetches are bounded`,
    figures,
    met: figures.calls > 0 && notes.length === 0,
    notes,
  };
}
