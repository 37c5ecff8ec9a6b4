import { EmitError } from '../emit-error.ts';

/** Before it, gRPC probes and budgets that let broken pods go were not in every cluster. */
const oldest = 27;

/** What the cluster of a version can do. Throws on what is no version, and on one that lacks what every output needs. */
export function capabilitiesOf(version: string): { readonly sleepAction: boolean } {
  const minor = /^v?1\.(\d+)(?:\.\d+)?$/.exec(version)?.[1];
  if (minor === undefined) {
    throw refusal(`\`kubernetes.version\` in weir.json is ${JSON.stringify(version)}`, 'Write it as "1.33".');
  }
  if (Number(minor) < oldest) {
    throw refusal(`\`kubernetes.version\` in weir.json is ${version}`, `What Weir emits needs 1.${oldest} or later.`);
  }
  return { sleepAction: Number(minor) >= 30 };
}

const refusal = (message: string, hint: string): EmitError => new EmitError([{ message, hint }]);
