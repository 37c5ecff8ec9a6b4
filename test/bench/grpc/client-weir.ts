import { readFileSync } from 'node:fs';
import { type ServiceDefinition, serve } from '@weir/runtime';
import { drive } from './drive.ts';
import { request } from './request.ts';

/** The definition that the compiler has made of `quotes.svc`, and which of its operations calls. */
const [, , address = '', file = '', operation = ''] = process.argv;
const { caller } = JSON.parse(readFileSync(file, 'utf8')) as { caller: ServiceDefinition };
const lent = Promise.withResolvers<() => Promise<unknown>>();

interface Clients {
  readonly quotes: { price(asked: object): Promise<unknown> };
}

/** Runs for ever, so that its clients may be used as long as the benchmark likes. */
const handler = (_asked: object, { quotes }: Clients) => {
  lent.resolve(() => quotes.price(request));
  return new Promise(() => {});
};
const running = await serve(
  caller,
  { bare: handler, guarded: handler },
  {
    ports: { http: 0 },
    host: '127.0.0.1',
    signals: false,
    env: { ...process.env, WEIR_QUOTES_GRPC: address },
  },
);
void fetch(`http://127.0.0.1:${running.ports.http}/v1/${operation}`, { method: 'POST' }).catch(() => {});
const call = await lent.promise;
await call();
drive(call);
