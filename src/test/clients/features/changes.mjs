// What a server tells unasked.
import assert from 'node:assert/strict';
import { sleep, until } from '../checks.mjs';

const UPDATED = 'notifications/resources/updated';

/** A count as it is when 300 ms have not changed it. */
async function settled(count) {
  let last;
  do {
    last = count();
    await sleep(300);
  } while (count() !== last);
  return last;
}

export const changes = [
  {
    feature: 'list_changed',
    title: 'hears that tools and prompts changed',
    async check({ call, listen, heard }) {
      const stop = await listen({ toolsListChanged: true, promptsListChanged: true });
      for (const [tool, method] of [
        ['test_trigger_tool_change', 'notifications/tools/list_changed'],
        ['test_trigger_prompt_change', 'notifications/prompts/list_changed'],
      ]) {
        const before = heard(method).length;
        await until(method, () => heard(method).length > before, { attempt: () => call(tool, {}) });
      }
      await stop();
    },
  },
  {
    feature: 'subscribe',
    title: 'hears that a resource changed, as long as it is subscribed to it',
    needsUpstream: true,
    async check({ listen, heard, uri }, upstream) {
      const watched = uri('watched-resource');
      const updates = () => heard(UPDATED).filter((params) => params.uri === watched).length;
      const attempt = () => upstream.publish(`updated:${watched}`);

      const stop = await listen({ resourceSubscriptions: [watched] });
      await until(UPDATED, () => updates() > 0, { attempt });
      await stop();
      const before = await settled(updates); // what was on its way when the subscription ended
      for (let i = 0; i < 3; i++) await attempt().then(() => sleep(100));
      assert.equal(updates(), before, 'updates arrived after the end of the subscription');
    },
  },
];
