// canary.mjs play FOLDER     does with a gateway what shows, refuses and uses secrets, and keeps each reply in FOLDER; driven by canary.sh
// canary.mjs sink PORT FILE  takes traces (OTLP over HTTP) into FILE until it is ended
// canary.mjs search FOLDER   looks for these secrets in all that is in FOLDER, as they are, in base64 (wherever in it they begin), percent-encoded
//                            and in hex; prints a line of JSON, and exits non-zero when one was found where it must not be
// FOLDER/told holds what the upstreams and the authorization server were told: each secret that they are to get must be found there, and what is no
// secret in each of the other files, so that the search is known to find something.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { Provider } from './provider.mjs';
import { send, sleep } from './wire.mjs';

const [what, ...args] = process.argv.slice(2);
const folder = args.at(-1);
const PLAIN = { 'replies.txt': 'users-broken', 'log.txt': 'tools/list', 'traces.bin': 'tools/list', dump: 'users-broken' };
await { play, search, sink }[what]();
process.exit(process.exitCode ?? 0);

function sink() {
  const file = fs.openSync(folder, 'w');
  const server = http.createServer((request, response) => {
    request.on('data', (part) => fs.writeSync(file, part)).on('end', () => response.end());
  });
  server.listen(Number(args[0]), '127.0.0.1');
  return new Promise(() => {});
}

