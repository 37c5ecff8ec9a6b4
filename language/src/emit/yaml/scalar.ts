/** Words that some YAML reader takes for a boolean or null. YAML 1.1 has `y` and `on`, and most readers mind no case. */
const words = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** An exponent without a number before it, which some reader of YAML 1.1 takes for no number at all: NaN. */
const exponent = /^e[-+]?[0-9_]+$/i;

/** Letters or a path first, and only characters that begin, end or separate nothing in YAML. A colon only inside a word. */
const name = /^(?:\.{1,2}\/)*[A-Za-z_/](?:[A-Za-z0-9_./@+*?=,%()~-]|:(?=[A-Za-z0-9/])| (?=[A-Za-z0-9/(]))*$/;

/** `250m`, `512Mi`, `25%`: digits that no reader takes for a number, because of what follows them. */
const quantity = /^[0-9]+(?:\.[0-9]+)?(?:m|Ki|Mi|Gi|Ti|%)$/;

/** Whether a string can stand without quotes and be a string for every reader of YAML 1.1 or 1.2. */
export function isPlain(text: string): boolean {
  return (name.test(text) && !words.test(text) && !exponent.test(text)) || quantity.test(text);
}

/** Text of several lines that `|` can hold as it is: printable, no blank at either end of it or before a line's end. */
export function isLiteral(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?(?:\n+[ ]*[!-~](?:[ -~]*[!-~])?)*\n?$/.test(text) && text.trimEnd().includes('\n');
}

/** A string in quotes: single ones where they spare escapes, else double ones, with escapes that JSON has too. */
export function quoted(text: string): string {
  if (/^[ -~]+$/.test(text) && /["\\]/.test(text) && !text.includes("'")) return `'${text}'`;
  return JSON.stringify(text).replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Line breaks of YAML 1.1, the byte order mark, and what no YAML may hold unescaped.
const unsafe = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
