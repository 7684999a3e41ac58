// How a client and a server come to know each other.
import assert from 'node:assert/strict';

export const handshake = [
  {
    feature: 'handshake',
    title: 'agrees on a version, and hears who the server is and what it can do',
    async check({ version, agreed }) {
      const { version: spoken, capabilities, server } = agreed();
      assert.equal(spoken, version);
      assert.ok(server?.name && server.version, `server ${JSON.stringify(server)}`);
      for (const capability of ['tools', 'resources', 'prompts', 'logging', 'completions']) {
        assert.ok(capabilities[capability], `no ${capability} in ${JSON.stringify(capabilities)}`);
      }
      assert.equal(capabilities.resources.subscribe, true, `resources: ${JSON.stringify(capabilities.resources)}`);
      for (const list of ['tools', 'prompts', 'resources']) assert.equal(capabilities[list].listChanged, true, `${list}.listChanged`);
      return `${server.name} ${server.version}`;
    },
  },
  {
    feature: 'ping',
    title: 'pings the server',
    statefulOnly: true,
    async check({ ping }) {
      await ping();
    },
  },
];