async function play() {
  const { url, management, token } = JSON.parse(process.env.WORLD);
  const canary = (kind) => `canary-${kind}-${randomBytes(18).toString('base64url')}`;
  const kinds = ['bearer', 'password', 'header', 'query', 'client', 'stray'];
  const secrets = Object.fromEntries(kinds.map((kind) => [kind, canary(kind)]));
  const told = [];
  const replies = [];

  /** Takes no credential, and says in its refusal what it was shown. */
  const mirror = http.createServer((request, response) => {
    const shown = `${request.url} ${JSON.stringify(request.headers)}`;
    told.push(shown);
    request.resume().on('end', () => response.writeHead(request.url.includes('500') ? 500 : 401, { 'content-type': 'text/plain', 'x-shown': encodeURI(shown) }).end(shown));
  });
  await new Promise((done) => mirror.listen(0, '127.0.0.1', done));
  const bad = `http://127.0.0.1:${mirror.address().port}`;
  const provider = new Provider();
  await provider.listen();
  provider.onTold = (text) => told.push(text);

  const as = { authorization: `Bearer ${token}`, accept: 'application/json' };
  async function ask(method, to, body, headers = as) {
    const answer = await send(to.startsWith('http') ? to : url + to, { method, headers, body }).done;
    replies.push(`${method} ${to.replaceAll(secrets.stray, '...')}\n${answer.status} ${JSON.stringify(answer.headers)}\n${answer.text}\n`);
    return answer;
  }
  const oauth = { client_id: 'canary', client_secret: secrets.client, token_url: `${provider.url}/token`, issuer: provider.url };
  const forms = {
    bearer: { auth_type: 'bearer', auth_token: secrets.bearer },
    basic: { auth_type: 'basic', auth_username: 'canary', auth_password: secrets.password },
    headers: { auth_type: 'headers', auth_headers: [{ key: 'X-Api-Key', value: secrets.header }] },
    query: { auth_type: 'query_param', auth_query_param_key: 'api_key', auth_query_param_value: secrets.query },
    client: { auth_type: 'oauth', oauth_config: { ...oauth, grant_type: 'client_credentials' } },
    users: { auth_type: 'oauth', oauth_config: { ...oauth, grant_type: 'authorization_code', authorization_url: `${provider.url}/authorize` } },
  };
  for (const [name, form] of Object.entries(forms)) {
    for (const [suffix, to] of [['', `${bad}/mcp`], ['-broken', `${bad}/500`], ['-away', 'http://127.0.0.1:1/mcp']]) {
      const made = await ask('POST', '/gateways', { name: `${name}${suffix}`, url: to, ...form });
      const own = `/gateways/${JSON.parse(made.text).id}`;
      await ask('GET', own);
      await ask('PUT', own, JSON.parse(made.text));
      await ask('PATCH', own, { url: 'http://127.0.0.1:2/elsewhere' });
      await ask('PATCH', own, { auth_type: 'bearer', auth_token: `${secrets.stray}\r\nX: y` });
      await ask('POST', `${own}/tools/refresh`);
      await use(own, as);
    }
  }
  const users = await ask('POST', '/gateways', { name: 'connected', url: provider.mcp, ...forms.users });
  await connect(`${JSON.parse(users.text).id}`);

  for (const wrong of [
    { name: 'wrong', url: 'http://example.com', auth_type: 'bearer', auth_token: { a: secrets.stray } },
    { name: 'wrong', url: `http://a:${secrets.stray}@example.com`, auth_type: 'none' },
    { name: 'wrong', url: 'http://example.com', auth_type: 'basic', auth_token: secrets.stray },
    { name: 'wrong', url: 'http://example.com', auth_type: 'oauth', oauth_config: { ...oauth, grant_type: secrets.stray } },
    { name: 'wrong', url: 'http://example.com', auth_type: 'oauth', oauth_config: { client_secret: secrets.stray } },
  ]) {
    await ask('POST', '/gateways', wrong);
  }
  await ask('POST', '/auth/login', { email: 'admin@example.com', password: secrets.stray });
  for (const headers of [{ authorization: `Bearer ${secrets.stray}` }, { cookie: `mcp_gateway_session=${secrets.stray}` }, { authorization: `Basic ${secrets.stray}` }]) {
    await ask('GET', '/gateways', undefined, headers);
    await use('', headers);
  }
  await ask('POST', `/mcp?token=${secrets.stray}`, { jsonrpc: '2.0', id: 1, method: 'ping' }, {});
  await ask('GET', `/oauth/callback?code=${secrets.stray}&state=${secrets.stray}&iss=x`);
  await ask('GET', `/invitations/${secrets.stray}/accept`);

  const lists = ['/gateways', '/tools', '/audit', '/calls', '/admin/oauth/tokens', '/admin/vault', '/admin/posture', '/admin/support-bundle', '/openapi.json', '/auth/me', '/tokens', '/why?user=admin@example.com&method=tools/call&target=x'];
  for (const list of lists) await ask('GET', list);
  for (const endpoint of ['prometheus', 'metrics', 'env', 'configprops', 'heapdump', 'threaddump', 'loggers', 'httpexchanges', 'info', 'health', 'beans']) {
    await ask('GET', `${management}/actuator/${endpoint}`);
  }
  secrets.issued = provider.issued;
  fs.mkdirSync(path.join(folder, 'told'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'told', 'told.txt'), told.join('\n'));
  fs.writeFileSync(path.join(folder, 'replies.txt'), replies.join('\n'));
  fs.writeFileSync(path.join(folder, '.secrets.json'), JSON.stringify(secrets));
  console.error(`${replies.length} replies, ${told.length} requests to upstreams`);

  async function use(own, headers) {
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
    const stateless = { ...headers, accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    await ask('POST', `${own}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } }, stateless);
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'canary', version: '1' } };
    await ask('POST', `${own}/mcp`, { jsonrpc: '2.0', id: 1, method: 'initialize', params: hello }, { ...headers, accept: stateless.accept });
  }

  async function connect(gateway) {
    const begun = await ask('GET', `/oauth/authorize/${gateway}`);
    const back = provider.agree(JSON.parse(begun.text).authorization_url);
    const cookie = begun.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
    await ask('GET', `${back.pathname}${back.search}`, undefined, { cookie });
    await use(`/gateways/${gateway}`, as);
    provider.refuse();
    await use(`/gateways/${gateway}`, as);
    await ask('GET', `/oauth/status/${gateway}`);
    await ask('GET', '/admin/oauth/tokens');
    await sleep(1500);
  }
}

/** All texts that a secret may stand as. */
function forms(secret) {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replaceAll('=', '');
    const whole = text.slice(before === 0 ? 0 : before + 1); // without what depends on the neighbours
    return (bytes.length + before) % 3 === 0 ? whole : whole.slice(0, -1);
  });
  const url = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const hex = bytes.toString('hex');
  return [...new Set([secret, encodeURIComponent(secret), percent, percent.toUpperCase(), ...inBase64, ...url, hex, hex.toUpperCase()])];
}

function files(at) {
  return fs.readdirSync(at, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? files(path.join(at, entry.name)) : [path.join(at, entry.name)]));
}

async function search() {
  const { issued, ...planted } = JSON.parse(fs.readFileSync(path.join(folder, '.secrets.json'), 'utf8'));
  const all = { ...planted, ...Object.fromEntries(issued.map((secret, place) => [`issued-${place}`, secret])), ...JSON.parse(process.env.MORE ?? '{}') };
  const searched = files(folder).filter((file) => !file.endsWith('.secrets.json'));
  const found = [];
  let bytes = 0;
  for (const file of searched) {
    const content = fs.readFileSync(file);
    bytes += content.length;
    for (const [kind, secret] of Object.entries(all)) if (forms(secret).some((form) => content.includes(form))) found.push({ kind, file: path.relative(folder, file) });
  }
  const told = found.filter(({ file }) => file.startsWith('told')).map(({ kind }) => kind);
  const leaks = found.filter(({ file }) => !file.startsWith('told'));
  const unseen = ['bearer', 'password', 'header', 'query', 'client'].filter((kind) => !told.includes(kind));
  for (const [part, plain] of Object.entries(PLAIN)) {
    const own = searched.filter((file) => path.relative(folder, file).startsWith(part));
    if (!own.some((file) => fs.readFileSync(file).includes(plain))) unseen.push(`${plain} in ${part}`);
  }
  console.log(JSON.stringify({ secrets: Object.keys(all).length, files: searched.length, bytes, told: new Set(told).size, leaks, unseen }));
  process.exitCode = leaks.length || unseen.length ? 1 : 0;
}
