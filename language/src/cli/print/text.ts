import colours from 'picocolors';
import type { Place } from '../../model/model.ts';
import { type Diagnostic, type Severity, severities } from '../../rules/index.ts';
import { harmless, wrap } from './display.ts';
import { excerptOf } from './excerpt.ts';

export interface TextOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** How a file of the project is shown; as it is unless given. */
  readonly path?: (file: string) => string;
}

/** So many related places are shown with their lines; the others are counted. */
const mostRelated = 8;
/** Below this a line is not cut: nothing could be read. */
export const narrowest = 40;

/**
 * Findings for people to read: where, how bad and which rule, what is wrong, the line with the place under it, the
 * related places, and what would mend it; at the end how many there are. In the order given.
 *
 * @param sources the texts that the places stand in; without its source a finding has no lines
 */
export function printText(
  diagnostics: readonly Diagnostic[],
  sources: readonly { readonly path: string; readonly text: string }[],
  options: TextOptions,
): string {
  const printer = new Printer(sources, options);
  return [...diagnostics.map((diagnostic) => printer.finding(diagnostic)), printer.summary(diagnostics)].join('\n');
}

class Printer {
  private readonly texts: ReadonlyMap<string, string>;
  private readonly lines = new Map<string, readonly string[]>();
  private readonly paint: ReturnType<typeof colours.createColors>;
  private readonly width: number;
  private readonly path: (file: string) => string;

  constructor(sources: readonly { readonly path: string; readonly text: string }[], options: TextOptions) {
    this.texts = new Map(sources.map(({ path, text }) => [path, text]));
    this.paint = colours.createColors(options.colour);
    this.width = Math.max(narrowest, options.width);
    this.path = options.path ?? ((file) => file);
  }

  finding(diagnostic: Diagnostic): string {
    const { rule, severity, message, hint, at, related } = diagnostic;
    const shown = related.slice(0, mostRelated);
    const gutter = Math.max(...[at, ...shown.map((one) => one.at)].map(({ start }) => String(start.line).length));
    const loud = this.colourOf(severity);
    return [
      `${this.paint.bold(this.where(at))}: ${this.paint.bold(loud(severity))}: ${this.paint.bold(rule)}`,
      ...wrap(message, this.width - 2).map((line) => `  ${line}`),
      ...this.excerpt(at, gutter, '^', loud),
      ...shown.flatMap((one) => this.related(one.message, one.at, gutter)),
      ...(related.length > shown.length ? [`  … and ${related.length - shown.length} more places`] : []),
      ...(hint === undefined ? [] : this.hint(hint)),
      '',
    ].join('\n');
  }

  /** `2 errors and 1 warning in 3 files`. */
  summary(diagnostics: readonly Diagnostic[]): string {
    const counts = severities.flatMap((severity) => {
      const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
      return count === 0 ? [] : [this.colourOf(severity)(`${count} ${severity}${count === 1 ? '' : 's'}`)];
    });
    if (counts.length === 0) return `${this.paint.green('Nothing found.')}\n`;
    const files = new Set(diagnostics.map(({ at }) => at.file)).size;
    const last = counts.pop();
    const all = counts.length === 0 ? last : `${counts.join(', ')} and ${last}`;
    return `${all} in ${files} ${files === 1 ? 'file' : 'files'}\n`;
  }

  private related(message: string, at: Place, gutter: number): string[] {
    const head = `${this.where(at)}: `;
    const [first = '', ...rest] = wrap(message, this.width - 2 - head.length);
    const lines = [`  ${this.paint.dim(head)}${first}`, ...rest.map((line) => `    ${line}`)];
    return [...lines, ...this.excerpt(at, gutter, '-', this.paint.blue)];
  }

  private hint(hint: string): string[] {
    const [first = '', ...rest] = wrap(hint, this.width - 8);
    return [`  ${this.paint.cyan('hint')}: ${first}`, ...rest.map((line) => `        ${line}`)];
  }

  private excerpt(at: Place, gutter: number, mark: string, loud: (text: string) => string): string[] {
    const line = this.linesOf(at.file)?.[at.start.line - 1];
    if (line === undefined) return [];
    const { text, before, length, goesOn } = excerptOf(line, at, this.width - gutter - 5);
    const bar = this.paint.blue('|');
    const number = this.paint.blue(String(at.start.line).padStart(gutter));
    const marks = `${' '.repeat(before)}${loud(mark.repeat(length))}${goesOn ? loud(' …') : ''}`;
    return [`  ${number} ${bar} ${text}`.trimEnd(), `  ${' '.repeat(gutter)} ${bar} ${marks}`];
  }

  private linesOf(file: string): readonly string[] | undefined {
    const text = this.texts.get(file);
    if (text === undefined) return undefined;
    const known = this.lines.get(file) ?? text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
    this.lines.set(file, known);
    return known;
  }

  private where({ file, start }: Place): string {
    return `${harmless(this.path(file))}:${start.line}:${start.column}`;
  }

  private colourOf(severity: Severity): (text: string) => string {
    switch (severity) {
      case 'error':
        return this.paint.red;
      case 'warning':
        return this.paint.yellow;
      case 'hint':
        return this.paint.cyan;
    }
  }
}
