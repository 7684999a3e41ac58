// Calls of tools that answer without asking or telling anything.
import assert from 'node:assert/strict';
import { textOf } from '../checks.mjs';

const echo = async ({ call }, text) => textOf(await call('echo', { text }));

export const calls = [
  {
    feature: 'tools/call',
    title: 'calls a tool and gets its text back',
    async check(connection) {
      for (const text of ['hello', 'grüße, 世界 🌍', 'line\nline\r\n\u2028"\\', '']) assert.equal(await echo(connection, text), text);
    },
  },
  {
    feature: 'tools/call, many at once',
    title: 'calls twenty at once, each gets its own answer',
    async check(connection) {
      const texts = Array.from({ length: 20 }, (_, i) => `call ${i}`);
      assert.deepEqual(await Promise.all(texts.map((text) => echo(connection, text))), texts);
    },
  },
  {
    feature: 'tools/call, 3 MB',
    title: 'sends and receives a large text',
    async check(connection) {
      const sent = 'ä'.repeat(300_000);
      assert.equal(await echo(connection, sent), sent);
      assert.equal(textOf(await connection.call('big_text', { bytes: 3_000_000 })).length, 3_000_000);
    },
  },
  {
    feature: 'tools/call, other content',
    title: 'gets images and embedded resources unchanged',
    async check({ call }) {
      const { content } = await call('test_multiple_content_types', {});
      assert.deepEqual(
        content.map((block) => block.type),
        ['text', 'image', 'resource'],
      );
      assert.equal(content[2].resource.text, '{"test":"data","value":123}');
    },
  },
  {
    feature: 'tools/call, error',
    title: 'tells a failed tool from a failed request',
    async check({ call }) {
      const failed = await call('test_error_handling', {});
      assert.equal(failed.isError, true);
      assert.equal(textOf(failed), 'This tool intentionally returns an error for testing');
      const unknown = await call('no_such_tool', {}).catch((error) => error);
      assert.ok(unknown.isError === true || unknown.code === -32602, `got ${JSON.stringify(unknown)}`);
    },
  },
  ...(process.env.EXPECT_UPSTREAM_AUTHORIZATION === undefined
    ? []
    : [
        {
          feature: 'credential',
          title: "reaches the server with the server's own credential",
          async check({ call }) {
            const { headers } = JSON.parse(textOf(await call('echo_headers', {})));
            assert.equal(headers.authorization ?? '', process.env.EXPECT_UPSTREAM_AUTHORIZATION);
            assert.equal(headers.cookie, undefined);
          },
        },
      ]),
];
