import type { PageData, PagePlace } from './data.ts';

interface Placed {
  readonly id: string;
  readonly at: PagePlace;
}

/** The node, group or edge that a line of a source speaks of: an edge that is written there, else the last that begins above. */
export function atPlace({ nodes, groups, edges }: PageData, { file, line }: PagePlace): string | undefined {
  const isHere = (at: PagePlace): boolean => at.file === file && at.line === line;
  const call = edges.find(({ at, calls }) => [at, ...calls.map((one) => one.at)].some(isHere));
  if (call) return call.id;
  const above = [...nodes, ...groups].filter(({ at }) => at.file === file && at.line <= line);
  return above.reduce<Placed | undefined>((last, one) => (last && last.at.line > one.at.line ? last : one), undefined)
    ?.id;
}
