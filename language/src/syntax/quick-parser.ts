import type { IToken } from 'chevrotain';
import {
  type AstNode,
  type AstReflection,
  GrammarAST,
  GrammarUtils,
  type LangiumCoreServices,
  ValueConverter,
} from 'langium';
import type { File } from '../grammar/generated/ast.ts';
import { type Choice, type Kinds, Lookahead } from './lookahead.ts';
import { QuickComposite, QuickLeaf } from './quick-cst.ts';

/** What is being parsed: how far it is, and the node at hand. */
interface Run {
  readonly tokens: readonly IToken[];
  readonly kinds: Kinds;
  at: number;
  node: Record<string, unknown>;
  /** None within a rule that gives a string: its place is that of the whole. */
  cst: QuickComposite | undefined;
  /** Of a rule that gives a string. */
  text: string;
}

type Element = GrammarAST.AbstractElement;

/** Takes what it describes, or says that it is not there. */
type Step = (run: Run) => boolean;

/** Gives a node, or a string for a rule that gives one; nothing where the text is something else. */
type RuleStep = (run: Run) => Record<string, unknown> | string | undefined;

/**
 * Parses sources without errors three times as fast as Langium's parser, the lexer's share included, from the same grammar and into the same tree: it
 * is that grammar compiled into functions, decides by three tokens at the most, and keeps only the places that are asked
 * for. Where a text is not what it expects it gives nothing, and Langium's parser reads it with all that recovery needs.
 */
export class QuickParser {
  private readonly services: LangiumCoreServices;
  private readonly reflection: AstReflection;
  private readonly lookahead: Lookahead;
  private readonly rules = new Map<GrammarAST.ParserRule, RuleStep>();
  private readonly defaults = new Map<string, (node: Record<string, unknown>) => void>();
  private readonly entry: RuleStep;

  constructor(services: LangiumCoreServices) {
    this.services = services;
    this.reflection = services.shared.AstReflection;
    this.lookahead = new Lookahead(services.parser.Lexer.definition);
    const entry = services.Grammar.rules.find((rule) => GrammarAST.isParserRule(rule) && rule.entry);
    this.entry = this.rule(entry as GrammarAST.ParserRule);
  }

  /** The tree of a text, or nothing where it is not certain that there is no error in it. */
  parse(text: string): File | undefined {
    const { tokens, errors } = this.services.parser.Lexer.tokenize(text);
    if (errors.length > 0) return undefined;
    const kinds = this.lookahead.kinds(tokens);
    const run: Run = { tokens, kinds, at: 0, node: {}, cst: undefined, text: '' };
    const file = this.entry(run);
    return run.at === tokens.length ? (file as unknown as File | undefined) : undefined;
  }

  // ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private rule(rule: GrammarAST.ParserRule): RuleStep {
    const known = this.rules.get(rule);
    if (known) return known;
    let made: RuleStep | undefined;
    // Rules lead back to themselves: what is asked for while it is being made is looked up when it runs.
    this.rules.set(rule, (run) => (made as RuleStep)(run));
    made = GrammarUtils.isDataTypeRule(rule) ? this.textRule(rule) : this.nodeRule(rule);
    this.rules.set(rule, made);
    return made;
  }

  private nodeRule(rule: GrammarAST.ParserRule): RuleStep {
    const body = this.step(rule.definition, []);
    const type = GrammarUtils.getTypeName(rule);
    return (run) => {
      const { node: outerNode, cst: outerCst, tokens, at } = run;
      const node: Record<string, unknown> = { $type: type };
      const cst = new QuickComposite(undefined, tokens[at]);
      run.node = node;
      run.cst = cst;
      const found = body(run);
      const made = run.node;
      run.node = outerNode;
      run.cst = outerCst;
      if (!found) return undefined;
      // A rule that only chooses between others gives what the other one gave.
      if (made !== node) return made;
      cst.last = run.at > at ? tokens[run.at - 1] : cst.first;
      cst.astNode = made as unknown as AstNode;
      made.$cstNode = cst;
      this.complete(type, made);
      return made;
    };
  }

  private textRule(rule: GrammarAST.ParserRule): RuleStep {
    const body = this.step(rule.definition, []);
    return (run) => {
      const { text: outerText, cst: outerCst } = run;
      run.text = '';
      run.cst = undefined;
      const found = body(run);
      const { text } = run;
      run.text = outerText;
      run.cst = outerCst;
      return found ? text : undefined;
    };
  }

  /** Lists that are empty and flags that are not set. */
  private complete(type: string, node: Record<string, unknown>): void {
    let fill = this.defaults.get(type);
    if (!fill) {
      const properties = Object.values(this.reflection.getTypeMetaData(type).properties);
      const defaults = properties.filter(({ defaultValue }) => defaultValue !== undefined);
      fill = (made) => {
        for (const { name, defaultValue } of defaults) {
          if (made[name] === undefined) made[name] = Array.isArray(defaultValue) ? [...defaultValue] : defaultValue;
        }
      };
      this.defaults.set(type, fill);
    }
    fill(node);
  }

  // ── elements ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param rest what may follow the element in its rule */
  private step(element: Element, rest: readonly Element[]): Step {
    const { cardinality } = element;
    if (cardinality === undefined) return this.once(element, rest);
    // What is repeated may be followed by itself.
    const behind = cardinality === '?' ? rest : [{ ...element, cardinality: '*' } as Element, ...rest];
    const once = this.once(element, behind);
    const enter = this.lookahead.entry(element, behind);
    switch (cardinality) {
      case '?':
        return (run) => !enter(run.kinds, run.at) || once(run);
      case '*':
        return (run) => {
          while (enter(run.kinds, run.at)) if (!once(run)) return false;
          return true;
        };
      case '+':
        return (run) => {
          do if (!once(run)) return false;
          while (enter(run.kinds, run.at));
          return true;
        };
    }
  }

  private once(element: Element, rest: readonly Element[]): Step {
    if (GrammarAST.isGroup(element)) {
      const { elements } = element;
      const steps = elements.map((inner, i) => this.step(inner, [...elements.slice(i + 1), ...rest]));
      return (run) => {
        for (const step of steps) if (!step(run)) return false;
        return true;
      };
    }
    if (GrammarAST.isAlternatives(element)) {
      const steps = element.elements.map((inner) => this.step(inner, rest));
      const choose = this.lookahead.choice(element.elements, rest);
      return (run) => chosen(steps, choose, run)?.(run) ?? false;
    }
    if (GrammarAST.isAssignment(element)) return this.assignment(element, rest);
    if (GrammarAST.isKeyword(element)) return this.keyword(element);
    if (GrammarAST.isRuleCall(element)) return this.ruleCall(element);
    throw new Error(`The quick parser has no step for ${element.$type}.`);
  }

  private keyword(element: GrammarAST.Keyword, property?: string): Step {
    const kind = this.lookahead.kind(element.value);
    // Of keywords that nothing assigns, only where a list ends and where a block begins is asked for.
    const isAskedFor = property !== undefined || element.value === ']' || element.value === '{';
    return (run) => {
      if (run.kinds[run.at] !== kind) return false;
      const token = run.tokens[run.at++] as IToken;
      if (!run.cst) run.text += token.image;
      else if (isAskedFor) run.cst.content.push(new QuickLeaf(token, element, property));
      return true;
    };
  }

  /** A rule called without an assignment: part of a string, or what is given instead of a node. */
  private ruleCall(element: GrammarAST.RuleCall): Step {
    const rule = element.rule.ref;
    if (GrammarAST.isTerminalRule(rule)) {
      const take = this.terminal(rule, element);
      return (run) => {
        const value = take(run);
        if (value === undefined) return false;
        run.text += value;
        return true;
      };
    }
    const inner = this.rule(rule as GrammarAST.ParserRule);
    return (run) => {
      const value = inner(run);
      if (value === undefined) return false;
      if (typeof value === 'string') run.text += value;
      else run.node = value;
      return true;
    };
  }

  private terminal(
    rule: GrammarAST.TerminalRule,
    source: Element,
    property?: string,
  ): (run: Run) => string | undefined {
    const accepted = this.lookahead.accepted(this.lookahead.kind(rule.name));
    // Only of strings is the value another than the text.
    const convert = rule.name === 'STRING' ? ValueConverter.convertString : (image: string) => image;
    return (run) => {
      if (!accepted.has(run.kinds[run.at] as number)) return undefined;
      const token = run.tokens[run.at++] as IToken;
      run.cst?.content.push(new QuickLeaf(token, source, property));
      return convert(token.image);
    };
  }

  private assignment({ feature, operator, terminal }: GrammarAST.Assignment, rest: readonly Element[]): Step {
    const value = this.value(terminal, rest, feature);
    const isReference = GrammarAST.isCrossReference(terminal);
    return (run) => {
      const given = value(run);
      if (given === undefined) return false;
      const { node } = run;
      const made = isReference ? { $refText: given } : given;
      if (typeof given === 'object') (given as Record<string, unknown>).$container = node;
      if (operator === '?=') node[feature] = true;
      else if (operator === '=') node[feature] = made;
      else if (Array.isArray(node[feature])) node[feature].push(made);
      else node[feature] = [made];
      return true;
    };
  }

  /** What an assignment assigns. */
  private value(
    terminal: Element,
    rest: readonly Element[],
    property: string,
  ): (run: Run) => Record<string, unknown> | string | undefined {
    if (GrammarAST.isKeyword(terminal)) {
      const take = this.keyword(terminal, property);
      return (run) => (take(run) ? terminal.value : undefined);
    }
    if (GrammarAST.isCrossReference(terminal)) return this.value(terminal.terminal as Element, rest, property);
    if (GrammarAST.isAlternatives(terminal)) {
      const values = terminal.elements.map((inner) => this.value(inner, rest, property));
      const choose = this.lookahead.choice(terminal.elements, rest);
      return (run) => chosen(values, choose, run)?.(run);
    }
    if (!GrammarAST.isRuleCall(terminal)) throw new Error(`The quick parser cannot assign ${terminal.$type}.`);
    const rule = terminal.rule.ref;
    if (GrammarAST.isTerminalRule(rule)) return this.terminal(rule, terminal, property);
    const inner = this.rule(rule as GrammarAST.ParserRule);
    return (run) => {
      const start = run.at;
      const made = inner(run);
      if (typeof made === 'object') {
        const cst = made.$cstNode as QuickComposite;
        // Of a rule that only chose between others, the assignment is this one.
        cst.property = property;
        run.cst?.content.push(cst);
      } else if (made !== undefined) {
        run.cst?.content.push(new QuickComposite(property, run.tokens[start], run.tokens[run.at - 1]));
      }
      return made;
    };
  }
}

function chosen<T>(all: readonly T[], choose: Choice, { kinds, at }: Run): T | undefined {
  return all[choose(kinds, at)];
}
