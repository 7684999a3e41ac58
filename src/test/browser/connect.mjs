// People connect their accounts at an upstream with Chromium, from signing in with a password to the page at the end: on a telephone's screen,
// without a mouse, by day and by night; refuse at the authorization server; and find somebody else at the browser. Driven by run.sh. The gateway
// is $SITE, behind TLS that ends here, and the authorization server at 127.0.0.1, which are different sites to a browser.
import assert from 'node:assert/strict';
import { Checks } from '../clients/checks.mjs';
import { Provider } from '../it/provider.mjs';
import { tabTo } from './pages.mjs';
import { browser, closed, opened, press, rest, shows, signIn, site, PASSWORD, TELEPHONE, text, watch } from './visitors.mjs';

const UNBROKEN = '0123456789abcdef'.repeat(4).slice(4);
const LONG_NAME = `a_rather_long_name_without_spaces_${UNBROKEN}`;
const LONG_ADDRESS = `https://mcp.example.com/${UNBROKEN}/mcp`;
const provider = new Provider();
const checks = new Checks('Chromium');

async function register(name, more = {}) {
  const oauth_config = { grant_type: 'authorization_code', client_id: 'browser', client_secret: 'sesame', scope: 'mcp offline_access', issuer: provider.url };
  Object.assign(oauth_config, { authorization_url: `${provider.url}/authorize`, token_url: `${provider.url}/token`, ...more });
  return (await rest('/gateways', { name, url: provider.mcp, visibility: 'public', auth_type: 'oauth', oauth_config })).id;
}

/** Up to the authorization server's own page. */
async function begin(person, id, email) {
  await person.page.goto(`${site}/oauth/authorize/${id}`);
  await signIn(person, email);
  await tabTo(person.page, 'button');
  await press(person.page);
}

async function decide({ page }, decision) {
  await tabTo(page, `a[href^="/${decision}"]`);
  await press(page);
}

/** No address of the gateway that the browser keeps has what the authorization server sent along. */
async function nothingInAddresses({ context, page }) {
  const { entries } = await (await context.newCDPSession(page)).send('Page.getNavigationHistory');
  const own = entries.map(({ url }) => url).filter((url) => url.startsWith(site));
  assert.ok(own.length > 0);
  for (const url of own) assert.doesNotMatch(url, /[?&](code|state|error)=/);
}

async function cookiesAreHidden({ context, page }) {
  const cookies = await context.cookies(site);
  assert.ok(cookies.length >= 2, JSON.stringify(cookies));
  for (const { name, httpOnly, secure, sameSite } of cookies) {
    assert.ok(httpOnly && secure && ['Lax', 'Strict'].includes(sameSite), `${name}: ${httpOnly} ${secure} ${sameSite}`);
  }
  assert.equal(await page.evaluate(() => document.cookie), '');
  return cookies.map(({ name, sameSite }) => `${name.replace(/_[0-9a-f]{16}$/, '_...')} ${sameSite}`).join(', ');
}

const connected = async ({ context }, id) => (await (await context.request.get(`${site}/oauth/status/${id}`)).json()).connected;

/** From nobody to connected, with the keyboard alone. */
async function connects(scheme, id, name) {
  const person = await opened(scheme);
  const { page } = person;
  const that = (what, check) => checks.that(`${scheme}: ${what}`, check);
  await that('a browser of nobody is sent to sign in', async () => {
    await page.goto(`${site}/oauth/authorize/${id}`);
    return shows(person, 'Sign in', 'Password');
  });
  await that('who has signed in is asked, with what there is to know', async () => {
    await signIn(person, 'ann@example.com');
    assert.equal(page.url(), `${site}/oauth/authorize/${id}`);
    return shows(person, 'ann@example.com', new URL(provider.url).host, name, 'mcp offline_access');
  });
  await that('the button leads to the authorization server, which is not told from where', async () => {
    await tabTo(page, 'button');
    await press(page);
    assert.equal(new URL(page.url()).origin, provider.url);
    assert.ok(['', `${site}/`].includes(await page.evaluate(() => document.referrer)));
  });
  await that('who agrees comes back to a page that says which scopes were given', async () => {
    await decide(person, 'agrees');
    assert.equal(page.url(), `${site}/oauth/connected/${id}`);
    const seen = await shows(person, 'Your account is connected', name, 'It gives: mcp', 'does not give: offline_access');
    assert.equal(await connected(person, id), true);
    return seen;
  });
  await that('nothing of the answer stays in an address', () => nothingInAddresses(person));
  await that('no script could read a cookie', () => cookiesAreHidden(person));
  await that('the page is there after a reload, and in no other browser', async () => {
    await page.reload();
    await shows(person, 'Your account is connected');
    const other = await opened(scheme);
    await other.page.goto(page.url());
    await shows(other, 'Nothing to show');
    await closed(other);
  });
  await that('nothing was forbidden, and nothing failed', () => closed(person));
}

