import type { FormatToken } from './tokens.ts';

/** A line to print: its tokens, how deep it stands, and whether it goes on what the line above began. */
export interface Line {
  readonly tokens: readonly FormatToken[];
  readonly depth: number;
  readonly continues: boolean;
  /** An empty line stands above. */
  readonly apart: boolean;
  /** The line ends inside what it began: a block that opens here and closes below, or a list that goes on. */
  readonly open: boolean;
}

const opens = new Set(['{', '(', '[']);
const closes = new Set(['}', ')', ']']);

/**
 * Tokens as lines. Lines stay where the author broke them, but a block that is broken anywhere has its braces at the
 * ends of lines, and what begins after a closed block begins a line.
 */
export function layOut(tokens: readonly FormatToken[]): Line[] {
  const broken = brokenBlocks(tokens);
  const lines: Line[] = [];
  const stack: { readonly broken: boolean }[] = [];
  let current: FormatToken[] = [];
  let start = { depth: 0, continues: false, apart: false };

  const flush = (): void => {
    if (current.length > 0) lines.push({ ...start, tokens: current, open: depthOf(current) > 0 });
    current = [];
  };
  tokens.forEach((token, i) => {
    const previous = tokens[i - 1];
    const closing = closes.has(token.text) && token.kind === 'symbol';
    const inBroken = stack.at(-1)?.broken ?? true;
    if (i > 0 && breaksBefore(token, previous as FormatToken, closing, inBroken)) {
      flush();
      const firstInBlock = opens.has((previous as FormatToken).text) && previous?.kind === 'symbol';
      start = {
        depth: stack.filter((block) => block.broken).length - (closing && inBroken && stack.length > 0 ? 1 : 0),
        continues: !closing && token.kind !== 'comment' && token.begins === undefined && !firstInBlock,
        apart: token.breaks > 1 && !firstInBlock && !closing,
      };
    }
    current.push(token);
    if (token.kind !== 'symbol') return;
    if (opens.has(token.text)) stack.push({ broken: broken.has(i) });
    else if (closing) stack.pop();
  });
  flush();
  return lines;
}

function breaksBefore(token: FormatToken, previous: FormatToken, closing: boolean, inBroken: boolean): boolean {
  if (previous.kind === 'comment' && previous.text.startsWith('//')) return true;
  if (token.kind === 'comment') return token.breaks > 0;
  if (opens.has(token.text) && token.kind === 'symbol') return false;
  if (previous.kind === 'symbol' && (opens.has(previous.text) || closing)) return inBroken && !token.ofImport;
  if (closing) return inBroken && !token.ofImport;
  return token.breaks > 0;
}

/** The indices of brackets whose content the author broke into lines. */
function brokenBlocks(tokens: readonly FormatToken[]): ReadonlySet<number> {
  const broken = new Set<number>();
  const stack: number[] = [];
  tokens.forEach((token, i) => {
    const lineBreak =
      i > 0 && (token.breaks > 0 || (tokens[i - 1]?.kind === 'comment' && tokens[i - 1]?.text.startsWith('//')));
    const opening = token.kind === 'symbol' && opens.has(token.text);
    // A bracket that was moved down to a line of its own does not break what is around it.
    if (lineBreak && !opening) for (const open of stack) broken.add(open);
    if (token.kind !== 'symbol') return;
    if (opening) stack.push(i);
    else if (closes.has(token.text)) stack.pop();
  });
  return broken;
}

function depthOf(tokens: readonly FormatToken[]): number {
  let depth = 0;
  for (const token of tokens) {
    if (token.kind !== 'symbol') continue;
    if (opens.has(token.text)) depth++;
    else if (closes.has(token.text)) depth--;
  }
  return depth;
}
