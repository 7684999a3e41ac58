// unconnected.mjs PYTHON STATEFUL SSE: real clients whose user has not agreed at an upstream yet, at a gateway's own endpoint and at a virtual
// server's, over every transport: what each makes of the answer, and that the call is answered when its user has agreed at the address in it.
// Driven by unconnected.sh, which gives $GATEWAY_URL, $ADMIN_TOKEN and $JWT_SECRET_KEY, and two upstreams that take the token up-secret. Prints
// the totals.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { McpError, UrlElicitationRequiredError as V1Required } from '@modelcontextprotocol/sdk/types.js';
import { ProtocolError, UrlElicitationRequiredError as V2Required } from '@modelcontextprotocol/client';
import { Provider } from '../it/provider.mjs';
import { agree } from './agreement.mjs';
import { Checks, rejection, textOf } from './checks.mjs';
import { connectV1 } from './connect-v1.mjs';
import { connectV2 } from './connect-v2.mjs';

const { GATEWAY_URL: gateway, ADMIN_TOKEN: admin, JWT_SECRET_KEY: secret } = process.env;
const [interpreter, stateful, sse] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const LEGACY = '2025-11-25';
const MODERN = '2026-07-28';
const SHOWS_PAGES = { elicitation: { form: {}, url: {} } };
const [provider, fixed] = [new Provider(), new Provider()];
provider.decides = fixed.decides = 'agrees';
fixed.access = 'up-secret';
const checks = new Checks('clients whose user has not agreed');

async function rest(method, path, body, as = admin) {
  const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' };
  const answer = await fetch(gateway + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, json: text ? JSON.parse(text) : undefined };
}

/** A token of the gateway's for a user of each place: nobody may begin to agree more than thirty times a minute. */
function tokenOf(name) {
  const base64 = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { iss: 'penstock', aud: 'penstock', sub: `${name}@example.com`, exp: Math.floor(Date.now() / 1000) + 3600, jti: randomUUID() };
  const signed = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

async function register(name, { url, mcp } = provider) {
  const oauth_config = { grant_type: 'authorization_code', client_id: 'clients', client_secret: 'sesame', scope: 'mcp', issuer: url };
  Object.assign(oauth_config, { authorization_url: `${url}/authorize`, token_url: `${url}/token` });
  const { status, json } = await rest('POST', '/gateways', { name, url: mcp, visibility: 'public', auth_type: 'oauth', oauth_config });
  assert.equal(status, 201, JSON.stringify(json));
  return json.id;
}

const authorizeUrl = (id) => `${gateway}/oauth/authorize/${id}`;

/** The user has no token there any more. */
async function cut(id, token) {
  const { status } = await rest('DELETE', `/oauth/connections/${id}`, undefined, token);
  assert.ok(status === 204 || status === 404, `cutting: ${status}`);
}

/** What is asked for, and whether it was answered. */
const requests = (uri, content, prompt, message) => ({
  'tools/call': { ask: ({ call, prefix }) => call(`${prefix}echo`, { text: 'hello' }), answered: (result) => textOf(result) === 'hello' },
  'resources/read': { ask: ({ read }) => read(uri), answered: ({ contents }) => contents[0].text === content },
  'prompts/get': {
    ask: (connection) => connection.prompt(connection.prefix + prompt, {}),
    answered: ({ messages }) => messages[0].content.text === message,
  },
});
const OWN = requests('repo://list', 'penstock', 'pr-summary', 'summary');
const FIXTURE = requests(
  'test://static-text',
  'This is the content of the static text resource.',
  'test_simple_prompt',
  'This is a simple prompt for testing.',
);

async function answered(connection, all) {
  for (const [method, { ask, answered }] of Object.entries(all)) {
    const result = await ask(connection);
    assert.ok(answered(result), `${method}: ${JSON.stringify(result)}`);
  }
}

/** Every request fails as recognise says; the user agrees at the address that it found; then every request is answered, on the same connection. */
async function refusedThenAnswered(what, { id, token, all }, open, recognise) {
  await checks.that(what, async () => {
    await cut(id, token);
    const connection = await open();
    try {
      for (const { ask } of Object.values(all)) assert.equal(recognise(await rejection(ask(connection))), authorizeUrl(id));
      await agree(authorizeUrl(id), token);
      await answered(connection, all);
    } finally {
      await connection.close();
    }
  });
}

/** The SDK's own error for that, which names the pages. */
const required = (Required) => (error) => {
  assert.ok(error instanceof Required, `${error.constructor.name}: ${error.message}`);
  assert.equal(error.elicitations.length, 1);
  assert.equal(error.elicitations[0].mode, 'url');
  return error.elicitations[0].url;
};

/** An error whose message has the whole address. */
const told = (Kind, Required) => (error) => {
  assert.ok(error instanceof Kind && !(error instanceof Required), `${error.constructor.name}: ${error.message}`);
  assert.match(error.message, /^[^\n]{1,600}$/);
  return /https?:\/\/[^\s,;]*[\w]/.exec(error.message)?.[0];
};

const naming = ({ prefix }) => (connection) => ({ ...connection, prefix });

/** SDK v1: stateful revisions, over all three transports. */
async function v1(place) {
  const { name, url, token } = place;
  for (const [transport, to] of [['Streamable HTTP', `${url}/mcp`], ['HTTP+SSE', `${url}/sse`], ['WebSocket', `${url.replace('http', 'ws')}/ws`]]) {
    const open = (capabilities) => () => connectV1({ url: to, token, version: LEGACY, capabilities }).then(naming(place));
    const what = `TypeScript SDK v1, ${transport}, ${name}`;
    await refusedThenAnswered(`${what}: shows pages, and gets its UrlElicitationRequiredError`, place, open(SHOWS_PAGES), required(V1Required));
    await refusedThenAnswered(`${what}: declares nothing, and gets a message with the address`, place, open({}), told(McpError, V1Required));
  }
}

/** SDK v2: both eras; it has no WebSocket. */
async function v2(place) {
  const { id, name, prefix, token, all } = place;
  const open = (mode, version, capabilities, end = '/mcp') => () =>
    connectV2({ url: place.url + end, token, mode, version, capabilities }).then(naming(place));
  const what = (version, transport = 'Streamable HTTP') => `TypeScript SDK v2, ${transport} ${version}, ${name}`;
  for (const [transport, end] of [['Streamable HTTP', '/mcp'], ['HTTP+SSE', '/sse']]) {
    const shows = `${what(LEGACY, transport)}: shows pages, and gets its UrlElicitationRequiredError`;
    await refusedThenAnswered(shows, place, open('legacy', LEGACY, SHOWS_PAGES, end), required(V2Required));
  }
  for (const [mode, version] of [['legacy', LEGACY], ['auto', MODERN]]) {
    const declares = `${what(version)}: declares nothing, and gets a message with the address`;
    await refusedThenAnswered(declares, place, open(mode, version, {}), told(ProtocolError, V2Required));
  }
  for (const [method, { ask, answered }] of Object.entries(all)) {
    await checks.that(`${what(MODERN)}: shows pages, its handler is asked by ${method}, which is answered then`, async () => {
      await cut(id, token);
      const connection = await open('auto', MODERN, SHOWS_PAGES)();
      let shown = 0;
      connection.asked['elicitation/create'] = async (params) => {
        shown++;
        assert.equal(params.mode, 'url');
        assert.equal(params.url, authorizeUrl(id));
        await agree(params.url, token);
        return { action: 'accept' };
      };
      assert.ok(answered(await ask(connection)));
      assert.equal(shown, 1);
      await connection.close();
    });
  }
  await checks.that(`${what(MODERN)}: whose user declines gets a message with the address`, async () => {
    await cut(id, token);
    const connection = await open('auto', MODERN, SHOWS_PAGES)();
    connection.asked['elicitation/create'] = () => ({ action: 'decline' });
    assert.equal(told(ProtocolError, V2Required)(await rejection(connection.call(`${prefix}echo`, { text: 'hello' }))), authorizeUrl(id));
    await connection.close();
  });
}

/** The Python SDK, in a process that prints what it made of each story. */
async function python(places, id, token) {
  const stories = places.flatMap(({ name, url, prefix }) =>
    [
      ['Streamable HTTP', 'legacy', LEGACY, '/mcp'],
      ['Streamable HTTP', 'auto', MODERN, '/mcp'],
      ['HTTP+SSE', 'legacy', LEGACY, '/sse'],
    ].flatMap(([transport, mode, version, end]) =>
      [true, false].map((pages) => ({ name: `${transport} ${version}, ${name}`, mode, version, url: url + end, pages, prefix })),
    ),
  );
  const input = { gateway, id, token, stories };
  const { stdout } = await promisify(execFile)(interpreter, [join(here, 'unconnected.py'), JSON.stringify(input)], { timeout: 90_000 });
  const told = stdout.trim().split('\n').map((line) => JSON.parse(line));
  for (const [place, { name, pages }] of stories.entries()) {
    await checks.that(`Python SDK, ${name}: ${pages ? 'shows pages' : 'declares nothing'}`, () => {
      if (told[place]?.error !== undefined || !told[place]) throw new Error(told[place]?.error ?? 'no answer');
      return told[place].said;
    });
  }
}

const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));

