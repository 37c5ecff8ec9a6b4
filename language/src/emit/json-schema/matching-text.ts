/**
 * A short text that a regular expression matches, for examples; undefined where the expression says more than this knows
 * (lookarounds, back references, properties of Unicode). It is tried out before it is given.
 */
export function matchingText(pattern: string): string | undefined {
  try {
    const found = alternatives(new Cursor(pattern));
    return new RegExp(pattern, 'u').test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get next(): string | undefined {
    return this.#text[this.#at];
  }

  take(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw new Error('the expression ends too early');
    this.#at += 1;
    return char;
  }

  takeIf(start: string): boolean {
    const is = this.#text.startsWith(start, this.#at);
    if (is) this.#at += start.length;
    return is;
  }

  /** What an expression matches from here on. */
  match(expression: RegExp): RegExpExecArray | undefined {
    const found = expression.exec(this.#text.slice(this.#at));
    if (found?.index !== 0) return undefined;
    this.#at += found[0].length;
    return found;
  }
}

/** The first of several alternatives; the others are read over. */
function alternatives(cursor: Cursor): string {
  const first = sequence(cursor);
  while (cursor.takeIf('|')) sequence(cursor);
  return first;
}

function sequence(cursor: Cursor): string {
  let found = '';
  while (cursor.next !== undefined && cursor.next !== '|' && cursor.next !== ')') {
    if (cursor.takeIf('^') || cursor.takeIf('$')) continue;
    const one = atom(cursor);
    found += one.repeat(times(cursor));
  }
  return found;
}

function times(cursor: Cursor): number {
  const exact = cursor.match(/^\{(\d+)(,\d*)?\}\??/);
  if (exact) return Number(exact[1]);
  const mark = cursor.match(/^[*+?]\??/);
  if (mark === undefined) return 1;
  return mark[0].startsWith('?') ? 0 : mark[0].startsWith('*') ? 2 : 3;
}

function atom(cursor: Cursor): string {
  const char = cursor.take();
  switch (char) {
    case '(': {
      if (cursor.match(/^\?(?!:)/)) throw new Error('a lookaround or a name');
      cursor.takeIf('?:');
      const inner = alternatives(cursor);
      if (!cursor.takeIf(')')) throw new Error('an open group');
      return inner;
    }
    case '[':
      return oneOfClass(cursor);
    case '\\':
      return escaped(cursor.take());
    case '.':
      return 'a';
    default:
      return char;
  }
}

/** The first character of a class, or for `[^…]` one that stands nowhere in it. */
function oneOfClass(cursor: Cursor): string {
  const negated = cursor.takeIf('^');
  const inside = cursor.match(/^(?:\\.|[^\]\\])*/)?.[0] ?? '';
  if (!cursor.takeIf(']')) throw new Error('an open class');
  if (!negated) return inside.startsWith('\\') ? escaped(inside[1] ?? '') : (inside[0] ?? '');
  const expression = new RegExp(`[^${inside}]`, 'u');
  const found = [...'a1-A ._'].find((char) => expression.test(char));
  if (found === undefined) throw new Error('a class that leaves out much');
  return found;
}

function escaped(char: string): string {
  switch (char) {
    case 'd':
      return '1';
    case 'w':
      return 'a';
    case 's':
      return ' ';
    default:
      if (/[A-Za-z0-9]/.test(char)) throw new Error(`\\${char}`);
      return char;
  }
}
