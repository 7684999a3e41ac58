// tally.mjs RAW_DIR TSV SPEC SUITE_EXIT [BASELINE_TSV]
// Turns the suite's raw results into one line per check, prints the totals, and compares with a baseline.
// Exits 1 when nothing ran, a check failed, or a check of the baseline is no longer SUCCESS. $EXPECTED names failures of $TARGET that are
// known: they do not count, and one of them that passes does; and checks of the baseline that are not always made, by a reason that begins
// with "Not made:": their absence does not count.
import fs from 'node:fs';
import path from 'node:path';

const [rawDir, tsv, spec, suiteExit, baseline] = process.argv.slice(2);
const SEVERITY = { SUCCESS: 1, SKIPPED: 2, WARNING: 3, FAILURE: 4 };
const totals = { SUCCESS: 0, SKIPPED: 0, WARNING: 0, FAILURE: 0 };
const worst = new Map(); // "scenario<TAB>check" -> the worst answer of all its repetitions
const failuresOf = new Map(); // scenario -> count

for (const folder of fs.readdirSync(rawDir).sort()) {
  const file = path.join(rawDir, folder, 'checks.json');
  if (!fs.existsSync(file)) continue;
  const scenario = folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
  failuresOf.set(scenario, failuresOf.get(scenario) ?? 0);
  for (const check of JSON.parse(fs.readFileSync(file))) {
    if (!(check.status in SEVERITY)) continue;
    totals[check.status]++;
    if (check.status === 'FAILURE') failuresOf.set(scenario, failuresOf.get(scenario) + 1);
    const key = `${scenario}\t${check.id}`;
    const known = worst.get(key);
    if (known && SEVERITY[known.status] >= SEVERITY[check.status]) continue;
    worst.set(key, { status: check.status, message: (check.errorMessage ?? '').replace(/\s+/g, ' ').slice(0, 300) });
  }
}
const rows = [...worst].sort(([a], [b]) => (a < b ? -1 : 1));
fs.writeFileSync(tsv, rows.map(([key, { status, message }]) => `${key}\t${status}\t${message}\n`).join(''));

const green = [...failuresOf.values()].filter((failures) => failures === 0).length;
console.log(
  `spec ${spec}: passed ${totals.SUCCESS} failed ${totals.FAILURE}  (scenarios ${green}/${failuresOf.size} without failure, ` +
    `warnings ${totals.WARNING}, skipped checks ${totals.SKIPPED}, suite exit ${suiteExit})`,
);
const [expected, optional] = process.env.EXPECTED ? known(process.env.EXPECTED, process.env.TARGET) : [new Set(), new Set()];
const failing = new Map(rows.filter(([, { status }]) => status === 'FAILURE'));
const unexpected = [...failing].filter(([key]) => !expected.has(key));
for (const [key, { message }] of unexpected) console.log(`   FAIL ${key.replace('\t', ' / ')}: ${message}`);
const passing = [...expected].filter((key) => !failing.has(key));
for (const key of passing) console.log(`   PASSES ${key.replace('\t', ' / ')}: it is listed as a failure`);
if (expected.size > 0) console.log(`   ${expected.size - passing.length} of ${expected.size} failures are known`);

/** The known failures of a target, and the checks that need not be made: lines of target, spec, scenario, check, reason. */
function known(file, target) {
  const lines = fs.readFileSync(file, 'utf8').split('\n').map((line) => line.split('\t'));
  const mine = lines.filter(([of, at]) => of === target && at === spec);
  const keys = (notMade) =>
    new Set(
      mine
        .filter(([, , , , reason]) => reason.startsWith('Not made:') === notMade)
        .map(([, , scenario, check]) => `${scenario}\t${check}`),
    );
  return [keys(false), keys(true)];
}

let regressions = 0;
let absent = 0;
if (baseline) {
  const wanted = fs
    .readFileSync(baseline, 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , status]) => status === 'SUCCESS');
  for (const [scenario, check] of wanted) {
    const status = worst.get(`${scenario}\t${check}`)?.status ?? 'ABSENT';
    if (status === 'SUCCESS') continue;
    if (status === 'ABSENT' && optional.has(`${scenario}\t${check}`)) {
      absent++;
      continue;
    }
    regressions++;
    console.log(`   REGRESSION ${scenario} / ${check}: was SUCCESS, is ${status}`);
  }
  console.log(`   against baseline: ${wanted.length - regressions - absent} of ${wanted.length} kept, ${absent} not made`);
}
const finished = /Total: \d+ passed, \d+ failed|OVERALL: /.test(fs.readFileSync(tsv.replace(/tsv$/, 'log'), 'utf8'));
process.exit(!finished || totals.SUCCESS === 0 || unexpected.length > 0 || passing.length > 0 || regressions > 0 ? 1 : 0);