await Promise.all([provider.listen(), fixed.listen()]);
console.log(`TypeScript SDK v1 ${dependencies['@modelcontextprotocol/sdk']}, v2 ${dependencies['@modelcontextprotocol/client']}`);

const fresh = await register('fresh');
await checks.that('TypeScript SDK v1, at an upstream that nobody has ever seen: is greeted, and told where to agree', async () => {
  const url = `${gateway}/gateways/${fresh}/mcp`;
  const connection = await connectV1({ url, token: tokenOf('ann'), version: LEGACY, capabilities: SHOWS_PAGES });
  assert.equal(required(V1Required)(await rejection(connection.call('echo', { text: 'hello' }))), authorizeUrl(fresh));
  await connection.close();
});

const id = await register('guarded');
await agree(authorizeUrl(id), admin);
assert.equal((await rest('POST', `/gateways/${id}/tools/refresh`)).status, 200);
const { json: server } = await rest('POST', '/servers', { name: 'over', name_style: 'prefixed', gateways: [id] });
const places = [
  { id, name: 'the gateway', url: `${gateway}/gateways/${id}`, prefix: '', token: tokenOf('ann'), all: OWN },
  { id, name: 'a virtual server', url: `${gateway}/servers/${server.id}`, prefix: 'guarded-', token: tokenOf('bob'), all: OWN },
];
const others = [];
for (const [name, mcp] of [['stateful', stateful], ['sse', sse]]) {
  const other = await register(name, { url: fixed.url, mcp });
  const upstream = name === 'sse' ? 'over HTTP+SSE' : 'with sessions';
  others.push({ id: other, name: `an upstream ${upstream}`, url: `${gateway}/gateways/${other}`, prefix: '', token: tokenOf(name), all: FIXTURE });
}
for (const place of [...places, ...others]) {
  await v1(place);
  await v2(place);
}
await python(places, id, tokenOf('cleo'));
console.log('   not tried: WebSocket with the TypeScript SDK v2 and the Python SDK, which have none');
checks.finish();
