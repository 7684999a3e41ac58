// What somebody may do. The API decides; here it is only not offered what it would refuse.
import * as contract from './contract.js';
import { SECTIONS } from './sections.js';

const TEAM = '/teams/{id}';

/** What API tokens are not for, whatever their users may do: what is a person's own. */
const OF_PEOPLE = ['post /tokens', 'patch /tokens/{id}', 'get /auth/sessions', 'delete /auth/sessions/{id}'];

let me = null;

/** Who it is that is asked about from now on. */
export function know(caller) {
  me = caller;
}

/** Whether there is such an operation, and they may use it. `owner` says whether they own the team that it is beneath. */
export function may(path, method = 'get', owner = false) {
  if (!contract.has(path, method) || (me.source === 'api_token' && OF_PEOPLE.includes(`${method} ${path}`))) return false;
  const scope = contract.scope(path, method) ?? scopeInTeam(path, method);
  return scope === null || me.permissions.includes(scope) || (owner && isOfOwners(path, method) && covers(scope));
}

/** What others than its owners need for what is not for all of a team. */
function scopeInTeam(path, method) {
  if (!path.startsWith(TEAM) || (method === 'get' && !path.includes('/invitations'))) return null;
  return path === TEAM && method === 'delete' ? 'teams.delete' : 'teams.update';
}

/** They invite; who puts somebody in unasked needs the scope beside. */
function isOfOwners(path, method) {
  return path.startsWith(TEAM) && !(path === `${TEAM}/members` && method === 'post');
}

function covers(scope) {
  return me.scopes === null || me.scopes.includes(scope);
}

/** The sections that somebody has. */
export function sectionsOf() {
  return Object.entries(SECTIONS).filter(([, { path }]) => may(path));
}
