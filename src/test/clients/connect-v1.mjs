// Connections of the TypeScript SDK v1, which speaks the stateful revisions only, over Streamable HTTP, HTTP+SSE and WebSocket.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { allPages, capabilitiesOf } from './connections.mjs';

const QUESTIONS = { elicitation: types.ElicitRequestSchema, sampling: types.CreateMessageRequestSchema, roots: types.ListRootsRequestSchema };
const NOTIFICATIONS = [
  types.ToolListChangedNotificationSchema,
  types.PromptListChangedNotificationSchema,
  types.ResourceListChangedNotificationSchema,
  types.ResourceUpdatedNotificationSchema,
  types.LoggingMessageNotificationSchema,
];

/** url ends in /sse for HTTP+SSE and begins with ws for WebSocket; version is the revision that the client asks for, and capabilities what it declares. */
export async function connectV1({ url, token, version = types.LATEST_PROTOCOL_VERSION, scheme = 'test', capabilities = capabilitiesOf(version) }) {
  const [asked, heard] = [{}, []];
  const client = new Client({ name: 'sdk-v1', version: '1.0.0' }, { capabilities });
  for (const capability of Object.keys(capabilities)) {
    client.setRequestHandler(QUESTIONS[capability], ({ method, params }) => asked[method](params));
  }
  for (const schema of NOTIFICATIONS) client.setNotificationHandler(schema, (notification) => void heard.push(notification));

  const transport = newTransport(url, token, version);
  await client.connect(transport);
  return {
    ...requests(client),
    asked,
    version,
    modern: false,
    namesOldCodes: true,
    transport,
    agreed: () => ({ version: transport.agreed, capabilities: client.getServerCapabilities(), server: client.getServerVersion() }),
    close: () => client.close(),
    heard: (method) => heard.filter((notification) => notification.method === method).map((notification) => notification.params),
    uri: (path) => `${scheme}://${path}`,
  };
}

/** The SDK always asks for the newest revision that it knows: older clients asked for theirs. Notes what was agreed on. */
function newTransport(url, token, version) {
  const transport = transportTo(new URL(url), token);
  const [send, setVersion] = [transport.send.bind(transport), transport.setProtocolVersion?.bind(transport)];
  transport.send = (message, options) => {
    const opening = message.method === 'initialize';
    return send(opening ? { ...message, params: { ...message.params, protocolVersion: version } } : message, options);
  };
  transport.setProtocolVersion = (agreed) => {
    transport.agreed = agreed;
    setVersion?.(agreed);
  };
  return transport;
}

/** The SDK's WebSocket is that of browsers, which sends no headers. */
function transportTo(url, token) {
  if (url.protocol.startsWith('ws')) {
    url.searchParams.set('token', token);
    return new WebSocketClientTransport(url);
  }
  const Transport = url.pathname.endsWith('/sse') ? SSEClientTransport : StreamableHTTPClientTransport;
  return new Transport(url, { requestInit: { headers: token ? { Authorization: `Bearer ${token}` } : {} } });
}

function requests(client) {
  const call = (name, args, options) => client.callTool({ name, arguments: args }, undefined, options);
  return {
    call,
    callAtLevel: async (level, name, args) => {
      await client.setLoggingLevel(level);
      return call(name, args);
    },
    complete: (name, argument) => client.complete({ ref: { type: 'ref/prompt', name }, argument }),
    listPrompts: () => allPages('prompts', (params) => client.listPrompts(params)),
    listResources: () => allPages('resources', (params) => client.listResources(params)),
    listResourceTemplates: () => allPages('resourceTemplates', (params) => client.listResourceTemplates(params)),
    listTools: () => allPages('tools', (params) => client.listTools(params)),
    listen: async ({ resourceSubscriptions = [] }) => {
      for (const uri of resourceSubscriptions) await client.subscribeResource({ uri });
      return async () => {
        for (const uri of resourceSubscriptions) await client.unsubscribeResource({ uri });
      };
    },
    ping: () => client.ping(),
    prompt: (name, args) => client.getPrompt({ name, arguments: args }),
    read: (uri) => client.readResource({ uri }),
  };
}
