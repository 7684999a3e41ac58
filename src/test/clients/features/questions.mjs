// What a server asks its client in the middle of a call.
import assert from 'node:assert/strict';
import { textOf } from '../checks.mjs';

export const questions = [
  {
    feature: 'elicitation',
    title: 'answers a question to the user in the middle of a call, and declines one',
    async check({ call, asked }) {
      asked['elicitation/create'] = () => ({ action: 'accept', content: { username: 'ada', email: 'ada@example.com' } });
      const answer = textOf(await call('test_elicitation', { message: 'Who are you?' }));
      assert.equal(answer, 'User response: action=accept, content={"username":"ada","email":"ada@example.com"}');
      asked['elicitation/create'] = () => ({ action: 'decline' });
      assert.match(textOf(await call('test_elicitation', { message: 'Who are you?' })), /action=decline/);
    },
  },
  {
    feature: 'elicitation, URL',
    title: 'is shown a page to visit in the middle of a call',
    async check({ call, asked }) {
      let shown;
      asked['elicitation/create'] = (params) => {
        shown = params;
        return { action: 'accept' };
      };
      assert.equal(textOf(await call('test_elicitation_url', {})), 'Visit: action=accept');
      assert.equal(shown.mode, 'url');
      assert.equal(shown.url, 'https://example.com/sign-in');
    },
  },
  {
    feature: 'sampling',
    title: 'answers a request for a completion in the middle of a call',
    async check({ call, asked }) {
      asked['sampling/createMessage'] = ({ messages }) => ({
        model: 'none',
        role: 'assistant',
        content: { type: 'text', text: `you said ${messages[0].content.text}` },
      });
      assert.equal(textOf(await call('test_sampling', { prompt: 'hi' })), 'LLM response: you said hi');
    },
  },
  {
    feature: 'roots',
    title: 'tells its roots in the middle of a call',
    async check({ call, asked }) {
      asked['roots/list'] = () => ({ roots: [{ uri: 'file:///home/ada', name: 'ada' }] });
      assert.equal(textOf(await call('test_input_required_result_list_roots', {})), 'roots: file:///home/ada');
    },
  },
  {
    feature: 'several rounds of questions',
    title: 'goes through several rounds of questions with the state of the server',
    async check({ call, asked }) {
      asked['elicitation/create'] = ({ message }) => ({
        action: 'accept',
        content: /color/.test(message) ? { color: 'blue' } : { name: 'Ada' },
      });
      assert.equal(textOf(await call('test_input_required_result_multi_round', {})), 'Ada likes blue');
    },
  },
  {
    feature: 'question in a prompt',
    title: 'answers a question of a prompt',
    async check({ prompt, asked }) {
      asked['elicitation/create'] = () => ({ action: 'accept', content: { context: 'tests' } });
      const { messages } = await prompt('test_input_required_result_prompt', {});
      assert.equal(messages[0].content.text, 'Context: tests');
    },
  },
];
