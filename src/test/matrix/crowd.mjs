// Many clients at once: the ids of their requests are the same, for each SDK counts from zero.
import assert from 'node:assert/strict';
import { textOf } from '../clients/checks.mjs';

const CLIENTS = 8;
const CALLS = 12;

/** The feature for connections that connect() opens. */
export const crowd = (connect) => ({
  feature: 'many clients, same ids',
  async check() {
    const connections = await Promise.all(Array.from({ length: CLIENTS }, connect));
    try {
      await Promise.all(connections.map(speaksForItself));
    } finally {
      await Promise.allSettled(connections.map((connection) => connection.close()));
    }
    return `${CLIENTS} clients, ${CALLS} calls and a question each`;
  },
});

async function speaksForItself(connection, number) {
  const texts = Array.from({ length: CALLS }, (_, i) => `client ${number}, call ${i}`);
  connection.asked['sampling/createMessage'] = () => ({
    model: 'none',
    role: 'assistant',
    content: { type: 'text', text: `client ${number}` },
  });
  const [sampled, ...echoed] = await Promise.all([
    connection.call('test_sampling', { prompt: 'who are you?' }),
    ...texts.map((text) => connection.call('echo', { text })),
  ]);
  assert.deepEqual(echoed.map(textOf), texts);
  assert.equal(textOf(sampled), `LLM response: client ${number}`);
}
