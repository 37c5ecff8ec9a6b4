import type { IToken } from 'chevrotain';
import type { AstNode, GrammarAST } from 'langium';
import type { Range } from 'vscode-languageserver-types';

type Source = GrammarAST.AbstractElement | undefined;

/** A token in the tree: as much of Langium's leaf as tells where something stands. */
export class QuickLeaf {
  readonly grammarSource: Source;
  private readonly token: IToken;

  constructor(token: IToken, grammarSource: Source) {
    this.token = token;
    this.grammarSource = grammarSource;
  }

  get range(): Range {
    return between(this.token, this.token);
  }
}

/** What a rule has read: as much of Langium's composite as tells where something stands. */
export class QuickComposite {
  grammarSource: Source;
  astNode: AstNode | undefined;
  first: IToken | undefined;
  last: IToken | undefined;
  readonly content: (QuickLeaf | QuickComposite)[] = [];

  constructor(grammarSource: Source, first?: IToken, last?: IToken) {
    this.grammarSource = grammarSource;
    this.first = first;
    this.last = last;
  }

  get range(): Range {
    return between(this.first, this.last);
  }
}

/** From 0, and where nothing was read, the beginning. */
function between(first: IToken | undefined, last: IToken | undefined): Range {
  return {
    start: { line: (first?.startLine ?? 1) - 1, character: (first?.startColumn ?? 1) - 1 },
    end: { line: (last?.endLine ?? 1) - 1, character: last?.endColumn ?? 0 },
  };
}
