// The features of MCP, each with the check that shows it: { feature, title, check(connection, upstream),
// needsUpstream, statefulOnly }.
import { calls } from './features/calls.mjs';
import { changes } from './features/changes.mjs';
import { handshake } from './features/handshake.mjs';
import { lists } from './features/lists.mjs';
import { questions } from './features/questions.mjs';
import { streams } from './features/streams.mjs';

export const features = [...handshake, ...lists, ...calls, ...streams, ...questions, ...changes];
