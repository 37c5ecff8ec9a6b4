import { modelOf } from '../golden-fixture.ts';
import type { CustomKind, CustomObject } from './custom-object.ts';
import { type KubernetesObject, objectsOf } from './objects.ts';

type Kind = KubernetesObject['kind'];
export type Of<K extends Kind> = K extends CustomKind ? CustomObject : Extract<KubernetesObject, { kind: K }>;

/** For tests: the objects of a one-file system, to be found by kind and name. */
export async function objectsFrom(text: string, kubernetesVersion = '1.33') {
  const model = await modelOf([{ path: 'a.svc', text }]);
  const objects = objectsOf(model, { kubernetesVersion });
  return <K extends Kind>(name: string, kind: K): Of<K> | undefined =>
    objects.find((object) => object.kind === kind && object.metadata?.name === name) as Of<K> | undefined;
}

/** For tests: the pod of the service `a`, and its container. */
export async function podFrom(text: string, kubernetesVersion?: string) {
  const spec = (await objectsFrom(text, kubernetesVersion))('a', 'Deployment')?.spec?.template.spec;
  const [container] = spec?.containers ?? [];
  if (!spec || !container) throw new Error('the service a has no pod');
  return { spec, container };
}

/** For tests: what the container of the service `a` is told, beside where its configuration is. */
export async function variablesFrom(text: string): Promise<readonly string[]> {
  const { env = [] } = (await podFrom(text)).container;
  return env.filter(({ name }) => name !== 'WEIR_CONFIG').map(({ name, value }) => `${name}=${value}`);
}
