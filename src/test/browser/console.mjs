// The console with Chromium, on a telephone's screen and a large one, by day and by night: who is not known, an administrator with a token, and a person
// who signed in and may only read. Driven by run.sh.
import assert from 'node:assert/strict';
import { Checks } from '../clients/checks.mjs';
import { Provider } from '../it/provider.mjs';
import { browser, closed, opened, PASSWORD, press, rest, shows, signIn, site, TELEPHONE, text } from './visitors.mjs';

const { ADMIN_TOKEN: admin } = process.env;
const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const provider = new Provider();
const checks = new Checks('Console');

/** Waits for the page that has this heading, and for all of it. */
async function arrives({ page }, heading) {
  await page.locator('h1', { hasText: heading }).waitFor();
  await page.locator('main[aria-busy=false]').waitFor();
}

async function goes(person, section, heading) {
  await person.page.locator('#sections').getByRole('link', { name: section, exact: true }).click();
  await arrives(person, heading ?? section);
}

/** An administrator who showed the token; or who shows another one. */
async function administrator(scheme, width, token = admin) {
  const person = await opened(scheme, width);
  await person.page.goto(`${site}/console`);
  await person.page.getByLabel('Or show a token').fill(token);
  await person.page.getByRole('button', { name: 'Use the token' }).click();
  await arrives(person, 'Overview');
  return person;
}

const read = async (path) => (await fetch(process.env.GATEWAY_URL + path, { headers: { authorization: `Bearer ${admin}` } })).json();

/** By somebody else. */
async function change(path, body) {
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  assert.equal((await fetch(process.env.GATEWAY_URL + path, { method: 'PATCH', headers, body: JSON.stringify(body) })).status, 200);
}

async function isUnknown() {
  const person = await opened();
  await person.page.goto(`${site}/console`);
  await arrives(person, 'Who are you?');
  await shows(person, 'Sign in', 'Or show a token');
  await person.page.goto(`${site}/console#/audit?user_email=ann%40example.com`);
  await person.page.reload();
  await arrives(person, 'Who are you?');
  const signsIn = new URL(await person.page.getByRole('link', { name: 'Sign in' }).getAttribute('href'), site);
  assert.equal(signsIn.searchParams.get('return_to'), '/console#/audit?user_email=ann%40example.com');
  await person.page.getByLabel('Or show a token').fill('nonsense');
  await person.page.getByRole('button', { name: 'Use the token' }).click();
  await person.page.locator('[role=alert]', { hasText: /token/i }).waitFor();
  const seen = await shows(person, 'Who are you?');
  assert.equal(await person.page.locator('#sections a').count(), 0);
  await closed(person);
  return seen;
}

/** Who comes through a proxy whose sign-in has ended signs in at the proxy: by the page, not by a path of the gateway. */
async function endsAtTheProxy() {
  const person = await administrator('light', 1280);
  await person.page.route(/\/tools/, (route) => route.fulfill({ status: 401, contentType: 'text/html', body: '<h1>Sign in</h1>' }));
  await person.page.locator('#sections').getByRole('link', { name: 'Tools', exact: true }).click();
  await arrives(person, 'Who are you?');
  await shows(person, 'What answered is not the gateway');
  assert.equal(await person.page.getByRole('link', { name: 'Sign in' }).count(), 0);
  await Promise.all([person.page.waitForEvent('load'), person.page.getByRole('button', { name: 'Load this page again' }).click()]);
  await arrives(person, 'Who are you?');
  await person.page.getByRole('link', { name: 'Sign in' }).waitFor();
  await closed(person);
}

