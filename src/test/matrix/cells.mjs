// Runs the cells of the matrix: one client, one upstream, by one way, all features.
import { Upstream, sleep } from '../clients/checks.mjs';
import { features } from '../clients/features.mjs';
import { crowd } from './crowd.mjs';
import { renamed } from './renamed.mjs';

const LIMIT = 20_000;

/** All features of a way to an upstream, for a client: { way, client, upstream, feature, error?, detail? } each. */
export async function run(way, client, token) {
  const url = way[client.path];
  const connect = async () => renamed(await client.connect({ url, token, scheme: way.scheme }), way.prefix);
  const cell = { way: way.way, client: client.name, upstream: way.upstream };
  const wanted = [...features, crowd(connect)];
  let connection;
  try {
    connection = await within(connect());
  } catch (error) {
    return wanted.map(({ feature }) => ({ ...cell, feature, error: `does not connect: ${told(error)}` }));
  }
  const outcomes = [];
  for (const { feature, check } of wanted) {
    outcomes.push({ ...cell, feature, ...(await outcome(check(connection, new Upstream(way.origin)))) });
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
