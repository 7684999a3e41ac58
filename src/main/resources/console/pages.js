// The pages: an overview, a list, one thing of it, a new one.
import * as contract from './contract.js';
import { button, confirmed, link, make, say } from './dom.js';
import { form, words } from './form.js';
import * as rest from './rest.js';
import { facts, shown, table } from './shown.js';
import { SECTIONS } from './sections.js';

const PAGE = 50;

/** Whether somebody may try something; who has scopes for named servers alone finds out by trying. */
function may(me, scope) {
  const given = [...(me.scopes ?? []), ...(me.group_scopes ?? [])];
  return scope === null || me.permissions.includes(scope) || given.some((one) => one.startsWith('mcp:'));
}

/** The sections that somebody has. */
export function sectionsOf(me) {
  return Object.entries(SECTIONS).filter(([, { path, reads }]) => contract.has(path) && may(me, reads ?? null));
}

export async function overview(me) {
  const parts = [
    make('h1', {}, 'Overview'),
    facts({ user: me.user, source: me.source, teams: me.teams, administrator: me.admin, until: me.expires }, words),
  ];
  const unwell = (await rest.get('/gateways?limit=1000')).value.filter(({ enabled, healthy }) => enabled && healthy === false);
  parts.push(make('h2', {}, 'Gateways that are not well'));
  parts.push(
    unwell.length
      ? table('Gateways that are not well', ['name', 'last_error', 'last_seen_at'], unwell, words, {
          leads: ({ id }) => `#/gateways/${id}`,
        })
      : make('p', {}, 'None.'),
  );
  if (contract.has('/admin/posture') && may(me, contract.scope('/admin/posture', 'get'))) {
    const { weaknesses } = (await rest.get('/admin/posture')).value;
    parts.push(make('h2', {}, 'Weaknesses of the settings'));
    parts.push(
      weaknesses.length
        ? make('ul', {}, ...weaknesses.map((weakness) => make('li', {}, Object.values(weakness).join(': '))))
        : make('p', {}, 'None.'),
    );
  }
  return parts;
}

export async function list(me, name, parameters, again) {
  const section = SECTIONS[name];
  const { path, title, about, one } = section;
  const creates = contract.body(path, 'post') && may(me, contract.scope(path, 'post'));
  return [
    make('h1', {}, title),
    about ? make('p', {}, about) : null,
    creates ? make('p', {}, link(`#/${name}/new`, `New ${one}`)) : null,
    filtering(name, path, parameters),
    await rows(
      section,
      rest.query(path, { limit: PAGE, ...parameters }),
      leadsTo(name),
      ending(me, section, () => again(location.hash)),
    ),
  ];
}

/** Where a row leads; null where there is nothing to read of one. */
function leadsTo(name) {
  return contract.has(`${SECTIONS[name].path}/{id}`) ? ({ id }) => `#/${name}/${encodeURIComponent(id)}` : null;
}

/** Ends what has no page of its own. */
function ending(me, { path, one }, after) {
  const template = `${path}/{id}`;
  if (contract.has(template) || !contract.has(template, 'delete') || !may(me, contract.scope(template, 'delete'))) return null;
  return ({ id, user }) =>
    button('End', () => attempt(() => deleted(`${path}/${id}`, `End this ${one} of ${user}?`, after)), {
      'aria-label': `End this ${one} of ${user}`,
    });
}

