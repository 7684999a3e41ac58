// Lists, and what is in them: resources, prompts and completions.
import assert from 'node:assert/strict';
import { rejection } from '../checks.mjs';

const RESOURCE_NOT_FOUND = -32002; // until 2025-11-25
const INVALID_PARAMS = -32602;

function unique(names, ...expected) {
  assert.equal(new Set(names).size, names.length, `twice in ${names}`);
  for (const name of expected) assert.ok(names.includes(name), `${name} is missing in ${names}`);
}

export const lists = [
  {
    feature: 'tools/list',
    title: 'lists the tools of all pages, nothing renamed',
    async check({ listTools }) {
      const { tools } = await listTools();
      unique(
        tools.map((tool) => tool.name),
        'echo',
        'sleep_ms',
        'test_simple_text',
        'test_x_mcp_header',
        'test_missing_capability',
      );
      assert.deepEqual(tools.find(({ name }) => name === 'echo').inputSchema.required, ['text']);
      return `${tools.length} tools`;
    },
  },
  {
    feature: 'resources/list',
    title: 'lists resources',
    async check({ listResources, uri }) {
      const uris = (await listResources()).resources.map((resource) => resource.uri);
      unique(uris, uri('static-text'), uri('static-binary'), uri('watched-resource'));
    },
  },
  {
    feature: 'resources/templates/list',
    title: 'lists templates',
    async check({ listResourceTemplates, uri }) {
      const templates = (await listResourceTemplates()).resourceTemplates.map((template) => template.uriTemplate);
      unique(templates, uri('template/{id}/data'));
    },
  },
  {
    feature: 'prompts/list',
    title: 'lists the prompts of all pages',
    async check({ listPrompts }) {
      const { prompts } = await listPrompts();
      unique(
        prompts.map((prompt) => prompt.name),
        'test_simple_prompt',
        'test_prompt_with_arguments',
        'test_input_required_result_prompt',
      );
      const named = prompts.find(({ name }) => name === 'test_prompt_with_arguments');
      assert.deepEqual(
        named.arguments.map((argument) => argument.name),
        ['arg1', 'arg2'],
      );
    },
  },
  {
    feature: 'resources/read',
    title: 'reads a text, a binary and a templated resource',
    async check({ read, uri }) {
      const [text] = (await read(uri('static-text'))).contents;
      assert.equal(text.text, 'This is the content of the static text resource.');
      assert.equal(text.uri, uri('static-text'));
      assert.match((await read(uri('static-binary'))).contents[0].blob, /^iVBOR/);
      assert.equal(JSON.parse((await read(uri('template/42/data'))).contents[0].text).id, '42');
    },
  },
  {
    feature: 'resources/read, not found',
    title: "hears that a resource does not exist, by its revision's code",
    async check({ read, uri, modern, namesOldCodes }) {
      const { code } = await rejection(read(uri('nowhere')));
      assert.equal(code, modern || !namesOldCodes ? INVALID_PARAMS : RESOURCE_NOT_FOUND);
    },
  },
  {
    feature: 'prompts/get',
    title: 'gets a prompt with arguments',
    async check({ prompt }) {
      const { messages } = await prompt('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' });
      assert.equal(messages[0].content.text, "Prompt with arguments: arg1='a', arg2='b'");
    },
  },
  {
    feature: 'completion/complete',
    title: 'completes an argument',
    async check({ complete }) {
      const { completion } = await complete('test_prompt_with_arguments', { name: 'arg1', value: 'par' });
      assert.deepEqual(completion.values, ['paris', 'park', 'party']);
    },
  },
  {
    feature: 'JSON-RPC error',
    title: 'hears of a failed request as the server told it: code, message and data',
    async check({ complete }) {
      const error = await rejection(complete('test_prompt_with_arguments', { name: 'arg1', value: 'fail' }));
      assert.equal(error.code, 4711, error.message);
      assert.match(error.message, /Out of places$/);
      assert.deepEqual(error.data, { place: 'nowhere' });
    },
  },
];
