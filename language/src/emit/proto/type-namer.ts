import type { ProtoFile, ProtoTypeName } from './document.ts';

/** How a type is written; `hidden` are names that stand nearer than it, as a service's methods do. */
export type TypeNamer = (type: ProtoTypeName, hidden?: readonly string[]) => string;

/**
 * Writes types as short as protobuf's scoping lets: a name is looked up from the innermost package outwards by its first
 * part, so in `acme.google.ads` the name `google.protobuf.Empty` would mean `acme.google.protobuf.Empty`; a leading dot mends that.
 */
export function typeNamer(file: ProtoFile, packages: readonly string[]): TypeNamer {
  const inner = new Set([file.package, ...packages].flatMap((name) => name.split('.').slice(1)));
  return (type, hidden = []) => {
    if (type.package === undefined) return type.name;
    if (type.package === file.package && !hidden.includes(type.name)) return type.name;
    const full = `${type.package}.${type.name}`;
    const first = full.slice(0, full.indexOf('.'));
    return inner.has(first) ? `.${full}` : full;
  };
}
