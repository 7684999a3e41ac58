// What the gateway takes, from its own OpenAPI document: forms and filters are made of it, so that they are never behind it.
import { get } from './rest.js';

let contract = null;

/** Anybody may read it. */
export async function load() {
  contract ??= (await get('/openapi.json')).value;
}

function operation(path, method) {
  return contract.paths[path]?.[method];
}

/** Whether there is such an operation. */
export function has(path, method = 'get') {
  return operation(path, method) !== undefined;
}

/** The schema of a request's body, whole; null where the operation has none, or is not there. */
export function body(path, method) {
  const schema = operation(path, method)?.requestBody?.content['application/json'].schema;
  return schema ? resolved(schema) : null;
}

function resolved(schema) {
  return schema.$ref ? contract.components.schemas[schema.$ref.split('/').pop()] : schema;
}

/** The filters of a list: names, schemas and what they mean. */
export function filters(path) {
  return (operation(path, 'get')?.parameters ?? []).filter(
    ({ in: place, name }) => place === 'query' && !['limit', 'cursor'].includes(name),
  );
}

/** The scope that an operation needs; null where everybody who is known may try. */
export function scope(path, method) {
  return operation(path, method)?.description?.match(/^Needs the scope `([^`]+)`/)?.[1] ?? null;
}