function filtering(name, path, parameters) {
  const filters = contract.filters(path);
  if (!filters.length) return null;
  const fields = filters.map(({ name: key, schema, description }) => {
    const id = `filter-${key}`;
    const values = schema.type === 'boolean' ? ['true', 'false'] : schema.enum;
    const value = parameters[key] ?? '';
    const input = values
      ? make('select', { id, name: key }, ...['', ...values].map((each) => make('option', { value: each, selected: each === value }, each)))
      : make('input', { id, name: key, value, placeholder: schema.example ?? null, autocomplete: 'off' });
    return make(
      'div',
      { className: 'field', title: description },
      make('label', { htmlFor: id }, key === 'q' ? 'Search' : words(key)),
      input,
    );
  });
  const apply = (event) => {
    event.preventDefault();
    location.hash = rest.query(`#/${name}`, Object.fromEntries(new FormData(event.target)));
  };
  return make(
    'details',
    { className: 'filter', open: Object.keys(parameters).length > 0 },
    make('summary', {}, 'Filter'),
    make('form', { onsubmit: apply }, ...fields, make('p', { className: 'actions' }, make('button', { type: 'submit' }, 'Show'))),
  );
}

/** A list, a page at a time. */
async function rows({ title, columns }, path, leads, ends = null) {
  const place = make('div', { className: 'rows' });
  const all = [];
  async function more(from) {
    const { value, next } = await rest.get(from);
    all.push(...value);
    const shownRows = all.length ? table(title, columns, all, words, { leads, ends }) : make('p', {}, 'Nothing here.');
    place.replaceChildren(shownRows, ...(next ? [button('More', () => attempt(() => more(next)))] : []));
  }
  await more(path);
  return place;
}

export async function create(me, name, again) {
  const { path, one, first } = SECTIONS[name];
  const schema = contract.body(path, 'post');
  const submit = async (input) => {
    const { value } = await rest.post(path, input);
    say(`The ${one} is made`);
    const there = `#/${name}/${encodeURIComponent(value.id)}`;
    again(there, value.token ? once(one, value.token, () => again(there)) : null);
  };
  return [make('h1', {}, `New ${one}`), form(schema, null, first ?? [], `Make the ${one}`, submit)];
}

/** What is told once. */
function once(one, token, onward) {
  const secret = make('input', { id: 'secret', readOnly: true, value: token, onfocus: (event) => event.target.select() });
  const copy = button('Copy', () => navigator.clipboard.writeText(token).then(() => say('Copied')), { hidden: !navigator.clipboard });
  return [
    make('h1', {}, `The ${one} is made`),
    make('p', {}, 'This is shown once, and cannot be read again.'),
    make('div', { className: 'field' }, make('label', { htmlFor: 'secret' }, 'Token'), secret, copy),
    make('p', {}, button('Done', onward)),
  ];
}

export async function one(me, name, id, again) {
  const section = SECTIONS[name];
  const path = `${section.path}/${encodeURIComponent(id)}`;
  const { value, etag } = await rest.get(path);
  const here = `#/${name}/${encodeURIComponent(id)}`;
  const parts = [
    make('h1', {}, value.name ?? value.email ?? id),
    make('p', {}, link(`#/${name}`, section.title)),
    deeds(me, section, path, value, { list: `#/${name}`, here, again }),
    await account(value),
    facts(value, words),
  ];
  const changes = contract.body(`${section.path}/{id}`, 'patch');
  if (changes && may(me, contract.scope(`${section.path}/{id}`, 'patch'))) {
    const submit = async (input) => {
      if (Object.keys(input).length) await rest.patch(path, input, etag);
      say(Object.keys(input).length ? 'It is changed' : 'Nothing was to be changed');
      again(here);
    };
    parts.push(make('details', {}, make('summary', {}, 'Change'), form(changes, value, section.first ?? [], 'Change it', submit)));
  }
  const beneath = (section.within ?? []).filter(({ section: other }) => !other || contract.has(SECTIONS[other].path));
  for (const inner of beneath) parts.push(...(await within(me, section, path, value, inner, again, here)));
  return parts;
}

