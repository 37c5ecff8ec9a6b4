import type { Model, Operation, Service } from '../../../model/model.ts';
import { protoService } from '../../definition/names.ts';
import { serviceDefinition } from '../../definition/service.ts';
import { camelCase } from '../../names.ts';
import { protoMethodName } from '../../proto/names.ts';
import type { CustomObject } from '../custom-object.ts';
import { durationValue } from '../durations.ts';
import type { KubernetesObject } from '../objects.ts';

/** For tests: what a layer does to a call. Milliseconds; absent where it waits for ever. */
export interface Layer {
  readonly layer: 'gateway' | 'mesh' | 'client' | 'server';
  readonly attempts: number;
  /** The whole call. */
  readonly whole?: number;
  /** One attempt. */
  readonly each?: number;
}

/** The call of an operation, as the proxy of its caller sees it. */
export interface Call {
  readonly from: string;
  readonly to: Service;
  readonly operation: Operation;
  readonly transport: 'http' | 'grpc';
}

interface Request {
  readonly method: string;
  readonly path: string;
}

/** A request for an operation: parameters of its path have some value. */
function requestOf({ to, operation, transport }: Call): Request | undefined {
  if (transport === 'grpc') return { method: 'POST', path: `/${protoService(to)}/${protoMethodName(operation.name)}` };
  const [route] = operation.routes;
  return route && { method: route.method, path: route.path.replace(/\{[^}]*\}/g, 'x') };
}

const milliseconds = (text: string | undefined): { readonly whole?: number } => {
  const value = text === undefined || text === '0s' ? undefined : durationValue(text);
  return value === undefined ? {} : { whole: value };
};

interface PathMatcher {
  readonly exact?: string;
  readonly regex?: string;
}

interface IstioRoute {
  readonly match: readonly {
    readonly port: number;
    readonly sourceLabels?: Readonly<Record<string, string>>;
    readonly method?: PathMatcher;
    readonly uri?: PathMatcher;
  }[];
  readonly timeout?: string;
  readonly retries?: { readonly attempts: number; readonly perTryTimeout?: string };
}

const fits = (matcher: PathMatcher | undefined, text: string): boolean =>
  matcher === undefined || matcher.exact === text || new RegExp(`^(?:${matcher.regex ?? '$.'})$`).test(text);

interface FlaggerSpec {
  readonly provider: string;
  readonly service: { readonly retries?: { readonly attempts: number } };
}

/** What Istio does: the first route that fits, or the one that Flagger writes; without any, its own two further tries. */
export function istioLayer(objects: readonly KubernetesObject[], call: Call): Layer {
  const canary = objects.find((object) => object.kind === 'Canary' && object.metadata?.name === call.to.name);
  const flaggers = (canary as CustomObject | undefined)?.spec as FlaggerSpec | undefined;
  if (flaggers?.provider === 'istio') return { layer: 'mesh', attempts: 1 + (flaggers.service.retries?.attempts ?? 2) };
  const request = requestOf(call);
  const found = objects.find((object) => object.kind === 'VirtualService' && object.metadata?.name === call.to.name);
  const routes = ((found as CustomObject | undefined)?.spec.http ?? []) as readonly IstioRoute[];
  const route = routes.find(({ match }) =>
    match.some(
      ({ port, sourceLabels, method, uri }) =>
        port === call.to[call.transport]?.value &&
        (sourceLabels === undefined || sourceLabels['app.kubernetes.io/name'] === call.from) &&
        fits(method, request?.method ?? '') &&
        fits(uri, request?.path ?? ''),
    ),
  );
  const each = milliseconds(route?.retries?.perTryTimeout).whole;
  return {
    layer: 'mesh',
    attempts: 1 + (route?.retries?.attempts ?? 2),
    ...milliseconds(route?.timeout),
    ...(each === undefined ? {} : { each }),
  };
}

interface GatewayRoute {
  readonly parentRefs: readonly { readonly kind?: string; readonly name: string; readonly port?: number }[];
  readonly rules: readonly {
    readonly matches?: readonly {
      readonly path?: { readonly type: string; readonly value: string };
      readonly method?: string | { readonly service: string; readonly method: string };
    }[];
    readonly timeouts?: { readonly request: string };
  }[];
}

