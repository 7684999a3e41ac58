// How values are shown.
import { link, make } from './dom.js';
import { named, REFERENCES } from './names.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/;
const WELL = ['enabled', 'healthy', 'approved'];
const UNWELL = ['locked', 'must_change_password'];
const ADDRESS = /^https?:\/\//;

/** Any value of an answer. `known` are the names of things, by their ids. */
export function shown(value, name = '', known = new Map()) {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return make('span', { className: mood(name, value) }, value ? 'yes' : 'no');
  if (typeof value === 'string' && TIME.test(value))
    return make('time', { dateTime: value, title: value }, new Date(value).toLocaleString());
  if (Object.hasOwn(REFERENCES, name) && [value].flat().every((one) => typeof one === 'string'))
    return references(name, [value].flat(), known);
  if (typeof value === 'string' && ADDRESS.test(value)) return make('code', {}, value);
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length ? make('span', {}, value.join(', ')) : shown(null);
  if (typeof value === 'object') return make('pre', { tabIndex: 0 }, JSON.stringify(value, null, 2));
  return make('span', {}, String(value));
}

/** Ids of other things, which lead there where it is known which list each is in. */
function references(name, ids, known) {
  const lists = REFERENCES[name];
  const reference = (id) => {
    const { path, name: text } = known.get(id) ?? { path: lists.length === 1 ? lists[0] : null, name: id };
    return path ? link(`#${path}/${encodeURIComponent(id)}`, text) : text;
  };
  const links = ids.flatMap((id, index) => [index ? ', ' : '', reference(id)]);
  return links.length ? make('span', {}, ...links) : shown(null);
}

/** The same by its names, as soon as those are there. */
function byNames(place, value, name) {
  if (!Object.hasOwn(REFERENCES, name)) return place;
  named(REFERENCES[name], [value].flat())
    .then((known) => place.replaceChildren(shown(value, name, known)))
    .catch(() => {}); // it is there by its ids
  return place;
}

/** How a yes or no looks: some are well and some are not, and most are neither. */
function mood(name, value) {
  if (WELL.includes(name)) return value ? 'good' : 'bad';
  return UNWELL.includes(name) && value ? 'bad' : '';
}

/** All of an object, by its names. */
export function facts(object, words) {
  const entries = Object.entries(object).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length));
  return make(
    'dl',
    {},
    ...entries.flatMap(([name, value]) => [make('dt', {}, words(name)), byNames(make('dd', {}, shown(value, name)), value, name)]),
  );
}

/** Rows, of which each leads somewhere by its first column where `leads` says where. `ends` makes what stands at the end of one. */
export function table(caption, columns, rows, words, { leads = null, ends = null } = {}) {
  const cell = (row, name, index) => {
    const value = index === 0 && leads ? link(leads(row), String(row[name] ?? row.id)) : shown(row[name], name);
    return make(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : null, 'data-name': words(name) }, value);
  };
  const head = make(
    'thead',
    {},
    make('tr', {}, ...columns.map((name) => make('th', { scope: 'col' }, words(name))), ends ? make('td', {}) : null),
  );
  const body = make(
    'tbody',
    {},
    ...rows.map((row) =>
      make(
        'tr',
        {},
        ...columns.map((name, index) => cell(row, name, index)),
        ends ? make('td', { className: 'actions' }, ends(row)) : null,
      ),
    ),
  );
  return make('table', {}, make('caption', {}, caption), head, body);
}
