import { type AstNode, AstUtils, type CstNode, GrammarUtils } from 'langium';
import type { Event, Field, Message, Operation, Route } from '../../grammar/generated/ast.ts';
import { isCallItem, isField, isNamedType, isOperation } from '../../grammar/generated/ast.ts';

/** A stretch of a document. */
export interface Stretch {
  readonly node: CstNode;
  /** Offsets in the document. */
  readonly start: number;
  readonly end: number;
}

/** The fields of a message, those of its `oneof`s among them. */
export function fieldsOf({ members }: Pick<Message | Event, 'members'>): Field[] {
  return members.flatMap((member) =>
    member.$type === 'Field' ? [member] : member.$type === 'Oneof' ? member.fields : [],
  );
}

/** Where a field is named other than where it is declared: in paths, keys and `by field` of the operations that take it. */
export function usesOfField(
  field: Field,
  operations: Iterable<Operation>,
  callsOf: (operation: Operation) => AstNode[],
): Stretch[] {
  const owner = AstUtils.getContainerOfType(field.$container, (node): node is AstNode => node.$type !== 'Oneof');
  if (owner?.$type === 'Event') return keyOf(owner as Event, field.name);
  const takers = owner && isOperation(owner) ? [owner] : [...operations].filter((one) => requestOf(one) === owner);
  return takers.flatMap((operation) => [
    ...operation.members.flatMap((member) => inMember(member, field.name)),
    ...callsOf(operation).flatMap((call) => (isCallItem(call) && call.policy ? inMember(call.policy, field.name) : [])),
  ]);
}

function keyOf(event: Event, name: string): Stretch[] {
  const own = event.key === name ? GrammarUtils.findNodeForProperty(event.$cstNode, 'key') : undefined;
  return own ? [whole(own)] : [];
}

const whole = (node: CstNode): Stretch => ({ node, start: node.offset, end: node.end });

/** The properties that hold the names of fields, by the kind of node. */
const holders: Readonly<Record<string, string>> = {
  Idempotent: 'field',
  CacheKeys: 'fields',
  BalancePart: 'key',
};

function inMember(member: AstNode, name: string): Stretch[] {
  if (member.$type === 'Calls') return [];
  return AstUtils.streamAst(member)
    .flatMap((node): Stretch[] => {
      if (node.$type === 'Route') return inPath(node as Route, name);
      if (isField(node)) return [];
      const isKey = node.$type === 'LimitKey' && 'by' in node && node.by === 'field';
      const property = isKey ? 'name' : holders[node.$type];
      if (property === undefined) return [];
      return GrammarUtils.findNodesForProperty(node.$cstNode, property)
        .filter(({ text }) => text === name)
        .map(whole);
    })
    .toArray();
}

/** `{id}` and `{id*}` of a path. */
function inPath(route: Route, name: string): Stretch[] {
  const path = GrammarUtils.findNodeForProperty(route.$cstNode, 'path');
  if (!path) return [];
  return [...path.text.matchAll(/\{([\w-]+)\*?\}/g)]
    .filter(([, parameter]) => parameter === name)
    .map(({ index }) => ({ node: path, start: path.offset + index + 1, end: path.offset + index + 1 + name.length }));
}

/** The message that an operation takes, where it is a declared one. */
function requestOf({ request }: Operation): AstNode | undefined {
  return request && isNamedType(request.base) ? request.base.declaration?.ref : undefined;
}
