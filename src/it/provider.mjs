// An authorization server whose refresh tokens are good once, and an upstream that takes its access tokens. Whoever shows a spent refresh token
// ends the whole family of tokens, as RFC 9700 (4.14.2) has it. Browsers that are sent to /authorize find a page that asks.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { send, sleep } from './wire.mjs';

const token = () => randomBytes(24).toString('base64url');
const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
const DISCOVERED = { supportedVersions: ['2026-07-28'], capabilities: { tools: {}, resources: {}, prompts: {} }, ...COMPLETE };
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const METADATA = '/.well-known/oauth-authorization-server';
const TOOL = { name: 'echo', description: 'Says it again', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } };

export class Provider {
  refreshes = 0; // that were asked for
  reused = 0; // spent refresh tokens that were shown
  slow = 1000; // ms until a refresh is answered
  grace = false; // whether the refresh token before the last one is taken as the last one
  issued = []; // all tokens
  access = undefined; // what every access token is, for an upstream elsewhere; else each is another one
  knows = () => true; // whether a client is the one that its form says
  decides = 'asks'; // at /authorize: asks shows the page, agrees and refuses send back at once
  onTold = () => {}; // hears what each request shows
  onConnection = () => {};
  onRefresh = async () => true; // whether to answer, before the token is spent
  onRotated = async () => true; // the same after it
  #codes = new Set();
  #good = new Set();
  #current;
  #spent = new Set();
  #underWay = new Set();

