// What a server tells unasked.
import assert from 'node:assert/strict';
import { until } from '../checks.mjs';

const UPDATED = 'notifications/resources/updated';

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
      const updates = (of) => heard(UPDATED).filter((params) => params.uri === of).length;
      const [watched, other] = [uri('watched-resource'), uri('static-text')];
      const publish = (of) => upstream.publish(`updated:${of}`);
      const hear = async (of) => {
        const before = updates(of);
        await until(`${UPDATED} of ${of}`, () => updates(of) > before, { attempt: () => publish(of) });
      };

      const stop = await listen({ resourceSubscriptions: [watched] });
      const stopOther = await listen({ resourceSubscriptions: [other] });
      await hear(watched);
      await hear(other);
      await stop();
      await hear(other); // and so all that was on its way before it
      const before = updates(watched);
      for (let i = 0; i < 3; i++) await publish(watched);
      await hear(other);
      await stopOther();
      assert.equal(updates(watched), before, 'updates arrived after the end of the subscription');
    },
  },
];
