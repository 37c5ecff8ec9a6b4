import type { Service } from '../../model/model.ts';
import { streamOf } from '../definition/contract.ts';
import { handled, neighboursOf } from '../definition/neighbours.ts';
import { callKinds, clientTypes, publishedBy, requestText } from './clients-file.ts';
import { resourceText } from './context-types.ts';
import type { ServiceNames } from './service-names.ts';
import { propertyName } from './source-text.ts';
import { genericText, messageText, resultText, type TypeContext } from './type-text.ts';

/**
 * The types of a service by the names of its `.svc`. A definition carries it, so that who is given the definition, a test
 * for instance, knows what may be called, faked and published.
 */
export function contractType(context: TypeContext, service: Service, own: ServiceNames): string {
  const none = `${context.scope.global('Record')}<never, never>`;
  const parts = [
    `  readonly handlers: ${own.all};\n`,
    part('calls', calls(context, own), none),
    part('consumers', consumers(context, own), none),
    part('publishes', publishes(context, service), none),
    part('clients', clients(context, service), none),
    part('resources', resources(context, service), none),
    `  readonly config: ${service.config.length > 0 ? own.config : none};\n`,
  ];
  const docs = `/** The types of \`${service.name}\` by the names of its \`.svc\`: what tests call, fake and look at. */\n`;
  return `${docs}export interface ${own.contract} {\n${parts.join('')}}\n`;
}

function part(name: string, members: readonly string[], none: string): string {
  return members.length === 0 ? `  readonly ${name}: ${none};\n` : `  readonly ${name}: {\n${members.join('')}  };\n`;
}

const member = (name: string, type: string): string => `    readonly ${propertyName(name)}: ${type};\n`;

function calls(context: TypeContext, { handlers }: ServiceNames): readonly string[] {
  return handlers.flatMap(({ declaration }) => {
    if ('event' in declaration) return [];
    const call = context.scope.use('@weir/runtime', callKinds[streamOf(declaration) ?? 'none']);
    const types = [requestText(context, declaration), resultText(context, declaration.result?.type)];
    return [`${genericText(`readonly ${propertyName(declaration.name)}: `, call, types, ';', '    ')}\n`];
  });
}

function consumers(context: TypeContext, { handlers }: ServiceNames): readonly string[] {
  return handlers.flatMap(({ declaration }) =>
    'event' in declaration ? [member(declaration.name, messageText(context, declaration.event.id))] : [],
  );
}

function publishes(context: TypeContext, service: Service): readonly string[] {
  const events = publishedBy(context.model, { publishes: handled(service).flatMap((handler) => handler.publishes) });
  const byName = new Map(events.map(({ event }) => [event.name, event] as const));
  return [...byName].map(([name, event]) => member(name, messageText(context, event.id)));
}

function clients(context: TypeContext, service: Service): readonly string[] {
  return clientTypes(context.model, service).map(({ key, type }) =>
    member(key, context.scope.use('./clients.ts', type)),
  );
}

function resources(context: TypeContext, service: Service): readonly string[] {
  return [...neighboursOf(context.model, service).resources].flatMap(([key, { target, used }]) =>
    used ? [member(key, resourceText(context, target))] : [],
  );
}