/** A server that asks nothing sends the form's own request on: browsers hold that to what the page allowed. */
async function atOnce(decision, id, page) {
  const person = await opened();
  provider.decides = decision;
  await begin(person, id, 'ann@example.com');
  provider.decides = 'asks';
  assert.equal(person.page.url(), `${site}/oauth/connected/${id}`);
  await shows(person, page);
  await nothingInAddresses(person);
  await closed(person);
}

async function refuses(id) {
  const person = await opened();
  await begin(person, id, 'bob@example.com');
  await decide(person, 'refuses');
  assert.equal(person.page.url(), `${site}/oauth/connected/${id}`);
  const seen = await shows(person, 'Your account is not connected', 'Correlation id');
  assert.equal(await connected(person, id), false);
  await nothingInAddresses(person);
  await tabTo(person.page, 'a');
  await press(person.page);
  await shows(person, 'bob@example.com', 'Continue to');
  await closed(person);
  return seen;
}

async function somebodyElse(id) {
  const person = await opened();
  await begin(person, id, 'bob@example.com');
  const tab = await person.context.newPage();
  watch(person, tab);
  const session = (await person.context.cookies(site)).find(({ name }) => name.includes('session'));
  await person.context.clearCookies({ name: session.name });
  await tab.goto(`${site}/oauth/login`);
  await signIn({ page: tab }, 'cleo@example.com');
  await decide(person, 'agrees');
  const seen = await shows(person, 'Somebody else is signed in at this browser', 'Nothing was connected');
  assert.equal(await connected(person, id), false);
  await closed(person);
  return seen;
}

async function anothersBrowser(id) {
  const [bob, cleo] = [await opened(), await opened()];
  await begin(bob, id, 'bob@example.com');
  const link = await bob.page.locator('a').first().getAttribute('href');
  const back = await fetch(provider.url + link, { redirect: 'manual' });
  await cleo.page.goto(`${site}/oauth/login`);
  await signIn(cleo, 'cleo@example.com');
  await cleo.page.goto(back.headers.get('location'));
  const seen = await shows(cleo, 'This browser began nothing that this would end');
  assert.deepEqual([await connected(cleo, id), await connected(bob, id)], [false, false]);
  await Promise.all([closed(bob), closed(cleo)]);
  return seen;
}

/** The longest name that a part of a host may have nearly, on the button. */
async function longHost() {
  const person = await opened();
  const host = `https://${UNBROKEN}.example.com`;
  const id = await register('elsewhere', { authorization_url: `${host}/authorize`, token_url: `${host}/token`, issuer: host });
  await person.page.goto(`${site}/oauth/authorize/${id}`);
  await signIn(person, 'ann@example.com');
  const seen = await shows(person, `Continue to ${UNBROKEN}.example.com`);
  await closed(person);
  return seen;
}

async function plainName() {
  const person = await opened();
  await person.page.goto(`${site}/oauth/login?return_to=/auth/me`);
  await signIn(person, 'alice');
  assert.equal(person.page.url(), `${site}/auth/me`);
  assert.match(await text(person.page), /"user":\s*"alice"/);
  await closed(person);
}

async function wrongPassword() {
  const person = await opened();
  await person.page.goto(`${site}/oauth/login`);
  await signIn(person, 'nobody@example.com');
  const seen = await shows(person, 'e-mail address or the password is wrong');
  await closed(person);
  return seen;
}

await provider.listen();
console.log(`Chromium ${browser.version()}, ${TELEPHONE} px`);
for (const email of ['ann@example.com', 'bob@example.com', 'cleo@example.com', 'alice']) {
  await rest('/users', { email, password: PASSWORD, must_change_password: false });
}
const id = await register('drive');
await connects('light', id, 'drive');
await connects('dark', await register(LONG_NAME, { resource: LONG_ADDRESS }), LONG_NAME);
await checks.that('a server that agrees at once leads to the page at the end', () => atOnce('agrees', id, 'Your account is connected'));
await checks.that('a server that refuses at once, too', () => atOnce('refuses', id, 'Your account is not connected'));
await checks.that('who refuses is told so, and may try again', () => refuses(id));
await checks.that('who finds somebody else signed in is refused', () => somebodyElse(id));
await checks.that("another's answer is of no use in one's own browser", () => anothersBrowser(id));
await checks.that('a long host is no wider than the screen', longHost);
await checks.that('a name that is no address signs in', plainName);
await checks.that('a wrong password has a page', wrongPassword);
await browser.close();
checks.finish();