/** From nothing to a gateway that is well, and its tools; what was wrong with the form is said at its fields. */
async function registers(scheme, width, name) {
  const person = await administrator(scheme, width);
  const { page } = person;
  await goes(person, 'Gateways');
  await page.getByRole('link', { name: 'New gateway' }).click();
  await arrives(person, 'New gateway');
  const token = page.getByLabel('Auth token');
  assert.equal(await token.isVisible(), false, 'a token is asked for before it is said that there is one');
  await page.getByLabel('URL (required)').fill('ftp://example.com');
  await page.getByLabel('Auth type').selectOption('bearer');
  await page.getByRole('button', { name: 'Make the gateway' }).click();
  await page.locator('[aria-invalid=true]').first().waitFor();
  await shows(person, 'must begin with http', 'is missing', 'Some fields are not right yet');
  await page.getByLabel('Name (required)').fill(name);
  await page.getByLabel('URL (required)').fill(provider.mcp);
  await page.getByLabel('Description').fill(MARKUP);
  await page.getByText('More', { exact: true }).click();
  const keys = await page.getByLabel('Client key', { exact: true }).evaluateAll((inputs) => inputs.map(({ type }) => type));
  assert.deepEqual(keys, ['password', 'password'], 'of TLS, and of OAuth');
  await token.fill('sesame');
  await page.getByRole('button', { name: 'Make the gateway' }).click();
  await arrives(person, name);
  const seen = await shows(person, 'Auth token', '*****', MARKUP, 'echo', 'repo://list', 'pr-summary');
  assert.doesNotMatch(await page.content(), /sesame/);
  assert.equal(await page.locator('main img, main script').count(), 0);
  await closed(person);
  return seen;
}

/** What can be done to a gateway: looked after, changed, switched off and on, deleted after a question. */
async function administers(name) {
  const person = await administrator('light', 1280);
  const { page } = person;
  await goes(person, 'Gateways');
  await page.getByRole('link', { name, exact: true }).click();
  await arrives(person, name);
  await page.getByRole('button', { name: 'Read anew what it offers' }).click();
  await page.locator('#said', { hasText: 'Read anew what it offers: ' }).waitFor();
  await arrives(person, name);
  await page.getByText('Change', { exact: true }).click();
  await page.getByLabel('Description').fill('Repositories');
  const path = `/gateways/${page.url().split('/').at(-1)}`;
  await change(path, { tags: ['meanwhile'] });
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.locator('[role=alert]', { hasText: 'Tags is now ["meanwhile"]' }).waitFor();
  assert.equal(await page.getByLabel('Description').inputValue(), 'Repositories');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.locator('#said', { hasText: 'It is changed' }).waitFor();
  await arrives(person, name);
  await shows(person, 'Repositories');
  assert.deepEqual((await read(path)).tags, ['meanwhile']);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('button', { name: 'Switch on' }).waitFor();
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Switch off' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await arrives(person, 'Gateways');
  assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0);
  await closed(person);
}

/** A credential in the place of another one: tried first, and taken back. */
async function rotates(name) {
  const person = await administrator('light', TELEPHONE);
  const { page } = person;
  await goes(person, 'Gateways');
  await page.getByRole('link', { name, exact: true }).click();
  await arrives(person, name);
  await page.getByText('Change the credential', { exact: true }).click();
  await page.getByLabel('Auth type').selectOption('bearer');
  await page.getByLabel('Auth token').fill('not-taken');
  await page.getByRole('button', { name: 'Try it, and take it into use' }).click();
  await page.locator('[aria-invalid=true]').first().waitFor();
  await shows(person, 'was tried and not taken');
  await page.getByLabel('Auth token').fill('open-sesame');
  provider.accept('open-sesame');
  await page.getByRole('button', { name: 'Try it, and take it into use' }).click();
  await page.locator('#said', { hasText: 'The new credential is in use' }).waitFor();
  await arrives(person, name);
  const seen = await shows(person, 'a new one is in use, and the one from before is kept', 'Kept until');
  await page.getByRole('button', { name: 'Take the credential from before back' }).click();
  await page.locator('#said', { hasText: 'The one from before is in use again' }).waitFor();
  await arrives(person, name);
  await shows(person, 'By admin');
  await closed(person);
  return seen;
}

