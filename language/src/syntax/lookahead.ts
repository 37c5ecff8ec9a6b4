import type { IToken, TokenType, TokenTypeDictionary } from 'chevrotain';
import { GrammarAST } from 'langium';

/** Does it begin here? Asked with the kinds of all tokens, and where one stands. */
export type Entry = (kinds: Kinds, at: number) => boolean;
/** Which of several begins here: its index, or -1. */
export type Choice = (kinds: Kinds, at: number) => number;
/** The kind of each token of a text, with ends behind the last one. */
export type Kinds = Uint16Array;

/** Two tokens decide nearly always. Where they do not, more are looked at: an annotation may stand in front. */
const farther = [3, 12, 48, 192];
const end = 0;

type Element = GrammarAST.AbstractElement;
type Then = (at: number, left: number) => boolean;

/** Decides by the next tokens what stands in a text. What has been found out once is looked up. */
export class Lookahead {
  private readonly types: TokenTypeDictionary;
  private readonly kindOf = new Map<TokenType, number>();
  /** By kind: the kinds that also are of it. A keyword is a name where a name is expected. */
  private readonly members: ReadonlySet<number>[] = [];

  constructor(types: TokenTypeDictionary) {
    this.types = types;
    const all = Object.values(types);
    for (const [i, type] of all.entries()) this.kindOf.set(type, i + 1);
    for (const [i, type] of all.entries()) {
      const others = all.flatMap((other, j) =>
        other.CATEGORIES && [other.CATEGORIES].flat().includes(type) ? [j + 1] : [],
      );
      this.members[i + 1] = new Set([i + 1, ...others]);
    }
  }

  kinds(tokens: readonly IToken[]): Kinds {
    const kinds = new Uint16Array(tokens.length + 2);
    for (let i = 0; i < tokens.length; i++) kinds[i] = this.kindOf.get((tokens[i] as IToken).tokenType) ?? end;
    return kinds;
  }

  /** The kind of a keyword, or of a terminal. */
  kind(name: string): number {
    return this.kindOf.get(this.types[name] as TokenType) as number;
  }

  /** The kinds that will do where one is expected. */
  accepted(kind: number): ReadonlySet<number> {
    return this.members[kind] as ReadonlySet<number>;
  }

  /** @param rest what may follow the element in its rule */
  entry(element: Element, rest: readonly Element[]): Entry {
    return this.remembered((kinds, at) => this.begins(element, rest, kinds, at, 2) !== false);
  }

  choice(elements: readonly Element[], rest: readonly Element[]): Choice {
    const beginning = (among: readonly number[], kinds: Kinds, at: number, distance: number): readonly number[] => {
      const found: number[] = [];
      for (const i of among) {
        const begins = this.begins(elements[i] as Element, rest, kinds, at, distance);
        if (begins) found.push(i);
        // The end of the rule is reached: what stands behind it cannot speak against the first that fits.
        if (begins === 'whole' && found.length === 1) break;
      }
      return found;
    };
    const every = elements.map((_, i) => i);
    const byTwo = this.remembered((kinds, at) => beginning(every, kinds, at, 2));
    return (kinds, at) => {
      let left = byTwo(kinds, at);
      for (const distance of farther) {
        if (left.length < 2) break;
        left = beginning(left, kinds, at, distance);
      }
      // Of several that fit, the first one is meant: so it is with Langium's parser.
      return left[0] ?? -1;
    };
  }

  /** Remembers what two tokens mean. */
  private remembered<T>(find: (kinds: Kinds, at: number) => T): (kinds: Kinds, at: number) => T {
    const known = new Map<number, T>();
    const count = this.kindOf.size + 1;
    return (kinds, at) => {
      const key = (kinds[at] as number) * count + (kinds[at + 1] as number);
      let found = known.get(key);
      if (found === undefined) {
        found = find(kinds, at);
        known.set(key, found);
      }
      return found;
    };
  }

  /** Does it begin here, as far as the distance goes? And is it all there, with the rest of its rule? */
  private begins(
    element: Element,
    rest: readonly Element[],
    kinds: Kinds,
    at: number,
    distance: number,
  ): boolean | 'whole' {
    let isWhole = false;
    const begins = this.once(element, kinds, at, distance, (next, left) =>
      this.sequence(rest, 0, kinds, next, left, () => {
        isWhole = true;
        return true;
      }),
    );
    return begins && isWhole ? 'whole' : begins;
  }

  /** Can what is next be read as the element, and what follows it as what is to follow? */
  private any(element: Element, kinds: Kinds, at: number, left: number, then: Then): boolean {
    const { cardinality } = element;
    const isRepeated = cardinality === '*' || cardinality === '+';
    const again: Then = (next, rest) => then(next, rest) || (next > at && this.once(element, kinds, next, rest, again));
    if (this.once(element, kinds, at, left, isRepeated ? again : then)) return true;
    return (cardinality === '?' || cardinality === '*') && then(at, left);
  }

  private once(element: Element, kinds: Kinds, at: number, left: number, then: Then): boolean {
    if (left === 0) return true;
    switch (element.$type) {
      case 'Keyword':
        return this.token((element as GrammarAST.Keyword).value, kinds, at, left, then);
      case 'Assignment':
        return this.any((element as GrammarAST.Assignment).terminal, kinds, at, left, then);
      case 'CrossReference':
        return this.any((element as GrammarAST.CrossReference).terminal as Element, kinds, at, left, then);
      case 'Alternatives':
        return (element as GrammarAST.Alternatives).elements.some((inner) => this.any(inner, kinds, at, left, then));
      case 'Group':
        return this.sequence((element as GrammarAST.Group).elements, 0, kinds, at, left, then);
      case 'RuleCall': {
        const rule = (element as GrammarAST.RuleCall).rule.ref;
        if (GrammarAST.isTerminalRule(rule)) return this.token(rule.name, kinds, at, left, then);
        return this.any((rule as GrammarAST.ParserRule).definition, kinds, at, left, then);
      }
      default:
        throw new Error(`There is no looking ahead into ${element.$type}.`);
    }
  }

  private sequence(
    elements: readonly Element[],
    i: number,
    kinds: Kinds,
    at: number,
    left: number,
    then: Then,
  ): boolean {
    const element = elements[i];
    if (!element) return then(at, left);
    return this.any(element, kinds, at, left, (next, rest) => this.sequence(elements, i + 1, kinds, next, rest, then));
  }

  private token(name: string, kinds: Kinds, at: number, left: number, then: Then): boolean {
    return this.accepted(this.kind(name)).has(kinds[at] as number) && then(at + 1, left - 1);
  }
}
