// The page of one thing: what it is, what can be done to it, how it is changed, and the lists beneath it.
import * as contract from './contract.js';
import { credential } from './credential.js';
import { attempt, button, deleted, link, make, say } from './dom.js';
import { form, words } from './form.js';
import { leadsTo, PAGE, rows } from './lists.js';
import { once } from './pages.js';
import * as rest from './rest.js';
import { covers, may } from './rights.js';
import { SECTIONS } from './sections.js';
import { facts, table } from './shown.js';

export async function thing(me, name, id, again) {
  const section = SECTIONS[name];
  const path = `${section.path}/${encodeURIComponent(id)}`;
  const { value, etag } = await rest.get(path);
  const at = { path, template: `${section.path}/{id}`, value, etag, list: `#/${name}`, here: `#/${name}/${encodeURIComponent(id)}`, again };
  const owner = name === 'teams' && (await owns(me, at));
  at.can = (template, method) => may(template, method, owner);
  const beneath = [];
  for (const inner of section.within ?? []) beneath.push(...(await (inner.section ? elsewhere(at, inner) : within(me, at, inner))));
  return [
    make('h1', {}, called(value)),
    make('p', {}, link(at.list, section.title)),
    deeds(section, at),
    await account(at),
    facts(value, words),
    changing(section, at),
    ...(await credential(at)),
    ...beneath,
  ];
}

/** Whether a team is the caller's; who may change it anyhow is not looked for. */
async function owns({ user }, { path, template }) {
  if (may(template, 'patch') && may(template, 'delete')) return false;
  const members = (await rest.get(rest.query(`${path}/members`, { limit: 1000 }))).value;
  return members.some(({ email, role }) => email === user && role === 'owner');
}

function called({ name, email, user, id }) {
  return name ?? email ?? user ?? id;
}

/** The form is made when somebody looks at it: it asks for the names of all that it refers to. */
function changing({ first }, { path, template, value, etag, here, again, can }) {
  if (!can(template, 'patch')) return null;
  const schema = contract.body(template, 'patch');
  let known = { value, etag };
  const change = async (input) => {
    try {
      await rest.patch(path, input, known.etag);
    } catch (refused) {
      if (refused.status !== 412) throw refused;
      const now = await rest.get(path);
      const told = overtaken(schema, known.value, now.value);
      known = now;
      throw told;
    }
  };
  const submit = async (input) => {
    if (Object.keys(input).length) await change(input);
    say(Object.keys(input).length ? 'It is changed' : 'Nothing was to be changed');
    again(here);
  };
  const place = make('details', {}, make('summary', {}, 'Change'));
  const open = () => place.append(form(schema, value, first ?? [], 'Change it', submit));
  place.addEventListener('toggle', open, { once: true });
  return place;
}

/** What somebody else made of it meanwhile, beside what was written here, which stays and is sent as a change of that. */
function overtaken({ properties }, before, now) {
  const others = Object.keys(properties).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  const changes =
    others.map((name) => `${words(name)} is now ${JSON.stringify(now[name] ?? null)}`).join(', ') || 'nothing of what is here';
  return new Error(
    `Somebody else changed it meanwhile: ${changes}. What you wrote is still here: change it once more where it is still right`,
  );
}

/** What can be done to it, but changing what it is. */
function deeds(section, { path, template, value, etag, list, here, again, can }) {
  const does = (label, deed, done) => button(label, () => attempt(async () => (say(done(await deed())), again(here))));
  const buttons = (section.deeds ?? [])
    .filter(({ path: deed, unless }) => can(`${template}/${deed}`, 'post') && !value[unless])
    .map(({ path: deed, label }) =>
      does(
        label,
        () => rest.post(`${path}/${deed}`, undefined, etag),
        ({ value: answer }) => `${label}: ${outcome(answer)}`,
      ),
    );
  if (section.switches && can(`${template}/state`, 'post')) {
    const [label, done] = value.enabled ? ['Switch off', 'It is switched off'] : ['Switch on', 'It is switched on'];
    buttons.push(
      does(
        label,
        () => rest.post(`${path}/state?activate=${!value.enabled}`),
        () => done,
      ),
    );
  }
  if (can(template, 'delete')) {
    const question = `Delete ${section.one} ${called(value)}? This cannot be undone.`;
    const remove = () =>
      deleted(
        question,
        'Delete it',
        () => rest.remove(path, etag),
        () => again(list),
      );
    buttons.push(button('Delete', () => attempt(remove), { className: 'danger' }));
  }
  return buttons.length ? make('p', { className: 'actions' }, ...buttons) : null;
}

