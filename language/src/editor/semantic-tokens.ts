import {
  type AstNode,
  AstUtils,
  type Cancellation,
  type CstNode,
  CstUtils,
  GrammarUtils,
  interruptAndCheck,
  isReference,
  type LangiumDocument,
  type LeafCstNode,
} from 'langium';
import type { SemanticTokenProvider } from 'langium/lsp';
import {
  type Range,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensOptions,
  type SemanticTokensParams,
  type SemanticTokensRangeParams,
} from 'vscode-languageserver';
import { isAnnotation } from '../grammar/generated/ast.ts';

const types = [
  'namespace',
  'type',
  'struct',
  'enum',
  'enumMember',
  'event',
  'class',
  'interface',
  'method',
  'variable',
  'property',
  'parameter',
  'decorator',
] as const;
type TokenType = (typeof types)[number];

const modifiers = ['declaration', 'deprecated', 'readonly'] as const;
type Modifier = (typeof modifiers)[number];

/** What colour each kind of declaration has, in terms that every theme knows. */
const typeOf: Readonly<Record<string, TokenType>> = {
  Message: 'struct',
  ErrorMessage: 'struct',
  Event: 'event',
  Enum: 'enum',
  EnumValue: 'enumMember',
  TypeAlias: 'type',
  Field: 'property',
  Oneof: 'property',
  ConfigEntry: 'property',
  Policy: 'variable',
  Service: 'class',
  External: 'interface',
  Operation: 'method',
  Consumer: 'method',
  Resource: 'variable',
  Auth: 'variable',
  Gateway: 'namespace',
  BoundedContext: 'namespace',
  System: 'namespace',
  Environment: 'namespace',
};

interface Token {
  readonly leaf: Pick<LeafCstNode, 'range' | 'length'>;
  readonly type: TokenType;
  readonly modifiers: readonly Modifier[];
}

/** Colours names by what they mean: a field may be called `timeout`, and a word before a dot is a package or a service. */
export class NamesInColour implements SemanticTokenProvider {
  readonly semanticTokensOptions: SemanticTokensOptions = {
    legend: { tokenTypes: [...types], tokenModifiers: [...modifiers] },
    full: { delta: false },
    range: true,
  };
  readonly tokenTypes: Record<string, number> = Object.fromEntries(types.map((type, index) => [type, index]));
  readonly tokenModifiers: Record<string, number> = Object.fromEntries(
    modifiers.map((one, index) => [one, 1 << index]),
  );

  semanticHighlight(
    document: LangiumDocument,
    _: SemanticTokensParams,
    cancel?: Cancellation.CancellationToken,
  ): Promise<SemanticTokens> {
    return this.tokens(document, undefined, cancel);
  }

  semanticHighlightRange(
    document: LangiumDocument,
    { range }: SemanticTokensRangeParams,
    cancel?: Cancellation.CancellationToken,
  ): Promise<SemanticTokens> {
    return this.tokens(document, range, cancel);
  }

  semanticHighlightDelta(document: LangiumDocument, params: SemanticTokensParams): Promise<SemanticTokens> {
    return this.semanticHighlight(document, params);
  }

  private async tokens(
    document: LangiumDocument,
    range: Range | undefined,
    cancel: Cancellation.CancellationToken | undefined,
  ): Promise<SemanticTokens> {
    const tokens: Token[] = [];
    for (const node of AstUtils.streamAst(document.parseResult.value, range ? { range } : undefined)) {
      if (cancel) await interruptAndCheck(cancel);
      tokens.push(...tokensOf(node));
    }
    const builder = new SemanticTokensBuilder();
    const isAsked = ({ leaf }: Token): boolean => !range || CstUtils.inRange(leaf.range, range);
    const inOrder = tokens.filter(isAsked).sort((a, b) => compare(a.leaf.range.start, b.leaf.range.start));
    for (const { leaf, type, modifiers: all } of inOrder) {
      const { line, character } = leaf.range.start;
      const bits = all.reduce((sum, modifier) => sum | (this.tokenModifiers[modifier] ?? 0), 0);
      builder.push(line, character, leaf.length, this.tokenTypes[type] ?? 0, bits);
    }
    return builder.build();
  }
}

const compare = (a: Range['start'], b: Range['start']): number => a.line - b.line || a.character - b.character;

function tokensOf(node: AstNode): Token[] {
  if (node.$type === 'Import' || node.$type === 'File') {
    return leaves(GrammarUtils.findNodeForProperty(node.$cstNode, node.$type === 'File' ? 'name' : 'package')).map(
      (leaf) => ({
        leaf,
        type: 'namespace',
        modifiers: [],
      }),
    );
  }
  if (isAnnotation(node)) {
    return leaves(GrammarUtils.findNodeForProperty(node.$cstNode, 'name')).map((leaf) => ({
      leaf,
      type: 'decorator',
      modifiers: [],
    }));
  }
  const references = AstUtils.streamReferences(node)
    .flatMap(({ reference }) =>
      isReference(reference) && reference.ref ? tokensOfName(reference.$refNode, reference.ref) : [],
    )
    .toArray();
  return [...declared(node), ...references];
}

function declared(node: AstNode): Token[] {
  const type = colourOf(node);
  const [leaf] = type === undefined ? [] : leaves(GrammarUtils.findNodeForProperty(node.$cstNode, 'name'));
  return type && leaf ? [{ leaf, type, modifiers: ['declaration', ...modifiersOf(node)] }] : [];
}

/** Of a qualified name each word: the last one is the declaration, what stands before an operation its service. */
function tokensOfName(name: CstNode | undefined, target: AstNode): Token[] {
  const words = leaves(name).reverse();
  const owner = target.$type === 'Operation' ? target.$container : undefined;
  return words.flatMap((leaf, index): Token[] => {
    const node = index === 0 ? target : index === 1 ? owner : undefined;
    const type = node ? colourOf(node) : 'namespace';
    return type ? [{ leaf, type, modifiers: node ? modifiersOf(node) : [] }] : [];
  });
}

function colourOf(node: AstNode): TokenType | undefined {
  return node.$type === 'Field' && node.$container?.$type === 'Operation' ? 'parameter' : typeOf[node.$type];
}

function modifiersOf(node: AstNode): Modifier[] {
  const annotations = 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  const isDeprecated = annotations.filter(isAnnotation).some(({ name }) => name === 'deprecated');
  return [
    ...(isDeprecated ? (['deprecated'] as const) : []),
    ...(node.$type === 'Policy' ? (['readonly'] as const) : []),
  ];
}

function leaves(name: CstNode | undefined): LeafCstNode[] {
  return name
    ? CstUtils.flattenCst(name)
        .filter(({ text, hidden }) => text !== '.' && !hidden)
        .toArray()
    : [];
}
