import { eastAsianWidth } from 'get-east-asian-width';

/** A piece of a text as a terminal shows it. */
export interface Cell {
  readonly text: string;
  /** In columns of the terminal. */
  readonly width: number;
  /** Where it begins in the text, in UTF-16 units. */
  readonly offset: number;
}

const tabStop = 4;
/** Made when there is something to show: it reads tables for milliseconds. */
let graphemes: Intl.Segmenter | undefined;

/** The cells of a line: tabs become spaces, and what would steer the terminal or hide the order of the text becomes visible. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment, index } of graphemes.segment(line)) {
    const cell = cellOf(segment, index, column);
    column += cell.width;
    cells.push(cell);
  }
  return cells;
}

function cellOf(segment: string, offset: number, column: number): Cell {
  if (segment === '\t') {
    const width = tabStop - (column % tabStop);
    return { text: ' '.repeat(width), width, offset };
  }
  const text = harmless(segment);
  return { text, width: widthOf(text), offset };
}

/** Columns that a grapheme takes: emoji and East Asian wide characters take two, combining marks none of their own. */
function widthOf(grapheme: string): number {
  if (/\p{Emoji_Presentation}|\uFE0F/u.test(grapheme)) return 2;
  const first = grapheme.codePointAt(0) ?? 0;
  return /^\p{M}/u.test(grapheme) ? 0 : eastAsianWidth(first);
}

/**
 * Text without control characters, lone surrogates and characters that reorder what follows ("Trojan Source",
 * CVE-2021-42574): control pictures and U+FFFD stand for them.
 */
export function harmless(text: string): string {
  return text
    .replace(/\p{Cc}/gu, picture)
    .replace(/[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu, '\ufffd');
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
}

/** The text in lines of at most `width` columns, broken between words; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of harmless(paragraph).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && columnsOf(longer) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line];
  });
}

function columnsOf(text: string): number {
  return cellsOf(text).reduce((sum, { width }) => sum + width, 0);
}
