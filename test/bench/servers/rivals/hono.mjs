import { serve } from '@hono/node-server';
import { zValidator } from '@hono/zod-validator';
import { Hono } from 'hono';
import { z } from 'zod';
import { price } from '../price.ts';
import { report } from '../report.ts';

// As https://hono.dev/docs/guides/validation advises: Zod.
const item = z.strictObject({ sku: z.string().min(1).max(20), quantity: z.int().min(1).max(99) });
const body = z.strictObject({ items: z.array(item).min(1).max(100) });
const app = new Hono();
app.post('/v1/quotes', zValidator('json', body), (c) => c.json(price(c.req.valid('json').items)));
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => report(port));
