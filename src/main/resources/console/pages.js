// The pages: an overview, a list, a new thing. That of one thing is in thing.js.
import * as contract from './contract.js';
import { attempt, button, deleted, link, make, say } from './dom.js';
import { form, words } from './form.js';
import { filtering, leadsTo, PAGE, rows } from './lists.js';
import * as rest from './rest.js';
import { may } from './rights.js';
import { SECTIONS } from './sections.js';
import { facts } from './shown.js';

export async function overview(me) {
  const parts = [
    make('h1', {}, 'Overview'),
    facts({ user: me.user, source: me.source, teams: me.teams, administrator: me.admin, until: me.expires }, words),
    // nobody but the gateway knows whether there is one
    make('p', {}, link('#/+password', 'Change your password'), ', if you have one here.'),
  ];
  if (may('/gateways')) {
    const unwell = { title: 'Gateways that are not well', columns: ['name', 'last_error', 'last_seen_at'], nothing: 'None.' };
    const path = rest.query('/gateways', { limit: PAGE, enabled: true, healthy: false });
    parts.push(make('h2', {}, unwell.title), await rows(unwell, path, leadsTo('gateways')));
  }
  if (may('/admin/posture')) {
    const { weaknesses } = (await rest.get('/admin/posture')).value;
    parts.push(make('h2', {}, 'Weaknesses of the settings'));
    parts.push(
      weaknesses.length
        ? make('ul', {}, ...weaknesses.map((one) => make('li', {}, Object.values(one).join(': '))))
        : make('p', {}, 'None.'),
    );
  }
  return parts;
}

export async function list(name, parameters, again) {
  const section = SECTIONS[name];
  const { path, title, about, one } = section;
  // what is wrong with a filter is said where it can be mended
  const found = await rows(section, rest.query(path, { limit: PAGE, ...parameters }), leadsTo(name), ending(section, again)).catch(
    (refused) => {
      if (refused.status !== 422) throw refused;
      return make('p', { className: 'wrong', role: 'alert' }, refused.message);
    },
  );
  return [
    make('h1', {}, title),
    about ? make('p', {}, about) : null,
    may(path, 'post') ? make('p', {}, link(`#/${name}/+new`, `New ${one}`)) : null,
    filtering(name, path, parameters),
    found,
    name === 'teams' ? accepting(again) : null,
  ];
}

/** Ends what has no page of its own. */
function ending({ path, one }, again) {
  const template = `${path}/{id}`;
  if (contract.has(template) || !may(template, 'delete')) return null;
  return ({ id, user }) => {
    const label = `End this ${one} of ${user}`;
    const work = () => rest.remove(`${path}/${encodeURIComponent(id)}`);
    const end = () => deleted(`${label}?`, 'End it', work, () => again(location.hash));
    return button('End', () => attempt(end), { 'aria-label': label });
  };
}

/** Whoever was sent an invitation's token joins the team by it. */
function accepting(again) {
  const token = make('input', { id: 'invitation', autocomplete: 'off' });
  const accept = (event) => {
    event.preventDefault();
    return attempt(async () => {
      await rest.post(`/invitations/${encodeURIComponent(token.value.trim())}/accept`);
      say('You are a member now');
      again('#/teams');
    });
  };
  const field = make('div', { className: 'field' }, make('label', { htmlFor: 'invitation' }, 'The token that you were sent'), token);
  return make(
    'details',
    {},
    make('summary', {}, 'Accept an invitation'),
    make('form', { onsubmit: accept }, field, make('p', { className: 'actions' }, make('button', { type: 'submit' }, 'Accept'))),
  );
}

export async function create(name, again) {
  const { path, one, first } = SECTIONS[name];
  const submit = async (input) => {
    const { value } = await rest.post(path, input);
    const there = `#/${name}/${encodeURIComponent(value.id)}`;
    say(`The ${one} is made`);
    again(there, value.token ? once(one, value.token, () => again(there)) : null);
  };
  return [make('h1', {}, `New ${one}`), form(contract.body(path, 'post'), null, first ?? [], `Make the ${one}`, submit)];
}

/** What is told once. */
export function once(one, token, onward) {
  const secret = make('input', { id: 'secret', readOnly: true, value: token, onfocus: (event) => event.target.select() });
  const copied = async () => {
    await navigator.clipboard.writeText(token).catch(() => {
      throw new Error('The browser does not let this page copy: select the token, and copy it yourself');
    });
    say('Copied');
  };
  const copy = button('Copy', () => attempt(copied), { hidden: !navigator.clipboard });
  return [
    make('h1', {}, `The ${one} is made`),
    make('p', {}, 'This is shown once, and cannot be read again.'),
    make('div', { className: 'field' }, make('label', { htmlFor: 'secret' }, 'Token'), secret, copy),
    make('p', {}, button('Done', onward)),
  ];
}
