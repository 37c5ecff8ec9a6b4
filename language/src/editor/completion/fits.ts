import type { LangiumServices } from 'langium/lsp';
import { fragmentOf } from '../../model/build.ts';
import { QuickParser } from '../../syntax/quick-parser.ts';
import { type Proposal, plainText } from './proposal.ts';
import { closersOf, type Spot } from './spot.ts';

/** Tells which proposals leave no error behind. */
export class Fitting {
  private readonly services: LangiumServices;
  private parser: QuickParser | undefined;

  constructor(services: LangiumServices) {
    this.services = services;
  }

  /**
   * Those that fit what stands before and behind them. Where the text behind is broken, so that nothing does, those that
   * fit what stands before; where that is broken too, nobody can say, and all are given.
   */
  of(spot: Spot, proposals: readonly Proposal[]): readonly Proposal[] {
    const isWhole = this.problems(wholeText(spot)) !== undefined;
    const whole = this.fewest(spot, proposals, ({ head, tail }, text) => `${head}${text}${tail}`, isWhole);
    if (whole.length > 0 || isWhole) return whole;
    const closers = closersOf(spot.tokens);
    const closed = this.fewest(spot, proposals, ({ head }, text) => `${head}${text} ${closers}`, false);
    return closed.length > 0 ? closed : proposals;
  }

  private fewest(
    spot: Spot,
    proposals: readonly Proposal[],
    textWith: (spot: Spot, text: string) => string,
    isWhole: boolean,
  ): readonly Proposal[] {
    const known = new Map<string, number | undefined>();
    const counts = proposals.map((proposal) => {
      const key = proposal.alike ?? proposal.label;
      if (!known.has(key)) known.set(key, this.problems(textWith(spot, plainText(proposal))));
      return known.get(key);
    });
    const before = isWhole ? this.problems(wholeText(spot)) : undefined;
    const least = Math.min(...[before, ...counts].filter((count) => count !== undefined));
    return proposals.filter((_, index) => counts[index] === least);
  }

  /** How much is wrong with a text that has no error of syntax. */
  private problems(text: string): number | undefined {
    this.parser ??= new QuickParser(this.services);
    const value = this.parser.parse(text);
    return value && fragmentOf('', text, { value, lexerErrors: [], parserErrors: [] }).problems.length;
  }
}

/** The text as it is. */
const wholeText = ({ head, tail, document, from, to }: Spot): string =>
  `${head}${document.textDocument.getText().slice(from, to)}${tail}`;
