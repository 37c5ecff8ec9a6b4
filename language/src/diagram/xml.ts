const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an XML document. What XML 1.0 cannot hold at all, such as control characters, becomes `\uFFFD`. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (letter) => entities[letter]!);
}

/** A number with at most one digit behind the point. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** Attributes in the order given, without those that are undefined. */
function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? short(value) : escaped(String(value))}"`)
    .join('');
}

/** An element; one without content closes itself. */
export function element(
  name: string,
  values: Readonly<Record<string, string | number | undefined>>,
  ...content: readonly string[]
): string {
  const inside = content.join('');
  return inside === '' ? `<${name}${attributes(values)}/>` : `<${name}${attributes(values)}>${inside}</${name}>`;
}
