// matrix.mjs WAYS IMPOSSIBLE TSV [PAGE]: runs the matrix and exits 0 only when every cell works or is impossible.
// WAYS is a JSON file: [{ way, upstream, origin, mcp, sse, scheme, prefix }]; a URL that is missing is a way that a client cannot go.
// $TOKEN is what clients show; $CLIENTS and $FEATURES are patterns for what is to run; $SAME_ERA=yes leaves out the pairs of two eras.
import fs from 'node:fs';
import { run } from './cells.mjs';
import { clients, eraOf } from './peers.mjs';
import { page, summary, tsv } from './report.mjs';
import { FAILS, judge, readImpossible } from './verdicts.mjs';

const [waysFile, impossibleFile, tsvFile, pageFile] = process.argv.slice(2);
const SERVERS = {
  sse: { era: 'sse', title: 'A server of 2024-11-05, HTTP+SSE' },
  legacy: { era: 'legacy', title: 'A server of 2025-11-25 and before, with sessions' },
  java: { era: 'legacy', title: 'A server of 2025-11-25 and before, made with the Java SDK' },
  modern: { era: 'modern', title: 'A server of 2026-07-28, without sessions' },
};
const wanted = new RegExp(process.env.CLIENTS || '');
const ways = JSON.parse(fs.readFileSync(waysFile));
const impossible = readImpossible(impossibleFile);

process.on('unhandledRejection', (error) => console.error(`   (left over: ${error?.message ?? error})`));

const judged = [];
for (const client of clients.filter(({ name }) => wanted.test(name))) {
  for (const name of new Set(ways.map(({ way }) => way))) {
    const here = ways.filter(
      ({ way, upstream, ...urls }) =>
        way === name && urls[client.path] && (process.env.SAME_ERA !== 'yes' || SERVERS[upstream].era === eraOf(client)),
    );
    const outcomes = await Promise.all(here.map((way) => run(way, client, process.env.TOKEN)));
    judged.push(...outcomes.flat().map((outcome) => judge(outcome, impossible)));
    console.error(`   ${client.name}, ${name}: done`);
  }
}
fs.writeFileSync(tsvFile, tsv(judged));
if (pageFile) fs.writeFileSync(pageFile, page(judged, SERVERS));
console.log(summary(judged));
process.exit(judged.length === 0 || judged.some(({ verdict }) => verdict === FAILS) ? 1 : 0);
