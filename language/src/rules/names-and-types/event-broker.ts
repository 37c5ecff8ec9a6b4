import { indexOf } from '../../model/index-of.ts';
import type { Model, Resource } from '../../model/model.ts';
import { resourceKind } from '../../model/resource-kind.ts';
import type { Report } from '../rule.ts';

/** Events travel over brokers: a resource that is known to be something else carries none. */
export function eventBroker(model: Model, report: Report<'unresolved-reference'>): void {
  if (model.events.length === 0) return;
  const { resources } = indexOf(model);
  const brokers = model.resources.filter((one) => resourceKind(one.type.value) === 'broker');
  for (const { name, on, package: own } of model.events) {
    const resource = resources.get(on?.id ?? '');
    if (!on || !resource || carriesEvents(resource)) continue;
    const near = brokers.filter((broker) => broker.package === own);
    const [only] = near;
    const fixes =
      only && near.length === 1
        ? [{ title: `Write \`${only.name}\``, edits: [{ at: on.at, text: only.name }], preferred: false }]
        : [];
    const message = `\`${on.name}\` is a ${resource.type.value}, no broker that could carry the event \`${name}\``;
    const hint = 'A broker is a resource such as `nats`, `kafka` or `rabbitmq`.';
    report({
      at: on.at,
      values: { message, hint },
      related: [{ message: 'it is declared here', at: resource.at }],
      fixes,
    });
  }
}

/** A kind that nobody knows may well be a broker. */
function carriesEvents({ type }: Resource): boolean {
  const kind = resourceKind(type.value);
  return kind === 'broker' || kind === 'store';
}
