import type { PageData } from './data.ts';

/** The node or edge that a line of a source speaks of: an edge that is written there, else the last node that begins above. */
export function atPlace({ nodes, edges }: PageData, file: string, line: number): string | undefined {
  const call = edges.find(({ at, calls }) =>
    [at, ...calls.map((one) => one.at)].some((one) => one.file === file && one.line === line),
  );
  if (call) return call.id;
  const above = nodes.filter(({ at }) => at.file === file && at.line <= line);
  return above.reduce<(typeof above)[number] | undefined>(
    (last, node) => (last && last.at.line > node.at.line ? last : node),
    undefined,
  )?.id;
}
