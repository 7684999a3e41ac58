// The credential of a gateway: another one is put in its place so that no call is without one that works.
import * as contract from './contract.js';
import { attempt, button, deleted, make, say } from './dom.js';
import { form, words } from './form.js';
import * as rest from './rest.js';
import { may } from './rights.js';
import { facts } from './shown.js';

const STATES = {
  grace: 'a new one is in use, and the one from before is kept',
  ended: 'a new one is in use',
  rolled_back: 'the one from before is in use again',
};

/** How far its change is, and what can be done about it. */
export async function credential({ path, template, here, again }) {
  const [own, all] = [`${path}/credentials`, `${template}/credentials`];
  if (!may(all)) return [];
  const { value, etag } = await rest.get(own);
  const { state, since, reason, previous } = value;
  const done = (text) => (say(text), again(here));
  const back = async () => (await rest.post(`${own}/rollback`, undefined, etag), done('The one from before is in use again'));
  const end = () =>
    deleted(
      'Let go of the credential from before? Nobody can take it back then.',
      'Let go of it',
      () => rest.remove(`${own}/previous`, etag),
      () => again(here),
    );
  const buttons = [
    may(`${all}/rollback`, 'post') ? button('Take the credential from before back', () => attempt(back)) : null,
    may(`${all}/previous`, 'delete') ? button('Let go of the one from before', () => attempt(end)) : null,
  ];
  return [
    make('h2', {}, 'Credential'),
    facts({ auth_type: value.auth_type, state: STATES[state], since, reason: reason || null, kept_until: previous?.until ?? null }, words),
    previous ? make('p', { className: 'actions' }, buttons) : null,
    may(all, 'post') ? changing(own, all, etag, done) : null,
  ];
}

function changing(own, all, etag, done) {
  const submit = async (input) => {
    await rest.post(own, input, etag);
    done('The new credential is in use');
  };
  const place = make(
    'details',
    {},
    make('summary', {}, 'Change the credential'),
    make('p', {}, 'It is tried at the upstream first. Calls go on meanwhile, and the one from before is kept for a while.'),
  );
  const open = () => place.append(form(contract.body(all, 'post'), null, ['auth_type'], 'Try it, and take it into use', submit));
  place.addEventListener('toggle', open, { once: true });
  return place;
}
