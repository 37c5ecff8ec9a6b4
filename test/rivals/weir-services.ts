import { runSystem, type ServiceDefinition, serve } from '@weir/runtime';
import type { Payments } from './library.ts';
import { later } from './time.ts';

const NOTE = 'rivals.Note';
const base: Omit<ServiceDefinition, 'name' | 'operations' | 'clients'> = {
  package: 'rivals',
  version: '1.0.0',
  http: { port: 0 },
  types: { [NOTE]: { fields: { text: { number: 1, type: 'string' } } } },
  consumers: {},
  events: {},
  resources: {},
  auth: {},
  config: {},
  health: { live: '/healthz', ready: { path: '/readyz', needs: [], timeout: 1000 } },
  drain: 1000,
  discovery: 'static',
};

const contract = (name: string) => ({
  name,
  kind: 'write' as const,
  request: NOTE,
  response: NOTE,
  routes: [{ method: 'POST' as const, path: `/v1/${name.toLowerCase()}` }],
  errors: {},
});
const operation = { policy: {}, calls: {}, publishes: [] };

const quiet = { env: { WEIR_LOG_LEVEL: 'silent' }, host: '127.0.0.1', signals: false } as const;

function post(
  port: number | undefined,
  path: string,
  text: string,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ text }),
  });
}

/** Two services, each behind HTTP. */
export async function chain(deadline: number, takes: number, other: () => void): Promise<void> {
  const answer = contract('Answer');
  const front: ServiceDefinition = {
    ...base,
    name: 'front',
    operations: { ask: { ...contract('Ask'), ...operation, calls: { back: { answer: {} } } } },
    clients: { back: { name: 'back', http: { port: 1 }, operations: { answer } } },
  };
  const back: ServiceDefinition = {
    ...base,
    name: 'back',
    operations: { answer: { ...answer, ...operation } },
    clients: {},
  };
  const done = Promise.withResolvers<void>();
  const handlers = {
    async ask(note: object, { back: callee }: { back: { answer(note: object): Promise<object> } }) {
      await later(takes, undefined);
      await callee.answer(note).then(
        () => done.resolve(),
        () => done.resolve(),
      );
      return note;
    },
  };
  const answers = {
    answer(note: object) {
      other();
      return note;
    },
  };
  const services = [
    { definition: front, handlers },
    { definition: back, handlers: answers },
  ];
  const system = await runSystem({ services }, { ...quiet, ports: 'free' });
  const { ports } = system.services.find(({ definition }) => definition.name === 'front')!;
  await post(ports.http, '/v1/ask', 'x', { 'x-request-timeout-ms': String(deadline) });
  await done.promise;
  await system.stop();
}

export async function pay(work: (text: string) => Promise<string>): Promise<Payments> {
  const definition: ServiceDefinition = {
    ...base,
    name: 'payments',
    operations: { pay: { ...contract('Pay'), ...operation, idempotency: { header: 'Idempotency-Key' } } },
    clients: {},
  };
  const handlers = { pay: async ({ text }: { text: string }) => ({ text: await work(text) }) };
  const service = await serve(definition, handlers, { ...quiet, ports: { http: 0 } });
  return {
    async send(text, key) {
      const response = await post(service.ports.http, '/v1/pay', text, { 'idempotency-key': key });
      const body = (await response.json()) as { text?: string };
      return { status: response.status, text: body.text };
    },
    close: () => service.stop(),
  };
}
