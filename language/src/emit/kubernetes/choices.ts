import type { Model } from '../../model/model.ts';

/** The parts of a deployment that `system` chooses, and where they are found. What is absent is left out. */
export interface Choices {
  readonly mesh?: 'istio' | 'linkerd';
  readonly autoscaler: 'hpa' | 'keda';
  readonly rollouts?: 'flagger' | 'argo';
  readonly monitoring?: 'prometheus';
  readonly certificates?: 'cert-manager';
  /** Whose extensions gateways may use; absent for a class of which nothing more is known than that it is one. */
  readonly gateways?: 'envoy' | 'istio';
  readonly gatewayClass: string;
  /** The ClusterIssuer that certificates come from. */
  readonly issuer: string;
  /** Where analyses and autoscalers ask for metrics. */
  readonly prometheus: string;
}

/** The name that the Prometheus operator gives to its servers, in the namespace where they stand by custom. */
const usualPrometheus = 'http://prometheus-operated.monitoring.svc:9090';

/** What the system of a model chooses, with what follows where it says nothing. */
export function choicesOf(model: Model): Choices {
  const settings = model.systems[0]?.settings ?? [];
  const text = (key: string): string | undefined => {
    const value = settings.findLast((setting) => setting.key === key)?.value;
    return value?.kind === 'word' ? value.word : value?.kind === 'string' ? value.value : undefined;
  };
  const chosen = <T extends string>(key: string, ...words: readonly T[]): { [key: string]: T } => {
    const word = words.find((candidate) => candidate === text(key));
    return word === undefined ? {} : { [key]: word };
  };
  const mesh = chosen('mesh', 'istio', 'linkerd');
  const named = text('gateway-class');
  const usual = mesh.mesh === 'istio' ? 'istio' : 'envoy';
  const gateways = chosen('gateways', 'envoy', 'istio').gateways ?? (named === undefined ? usual : undefined);
  return {
    ...mesh,
    autoscaler: 'hpa',
    ...chosen('autoscaler', 'hpa', 'keda'),
    ...chosen('rollouts', 'flagger', 'argo'),
    ...chosen('monitoring', 'prometheus'),
    ...chosen('certificates', 'cert-manager'),
    ...(gateways === undefined ? {} : { gateways }),
    gatewayClass: named ?? gateways ?? usual,
    issuer: text('issuer') ?? 'letsencrypt',
    prometheus: text('prometheus') ?? usualPrometheus,
  };
}
