// Checks of the stateful revisions: what a session id is worth after its end, and to somebody without a token.
import assert from 'node:assert/strict';

export async function endSession(checks, { url, token, transport, version }) {
  const { sessionId } = transport;
  const post = (headers) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': sessionId,
        'mcp-protocol-version': version,
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'x', method: 'tools/list' }),
    });
  const bearer = token ? { authorization: `Bearer ${token}` } : {};

  if (token) {
    await checks.that('has a session that is worth nothing without the token', async () => {
      assert.equal((await post({})).status, 401);
      const own = await post(bearer);
      await own.body?.cancel();
      assert.equal(own.status, 200);
    });
  }
  await checks.that('ends its session, after which the id is unknown', async () => {
    assert.match(sessionId, /^[\x21-\x7e]+$/);
    await transport.terminateSession();
    assert.equal((await post(bearer)).status, 404);
  });
}
