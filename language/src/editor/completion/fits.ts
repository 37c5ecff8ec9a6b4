import type { LangiumServices } from 'langium/lsp';
import type { File } from '../../grammar/generated/ast.ts';
import { fragmentOf } from '../../model/build.ts';
import { QuickParser } from '../../syntax/quick-parser.ts';
import { type Proposal, plainText } from './proposal.ts';
import { closersOf, type Spot } from './spot.ts';

/** Who types in a large broken declaration is given what has not been looked at by then as well; milliseconds. */
const patience = 40;

/** Tells which proposals leave no error behind. */
export class Fitting {
  private readonly services: LangiumServices;
  private parser: QuickParser | undefined;

  constructor(services: LangiumServices) {
    this.services = services;
  }

  /**
   * Those that fit what stands before and behind them. Where the text is broken elsewhere, so that nothing does, those that
   * fit what stands before, or all where that is broken too, if they leave no more errors than there are.
   */
  of(spot: Spot, proposals: readonly Proposal[]): readonly Proposal[] {
    const isWhole = this.problems(wholeText(spot)) !== undefined;
    const whole = this.fewest(spot, proposals, ({ head, tail }, text) => `${head}${text}${tail}`, isWhole);
    if (whole.length > 0 || isWhole) return whole;
    const closers = closersOf(spot.tokens);
    const closed = this.fewest(spot, proposals, ({ head }, text) => `${head}${text} ${closers}`, false);
    return this.noWorse(spot, closed.length > 0 ? closed : proposals);
  }

  /** Those that add no error to a broken text, as far as there is time to look. */
  private noWorse(spot: Spot, proposals: readonly Proposal[]): readonly Proposal[] {
    const until = performance.now() + patience;
    const before = this.errors(wholeText(spot));
    const known = new Map<string, boolean>();
    return proposals.filter((proposal) => {
      const key = proposal.alike ?? proposal.label;
      const isKnown = known.get(key);
      if (isKnown !== undefined || performance.now() > until) return isKnown ?? true;
      const fits = this.errors(`${spot.head}${plainText(proposal)}${spot.tail}`) <= before;
      known.set(key, fits);
      return fits;
    });
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

  /** How much is wrong with a text, as the parser that recovers finds. */
  private errors(text: string): number {
    return fragmentOf('', text, this.services.parser.LangiumParser.parse<File>(text)).problems.length;
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
