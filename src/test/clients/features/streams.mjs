// What a server says before it answers, and how a client ends that.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { sleep, textOf, until } from '../checks.mjs';

const LOGGED = ['Tool execution started', 'Tool processing data', 'Tool execution completed'];

function inTime(arrivals) {
  const gaps = arrivals
    .slice(1)
    .map((at, i) => at - arrivals[i])
    .sort((a, b) => a - b);
  const [least, median, most] = [gaps[0], gaps[gaps.length >> 1], gaps.at(-1)].map(Math.round);
  assert.ok(median > 160 && median < 260 && most < 600, `gaps of ${least}, ${median}, ${most} ms (least, median, most)`);
  assert.ok(arrivals[0] < 1000, `the first event took ${Math.round(arrivals[0])} ms`);
  return `gaps ${least} to ${most} ms, median ${median}, the first after ${Math.round(arrivals[0])} ms`;
}

export const streams = [
  {
    feature: 'progress',
    title: 'receives progress as it happens, increasing, 200 ms apart, and of its own call only',
    async check({ call }) {
      const [arrivals, values, others] = [[], [], []];
      const start = performance.now();
      const onprogress = ({ progress }) => arrivals.push(performance.now() - start) && values.push(progress);
      await Promise.all([
        call('sleep_ms', { ms: 2000, every: 200 }, { onprogress }),
        call('sleep_ms', { ms: 600, every: 300 }, { onprogress: ({ progress }) => others.push(progress) }),
      ]);
      assert.ok(arrivals.length >= 9 && arrivals.length <= 11, `${arrivals.length} events arrived`);
      assert.deepEqual(
        values,
        values.map((_, i) => i + 1),
      );
      assert.ok(others.length >= 1 && others.length <= 3, `${others.length} events of the other call`);
      return `${arrivals.length} events, ${inTime(arrivals)}`;
    },
  },
  {
    feature: 'logging',
    title: 'hears what the server logs, from the level that it asked for',
    async check({ call, callAtLevel, heard, modern }) {
      const logged = async (calling) => {
        const before = heard('notifications/message').length;
        await calling();
        await sleep(150); // what comes on another stream than the answer may come after it
        return heard('notifications/message').slice(before);
      };
      if (modern) assert.deepEqual(await logged(() => call('test_tool_with_logging', {})), [], 'logged though nobody asked');
      const informed = await logged(() => callAtLevel('info', 'test_tool_with_logging', {}));
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
      setTimeout(() => abort.abort(new Error('enough')), 400);
      const start = performance.now();
      await assert.rejects(call('sleep_ms', { ms: 20_000 }, { signal: abort.signal }));
      assert.ok(performance.now() - start < 2000, 'the call went on after it was cancelled');
      const aborted = performance.now();
      await until('cancellation at the server', async () => (await cancelled()) > before);
      const seen = Math.round(performance.now() - aborted);
      assert.equal(textOf(await call('echo', { text: 'still here' })), 'still here');
      return `seen after at most ${seen} ms`;
    },
  },
];
