// Choosing things that the gateway has, by their names.
import { button, make } from './dom.js';
import { get, query } from './rest.js';

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

const TEAMS = '/teams'; // a list without a search
const SHOWN = 50; // of a list; the search finds the others
const ALL = 1000;
const NAMED = 50; // of what is chosen; the others are shown by their ids
const AT_ONCE = 4;

/** Several upstreams may have things of one name. */
function label({ id, name, federation_source: source }) {
  return source ? `${name} (${source})` : (name ?? id);
}

/** Takes one id, or several: a search, what it finds, and what is chosen. What is typed and not chosen counts as an id. */
export function picker(paths, several, value, id) {
  let chosen = new Map([value ?? []].flat().map((each) => [each, each]));
  const list = make('ul', { className: 'picked' });
  const found = make('ul', { className: 'found' });
  const search = make('input', {
    id,
    type: 'search',
    placeholder: `search ${paths.map((path) => path.slice(1)).join(', ')}`,
    autocomplete: 'off',
    oninput: () => look(),
    onfocus: () => look(),
    onkeydown: (event) => event.key === 'Enter' && event.preventDefault(),
  });
  const ids = () => [...chosen.keys(), ...[search.value.trim()].filter(Boolean)];
  const before = JSON.stringify(ids());
  let asked = 0;

  function draw() {
    const items = [...chosen].map(([key, name]) =>
      make(
        'li',
        {},
        `${name} `,
        button('Remove', () => without(key), { 'aria-label': `Remove ${name}` }),
      ),
    );
    list.replaceChildren(...items);
  }

  function without(key) {
    chosen.delete(key);
    draw();
    search.focus();
  }

  function take(one) {
    chosen = several ? chosen.set(one.id, label(one)) : new Map([[one.id, label(one)]]);
    search.value = '';
    draw();
    search.focus();
  }

  async function look() {
    const mine = ++asked;
    const text = search.value.trim();
    const say = (...items) => mine === asked && found.replaceChildren(...items);
    try {
      const all = (await Promise.all(paths.map((path) => matching(path, text)))).flat();
      const free = all.filter((one) => !chosen.has(one.id));
      const items = free.map((one) =>
        make(
          'li',
          {},
          button(label(one), () => take(one)),
        ),
      );
      say(...(items.length ? items : [make('li', {}, 'nothing else is found')]));
    } catch (refused) {
      say(make('li', { className: 'wrong' }, refused.message));
    }
  }

  /** The names of what is chosen already; an id stays where it is not to be seen. */
  async function name() {
    const left = [...chosen.keys()].slice(0, NAMED);
    const work = async () => {
      for (let key = left.shift(); key !== undefined; key = left.shift()) {
        const one = await read(paths, key);
        if (one && chosen.has(key)) chosen.set(key, label(one));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    draw();
  }

  draw();
  name();
  return {
    element: make('div', { className: 'picker' }, list, search, found),
    input: search,
    read: () => (several ? ids() : (ids().at(-1) ?? null)),
    changed: () => JSON.stringify(ids()) !== before,
  };
}

async function matching(path, text) {
  if (path !== TEAMS) return (await get(query(path, { limit: SHOWN, q: text }))).value;
  const teams = (await get(query(path, { limit: ALL }))).value;
  return teams.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(text.toLowerCase())).slice(0, SHOWN);
}

/** One by its id, in the first list that has it; null where none has. */
async function read(paths, id) {
  for (const path of paths) {
    try {
      return (await get(`${path}/${encodeURIComponent(id)}`)).value;
    } catch {
      // it may be in the next one
    }
  }
  return null;
}
