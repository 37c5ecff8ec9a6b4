import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tunedPolicies } from '../../../../runtime/src/config/tuned.ts';
import { serviceDefinition } from '../definition/service.ts';
import { goldenModel, modelOf } from '../golden-fixture.ts';
import { configOf } from './config.ts';
import { durationText, policyNumbers } from './policies.ts';

const everything = `
  policy all {
    timeout 1500ms  deadline 90s
    retry { attempts 3  backoff 25ms..400ms  jitter full  on [unavailable]  budget 12.5% }
    breaker { failures 50%  of 20  within 10s  open 2min  probes 3  slow 80% over 0.5s }
    bulkhead { concurrent 64  queue 32 }
    limit { rate 100/min  burst 7 }
    hedge { after p95  extra 1 }
    cache { ttl 30s  stale 5min }
    balance p2c
    fallback stale
  }
  service a {
    http 80
    uses b with all
    uses pay with { timeout 2s }
    rpc A() { route POST /a  calls b.Get, pay.Pay  limit { rate 5/s }  shed { lag 200ms }  deadline 3s }
    on Happened as Note { calls b.Get with { hedge none } }
  }
  service b { grpc 90 rpc Get() { reads  cache { ttl 5s } } }
  external pay { url "https://pay.example"  rpc Pay() { route POST /pay } }
  event Happened { id: string = 1 }`;

test('the runtime takes the emitted numbers, and they are those that it has', async () => {
  const model = await modelOf([{ path: 'a.svc', text: everything }]);
  for (const each of [model, await goldenModel()]) {
    for (const service of each.services.filter(({ image }) => image === undefined)) {
      const definition = serviceDefinition(each, service);
      const faults: string[] = [];
      const policies = policyNumbers(each, service);
      const tuned = tunedPolicies(definition, { source: 'config.json', policies }, faults);
      assert.deepEqual(faults, []);
      for (const [handler, { calls, policy }] of tuned) {
        assert.equal(calls, handler.calls, `${handler.name}: nothing has changed`);
        assert.deepEqual(policy, handler.policy ?? {});
      }
    }
  }
});

test('every number of every part is there to be changed', async () => {
  const model = await modelOf([{ path: 'a.svc', text: everything }]);
  const [service] = model.services;
  assert.ok(service);
  const numbers = policyNumbers(model, service);
  assert.deepEqual(Object.keys(numbers), ['A', 'A -> b.Get', 'A -> pay.Pay', 'Note -> b.Get']);
  assert.deepEqual(numbers['A -> b.Get'], {
    timeout: '1500ms',
    deadline: '90s',
    retry: { attempts: 3, backoff: '25ms..400ms', budget: '12.5%' },
    breaker: {
      failures: '50%',
      of: 20,
      within: '10s',
      open: '2min',
      probes: 3,
      slow: { share: '80%', over: '500ms' },
    },
    bulkhead: { concurrent: 64, queue: 32 },
    limit: { rate: '1.6666666666666667/s', burst: 7 },
    hedge: { after: 'p95', extra: 1 },
    cache: { ttl: '30s', stale: '5min' },
  });
  assert.deepEqual(durationText(0.5), '0.5ms');
});

test('another number keeps the ConfigMap, which running pods watch; another part has one of its own', async () => {
  const nameOf = async (part: string) => {
    const text = `service a { http 80 rpc A() { ${part} } } `;
    const model = await modelOf([{ path: 'a.svc', text }]);
    return model.services.map((service) => configOf(model, service).name)[0];
  };
  const first = await nameOf('deadline 1s');
  assert.match(first ?? '', /^a-config-[0-9a-f]{8}$/);
  assert.equal(await nameOf('deadline 2s'), first);
  assert.notEqual(await nameOf('deadline 1s  limit { rate 5/s }'), first);
});
