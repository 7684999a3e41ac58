// The REST API, as everybody uses it: the console may do what its user may do, and no more.

/** A refusal (RFC 9457): what is wrong and what would be right, and in `errors` for which field. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The gateway answered ${status}`);
    this.status = status;
    this.errors = problem.errors ?? [];
    this.correlation = problem.correlation_id;
  }
}

/** What a person pastes where there is no sign-in. It is kept in this page alone, and gone with it. */
let token = null;

export function use(pasted) {
  token = pasted;
}

async function send(method, path, { body, etag } = {}) {
  const headers = { accept: 'application/json, application/problem+json' };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (etag) headers['if-match'] = etag;
  // a proxy that signs people in sends who is not signed in any more elsewhere, where no answer of ours comes from
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), redirect: 'manual' });
  if (answer.type === 'opaqueredirect') throw new Refused(401, { detail: 'You are not signed in any more: load this page again' });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status, parsed(text) ?? {});
  return { value: parsed(text), etag: answer.headers.get('etag'), next: next(answer.headers.get('link')) };
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
export const post = (path, body) => send('POST', path, { body });
export const patch = (path, body, etag) => send('PATCH', path, { body, etag });
export const remove = (path, etag) => send('DELETE', path, { etag });

/** A path with parameters, without those that are empty. */
export function query(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
