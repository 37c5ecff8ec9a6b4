/** What operators ask a service: its metrics, whether it lives, whether it is ready. */

import type { FastifyInstance } from 'fastify';
import type { ServiceDefinition } from '../definition.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Readiness } from '../server/readiness.ts';

export interface AdminRoutes {
  readonly health: ServiceDefinition['health'];
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/** Adds `/metrics` and the probes of `health`. */
export function addAdminRoutes(app: FastifyInstance, { health, metrics, readiness }: AdminRoutes): void {
  app.get('/metrics', async (request, reply) => {
    const { contentType, text } = await metrics.exposition(request.headers.accept);
    return reply.header('vary', 'accept').type(contentType).send(text);
  });
  app.get(health.live, async () => ({ status: 'live' }));
  app.get(health.ready.path, async (_request, reply) => {
    const report = await readiness.check();
    return reply.code(report.status === 'ready' ? 200 : 503).send(report);
  });
}
