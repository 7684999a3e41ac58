// connections.mjs scenarios      the last source document's stories of administrators and users, against a gateway that has just started
// connections.mjs plant ROWS     puts so many tokens of 45 days ago into the database, and ten of 20 days ago
// connections.mjs watch ROWS     waits until the cleanup is through, and sees how long its transactions are and that calls go on
// Driven by connections.sh. Each expectation that is not met is a line on standard error.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Provider } from './provider.mjs';
import { now, rounded, send, sleep } from './wire.mjs';

const [part, rows] = [process.argv[2], Number(process.argv[3])];
const world = JSON.parse(process.env.WORLD); // { url, management, log, admin, alice, psql, database }
const [admin, alice] = [world.admin, world.alice].map((token) => ({ authorization: `Bearer ${token}`, accept: 'application/json' }));
const KEPT = 10;
const PATIENCE = 15 * 60_000;
let expected = 0;
let unmet = 0;

function expect(what, is) {
  expected++;
  if (is) return;
  unmet++;
  console.error(`not so: ${what}`);
}

const ask = async (as, method, path, body) => {
  const { status, text, headers } = await send(world.url + path, { method, headers: as, body }).done;
  return { status, headers, text, json: text ? JSON.parse(text) : undefined };
};

async function sql(text) {
  const { hostname, port, username, password, pathname } = new URL(world.database);
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  return (await promisify(execFile)(world.psql, ['-AtqXc', text], { env, timeout: PATIENCE })).stdout.trim();
}

/** A stateless call in a user's name. */
async function call(as, gateway, method, params, name) {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  const named = name ? { 'mcp-name': name } : {};
  const headers = { ...as, accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...named };
  return ask(headers, 'POST', `/gateways/${gateway}/mcp`, { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } });
}

const read = (gateway) => call(alice, gateway, 'resources/read', { uri: 'repo://list' }, 'repo://list');
const summary = (gateway) => call(alice, gateway, 'prompts/get', { name: 'pr-summary' }, 'pr-summary');
const echo = (as, gateway) => call(as, gateway, 'tools/call', { name: 'echo', arguments: { text: 'hello' } }, 'echo');

async function scenarios() {
  const provider = new Provider();
  await provider.listen();
  await templates();
  const gateway = await registered(provider);
  await asked(gateway);
  await connect(provider, gateway);
  await answered(gateway);
  await administered(provider, gateway);
}

/** US-4. */
async function templates() {
  const { json } = await ask(admin, 'GET', '/oauth/providers');
  const named = Object.fromEntries(json.map((template) => [template.id, template]));
  for (const name of ['github', 'google', 'microsoft', 'okta', 'auth0', 'custom']) expect(`there is a template ${name}`, named[name]);
  expect('GitHub: authorization_url', named.github?.authorization_url === 'https://github.com/login/oauth/authorize');
  expect('GitHub: token_url', named.github?.token_url === 'https://github.com/login/oauth/access_token');
  const oauth = { grant_type: 'authorization_code', provider: 'github', client_id: 'x', client_secret: 'y' };
  const made = await ask(admin, 'POST', '/gateways', { name: 'github-mcp', url: 'https://example.com/mcp', auth_type: 'oauth', oauth_config: oauth });
  expect('a gateway takes its addresses from the template', made.json?.oauth_config?.token_url === named.github?.token_url);
}

async function registered(provider) {
  const oauth = { grant_type: 'authorization_code', provider: 'custom', client_id: 'it', client_secret: 'sesame', scope: 'repo', issuer: provider.url };
  Object.assign(oauth, { authorization_url: `${provider.url}/authorize`, token_url: `${provider.url}/token` });
  const made = await ask(admin, 'POST', '/gateways', { name: 'guarded', url: provider.mcp, visibility: 'public', auth_type: 'oauth', oauth_config: oauth });
  expect('all fields can be given by hand', made.status === 201);
  return made.json.id;
}

/** US-2: without a token the user is asked. */
async function asked(gateway) {
  const url = `/oauth/authorize/${gateway}`;
  expect('a resource asks for agreement', (await read(gateway)).text.includes(url));
  expect('a prompt asks for agreement', (await summary(gateway)).text.includes(url));
  expect('a tool asks for agreement', (await echo(alice, gateway)).text.includes(url));
}

async function connect(provider, gateway) {
  const begun = await ask(alice, 'GET', `/oauth/authorize/${gateway}`);
  const back = provider.agree(begun.json.authorization_url);
  const cookie = begun.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
  const { status } = await send(`${world.url}${back.pathname}${back.search}`, { method: 'GET', headers: { cookie } }).done;
  expect('the user comes back connected', status === 303);
}

