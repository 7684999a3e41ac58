// The matrix as a table for the terminal, as TSV, and as a page of the documentation.
import { FAILS, IMPOSSIBLE, WORKS } from './verdicts.mjs';

const distinct = (values) => [...new Set(values)];

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
  lines.push(`matrix: ${count(WORKS)} work, ${count(IMPOSSIBLE)} impossible, ${count(FAILS)} fail`);
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

/** A page: for each upstream a table of features and clients, whose cells say the worst of all ways. */
export function page(judged, servers) {
  const reasons = distinct(judged.filter(({ verdict }) => verdict === IMPOSSIBLE).map(({ note }) => note));
  const clients = distinct(judged.map(({ client }) => client));
  const features = distinct(judged.map(({ feature }) => feature));
  const table = (upstream) => [
    `## ${servers[upstream].title}`,
    '',
    `| | ${clients.join(' | ')} |`,
    `|---|${clients.map(() => '---|').join('')}`,
    ...features.map((feature) => {
      const row = judged.filter((cell) => cell.upstream === upstream && cell.feature === feature);
      return `| ${feature} | ${clients.map((client) => entry(row.filter((cell) => cell.client === client))).join(' | ')} |`;
    }),
    '',
  ];
  const entry = (cells) => {
    const failing = cells.filter(({ verdict }) => verdict === FAILS);
    if (failing.length > 0) return `**FAILS** (${failing.map(({ way }) => way).join(', ')})`;
    const impossible = cells.find(({ verdict }) => verdict === IMPOSSIBLE);
    return impossible ? `impossible (${reasons.indexOf(impossible.note) + 1})` : WORKS;
  };
  return [
    '# Every client to every server',
    '',
    'Which feature works for which client with which server behind the gateway. `src/test/matrix/run.sh --write-docs` writes this page from',
    `a run with real clients and servers by ${distinct(judged.map(({ way }) => way)).length} ways: ${distinct(judged.map(({ way }) => way)).join(', ')}. What works, works by each of them.`,
    '',
    ...distinct(judged.map(({ upstream }) => upstream)).flatMap(table),
    '## Why a cell is impossible',
    '',
    ...reasons.map((reason, i) => `${i + 1}. ${reason}`),
    '',
  ].join('\n');
}
