/** What `quote.svc` says, as JSON schemas. */
const item = {
  type: 'object',
  required: ['sku', 'quantity'],
  additionalProperties: false,
  properties: {
    sku: { type: 'string', minLength: 1, maxLength: 20 },
    quantity: { type: 'integer', minimum: 1, maximum: 99 },
  },
};

export const body = {
  type: 'object',
  required: ['items'],
  additionalProperties: false,
  properties: { items: { type: 'array', minItems: 1, maxItems: 100, items: item } },
};

export const answer = {
  type: 'object',
  required: ['items', 'cents'],
  properties: { items: { type: 'integer' }, cents: { type: 'integer' }, note: { type: 'string' } },
};
