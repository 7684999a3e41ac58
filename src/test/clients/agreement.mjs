// What a client's user does with an address that they were told: opens it, agrees, and comes back.
import assert from 'node:assert/strict';

/** Goes there and on to wherever that leads, with cookies that it keeps for each host, as browsers do. */
export async function follow(start, headers = {}) {
  const jars = new Map();
  let [address, answer] = [new URL(start), undefined];
  for (let step = 0; step < 10 && address; step++) {
    const jar = jars.get(address.host) ?? new Map();
    jars.set(address.host, jar);
    const own = step === 0 ? headers : {};
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    answer = await fetch(address, { redirect: 'manual', headers: { accept: 'text/html', cookie, ...own } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const next = answer.headers.get('location');
    address = next ? new URL(next, address) : undefined;
  }
  return answer;
}

/** A user agrees at that address: the page at the end says so. */
export async function agree(address, token) {
  const end = await follow(address, { authorization: `Bearer ${token}` });
  assert.match(await end.text(), /Your account is connected/, `${end.status} at ${end.url}`);
}
