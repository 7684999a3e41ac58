// F2: very many connect at once, and all hang up at once. F18: very many hang up at any time in the middle of their calls. Nothing of them is left.
import net from 'node:net';
import { between, now, rounded, sleep } from '../wire.mjs';
import { Counting } from './counting.mjs';
import { kinds } from './rolling.mjs';
import { call, Load, PATIENCE, SHORT, session, until } from './world.mjs';

const ACCEPTED = SHORT ? PATIENCE : 200; // ms from connecting to the first byte of an answer, for 99 of 100
const FREED = SHORT ? PATIENCE : 30_000; // ms
const FEW = 50; // descriptors more or less that mean nothing: connections that are kept for the next call, on both sides
const REQUEST = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
const GAUGES = ['penstock_bulkhead_calls', 'penstock_streams_active', 'r2dbc_pool_acquired_connections'];

/** F2, at one replica, which has other things to do. */
export async function connects(world, { connections, rate }) {
  const replica = world.living()[0];
  const load = new Load(20, () => [replica], await kinds(world)).start();
  await sleep(2000);
  const before = world.descriptors(replica);
  const [sockets, took, notes] = [[], [], []];
  const connect = () => {
    const begun = now();
    const socket = net.connect(Number(new URL(replica.url).port), '127.0.0.1', () => socket.write(REQUEST));
    socket.once('data', () => took.push(now() - begun));
    socket.on('error', (error) => notes.push(`a connection: ${error.message}`));
    sockets.push(socket);
  };
  for (const begun = now(); sockets.length < connections; await sleep(2)) {
    while (sockets.length < Math.min(connections, ((now() - begun) / 1000) * rate)) connect();
  }
  await until(() => took.length === connections, PATIENCE);
  const most = world.descriptors(replica);
  const dropped = now();
  for (const socket of sockets) socket.resetAndDestroy();
  const freed = await until(() => world.descriptors(replica) <= before + FEW, FREED, 100);
  const freedAfter = now() - dropped;
  await load.stop();
  const p99 = rounded(took, 0.99);
  notes.push(...load.failures.map(({ kind, problem }) => `${kind}, beside: ${problem}`));
  if (took.length < connections) notes.push(`${connections - took.length} connections were not answered`);
  if (p99 > ACCEPTED) notes.push(`99 of 100 were answered only after ${p99} ms`);
  if (!freed) notes.push(`${world.descriptors(replica) - before} descriptors more than before`);
  return {
    promise: `each is answered, 99 of 100 within ${ACCEPTED} ms; no call beside fails; all descriptors are free within ${FREED / 1000} s`,
    figures: {
      connections: took.length,
      accept_p50_ms: rounded(took, 0.5),
      accept_p99_ms: p99,
      descriptors_before: before,
      descriptors_most: most,
      freed_ms: freed ? Math.round(freedAfter) : -1,
      calls_beside: load.calls,
      failed_beside: load.failures.length,
    },
    met: took.length > 0 && notes.length === 0,
    notes,
  };
}

/** F18, at all replicas, which tell of each buffer that is lost. */
export async function hangUps(world, { calls, rate }) {
  for (const replica of world.living()) {
    await world.end(replica);
    await world.restart(replica.number, ['JDK_JAVA_OPTIONS=-Dio.netty.leakDetection.level=paranoid']);
  }
  const upstream = await new Counting().listen();
  const [first] = world.living();
  const { id } = await world.must(first, 'POST', '/gateways', { name: 'hung up', url: upstream.url });
  const [modern, legacy] = [`/gateways/${id}/mcp`, world.paths.legacy];
  const [held, through] = [await session(first.url + modern, world.token), await session(first.url + legacy, world.token)];
  const impatient = (path, who) => ({ url }) => {
    const patience = between(0, 600); // more than the call takes, now and then
    return call(url + path, { ...who, tool: 'sleep_ms', args: { ms: 400 }, expected: 'slept 400', patience, reuse: false });
  };
  const ways = {
    'without a session': impatient(modern, { token: world.token }),
    'in a held session': impatient(modern, { own: held }),
    'in a session of the upstream': impatient(legacy, { own: through }),
    'without a session, translated': impatient(legacy, { token: world.token }),
  };
  const before = world.living().map((replica) => world.descriptors(replica));
  const load = new Load(rate, () => world.living(), ways).start();
  await until(() => load.calls >= calls, 10 * PATIENCE);
  await load.stop();
  const begun = now();
  const left = async () => {
    const gauges = world.living().flatMap((replica) =>
      GAUGES.map(async (name) => ({ what: `${name} of replica ${replica.number}`, value: await world.metric(replica, name) })),
    );
    return [{ what: 'calls at the upstream', value: upstream.running }, ...(await Promise.all(gauges))].filter(({ value }) => value !== 0);
  };
  const atRest = await until(async () => (await left()).length === 0, SHORT ? PATIENCE : 10_000, 100);
  const rested = now() - begun;
  const hungUp = load.failures.filter(({ failed }) => failed?.startsWith('no answer in'));
  const failed = load.failures.filter((failure) => !hungUp.includes(failure));
  const after = await Promise.all(world.living().map(({ url }) => call(url + modern, { token: world.token, args: { text: 'after' } })));
  const leaks = world.living().reduce((sum, replica) => sum + world.leaks(replica), 0);
  const more = Math.max(...world.living().map((replica, place) => world.descriptors(replica) - before[place]));
  await world.must(world.living()[0], 'DELETE', `/gateways/${id}`);
  upstream.close();
  const notes = [...failed.map(({ kind, problem }) => `${kind}: ${problem}`), ...after.flatMap(({ problem }) => (problem ? [`after: ${problem}`] : []))];
  if (!atRest) notes.push(...(await left()).map(({ what, value }) => `${what}: ${value}`));
  if (leaks > 0) notes.push(`${leaks} leaked buffers`);
  return {
    promise: 'calls under way, streams, connections of the database and what the upstream does return to none; no buffer is lost; no other call fails',
    figures: {
      calls: load.calls,
      hung_up: hungUp.length,
      answered: load.took.length,
      failed: failed.length,
      at_rest_ms: atRest ? Math.round(rested) : -1,
      leaks,
      descriptors_more: more,
    },
    met: hungUp.length > 0 && load.took.length > 0 && notes.length === 0,
    notes,
  };
}
