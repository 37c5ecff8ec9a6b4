import type { CallEdge } from '../../model/call-graph.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model, Place } from '../../model/model.ts';

/** Where the caller's service names what an edge calls: an `@allow` there speaks of the edge. */
export const usesOf = (model: Model, { from, item }: CallEdge): Place[] =>
  (indexOf(model).services.get(from.declaration.service)?.uses ?? [])
    .filter(({ target }) => target.id !== undefined && target.id === item.service)
    .map(({ target }) => target.at);
