import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf, options } from '../../golden-fixture.ts';
import type { CustomKind, CustomObject } from '../custom-object.ts';
import { objectsOf } from '../objects.ts';
import { assertValid } from '../schema-fixture.ts';

/** The specification of an object that a text comes to. */
async function specOf<T>(text: string, kind: CustomKind, name: string): Promise<T | undefined> {
  const objects = objectsOf(await modelOf([{ path: 'a.svc', text }]), options);
  for (const object of objects) assertValid(object);
  const found = objects.find((object) => object.kind === kind && object.metadata?.name === name);
  return (found as CustomObject | undefined)?.spec as T | undefined;
}

interface Authorization {
  readonly rules?: readonly {
    readonly from?: readonly { readonly source: { readonly serviceAccounts: readonly string[] } }[];
    readonly to: readonly { readonly operation: { readonly ports: readonly string[] } }[];
  }[];
}

test('declared callers get in, on the ports that they call, and nobody else', async () => {
  const text = `
    system s { mesh istio }
    service a { http 80 uses b with { timeout 1s } rpc A() { route GET /a calls b.B } }
    service b { http 81 grpc 91 rpc B() { route GET /b } }
    service c { image "x/c:1" uses b }
    gateway g { host "g.example" serves b }`;
  const b = await specOf<Authorization>(text, 'AuthorizationPolicy', 'b');
  const ways = b?.rules?.map(({ from, to }) => [
    from?.flatMap(({ source }) => source.serviceAccounts),
    to.flatMap(({ operation }) => operation.ports),
  ]);
  assert.deepEqual(ways, [
    [['a'], ['91']],
    [['c'], ['91', '81']],
    [['g-istio'], ['81']],
    [undefined, ['9464']],
  ]);
  // What nobody calls, and what has no metrics of ours, lets nobody in.
  assert.deepEqual((await specOf<Authorization>(text, 'AuthorizationPolicy', 'c'))?.rules, undefined);
  assert.equal(await specOf(text, 'PeerAuthentication', 'b'), undefined);
});

test('accounts come in sixteens', async () => {
  const callers = Array.from({ length: 20 }, (_, i) => `service c${i} { image "x/c:1" uses b }`).join('\n');
  const text = `system s { mesh istio } service b { http 81 rpc B() { route GET /b } } ${callers}`;
  const b = await specOf<Authorization>(text, 'AuthorizationPolicy', 'b');
  assert.deepEqual(
    b?.rules?.[0]?.from?.map(({ source }) => source.serviceAccounts.length),
    [16, 4],
  );
});

test('the proxy of software written elsewhere holds what a destination may be given', async () => {
  const text = (caller: string) => `
    system s { mesh istio }
    service a { ${caller} http 80
      uses b with { timeout 1s  balance round-robin  bulkhead { concurrent 8 }  retry { attempts 2  budget 10% } }
      ${caller === '' ? 'rpc A() { route GET /a calls b.B }' : ''} }
    service b { http 81 rpc B() { route GET /b } }`;
  assert.deepEqual(await specOf(text('image "x/a:1"'), 'DestinationRule', 'a-to-b'), {
    host: 'b',
    workloadSelector: { matchLabels: { 'app.kubernetes.io/name': 'a', 'app.kubernetes.io/instance': 's' } },
    trafficPolicy: {
      connectionPool: { http: { http2MaxRequests: 8, http1MaxPendingRequests: 1 } },
      loadBalancer: { simple: 'ROUND_ROBIN' },
      retryBudget: { percent: 10, minRetryConcurrency: 3 },
    },
  });
  assert.equal(await specOf(text(''), 'DestinationRule', 'a-to-b'), undefined);
});
