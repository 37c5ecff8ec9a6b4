import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { type ServiceDefinition, serve } from '@weir/runtime';

/** The definition that `weir build` has written for `target.svc`, and timeouts of the HTTP server. */
const [, , path = '', timeouts = '{}'] = process.argv;
const { target } = (await import(pathToFileURL(path).href)) as { target: ServiceDefinition };

const filler = 'x'.repeat(1024);
let items = 0;

const handlers = {
  get: ({ id }: { id: number }) => ({ text: `note ${id}` }),
  put: ({ text }: { text: string }) => ({ text }),
  large: ({ kilobytes }: { kilobytes: number }) => ({ text: filler.repeat(kilobytes) }),
  async *watch() {
    for (;;) {
      items += 1;
      yield { number: items, filler };
    }
  },
};

const { ports } = await serve(target, handlers, {
  host: '127.0.0.1',
  ports: { http: 0, grpc: 0 },
  env: { WEIR_LOG_LEVEL: 'silent' },
  timeouts: JSON.parse(timeouts),
});
console.log(`listening ${JSON.stringify(ports)}`);

// Each line on the standard input asks how it goes.
let asked = 0;
createInterface(process.stdin).on('line', () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const connections = process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
  asked += 1;
  console.log(`state ${asked} ${JSON.stringify({ held: heapUsed + external, rss, items, connections })}`);
});
