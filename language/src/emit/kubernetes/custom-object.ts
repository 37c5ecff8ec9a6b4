/** The kinds that chosen parts of a deployment bring, and the API that each is of. */
const apis = {
  Gateway: 'gateway.networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  GRPCRoute: 'gateway.networking.k8s.io/v1',
  BackendTrafficPolicy: 'gateway.envoyproxy.io/v1alpha1',
  Certificate: 'cert-manager.io/v1',
  Issuer: 'cert-manager.io/v1',
  ScaledObject: 'keda.sh/v1alpha1',
  TriggerAuthentication: 'keda.sh/v1alpha1',
  ServiceMonitor: 'monitoring.coreos.com/v1',
  PodMonitor: 'monitoring.coreos.com/v1',
  PrometheusRule: 'monitoring.coreos.com/v1',
  Rollout: 'argoproj.io/v1alpha1',
  AnalysisTemplate: 'argoproj.io/v1alpha1',
  Canary: 'flagger.app/v1beta1',
  VirtualService: 'networking.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  PeerAuthentication: 'security.istio.io/v1',
  AuthorizationPolicy: 'security.istio.io/v1',
  Server: 'policy.linkerd.io/v1beta3',
  MeshTLSAuthentication: 'policy.linkerd.io/v1alpha1',
  NetworkAuthentication: 'policy.linkerd.io/v1alpha1',
} as const;

export type CustomKind = keyof typeof apis;

/** An object of a CustomResourceDefinition: it has no types here, and is held against the schema of its kind. */
export interface CustomObject {
  readonly apiVersion: string;
  readonly kind: CustomKind;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: CustomSpec;
}

/** JSON, whatever the kind asks for. */
export type CustomSpec = { readonly [key: string]: unknown };

/** @param apiVersion where two definitions have kinds of one name */
export const customObject = (
  kind: CustomKind,
  metadata: CustomObject['metadata'],
  spec: CustomSpec,
  apiVersion: string = apis[kind],
): CustomObject => ({ apiVersion, kind, metadata, spec });

/** Whether an object is of a kind that only clusters with its definition know. */
export const isCustom = (object: { readonly kind: string }): object is CustomObject => Object.hasOwn(apis, object.kind);
