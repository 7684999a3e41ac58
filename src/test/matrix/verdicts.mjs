// What was seen, judged: a cell works, or is impossible because the specification says so; anything else fails.
import fs from 'node:fs';

export const [WORKS, IMPOSSIBLE, FAILS] = ['works', 'impossible', 'FAILS'];

/** The lines of impossible.tsv: client, upstream and feature, each a name or *, the reason, and the only ways that it holds for, if not all. */
export function readImpossible(file) {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
      const [client, upstream, feature, reason, ways = '*'] = line.split('\t');
      return { client, upstream, feature, reason, ways };
    });
}

const fits = (pattern, value) => pattern === '*' || pattern === value;

/** Whether the specification says that it cannot work. */
export const isImpossible = (outcome, impossible) => reasonFor(outcome, impossible) !== undefined;

const reasonFor = ({ client, upstream, feature, way }, impossible) =>
  impossible.find(
    (line) =>
      fits(line.client, client) &&
      fits(line.upstream, upstream) &&
      fits(line.feature, feature) &&
      (line.ways === '*' || line.ways.split(' ').includes(way)),
  );

/** The outcome with its verdict and a note: the reason, what went wrong, or a detail of what was seen. */
export function judge(outcome, impossible) {
  const { error, detail = '', first } = outcome;
  const known = reasonFor(outcome, impossible);
  if (known && error) return { ...outcome, verdict: IMPOSSIBLE, note: known.reason };
  if (known) return { ...outcome, verdict: FAILS, note: `works, though it is listed as impossible: ${known.reason}` };
  return error ? { ...outcome, verdict: FAILS, note: error } : { ...outcome, verdict: WORKS, note: first ? `at the second try, after: ${first}` : detail };
}
