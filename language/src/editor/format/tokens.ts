import type { IToken } from 'chevrotain';
import {
  type AstNode,
  AstUtils,
  type CstNode,
  CstUtils,
  GrammarAST,
  type LangiumCoreServices,
  type LeafCstNode,
} from 'langium';
import type { File } from '../../grammar/generated/ast.ts';

/** What the layout needs to know of a token beside its text. */
export interface FormatToken {
  readonly text: string;
  readonly kind: 'word' | 'symbol' | 'comment';
  /** Line breaks between the token before and this one, as written. */
  readonly breaks: number;
  /** What begins here: a declaration or member of a block, a setting inside a part, or nothing of these. */
  readonly begins: Beginning | undefined;
  /** The brace belongs to an import's list of names. */
  readonly ofImport: boolean;
}

export interface Beginning {
  readonly type: string;
  /** Lines that are aligned with their neighbours: how many tokens make each cell but the last. */
  readonly cells: readonly number[];
}

/** Nodes that stand as a line of their own, with the cells in which neighbouring lines are aligned. */
const lines: Readonly<Record<string, (node: AstNode) => readonly number[]>> = {
  ...none('Import', 'Enum', 'EnumValue', 'TypeAlias', 'Message', 'ErrorMessage', 'Event', 'Oneof', 'Reserved', 'Field'),
  ...none(
    'Service',
    'Gateway',
    'System',
    'External',
    'Operation',
    'Consumer',
    'ConfigEntry',
    'ObjectEntry',
    'Environment',
  ),
  ...keyword('TimeoutPart', 'DeadlinePart', 'RetryPart', 'BreakerPart', 'BulkheadPart', 'LimitPart', 'HedgePart'),
  ...keyword('CachePart', 'FallbackPart', 'BalancePart', 'ShedPart', 'VersionMember', 'OwnerMember', 'ImageMember'),
  ...keyword(
    'HttpMember',
    'GrpcMember',
    'Uses',
    'AuthUse',
    'Apply',
    'Route',
    'Idempotent',
    'Reads',
    'Calls',
    'Publishes',
  ),
  ...keyword('GroupMember', 'AttemptsMember', 'BackoffMember', 'DeadLetterMember', 'ConcurrentMember', 'Probe'),
  ...keyword('Replicas', 'Scale', 'Resources', 'Rollout', 'Spread', 'Disruption', 'Drain', 'UrlMember', 'Lag'),
  ...keyword(
    'AvailabilityMember',
    'LatencyMember',
    'HostMember',
    'PortMember',
    'TlsMember',
    'Serves',
    'ContextServices',
  ),
  ...keyword(
    'Defaults',
    'Setting',
    'ResourceOwner',
    'ConfigValue',
    'ConfigValues',
    'Slo',
    'Config',
    'Health',
    'Deploy',
  ),
  Override: () => [1],
  Policy: (node) => (has(node, 'base') ? [] : [2]),
  BoundedContext: () => [2],
  Resource: () => [2, 1],
  Auth: () => [2, 1],
  Relation: () => [2, 2],
};

/** Nodes whose braces hold settings, which are no nodes of their own. */
const withSettings = new Set([
  ...[
    'RetryPart',
    'BreakerPart',
    'BulkheadPart',
    'LimitPart',
    'HedgePart',
    'CachePart',
    'ShedPart',
    'Slo',
    'Probe',
    'Scale',
  ],
  ...['Resources', 'Rollout', 'Abort'],
]);

function none(...types: string[]): Record<string, () => readonly number[]> {
  return Object.fromEntries(types.map((type) => [type, () => []]));
}

function keyword(...types: string[]): Record<string, () => readonly number[]> {
  return Object.fromEntries(types.map((type) => [type, () => [1]]));
}

function has(node: AstNode, property: string): boolean {
  return (node as unknown as Readonly<Record<string, unknown>>)[property] !== undefined;
}

