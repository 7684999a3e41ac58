// What somebody may do. The API decides; here it is only not offered what it would refuse.
import * as contract from './contract.js';
import { SECTIONS } from './sections.js';

const TEAM = '/teams/{id}';

/** What no API token does. */
const NOT_BY_TOKEN = ['post /tokens', 'patch /tokens/{id}'];

/** What none does that is for some of what its user may do, unless the scope is among that. */
const NOT_BY_NARROWED = { 'get /auth/sessions': null, 'delete /auth/sessions/{id}': null, 'get /calls': 'audit.read' };

const VERBS = { get: 'read', post: 'create', patch: 'update', delete: 'delete' };

let me = null;

/** Who it is that is asked about from now on. */
export function know(caller) {
  me = caller;
}

/** Whether there is such an operation, and they may use it. `owner` says whether they own the team that it is beneath. */
export function may(path, method = 'get', owner = false) {
  if (!contract.has(path, method) || (me.source === 'api_token' && isBarred(`${method} ${path}`))) return false;
  const scope = contract.scope(path, method) ?? scopeInTeam(path, method);
  if (scope === null) return coversOwn(path, method);
  return me.permissions.includes(scope) || (owner && isOfOwners(path, method) && covers(scope));
}

function isBarred(operation) {
  const narrowed = me.scopes !== null && Object.hasOwn(NOT_BY_NARROWED, operation);
  return NOT_BY_TOKEN.includes(operation) || (narrowed && !me.permissions.includes(NOT_BY_NARROWED[operation]));
}

/** What one may do with one's own teams and tokens without a permission, a credential with scopes has to name. */
function coversOwn(path, method) {
  const [, kind] = path.match(/^\/(teams|tokens)(\/|$)/) ?? [];
  return !kind || covers(`${kind}.${VERBS[method]}`);
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

/** Whether the credential has the scope, where it has scopes. */
export function covers(scope) {
  return me.scopes === null || me.scopes.includes(scope);
}

/** The sections that somebody has. */
export function sectionsOf() {
  return Object.entries(SECTIONS).filter(([, { path }]) => may(path));
}
