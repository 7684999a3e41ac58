// A connection to a virtual server, where tools and prompts have the gateway's name before their own.

/** The connection as if nothing were renamed: what does not have the prefix belongs to another upstream, and is left out of lists. */
export function renamed(connection, prefix) {
  if (!prefix) return connection;
  const there = (name) => prefix + name;
  const own = (key, list) => async () => {
    const entries = (await list())[key].filter(({ name }) => name.startsWith(prefix));
    return { [key]: entries.map((entry) => ({ ...entry, name: entry.name.slice(prefix.length) })) };
  };
  return {
    ...connection,
    call: (name, ...rest) => connection.call(there(name), ...rest),
    callAtLevel: (level, name, ...rest) => connection.callAtLevel(level, there(name), ...rest),
    complete: (name, ...rest) => connection.complete(there(name), ...rest),
    listPrompts: own('prompts', connection.listPrompts),
    listTools: own('tools', connection.listTools),
    prompt: (name, ...rest) => connection.prompt(there(name), ...rest),
  };
}
