import { type EffectivePolicy, effectivePolicy } from '../../../model/effective-policy.ts';
import type { CallItem, Consumer, Model, Operation, Retry, Service } from '../../../model/model.ts';
import { protoService } from '../../definition/names.ts';
import { callsOf, handled } from '../../definition/neighbours.ts';
import { byText } from '../../order.ts';
import { protoMethodName } from '../../proto/names.ts';
import { expressionOf } from '../gateway-api/path-match.ts';
import { edgesTo } from '../peers.ts';

/**
 * Who applies the policy of an edge: the runtime does for whatever runs on it, since it knows operations, budgets and what has
 * been sent; a mesh does for software written elsewhere. Never both: where the runtime calls, the mesh only carries.
 */
export const appliesPolicies = (from: Service): 'runtime' | 'mesh' => (from.image === undefined ? 'runtime' : 'mesh');

/** A request as a proxy sees it. */
export interface RequestMatch {
  readonly port: 'http' | 'grpc';
  readonly method: string;
  /** The whole path, or an expression for it. */
  readonly path: { readonly exact: string } | { readonly regex: string };
}

/** What a mesh does on the way from one service to some operations of another. Milliseconds. */
export interface MeshPolicy {
  /** All attempts together. */
  readonly timeout?: number;
  readonly retry?: {
    /** After the first. */
    readonly more: number;
    readonly on: Retry['on'];
    readonly backoff: number;
    /** Percent of what is under way. */
    readonly budget?: number;
    readonly each?: number;
  };
}

/** The operations of a callee that are called under one policy. */
export interface MeshRule {
  readonly policy: MeshPolicy;
  readonly matches: readonly RequestMatch[];
  readonly operations: readonly Operation[];
}

/** An edge whose policy is the mesh's. */
export interface MeshEdge {
  readonly from: Service;
  readonly to: Service;
  readonly rules: readonly MeshRule[];
}

/** The edges towards a service that the mesh applies policies on; those with nothing to apply are left out. */
export function meshEdgesTo(model: Model, to: Service): readonly MeshEdge[] {
  return edgesTo(model, to)
    .filter((edge) => appliesPolicies(edge.from) === 'mesh')
    .map(({ from }) => ({ from, to, rules: rulesOf(model, from, to) }))
    .filter(({ rules }) => rules.length > 0);
}

function rulesOf(model: Model, from: Service, to: Service): readonly MeshRule[] {
  const ruled = to.operations.map((operation) => {
    const policy = meshPolicy(policyOf(model, from, operation), operation);
    return { operation, policy, key: JSON.stringify(policy) };
  });
  return [...Map.groupBy(ruled, ({ key }) => key)]
    .filter(([key]) => key !== '{}')
    .sort(([a], [b]) => byText(a, b))
    .map(([, some]) => ({
      policy: some[0]?.policy ?? {},
      operations: some.map(({ operation }) => operation),
      matches: some.flatMap(({ operation }) => matchesOf(to, operation)),
    }));
}

/** What holds for calls of an operation: what the first item that calls it says, else what `uses` does. */
export function policyOf(model: Model, from: Service, operation: Operation): EffectivePolicy {
  const [called] = handled(from).flatMap((handler: Operation | Consumer) =>
    callsOf(handler)
      .filter((item: CallItem) => item.target.id === operation.id)
      .map((item) => effectivePolicy(model, handler, item)),
  );
  return called ?? effectivePolicy(model, { service: from.id }, { service: operation.service });
}

function meshPolicy({ timeout, deadline, retry }: EffectivePolicy, operation: Operation): MeshPolicy {
  const each = timeout?.value.ms;
  const whole = deadline?.value.ms;
  const more = (retry?.value.attempts ?? 1) - 1;
  const on = (retry?.value.on ?? []).filter((cause) => operation.effect !== 'write' || cause === 'connect');
  if (!retry || more < 1 || on.length === 0) {
    const least = Math.min(each ?? Number.POSITIVE_INFINITY, whole ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(least) ? { timeout: least } : {};
  }
  const { budget, backoff } = retry.value;
  return {
    ...(whole === undefined ? {} : { timeout: whole }),
    retry: {
      more,
      on,
      backoff: backoff.min,
      ...(budget === undefined ? {} : { budget }),
      ...(each === undefined ? {} : { each: whole === undefined ? each : Math.min(each, whole) }),
    },
  };
}

/** All ways to call an operation: what is written elsewhere may take either transport. */
function matchesOf(to: Service, operation: Operation): readonly RequestMatch[] {
  const method = `/${protoService(to)}/${protoMethodName(operation.name)}`;
  const routes = operation.routes.map(
    ({ method, path }): RequestMatch => ({
      port: 'http',
      method,
      path: path.includes('{') ? { regex: expressionOf(path) } : { exact: path },
    }),
  );
  return [
    ...(to.http === undefined ? [] : routes),
    ...(to.grpc === undefined ? [] : [{ port: 'grpc', method: 'POST', path: { exact: method } } as const]),
  ];
}
