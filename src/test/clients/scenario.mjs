// scenario.mjs SERVER_URL: the client that the conformance suite's client scenarios start. It does not go to the suite's server itself: it
// registers the server with the gateway of $GATEWAY_URL, with $TOKEN, and goes through that. $ERA is the client's own, legacy or modern.
// The suite gives $MCP_CONFORMANCE_SCENARIO and $MCP_CONFORMANCE_CONTEXT.
import { connectV2 } from './connect-v2.mjs';

const { GATEWAY_URL: gateway, TOKEN: token, ERA: era, MCP_CONFORMANCE_SCENARIO: scenario } = process.env;
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT || '{}');

const authorization = { authorization: `Bearer ${token}` };

async function register(url) {
  const answer = await fetch(`${gateway}/gateways`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ name: `${scenario} ${process.pid} ${era}`, url }),
  });
  if (!answer.ok) throw new Error(`not registered: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).id;
}

const unregister = (id) => fetch(`${gateway}/gateways/${id}`, { method: 'DELETE', headers: authorization });

const EXAMPLES = { string: 'text', integer: 1, number: 1.5, boolean: true, object: {}, array: [], null: null };

/** An argument for each property of a schema. */
const example = ({ properties = {} }) =>
  Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, EXAMPLES[type] ?? null]));

/** What a user gives who leaves all fields as they are. */
function accept({ requestedSchema }) {
  const fields = Object.entries(requestedSchema?.properties ?? {});
  const content = Object.fromEntries(fields.map(([name, field]) => [name, field.default ?? EXAMPLES[field.type]]));
  return { action: 'accept', content };
}

const callAll = async ({ listTools, call }) => {
  for (const { name, inputSchema } of (await listTools()).tools) await call(name, example(inputSchema));
};

const SCENARIOS = {
  initialize: ({ listTools }) => listTools(),
  tools_call: callAll,
  'elicitation-sep1034-client-defaults': callAll,
  'sse-retry': callAll,
  'request-metadata': async ({ listTools, call }) => {
    await listTools();
    await call('anything', {});
  },
  'sep-2322-client-request-state': async ({ call }) => {
    await Promise.all(['test_mrtr_echo_state', 'test_mrtr_unrelated', 'test_mrtr_no_state'].map((name) => call(name, {})));
    // the gateway hands such a result on as it is, and the SDK does not assume what is missing
    await call('test_mrtr_no_result_type', {}).catch((error) => {
      if (error.data?.violation !== 'missing-resultType') throw error;
    });
  },
  'http-standard-headers': async (connection) => {
    await callAll(connection);
    for (const { uri } of (await connection.listResources()).resources) await connection.read(uri);
    for (const { name } of (await connection.listPrompts()).prompts) await connection.prompt(name, {});
  },
  'http-custom-headers': async ({ listTools, call }) => {
    await listTools();
    for (const { name, arguments: args } of context.toolCalls) await call(name, args);
  },
  'http-invalid-tool-headers': callAll,
  'json-schema-ref-no-deref': ({ listTools }) => listTools(),
  'json-schema-2020-12-preservation': async ({ listTools, call }) => {
    const { inputSchema } = (await listTools()).tools.find(({ name }) => name !== 'json_schema_echo');
    await call('json_schema_echo', { schema: inputSchema });
  },
};

const id = await register(process.argv[2]);
try {
  const url = `${gateway}/gateways/${id}/mcp`;
  const connection = await connectV2(
    era === 'modern' ? { url, token, mode: 'auto', version: '2026-07-28' } : { url, token, mode: 'legacy', version: '2025-11-25' },
  );
  connection.asked['elicitation/create'] = accept;
  await SCENARIOS[scenario](connection);
  await connection.close();
} finally {
  await unregister(id);
}
process.exit(0);
