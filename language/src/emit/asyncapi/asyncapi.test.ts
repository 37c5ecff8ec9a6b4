import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Parser } from '@asyncapi/parser';
import { parse } from 'yaml';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { asyncApiEmitter } from './index.ts';

const emit = async (sources: Parameters<typeof modelOf>[0]) => asyncApiEmitter.emit(await modelOf(sources), options);

/** Events on each kind of broker, on none, under one name in two packages, and in what others run. */
const many = [
  {
    path: 'a.svc',
    text: `package acme.a
      resource queue rabbitmq { version 4.1  port 5673 }
      resource log kafka { version 4.0 }
      resource bus nats { version 2.10 }
      enum Colour { red = 0, blue = 1 }
      message Part { colour: Colour = 1, size: int64 = 2 where 1..9, inner: Part? = 3 }
      /// What happens.
      event Happened on log key id { id: int64 = 1, parts: Part[] = 2, one: Part = 3 }
      @deprecated("use Happened")
      event Gone on queue { at: timestamp = 1, oneof why { text: string = 2, code: int32 = 3 } }
      event Local key name { name: string = 1 where matches "^[a-z]{2,4}$", share: double = 2 }
      service first {
        grpc 9000
        rpc Do() { publishes Happened via outbox  publishes Gone }
        rpc Redo() { publishes Happened }
        on Happened as Take { group "those-who-take"  attempts 1 }
        on Gone as Forget { dead-letter  concurrent 3 }
        on Local as Stay { publishes Local }
      }
      external outside { url "https://outside.example"  publishes Gone }`,
  },
  {
    path: 'b.svc',
    text: `package acme.b
      import acme.a.{bus}
      event Happened on bus key id { id: uuid = 1 }
      service second { grpc 9001  on Happened as Take { }  rpc Do() { publishes Happened } }`,
  },
];

test('the document of a small system is as committed', async () => {
  assertGolden(asyncApiEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const text = async (sources: Parameters<typeof emit>[0]) =>
    [...(await emit(sources))].map(([path, output]) => [path, output.text]);
  for (const sources of [goldenSources(), many]) assert.deepEqual(await text(shuffled(sources)), await text(sources));
});

test("AsyncAPI's own parser finds nothing, and reads what services send and take", async () => {
  const shop = join(import.meta.dirname, '../../../../examples/shop/generated/asyncapi/shop.yaml');
  const emitted = [...(await emit(goldenSources())), ...(await emit(many))].map(([path, { text }]) => ({ path, text }));
  for (const { path, text } of [...emitted, { path: shop, text: readFileSync(shop, 'utf8') }]) {
    const { diagnostics } = await new Parser().parse(text);
    assert.deepEqual(
      diagnostics.map(({ code, message, path: at }) => `${code}: ${message} at ${at.join('/')}`),
      [],
      path,
    );
  }
  const [text] = [...(await emit(many)).values()].map((output) => output.text);
  const { document } = await new Parser().parse(text ?? '');
  const done = document
    ?.operations()
    .all()
    .map((operation) => `${operation.id()} ${operation.action()} ${operation.channels().all()[0]?.address()}`);
  assert.deepEqual(done, [
    'firstForget receive acme.a.Gone',
    'firstSendsGone send acme.a.Gone',
    'firstSendsHappened send acme.a.Happened',
    'firstSendsLocal send acme.a.Local',
    'firstStay receive acme.a.Local',
    'firstTake receive acme.a.Happened',
    'outsideSendsGone send acme.a.Gone',
    'secondSendsHappened send acme.b.Happened',
    'secondTake receive acme.b.Happened',
  ]);
});

test('each protocol says in its own words where an event is, who shares it, and what orders it', async () => {
  const [output] = [...(await emit(many)).values()];
  const { servers, channels, operations, components } = parse(output?.text ?? '');
  const hosts = Object.values<{ host: string; protocol: string }>(servers);
  assert.deepEqual(
    hosts.map(({ host, protocol }) => `${protocol}://${host}`),
    ['nats://bus:4222', 'kafka://log:9092', 'amqp://queue:5673'],
  );
  const { acmeAHappened, gone, local } = channels;
  assert.deepEqual(acmeAHappened.servers, [{ $ref: '#/servers/log' }]);
  assert.equal(acmeAHappened.bindings.kafka.topic, 'acme.a.Happened');
  assert.equal(gone.bindings.amqp.exchange.name, 'acme.a.Gone');
  assert.deepEqual([local.servers, local.bindings], [undefined, undefined]);
  assert.deepEqual(operations.firstTake.bindings.kafka.groupId, { type: 'string', enum: ['those-who-take'] });
  assert.equal(operations.secondTake.bindings.nats.queue, 'second');
  assert.deepEqual(components.messages.acmeAHappened.bindings.kafka.key.format, 'int64');
});

test('without events there is nothing to write', async () => {
  assert.equal((await emit([{ path: 'a.svc', text: 'service a { http 80 }' }])).size, 0);
});
