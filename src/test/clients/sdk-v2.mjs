// sdk-v2.mjs MODE VERSION URL [TOKEN] [UPSTREAM_ORIGIN]: the TypeScript SDK v2, which speaks both eras.
// MODE legacy opens with initialize, auto asks server/discover first; VERSION is the one it must end up with.
import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Checks, Upstream } from './checks.mjs';
import { exercise } from './exercise.mjs';
import { endSession } from './session.mjs';

const [mode, version, url, token, origin] = process.argv.slice(2);
const checks = new Checks(`TypeScript SDK v2, ${mode}`);
const modern = version >= '2026';
const asked = {};
const heard = [];

function newClient() {
  const capabilities = { elicitation: { form: {} }, sampling: {} };
  const client = new Client({ name: 'sdk-v2', version: '1.0.0' }, { capabilities, versionNegotiation: { mode } });
  for (const method of ['elicitation/create', 'sampling/createMessage']) {
    client.setRequestHandler(method, ({ params }) => asked[method](params));
  }
  for (const method of ['notifications/tools/list_changed', 'notifications/prompts/list_changed', 'notifications/resources/updated']) {
    client.setNotificationHandler(method, (notification) => void heard.push(notification));
  }
  return client;
}

const newTransport = (bearer) =>
  new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: bearer ? { Authorization: `Bearer ${bearer}` } : {} } });

const client = newClient();
const transport = newTransport(token);

/** The modern era has one stream for all changes; the legacy era has the session's own and a subscription for each resource. */
async function listen(filter) {
  if (modern) {
    const subscription = await client.listen(filter);
    assert.deepEqual(subscription.honoredFilter, filter);
    return () => subscription.close();
  }
  const uris = filter.resourceSubscriptions ?? [];
  for (const uri of uris) await client.subscribeResource({ uri });
  return async () => {
    for (const uri of uris) await client.unsubscribeResource({ uri });
  };
}

await checks.that(`connects and speaks ${version}`, async () => {
  await client.connect(transport);
  assert.equal(client.getNegotiatedProtocolVersion(), version);
  assert.equal(transport.sessionId === undefined, modern, `session id ${transport.sessionId}`);
});
await exercise(
  checks,
  {
    asked,
    call: (name, args, options) => client.callTool({ name, arguments: args }, options),
    changed: (method) => heard.filter((notification) => notification.method === method).map((notification) => notification.params),
    complete: (params) => client.complete(params),
    listPrompts: () => client.listPrompts(),
    listResources: () => client.listResources(),
    listResourceTemplates: () => client.listResourceTemplates(),
    listTools: () => client.listTools(),
    listen,
    prompt: (name, args) => client.getPrompt({ name, arguments: args }),
    read: (uri) => client.readResource({ uri }),
  },
  origin && new Upstream(origin),
);
if (modern) {
  await checks.that('sends an argument as a header too, where the tool asks for it', async () => {
    const { content } = await client.callTool({ name: 'test_x_mcp_header', arguments: { region: 'eu-wést' } });
    assert.equal(content[0].text, 'region=eu-wést');
  });
} else {
  await endSession(checks, { url, token, transport, version });
}
await client.close();
if (token) {
  await checks.that('is refused with a wrong token, and does not try another era', async () => {
    await assert.rejects(newClient().connect(newTransport('wrong')), (error) => error.data?.status === 401);
  });
}
checks.finish();
