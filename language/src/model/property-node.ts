import { type AstNode, AstUtils, type CstNode, GrammarAST } from 'langium';

/** The property that an element of the grammar assigns; found by climbing the grammar, and then kept. */
const assigned = new WeakMap<object, string | null>();

/**
 * Where a property of a node stands, the last one where it has fewer than `index` says: as Langium's
 * `findNodeForProperty`, which climbs the grammar for each child each time.
 */
export function propertyNode(node: AstNode, property: string, index = 0): CstNode | undefined {
  let found: CstNode | undefined;
  let left = index;
  const search = (within: CstNode): boolean => {
    for (const child of contentOf(within)) {
      if (propertyOf(child) === property) {
        found = child;
        if (left-- === 0) return true;
      } else if (child.astNode === node && search(child)) return true;
    }
    return false;
  };
  if (node.$cstNode) search(node.$cstNode);
  return found;
}

const contentOf = (node: CstNode): readonly CstNode[] =>
  (node as CstNode & { readonly content?: readonly CstNode[] }).content ?? [];

function propertyOf(node: CstNode & { readonly property?: string }): string | null {
  // The quick parser has it at hand.
  if ('property' in node) return node.property ?? null;
  const { grammarSource } = node;
  if (!grammarSource) return null;
  let property = assigned.get(grammarSource);
  if (property === undefined) {
    property = AstUtils.getContainerOfType(grammarSource, GrammarAST.isAssignment)?.feature ?? null;
    assigned.set(grammarSource, property);
  }
  return property;
}

/** Where a keyword of a node stands. */
export function keywordNode(node: AstNode, keyword: string): CstNode | undefined {
  const search = (within: CstNode): CstNode | undefined => {
    for (const child of contentOf(within)) {
      if (GrammarAST.isKeyword(child.grammarSource) && child.grammarSource.value === keyword) return child;
      const found = child.astNode === node ? search(child) : undefined;
      if (found) return found;
    }
    return undefined;
  };
  return node.$cstNode && search(node.$cstNode);
}
