// Connections of the TypeScript SDK v2, which speaks both eras over Streamable HTTP, and the older one over HTTP+SSE.
import assert from 'node:assert/strict';
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { allPages, capabilitiesOf } from './connections.mjs';

const QUESTIONS = { elicitation: 'elicitation/create', sampling: 'sampling/createMessage', roots: 'roots/list' };
const NOTIFICATIONS = ['tools/list_changed', 'prompts/list_changed', 'resources/list_changed', 'resources/updated', 'message'];
const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

/** url ends in /sse for HTTP+SSE; mode legacy opens with initialize, auto asks server/discover first; version is the revision that it is to end up with, and capabilities what it declares. */
export async function connectV2({ url, token, mode, version, scheme = 'test', capabilities = capabilitiesOf(version) }) {
  const [asked, heard] = [{}, []];
  const modern = version >= '2026';
  const client = new Client({ name: 'sdk-v2', version: '1.0.0' }, { capabilities, versionNegotiation: { mode } });
  for (const capability of Object.keys(capabilities)) {
    const method = QUESTIONS[capability];
    client.setRequestHandler(method, ({ params }) => asked[method](params));
  }
  for (const name of NOTIFICATIONS) client.setNotificationHandler(`notifications/${name}`, (notification) => void heard.push(notification));

  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const Transport = url.endsWith('/sse') ? SSEClientTransport : StreamableHTTPClientTransport;
  const transport = new Transport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  return {
    ...requests(client),
    ...(modern ? modernRequests(client) : legacyRequests(client)),
    asked,
    version,
    modern,
    namesOldCodes: false, // this SDK turns the code of a missing resource into today's
    transport,
    agreed: () => ({
      version: client.getNegotiatedProtocolVersion(),
      capabilities: client.getServerCapabilities(),
      server: client.getServerVersion(),
    }),
    close: () => client.close(),
    heard: (method) => heard.filter((notification) => notification.method === method).map((notification) => notification.params),
    uri: (path) => `${scheme}://${path}`,
  };
}

function requests(client) {
  return {
    call: (name, args, options) => client.callTool({ name, arguments: args }, options),
    complete: (name, argument) => client.complete({ ref: { type: 'ref/prompt', name }, argument }),
    listPrompts: () => allPages('prompts', (params) => client.listPrompts(params)),
    listResources: () => allPages('resources', (params) => client.listResources(params)),
    listResourceTemplates: () => allPages('resourceTemplates', (params) => client.listResourceTemplates(params)),
    listTools: () => allPages('tools', (params) => client.listTools(params)),
    ping: () => client.ping(),
    prompt: (name, args) => client.getPrompt({ name, arguments: args }),
    read: (uri) => client.readResource({ uri }),
  };
}

/** One stream for all changes, and a level for each request. */
function modernRequests(client) {
  return {
    callAtLevel: (level, name, args) => client.callTool({ name, arguments: args, _meta: { [LOG_LEVEL]: level } }),
    listen: async (filter) => {
      const subscription = await client.listen(filter);
      assert.deepEqual(subscription.honoredFilter, filter);
      return () => subscription.close();
    },
  };
}

/** The session's own stream for changes, a subscription for each resource, and a level for all that follows. */
function legacyRequests(client) {
  return {
    callAtLevel: async (level, name, args) => {
      await client.setLoggingLevel(level);
      return client.callTool({ name, arguments: args });
    },
    listen: async ({ resourceSubscriptions = [] }) => {
      for (const uri of resourceSubscriptions) await client.subscribeResource({ uri });
      return async () => {
        for (const uri of resourceSubscriptions) await client.unsubscribeResource({ uri });
      };
    },
  };
}
