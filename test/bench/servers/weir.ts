import { pathToFileURL } from 'node:url';
import { serve } from '@weir/runtime';
import { price } from './price.ts';
import { report } from './report.ts';

/** The definition that `weir build` has written for `quote.svc`. */
const [, , definition = ''] = process.argv;
const { quotes } = await import(pathToFileURL(definition).href);
const handlers = { price: async ({ items }: { items: { quantity: number }[] }) => price(items) };
const running = await serve(quotes, handlers, { ports: { http: 0 }, host: '127.0.0.1', signals: false });
report(running.ports.http ?? 0);