/** US-2: with it, the upstream answers, which it does to nobody without. */
async function answered(gateway) {
  expect('the resource', (await read(gateway)).json.result?.contents?.[0]?.text === 'penstock');
  expect('the prompt', (await summary(gateway)).json.result?.messages?.[0]?.content?.text === 'summary');
  expect('the tool', (await echo(alice, gateway)).json.result?.content?.[0]?.text === 'hello');
  expect("nobody else uses alice's token", (await echo(admin, gateway)).text.includes(`/oauth/authorize/${gateway}`));
}

/** US-1. */
async function administered(provider, gateway) {
  const { json, text } = await ask(admin, 'GET', `/admin/oauth/tokens?gateway_id=${gateway}`);
  const [token] = json;
  expect('one authorization is listed', json.length === 1);
  expect('its user, gateway, scopes and status', token.user === 'alice@example.com' && token.gateway_name === 'guarded' && token.status === 'valid');
  expect('its scopes', token.scopes.length > 0);
  const one = await ask(admin, 'GET', `/admin/oauth/tokens/${token.id}`);
  expect('its times', one.json.created_at && one.json.expires_at);
  expect('no token is shown', !provider.issued.some((issued) => text.includes(issued) || one.text.includes(issued)));
  expect('users do not see the list', (await ask(alice, 'GET', '/admin/oauth/tokens')).status === 403);
  expect('it is revoked', (await ask(admin, 'DELETE', `/admin/oauth/tokens/${token.id}`)).status === 204);
  expect('the user must agree again', (await echo(alice, gateway)).text.includes(`/oauth/authorize/${gateway}`));
  await connect(provider, gateway);
  expect('after which calls are answered', (await echo(alice, gateway)).json.result);
  const bulk = await ask(admin, 'POST', '/admin/oauth/tokens/revoke', { user: 'alice@example.com' });
  expect('all of a user are revoked', bulk.json.revoked === 1);
  expect('which is on record', (await ask(admin, 'GET', '/audit?action=revoke')).json.length > 0);
}

async function plant() {
  const insert = (count, name, days) => `
    INSERT INTO oauth_tokens (id, gateway_id, user_name, authority, access_sealed, scopes, status, failures, version, expires_at, created_at, last_used_at)
    SELECT gen_random_uuid(), (SELECT id FROM gateways WHERE name = 'guarded'), '${name}' || n, 'x', '\\x00', 'repo', 'VALID', 0, 1,
      CURRENT_TIMESTAMP - INTERVAL '${days} days', CURRENT_TIMESTAMP - INTERVAL '${days} days', CURRENT_TIMESTAMP - INTERVAL '${days} days'
    FROM generate_series(1, ${count}) n`;
  await sql(insert(rows, 'old', 45));
  await sql(insert(KEPT, 'new', 20));
  await sql("UPDATE errands SET next_at = CURRENT_TIMESTAMP WHERE name = 'oauth.cleanup'");
}

/** US-3. */
async function watch() {
  const count = async (name) => Number(await sql(`SELECT COUNT(*) FROM oauth_tokens WHERE user_name LIKE '${name}%'`));
  const longest = `SELECT COALESCE(MAX(EXTRACT(EPOCH FROM clock_timestamp() - xact_start)) * 1000, 0) FROM pg_stat_activity WHERE query LIKE 'DELETE FROM oauth_tokens%' AND state <> 'idle'`;
  const begun = now();
  const calls = [];
  let transaction = 0;
  let left = await count('old');
  for (; left > 0 && now() - begun < PATIENCE; left = await count('old')) {
    for (let look = 0; look < 10; look++) {
      transaction = Math.max(transaction, Number(await sql(longest)));
      const asked = now();
      expect('reading goes on', (await ask(admin, 'GET', '/gateways')).status === 200);
      calls.push(now() - asked);
    }
  }
  const seconds = (now() - begun) / 1000;
  await sleep(1000);
  expect('those of 45 days ago are gone', left === 0);
  expect('those of 20 days ago are there', (await count('new')) === KEPT);
  const metrics = (await send(`${world.management}/actuator/prometheus`, { method: 'GET' }).done).text;
  const deleted = /penstock_oauth_tokens_deleted_total(?:\{[^}]*\})? ([0-9.E]+)/.exec(metrics)?.[1];
  expect(`the metric says how many: ${deleted}`, Number(deleted) === rows);
  const times = [0.5, 0.99].map((part) => rounded(calls, part));
  console.log(JSON.stringify({ rows, seconds: Math.round(seconds), longestTransactionMs: Math.round(transaction), reads: calls.length, readMs: times }));
}

await { scenarios, plant, watch }[part]();
if (part !== 'plant') console.error(`${part}: ${expected} expectations, ${unmet} not met`);
process.exit(unmet ? 1 : 0);
