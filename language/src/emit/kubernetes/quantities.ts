/** Millicores as Kubernetes writes them: `250m`, `1`. */
export const cpuQuantity = (millicores: number): string =>
  millicores % 1000 === 0 ? `${millicores / 1000}` : `${Math.ceil(millicores)}m`;

const units = [
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
] as const;

/** Bytes in the largest binary unit that loses nothing: `256Mi`. */
export function bytesQuantity(bytes: number): string {
  const unit = units.find(([, size]) => bytes % size === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : `${Math.ceil(bytes)}`;
}

/** Milliseconds as whole seconds, at least one: what probes and grace periods take. */
export const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** What a quantity of Kubernetes amounts to, or undefined when it is none. */
export function quantityValue(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text);
  const factor = suffixes[match?.[2] ?? ''];
  return match && factor !== undefined ? Number(match[1]) * factor : undefined;
}
