// What the console has, each a list of the API with what one does there. What forms and filters hold is in the OpenAPI document.

const id = (row) => row.id;

/** Beneath one gateway, what it offers. */
const offered = (section) => ({
  title: section[0].toUpperCase() + section.slice(1).replace('-', ' '),
  section,
  of: ({ id: gateway }) => ({ gateway_id: gateway }),
});

const FEATURE = ['name', 'federation_source', 'healthy', 'approved', 'enabled'];
const APPROVE = [{ path: 'approve', label: 'Approve the change', unless: 'approved' }];

/** A member is made an owner, and an owner a member. */
const OWNERS = ({ role }) =>
  role === 'owner' ? { label: 'Make a member', patch: { role: 'member' } } : { label: 'Make an owner', patch: { role: 'owner' } };

/**
 * `path` is the list's; `columns` are shown of each row, the first of them leads to the row; `first` are the fields that a form does not fold away;
 * `deeds` are POSTs beneath one of them, `unless` it has that already; `within` are lists beneath one, `item` what the API calls what is in them,
 * `leaves` that one may take oneself out, `sums` the list in an answer that has more than one;
 * `switches` says that it can be switched off and on.
 */
export const SECTIONS = {
  gateways: {
    title: 'Gateways',
    one: 'gateway',
    about: 'The MCP servers that are registered here.',
    path: '/gateways',
    columns: ['name', 'url', 'healthy', 'tool_count', 'enabled', 'visibility'],
    first: ['name', 'url', 'description', 'auth_type', 'visibility', 'team_id'],
    switches: true,
    deeds: [
      { path: 'check', label: 'Check now' },
      { path: 'tools/refresh', label: 'Read anew what it offers' },
    ],
    within: [
      offered('tools'),
      offered('resources'),
      offered('resource-templates'),
      offered('prompts'),
      { title: 'What happened', path: 'events', columns: ['at', 'kind', 'detail'] },
    ],
  },
  servers: {
    title: 'Virtual servers',
    one: 'virtual server',
    about: 'Chosen sets of what gateways offer, each behind one MCP endpoint.',
    path: '/servers',
    columns: ['name', 'mcp_url', 'tool_count', 'enabled', 'visibility'],
    first: ['name', 'description', 'gateways', 'tools', 'visibility', 'team_id'],
    switches: true,
  },
  tools: { title: 'Tools', one: 'tool', path: '/tools', columns: FEATURE, switches: true, deeds: APPROVE },
  resources: { title: 'Resources', one: 'resource', path: '/resources', columns: FEATURE, switches: true, deeds: APPROVE },
  'resource-templates': {
    title: 'Resource templates',
    one: 'resource template',
    path: '/resource-templates',
    columns: FEATURE,
    switches: true,
    deeds: APPROVE,
  },
  prompts: { title: 'Prompts', one: 'prompt', path: '/prompts', columns: FEATURE, switches: true, deeds: APPROVE },
  tokens: {
    title: 'API tokens',
    one: 'API token',
    about: 'For programs. A token is shown once, when it is made.',
    path: '/tokens',
    columns: ['name', 'owner', 'permissions', 'expires_at', 'last_used_at', 'enabled'],
    first: ['name', 'permissions', 'server_id', 'gateway_id', 'expires_at'],
    within: [
      {
        title: 'What was done with it',
        path: 'usage',
        sums: 'records',
        columns: ['last_at', 'method', 'name', 'outcome', 'reason', 'calls', 'mean_millis'],
      },
    ],
  },
  users: {
    title: 'Users',
    one: 'user',
    path: '/users',
    columns: ['email', 'full_name', 'enabled', 'locked', 'last_login'],
    first: ['email', 'full_name', 'password'],
    within: [
      {
        title: 'Roles',
        path: 'roles',
        one: 'role',
        columns: ['role', 'team_id', 'assigned_by', 'created_at'],
        item: '{assignment}',
        key: id,
      },
      { title: 'Sign-ins', path: 'events', columns: ['at', 'kind', 'outcome', 'address', 'agent'] },
    ],
  },
  teams: {
    title: 'Teams',
    one: 'team',
    path: '/teams',
    columns: ['name', 'id', 'members', 'max_members'],
    first: ['name', 'description'],
    within: [
      {
        title: 'Members',
        path: 'members',
        one: 'member',
        columns: ['email', 'role', 'since'],
        item: '{member}',
        key: ({ email }) => email,
        turn: OWNERS,
        leaves: true,
      },
      {
        title: 'Invitations',
        path: 'invitations',
        one: 'invitation',
        columns: ['email', 'role', 'invited_by', 'expires_at'],
        item: '{invitation}',
        key: id,
      },
    ],
  },
  roles: {
    title: 'Roles',
    one: 'role',
    path: '/roles',
    columns: ['name', 'description', 'built_in'],
    first: ['name', 'scopes', 'description'],
  },
  connections: {
    title: 'Connected accounts',
    one: 'connected account',
    about: 'OAuth tokens that are kept for upstreams, never themselves.',
    path: '/admin/oauth/tokens',
    columns: ['user', 'gateway_name', 'status', 'scopes', 'expires_at', 'last_used_at'],
  },
  'own-sessions': {
    title: 'Your sessions',
    one: 'session',
    about: 'Where you are signed in with a browser.',
    path: '/auth/sessions',
    columns: ['address', 'agent', 'current', 'created_at', 'last_seen', 'expires'],
  },
  sessions: {
    title: 'Sessions',
    one: 'session',
    about: 'Who is signed in with a browser.',
    path: '/admin/sessions',
    columns: ['user', 'address', 'agent', 'created_at', 'last_seen', 'expires'],
  },
  calls: {
    title: 'Calls',
    about: 'Decisions on calls, those that are alike counted together.',
    path: '/calls',
    columns: ['last_at', 'user_email', 'method', 'name', 'outcome', 'reason', 'calls', 'mean_millis'],
  },
  audit: {
    title: 'Audit trail',
    about: 'Who did what to which thing.',
    path: '/audit',
    columns: ['time', 'user_email', 'action', 'resource_type', 'resource_id', 'outcome', 'detail'],
  },
};
