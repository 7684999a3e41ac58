// What the connections of all SDKs have in common.
import assert from 'node:assert/strict';

/** What a client of a revision can be asked: none declares what its revision does not know. */
export function capabilitiesOf(version) {
  return {
    sampling: {},
    roots: {},
    ...(version >= '2025-06-18' && { elicitation: version >= '2025-11-25' ? { form: {}, url: {} } : {} }),
  };
}

/** The entries of all pages, which fetch(params) gets one by one. */
export async function allPages(key, fetch) {
  const entries = [];
  let cursor;
  do {
    const page = await fetch(cursor === undefined ? undefined : { cursor });
    assert.notEqual(page.nextCursor, cursor ?? null, 'a page that names itself as the next one');
    entries.push(...page[key]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { [key]: entries };
}
