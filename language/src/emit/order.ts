/** Compares by code units: the same on every machine, which `localeCompare` is not. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By id, so that the order of files and declarations does not show in what is emitted. */
export const byId = (a: { readonly id: string }, b: { readonly id: string }): number => byText(a.id, b.id);
