// Runs the cells of the matrix: one client, one upstream, by one way, all features.
import { Upstream, sleep } from '../clients/checks.mjs';
import { features } from '../clients/features.mjs';
import { crowd } from './crowd.mjs';
import { renamed } from './renamed.mjs';

const LIMIT = 20_000;

/**
 * All features of a way to an upstream, for a client: { way, client, upstream, feature, error?, detail?, first? } each. With more than one try,
 * what failed is tried again over a new connection, but for what the predicate hopeless says; first is then the error of the first try.
 */
export async function run(way, client, token, { tries = 1, hopeless = () => false } = {}) {
  const url = way[client.path];
  const connect = async () => renamed(await client.connect({ url, token, scheme: way.scheme }), way.prefix);
  const cell = { way: way.way, client: client.name, upstream: way.upstream };
  const once = (wanted) => attempt(cell, wanted, connect, way.origin);
  const outcomes = await once([...features, crowd(connect)]);
  const failed = outcomes.filter((outcome) => outcome.error && !hopeless(outcome));
  if (tries < 2 || failed.length === 0) return outcomes;
  const again = await once([...features, crowd(connect)].filter(({ feature }) => failed.some((outcome) => outcome.feature === feature)));
  return outcomes.map((outcome) => {
    const later = again.find(({ feature }) => feature === outcome.feature);
    return later ? { ...later, first: outcome.error } : outcome;
  });
}

async function attempt(cell, wanted, connect, origin) {
  let connection;
  try {
    connection = await within(connect());
  } catch (error) {
    return wanted.map(({ feature }) => ({ ...cell, feature, error: `does not connect: ${told(error)}` }));
  }
  const outcomes = [];
  for (const { feature, check } of wanted) {
    outcomes.push({ ...cell, feature, ...(await outcome(check(connection, new Upstream(origin)))) });
  }
  await connection.close().catch(() => {});
  return outcomes;
}

async function outcome(check) {
  try {
    const detail = await within(check);
    return detail === undefined ? {} : { detail };
  } catch (error) {
    return { error: told(error) };
  }
}

function within(work) {
  const late = sleep(LIMIT).then(() => {
    throw new Error(`not within ${LIMIT / 1000} s`);
  });
  return Promise.race([work, late]);
}

const told = (error) =>
  String(error?.message ?? error)
    .replace(/\s+/g, ' ')
    .slice(0, 300);
