import type { DiagramGraph } from './graph.ts';

/**
 * A hash of what matters to the layout of a graph: neither places in the source nor comments do. Two graphs with the same
 * key have the same layout, and a picture of the one serves for the other.
 */
export function layoutKey({ nodes, groups, edges }: DiagramGraph): string {
  return hash(
    JSON.stringify([
      nodes.map(({ id, kind, name, lines, badges, group, operations }) => [
        id,
        kind,
        name,
        lines,
        badges,
        group,
        operations,
      ]),
      groups.map(({ id, kind, name, subtitle }) => [id, kind, name, subtitle]),
      edges.map(({ id, kind, from, to, transport, label }) => [id, kind, from, to, transport, label]),
    ]),
  );
}

/** 53 bits of a text, as hexadecimal digits: `cyrb53` by bryc, two multiplicative hashes that are mixed in the end. */
function hash(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(16).padStart(14, '0');
}
