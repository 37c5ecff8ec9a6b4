import { indexOf } from '../../model/index-of.ts';
import type { Consumer, Model, Operation, Publishes, Ref, Service } from '../../model/model.ts';
import { behind, comparePlaces } from '../../model/place.ts';
import { resourceKind } from '../../model/resource-kind.ts';
import { addToBlock } from '../blocks.ts';
import { edgePlace, edgesOf, labelsOf, usesOf } from '../edges.ts';
import { callersOf } from '../model-parts.ts';
import { labelOf, lastOf } from '../naming.ts';
import type { Checks, Report } from '../rule.ts';
import { eventLoop } from './event-loop.ts';
import { flowsOf } from './flows.ts';

export const events = {
  'event-without-consumer': eventWithoutConsumer,
  'event-without-publisher': eventWithoutPublisher,
  'event-loop': eventLoop,
  'no-dead-letter': noDeadLetter,
  'redelivery-unsafe': redeliveryUnsafe,
  'dual-write': dualWrite,
} satisfies Partial<Checks>;

/** What could not be read or found may be the missing end of an event. */
const isWhole = ({ problems }: Model): boolean => problems.every(({ rule }) => rule === 'unit');

function eventWithoutConsumer(model: Model, report: Report<'event-without-consumer'>): void {
  if (!isWhole(model)) return;
  for (const { event, publishers, consumers } of flowsOf(model).values()) {
    if (publishers.length === 0 || consumers.length > 0) continue;
    report({
      at: event.at,
      values: { event: event.name, publishers: names(publishers.map(({ label }) => label)) },
      related: publishers.map(({ label, at }) => ({ message: `\`${label}\` publishes it`, at })),
      allowedAt: publishers.map(({ at }) => at),
    });
  }
}

function eventWithoutPublisher(model: Model, report: Report<'event-without-publisher'>): void {
  if (!isWhole(model)) return;
  for (const { event, publishers, consumers } of flowsOf(model).values()) {
    if (publishers.length > 0 || consumers.length === 0) continue;
    report({
      at: event.at,
      values: { event: event.name, consumers: names(consumers.map(labelOf)) },
      related: consumers.map((consumer) => ({
        message: `\`${labelOf(consumer)}\` consumes it`,
        at: consumer.event.at,
      })),
      allowedAt: consumers.map(({ event: ref }) => ref.at),
    });
  }
}

const names = (labels: readonly string[]): string[] => [...new Set(labels)];

function noDeadLetter(model: Model, report: Report<'no-dead-letter'>): void {
  for (const consumer of model.services.flatMap(({ consumers }) => consumers)) {
    if (consumer.deadLetterAt) continue;
    report({
      at: consumer.at,
      values: { consumer: labelOf(consumer), event: lastOf(consumer.event.name), attempts: consumer.attempts },
      fixes: addToBlock(model, consumer.extent, 'dead-letter'),
    });
  }
}

function redeliveryUnsafe(model: Model, report: Report<'redelivery-unsafe'>): void {
  for (const edge of edgesOf(model)) {
    const { from, to, item } = edge;
    if (from.kind !== 'consumer' || to.kind !== 'operation' || to.declaration.effect !== 'write') continue;
    const { event, attempts } = from.declaration;
    const labels = labelsOf(edge);
    report({
      at: edgePlace(item),
      values: { consumer: labels.from, event: lastOf(event.name), operation: labels.to, attempts },
      related: [{ message: `\`${labels.to}\` is neither \`reads\` nor \`idempotent\``, at: to.declaration.at }],
      allowedAt: [...usesOf(model, edge), to.declaration.at],
    });
  }
}

function dualWrite(model: Model, report: Report<'dual-write'>): void {
  for (const service of model.services) {
    const database = databaseOf(model, service);
    if (!database) continue;
    // What only reads has written nothing that its event could disagree with.
    for (const caller of callersOf(service).filter((one) => !('effect' in one && one.effect === 'reads'))) {
      for (const [first, ...others] of statementsBesideOutbox(caller)) {
        report({
          at: first.statement,
          values: {
            caller: labelOf(caller),
            events: [first, ...others].map(({ event }) => lastOf(event.name)),
            database: lastOf(database.name),
          },
          related: [{ message: `\`${service.name}\` keeps its data here`, at: database.at }],
          fixes: [{ title: 'Write `via outbox`', edits: [{ at: behind(first.statement), text: ' via outbox' }] }],
          allowedAt: [database.at],
        });
      }
    }
  }
}

/** The first database that a service uses, by its name in `uses`. */
function databaseOf(model: Model, { uses }: Service): Ref | undefined {
  const { resources } = indexOf(model);
  return uses.find(({ target }) => {
    const resource = resources.get(target.id ?? '');
    return resource !== undefined && resourceKind(resource.type.value) === 'database';
  })?.target;
}

/** What is published without the outbox, by statement. */
function statementsBesideOutbox({ publishes }: Operation | Consumer): [Publishes, ...Publishes[]][] {
  const statements: [Publishes, ...Publishes[]][] = [];
  for (const one of publishes.filter(({ outbox }) => !outbox)) {
    const last = statements.at(-1);
    if (last && comparePlaces(last[0].statement, one.statement) === 0) last.push(one);
    else statements.push([one]);
  }
  return statements;
}
