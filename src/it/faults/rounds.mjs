// F10: many upstreams whose check is due every few seconds, and several replicas that look for what is due; one of them is killed on the way. Each
// upstream is checked once in each period, by whichever replica.
import http from 'node:http';
import { now, rounded, sleep } from '../wire.mjs';

const PERIOD = 5; // s, the shortest that a gateway may have
const EARLY = 0.7; // of a period: a check that comes before is one too many
const LATE = 2; // periods: a longer gap is a check that was missed
const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

/** Upstreams of 2026-07-28 without tools, by path: a check of one is a greeting. */
class Upstreams {
  seen = new Map(); // path -> when it was greeted

  async listen() {
    this.server = http.createServer(async (request, response) => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += part;
      const { id, method } = JSON.parse(text || '{}');
      const greets = method === 'server/discover';
      if (greets) this.seen.set(request.url, [...(this.seen.get(request.url) ?? []), now()]);
      const said = greets
        ? { result: { supportedVersions: ['2026-07-28'], capabilities: {}, ...COMPLETE } }
        : { error: { code: -32601, message: 'no such method' } };
      response.writeHead(greets ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
    });
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }
}

export async function rounds(world, { upstreams, seconds }) {
  let restarted;
  const { figures, notes } = await watched(world, { upstreams, seconds }, async () => {
    await sleep((seconds / 2) * 1000);
    const victim = world.living().at(-1);
    await world.end(victim, 'SIGKILL');
    await sleep((seconds / 2) * 1000);
    restarted = world.restart(victim.number);
  });
  await restarted;
  return {
    promise: `each is checked once in a period of ${PERIOD} s, also when a replica is killed`,
    figures: { upstreams, seconds, ...figures },
    met: figures.checks > 0 && notes.length === 0,
    notes,
  };
}

/** How often so many upstreams are checked while something goes on: { figures, notes }. */
export async function watched(world, { upstreams }, meanwhile) {
  const all = await new Upstreams().listen();
  const made = [];
  for (let number = 0; number < upstreams; number++) {
    const body = { name: `due-${number}`, url: `${all.url}/${number}/mcp`, health_check_interval_seconds: PERIOD };
    made.push(await world.must(world.living()[0], 'POST', '/gateways', body));
  }
  await sleep(PERIOD * 1000 + 2000);
  const begun = now();
  await meanwhile();
  const ended = now();
  const [gaps, notes] = [[], []];
  let [checks, doubled, missed] = [0, 0, 0];
  for (const [path, times] of all.seen) {
    const during = times.filter((time) => time >= begun && time <= ended);
    checks += during.length;
    const between = [...during, ended].map((time, place) => time - (during[place - 1] ?? begun));
    gaps.push(...between.slice(1, -1));
    const early = between.slice(1, -1).filter((gap) => gap < EARLY * PERIOD * 1000).length;
    const late = between.filter((gap) => gap > LATE * PERIOD * 1000).length;
    doubled += early;
    missed += late;
    if (early || late) notes.push(`${path}: ${between.map((gap) => Math.round(gap)).join(' ')}`);
  }
  for (const { id } of made) await world.must(world.living()[0], 'DELETE', `/gateways/${id}`);
  all.server.close();
  all.server.closeAllConnections();
  const [gap_p50_ms, gap_min_ms, gap_max_ms] = [0.5, 0, 1].map((part) => rounded(gaps, part));
  return { figures: { checks, doubled, missed, gap_p50_ms, gap_min_ms, gap_max_ms }, notes };
}
