// What a server says before it answers, and how a client ends that.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { sleep, textOf, until } from '../checks.mjs';

const LOGGED = ['Tool execution started', 'Tool processing data', 'Tool execution completed'];

/** A walk of a tool that takes each step only when its client has heard of the last one: what is held back on its way ends it. Gives what was heard. */
async function walk(call, steps) {
  const [name, heard] = [randomUUID(), []];
  const goingOn = [];
  const onprogress = ({ progress }) => {
    heard.push(progress);
    goingOn.push(call('go_on', { name }));
  };
  assert.equal(textOf(await call('walk', { name, steps }, { onprogress })), `walked ${steps}`);
  await Promise.all(goingOn);
  return heard;
}

export const streams = [
  {
    feature: 'progress',
    title: 'receives progress as it happens, increasing, and of its own call only',
    async check({ call }) {
      const walks = await Promise.all([walk(call, 10), walk(call, 3)]);
      assert.deepEqual(walks, [
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [1, 2, 3],
      ]);
    },
  },
  {
    feature: 'logging',
    title: 'hears what the server logs, from the level that it asked for',
    async check({ call, callAtLevel, heard, modern }) {
      const messages = () => heard('notifications/message');
      const logged = async (calling, expected = 0) => {
        const before = messages().length;
        await calling();
        await until('what was logged', () => messages().length >= before + expected);
        await sleep(150); // what comes on another stream than the answer may come after it
        return messages().slice(before);
      };
      if (modern) assert.deepEqual(await logged(() => call('test_tool_with_logging', {})), [], 'logged though nobody asked');
      const informed = await logged(() => callAtLevel('info', 'test_tool_with_logging', {}), LOGGED.length);
      assert.deepEqual(
        informed.map(({ level, data }) => `${level} ${data}`),
        LOGGED.map((data) => `info ${data}`),
      );
      assert.deepEqual(await logged(() => callAtLevel('error', 'test_tool_with_logging', {})), [], 'logged below the level');
    },
  },
  {
    feature: 'stream broken off',
    title: 'gets its answer over a stream that the server closed in between',
    async check({ call }) {
      assert.equal(textOf(await call('test_reconnection', {})), 'Reconnection test completed');
    },
  },
  {
    feature: 'cancel',
    title: 'cancels a call, and the server notices',
    needsUpstream: true,
    async check({ call }, upstream) {
      const cancelled = async () => (await upstream.log()).filter((entry) => entry.event === 'cancelled').length;
      const before = await cancelled();
      const abort = new AbortController();
      const onprogress = () => abort.abort(new Error('enough'));
      await assert.rejects(call('sleep_ms', { ms: 20_000, every: 100 }, { signal: abort.signal, onprogress }));
      const aborted = performance.now();
      await until('cancellation at the server', async () => (await cancelled()) > before);
      const seen = Math.round(performance.now() - aborted);
      assert.equal(textOf(await call('echo', { text: 'still here' })), 'still here');
      return `seen after at most ${seen} ms`;
    },
  },
];
