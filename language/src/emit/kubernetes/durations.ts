const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/**
 * Milliseconds as the Gateway API, Istio and Argo write durations: `1m30s`. Parts of a millisecond round up, so that what is to
 * wait never waits less; nothing is `0s`, which the Gateway API takes for no limit at all. https://gateway-api.sigs.k8s.io/geps/gep-2257/
 */
export function durationText(milliseconds: number): string {
  let rest = Math.ceil(milliseconds);
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** What a duration amounts to in milliseconds; undefined for what is none in any of these APIs. */
export function durationValue(text: string): number | undefined {
  if (!/^(?:\d{1,5}(?:h|m|s|ms))+$/.test(text)) return undefined;
  const sizes = new Map<string, number>(units);
  return [...text.matchAll(/(\d+)(h|ms|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (sizes.get(unit ?? '') ?? 0),
    0,
  );
}
