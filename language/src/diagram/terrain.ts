import type { Box } from './geometry.ts';
import type { DiagramGroup } from './graph.ts';
import { groupTitleSize } from './measures.ts';

/** What edges run through: they go round obstacles, and rather not through frames that are none of theirs. */
export interface Terrain {
  /** By id of the node or group that stands there. */
  readonly obstacles: ReadonlyMap<string, Box>;
  readonly frames: ReadonlyMap<string, Box>;
}

export interface Framed {
  readonly group: DiagramGroup;
  readonly frame: Box;
}

/**
 * @param slots what edges keep clear of, by id of the node that stands there
 * @param groups by id
 */
export function terrainOf(slots: ReadonlyMap<string, Box>, groups: ReadonlyMap<string, Framed>): Terrain {
  const titles = [...groups].map(([id, { group, frame }]) => [`title of ${id}`, titleOf(group, frame)] as const);
  return {
    obstacles: new Map([...slots, ...titles]),
    frames: new Map([...groups].map(([id, { frame }]) => [id, frame])),
  };
}

/** The title of a context stands at its top, that of a broker's lane at its left end. */
export function titleOf(group: DiagramGroup, box: Box): Box {
  const { width, height } = groupTitleSize(group);
  return { x: box.x, y: box.y, width, height: group.kind === 'broker' ? box.height : height };
}
