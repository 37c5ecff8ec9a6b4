import fastify from 'fastify';
import { price } from './price.ts';
import { report } from './report.ts';

// As Fastify's own documents advise: a schema for the body and one for the answer.
const item = {
  type: 'object',
  required: ['sku', 'quantity'],
  additionalProperties: false,
  properties: {
    sku: { type: 'string', minLength: 1, maxLength: 20 },
    quantity: { type: 'integer', minimum: 1, maximum: 99 },
  },
};
const body = {
  type: 'object',
  required: ['items'],
  additionalProperties: false,
  properties: { items: { type: 'array', minItems: 1, maxItems: 100, items: item } },
};
const answer = {
  type: 'object',
  required: ['items', 'cents'],
  properties: { items: { type: 'integer' }, cents: { type: 'integer' }, note: { type: 'string' } },
};

const app = fastify();
app.post<{ Body: { items: { sku: string; quantity: number }[] } }>(
  '/v1/quotes',
  { schema: { body, response: { 200: answer } } },
  async (request) => price(request.body.items),
);
await app.listen({ port: 0, host: '127.0.0.1' });
report((app.server.address() as { port: number }).port);
