const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

/** FNV-1a of the text's UTF-8, 64 bits as hexadecimal (RFC 9923): tells versions of one file apart, and keeps no secret. */
export function checksum(text: string): string {
  let hash = offset;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return hash.toString(16).padStart(16, '0');
}
