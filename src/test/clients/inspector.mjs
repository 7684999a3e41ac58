// inspector.mjs ERA URL [TOKEN]: the command line of the MCP Inspector, one process a call. ERA is legacy or modern.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Checks } from './checks.mjs';

const [era, url, token] = process.argv.slice(2);
const checks = new Checks(`MCP Inspector, ${era}`);
const launcher = fileURLToPath(import.meta.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js'));
const home = await mkdtemp(path.join(tmpdir(), 'inspector-')); // it keeps settings and tokens in the home folder

async function inspect(bearer, ...options) {
  const header = bearer ? ['--header', `Authorization: Bearer ${bearer}`] : [];
  const args = [
    launcher,
    '--cli',
    url,
    '--protocol-era',
    era,
    '--format',
    'json',
    '--quiet',
    '--stored-auth-only',
    ...header,
    '--method',
    ...options,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, HOME: home }, timeout: 30_000 });
  const { result } = JSON.parse(stdout);
  return result;
}

await checks.that('lists the tools, nothing renamed', async () => {
  const names = (await inspect(token, 'tools/list')).tools.map((tool) => tool.name);
  assert.ok(names.includes('echo'), `echo is missing in ${names}`);
  return `${names.length} tools`;
});
await checks.that('calls a tool and gets its text back', async () => {
  const { content } = await inspect(token, 'tools/call', '--tool-name', 'echo', '--tool-args-json', '{"text":"grüße, 世界"}');
  assert.equal(content[0].text, 'grüße, 世界');
});
await checks.that('lists resources and templates, and reads one', async () => {
  const uris = (await inspect(token, 'resources/list')).resources.map((resource) => resource.uri);
  assert.ok(uris.includes('test://static-text'), `got ${uris}`);
  assert.equal((await inspect(token, 'resources/templates/list')).resourceTemplates.length, 1);
  const { contents } = await inspect(token, 'resources/read', '--uri', 'test://static-text');
  assert.equal(contents[0].text, 'This is the content of the static text resource.');
});
await checks.that('lists prompts, and gets one with arguments', async () => {
  const names = (await inspect(token, 'prompts/list')).prompts.map((prompt) => prompt.name);
  assert.ok(names.includes('test_prompt_with_arguments'), `got ${names}`);
  const { messages } = await inspect(
    token,
    'prompts/get',
    '--prompt-name',
    'test_prompt_with_arguments',
    '--prompt-args',
    'arg1=a',
    'arg2=b',
  );
  assert.equal(messages[0].content.text, "Prompt with arguments: arg1='a', arg2='b'");
});
if (token) {
  await checks.that('is told to sign in when its token is wrong', async () => {
    await assert.rejects(inspect('wrong', 'tools/list'), (error) => /auth_required|401/.test(error.stderr));
  });
}
await rm(home, { recursive: true });
checks.finish();