function matchesRequest(rule: GatewayRoute['rules'][number], { method, path }: Request): boolean {
  return (
    rule.matches === undefined ||
    rule.matches.some((match) => {
      if (typeof match.method === 'object') return path === `/${match.method.service}/${match.method.method}`;
      const { type = 'PathPrefix', value = '/' } = match.path ?? {};
      const fitting =
        type === 'RegularExpression'
          ? new RegExp(`^${value}$`).test(path)
          : path === value || (type === 'PathPrefix' && path.startsWith(value));
      return fitting && (match.method === undefined || match.method === method);
    })
  );
}

const routesOf = (objects: readonly KubernetesObject[]): readonly CustomObject[] =>
  objects.filter((object) => object.kind === 'HTTPRoute' || object.kind === 'GRPCRoute') as CustomObject[];

/** What Linkerd does, for whoever calls: the annotations of the route that says most about the request. */
export function linkerdLayer(objects: readonly KubernetesObject[], call: Call): Layer {
  const request = requestOf(call);
  const fitting = routesOf(objects).filter(({ spec }) => {
    const { parentRefs, rules } = spec as unknown as GatewayRoute;
    const parent = parentRefs.some(
      ({ kind, name, port }) => kind === 'Service' && name === call.to.name && port === call.to[call.transport]?.value,
    );
    return parent && request !== undefined && rules.some((rule) => matchesRequest(rule, request));
  });
  const route = fitting.find(({ spec }) => (spec as unknown as GatewayRoute).rules[0]?.matches) ?? fitting[0];
  const annotations = route?.metadata.annotations ?? {};
  const each = milliseconds(annotations['retry.linkerd.io/timeout']).whole;
  const retries = annotations['retry.linkerd.io/http'] ?? annotations['retry.linkerd.io/grpc'];
  return {
    layer: 'mesh',
    attempts: retries === undefined ? 1 : 1 + Number(annotations['retry.linkerd.io/limit'] ?? 1),
    ...milliseconds(annotations['timeout.linkerd.io/request']),
    ...(each === undefined ? {} : { each }),
  };
}

/** What a gateway does on the way to an operation; undefined where it opens none. */
export function gatewayLayer(objects: readonly KubernetesObject[], gateway: string, call: Call): Layer | undefined {
  const request = requestOf(call);
  const rule = routesOf(objects)
    .filter(({ spec }) =>
      (spec as unknown as GatewayRoute).parentRefs.some(({ kind, name }) => kind === undefined && name === gateway),
    )
    .filter(({ metadata }) => metadata.name.endsWith(`-${call.to.name}`))
    .flatMap(({ spec }) => (spec as unknown as GatewayRoute).rules)
    .find((one) => request !== undefined && matchesRequest(one, request));
  return rule && { layer: 'gateway', attempts: 1, ...milliseconds(rule.timeouts?.request) };
}

/** What the runtime does for the handlers that call an operation; for what is written elsewhere it does nothing. */
export function clientLayers(model: Model, from: Service, call: Call): readonly Layer[] {
  if (from.image !== undefined) return [{ layer: 'client', attempts: 1 }];
  return Object.values(serviceDefinition(model, from).operations).flatMap(({ calls }) => {
    const policy = calls[camelCase(call.to.name)]?.[camelCase(call.operation.name)];
    if (policy === undefined) return [];
    const { timeout, deadline, retry } = policy;
    return [
      {
        layer: 'client' as const,
        attempts: retry?.attempts ?? 1,
        ...(deadline === undefined ? {} : { whole: deadline }),
        ...(timeout === undefined ? {} : { each: timeout }),
      },
    ];
  });
}

/** Until when the callee itself works on it. */
export function serverLayer(model: Model, { to, operation }: Call): Layer {
  const deadline = serviceDefinition(model, to).operations[camelCase(operation.name)]?.policy.deadline;
  return { layer: 'server', attempts: 1, ...(deadline === undefined ? {} : { whole: deadline }) };
}
