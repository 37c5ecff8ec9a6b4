import { EmitError } from '../emit-error.ts';

/** Before it, gRPC probes and budgets that let broken pods go were not in every cluster. */
const oldest = 27;

/** The minor version of a cluster: 33 for `1.33`. Throws on what is no version, and on one that lacks what every output needs. */
export function minorOf(version: string): number {
  const minor = /^v?1\.(\d+)(?:\.\d+)?$/.exec(version)?.[1];
  if (minor === undefined) {
    throw refusal(`\`kubernetes.version\` in weir.json is ${JSON.stringify(version)}`, 'Write it as "1.33".');
  }
  if (Number(minor) < oldest) {
    throw refusal(`\`kubernetes.version\` in weir.json is ${version}`, `What Weir emits needs 1.${oldest} or later.`);
  }
  return Number(minor);
}

/** What the cluster of a version can do. Throws as `minorOf` does. */
export const capabilitiesOf = (version: string): { readonly sleepAction: boolean } => ({
  sleepAction: minorOf(version) >= 30,
});

const refusal = (message: string, hint: string): EmitError => new EmitError([{ message, hint }]);
