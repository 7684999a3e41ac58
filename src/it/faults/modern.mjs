// An upstream of 2026-07-28 that keeps nothing of what it was asked, however long it goes on.
import http from 'node:http';
import { sleep } from '../wire.mjs';

export const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const tool = (name, properties) => ({ name, inputSchema: { type: 'object', properties } });
const TOOLS = [tool('echo', { text: { type: 'string' } }), tool('sleep_ms', { ms: { type: 'integer' } })];

export class Modern {
  subscriptions = 0;

  async listen() {
    this.server = http.createServer(async (request, response) => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += part;
      await this.#answer(JSON.parse(text || '{}'), request, response);
    });
    this.server.keepAliveTimeout = 60_000; // longer than anybody keeps a connection, so that none is closed under a call
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}/mcp`;
    return this;
  }

  async #answer(message, request, response) {
    const { id, method, params } = message;
    if (method === 'tools/call') return this.call(message, request, response);
    if (method === 'subscriptions/listen') return this.#subscribe(id, params, response);
    if (method === 'tools/list') return this.list(message, response);
    const discovered = { supportedVersions: ['2026-07-28'], capabilities: { tools: { listChanged: true } }, ...COMPLETE };
    return say(response, id, method === 'server/discover' ? discovered : undefined);
  }

  #subscribe(id, { notifications }, response) {
    this.subscriptions++;
    const params = { notifications, _meta: { [SUBSCRIPTION]: id } };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params })}\n\n`);
  }

  list({ id }, response) {
    say(response, id, { tools: TOOLS, ...COMPLETE });
  }

  /** Says the text again, or sleeps. */
  async call({ id, params: { name, arguments: args } }, request, response) {
    if (name === 'sleep_ms') await sleep(args.ms);
    say(response, id, { content: [{ type: 'text', text: name === 'sleep_ms' ? `slept ${args.ms}` : args.text }], resultType: 'complete' });
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function say(response, id, result) {
  const said = result ? { result } : { error: { code: -32601, message: 'no such method' } };
  response.writeHead(result ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
}
