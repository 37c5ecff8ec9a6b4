import type { AstNode, Reference } from 'langium';
import type * as ast from '../grammar/generated/ast.ts';
import { parts, policyUse, span } from './build-policies.ts';
import type { Reader } from './build-reader.ts';
import { field, typeExpression } from './build-types.ts';
import type {
  AuthUse,
  CallItem,
  Calls,
  Consumer,
  Operation,
  Parameters,
  Publishes,
  Ref,
  Route,
  TypeExpression,
} from './model.ts';
import { noMessage } from './problems-of.ts';

type Members = readonly (
  | ast.OperationMember
  | ast.ConsumerMember
  | ast.ServiceMember
  | ast.ExternalMember
  | ast.GatewayMember
)[];

/** The members of one kind. */
export function ofType<T extends { readonly $type: string }, K extends T['$type']>(
  members: readonly T[],
  type: K,
): Extract<T, { $type: K }>[] {
  return members.filter((member): member is Extract<T, { $type: K }> => member.$type === type);
}

/** The members that are policy parts. */
export function partsOf(reader: Reader, members: Members): ReturnType<typeof parts> {
  return parts(
    reader,
    members.filter((member): member is ast.Part => member.$type?.endsWith('Part')),
  );
}

/** An operation of a service or external; nothing where broken text left no name. */
export function operation(reader: Reader, node: ast.Operation, owner: string): Operation | undefined {
  if (!node.name) return undefined;
  const result = node.result && messageType(reader, node.result, 'returns');
  const routes = ofType(node.members, 'Route').flatMap((member) => route(reader, member));
  const idempotents = ofType(node.members, 'Idempotent');
  const [reads] = ofType(node.members, 'Reads');
  const idempotent = reader.once(idempotents, 'idempotent');
  reader.once(ofType(node.members, 'Calls'), 'calls');
  return {
    id: `${owner}.${node.name}`,
    package: owner.slice(0, Math.max(0, owner.lastIndexOf('.'))),
    ...reader.member(node),
    extent: reader.extent(node),
    service: owner,
    parameters: parameters(reader, node),
    ...(result ? { result: { type: result, stream: node.resultStream } } : {}),
    throws: refs(reader, node, 'throws', node.throws),
    routes,
    auth: auths(reader, ofType(node.members, 'AuthUse')),
    apply: applies(reader, ofType(node.members, 'Apply')),
    effect: effect(node.members, routes),
    ...(reads ? { readsAt: reader.extent(reads) } : {}),
    ...(idempotent ? idempotency(reader, idempotent) : {}),
    calls: calls(reader, ofType(node.members, 'Calls')),
    publishes: publishes(reader, ofType(node.members, 'Publishes')),
    parts: partsOf(reader, node.members),
  };
}

function parameters(reader: Reader, node: ast.Operation): Parameters {
  const type = node.request && messageType(reader, node.request, 'takes');
  if (type) return { kind: 'message', type, stream: node.stream };
  return { kind: 'inline', fields: node.parameters.flatMap((parameter) => field(reader, parameter)) };
}

/** What travels is a message: protobuf has no other, and a message can grow. */
function messageType(reader: Reader, node: ast.TypeExpression, verb: 'takes' | 'returns'): TypeExpression | undefined {
  const type = typeExpression(reader, node);
  if (!type || (type.kind === 'named' && !node.optional)) return type;
  reader.problems.push(noMessage(verb, reader.extent(node), node.optional));
  return undefined;
}

function effect(members: readonly ast.OperationMember[], routes: readonly Route[]): Operation['effect'] {
  const methods = routes.map((candidate) => candidate.method);
  if (ofType(members, 'Reads').length > 0 || methods.some((method) => method === 'GET' || method === 'HEAD'))
    return 'reads';
  if (ofType(members, 'Idempotent').length > 0) return 'idempotent';
  return methods.some((method) => method === 'PUT' || method === 'DELETE') ? 'idempotent' : 'write';
}

function idempotency(reader: Reader, node: ast.Idempotent): Pick<Operation, 'idempotency'> {
  const name = node.header ?? node.field;
  if (name === undefined) return {};
  return { idempotency: { by: node.header === undefined ? 'field' : 'header', name, at: reader.extent(node) } };
}

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

