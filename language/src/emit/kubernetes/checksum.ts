/** The offset basis in pieces of 16 bits, the lowest first: products of pieces fit the integers of 32 bits that are fast. */
const offset = [0x2325, 0x8422, 0x9ce4, 0xcbf2] as const;
/** Of the prime, 2^40 + 435, what is not a shift. */
const factor = 435;

/** FNV-1a of the text's UTF-8, 64 bits as hexadecimal (RFC 9923): tells versions of one file apart, and keeps no secret. */
export function checksum(text: string): string {
  let [a, b, c, d]: [number, number, number, number] = [...offset];
  for (const byte of new TextEncoder().encode(text)) {
    const mixed = a ^ byte;
    const first = mixed * factor;
    const second = b * factor + (first >>> 16);
    const third = c * factor + (mixed << 8) + (second >>> 16);
    const fourth = d * factor + (b << 8) + (third >>> 16);
    a = first & 0xffff;
    b = second & 0xffff;
    c = third & 0xffff;
    d = fourth & 0xffff;
  }
  return [d, c, b, a].map((piece) => piece.toString(16).padStart(4, '0')).join('');
}
