/** What each scalar holds, and what it is elsewhere. */
export const scalarDocs: Readonly<Record<string, string>> = {
  bool: '`true` or `false`.',
  int32: 'An integer of 32 bits: a number in TypeScript and JSON.',
  int64: 'An integer of 64 bits: a `bigint` in TypeScript, a string in JSON.',
  uint32: 'An integer of 32 bits that is not negative: a number in TypeScript and JSON.',
  uint64: 'An integer of 64 bits that is not negative: a `bigint` in TypeScript, a string in JSON.',
  float: 'A floating-point number of 32 bits.',
  double: 'A floating-point number of 64 bits.',
  string: 'Text.',
  bytes: 'Any bytes: a `Uint8Array` in TypeScript, base64 in JSON.',
  uuid: 'A universally unique identifier: a string everywhere, checked at every boundary.',
  timestamp: 'A moment: a `Date` in TypeScript, RFC 3339 in JSON.',
  duration: 'A span of time.',
  decimal: 'A decimal number of any precision: a string everywhere, so that no digit is lost.',
  json: 'Any JSON value.',
};
