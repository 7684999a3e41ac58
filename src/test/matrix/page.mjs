// page.mjs PAGE RUN...: writes the page of the documentation from the JSON files that matrix.mjs wrote.
import fs from 'node:fs';
import { distinct } from './report.mjs';
import { servers } from './servers.mjs';
import { FAILS, IMPOSSIBLE, WORKS } from './verdicts.mjs';

const [pageFile, ...files] = process.argv.slice(2);
const runs = files.map((file) => JSON.parse(fs.readFileSync(file)));
const named = ({ way }, replicas) => (replicas > 1 ? `${way}, ${replicas} replicas` : way);
const judged = runs.flatMap((run) => run.judged.map((cell) => ({ ...cell, way: named(cell, run.replicas) })));
const reasons = distinct(judged.filter(({ verdict }) => verdict === IMPOSSIBLE).map(({ note }) => note));

const row = (cells) => `| ${cells.join(' | ')} |`;
const count = (cells, wanted) => cells.filter(({ verdict }) => verdict === wanted).length;
const second = (cells) => cells.filter(({ verdict, first }) => verdict === WORKS && first).length;

function ran({ replicas, commit, when, judged: cells }) {
  const ways = distinct(cells.map(({ way }) => way)).join(', ');
  const works = `${count(cells, WORKS)}${second(cells) > 0 ? `, ${second(cells)} of them at the second try` : ''}`;
  return row([replicas, distinct(cells.map(({ client }) => client)).length, ways, when.slice(0, 16).replace('T', ' '), commit ?? '', works, count(cells, IMPOSSIBLE), count(cells, FAILS)]);
}

/** A cell is the worst of all ways. */
function entry(cells) {
  const failing = cells.filter(({ verdict }) => verdict === FAILS);
  if (failing.length > 0) return `**FAILS** (${failing.map(({ way }) => way).join('; ')})`;
  const impossible = cells.find(({ verdict }) => verdict === IMPOSSIBLE);
  if (impossible) return `impossible (${reasons.indexOf(impossible.note) + 1})`;
  return cells.length > 0 ? WORKS : '';
}

function table(upstream) {
  const here = judged.filter((cell) => cell.upstream === upstream);
  const clients = distinct(here.map(({ client }) => client));
  const entries = (cells) => clients.map((client) => entry(cells.filter((cell) => cell.client === client)));
  return [
    `## ${servers[upstream].title}`,
    '',
    row(['', ...clients]),
    `|---|${clients.map(() => '---|').join('')}`,
    ...distinct(here.map(({ feature }) => feature)).map((feature) => row([feature, ...entries(here.filter((cell) => cell.feature === feature))])),
    '',
  ];
}

function failures() {
  const failing = judged.filter(({ verdict }) => verdict === FAILS);
  if (failing.length === 0) return [];
  const lines = failing.map(({ client, upstream, way, feature, note }) => `- ${client} to ${upstream}, ${way}: ${feature}: \`${note.replaceAll('`', "'")}\``);
  return ['## What fails', '', ...lines, ''];
}

const lines = [
  '# Every client to every server',
  '',
  'Which feature works for which client with which server behind the gateway. `src/test/matrix/run.sh --write-docs` writes this page from runs',
  'with real clients and servers. Several replicas stand behind a proxy that takes each request to the next of them. What works, works by each',
  'way; the ways are the endpoint of a gateway, a virtual server with the original names, and one virtual server over all servers.',
  '',
  row(['replicas', 'clients', 'ways', 'when, UTC', 'commit', 'work', 'impossible', 'fail']),
  '|---|---|---|---|---|---|---|---|',
  ...runs.map(ran),
  '',
  ...distinct(judged.map(({ upstream }) => upstream)).flatMap(table),
  ...failures(),
  '## Why a cell is impossible',
  '',
  ...reasons.map((reason, i) => `${i + 1}. ${reason}`),
  '',
];
fs.writeFileSync(pageFile, lines.join('\n'));
