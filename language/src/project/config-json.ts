import type { ErrorObject, ValidateFunction } from 'ajv';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { didYouMean } from '../model/nearest.ts';
import type { ConfigText } from './config.ts';
import type { Fault } from './fault.ts';
import { isConfig } from './generated/config-schema.ts';
import { positionAt } from './text.ts';

/** A value's place in the file: keys, and numbers in lists. */
export type ConfigPath = readonly (string | number)[];

export type ParsedConfig =
  | { readonly faults: readonly Fault[] }
  | { readonly values: ConfigText; readonly faultAt: (path: ConfigPath, message: string, hint?: string) => Fault };

/** The text of a weir.json against its schema: its values, or everything that is wrong, each at its line. */
export function parseConfig(file: string, text: string): ParsedConfig {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || !tree) return { faults: syntaxFaults(file, text, errors) };
  const faultOn = (node: Node | undefined, message: string, hint?: string): Fault => ({
    file,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...positionAt(text, node?.offset ?? 0),
  });
  const values = jsonValue(tree);
  const faults = [...repeatedKeys(tree, faultOn), ...schemaFaults(values, tree, faultOn)];
  if (faults.length > 0) return { faults };
  return {
    values: values as ConfigText,
    faultAt: (path, message, hint) => faultOn(findNodeAtLocation(tree, [...path]), message, hint),
  };
}

type FaultOn = (node: Node | undefined, message: string, hint?: string) => Fault;

const syntaxWords: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no JSON value',
  InvalidNumberFormat: 'this is no number in JSON',
  PropertyNameExpected: 'a key in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is expected here',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'the file goes on after its value has ended',
  InvalidCommentToken: 'comments are not allowed in weir.json',
  UnexpectedEndOfComment: 'this comment does not end',
  UnexpectedEndOfString: 'this text lacks its closing quote',
  UnexpectedEndOfNumber: 'this number ends too early',
  InvalidUnicode: 'this is no \\u escape',
  InvalidEscapeCharacter: 'this is no escape that JSON knows',
  InvalidCharacter: 'this character must be escaped',
};

/** The first error of a line: those behind it follow from it. */
function syntaxFaults(file: string, text: string, errors: readonly ParseError[]): Fault[] {
  if (text.trim() === '') return [{ file, message: 'the file is empty', hint: 'Write {} at the least, or remove it.' }];
  const faults = new Map<number, Fault>();
  for (const { error, offset } of errors) {
    const at = positionAt(text, offset);
    if (faults.has(at.line)) continue;
    const comment = printParseErrorCode(error) === 'InvalidCommentToken';
    faults.set(at.line, {
      file,
      ...at,
      message: syntaxWords[printParseErrorCode(error)] ?? 'this is no JSON',
      ...(comment ? { hint: 'Remove it: the file is plain JSON, which other tools read too.' } : {}),
    });
  }
  return [...faults.values()];
}

function jsonValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(jsonValue);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(
    (node.children ?? []).map(({ children = [] }) => [children[0]?.value, children[1] && jsonValue(children[1])]),
  );
}

function repeatedKeys(node: Node, faultOn: FaultOn): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    if (node.type === 'object') {
      const key = child.children?.[0];
      if (seen.has(key?.value)) faults.push(faultOn(key, `\`${key?.value}\` stands here twice`, 'Remove one of them.'));
      seen.add(key?.value);
    }
    faults.push(...repeatedKeys(child, faultOn));
  }
  return faults;
}

/** Generated from weir.schema.json: to compile that took 30 ms of every command. */
const validate = isConfig as unknown as ValidateFunction;

function schemaFaults(values: unknown, tree: Node, faultOn: FaultOn): Fault[] {
  validate(values);
  const errors: readonly ErrorObject[] = validate.errors ?? [];
  const choices = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath);
  const faults: Fault[] = [];
  for (const error of errors) {
    // What failed inside of a choice is told by the choice.
    if (error.keyword !== 'anyOf' && choices.some((path) => error.instancePath.startsWith(path))) continue;
    const path = pathOf(error.instancePath, values);
    const node = findNodeAtLocation(tree, path);
    if (error.keyword === 'additionalProperties') {
      const key: string = error.params.additionalProperty;
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const at = findNodeAtLocation(tree, [...path, key])?.parent ?? node;
      const hint = didYouMean(key, known) ?? `The keys here are ${known.join(', ')}.`;
      faults.push(faultOn(at, `\`${[...path, key].join('.')}\` is no setting`, hint));
    } else {
      const name = path.length === 0 ? 'weir.json' : `\`${path.join('.')}\``;
      faults.push(faultOn(node, `${name} ${expectation(error)}`));
    }
  }
  return faults;
}

/** A JSON pointer as a path; numbers where it leads through a list. */
function pathOf(pointer: string, values: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let value: unknown = values;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(value) ? Number(key) : key;
    path.push(step);
    value = (value as Record<string | number, unknown> | undefined)?.[step];
  }
  return path;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  array: 'a list',
  object: 'an object in braces',
};

function expectation(error: ErrorObject): string {
  switch (error.keyword) {
    case 'type':
      return `must be ${typeWords[error.params.type] ?? error.params.type}, not ${JSON.stringify(error.data)}`;
    case 'anyOf':
      return `must be ${(error.parentSchema as { description?: string }).description ?? 'one of its forms'}, not ${JSON.stringify(error.data)}`;
    case 'enum':
      return `must be one of ${error.params.allowedValues.join(', ')}, not ${JSON.stringify(error.data)}`;
    case 'pattern':
      return `must look like ${(error.parentSchema as { default?: string }).default ?? error.params.pattern}, not ${JSON.stringify(error.data)}`;
    case 'minLength':
    case 'minItems':
      return 'must not be empty';
    case 'uniqueItems':
      return `names \`${(error.data as unknown[])[error.params.j]}\` twice`;
    default:
      return error.message ?? 'is not what is expected here';
  }
}
