import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type ServiceDefinition, serve } from '@weir/runtime';

/** The definition that `weir build` has written for `steady.svc`, how long it may drain (and a call take), and after how many calls to say so. */
const [, , path = '', drain = '', expected = ''] = process.argv;
const { steady } = (await import(pathToFileURL(path).href)) as { steady: ServiceDefinition };
const limit = Number(drain);
const finish = { ...steady.operations.finish!, policy: { deadline: limit } };
const definition = { ...steady, drain: limit, operations: { ...steady.operations, finish } };

const counts = { begun: 0, ended: 0 };
const stopping = new Promise((resolve) => process.once('SIGTERM', resolve));

function begin(): void {
  counts.begun += 1;
  if (counts.begun === Number(expected)) console.log('all are here');
}

const handlers = {
  async finish({ ms }: { ms: number }) {
    begin();
    await stopping;
    await wait(ms);
    counts.ended += 1;
    return { text: 'done' };
  },
  async *tell({ ms }: { ms: number }) {
    begin();
    yield { text: 'first' };
    await stopping;
    for (let i = 0; i < 5; i += 1) {
      await wait(ms / 5);
      yield { text: `item ${i}` };
    }
    counts.ended += 1;
  },
};

const { ports } = await serve(definition, handlers, {
  host: '127.0.0.1',
  ports: { http: 0, grpc: 0 },
  env: { WEIR_LOG_LEVEL: 'silent' },
});
console.log(`listening ${JSON.stringify(ports)}`);
process.once('exit', () => console.log(`counts ${JSON.stringify(counts)}`));
