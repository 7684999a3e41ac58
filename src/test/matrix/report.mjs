// The matrix as a table for the terminal, and as TSV.
import { FAILS, IMPOSSIBLE, WORKS } from './verdicts.mjs';

export const distinct = (values) => [...new Set(values)];

export const tsv = (judged) =>
  ['way\tclient\tupstream\tfeature\tverdict\tnote\n', ...judged.map((cell) => `${Object.values(columns(cell)).join('\t')}\n`)].join('');

const columns = ({ way, client, upstream, feature, verdict, note }) => ({ way, client, upstream, feature, verdict, note });

/** One line for each pair: how many features work, and what fails. */
export function summary(judged) {
  const lines = [];
  for (const way of distinct(judged.map((cell) => cell.way))) {
    lines.push(`== ${way}`);
    const here = judged.filter((cell) => cell.way === way);
    for (const client of distinct(here.map((cell) => cell.client))) {
      for (const upstream of distinct(here.map((cell) => cell.upstream))) {
        lines.push(...pair(here.filter((cell) => cell.client === client && cell.upstream === upstream)));
      }
    }
  }
  const count = (verdict) => judged.filter((cell) => cell.verdict === verdict).length;
  const second = judged.filter(({ verdict, first }) => verdict === WORKS && first).length;
  lines.push(`matrix: ${count(WORKS)} work${second > 0 ? ` (${second} at the second try)` : ''}, ${count(IMPOSSIBLE)} impossible, ${count(FAILS)} fail`);
  return lines.join('\n');
}

function pair(cells) {
  if (cells.length === 0) return [];
  const [{ client, upstream }] = cells;
  const failing = cells.filter(({ verdict }) => verdict === FAILS);
  const working = cells.filter(({ verdict }) => verdict === WORKS).length;
  const impossible = cells.filter(({ verdict }) => verdict === IMPOSSIBLE).map(({ feature }) => feature);
  const name = `${client.padEnd(26)} -> ${upstream.padEnd(7)}`;
  return [
    `   ${name} ${working} of ${cells.length} work${impossible.length > 0 ? `; impossible: ${impossible.join(', ')}` : ''}`,
    ...failing.map(({ feature, note }) => `      FAILS ${feature}: ${note}`),
  ];
}
