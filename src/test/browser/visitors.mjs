// People with browsers of their own: Chromium, in front of the gateway at $SITE, behind TLS that ends here.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { chromium } from 'playwright-core';
import { inspect, tabTo } from './pages.mjs';

const { GATEWAY_URL: gateway, SITE, ADMIN_TOKEN: admin, CHROMIUM, OUT } = process.env;
const PART = process.argv[1].match(/(\w+)\.mjs$/)[1];
const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : []; // it has none for root
export const site = SITE;
export const TELEPHONE = 360; // px
export const PASSWORD = 'a long enough secret';
export const browser = await chromium.launch({ executablePath: CHROMIUM, args: sandbox });
await endTls();

/** What a proxy in front of the gateway does. */
function endTls() {
  const [key, cert] = ['key', 'pem'].map((end) => fs.readFileSync(`${OUT}/site.${end}`));
  const server = tls.createServer({ key, cert }, (socket) => {
    const onward = net.connect(Number(new URL(gateway).port), '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const each of [socket, onward]) each.on('error', () => [socket, onward].forEach((one) => one.destroy()));
  });
  return new Promise((done) => server.listen(Number(new URL(site).port), '127.0.0.1', done));
}

/** Something new, by the REST API as its administrator. */
export async function rest(path, body) {
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  const answer = await fetch(gateway + path, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}

/** A person's browser with one page. What the browser complains of is kept: where a page forbids something, where a script fails. */
export async function opened(scheme = 'light', width = TELEPHONE) {
  const screen = {
    viewport: { width, height: 740 },
    isMobile: width === TELEPHONE,
    hasTouch: width === TELEPHONE,
    colorScheme: scheme,
    ignoreHTTPSErrors: true,
  };
  const context = await browser.newContext(screen);
  const person = { context, page: await context.newPage(), complaints: [], scheme, width };
  watch(person, person.page);
  return person;
}

export function watch({ complaints }, page) {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // of an answer that is a refusal, which is what it is to be
    const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (!refusal && ['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
}

export const text = (page) => page.locator('body').innerText();
let pictures = 0;

/** The page is as pages are to be, and says all of it. */
export async function shows(person, ...parts) {
  const all = await text(person.page);
  for (const part of parts) assert.ok(all.includes(part), `${part} is not in: ${all}`);
  await person.page.screenshot({ path: `${OUT}/${PART}-${++pictures}-${person.scheme}.png` });
  return inspect(person.page, person);
}

export async function signIn({ page }, email) {
  await tabTo(page, 'input[name=email]');
  await page.keyboard.type(email);
  await tabTo(page, 'input[name=password]');
  await page.keyboard.type(PASSWORD);
  await tabTo(page, 'button');
  await press(page);
}

/** What has the keyboard is pressed, and leads to another page. */
export async function press(page) {
  await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
  await page.waitForLoadState();
}

export async function closed({ context, complaints }) {
  await context.close();
  assert.deepEqual(complaints, []);
}
