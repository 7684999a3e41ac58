// sdk-v2.mjs MODE VERSION URL [TOKEN] [UPSTREAM_ORIGIN]: the TypeScript SDK v2, which speaks both eras.
// MODE legacy opens with initialize, auto asks server/discover first; VERSION is the one it must end up with.
import assert from 'node:assert/strict';
import { Checks, Upstream } from './checks.mjs';
import { connectV2 } from './connect-v2.mjs';
import { exercise } from './exercise.mjs';
import { endSession } from './session.mjs';

const [mode, version, url, token, origin] = process.argv.slice(2);
const checks = new Checks(`TypeScript SDK v2, ${mode}`);
const modern = version >= '2026';
let connection;

await checks.that(`connects and speaks ${version}`, async () => {
  connection = await connectV2({ url, token, mode, version });
  assert.equal(connection.agreed().version, version);
  assert.equal(connection.transport.sessionId === undefined, modern, `session id ${connection.transport.sessionId}`);
});
if (!connection) checks.finish();
await exercise(checks, connection, origin && new Upstream(origin));
if (modern) {
  await checks.that('sends an argument as a header too, where the tool asks for it', async () => {
    const { content } = await connection.call('test_x_mcp_header', { region: 'eu-wést' });
    assert.equal(content[0].text, 'region=eu-wést');
  });
} else {
  await endSession(checks, { url, token, transport: connection.transport, version });
}
await connection.close();
if (token) {
  await checks.that('is refused with a wrong token, and does not try another era', async () => {
    await assert.rejects(connectV2({ url, token: 'wrong', mode, version }), (error) => error.data?.status === 401);
  });
}
checks.finish();