/** The overview has those gateways that are not well, however many others there are. */
async function unwell() {
  const { id } = await rest('/gateways', { name: 'console-unwell', url: 'http://127.0.0.1:9/mcp' });
  await fetch(`${process.env.GATEWAY_URL}/gateways/${id}/check`, { method: 'POST', headers: { authorization: `Bearer ${admin}` } });
  const person = await administrator('dark', 1280);
  const names = await person.page.locator('tbody th[data-name=Name]').allInnerTexts();
  assert.deepEqual(names, ['console-unwell']);
  await closed(person);
}

/** A virtual server of a gateway that is found by its name, and the address to give to clients. */
async function composes(gateway) {
  const person = await administrator('dark', 1280);
  const { page } = person;
  await goes(person, 'Virtual servers');
  await page.getByRole('link', { name: 'New virtual server' }).click();
  await arrives(person, 'New virtual server');
  await page.getByLabel('Name (required)').fill('desk');
  await page.getByLabel('Gateways', { exact: true }).fill(gateway);
  const held = []; // while what is found next is not there, what was found before is
  await page.route(/\/gateways\?/, (route) => held.push(route));
  await page.getByRole('button', { name: gateway, exact: true }).click();
  await page.getByRole('button', { name: `Remove ${gateway}` }).waitFor();
  await page.getByText('More', { exact: true }).hover();
  await page.mouse.down();
  assert.equal(await page.locator('.found li').count(), 1); // or all below moves under the mouse, and is not clicked
  await page.mouse.up();
  await page.getByLabel('Resources', { exact: true }).fill('repo');
  for (const route of held) await route.continue();
  await page.unroute(/\/gateways\?/);
  await page.locator('[role=status]', { hasText: 'to choose from' }).waitFor();
  await page.getByRole('button', { name: `repo://list (${gateway})`, exact: true }).click();
  await page.getByRole('button', { name: `repo://list (${gateway})`, exact: true }).waitFor({ state: 'detached' });
  await page.getByLabel('Resources', { exact: true }).fill('repo');
  await page.getByRole('button', { name: `repo://{name} (${gateway})`, exact: true }).click();
  await page.getByLabel('Description').focus();
  await page.locator('.found li').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Make the virtual server' }).click();
  await arrives(person, 'desk');
  await page
    .locator('dd')
    .getByRole('link', { name: `repo://list (${gateway})` })
    .waitFor();
  await page.locator('dd').getByRole('link', { name: gateway, exact: true }).waitFor();
  const seen = await shows(person, 'MCP URL', '/mcp', 'Tool count');
  await page
    .locator('dd')
    .getByRole('link', { name: `repo://{name} (${gateway})` })
    .click();
  await arrives(person, 'repo://{name}');
  assert.match(page.url(), /#\/resource-templates\//);
  await page.goBack();
  await arrives(person, 'desk');
  await page.getByText('Change', { exact: true }).click();
  await page.getByText('More', { exact: true }).click();
  await page.locator('.picked li', { hasText: `repo://{name} (${gateway})` }).waitFor();
  const refused = await read(`/audit?user_email=${encodeURIComponent((await read('/auth/me')).user)}&outcome=refused`);
  assert.deepEqual(
    refused.filter(({ resource_type }) => resource_type.startsWith('resource')),
    [],
  );
  await closed(person);
  return seen;
}

/** A gateway with headers of its own, one of which is changed: the others stay. */
async function nested() {
  const auth_headers = [
    { key: 'X-One', value: 'sesame-one' },
    { key: 'X-Two', value: 'sesame-two' },
  ];
  const { id } = await rest('/gateways', { name: 'console-headers', url: provider.mcp, auth_type: 'headers', auth_headers });
  const person = await administrator('light', 1280);
  const { page } = person;
  await page.goto(`${site}/console#/gateways/${id}`);
  await arrives(person, 'console-headers');
  await page.getByText('Change', { exact: true }).click();
  const rows = page.locator('.row');
  await rows.nth(1).getByLabel('Key').fill('not a header');
  await page.getByRole('button', { name: 'Change it' }).click();
  await rows.nth(1).locator('input[aria-invalid=true]').first().waitFor();
  assert.equal(await rows.nth(0).locator('input[aria-invalid=true]').count(), 0);
  await rows.nth(1).getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.locator('#said', { hasText: 'It is changed' }).waitFor();
  assert.deepEqual((await read(`/gateways/${id}`)).auth_headers, [{ key: 'X-One', value: '*****' }]);
  await closed(person);
}

/** An API token, which works and is not shown a second time. */
async function tokenOnce() {
  const person = await administrator('light', TELEPHONE);
  const { page } = person;
  await goes(person, 'API tokens');
  await page.getByRole('link', { name: 'New API token' }).click();
  await arrives(person, 'New API token');
  await page.getByLabel('Name (required)').fill('ci');
  await page.getByLabel('Permissions').fill('gateways.read');
  await page.getByRole('button', { name: 'Make the API token' }).click();
  await arrives(person, 'The API token is made');
  const token = await page.getByLabel('Token').inputValue();
  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))));
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.locator('#said.wrong', { hasText: 'does not let this page copy' }).waitFor();
  const answer = await fetch(`${process.env.GATEWAY_URL}/auth/me`, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual((await answer.json()).permissions, ['gateways.read']);
  const seen = await shows(person, 'cannot be read again');
  await page.getByRole('button', { name: 'Done' }).click();
  await arrives(person, 'ci');
  assert.ok(!(await page.content()).includes(token), 'the token is shown again');
  await shows(person, 'What was done with it');
  await page.getByText('Change', { exact: true }).click();
  await page.getByText('More', { exact: true }).click();
  await page.getByLabel('Quota per hour').fill('ten');
  await page.getByLabel('Permissions').fill('');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await shows(person, 'must be a whole number');
  await page.getByLabel('Quota per hour').fill('10');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.locator('#said', { hasText: 'It is changed' }).waitFor();
  const { permissions, quota_per_hour } = await read(`/tokens/${page.url().split('/').at(-1)}`);
  assert.deepEqual({ permissions, quota_per_hour }, { permissions: null, quota_per_hour: 10 });
  await closed(person);
  return seen;
}

