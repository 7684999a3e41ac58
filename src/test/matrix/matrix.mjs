// matrix.mjs WAYS IMPOSSIBLE OUT: runs the matrix and exits 0 only when every cell works or is impossible. Writes OUT/matrix.tsv, and
// OUT/run-REPLICAS.json for page.mjs. WAYS is a JSON file: [{ way, upstream, origin, mcp, sse, ws, scheme, prefix }]; a URL that is missing is
// a way that a client cannot go. $TOKEN is what clients show; $CLIENTS is a pattern for what is to run; $SAME_ERA=yes leaves out the pairs of
// two eras; $TRIES=2 tries again what failed; $REPLICAS and $COMMIT are noted.
import fs from 'node:fs';
import { run } from './cells.mjs';
import { clients, eraOf } from './peers.mjs';
import { summary, tsv } from './report.mjs';
import { servers } from './servers.mjs';
import { FAILS, isImpossible, judge, readImpossible } from './verdicts.mjs';

const [waysFile, impossibleFile, out] = process.argv.slice(2);
const { TOKEN, CLIENTS = '', SAME_ERA, TRIES = '1', REPLICAS = '1', COMMIT } = process.env;
const wanted = new RegExp(CLIENTS);
const ways = JSON.parse(fs.readFileSync(waysFile));
const impossible = readImpossible(impossibleFile);

process.on('unhandledRejection', (error) => console.error(`   (left over: ${error?.message ?? error})`));

const options = { tries: Number(TRIES), hopeless: (outcome) => isImpossible(outcome, impossible) };
const judged = [];
for (const client of clients.filter(({ name }) => wanted.test(name))) {
  for (const name of new Set(ways.map(({ way }) => way))) {
    const here = ways.filter(
      ({ way, upstream, ...urls }) =>
        way === name && urls[client.path] && (SAME_ERA !== 'yes' || servers[upstream].era === eraOf(client)),
    );
    const outcomes = await Promise.all(here.map((way) => run(way, client, TOKEN, options)));
    judged.push(...outcomes.flat().map((outcome) => judge(outcome, impossible)));
    console.error(`   ${client.name}, ${name}: done`);
  }
}
fs.writeFileSync(`${out}/matrix.tsv`, tsv(judged));
fs.writeFileSync(`${out}/run-${REPLICAS}.json`, JSON.stringify({ replicas: Number(REPLICAS), commit: COMMIT, when: new Date(), judged }));
console.log(summary(judged));
process.exit(judged.length === 0 || judged.some(({ verdict }) => verdict === FAILS) ? 1 : 0);