  async listen() {
    this.server = http.createServer({ keepAlive: false }, (request, response) => this.#handle(request, response));
    this.server.on('connection', (socket) => this.onConnection(socket));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    this.upstream = http.createServer((request, response) => this.#serve(request, response));
    this.upstream.keepAliveTimeout = 60_000; // longer than anybody keeps a connection, so that none is closed under a call
    await new Promise((done) => this.upstream.listen(0, '127.0.0.1', done));
    this.mcp = `http://127.0.0.1:${this.upstream.address().port}/mcp`;
  }

  /** What a gateway is told of it. */
  get oauth() {
    const endpoints = { authorization_url: `${this.url}/authorize`, token_url: `${this.url}/token`, issuer: this.url };
    return { grant_type: 'authorization_code', client_id: 'it', client_secret: 'sesame', scope: 'mcp', ...endpoints };
  }

  /** The user whom the headers tell agrees: begun on one replica, ended on another one. */
  async connect(gateway, headers, first, last) {
    const begun = await send(`${first.url}/oauth/authorize/${gateway}`, { method: 'GET', headers }).done;
    if (begun.status !== 200) throw new Error(`authorize: ${begun.status} ${begun.text}`);
    const back = this.agree(JSON.parse(begun.text).authorization_url);
    const cookie = begun.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
    const ended = await send(`${last.url}${back.pathname}${back.search}`, { method: 'GET', headers: { cookie } }).done;
    if (ended.status !== 303) throw new Error(`callback: ${ended.status} ${ended.text}`);
  }

  /** What a user who agrees is sent back to. */
  agree(authorizationUrl) {
    const code = token();
    this.#codes.add(code);
    return this.#back(authorizationUrl, { code });
  }

  #back(authorizationUrl, answer) {
    const asked = new URL(authorizationUrl).searchParams;
    const back = new URL(asked.get('redirect_uri'));
    back.search = new URLSearchParams({ ...answer, state: asked.get('state'), iss: this.url });
    return back;
  }

  /** The upstream takes this token, too. */
  accept(access) {
    this.#good.add(access);
  }

  /** The upstream refuses the present access token from now on. */
  refuse() {
    this.#good.clear();
  }

  async #handle(request, response) {
    const sent = await text(request);
    this.onTold(`${JSON.stringify(request.headers)} ${sent}`);
    if (request.method === 'GET') return this.#meet(new URL(request.url, this.url), response);
    const form = new URLSearchParams(sent);
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
    if (!this.knows(form)) return answer(401, { error: 'invalid_client' });
    if (this.#codes.delete(form.get('code'))) return answer(200, this.#rotate());
    if (form.get('grant_type') === 'client_credentials') return answer(200, this.#once());
    if (form.get('grant_type') === EXCHANGE && form.get('subject_token')) {
      return answer(200, { ...this.#once(), issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' });
    }
    if (form.get('grant_type') !== 'refresh_token') return answer(400, { error: 'invalid_grant' });
    this.refreshes++;
    const shown = form.get('refresh_token');
    if (!this.#isGood(shown)) return answer(400, { error: 'invalid_grant' });
    this.#underWay.add(shown);
    const asks = (await this.onRefresh(request.socket)) && (await this.#wait(request.socket));
    this.#underWay.delete(shown);
    if (!asks) return request.socket.destroy();
    const rotated = this.#rotate();
    return (await this.onRotated(request.socket)) ? answer(200, rotated) : request.socket.destroy();
  }

  /** What a browser finds that was sent here. */
  #meet(at, response) {
    if (at.pathname === METADATA) return response.writeHead(200, { 'content-type': 'application/json' }).end(this.#metadata());
    const decided = at.pathname === '/authorize' ? this.decides : at.pathname.slice(1);
    if (decided === 'asks') return response.writeHead(200, { 'content-type': 'text/html' }).end(page(at.search));
    if (decided === 'agrees') return response.writeHead(303, { location: this.agree(at).href }).end();
    if (decided === 'refuses') return response.writeHead(303, { location: this.#back(at, { error: 'access_denied' }).href }).end();
    return response.writeHead(404).end();
  }

  #metadata() {
    const more = { code_challenge_methods_supported: ['S256'], response_types_supported: ['code'], token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    return JSON.stringify({ issuer: this.url, authorization_endpoint: `${this.url}/authorize`, token_endpoint: `${this.url}/token`, ...more });
  }

  #isGood(shown) {
    if (this.grace && this.#spent.has(shown) && [...this.#spent].at(-1) === shown) return true;
    if (shown === this.#current && !this.#underWay.has(shown)) return true;
    if (this.#spent.has(shown) || this.#underWay.has(shown)) {
      this.reused++;
      this.#good.clear();
      this.#current = undefined;
    }
    return false;
  }

  /** Whether who asked is still there after it. */
  async #wait(socket) {
    await sleep(this.slow);
    return !socket.destroyed;
  }

  #issue() {
    const issued = token();
    this.issued.push(issued);
    return issued;
  }

  /** A token without another one to renew it with. */
  #once() {
    const access = this.access ?? this.#issue();
    this.#good.add(access);
    return { access_token: access, token_type: 'Bearer', expires_in: 3600 };
  }

  #rotate() {
    const access = this.access ?? this.#issue();
    this.#good.add(access);
    if (this.#current) this.#spent.add(this.#current);
    this.#current = this.#issue();
    return { access_token: access, token_type: 'Bearer', expires_in: 3600, refresh_token: this.#current, scope: 'mcp' };
  }

  async #serve(request, response) {
    const body = await text(request);
    const head = { 'content-type': 'application/json' };
    if (!this.#good.has(request.headers.authorization?.slice('Bearer '.length))) {
      return response.writeHead(401, { ...head, 'www-authenticate': 'Bearer error="invalid_token"' }).end('{}');
    }
    const { id, method, params } = JSON.parse(body || '{}');
    const results = {
      'server/discover': () => DISCOVERED,
      'tools/list': () => ({ tools: [TOOL], ...COMPLETE }),
      'resources/list': () => ({ resources: [{ uri: 'repo://list', name: 'repo-list' }], ...COMPLETE }),
      'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'repo://{name}', name: 'repo-file' }], ...COMPLETE }),
      'resources/read': () => ({ contents: [{ uri: params.uri, text: 'penstock' }], ...COMPLETE }),
      'prompts/list': () => ({ prompts: [{ name: 'pr-summary' }], ...COMPLETE }),
      'prompts/get': () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'summary' } }], resultType: 'complete' }),
      'tools/call': () => ({ content: [{ type: 'text', text: params.arguments.text }], resultType: 'complete' }),
    };
    const said = results[method] ? { result: results[method]() } : { error: { code: -32601, message: 'no such method' } };
    return response.writeHead(results[method] ? 200 : 404, head).end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
  }
}

function page(query) {
  const link = (decision) => `<a href="${`/${decision}${query}`.replaceAll('&', '&amp;')}">${decision}</a>`;
  return `<!doctype html><html lang="en"><title>Provider</title><p>${link('agrees')} ${link('refuses')}</p></html>`;
}

async function text(request) {
  let all = '';
  for await (const part of request.setEncoding('utf8')) all += part;
  return all;
}
