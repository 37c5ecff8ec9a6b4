import { readFileSync } from 'node:fs';
import { type ServiceDefinition, serve } from '@weir/runtime';
import { price } from '../servers/price.ts';
import { report } from '../servers/report.ts';

/** The definition that the compiler has made of `quotes.svc`. */
const [, , file = ''] = process.argv;
const { quotes } = JSON.parse(readFileSync(file, 'utf8')) as { quotes: ServiceDefinition };
const handlers = { price: async ({ items }: { items: { quantity: number }[] }) => price(items) };
const running = await serve(quotes, handlers, { ports: { grpc: 0 }, host: '127.0.0.1', signals: false });
report(running.ports.grpc ?? 0);
