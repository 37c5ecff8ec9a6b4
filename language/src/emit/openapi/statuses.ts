import type { Model } from '../../model/model.ts';
import { operationAuth } from '../definition/auth.ts';
import type { Endpoint } from './api.ts';
import { isBodyless } from './parameters.ts';

/** The statuses that an endpoint may answer with of itself, beside success and what it declares; sorted. */
export function statusesOf(model: Model, endpoint: Endpoint, behindGateway: boolean): readonly number[] {
  const { operation, service, method, path, limited } = endpoint;
  const auth = operationAuth(model, operation);
  const asksPeers = !behindGateway && model.systems[0]?.mtls === true;
  const hasParameters = /\{/.test(path);
  const kinds = (auth?.anyOf ?? []).flatMap((use) =>
    model.auths.filter(({ name }) => name === use.auth).map(({ type }) => type.value),
  );
  const isKnown = (auth?.anyOf ?? []).some(({ scopes }) => scopes.length > 0) || kinds.includes('mtls');
  const candidates: readonly (readonly [status: number, may: boolean])[] = [
    [400, true],
    [401, auth !== undefined || asksPeers],
    [403, isKnown],
    [404, hasParameters],
    [408, true],
    [409, operation.idempotency !== undefined],
    [413, !isBodyless(method)],
    [414, hasParameters],
    [415, !isBodyless(method)],
    [422, operation.idempotency !== undefined],
    [429, limited],
    [431, true],
    [499, operation.calls.length > 0],
    [500, true],
    [502, behindGateway],
    [503, true],
    [504, true],
  ];
  // What a service that is written elsewhere answers is its own affair, but for what its contract says.
  const elsewhere = service.image !== undefined && !behindGateway;
  const own = new Set([400, 401, 403, 409, 422, 429, 500, 503]);
  return candidates.flatMap(([status, may]) => (may && (!elsewhere || own.has(status)) ? [status] : []));
}
