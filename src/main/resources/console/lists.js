// Lists, a page at a time, and their filters.
import * as contract from './contract.js';
import { attempt, button, make } from './dom.js';
import { words } from './form.js';
import * as rest from './rest.js';
import { table } from './shown.js';
import { SECTIONS } from './sections.js';

export const PAGE = 50;

/** Where a row leads; null where there is nothing to read of one. */
export function leadsTo(name) {
  return contract.has(`${SECTIONS[name].path}/{id}`) ? ({ id }) => `#/${name}/${encodeURIComponent(id)}` : null;
}

/** The rows of a list, or `nothing`. Error: what the API says to its first page. */
export async function rows({ title, columns, nothing = 'Nothing here.' }, path, leads, ends = null) {
  const place = make('div');
  const all = [];
  async function more(from) {
    const { value, next } = await rest.get(from);
    all.push(...value);
    const further = next ? button('More', () => attempt(() => once(further, () => more(next)))) : null;
    place.replaceChildren(
      all.length ? table(title, columns, all, words, { leads, ends }) : make('p', {}, nothing),
      ...(further ? [further] : []),
    );
    if (from !== path) (further ?? landing(place, all.length - value.length)).focus();
  }
  await more(path);
  return place;
}

/** Does what a button is for; it cannot be pressed again before that has ended. */
async function once(pressed, work) {
  pressed.disabled = true;
  try {
    await work();
  } catch (refused) {
    pressed.disabled = false;
    pressed.focus();
    throw refused;
  }
}

/** Where somebody goes on who has asked for the last rows: at the first of them. */
function landing(place, index) {
  const row = place.querySelectorAll('tbody tr')[index] ?? place;
  const target = (row !== place && row.querySelector('a')) || row;
  if (target === row) row.tabIndex = -1;
  return target;
}

/** The filters that a list takes; what is chosen is in the address. Null where it takes none. */
export function filtering(name, path, parameters) {
  const filters = contract.filters(path);
  if (!filters.length) return null;
  const apply = (event) => {
    event.preventDefault();
    location.hash = rest.query(`#/${name}`, Object.fromEntries(new FormData(event.target)));
  };
  return make(
    'details',
    { open: Object.keys(parameters).length > 0 },
    make('summary', {}, 'Filter'),
    make(
      'form',
      { onsubmit: apply },
      ...filters.map((one) => filter(one, parameters[one.name] ?? '')),
      make('p', { className: 'actions' }, make('button', { type: 'submit' }, 'Show')),
    ),
  );
}

function filter({ name, schema, description }, value) {
  const id = `filter-${name}`;
  const note = description ? make('small', { id: `${id}-note` }, description) : null;
  const values = schema.type === 'boolean' ? ['true', 'false'] : schema.enum;
  const input = values
    ? make('select', { id, name }, ...['', ...values].map((each) => make('option', { value: each, selected: each === value }, each)))
    : make('input', { id, name, value, placeholder: schema.example ?? null, autocomplete: 'off' });
  if (note) input.setAttribute('aria-describedby', note.id);
  return make('div', { className: 'field' }, make('label', { htmlFor: id }, name === 'q' ? 'Search' : words(name)), input, note);
}
