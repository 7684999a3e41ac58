// What keycloak.sh checks: sign-in through Keycloak's own login form, with a browser's cookies, and calls with the session cookie alone.
import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import { once } from 'node:events';

const { GATEWAY_URL: gateway, ADMIN_TOKEN: admin, ISSUER: issuer, PASSWORD: password } = process.env;
const said = (text) => console.log(`- ${text}`);

/** A small MCP server with one tool, which tells what it was sent. */
const upstream = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  if (request.method !== 'POST') return response.writeHead(405).end();
  const { id, method } = JSON.parse(body);
  const result = {
    initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'currenttime', version: '1' } },
    'tools/list': { tools: [{ name: 'current_time_by_timezone', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: `cookie: ${request.headers.cookie ?? 'none'}` }] },
  }[method];
  if (id === undefined) return response.writeHead(202).end();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result: result ?? {} }));
});

/** A browser: its cookies by host and port, as Keycloak's and the gateway's are told apart here. */
class Browser {
  jars = new Map();

  async go(url, options = {}) {
    const jar = this.jars.get(new URL(url).host) ?? new Map();
    this.jars.set(new URL(url).host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...options, redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8', cookie, ...options.headers } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  async follow(url, options) {
    let [next, answer] = [url, await this.go(url, options)];
    for (let step = 0; step < 10 && [301, 302, 303].includes(answer.status); step++) {
      next = new URL(answer.headers.get('location'), next).href;
      answer = await this.go(next);
    }
    return answer;
  }

  async signIn(user) {
    const form = await (await this.follow(`${gateway}/oauth/login?return_to=/auth/me`)).text();
    const action = form.match(/action="([^"]+)"/)[1].replaceAll('&amp;', '&');
    const answer = await this.follow(action, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ username: user, password }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  }

  call(path, message, headers = {}) {
    return this.go(gateway + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    });
  }

  async tool(path) {
    const opened = await this.call(path, {
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'keycloak.mjs', version: '1' } },
    });
    await opened.text();
    const session = opened.headers.get('mcp-session-id');
    return this.call(
      path,
      { method: 'tools/call', params: { name: 'current_time_by_timezone', arguments: {} } },
      { 'mcp-protocol-version': '2025-06-18', ...(session ? { 'mcp-session-id': session } : {}) },
    );
  }
}

upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const registered = await fetch(`${gateway}/gateways`, {
  method: 'POST',
  headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'currenttime', url: `http://127.0.0.1:${upstream.address().port}/mcp` }),
});
assert.equal(registered.status, 201, await registered.clone().text());

try {
  const ann = new Browser();
  const me = await ann.signIn('ann');
  assert.equal(me.user, 'ann@example.com');
  assert.equal(me.source, 'session');
  assert.deepEqual(me.groups, ['mcp-server-currenttime', 'mcp-user']);
  said(`ann signed in at ${issuer.replace(/:\d+/, ':PORT')} with the groups ${me.groups.join(', ')}`);

  for (const path of ['/api/execute/currenttime', '/api/streamable/currenttime']) {
    const answer = await ann.tool(path);
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    assert.match(text, /cookie: none/);
    said(`her call of the tool at ${path} was answered, and the upstream saw no cookie`);
  }

  const bob = new Browser();
  assert.deepEqual((await bob.signIn('bob')).groups, ['mcp-user']);
  const refused = await bob.tool('/api/streamable/currenttime');
  assert.equal(refused.status, 403, await refused.text());
  said('bob, who is in mcp-user alone, signed in, and his call was refused with 403');

  const out = await (await ann.go(`${gateway}/oauth/logout`, { method: 'POST', headers: { accept: 'application/json' } })).json();
  assert.ok(out.end_session_url.startsWith(`${issuer}/protocol/openid-connect/logout`), out.end_session_url);
  assert.equal((await ann.go(`${gateway}/auth/me`)).status, 401);
  said("her logout ended the session, and named Keycloak's own logout");
} finally {
  upstream.closeAllConnections();
  upstream.close();
}
