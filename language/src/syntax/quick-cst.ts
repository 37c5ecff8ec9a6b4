import type { IToken } from 'chevrotain';
import type { AstNode, GrammarAST } from 'langium';
import type { Range } from 'vscode-languageserver-types';

/** A token in the tree: as much of Langium's leaf as tells where something stands. */
export class QuickLeaf {
  /** Where nothing assigns it, a keyword. */
  readonly grammarSource: GrammarAST.AbstractElement;
  /** What it is assigned to. */
  readonly property: string | undefined;
  private readonly token: IToken;

  constructor(token: IToken, grammarSource: GrammarAST.AbstractElement, property: string | undefined) {
    this.token = token;
    this.grammarSource = grammarSource;
    this.property = property;
  }

  get range(): Range {
    return between(this.token, this.token);
  }

  get offset(): number {
    return this.token.startOffset;
  }

  get end(): number {
    return endOf(this.token);
  }
}

/** What a rule has read: as much of Langium's composite as tells where something stands. */
export class QuickComposite {
  astNode: AstNode | undefined;
  /** What it is assigned to. */
  property: string | undefined;
  first: IToken | undefined;
  last: IToken | undefined;
  readonly content: (QuickLeaf | QuickComposite)[] = [];

  constructor(property: string | undefined, first?: IToken, last?: IToken) {
    this.property = property;
    this.first = first;
    this.last = last;
  }

  get range(): Range {
    return between(this.first, this.last);
  }

  get offset(): number {
    return this.first?.startOffset ?? 0;
  }

  get end(): number {
    return this.last ? endOf(this.last) : 0;
  }
}

const endOf = ({ startOffset, endOffset }: IToken): number => (endOffset ?? startOffset) + 1;

/** From 0, and where nothing was read, the beginning. */
function between(first: IToken | undefined, last: IToken | undefined): Range {
  return {
    start: { line: (first?.startLine ?? 1) - 1, character: (first?.startColumn ?? 1) - 1 },
    end: { line: (last?.endLine ?? 1) - 1, character: last?.endColumn ?? 0 },
  };
}
