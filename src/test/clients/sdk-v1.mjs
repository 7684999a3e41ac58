// sdk-v1.mjs URL [TOKEN] [UPSTREAM_ORIGIN]: the TypeScript SDK v1, which speaks the stateful revisions only.
import assert from 'node:assert/strict';
import { Checks, sleep, Upstream } from './checks.mjs';
import { connectV1 } from './connect-v1.mjs';
import { exercise } from './exercise.mjs';
import { endSession } from './session.mjs';

const [url, token, origin] = process.argv.slice(2);
const checks = new Checks('TypeScript SDK v1');
const sessions = !url.endsWith('/sse');
let connection;

await checks.that('connects by initialize', async () => {
  connection = await connectV1({ url, token });
  assert.equal(connection.transport.sessionId !== undefined, sessions, `session id ${connection.transport.sessionId}`);
});
if (!connection) checks.finish();
await exercise(checks, connection, origin && new Upstream(origin));
if (sessions) {
  // it takes each stream that ended without a result for one that broke off
  await checks.that('does not come back again and again for a call that it cancelled', async () => {
    const [send, abort] = [globalThis.fetch, new AbortController()];
    let gets = 0;
    globalThis.fetch = (to, init) => {
      if (init?.method === 'GET') gets++;
      return send(to, init);
    };
    setTimeout(() => abort.abort(new Error('enough')), 1000);
    await assert.rejects(connection.call('sleep_ms', { ms: 10_000 }, { signal: abort.signal }));
    await sleep(4000);
    globalThis.fetch = send;
    assert.ok(gets <= 1, `${gets} GETs`);
  });
  await endSession(checks, { url, token, transport: connection.transport, version: connection.version });
}
await connection.close();
if (token) {
  await checks.that('is refused with a wrong token', async () => {
    await assert.rejects(connectV1({ url, token: 'wrong' }), (error) => error.code === 401 || /401|Unauthorized/.test(error.message));
  });
}
checks.finish();
