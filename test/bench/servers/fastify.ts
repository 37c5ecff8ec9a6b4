import fastify from 'fastify';
import { price } from './price.ts';
import { report } from './report.ts';
import { answer, body } from './schemas.ts';

// As Fastify's own documents advise: a schema for the body and one for the answer.
const app = fastify();
app.post<{ Body: { items: { sku: string; quantity: number }[] } }>(
  '/v1/quotes',
  { schema: { body, response: { 200: answer } } },
  async (request) => price(request.body.items),
);
await app.listen({ port: 0, host: '127.0.0.1' });
report((app.server.address() as { port: number }).port);
