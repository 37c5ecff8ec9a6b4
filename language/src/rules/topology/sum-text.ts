/** So many terms are named. */
const termsNamed = 5;

/** `a + b + c`; of many terms the first ones. */
export function sumText(terms: readonly string[], sign = ' + '): string {
  if (terms.length <= termsNamed) return terms.join(sign);
  return [...terms.slice(0, termsNamed - 1), `${terms.length - termsNamed + 1} more`].join(sign);
}
