import Ajv from 'ajv';
import express from 'express';
import { price } from '../price.ts';
import { report } from '../report.ts';
import { body } from '../schemas.ts';

// Express checks nothing itself: the same schema, compiled by Ajv as Fastify does it.
const isQuote = new Ajv({ coerceTypes: 'array', useDefaults: true, removeAdditional: true }).compile(body);
const app = express();
app.use(express.json());
app.post('/v1/quotes', (request, response) => {
  if (isQuote(request.body)) response.json(price(request.body.items));
  else response.status(400).json({ violations: isQuote.errors });
});
const server = app.listen(0, '127.0.0.1', () => report(server.address().port));
