// What somebody may do. The API decides; here it is only not offered what it would refuse.
import * as contract from './contract.js';
import { SECTIONS } from './sections.js';

/** Whether there is such an operation, and they have the scope that it needs. */
export function may(me, path, method = 'get') {
  const scope = contract.scope(path, method);
  return contract.has(path, method) && (scope === null || me.permissions.includes(scope));
}

/** The sections that somebody has. */
export function sectionsOf(me) {
  return Object.entries(SECTIONS).filter(([, { path }]) => may(me, path));
}
