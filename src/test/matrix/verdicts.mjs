// What was seen, judged: a cell works, or is impossible because the specification says so; anything else fails.
import fs from 'node:fs';

export const [WORKS, IMPOSSIBLE, FAILS] = ['works', 'impossible', 'FAILS'];

/** The lines of impossible.tsv: client, upstream and feature, each a name or *, and the reason. */
export function readImpossible(file) {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const [client, upstream, feature, reason] = line.split('\t');
      return { client, upstream, feature, reason };
    });
}

const fits = (pattern, value) => pattern === '*' || pattern === value;

/** The outcome with its verdict and a note: the reason, what went wrong, or a detail of what was seen. */
export function judge(outcome, impossible) {
  const { client, upstream, feature, error, detail = '' } = outcome;
  const known = impossible.find((line) => fits(line.client, client) && fits(line.upstream, upstream) && fits(line.feature, feature));
  if (known && error) return { ...outcome, verdict: IMPOSSIBLE, note: known.reason };
  if (known) return { ...outcome, verdict: FAILS, note: `works, though it is listed as impossible: ${known.reason}` };
  return error ? { ...outcome, verdict: FAILS, note: error } : { ...outcome, verdict: WORKS, note: detail };
}
