/** Before it, gRPC probes and budgets that let broken pods go were not in every cluster. */
const oldest = 27;

/** What the cluster of a version can do. Throws on what is no version, and on one that lacks what every output needs. */
export function capabilitiesOf(version: string): { readonly sleepAction: boolean } {
  const minor = /^v?1\.(\d+)(?:\.\d+)?$/.exec(version)?.[1];
  if (minor === undefined) {
    throw new Error(`kubernetes.version in weir.json is ${JSON.stringify(version)}; write it as "1.33".`);
  }
  if (Number(minor) < oldest) {
    throw new Error(`kubernetes.version in weir.json is ${version}; what Weir emits needs 1.${oldest} or later.`);
  }
  return { sleepAction: Number(minor) >= 30 };
}
