// What the documents that documents.sh runs speak of: an authorization server whose users agree at once, its upstream, one that wants a client
// certificate and takes two bearer tokens, one that wants a client certificate alone, and a transit engine. Prints where they are as JSON; ends
// with its standard input.
import { verify } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Provider } from '../../it/provider.mjs';

const [folder, ...tokens] = process.argv.slice(2);
const [provider, keyed, ledger] = [new Provider(), new Provider(), new Provider()];
provider.decides = 'agrees';
provider.knows = (form) => !form.has('client_assertion') || signed(form.get('client_assertion'));
await Promise.all([provider, keyed, ledger].map((each) => each.listen()));
for (const token of tokens) keyed.accept(token);
ledger.accept(undefined);

/** With the key whose public part the reader registers, for this authorization server. */
function signed(assertion) {
  const [head, claims, signature] = assertion.split('.');
  const key = { key: fs.readFileSync(`${folder}/client.pub`), dsaEncoding: 'ieee-p1363' };
  const said = JSON.parse(Buffer.from(claims, 'base64url'));
  return verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')) && [said.aud].flat().includes(provider.url);
}

/** An upstream behind TLS, which knows its clients by certificates of the same authority. */
async function guarded({ upstream }) {
  const [ca, cert, key] = ['ca.pem', 'ledger.pem', 'ledger.key'].map((name) => fs.readFileSync(`${folder}/${name}`));
  const options = { ca, cert, key, requestCert: true, rejectUnauthorized: true };
  const server = https.createServer(options, (request, response) => upstream.emit('request', request, response));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return `https://localhost:${server.address().port}/mcp`;
}

/** Encrypts nothing, but what it answers looks so. */
const transit = http.createServer(async (request, response) => {
  let sent = '';
  for await (const part of request.setEncoding('utf8')) sent += part;
  const { plaintext, ciphertext } = JSON.parse(sent);
  const turned = (text) => Buffer.from(text, 'base64').reverse().toString('base64');
  const right = request.url.endsWith(`/transit/${plaintext ? 'encrypt' : 'decrypt'}/penstock`);
  const known = right && request.headers['x-vault-token'] === process.env.AUTH_ENCRYPTION_MASTER_TOKEN;
  const data = plaintext ? { ciphertext: `vault:v1:${turned(plaintext)}` } : { plaintext: turned(ciphertext?.slice('vault:v1:'.length) ?? '') };
  response.writeHead(known ? 200 : 403, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
});
await new Promise((done) => transit.listen(0, '127.0.0.1', done));

const upstreams = { mcp: provider.mcp, keyed: await guarded(keyed), ledger: await guarded(ledger) };
console.log(JSON.stringify({ ...upstreams, provider: provider.url, transit: `127.0.0.1:${transit.address().port}` }));
process.stdin.on('end', () => process.exit()).resume();