function route(reader: Reader, node: ast.Route): readonly Route[] {
  const method = reader.word(node, 'method', methods, 'HTTP method');
  if (method === undefined || node.path === undefined) return [];
  return [{ method, path: node.path, at: reader.at(node, 'path'), extent: reader.extent(node) }];
}

/** An event handler. */
export function consumer(reader: Reader, node: ast.Consumer, owner: string): Consumer | undefined {
  if (!node.event) return undefined;
  const event = reader.ref(node, 'event', node.event);
  const name = node.name ?? `On${event.name.slice(event.name.lastIndexOf('.') + 1)}`;
  const backoff = reader.once(ofType(node.members, 'BackoffMember'), 'backoff');
  const attempts = reader.once(ofType(node.members, 'AttemptsMember'), 'attempts');
  const concurrent = reader.once(ofType(node.members, 'ConcurrentMember'), 'concurrent');
  const group = reader.once(ofType(node.members, 'GroupMember'), 'group')?.value;
  const deadLetter = reader.once(ofType(node.members, 'DeadLetterMember'), 'dead-letter');
  const { at: _, name: __, ...member } = reader.member(node);
  return {
    id: `${owner}.${name}`,
    package: owner.slice(0, Math.max(0, owner.lastIndexOf('.'))),
    ...member,
    name,
    at: node.name ? reader.at(node, 'name') : event.at,
    extent: reader.extent(node),
    service: owner,
    event,
    ...(group === undefined ? {} : { group }),
    attempts: (attempts && reader.quantity(attempts, 'value', 'count', { least: 1 })) ?? 5,
    backoff: (backoff?.value && span(reader, backoff.value, 'duration')) ?? { min: 1000, max: 60_000 },
    deadLetter: deadLetter !== undefined && !deadLetter.none,
    ...(deadLetter ? { deadLetterAt: reader.extent(deadLetter) } : {}),
    concurrent: (concurrent && reader.quantity(concurrent, 'value', 'count', { least: 1 })) ?? 1,
    calls: calls(reader, ofType(node.members, 'Calls')),
    publishes: publishes(reader, ofType(node.members, 'Publishes')),
    parts: partsOf(reader, node.members),
  };
}

function calls(reader: Reader, nodes: readonly ast.Calls[]): Calls {
  return nodes
    .flatMap((node) => node.groups)
    .map((group) => group.items.flatMap((item) => callItem(reader, item)))
    .filter((group) => group.length > 0);
}

function callItem(reader: Reader, node: ast.CallItem): readonly CallItem[] {
  if (!node.target) return [];
  const written = node.target.$refText;
  const use = policyUse(reader, node.policy);
  return [
    {
      target: reader.ref(node, 'target', node.target),
      operation: written.slice(written.lastIndexOf('.') + 1),
      times: reader.quantity(node, 'times', 'count', { least: 1 }) ?? 1,
      optional: node.optional,
      ...(use ? { with: use } : {}),
      allows: reader.allows(node.annotations),
      at: reader.at(node, 'target'),
      extent: reader.extent(node),
    },
  ];
}

export function publishes(reader: Reader, nodes: readonly ast.Publishes[]): readonly Publishes[] {
  return nodes.flatMap((node) => {
    const statement = reader.extent(node);
    return refs(reader, node, 'events', node.events).map((event) => ({
      event,
      outbox: node.outbox,
      at: event.at,
      statement,
    }));
  });
}

export function auths(reader: Reader, nodes: readonly ast.AuthUse[]): readonly AuthUse[] {
  return nodes.flatMap((node): AuthUse[] => {
    const at = reader.extent(node);
    if (node.none) return [{ none: true, at }];
    return node.auth ? [{ auth: reader.ref(node, 'auth', node.auth), scopes: node.scopes, at }] : [];
  });
}

export function applies(reader: Reader, nodes: readonly ast.Apply[]): readonly Ref[] {
  return nodes.flatMap((node) => refs(reader, node, 'policies', node.policies));
}

/** The references of a list. */
export function refs(
  reader: Reader,
  node: AstNode,
  property: string,
  references: readonly (Reference | undefined)[],
): Ref[] {
  return references.map((reference, index) => reader.ref(node, property, reference, index));
}