/** The tokens of a text that parses, comments among them, in order. */
export function formatTokens(weir: LangiumCoreServices, text: string, file: File): FormatToken[] {
  const lexed = weir.parser.Lexer.tokenize(text, { mode: 'full' });
  const all: IToken[] = [...lexed.tokens, ...lexed.hidden].sort((a, b) => a.startOffset - b.startOffset);
  const beginnings = findBeginnings(file);
  const importBraces = findImportBraces(file);
  let end = 0;
  return all.map((token) => {
    const between = text.slice(end, token.startOffset);
    end = token.startOffset + token.image.length;
    return {
      text: token.image.trimEnd(),
      kind: token.tokenType.name.endsWith('COMMENT')
        ? 'comment'
        : /^[\w"/-]/.test(token.image) && token.image !== '->'
          ? 'word'
          : 'symbol',
      breaks: between.split(/\r\n|\r|\n/).length - 1,
      begins: beginnings.get(token.startOffset),
      ofImport: importBraces.has(token.startOffset),
    };
  });
}

function findBeginnings(file: File): ReadonlyMap<number, Beginning> {
  const beginnings = new Map<number, Beginning>();
  for (const node of AstUtils.streamAst(file)) {
    const offset = node.$cstNode?.offset;
    if (offset === undefined) continue;
    const cells = lines[node.$type];
    const inParentheses = node.$type === 'Field' && node.$container?.$type === 'Operation';
    if (cells && !inParentheses && !beginnings.has(offset)) {
      beginnings.set(offset, {
        type: node.$type,
        cells: annotationsOf(node).length > 0 ? [] : cells(node),
      });
      addBelowAnnotations(node, cells(node), beginnings);
    }
    if (withSettings.has(node.$type)) addSettings(node, beginnings);
  }
  return beginnings;
}

function annotationsOf(node: AstNode): readonly AstNode[] {
  return (node as unknown as { annotations?: readonly AstNode[] }).annotations ?? [];
}

/** What stands on a line of its own below an annotation begins there: further annotations, and then the declaration. */
function addBelowAnnotations(node: AstNode, cells: readonly number[], beginnings: Map<number, Beginning>): void {
  const annotations = annotationsOf(node).flatMap(({ $cstNode }) => $cstNode ?? []);
  for (const [i, { end, range }] of annotations.entries()) {
    const next = annotations[i + 1] ?? leafBehind(node, end);
    if (!next || next.range.start.line === range.end.line) continue;
    beginnings.set(next.offset, { type: node.$type, cells: next === annotations[i + 1] ? [] : cells });
  }
}

function leafBehind(node: AstNode, offset: number): CstNode | undefined {
  const leaves = node.$cstNode ? CstUtils.flattenCst(node.$cstNode) : [];
  for (const leaf of leaves) if (!leaf.hidden && leaf.offset >= offset) return leaf;
  return undefined;
}

function addSettings(node: AstNode, beginnings: Map<number, Beginning>): void {
  let inside = false;
  for (const leaf of node.$cstNode ? CstUtils.flattenCst(node.$cstNode) : []) {
    if (leaf.astNode !== node || leaf.hidden) continue;
    if (leaf.text === '{') inside = true;
    else if (inside && isSettingWord(leaf) && !beginnings.has(leaf.offset))
      beginnings.set(leaf.offset, { type: 'Setting', cells: [1] });
  }
}

function isSettingWord(leaf: LeafCstNode): boolean {
  return GrammarAST.isKeyword(leaf.grammarSource) && /^[a-z]/.test(leaf.text);
}

function findImportBraces(file: File): ReadonlySet<number> {
  const braces = new Set<number>();
  for (const clause of file.imports) {
    for (const leaf of clause.$cstNode ? CstUtils.flattenCst(clause.$cstNode) : []) {
      if (leaf.text === '{' || leaf.text === '}') braces.add(leaf.offset);
    }
  }
  return braces;
}
