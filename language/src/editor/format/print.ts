import type { Line } from './layout.ts';
import type { FormatToken } from './tokens.ts';

const indentation = '  ';

interface Printed {
  readonly indent: string;
  readonly continues: boolean;
  readonly cells: readonly string[];
  readonly comment: string;
  readonly apart: boolean;
  /** Lines are aligned with neighbours of one key; nothing where a line stands for itself. */
  readonly key: string | undefined;
}

/** Lines as text, with one line break at the end; nothing for no lines. */
export function print(lines: readonly Line[]): string {
  const printed = lines.map(toPrinted);
  const aligned = alignComments(alignCells(printed), printed);
  return aligned.map((text, i) => `${printed[i]?.apart ? '\n' : ''}${text}\n`).join('');
}

function toPrinted(line: Line): Printed {
  const last = line.tokens.at(-1) as FormatToken;
  const trailing = last.kind === 'comment' && line.tokens.length > 1 ? last : undefined;
  const tokens = trailing ? line.tokens.slice(0, -1) : line.tokens;
  const begins = tokens[0]?.begins;
  const cells = begins && !line.continues && !line.open ? cellsOf(tokens, begins.cells) : [joined(tokens)];
  return {
    indent: indentation.repeat(line.depth),
    continues: line.continues,
    cells,
    comment: trailing?.text ?? '',
    apart: line.apart,
    key:
      begins && begins.cells.length > 0 && !line.continues && !line.open ? keyOf(begins.type, line.depth) : undefined,
  };
}

/** Members of a block are aligned together; whole declarations only with their own kind. */
function keyOf(type: string, depth: number): string {
  return depth === 0 ? type : 'member';
}

function cellsOf(tokens: readonly FormatToken[], widths: readonly number[]): string[] {
  const cells: string[] = [];
  let from = 0;
  for (const width of widths) {
    if (from + width >= tokens.length) break;
    cells.push(joined(tokens.slice(from, from + width)));
    from += width;
  }
  cells.push(joined(tokens.slice(from)));
  return cells;
}

function joined(tokens: readonly FormatToken[]): string {
  return tokens.map((token, i) => (i === 0 ? '' : ' '.repeat(space(tokens, i))) + token.text).join('');
}

/** How many spaces stand before a token of a line. */
function space(tokens: readonly FormatToken[], i: number): number {
  const previous = tokens[i - 1] as FormatToken;
  const token = tokens[i] as FormatToken;
  if (previous.kind === 'comment' || token.kind === 'comment') return 1;
  if (previous.ofImport && previous.text === '{') return 0;
  if (token.ofImport) return 0;
  if (token.kind === 'symbol') {
    switch (token.text) {
      case ',':
      case ':':
      case '?':
      case '(':
      case ')':
      case ']':
      case '.':
      case '..':
      case '<':
      case '>':
        return 0;
      case '[':
        return tokens[i + 1]?.text === ']' && isType(tokens, i) ? 0 : 1;
      case '}':
        return previous.text === '{' ? 0 : 1;
      default:
        break;
    }
  }
  if (previous.kind === 'symbol' && ['(', '[', '.', '..', '<', '@'].includes(previous.text)) return 0;
  if (token.begins && previous.text !== ',' && previous.text !== '{') return 2;
  return 1;
}

/** `T[]` is a type, `[]` after a word such as `steps` an empty list: a type stands after `:`, `(`, `->`, `=` or `<`. */
function isType(tokens: readonly FormatToken[], bracket: number): boolean {
  let i = bracket - 1;
  if (tokens[i]?.text === '>') return true;
  while (tokens[i - 1]?.text === '.') i -= 2;
  return [':', '(', '->', '=', '<', ',', 'stream'].includes(tokens[i - 1]?.text ?? '');
}

/** Pads the cells of neighbouring lines that are laid out alike; lines that go on stand below the last cell. */
function alignCells(lines: readonly Printed[]): string[] {
  const texts: string[] = [];
  let from = 0;
  while (from < lines.length) {
    let to = from + 1;
    while (to < lines.length && belongs(lines, from, to)) to++;
    texts.push(...alignRun(lines.slice(from, to)));
    from = to;
  }
  return texts;
}

function belongs(lines: readonly Printed[], from: number, to: number): boolean {
  const first = lines[from] as Printed;
  const line = lines[to] as Printed;
  if (line.continues) return true;
  return !line.apart && first.key !== undefined && line.key === first.key && line.indent === first.indent;
}

function alignRun(run: readonly Printed[]): string[] {
  const widths: number[] = [];
  for (const line of run) {
    if (line.continues) continue;
    line.cells.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  let hanging = 0;
  return run.map((line) => {
    if (line.continues) return line.indent + ' '.repeat(hanging) + line.cells.join(' ');
    const padded = line.cells.map((cell, i) => (i < line.cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell));
    hanging = line.cells.length > 1 ? padded.slice(0, -1).join(' ').length + 1 : 2 * indentation.length;
    return line.indent + padded.join(' ');
  });
}

/** Puts the comments at the ends of neighbouring lines below each other. */
function alignComments(texts: readonly string[], lines: readonly Printed[]): string[] {
  const result = [...texts];
  let from = 0;
  while (from < lines.length) {
    let to = from + 1;
    if (lines[from]?.comment !== '') {
      while (
        to < lines.length &&
        lines[to]?.comment !== '' &&
        !lines[to]?.apart &&
        lines[to]?.indent === lines[from]?.indent
      )
        to++;
      const width = Math.max(...texts.slice(from, to).map((text) => text.length));
      for (let i = from; i < to; i++) result[i] = `${(texts[i] as string).padEnd(width)}  ${lines[i]?.comment}`;
    }
    from = to;
  }
  return result;
}
