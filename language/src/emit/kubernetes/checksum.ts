/** The offset basis, and of the prime, 2^40 + 435, what is not a shift: in halves, since numbers have 53 bits. */
const offset = { high: 0xcbf29ce4, low: 0x84222325 } as const;
const factor = 435;

/** FNV-1a of the text's UTF-8, 64 bits as hexadecimal (RFC 9923): tells versions of one file apart, and keeps no secret. */
export function checksum(text: string): string {
  let { high, low }: { high: number; low: number } = offset;
  for (const byte of new TextEncoder().encode(text)) {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * factor;
    low = product >>> 0;
    high = (high * factor + Math.floor(product / 2 ** 32) + ((mixed << 8) >>> 0)) % 2 ** 32;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}
