/** What the settings of systems, resources and auths mean: they are words to the grammar. */
const settings: Readonly<Record<string, string>> = {
  discovery: 'How services find each other.',
  mtls: 'Do services show each other certificates, and encrypt what they say?',
  mesh: 'The service mesh that runs in the cluster. Where one retries, services do not.',
  autoscaler: 'What changes the number of replicas.',
  rollouts: 'What brings new versions out step by step.',
  monitoring: 'What watches the system.',
  certificates: 'What issues certificates.',
  gateways: 'What brings requests into the cluster.',
  image: 'Where images are: `{service}` and `{version}` stand for those of each service.',
  namespace: 'The namespace of the Kubernetes objects.',
  'gateway-class': 'The class of gateways that the cluster has.',
  prometheus: 'Where Prometheus is.',
  issuer: 'Who issues: tokens of an `auth`, certificates of a `system`.',
  audience: 'For whom tokens have to be.',
  jwks: 'Where the keys are by which tokens are checked.',
  header: 'The header that carries the key.',
  peers: 'The services that may call.',
  'version 16': 'The version of the resource.',
  'storage 20Gi': 'How much the resource can hold.',
};

/** What a setting means; of one that is not known here, what may stand there. */
export function settingDocs(key: string, allowed: readonly string[] = []): string {
  const list = allowed.map((one) => `\`${one}\``).join(', ');
  return [settings[key] ?? 'A setting.', ...(list === '' ? [] : [`One of ${list}.`])].join(' ');
}
