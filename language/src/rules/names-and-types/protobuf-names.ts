import { protoPackage, protoService, requestId, typeName } from '../../emit/definition/names.ts';
import { camelCase, pascalCase, upperSnakeCase } from '../../emit/names.ts';
import { protoEnumValueName, protoTypeName } from '../../emit/proto/names.ts';
import type { Declarations } from '../../model/fragment.ts';
import type { External, Model, Service } from '../../model/model.ts';
import { ofEachPart } from '../../model/parts.ts';
import { ownersOf, shapesOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { type Claim, claim, reportClaims } from './claims.ts';

/** In protobuf, types, services, enum values and requests share the scope of their package. */
export function inProtobuf(model: Model, report: Report<'name-collision'>): void {
  const crowded = crowdedScopes(model);
  if (crowded.size === 0) return;
  for (const claims of claimsByScope(model, crowded).values()) reportClaims(claims, 'protobuf', report);
}

/** The scopes in which a name is taken twice, or may be: nothing clashes in the others. */
function crowdedScopes(model: Model): ReadonlySet<string> {
  const taken = new Map<string, Set<string>>();
  const crowded = new Set<string>();
  for (const scopes of keysInParts(model)) {
    for (const [scope, keys] of scopes) {
      if (crowded.has(scope)) continue;
      const known = taken.get(scope) ?? new Set();
      const size = known.size + keys.length;
      for (const key of keys) known.add(key);
      taken.set(scope, known);
      if (known.size < size) crowded.add(scope);
    }
  }
  return crowded;
}

/** By scope, the names that a file takes there, or may take. */
const keysInParts = ofEachPart((part): ReadonlyMap<string, readonly string[]> => {
  const scopes = new Map<string, string[]>();
  const scopeOf = remembered(protoPackage);
  const keysOf = (scope: string): string[] => {
    let keys = scopes.get(scope);
    if (!keys) {
      keys = [];
      scopes.set(scope, keys);
    }
    return keys;
  };
  const inCapitals = remembered(upperSnakeCase);
  for (const { name, package: own } of typesOf(part)) {
    const becomes = protoTypeName(name);
    keysOf(scopeOf(own)).push(becomes);
    // A request looks at names as they are written before it takes one.
    if (becomes !== name) keysOf(scopeOf(own)).push(name);
  }
  for (const { name, package: own, values } of part.enums) {
    const keys = keysOf(scopeOf(own));
    const prefix = upperSnakeCase(name);
    for (const value of values) keys.push(`${prefix}_${inCapitals(value.name)}`);
  }
  for (const owner of ownersOf(part)) {
    const keys = keysOf(scopeOf(owner.package));
    if (owner.grpc?.as !== undefined) keysOf(serviceScope(owner)).push(lastOf(owner.grpc.as));
    else if (owner.grpc) keys.push(`${pascalCase(owner.name)}Service`);
    for (const { name, parameters } of owner.operations) {
      if (parameters.kind === 'inline') keys.push(`${typeName(name)}Request`);
    }
  }
  return scopes;
});

function claimsByScope(model: Model, crowded: ReadonlySet<string>): ReadonlyMap<string, readonly Claim[]> {
  const scopes = new Map<string, Claim[]>([...crowded].map((scope) => [scope, []]));
  const scopeOf = remembered(protoPackage);
  for (const type of typesOf(model)) {
    const what = type.kind === 'alias' ? 'type' : type.kind;
    scopes.get(scopeOf(type.package))?.push(claim(what, type.name, protoTypeName(type.name), type.at));
  }
  for (const declaration of model.enums) {
    const claims = scopes.get(scopeOf(declaration.package));
    for (const { name, at } of claims ? declaration.values : []) {
      claims?.push({
        becomes: protoEnumValueName(declaration, name),
        label: `the value \`${name}\` of the enum \`${declaration.name}\``,
        identity: `value ${declaration.id}.${name}`,
        at,
      });
    }
  }
  for (const owner of ownersOf(model)) {
    if (owner.grpc) {
      const becomes = lastOf(protoService(owner));
      scopes.get(serviceScope(owner))?.push(claim(owner.kind, owner.name, becomes, owner.at));
    }
    const claims = scopes.get(scopeOf(owner.package));
    if (claims) claims.push(...requestsOf(model, owner));
  }
  return scopes;
}

const typesOf = (of: Declarations) => [...shapesOf(of), ...of.enums, ...of.aliases];

/** The package of a service in protobuf, which `as` may have said. */
function serviceScope(owner: Service | External): string {
  const full = protoService(owner);
  return full.slice(0, Math.max(0, full.lastIndexOf('.')));
}

/** Works out once for each name what it becomes: packages, and the values of enums, are often called the same. */
function remembered(becomes: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    let became = known.get(name);
    if (became === undefined) {
      became = becomes(name);
      known.set(name, became);
    }
    return became;
  };
}

/** The messages that inline parameters become; two operations of one name find names of their own, see `requestId`. */
function requestsOf(model: Model, owner: Service | External): Claim[] {
  return owner.operations.flatMap((operation) => {
    const id = requestId(model, operation);
    if (id === undefined) return [];
    const plain = `${typeName(operation.name)}Request`;
    return {
      becomes: typeNames(model).has(`${owner.package}.${plain}`) ? plain : lastOf(id),
      label: `the request of \`${labelOf(operation)}\``,
      // Two operations of one service with one name are reported as such.
      identity: `request ${owner.id}.${camelCase(operation.name)}`,
      at: operation.at,
    };
  });
}

const typeNamesOf = new WeakMap<Model, ReadonlySet<string>>();

function typeNames(model: Model): ReadonlySet<string> {
  let names = typeNamesOf.get(model);
  if (!names) {
    names = new Set(typesOf(model).map((type) => `${type.package}.${protoTypeName(type.name)}`));
    typeNamesOf.set(model, names);
  }
  return names;
}