function outcome(answer) {
  if (!answer) return 'done';
  if (answer.last_error) return answer.last_error;
  const counts = Object.entries(answer).filter(([, value]) => value && typeof value === 'object' && 'added' in value);
  return (
    counts.map(([kind, { added, updated, removed }]) => `${kind} ${added} added, ${updated} changed, ${removed} gone`).join('; ') || 'done'
  );
}

/** A gateway whose users bring accounts of their own: one's own account there. */
async function account({ value: { id, authorize_url: address }, here, again }) {
  if (!address) return null;
  try {
    const { connected, status, last_error: error } = (await rest.get(`/oauth/status/${id}`)).value;
    const label = connected ? 'Connect it anew' : 'Connect it';
    const connect = async () => location.assign((await rest.get(`/oauth/authorize/${id}`)).value.authorization_url);
    const cut = () =>
      deleted(
        'Disconnect your account there?',
        'Disconnect it',
        () => rest.remove(`/oauth/connections/${id}`),
        () => again(here),
      );
    return make(
      'p',
      {},
      connected ? `Your account there is connected (${status}). ` : 'Your account there is not connected. ',
      error ? `${error}. ` : '',
      // who shows a token is nobody where a link leads
      rest.usesToken() ? button(label, () => attempt(connect)) : link(`/oauth/authorize/${id}`, label),
      connected ? ' ' : null,
      connected ? button('Disconnect it', () => attempt(cut)) : null,
    );
  } catch (refused) {
    return make('p', {}, 'Of your own account there: ', refused.message);
  }
}

/** A list of things with pages of their own that belong to it. */
async function elsewhere({ value }, { title, section, of }) {
  const { columns, path } = SECTIONS[section];
  if (!may(path)) return [];
  return [make('h2', {}, title), await rows({ title, columns }, rest.query(path, { limit: PAGE, ...of(value) }), leadsTo(section))];
}

/** A list beneath it, with a form to add to it where the API takes that. */
async function within(me, { path, template, list, here, again, can }, inner) {
  const [own, all] = [`${path}/${inner.path}`, `${template}/${inner.path}`];
  if (!can(all)) return [];
  if (inner.sums) return used(inner, own);
  const each = `${all}/${inner.item}`;
  const ends = (row) => {
    const one = `${own}/${encodeURIComponent(inner.key(row))}`;
    const name = row.email ?? row.role;
    const turn = inner.turn?.(row);
    const leaves = inner.leaves && row.email === me.user && covers('teams.update');
    const change = async () => (await rest.patch(one, turn.patch), say('It is changed'), again(here));
    const remove = () =>
      deleted(
        `Remove ${inner.one} ${name}?`,
        'Remove it',
        () => rest.remove(one),
        () => again(leaves ? list : here),
      );
    return [
      turn && can(each, 'patch') ? button(turn.label, () => attempt(change), { 'aria-label': `${turn.label}: ${name}` }) : null,
      leaves || can(each, 'delete') ? button('Remove', () => attempt(remove), { 'aria-label': `Remove ${name}` }) : null,
    ];
  };
  const parts = [make('h2', {}, inner.title)];
  try {
    parts.push(await rows(inner, rest.query(own, { limit: PAGE }), null, inner.item ? ends : null));
  } catch (refused) {
    if (refused.status === 403) return []; // the permission is for other teams
    throw refused;
  }
  if (inner.one && can(all, 'post')) {
    const submit = async (input) => {
      const { value: made } = await rest.post(own, input);
      say(`The ${inner.one} is made`);
      again(here, made?.token ? once(inner.one, made.token, () => again(here)) : null);
    };
    parts.push(make('details', {}, make('summary', {}, `New ${inner.one}`), form(contract.body(all, 'post'), null, [], 'Add', submit)));
  }
  return parts;
}

/** What is counted, and the latest of it. */
async function used({ title, columns, sums: latest }, path) {
  const { [latest]: records, ...sums } = (await rest.get(rest.query(path, { limit: PAGE }))).value;
  return [make('h2', {}, title), facts(sums, words), records.length ? table(title, columns, records, words) : null];
}
