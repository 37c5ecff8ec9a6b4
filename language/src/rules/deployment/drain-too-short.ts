import { defaultDrain } from '../../model/deploy-defaults.ts';
import { serverPolicy } from '../../model/effective-policy.ts';
import type { Consumer, Model, Operation, Place, Service } from '../../model/model.ts';
import { isStreaming } from '../../model/streaming.ts';
import { addToBlock } from '../blocks.ts';
import { durationText, labelOf } from '../naming.ts';
import type { Finding, Report } from '../rule.ts';
import { variantsOf, whereOf } from './variants.ts';

interface Served {
  readonly by: Operation | Consumer;
  readonly ms: number;
  /** Where the deadline is given. */
  readonly at: Place;
}

export function drainTooShort(model: Model, report: Report<'drain-too-short'>): void {
  const longest = new Map(model.services.map((service) => [service, longestDeadline(model, service)]));
  for (const service of model.services) {
    const served = longest.get(service);
    // For an image of one's own, the grace period is as long as its deadlines unless something is said.
    if (service.image !== undefined || service.deploy?.drain || !served || served.ms <= defaultDrain) continue;
    const fixes = service.deploy ? addToBlock(model, service.deploy.at, `drain ${durationText(served.ms)}`) : [];
    report({ at: service.at, ...said(service, served, defaultDrain, { how: 'by default', where: '' }), fixes });
  }
  for (const variant of variantsOf(model)) {
    const { service, written } = variant;
    const served = longest.get(service);
    if (!written.drain || !served || served.ms <= written.drain.value) continue;
    const needed = durationText(served.ms);
    report({
      at: written.drain.at,
      ...said(service, served, written.drain.value, { how: 'by `drain`', where: whereOf(variant) }),
      fixes: [{ title: `Set \`drain\` to ${needed}`, edits: [{ at: written.drain.at, text: needed }] }],
    });
  }
}

function said(
  service: Service,
  served: Served,
  drain: number,
  words: { readonly how: string; readonly where: string },
): Pick<Finding<'drain-too-short'>, 'values' | 'related' | 'allowedAt'> {
  return {
    values: {
      ...words,
      service: service.name,
      served: labelOf(served.by),
      deadline: durationText(served.ms),
      drain: durationText(drain),
      short: durationText(served.ms - drain),
    },
    related: [{ message: `\`${labelOf(served.by)}\` has ${durationText(served.ms)} by this deadline`, at: served.at }],
    allowedAt: [served.by.at, service.at],
  };
}

/** Streams have no end that a drain could wait for: their clients are told to come again, and do so elsewhere. */
function longestDeadline(model: Model, service: Service): Served | undefined {
  let longest: Served | undefined;
  for (const operation of service.operations) {
    const deadline = serverPolicy(model, operation).deadline;
    if (!deadline || isStreaming(operation)) continue;
    if (longest && longest.ms >= deadline.value.ms) continue;
    longest = { by: operation, ms: deadline.value.ms, at: deadline.from.at };
  }
  for (const consumer of service.consumers) {
    const { deadline } = consumer.parts;
    if (!deadline || deadline.none || (longest && longest.ms >= deadline.value.ms)) continue;
    longest = { by: consumer, ms: deadline.value.ms, at: deadline.at };
  }
  return longest;
}
