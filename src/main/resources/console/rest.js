// The REST API, as everybody uses it: the console may do what its user may do, and no more.

/**
 * A refusal (RFC 9457): what is wrong and what would be right, and in `errors` for which field. `status` is 0 where nobody answered, `type` is empty
 * where it was not the gateway.
 */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The gateway answered ${status}`);
    this.status = status;
    this.type = problem.type ?? '';
    this.errors = problem.errors ?? [];
    this.correlation = problem.correlation_id;
  }
}

const NOT_OURS = 'What answered is not the gateway: you may not be signed in any more, so load this page again';
const STALE = 'Somebody else changed it meanwhile: load this page again, and see whether your change is still right';

/** What a person pastes where there is no sign-in. It is kept in this page alone, and gone with it. */
let token = null;

export function use(pasted) {
  token = pasted;
}

export function usesToken() {
  return token !== null;
}

async function send(method, path, { body, etag } = {}) {
  const headers = { accept: 'application/json, application/problem+json' };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (etag) headers['if-match'] = etag;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  // a proxy that signs people in sends who is not signed in any more elsewhere, where no answer of ours comes from
  const answer = await fetch(path, { method, headers, body: sent, redirect: 'manual' }).catch(() => {
    throw new Refused(0, { detail: 'The gateway cannot be reached' });
  });
  if (answer.type === 'opaqueredirect') throw new Refused(401, { detail: NOT_OURS });
  const text = await answer.text();
  const value = parsed(text);
  if (answer.status === 401 && !value?.type) throw new Refused(401, { detail: NOT_OURS });
  if (answer.status === 412) throw new Refused(412, { detail: STALE });
  if (!answer.ok) throw new Refused(answer.status, value ?? {});
  if (text && value === null) throw new Refused(0, { detail: NOT_OURS });
  // proxies that compress make weak ones of them
  return { value, etag: answer.headers.get('etag')?.replace(/^W\//, ''), next: next(answer.headers.get('link')) };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The next page of a list (RFC 8288), which is a path of this gateway; null where there is none. */
function next(header) {
  const target = header?.match(/<([^>]*)>\s*;\s*rel="?next"?/)?.[1];
  if (!target) return null;
  const url = new URL(target, location.href);
  return url.pathname + url.search;
}

export const get = (path) => send('GET', path);
export const post = (path, body, etag) => send('POST', path, { body, etag });
export const patch = (path, body, etag) => send('PATCH', path, { body, etag });
export const remove = (path, etag) => send('DELETE', path, { etag });

/** A path with parameters, without those that are empty. */
export function query(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
