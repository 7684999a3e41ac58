// provider.mjs PORT: an OpenID Connect provider for proxied.sh. Whoever comes to /authorize is the user whom ?login_as= or the cookie user
// names, and agrees at once; GET /token-of?user= gives a program such a user's token.
import { createPublicKey, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';

const port = Number(process.argv[2]);
const issuer = `http://localhost:${port}`;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
const codes = new Map();
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(user, nonce) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'penstock', sub: user, email: user, email_verified: true, groups: ['mcp-user', 'mcp-server-sample'], iat: now, exp: now + 600, ...(nonce && { nonce }) };
  const signed = `${base64({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${base64(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

function answer(response, body, status = 200) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

http
  .createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    let body = '';
    for await (const part of request) body += part;
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return answer(response, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        });
      case '/keys':
        return answer(response, { keys: [key] });
      case '/authorize': {
        const code = randomUUID();
        const user = /user=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'alice@example.com';
        codes.set(code, { user: decodeURIComponent(user), nonce: url.searchParams.get('nonce') });
        const back = new URL(url.searchParams.get('redirect_uri'));
        back.search = new URLSearchParams({ code, state: url.searchParams.get('state') });
        return response.writeHead(302, { Location: back.href }).end();
      }
      case '/token': {
        const granted = codes.get(new URLSearchParams(body).get('code'));
        if (!granted) return answer(response, { error: 'invalid_grant' }, 400);
        return answer(response, { token_type: 'Bearer', access_token: randomUUID(), expires_in: 600, id_token: token(granted.user, granted.nonce) });
      }
      case '/token-of':
        return response.end(token(url.searchParams.get('user')));
      default:
        return answer(response, {}, 404);
    }
  })
  .listen(port, '127.0.0.1');
