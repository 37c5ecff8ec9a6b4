import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callGraph } from '../model/call-graph.ts';
import type { Model } from '../model/model.ts';
import { readModel } from '../syntax/read.ts';
import { check } from './index.ts';

/** Services that each call the next one and the fifth after it: in a row that nothing is wrong with, or in a ring without policies. */
async function system(services: number, shape: 'row' | 'ring'): Promise<Model> {
  const called = (from: number): number[] =>
    [from + 1, from + 5].filter((to) => shape === 'ring' || to < services).map((to) => to % services);
  const texts = Array.from({ length: services }, (_, n) => {
    const uses = called(n).map((to) => `s${to}`);
    const calls = called(n).map((to) => `s${to}.Get${to}`);
    return `
      enum Status${n} { unknown = 0, open = 1 }
      message Thing${n} { id: uuid = 1  name: string = 2 where length 1..80  status: Status${n} = 3  tags: string[] = 4 }
      error Missing${n} 404 { id: uuid = 1 }
      service s${n} {
        grpc 9090
        ${uses.length > 0 ? `uses ${uses.join(', ')}${shape === 'row' ? ' with p' : ''}` : ''}
        rpc Get${n}(id: uuid = 1) -> Thing${n} throws Missing${n} {
          reads
          ${calls.length > 0 ? `calls ${calls.join(' & ')}` : ''}
        }
      }`;
  });
  return readModel([{ path: 'main.svc', text: `policy p { timeout 1s }\n${texts.join('\n')}` }]);
}

/** The model, and how often something of it has been looked at. */
function watched(model: Model): { readonly model: Model; looks(): number } {
  let looks = 0;
  const proxies = new WeakMap<object, object>();
  const watch = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value;
    let proxy = proxies.get(value);
    if (!proxy) {
      proxy = new Proxy(value, {
        get: (target, key, receiver) => {
          looks++;
          return watch(Reflect.get(target, key, receiver));
        },
      });
      proxies.set(value, proxy);
    }
    return proxy as T;
  };
  return { model: watch(model), looks: () => looks };
}

async function looksAt(services: number, shape: 'row' | 'ring'): Promise<number> {
  const { model, looks } = watched(await system(services, shape));
  check(model, { rules: { 'deep-chain': 'off' } });
  return looks();
}

for (const shape of ['row', 'ring'] as const) {
  test(`twice the services of a ${shape} are twice the work`, async () => {
    const [some, more] = [await looksAt(100, shape), await looksAt(200, shape)];
    assert.ok(more < 2.1 * some, `${some} looks at 100 services, ${more} at 200`);
  });
}

test('calls that name the same policies share what these come to', async () => {
  const { edges } = callGraph(await system(100, 'row'));
  assert.equal(edges.length, 194);
  assert.equal(new Set(edges.map(({ policy }) => policy)).size, 1);
});
