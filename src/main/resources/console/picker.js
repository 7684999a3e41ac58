// Choosing things that the gateway has, by their names.
import { button, make } from './dom.js';
import { label, matching, named } from './names.js';

/** Whether a button of the mouse is down: what moves under it then is not clicked. */
let pressed = false;
for (const [type, down] of Object.entries({ pointerdown: true, pointerup: false, pointercancel: false }))
  addEventListener(type, () => (pressed = down), true);

/** Takes one id, or several: a search, what it finds, and what is chosen. What is typed and not chosen counts as an id. */
export function picker(paths, several, value, id) {
  let chosen = new Map([value ?? []].flat().map((each) => [each, each]));
  const list = make('ul', { className: 'picked' });
  // a button that takes the keyboard with the mouse would take the list away that it is in
  const found = make('ul', { className: 'found', onmousedown: (event) => event.preventDefault() });
  const count = make('small', { role: 'status' });
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
    if (document.activeElement === search) look();
    else search.focus();
  }

  async function look() {
    const mine = ++asked;
    const text = search.value.trim();
    const say = (said, ...items) => mine === asked && (count.replaceChildren(said), found.replaceChildren(...items));
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
      say(items.length ? `${items.length} to choose from` : 'nothing else is found', ...items);
    } catch (refused) {
      say(refused.message);
    }
  }

  /** What is found is there for who is here. */
  function leave({ relatedTarget: next }) {
    if (element.contains(next)) return;
    asked++;
    if (pressed) addEventListener('pointerup', () => setTimeout(clear), { once: true });
    else clear();
  }

  function clear() {
    if (element.contains(document.activeElement)) return;
    count.replaceChildren();
    found.replaceChildren();
  }

  /** The names of what is chosen already; an id stays where it is not to be seen. */
  async function name() {
    for (const [key, { name: known }] of await named(paths, [...chosen.keys()])) if (chosen.has(key)) chosen.set(key, known);
    draw();
  }

  const element = make('div', { className: 'picker', onfocusout: leave }, list, search, count, found);
  draw();
  name().catch(() => {}); // they are ids then
  return {
    element,
    input: search,
    read: () => (several ? ids() : (ids().at(-1) ?? null)),
    changed: () => JSON.stringify(ids()) !== before,
  };
}
