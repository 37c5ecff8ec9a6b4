import colours from 'picocolors';
import type { Origin } from '../../model/effective-policy.ts';
import type { Place } from '../../model/model.ts';
import type { EdgeExplanation, ExplainedPart, Hop } from '../../rules/explain/edge.ts';
import { amplificationText, factsOf, sourceText } from '../../rules/explain/in-words.ts';
import { harmless, wrap } from './display.ts';
import { narrowest, type TextOptions } from './text.ts';

/** Edges for people: what is in force and from where, what it comes to, and what the rules have found. */
export function printEdges(edges: readonly EdgeExplanation[], options: TextOptions): string {
  const printer = new EdgePrinter(options);
  return `${edges.map((edge) => printer.edge(edge)).join('\n\n')}\n`;
}

/** A text, and where it comes from: beside it where both fit, else below. */
interface Sourced {
  readonly text: string;
  readonly source: string;
}

/** Of a longer path so many hops are shown at either end; JSON has all. */
const mostHops = 10;

/** The names of facts are shorter. */
const factColumn = 15;

class EdgePrinter {
  private readonly paint: ReturnType<typeof colours.createColors>;
  private readonly width: number;
  private readonly path: (file: string) => string;

  constructor({ colour, width, path = (file) => file }: TextOptions) {
    this.paint = colours.createColors(colour);
    this.width = Math.max(narrowest, width);
    this.path = path;
  }

  edge(edge: EdgeExplanation): string {
    const { from, to, at, policy, removed, guards } = edge;
    const taken = removed.flatMap(({ name, by, was }) => [
      { text: `${name} none`, source: this.source(by) },
      { text: `  takes away ${was.text}`, source: this.source(was.from) },
    ]);
    return [
      `${this.paint.bold(`${from.label} → ${to.label}`)}${this.written(edge)}  ${this.paint.dim(this.where(at))}`,
      ...this.section('Policy of the call', [...policy.map(this.part), ...taken]),
      ...this.section(`What guards ${to.label}`, guards.map(this.part)),
      '',
      ...factsOf(edge).flatMap(([name, text]) => this.fact(name, text)),
      ...this.amplification(edge),
      ...this.findings(edge),
    ].join('\n');
  }

  private readonly part = ({ text, from }: ExplainedPart): Sourced => ({ text, source: this.source(from) });

  /** What the item says beside the name. */
  private written({ times, optional }: EdgeExplanation): string {
    return `${times === 1 ? '' : ` * ${times}`}${optional ? ' ?' : ''}`;
  }

  private section(title: string, rows: readonly Sourced[]): string[] {
    const shown = rows.length === 0 ? ['  nothing'] : this.rows(rows);
    return ['', this.paint.bold(title), ...shown];
  }

  private rows(rows: readonly Sourced[]): string[] {
    const room = this.width - 4 - Math.max(...rows.map(({ source }) => source.length));
    const column = Math.max(0, ...rows.map(({ text }) => text.length).filter((length) => length <= room));
    return rows.flatMap(({ text, source }) => {
      const line = `  ${harmless(text)}`;
      if (text.length <= column) return [`${line.padEnd(column + 4)}${this.paint.dim(source)}`];
      return [line, `      ${this.paint.dim(source)}`];
    });
  }

  private fact(name: string, text: string): string[] {
    const [first = '', ...rest] = wrap(text, this.width - factColumn);
    return [
      `${this.paint.bold(name)}${' '.repeat(factColumn - name.length)}${first}`,
      ...rest.map((line) => `${' '.repeat(factColumn)}${line}`),
    ];
  }

  private amplification(edge: EdgeExplanation): string[] {
    const { product, hops } = edge.amplification;
    const words = amplificationText(edge);
    if (product === 1) return this.fact('Amplification', words);
    const omitted = hops.length - 2 * mostHops;
    const shown =
      omitted > 0
        ? [...this.hops(hops.slice(0, mostHops)), `  … ${omitted} more …`, ...this.hops(hops.slice(-mostHops))]
        : this.hops(hops);
    return [...this.fact('Amplification', words), ...shown];
  }

  private hops(hops: readonly Hop[]): string[] {
    return this.rows(
      hops.map(({ from, to, calls, at }) => ({
        text: `${from} → ${to}${calls === 1 ? '' : ` ×${calls}`}`,
        source: this.where(at),
      })),
    );
  }

  private findings({ findings }: EdgeExplanation): string[] {
    if (findings.length === 0) return this.fact('Findings', 'none');
    return [
      '',
      this.paint.bold('Findings'),
      ...findings.flatMap(({ rule, severity, message, at }) => [
        `  ${severity}: ${this.paint.bold(rule)}  ${this.paint.dim(this.where(at))}`,
        ...wrap(message, this.width - 4).map((line) => `    ${line}`),
      ]),
    ];
  }

  private source({ at, ...origin }: Origin): string {
    return `${sourceText(origin)}, ${this.where(at)}`;
  }

  private where({ file, start }: Place): string {
    return `${harmless(this.path(file))}:${start.line}:${start.column}`;
  }
}