/** Who shows an API token is offered what that may do, and no further token. */
async function showsApiToken() {
  const [whole, narrowed] = [await rest('/tokens', { name: 'whole' }), await rest('/tokens', { name: 'narrowed', permissions: ['tools.read'] })];
  const person = await administrator('light', 1280, whole.token);
  await goes(person, 'API tokens');
  assert.equal(await person.page.getByRole('link', { name: 'New API token' }).count(), 0);
  await closed(person);
  const other = await administrator('light', 1280, narrowed.token);
  assert.deepEqual(await other.page.locator('#sections a').allInnerTexts(), ['Tools']);
  await closed(other);
}

/** Users, teams and their members, and what was done is in the audit trail. */
async function people() {
  const person = await administrator('dark', TELEPHONE);
  const { page } = person;
  await goes(person, 'Teams');
  await page.getByRole('link', { name: 'New team' }).click();
  await arrives(person, 'New team');
  await page.getByLabel('Name (required)').fill('Team Alpha');
  await page.getByRole('button', { name: 'Make the team' }).click();
  await arrives(person, 'Team Alpha');
  await page.getByText('New member', { exact: true }).click();
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Add' }) }).first();
  await form.getByLabel('Email (required)').fill('reader@example.com');
  await form.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('button', { name: 'Remove reader@example.com' }).waitFor();
  await arrives(person, 'Team Alpha');
  await shows(person, 'reader@example.com');
  await page.getByRole('button', { name: 'Make an owner: reader@example.com' }).click();
  await page.getByRole('button', { name: 'Make a member: reader@example.com' }).waitFor();
  await page.getByRole('button', { name: 'Remove reader@example.com' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await page.locator('#said', { hasText: 'It is done' }).waitFor();
  await arrives(person, 'Team Alpha');
  assert.equal(await page.getByRole('button', { name: 'Remove reader@example.com' }).count(), 0);
  await goes(person, 'Audit trail');
  const seen = await shows(person, 'add_member', 'team');
  await closed(person);
  return seen;
}

/** A list is narrowed by what the API takes, and the address says how, so that it can be passed on. */
async function filters() {
  const person = await administrator('light', 1280);
  const { page } = person;
  await goes(person, 'Audit trail');
  await page.getByText('Filter', { exact: true }).click();
  await page.getByLabel('Action').fill('add_member');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/action=add_member/);
  await arrives(person, 'Audit trail');
  const actions = await page.locator('tbody td[data-name=Action]').allInnerTexts();
  assert.deepEqual([...new Set(actions)], ['add_member']);
  await closed(person);
}

/** A list has its next rows where it is asked for them, and the keyboard is at the first of them where there are no more. */
async function goesOn() {
  for (let i = 0; i < 60; i++) await rest('/users', { email: `one-of-many-${i}@example.com` });
  const person = await administrator('light', 1280);
  const { page } = person;
  await goes(person, 'Users');
  const first = await page.locator('tbody tr').count();
  await page.route(/cursor=/, async (route) => {
    await new Promise((passed) => setTimeout(passed, 500));
    await route.continue();
  });
  await page.getByRole('button', { name: 'More' }).dblclick();
  await page.getByRole('button', { name: 'More' }).waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle');
  const users = await page.locator('tbody th[data-name=Email]').allInnerTexts();
  assert.ok(users.length > 0 && new Set(users).size === users.length, 'rows are shown twice');
  assert.ok((await page.locator('tbody tr').count()) > first);
  const at = () => [...document.querySelectorAll('tbody tr')].indexOf(document.activeElement.closest('tr'));
  assert.equal(await page.evaluate(at), first);
  await closed(person);
}

/** Who may only read is shown no deeds, and no sections that would be refused. */
async function reads() {
  const { id: team } = await rest('/teams', { name: 'Readers' });
  await rest(`/teams/${team}/members`, { email: 'reader@example.com' });
  const person = await opened();
  const { page } = person;
  await page.goto(`${site}/console#/tools?q=%40+-`);
  await arrives(person, 'Who are you?');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(person, 'reader@example.com');
  await arrives(person, 'Tools');
  assert.equal(new URL(page.url()).hash, '#/tools?q=%40+-');
  await page.getByRole('link', { name: 'Penstock' }).click();
  await arrives(person, 'Overview');
  const seen = await shows(person, 'reader@example.com', 'session');
  const sections = await page.locator('#sections a').allInnerTexts();
  assert.ok(sections.includes('Tools') && !sections.includes('Audit trail') && !sections.includes('Users'), sections.join());
  await goes(person, 'Tools');
  await page.locator('tbody a').first().click();
  await page.locator('main dl').waitFor();
  assert.equal(await page.locator('main button').count(), 0);
  await goes(person, 'Teams');
  await page.getByRole('link', { name: 'Readers' }).click();
  await arrives(person, 'Readers');
  assert.deepEqual(await page.locator('main button').allInnerTexts(), ['Remove'], 'they may leave, and no more');
  assert.equal(await page.locator('main details').count(), 0);
  await page.getByRole('button', { name: 'Remove reader@example.com' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await arrives(person, 'Teams');
  await goes(person, 'Your sessions');
  await page.locator('td[data-name=Current]', { hasText: 'yes' }).waitFor();
  assert.deepEqual(await read('/audit?user_email=reader@example.com&outcome=refused'), []);
  await page.getByRole('button', { name: 'Sign out' }).focus();
  await press(page);
  assert.match(await text(page), /You are signed out/);
  await closed(person);
  return seen;
}

const signsIn = (email, password) =>
  fetch(`${process.env.GATEWAY_URL}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });

/** Says the present password and a new one, the second time otherwise at first. */
async function choosesAnother({ page }, chosen) {
  await page.getByLabel('Password (required)', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password (required)', { exact: true }).fill(chosen);
  const again = page.getByLabel('New password again (required)', { exact: true });
  await again.fill(`${chosen}x`);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await again.fill(chosen);
  await page.getByRole('button', { name: 'Change the password' }).click();
}

/** Somebody who signed in changes their password, and signs in with the new one. */
async function changesPassword() {
  const email = 'changes@example.com';
  await rest('/users', { email, password: PASSWORD, must_change_password: false });
  const person = await opened();
  const { page } = person;
  await page.goto(`${site}/console`);
  await arrives(person, 'Who are you?');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(person, email);
  await arrives(person, 'Overview');
  await page.getByRole('link', { name: 'Change your password' }).click();
  await arrives(person, 'Change your password');
  const seen = await shows(person, 'The present one', 'New password again');
  await choosesAnother(person, 'quite another secret');
  await arrives(person, 'Who are you?');
  await page.locator('#said', { hasText: 'Your password is changed' }).waitFor();
  assert.deepEqual([(await signsIn(email, PASSWORD)).status, (await signsIn(email, 'quite another secret')).status], [401, 200]);
  await closed(person);
  return seen;
}

/** Somebody who was given a password has to choose one first, and is shown how. */
async function choosesPassword() {
  const email = 'given@example.com';
  await rest('/users', { email, password: PASSWORD });
  const person = await opened('dark', 1280);
  const { page } = person;
  await page.goto(`${site}/console`);
  await page.getByLabel('Or show a token').fill((await (await signsIn(email, PASSWORD)).json()).access_token);
  await page.getByRole('button', { name: 'Use the token' }).click();
  await arrives(person, 'Choose a new password');
  const seen = await shows(person, 'You were given the present one');
  await page.getByLabel('Email (required)').fill(email);
  await choosesAnother(person, 'quite another secret');
  await arrives(person, 'Who are you?');
  assert.equal((await (await signsIn(email, 'quite another secret')).json()).must_change_password, false);
  await closed(person);
  return seen;
}

async function isGone() {
  const person = await administrator('light', 1280);
  const { page } = person;
  await page.goto(`${site}/console#/gateways/00000000-0000-4000-8000-000000000000`);
  await page.reload();
  await page.getByLabel('Or show a token').fill(admin);
  await page.getByRole('button', { name: 'Use the token' }).click();
  await arrives(person, 'That did not work');
  const seen = await shows(person, 'Correlation id', 'Try again');
  await closed(person);
  return seen;
}

await provider.listen();
provider.accept('sesame');
console.log(`Chromium ${browser.version()}`);
await rest('/users', { email: 'reader@example.com', password: PASSWORD, must_change_password: false });
await checks.that('who is not known may sign in, or show a token', isUnknown);
await checks.that('who is signed in at a proxy no more is led there', endsAtTheProxy);
await checks.that('a gateway is registered on a telephone, by day', () => registers('light', TELEPHONE, 'console-small'));
await checks.that('a gateway is registered on a large screen, by night', () => registers('dark', 1280, 'console-large'));
await checks.that('a gateway is changed, switched and deleted', () => administers('console-small'));
await checks.that('a credential is changed, and taken back', () => rotates('console-large'));
await checks.that('gateways that are not well are on the overview', unwell);
await checks.that('a virtual server is made of a gateway', () => composes('console-large'));
await checks.that('a list of headers is changed', nested);
await checks.that('an API token is shown once, and changed', tokenOnce);
await checks.that('who shows an API token is offered what it may do', showsApiToken);
await checks.that('a team has a member, and the audit trail has it', people);
await checks.that('a list is narrowed', filters);
await checks.that('a list goes on', goesOn);
await checks.that('who may only read is shown no deeds', reads);
await checks.that('a password is changed', changesPassword);
await checks.that('a password that was given is changed first', choosesPassword);
await checks.that('what is not there is said so', isGone);
await browser.close();
checks.finish();
