// F11: one upstream fails in one way after another. Its calls end with an error in time, another upstream's calls do not notice, and it is called
// again soon after it is well.
import { now, rounded, sleep } from '../wire.mjs';
import { Modern } from './modern.mjs';
import { call, Load, PATIENCE, SHORT, until } from './world.mjs';

const IN_TIME = SHORT ? PATIENCE : 8000; // ms: 5 s are what the replicas are told to wait for an answer, in full
const BACK = SHORT ? PATIENCE : 15_000; // ms: the circuit is open for 5 s, and again where a probe came too early

/** An upstream whose calls go wrong as it is told. */
class Scripted extends Modern {
  way = 'well';

  call(message, request, response) {
    return this.way === 'well' ? super.call(message, request, response) : this[this.way](message, request, response);
  }

  fails(_, __, response) {
    response.writeHead(503, { 'content-type': 'text/plain' }).end('no');
  }

  breaks({ id }, request, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${id}"}}\n\ndata: {"json`);
    setTimeout(() => request.socket.resetAndDestroy(), 20);
  }

  hangs(_, __, response) {
    setTimeout(() => response.destroy(), 20_000).unref();
  }
}

/** What goes wrong, and how it ends. */
const WAYS = {
  fails: { begin: ({ scripted }) => (scripted.way = 'fails'), end: ({ scripted }) => (scripted.way = 'well') },
  breaks: { begin: ({ scripted }) => (scripted.way = 'breaks'), end: ({ scripted }) => (scripted.way = 'well') },
  hangs: { begin: ({ scripted }) => (scripted.way = 'hangs'), end: ({ scripted }) => (scripted.way = 'well') },
  refused: { begin: ({ world }) => refuse(world, true), end: ({ world }) => refuse(world, false), through: true },
  stopped: { begin: ({ world }) => process.kill(world.dualPid, 'SIGSTOP'), end: ({ world }) => process.kill(world.dualPid, 'SIGCONT'), through: true },
  slow: { begin: ({ world }) => world.fault('upstream', { latency: 10_000 }), end: ({ world }) => world.fault('upstream'), through: true },
};

async function refuse(world, is) {
  await world.fault('upstream', { refuse: is });
  if (is) await world.reset('upstream');
}

export async function upstream(world, { rate, seconds, ways = Object.keys(WAYS) }) {
  const scripted = await new Scripted().listen();
  const [first] = world.living();
  const own = await world.must(first, 'POST', '/gateways', { name: 'scripted', url: scripted.url });
  const through = await world.must(first, 'POST', '/gateways', { name: 'proxied', url: world.proxied });
  const well = { well: ({ url }, mark) => call(url + world.paths.modern, { token: world.token, args: { text: mark } }) };
  const ill = (path) => ({ ill: ({ url }, mark) => call(url + path, { token: world.token, args: { text: mark }, patience: 30_000 }) });
  const [figures, notes] = [{ calls: 0, failed: 0 }, []];
  const during = async (load, work) => {
    load.start();
    await work();
    return (await load.stop()).took;
  };
  await during(new Load(rate, () => world.living(), well), () => sleep(2000)); // warm
  const alone = rounded(await during(new Load(rate, () => world.living(), well), () => sleep(seconds * 1000)), 0.99);
  figures.p99_alone_ms = alone;
  for (const way of ways) {
    const path = `/gateways/${(WAYS[way].through ? through : own).id}/mcp`;
    const bad = new Load(rate / 2, () => world.living(), ill(path));
    const good = new Load(rate, () => world.living(), well);
    await WAYS[way].begin({ world, scripted });
    bad.start();
    const took = await during(good, () => sleep(seconds * 1000));
    const ended = bad.stop();
    await WAYS[way].end({ world, scripted });
    const begun = now();
    const back = await until(async () => (await asks(world, path)).every(({ problem }) => !problem), BACK, 200);
    figures[`${way}_back_ms`] = back ? Math.round(now() - begun) : -1;
    await ended;
    const times = bad.failures.map(({ ms }) => ms);
    const p99 = rounded(took, 0.99);
    figures.calls += good.calls;
    figures.failed += good.failures.length;
    Object.assign(figures, { [`${way}_p99_ms`]: p99, [`${way}_longest_error_ms`]: rounded(times, 1) });
    notes.push(...good.failures.map(({ problem }) => `${way}, beside: ${problem}`));
    if (!back) notes.push(`${way}: not called again after ${BACK} ms`);
    if (!SHORT && p99 > 3 * alone + 50) notes.push(`${way}: the others' p99 is ${p99} ms`);
    if (times.length === 0) notes.push(`${way}: no call failed`);
    if (rounded(times, 1) > IN_TIME) notes.push(`${way}: an error came after ${rounded(times, 1)} ms`);
    const odd = bad.failures.filter(({ failed, problem }) => failed && !/^200/.test(problem) && !failed.includes('ECONNREFUSED'));
    notes.push(...odd.map(({ problem }) => `${way}: no proper error: ${problem}`));
  }
  for (const { id } of [own, through]) await world.must(first, 'DELETE', `/gateways/${id}`);
  scripted.close();
  return {
    promise: `an error within ${IN_TIME / 1000} s (the limit is set to 5 s); no call to another upstream fails, its p99 stays; called again within ${BACK / 1000} s`,
    figures,
    met: figures.calls > 0 && notes.length === 0,
    notes,
  };
}

function asks(world, path) {
  return Promise.all(world.living().map(({ url }) => call(url + path, { token: world.token, args: { text: 'again' }, patience: PATIENCE })));
}
