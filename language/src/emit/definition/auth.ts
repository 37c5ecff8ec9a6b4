/** How callers of an operation show who they are. */

import type { OperationAuth } from '@weir/runtime';
import { authOf } from '../../model/auth-of.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model, Operation } from '../../model/model.ts';
import { camelCase } from '../names.ts';

/** Undefined where nobody asks who calls: without `auth`, and with `auth none`. */
export function operationAuth(model: Model, operation: Operation): OperationAuth | undefined {
  const service = indexOf(model).services.get(operation.service);
  const uses = service === undefined ? [] : authOf(model, service, operation);
  const keys = authKeys(model);
  const anyOf = uses.flatMap((use) => {
    const key = use.none || use.auth.id === undefined ? undefined : keys.get(use.auth.id);
    return key === undefined ? [] : [{ auth: key, scopes: use.none ? [] : use.scopes }];
  });
  return anyOf.length > 0 ? { anyOf } : undefined;
}

/** By full name: the name alone, unless two packages have one of that name. */
export function authKeys(model: Model): ReadonlyMap<string, string> {
  const names = model.auths.map((auth) => auth.name);
  return new Map(
    model.auths.map(({ id, name }) => [id, names.indexOf(name) === names.lastIndexOf(name) ? name : camelCase(id)]),
  );
}
