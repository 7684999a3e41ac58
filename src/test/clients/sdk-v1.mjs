// sdk-v1.mjs URL [TOKEN] [UPSTREAM_ORIGIN]: the TypeScript SDK v1, which speaks the stateful revisions only.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { Checks, Upstream } from './checks.mjs';
import { exercise } from './exercise.mjs';
import { endSession } from './session.mjs';

const [url, token, origin] = process.argv.slice(2);
const checks = new Checks('TypeScript SDK v1');
const asked = {};
const heard = [];

function newClient() {
  const client = new Client({ name: 'sdk-v1', version: '1.0.0' }, { capabilities: { elicitation: {}, sampling: {} } });
  for (const schema of [types.ElicitRequestSchema, types.CreateMessageRequestSchema]) {
    client.setRequestHandler(schema, ({ method, params }) => asked[method](params));
  }
  for (const schema of [
    types.ToolListChangedNotificationSchema,
    types.PromptListChangedNotificationSchema,
    types.ResourceUpdatedNotificationSchema,
  ]) {
    client.setNotificationHandler(schema, (notification) => void heard.push(notification));
  }
  return client;
}

const newTransport = (bearer) =>
  new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: bearer ? { Authorization: `Bearer ${bearer}` } : {} } });

const client = newClient();
const transport = newTransport(token);
await checks.that('connects by initialize', async () => {
  await client.connect(transport);
  assert.ok(transport.sessionId, 'no session id');
  assert.equal(transport.protocolVersion, '2025-11-25');
});
await exercise(
  checks,
  {
    asked,
    call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
    changed: (method) => heard.filter((notification) => notification.method === method).map((notification) => notification.params),
    complete: (params) => client.complete(params),
    listPrompts: () => client.listPrompts(),
    listResources: () => client.listResources(),
    listResourceTemplates: () => client.listResourceTemplates(),
    listTools: () => client.listTools(),
    listen: async ({ resourceSubscriptions = [] }) => {
      for (const uri of resourceSubscriptions) await client.subscribeResource({ uri });
      return async () => {
        for (const uri of resourceSubscriptions) await client.unsubscribeResource({ uri });
      };
    },
    prompt: (name, args) => client.getPrompt({ name, arguments: args }),
    read: (uri) => client.readResource({ uri }),
  },
  origin && new Upstream(origin),
);
await checks.that('pings and sets the log level', async () => {
  await client.ping();
  await client.setLoggingLevel('info');
});
await endSession(checks, { url, token, transport, version: transport.protocolVersion });
await client.close();
if (token) {
  await checks.that('is refused with a wrong token', async () => {
    await assert.rejects(
      newClient().connect(newTransport('wrong')),
      (error) => error.code === 401 || /401|Unauthorized/.test(error.message),
    );
  });
}
checks.finish();
