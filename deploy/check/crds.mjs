// crds.mjs FOLDER: validates the custom resources on standard input, a JSON array, with the schemas of the packages in FOLDER/node_modules.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGES = { 'security.istio.io': '@kubernetes-models/istio', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator' };

let failed = 0;
const resources = JSON.parse(readFileSync(0, 'utf8'));
for (const resource of resources) {
  const [group, version] = resource.apiVersion.split('/');
  const name = `${resource.kind} ${resource.metadata.name}`;
  try {
    const models = await import(pathToFileURL(resolve(process.argv[2], 'node_modules', PACKAGES[group], group, version, 'index.js')));
    new models[resource.kind](resource).validate();
  } catch (wrong) {
    console.log(`${name}: ${wrong.message}`);
    failed++;
  }
}
console.log(`  ${resources.length} custom resources, ${failed} wrong`);
process.exit(failed ? 1 : 0);
