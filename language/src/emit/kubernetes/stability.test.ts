import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Model } from '../../model/model.ts';
import { goldenSources, modelOf, options } from '../golden-fixture.ts';
import { kubernetesEmitter } from './index.ts';
import { type KubernetesObject, objectsOf } from './objects.ts';
import { declarationsOf, environments, systems } from './systems-fixture.ts';

const texts = (model: Model) =>
  new Map([...kubernetesEmitter.emit(model, options)].map(([path, { text }]) => [path, text]));

/** The golden system with a text in place of another. */
const edited = (from: string | RegExp, to: string): Promise<Model> =>
  modelOf(
    goldenSources().map(({ path, text }) => ({
      path,
      text: path.endsWith('orders.svc') ? text.replace(from, to) : text,
    })),
  );

const edits: readonly [what: string, from: string | RegExp, to: string][] = [
  ['its version', 'version 1.4.0', 'version 1.5.0'],
  ['its docs', 'Takes orders and follows them', 'Keeps track of orders'],
  ['its owner', '"ordering-team"', '"basket-team"'],
  ['its configuration', 'default 50 hot', 'default 60 hot'],
  ['its deadline', 'deadline 3s', 'deadline 50s'],
  ['its resources', 'cpu 250m..1', 'cpu 300m..2'],
  ['its drain', 'drain 30s', 'drain 60s'],
  ['its health', 'timeout 2s }', 'timeout 3s }'],
  ['what it says of itself', '/// From the account', '/// Out of the account'],
];

for (const [what, from, to] of edits) {
  test(`a change of one service touches its own files: ${what}`, async () => {
    const before = texts(await edited('', ''));
    const after = texts(await edited(from, to));
    const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
    assert.ok(changed.length > 0);
    // The rules by which all are watched, and the list of all Secrets, are nobody's own.
    const own = /\/(?:orders(?:\.added)?\.yaml|prometheus-rules\.yaml|secrets\.md)$/;
    assert.deepEqual(
      changed.filter((path) => !own.test(path)),
      [],
    );
    assert.deepEqual([...after.keys()], [...before.keys()]);
  });
}

test('no byte hangs on the order of declarations', async () => {
  const shuffled = fc
    .tuple(systems, environments)
    .map(([system, environment]) => declarationsOf(system, environment(system)))
    .chain((declarations) =>
      fc.record({
        declarations: fc.constant(declarations),
        other: fc.shuffledSubarray([...declarations], { minLength: declarations.length }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ declarations, other }) => {
      const [before, after] = await Promise.all(
        [declarations, other].map(async (each) => texts(await modelOf([{ path: 'a.svc', text: each.join('\n\n') }]))),
      );
      assert.deepEqual([...(after ?? [])], [...(before ?? [])]);
    }),
    { numRuns: 25 },
  );
});

/** What a cluster refuses to change: a Deployment's selector, and which address a Service has. */
const immutable = (objects: readonly KubernetesObject[]) =>
  objects.flatMap((object) => {
    switch (object.kind) {
      case 'Deployment':
        return [[object.metadata?.name, object.spec?.selector]];
      case 'Service':
        return [[object.metadata?.name, object.spec?.clusterIP, object.spec?.selector]];
      case 'PodDisruptionBudget':
        return [[object.metadata?.name, object.spec?.selector]];
      default:
        return [];
    }
  });

test('versions, of services and of what they use, are in no selector', async () => {
  const before = immutable(objectsOf(await edited('', ''), options));
  assert.ok(before.length >= 8);
  const upgrades: readonly [string, string][] = [
    ['version 1.4.0', 'version 2.0.0-rc.1'],
    ['resource ordersDb postgres { version 16', 'resource ordersDb postgres { version 17'],
    ['nats { version 2.10 }', 'nats { version 2.11 }'],
    ['replicas 2..20', 'replicas 1'],
    ['"ordering-team"', '"basket-team"'],
  ];
  for (const [from, to] of upgrades) {
    assert.deepEqual(immutable(objectsOf(await edited(from, to), options)), before, to);
  }
});
