/**
 * Widths of Helvetica in thousandths of an em (Adobe's font metrics), which Arial and Liberation Sans share and from which
 * the other fonts of the system stack differ by a few percent.
 */
const widths: ReadonlyMap<string, number> = new Map(
  Object.entries({
    191: "'",
    222: 'ijl',
    260: '|',
    278: ' !,./:;I[\\]ft·',
    333: '()-`r{}',
    355: '"',
    389: '*',
    500: 'Jcksvxyz',
    556: '#$0123456789?L_abdeghnopqu–',
    584: '+<=>~×≤^',
    611: 'FTZ',
    667: '&ABEKPSVXY',
    722: 'CDHNRUw',
    778: 'GOQ',
    833: 'Mm',
    889: '%',
    944: 'W',
    1000: '…→',
    1015: '@',
  }).flatMap(([width, letters]) => [...letters].map((letter) => [letter, Number(width)] as const)),
);

/** Room for fonts that run wider than Helvetica. */
const allowance = 1.07;
const boldness = 1.07;

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** In ASCII each letter stands alone, and need not be looked for. */
const plain = /^[ -~]*$/;
const graphemes = (text: string): string[] =>
  plain.test(text) ? text.split('') : Array.from(segments.segment(text), ({ segment }) => segment);
const fullWidth =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** About how wide a text is, in pixels; on the wide side. */
export function textWidth(text: string, size: number, weight: 'normal' | 'bold' = 'normal'): number {
  const em = graphemes(text).reduce((sum, letter) => sum + letterWidth(letter), 0) / 1000;
  return em * size * allowance * (weight === 'bold' ? boldness : 1);
}

function letterWidth(letter: string): number {
  return widths.get(letter) ?? (fullWidth.test(letter) ? 1050 : 640);
}

/** The text, or as much of it as fits with `…` behind. Never splits a letter from its accents. */
export function fitted(text: string, room: number, size: number, weight: 'normal' | 'bold' = 'normal'): string {
  if (textWidth(text, size, weight) <= room) return text;
  const letters = graphemes(text);
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size, weight) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}
