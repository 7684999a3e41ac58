// What every client checks, whichever SDK and revision it is.
// A connection is what connect-v1.mjs and connect-v2.mjs give; an upstream is the one of checks.mjs, or undefined where it cannot be reached.
import { features } from './features.mjs';

export async function exercise(checks, connection, upstream) {
  for (const { title, check, needsUpstream, statefulOnly } of features) {
    if ((needsUpstream && !upstream) || (statefulOnly && connection.modern)) continue;
    await checks.that(title, () => check(connection, upstream));
  }
}
