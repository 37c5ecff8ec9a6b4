import type { Auth, Model, Operation } from '../../model/model.ts';
import { authKeys, operationAuth } from '../definition/auth.ts';
import { authDefinition } from '../definition/service.ts';
import { description, type Schema } from '../json-schema/schema.ts';
import { byText } from '../order.ts';

/** What any one of admits; an empty list where nobody asks who calls. */
export function securityOf(model: Model, operation: Operation): readonly Schema[] {
  return (operationAuth(model, operation)?.anyOf ?? []).map(({ auth, scopes }) => ({ [auth]: scopes }));
}

/** The ways to show who one is that operations ask for, by the names that `securityOf` gives them. */
export function authsUsed(model: Model, operations: readonly Operation[]): ReadonlyMap<string, Auth> {
  const used = new Set(
    operations.flatMap((operation) => operationAuth(model, operation)?.anyOf.map(({ auth }) => auth) ?? []),
  );
  const keys = authKeys(model);
  const entries = model.auths.flatMap((auth): [string, Auth][] => {
    const key = keys.get(auth.id);
    return key !== undefined && used.has(key) ? [[key, auth]] : [];
  });
  return new Map(entries.sort(([a], [b]) => byText(a, b)));
}

export function securityScheme(auth: Auth): Schema {
  const definition = authDefinition(auth);
  switch (definition.kind) {
    case 'jwt': {
      const { issuer, audience, jwks } = definition;
      const facts = [
        `A JSON Web Token of ${issuer}`,
        ...(audience === undefined ? [] : [` for the audience \`${audience}\``]),
        `, signed by a key of ${jwks}. The scopes of an operation are in its claim \`scope\`.`,
      ].join('');
      return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', ...description([auth.docs, facts]) };
    }
    case 'key':
      return { type: 'apiKey', in: 'header', name: definition.header, ...description([auth.docs]) };
    case 'mtls': {
      const { peers } = definition;
      const facts = peers && `Admitted are ${peers.map((peer) => `\`${peer}\``).join(', ')}.`;
      return { type: 'mutualTLS', ...description([auth.docs, facts]) };
    }
  }
}
