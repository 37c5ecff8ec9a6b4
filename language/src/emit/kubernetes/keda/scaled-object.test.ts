import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf, options } from '../../golden-fixture.ts';
import { objectsOf } from '../objects.ts';
import { assertValid } from '../schema-fixture.ts';

async function objectsFrom(text: string) {
  const objects = objectsOf(await modelOf([{ path: 'a.svc', text }]), options);
  for (const object of objects) assertValid(object);
  return (kind: string) => objects.filter((object) => object.kind === kind) as { readonly spec?: unknown }[];
}

interface Scaled {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly fallback?: object;
  readonly triggers: readonly { readonly type: string; readonly metadata: Readonly<Record<string, string>> }[];
}

async function scaledBy(text: string): Promise<Scaled> {
  const of = await objectsFrom(text);
  assert.deepEqual(of('HorizontalPodAutoscaler'), []);
  const [found, ...others] = of('ScaledObject');
  assert.ok(found && others.length === 0);
  return found.spec as Scaled;
}

const keda = 'system s { autoscaler keda  monitoring prometheus }';

test('one ScaledObject, and no other autoscaler', async () => {
  const scaled = await scaledBy(
    `${keda} service a { http 80 deploy { replicas 2..9 scale { cpu 60% memory 80.4% rate 90/min } } }`,
  );
  assert.deepEqual([scaled.minReplicaCount, scaled.maxReplicaCount], [2, 9]);
  assert.deepEqual(
    scaled.triggers.map(({ type, metadata }) => [type, metadata.value ?? metadata.threshold]),
    [
      ['cpu', '60'],
      ['memory', '80'],
      ['prometheus', '1.5'],
    ],
  );
  assert.equal(scaled.triggers[2]?.metadata.query, 'sum(rate(weir_requests_total{service="a"}[2m]))');
});

test('a range of replicas alone is scaled by cpu, and has nobody else to ask', async () => {
  const scaled = await scaledBy(`${keda} service a { http 80 deploy { replicas 2..9 } }`);
  assert.deepEqual(
    scaled.triggers.map(({ metadata }) => metadata),
    [{ value: '70' }],
  );
  assert.equal(scaled.fallback, undefined);
});

test('requests are counted in the namespace that the system names', async () => {
  const scaled = await scaledBy(
    'system s { autoscaler keda monitoring prometheus namespace "n" } service a { http 80 deploy { replicas 2..9 scale { rate 5/s } } }',
  );
  assert.match(scaled.triggers[0]?.metadata.query ?? '', /\{namespace="n",service="a"\}/);
});

test('lag is asked of the broker, one queue for each group', async () => {
  const text = (broker: string) => `
    package p
    ${keda}
    resource q ${broker}
    event E on q { id: uuid = 1 }
    service a { http 80 on E as One { group "g.one" } on E as Two { group "two" } deploy { replicas 2..9 scale { lag E 50 } } }`;
  const metadata = async (broker: string) => (await scaledBy(text(broker))).triggers.map((trigger) => trigger.metadata);
  assert.deepEqual(await metadata('nats'), [
    { account: '$G', stream: 'p-E', consumer: 'g-one', lagThreshold: '50' },
    { account: '$G', stream: 'p-E', consumer: 'two', lagThreshold: '50' },
  ]);
  assert.deepEqual((await metadata('kafka'))[0], {
    bootstrapServersFromEnv: 'WEIR_Q_URL',
    consumerGroup: 'g.one',
    topic: 'p.E',
    lagThreshold: '50',
  });
  assert.deepEqual((await metadata('rabbitmq'))[1], { queueName: 'two.p.E', mode: 'QueueLength', value: '50' });
  const secrets = async (broker: string) =>
    (await objectsFrom(text(broker)))('TriggerAuthentication').map(({ spec }) => spec);
  assert.deepEqual(await secrets('nats'), [
    {
      secretTargetRef: [{ parameter: 'natsServerMonitoringEndpoint', name: 'q-connection', key: 'monitoring' }],
    },
  ]);
  assert.deepEqual(await secrets('rabbitmq'), [
    { secretTargetRef: [{ parameter: 'host', name: 'q-connection', key: 'url' }] },
  ]);
  assert.deepEqual(await secrets('kafka'), []);
});

test('what Argo Rollouts runs is scaled as a Rollout', async () => {
  const text = 'service a { http 80 deploy { replicas 2..9 rollout canary { steps [50%] } } }';
  for (const [system, kind] of [
    ['system s { rollouts argo autoscaler keda }', 'ScaledObject'],
    ['system s { rollouts argo }', 'HorizontalPodAutoscaler'],
  ]) {
    const [found] = (await objectsFrom(`${system} ${text}`))(kind ?? '');
    const spec = found?.spec as { readonly scaleTargetRef: { readonly kind: string } } | undefined;
    assert.equal(spec?.scaleTargetRef.kind, 'Rollout');
  }
});
