// What ids stand for. Names are taken from the lists that things are in: who asks for one thing by itself is refused what is in another list, and that is on record.
import { get, query } from './rest.js';
import { may } from './rights.js';

/** Fields whose values are the ids of other things, and the lists that those are in. */
export const REFERENCES = {
  tools: ['/tools'],
  resources: ['/resources', '/resource-templates'],
  prompts: ['/prompts'],
  gateways: ['/gateways'],
  server_id: ['/servers'],
  gateway_id: ['/gateways'],
  team_id: ['/teams'],
};

const TEAMS = '/teams'; // a list without filters
const SHOWN = 50; // of a list; the search finds the others
const NAMED = 50; // at once; the others are shown by their ids
const MOST = 1000; // on a page

/** Several upstreams may have things of one name. */
export function label({ id, name, federation_source: source }) {
  return source ? `${name} (${source})` : (name ?? id);
}

/** Those of some ids that are to be seen, by their ids, each with the list that it is in. */
export async function named(paths, ids) {
  const wanted = ids.slice(0, NAMED);
  const found = new Map();
  for (const path of wanted.length ? paths.filter((one) => may(one)) : []) {
    for await (const one of path === TEAMS ? all(query(path, { limit: MOST })) : those(path, wanted)) {
      if (wanted.includes(one.id)) found.set(one.id, { path, name: label(one) });
      if (found.size === wanted.length) return found;
    }
  }
  return found;
}

function those(path, ids) {
  return all(`${path}?${new URLSearchParams(ids.map((id) => ['id', id]))}`);
}

/** The first of a list that have a text. */
export async function matching(path, text) {
  if (path !== TEAMS) return (await get(query(path, { limit: SHOWN, q: text }))).value;
  const found = [];
  for await (const one of all(query(path, { limit: MOST }))) {
    if (`${one.id} ${one.name}`.toLowerCase().includes(text.toLowerCase())) found.push(one);
    if (found.length === SHOWN) break;
  }
  return found;
}

/** All of a list, however many pages it has. */
async function* all(path) {
  for (let page = path; page;) {
    const { value, next } = await get(page);
    yield* value;
    page = next;
  }
}
