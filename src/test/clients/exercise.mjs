// What every client checks, whichever SDK and revision it is.
// A connection is { call, list..., read, prompt, complete, asked, changes, listen, era }: see sdk-v1.mjs and sdk-v2.mjs.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { until } from './checks.mjs';

const textOf = (result) => result.content?.[0]?.text;

export async function exercise(checks, connection, upstream) {
  await lists(checks, connection);
  await calls(checks, connection);
  await streams(checks, connection);
  await questions(checks, connection);
  await changes(checks, connection, upstream);
  if (upstream) await cancels(checks, connection, upstream);
}

async function lists(checks, { listTools, listResources, listResourceTemplates, listPrompts, read, prompt, complete }) {
  await checks.that('lists the tools, nothing renamed', async () => {
    const names = (await listTools()).tools.map((tool) => tool.name);
    for (const name of ['echo', 'sleep_ms', 'test_simple_text']) assert.ok(names.includes(name), `${name} is missing in ${names}`);
    return `${names.length} tools`;
  });
  await checks.that('lists resources and templates', async () => {
    const uris = (await listResources()).resources.map((resource) => resource.uri);
    assert.ok(uris.includes('test://static-text'), `got ${uris}`);
    const templates = (await listResourceTemplates()).resourceTemplates.map((template) => template.uriTemplate);
    assert.deepEqual(templates, ['test://template/{id}/data']);
  });
  await checks.that('reads a text, a binary and a templated resource', async () => {
    assert.equal((await read('test://static-text')).contents[0].text, 'This is the content of the static text resource.');
    assert.match((await read('test://static-binary')).contents[0].blob, /^iVBOR/);
    assert.equal(JSON.parse((await read('test://template/42/data')).contents[0].text).id, '42');
  });
  await checks.that('hears that a resource does not exist', async () => {
    await assert.rejects(read('test://nowhere'), (error) => error.code === -32602 || error.code === -32002);
  });
  await checks.that('lists prompts and gets one with arguments', async () => {
    const names = (await listPrompts()).prompts.map((each) => each.name);
    assert.ok(names.includes('test_prompt_with_arguments'), `got ${names}`);
    const { messages } = await prompt('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' });
    assert.equal(messages[0].content.text, "Prompt with arguments: arg1='a', arg2='b'");
  });
  await checks.that('completes an argument', async () => {
    const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' };
    const { completion } = await complete({ ref, argument: { name: 'arg1', value: 'par' } });
    assert.deepEqual(completion.values, ['paris', 'park', 'party']);
  });
}

async function calls(checks, { call }) {
  const echo = async (text) => textOf(await call('echo', { text }));

  await checks.that('calls a tool and gets its text back', async () => {
    for (const text of ['hello', 'grüße, 世界 🌍', 'line\nline\r\n\u2028"\\', '']) assert.equal(await echo(text), text);
  });
  await checks.that('calls twenty at once, each gets its own answer', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `call ${i}`);
    assert.deepEqual(await Promise.all(texts.map(echo)), texts);
  });
  await checks.that('sends and receives a large text', async () => {
    const sent = 'ä'.repeat(300_000);
    assert.equal(await echo(sent), sent);
    assert.equal(textOf(await call('big_text', { bytes: 1_000_000 })).length, 1_000_000);
  });
  await checks.that('gets images and embedded resources unchanged', async () => {
    const { content } = await call('test_multiple_content_types', {});
    assert.deepEqual(
      content.map((block) => block.type),
      ['text', 'image', 'resource'],
    );
  });
  await checks.that('tells a failed tool from a failed request', async () => {
    assert.equal((await call('test_error_handling', {})).isError, true);
    const unknown = await call('no_such_tool', {}).catch((error) => error);
    assert.ok(unknown.isError === true || unknown.code === -32602, `got ${JSON.stringify(unknown)}`);
  });
  const credential = process.env.EXPECT_UPSTREAM_AUTHORIZATION;
  if (credential !== undefined) {
    await checks.that("reaches the server with the server's own credential", async () => {
      const { headers } = JSON.parse(textOf(await call('echo_headers', {})));
      assert.equal(headers.authorization ?? '', credential);
      assert.equal(headers.cookie, undefined);
    });
  }
}

