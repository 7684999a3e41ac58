// F16: in the middle of many registrations everything is killed, replicas and database. What was answered 201 is there afterwards, on every replica,
// and nothing is there by half.
import { now, sleep } from '../wire.mjs';
import { processes } from './database.mjs';
import { call, lives, until } from './world.mjs';

export async function everything(world, { rounds, registrations, after }) {
  const figures = { registrations: 0, answered_201: 0, broken_off: 0, lost: 0, orphans: 0, longest_until_ready_ms: 0 };
  const notes = [];
  for (let round = 0; round < rounds; round++) {
    const replicas = world.living();
    const sent = Array.from({ length: registrations }, (_, place) => {
      const body = { name: `many-${round}-${place}`, url: world.upstreams.modern };
      return world.rest(replicas[place % replicas.length], 'POST', '/gateways', body);
    });
    let done = 0;
    for (const one of sent) one.then(() => done++);
    await until(() => done >= registrations * after, 60_000, 5);
    const pids = processes(world.databasePid);
    for (const { pid } of replicas) process.kill(pid, 'SIGKILL');
    process.kill(pids[0], 'SIGKILL');
    world.replicas.fill(undefined);
    const answers = await Promise.all(sent);
    await until(() => [...pids, ...replicas.map(({ pid }) => pid)].every((pid) => !lives(pid)), 20_000);
    const begun = now();
    world.databasePid = (await world.order({ database: 'run' })).databasePid;
    for (const { number } of replicas) await world.restart(number);
    figures.longest_until_ready_ms = Math.max(figures.longest_until_ready_ms, Math.round(now() - begun));
    await check(world, answers, figures, notes);
  }
  return {
    promise: 'every registration that was answered 201 is there, on every replica; nothing is there by half',
    figures,
    met: figures.answered_201 > 0 && notes.length === 0,
    notes,
  };
}

async function check(world, answers, figures, notes) {
  const made = answers.filter(({ status }) => status === 201);
  figures.registrations += answers.length;
  figures.answered_201 += made.length;
  figures.broken_off += answers.filter(({ failed }) => failed).length;
  for (const { status, text, failed } of answers) if (status !== 201 && !failed) notes.push(`a registration: ${status} ${text}`);
  for (const { json } of made) {
    for (const replica of world.living()) {
      const found = await world.rest(replica, 'GET', `/gateways/${json.id}`);
      if (found.status === 200) continue;
      figures.lost++;
      notes.push(`${json.name} on replica ${replica.number}: ${found.status}`);
    }
  }
  const orphans = await world.sql('SELECT count(*) FROM features f WHERE NOT EXISTS (SELECT 1 FROM gateways g WHERE g.id = f.gateway_id)');
  figures.orphans += Number(orphans);
  if (Number(orphans)) notes.push(`${orphans} features of no gateway`);
  await sleep(500);
  const ids = (await world.sql("SELECT id FROM gateways WHERE name LIKE 'many-%'")).split('\n').filter(Boolean);
  const at = world.living();
  for (const [place, id] of ids.entries()) {
    const { problem } = await call(`${at[place % at.length].url}/gateways/${id}/mcp`, { token: world.token, args: { text: 'there' } });
    if (problem) notes.push(`a gateway that is there cannot be called: ${problem}`);
  }
  await world.sql("DELETE FROM gateways WHERE name LIKE 'many-%'; NOTIFY penstock_changes, 'GATEWAYS'");
}
