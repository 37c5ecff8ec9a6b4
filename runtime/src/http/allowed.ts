/** For requests that no route takes: which methods their path would take. */

import type { FastifyRequest } from 'fastify';
import type { RouteDefinition } from '../definition.ts';
import type { RoutePath } from './path.ts';
import { pathOf } from './problem-reply.ts';

export interface KnownRoute {
  readonly route: RouteDefinition;
  readonly path: RoutePath;
  /** Whether a GET brings a HEAD along. */
  readonly head: boolean;
}

/** The methods for `Allow`, sorted; none when no route has the path. */
export function allowedMethods(routes: readonly KnownRoute[], request: FastifyRequest): string[] {
  const path = pathOf(request);
  const methods = routes
    .filter((each) => each.path.expression.test(path))
    .flatMap(({ route, head }) => (head && route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  return [...new Set(methods)].sort();
}