async function streams(checks, { call }) {
  await checks.that('receives progress as it happens, 200 ms apart', async () => {
    const arrivals = [];
    const start = performance.now();
    await call('sleep_ms', { ms: 2000, every: 200 }, { onprogress: () => arrivals.push(performance.now() - start) });
    assert.ok(arrivals.length >= 9, `${arrivals.length} events arrived`);
    const gaps = arrivals
      .slice(1)
      .map((at, i) => at - arrivals[i])
      .sort((a, b) => a - b);
    const [least, median, most] = [gaps[0], gaps[gaps.length >> 1], gaps.at(-1)].map(Math.round);
    assert.ok(median > 160 && median < 260 && most < 600, `gaps of ${least}, ${median}, ${most} ms (least, median, most)`);
    assert.ok(arrivals[0] < 1000, `the first event took ${Math.round(arrivals[0])} ms`);
    return `${arrivals.length} events, gaps ${least} to ${most} ms, median ${median}, the first after ${Math.round(arrivals[0])} ms`;
  });
  await checks.that('gets its answer over a stream that the server closed in between', async () => {
    assert.equal(textOf(await call('test_reconnection', {})), 'Reconnection test completed');
  });
}

async function questions(checks, { call, asked }) {
  await checks.that('answers a question to the user in the middle of a call', async () => {
    asked['elicitation/create'] = () => ({ action: 'accept', content: { username: 'ada', email: 'ada@example.com' } });
    const answer = textOf(await call('test_elicitation', { message: 'Who are you?' }));
    assert.equal(answer, 'User response: action=accept, content={"username":"ada","email":"ada@example.com"}');
  });
  await checks.that('declines a question', async () => {
    asked['elicitation/create'] = () => ({ action: 'decline' });
    assert.match(textOf(await call('test_elicitation', { message: 'Who are you?' })), /action=decline/);
  });
  await checks.that('answers a request for a completion in the middle of a call', async () => {
    asked['sampling/createMessage'] = ({ messages }) => ({
      model: 'none',
      role: 'assistant',
      content: { type: 'text', text: `you said ${messages[0].content.text}` },
    });
    assert.equal(textOf(await call('test_sampling', { prompt: 'hi' })), 'LLM response: you said hi');
  });
  await checks.that('goes through several rounds of questions with the state of the server', async () => {
    asked['elicitation/create'] = ({ message }) => ({
      action: 'accept',
      content: /color/.test(message) ? { color: 'blue' } : { name: 'Ada' },
    });
    assert.equal(textOf(await call('test_input_required_result_multi_round', {})), 'Ada likes blue');
  });
}

async function changes(checks, { call, listen, changed }, upstream) {
  await checks.that('hears that tools and prompts changed', async () => {
    const stop = await listen({ toolsListChanged: true, promptsListChanged: true });
    for (const [tool, method] of [
      ['test_trigger_tool_change', 'notifications/tools/list_changed'],
      ['test_trigger_prompt_change', 'notifications/prompts/list_changed'],
    ]) {
      const before = changed(method).length;
      await until(method, () => changed(method).length > before, { attempt: () => call(tool, {}) });
    }
    await stop();
  });
  if (!upstream) return;
  await checks.that('hears that a resource it subscribed to changed', async () => {
    const stop = await listen({ resourceSubscriptions: ['test://watched-resource'] });
    const method = 'notifications/resources/updated';
    const attempt = () => upstream.publish('updated:test://watched-resource');
    await until(method, () => changed(method).some((params) => params.uri === 'test://watched-resource'), { attempt });
    await stop();
  });
}

async function cancels(checks, { call }, upstream) {
  await checks.that('cancels a call, and the server notices', async () => {
    const cancelled = async () => (await upstream.log()).filter((entry) => entry.event === 'cancelled').length;
    const before = await cancelled();
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 400);
    const start = performance.now();
    await assert.rejects(call('sleep_ms', { ms: 20_000 }, { signal: abort.signal }));
    assert.ok(performance.now() - start < 2000, 'the call went on after it was cancelled');
    const aborted = performance.now();
    await until('cancellation at the server', async () => (await cancelled()) > before);
    return `seen after at most ${Math.round(performance.now() - aborted)} ms`;
  });
  await checks.that('goes on after a cancelled call', async () => {
    assert.equal(textOf(await call('echo', { text: 'still here' })), 'still here');
  });
}