/** What can be done to it, but changing what it is. */
function deeds(me, section, path, value, { list, here, again }) {
  const template = `${section.path}/{id}`;
  const doing = (label, deed, done) => button(label, () => attempt(async () => (say(done(await deed())), again(here))));
  const buttons = (section.deeds ?? [])
    .filter((deed) => may(me, contract.scope(`${template}/${deed.path}`, 'post')))
    .map((deed) =>
      doing(
        deed.label,
        () => rest.post(`${path}/${deed.path}`),
        ({ value: answer }) => `${deed.label}: ${outcome(answer)}`,
      ),
    );
  if (section.switches && may(me, contract.scope(`${template}/state`, 'post'))) {
    buttons.push(
      doing(
        value.enabled ? 'Switch off' : 'Switch on',
        () => rest.post(`${path}/state?activate=${!value.enabled}`),
        () => (value.enabled ? 'It is switched off' : 'It is switched on'),
      ),
    );
  }
  if (contract.has(template, 'delete') && may(me, contract.scope(template, 'delete'))) {
    const question = `Delete ${section.one} ${value.name ?? value.email ?? value.id}? This cannot be undone.`;
    buttons.push(button('Delete', () => attempt(() => deleted(path, question, () => again(list))), { className: 'danger' }));
  }
  return buttons.length ? make('p', { className: 'actions' }, ...buttons) : null;
}

function outcome(answer) {
  if (!answer) return 'done';
  if (answer.last_error) return answer.last_error;
  return (
    Object.entries(answer)
      .filter(([, value]) => value && typeof value === 'object' && 'added' in value)
      .map(([kind, { added, updated, removed }]) => `${kind} ${added} added, ${updated} changed, ${removed} gone`)
      .join('; ') || 'done'
  );
}

async function deleted(path, question, after) {
  if (!(await confirmed(question, 'Delete it'))) return;
  await rest.remove(path);
  say('It is deleted');
  after();
}

/** A gateway whose users bring accounts of their own: one's own account there. */
async function account({ id, authorize_url: address }) {
  if (!address) return null;
  const { connected, status, last_error: error } = (await rest.get(`/oauth/status/${id}`)).value;
  return make(
    'p',
    {},
    connected ? `Your account there is connected (${status}). ` : 'Your account there is not connected. ',
    error ? `${error}. ` : '',
    link(address, connected ? 'Connect it anew' : 'Connect it'),
  );
}

/** A list beneath one thing, with a form to add to it where the API takes that. */
async function within(me, section, path, value, inner, again, here) {
  if (inner.of) {
    const { path: other, where } = inner.of(value);
    const found = await rows(
      { title: inner.title, columns: SECTIONS[inner.section].columns },
      rest.query(other, { limit: PAGE, ...where }),
      leadsTo(inner.section),
    );
    return [make('h2', {}, inner.title), found];
  }
  const template = `${section.path}/{id}/${inner.path}`;
  if (!may(me, contract.scope(template, 'get'))) return [];
  const own = `${path}/${inner.path}`;
  const ends = inner.key
    ? (row) =>
        button(
          'Remove',
          () =>
            attempt(() =>
              deleted(`${own}/${encodeURIComponent(inner.key(row))}`, `Remove ${inner.one} ${row.email ?? row.role}?`, () => again(here)),
            ),
          { 'aria-label': `Remove ${row.email ?? row.role}` },
        )
    : null;
  const parts = [make('h2', {}, inner.title)];
  try {
    parts.push(await rows(inner, rest.query(own, { limit: PAGE }), null, ends));
  } catch (refused) {
    if (refused.status !== 403) throw refused;
    return [];
  }
  const schema = contract.body(template, 'post');
  if (schema && inner.one && may(me, contract.scope(template, 'post'))) {
    const submit = async (input) => {
      const { value: made } = await rest.post(own, input);
      say(`The ${inner.one} is made`);
      again(here, made?.token ? once(inner.one, made.token, () => again(here)) : null);
    };
    parts.push(make('details', {}, make('summary', {}, `New ${inner.one}`), form(schema, null, [], 'Add', submit)));
  }
  return parts;
}

/** Does something of which a refusal is shown. */
async function attempt(work) {
  try {
    await work();
  } catch (refused) {
    say(refused.message, true);
  }
}
