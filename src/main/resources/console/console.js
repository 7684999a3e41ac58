// The console: which page, for whom. Addresses are behind the #, so that nothing of them reaches a log.
import * as contract from './contract.js';
import { button, link, make, say } from './dom.js';
import * as pages from './pages.js';
import { password } from './password.js';
import * as rest from './rest.js';
import { know, sectionsOf } from './rights.js';
import { thing } from './thing.js';

const main = document.getElementById('main');
let me = null;
let shows = 0;

/** Goes to an address; `instead` is shown there this once. */
function again(address, instead = null) {
  if (location.hash !== address) {
    history.pushState(null, '', address);
  }
  show(instead);
}

/** Shows the page of the address, unless another one was asked for meanwhile. */
async function show(instead = null) {
  const mine = ++shows;
  main.setAttribute('aria-busy', 'true');
  let content;
  let unknown = null;
  try {
    content = instead ?? (await page());
  } catch (refused) {
    if (refused.status === 401) unknown = refused;
    else content = wrong(refused);
  }
  if (mine !== shows) return;
  if (unknown) return signIn(unknown);
  main.replaceChildren(...content.flat().filter(Boolean));
  main.setAttribute('aria-busy', 'false');
  const heading = main.querySelector('h1');
  document.title = `${heading.textContent} – Penstock`;
  for (const each of document.querySelectorAll('#sections a')) each.setAttribute('aria-current', current(each) ? 'page' : 'false');
  main.focus();
}

function current(anchor) {
  const [name] = location.hash.slice(2).split(/[/?]/);
  return anchor.getAttribute('href') === `#/${name}`;
}

async function page() {
  const [address, search] = location.hash.slice(2).split('?');
  const [name, id] = address.split('/').map(decoded);
  const known = Object.fromEntries(sectionsOf());
  if (!name) return pages.overview(me);
  if (name === '+password') return [make('h1', {}, 'Change your password'), password(me.user, fromTheStart)];
  if (!Object.hasOwn(known, name)) return [make('h1', {}, 'There is no such page'), make('p', {}, link('#/', 'Overview'))];
  if (!id) return pages.list(name, Object.fromEntries(new URLSearchParams(search)), again);
  return id === '+new' ? pages.create(name, again) : thing(me, name, id, again);
}

/** A part of the address; as it is where it is not encoded as addresses are. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function wrong(refused, retry = () => show()) {
  return [
    make('h1', {}, 'That did not work'),
    make('p', { className: 'wrong', role: 'alert' }, refused.message),
    refused.correlation ? make('p', {}, 'Correlation id: ', make('code', {}, refused.correlation)) : null,
    make('p', {}, button('Try again', retry)),
  ];
}

/** Where to come back to after a sign-in: as ReturnPath takes it. */
function here() {
  const place = `/console${location.hash}`;
  return place.length <= 255 && /^[^#]*#([\w.~!$&'()*+,;=:@/?-]|%(?!5c|0[0ad9]|25)[0-9a-f]{2})*$/i.test(place) ? place : '/console';
}

/** Where one is known by: a proxy's sign-in is at its page alone, and where browsers do not sign in here nothing leads to a sign-in. */
function wayIn({ type }) {
  if (!type)
    return make(
      'p',
      {},
      button('Load this page again', () => location.reload()),
    );
  const signsIn = contract.has('/oauth/logout', 'post');
  return signsIn ? make('p', {}, link(`/oauth/login?${new URLSearchParams({ return_to: here() })}`, 'Sign in')) : null;
}

/** For who is not known: the sign-in, or a token for this page alone. */
function signIn(refused) {
  me = null;
  document.getElementById('sections').replaceChildren();
  document.getElementById('caller').replaceChildren();
  const token = make('input', { id: 'token', type: 'password', autocomplete: 'off', required: true });
  const enter = (event) => {
    event.preventDefault();
    rest.use(token.value.trim());
    begin();
  };
  main.replaceChildren(
    make('h1', {}, 'Who are you?'),
    make('p', { className: 'wrong', role: 'alert' }, refused.message),
    ...[wayIn(refused)].filter(Boolean),
    make(
      'form',
      { onsubmit: enter },
      make(
        'div',
        { className: 'field' },
        make('label', { htmlFor: 'token' }, 'Or show a token'),
        token,
        make('small', {}, 'It is kept in this page alone, and gone when you leave it.'),
      ),
      make('p', { className: 'actions' }, make('button', { type: 'submit', className: 'main' }, 'Use the token')),
    ),
  );
  main.setAttribute('aria-busy', 'false');
  document.title = 'Who are you? – Penstock';
  main.focus();
}

/** For who was given a password, and is answered nothing else before they chose one. */
function choose() {
  main.replaceChildren(
    make('h1', {}, 'Choose a new password'),
    make('p', {}, 'You were given the present one, and nothing else is answered before.'),
    password(null, begin),
  );
  main.setAttribute('aria-busy', 'false');
  document.title = 'Choose a new password – Penstock';
  main.focus();
}

function greet() {
  document.getElementById('sections').replaceChildren(...sectionsOf().map(([name, { title }]) => link(`#/${name}`, title)));
  const out =
    me.source === 'session'
      ? make('form', { method: 'post', action: '/oauth/logout' }, make('button', { type: 'submit' }, 'Sign out'))
      : '';
  document.getElementById('caller').replaceChildren(me.user, ' ', out);
}

/** Anew, from the overview. */
function fromTheStart() {
  history.replaceState(null, '', '#/');
  return begin();
}

async function begin() {
  try {
    await contract.load();
    me = (await rest.get('/auth/me')).value;
  } catch (refused) {
    if (refused.status === 401) return signIn(refused);
    if (refused.type?.endsWith('password-expired')) return choose();
    return main.replaceChildren(...wrong(refused, begin).filter(Boolean));
  }
  know(me);
  say('');
  greet();
  return show();
}

addEventListener('hashchange', () => (say(''), me && show()));
begin();
