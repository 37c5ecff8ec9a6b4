/** Who has which book, by ISBN, and when it is due. In memory: a `resource` would keep it. */
export const register = new Map<string, { readonly reader: string; readonly due: Date }>();
