// Choosing things that the gateway has, by their names.
import { button, make } from './dom.js';
import { get, query } from './rest.js';

/** Fields whose values are the ids of other things, and the lists that those are in. */
export const REFERENCES = {
  tools: '/tools',
  resources: '/resources',
  prompts: '/prompts',
  gateways: '/gateways',
  server_id: '/servers',
  gateway_id: '/gateways',
  team_id: '/teams',
};

const SHOWN = 50; // of a list; the search finds the others

/** Takes one id, or several: a search, what it finds, and what is chosen. */
export function picker(path, several, value, id) {
  let chosen = new Map([value ?? []].flat().map((each) => [each, each]));
  const before = JSON.stringify([...chosen.keys()]);
  const list = make('ul', { className: 'picked' });
  const found = make('ul', { className: 'found' });
  const search = make('input', {
    id,
    type: 'search',
    placeholder: `search ${path.slice(1)}`,
    autocomplete: 'off',
    oninput: () => look(),
    onfocus: () => look(),
  });
  const element = make('div', { className: 'picker' }, list, search, found);
  let asked = 0;

  function draw() {
    const items = [...chosen].map(([key, name]) =>
      make(
        'li',
        {},
        `${name} `,
        button('Remove', () => (chosen.delete(key), draw()), { 'aria-label': `Remove ${name}` }),
      ),
    );
    list.replaceChildren(...items);
  }

  function take({ id: key, name }) {
    chosen = several ? chosen.set(key, name ?? key) : new Map([[key, name ?? key]]);
    found.replaceChildren();
    search.value = '';
    draw();
  }

  async function look() {
    const mine = ++asked;
    const text = search.value.trim().toLowerCase();
    // only what teams have no search for is sought here
    const searched = path === '/teams' ? {} : { q: search.value.trim() };
    try {
      const all = (await get(query(path, { limit: SHOWN, ...searched }))).value;
      if (mine !== asked) return;
      const matching = path === '/teams' ? all.filter(({ id: key, name }) => `${key} ${name}`.toLowerCase().includes(text)) : all;
      const free = matching.filter(({ id: key }) => !chosen.has(key));
      found.replaceChildren(
        ...(free.length
          ? free.map((one) =>
              make(
                'li',
                {},
                button(one.name ?? one.id, () => take(one)),
              ),
            )
          : [make('li', {}, 'nothing else is found')]),
      );
    } catch (refused) {
      found.replaceChildren(make('li', { className: 'wrong' }, refused.message));
    }
  }

  /** The names of what is chosen already; an id stays where it is not to be seen. */
  async function name() {
    await Promise.all(
      [...chosen.keys()].map(async (key) => {
        try {
          chosen.set(key, (await get(`${path}/${encodeURIComponent(key)}`)).value.name ?? key);
        } catch {
          // it is shown by its id
        }
      }),
    );
    draw();
  }

  draw();
  name();
  return {
    element,
    input: search,
    read: () => (several ? [...chosen.keys()] : ([...chosen.keys()][0] ?? null)),
    changed: () => JSON.stringify([...chosen.keys()]) !== before,
  };
}
