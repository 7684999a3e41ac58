// Runs named checks one after the other, prints one line each, and ends with the totals.
import assert from 'node:assert/strict';

export class Checks {
  #passed = 0;
  #failed = 0;

  constructor(client) {
    this.client = client;
  }

  /** Runs one check: it fails by throwing; what it returns is printed behind its name. */
  async that(name, check) {
    try {
      const detail = await check();
      this.#passed++;
      console.log(`   ok     ${name}${detail === undefined ? '' : `: ${detail}`}`);
    } catch (error) {
      this.#failed++;
      console.log(
        `   FAILED ${name}: ${String(error?.message ?? error)
          .replace(/\s+/g, ' ')
          .slice(0, 400)}`,
      );
    }
  }

  /** Prints the totals and ends the process: what a failed check left open must not keep it alive. */
  finish() {
    console.log(`${this.client}: ${this.#passed} passed, ${this.#failed} failed`);
    process.exit(this.#failed > 0 || this.#passed === 0 ? 1 : 0);
  }
}

export const textOf = (result) => result.content?.[0]?.text;

/** The error that a request fails with; its success fails. */
export async function rejection(request) {
  const [outcome] = await Promise.allSettled([request]);
  assert.equal(outcome.status, 'rejected', `answered ${JSON.stringify(outcome.value)?.slice(0, 200)}`);
  return outcome.reason;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats an attempt every 250 ms until the condition holds. */
export async function until(what, condition, { attempt = async () => {}, timeout = 5000 } = {}) {
  const end = Date.now() + timeout;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `${what}: not within ${timeout} ms`);
    await attempt();
    await sleep(250);
  }
}

/** The request log and the change notifications of the server behind the gateway, reached directly. */
export class Upstream {
  constructor(origin) {
    this.origin = origin;
  }

  async log() {
    return (await fetch(`${this.origin}/__log`)).json();
  }

  async publish(what) {
    await fetch(`${this.origin}/__emit?what=${encodeURIComponent(what)}`, { method: 'POST' });
  }
}
