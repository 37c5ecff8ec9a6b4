import { indexOf } from '../../model/index-of.ts';
import {
  type Consumer,
  type Operation,
  type Resource,
  type ScalarName,
  type Service,
  scalarNames,
} from '../../model/model.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { callsOf, neighboursOf } from '../definition/neighbours.ts';
import { camelCase } from '../names.ts';
import { clientTypes, publishedBy } from './clients-file.ts';
import type { HandlerNames, ServiceNames } from './service-names.ts';
import { docComment, lineWidth, propertyName, quoted } from './source-text.ts';
import { messageText, scalarText, type TypeContext } from './type-text.ts';

/** The settings of a service as handlers see them; nothing where there are none. */
export function configType(context: TypeContext, service: Service, own: ServiceNames): readonly string[] {
  if (service.config.length === 0) return [];
  const members = service.config.map((entry) => {
    const facts = entry.hot ? ['May change while the service runs.'] : [];
    const docs = docComment([...(entry.docs?.split('\n') ?? []), ...facts], '  ');
    return `${docs}  readonly ${propertyName(entry.name)}: ${settingText(context, entry)};\n`;
  });
  return [`/** The settings of \`${service.name}\`. */\nexport interface ${own.config} {\n${members.join('')}}\n`];
}

function settingText({ model, scope }: TypeContext, entry: Service['config'][number]): string {
  if (entry.type === 'secret') return 'string';
  const { type } = fieldShape(model, entry.type);
  const values = indexOf(model).enums.get(type)?.values;
  if (values) return values.map((value) => quoted(value.name)).join(' | ');
  return (scalarNames as readonly string[]).includes(type) ? scalarText(scope, type as ScalarName) : 'unknown';
}

/** What a handler is given beside the request: declared calls, resources and events, and nothing else. */
export function contextType(context: TypeContext, service: Service, own: ServiceNames, handler: HandlerNames): string {
  const config = service.config.length > 0 ? `<${own.config}>` : '';
  const given = 'event' in handler.declaration ? 'EventContext' : 'CallContext';
  const base = `${context.scope.use('@weir/runtime', given)}${config}`;
  const members = [
    ...clientMembers(context, service, handler.declaration),
    ...resourceMembers(context, service),
    ...publishMember(context, handler.declaration),
  ];
  const docs = `/** What handlers of \`${handler.declaration.name}\` are given. */\n`;
  if (members.length === 0) return `${docs}export type ${handler.context} = ${base};\n`;
  const head = `export interface ${handler.context} extends ${base} {`;
  const fitting = head.length <= lineWidth ? head : head.replace(' extends ', '\n  extends ');
  return `${docs}${fitting}\n${members.join('')}}\n`;
}

function clientMembers(context: TypeContext, service: Service, caller: Operation | Consumer): readonly string[] {
  const called = new Set(callsOf(caller).map((item) => item.target.id));
  return clientTypes(context.model, service).flatMap(({ key, type, operations }) => {
    const mine = operations.filter((operation) => called.has(operation.id));
    if (mine.length === 0) return [];
    const client = context.scope.use('./clients.ts', type);
    if (mine.length === operations.length) return [`  readonly ${key}: ${client};\n`];
    const names = mine.map((operation) => quoted(camelCase(operation.name)));
    return [`  readonly ${key}: ${pickText(context.scope.global('Pick'), client, names, key.length)};\n`];
  });
}

/** A part of a client: on one line, else its two arguments, else each of its names on a line. */
function pickText(pick: string, client: string, names: readonly string[], taken: number): string {
  const union = names.join(' | ');
  const flat = `${pick}<${client}, ${union}>`;
  if (14 + taken + flat.length <= lineWidth) return flat;
  if (4 + union.length <= lineWidth) return `${pick}<\n    ${client},\n    ${union}\n  >`;
  return `${pick}<\n    ${client},\n${names.map((name) => `    | ${name}`).join('\n')}\n  >`;
}

/** The clients that the runtime has for kinds of resources. */
const resourceTypes: Readonly<Record<string, string>> = {
  postgres: 'Postgres',
  redis: 'Redis',
  nats: 'Broker',
  kafka: 'Broker',
  rabbitmq: 'Broker',
};

function resourceMembers(context: TypeContext, service: Service): readonly string[] {
  return [...neighboursOf(context.model, service).resources].flatMap(([key, { target, used }]) => {
    if (!used) return [];
    const docs = docComment(target.docs?.split('\n') ?? [], '  ');
    return [`${docs}  readonly ${key}: ${resourceText(context, target)};\n`];
  });
}

/** What handlers see of a resource. */
export function resourceText({ scope }: TypeContext, resource: Resource): string {
  const name = resourceTypes[resource.type.value];
  return name === undefined ? 'unknown' : scope.use('@weir/runtime', name);
}

function publishMember(context: TypeContext, handler: Operation | Consumer): readonly string[] {
  const events = publishedBy(context.model, handler);
  if (events.length === 0) return [];
  const members = events.map(({ event, key }) => {
    const docs = docComment(event.docs?.split('\n') ?? [], '    ');
    const type = messageText(context, event.id);
    return `${docs}    readonly ${propertyName(key)}: (event: ${type}) => ${context.scope.global('Promise')}<void>;\n`;
  });
  return [`  readonly publish: {\n${members.join('')}  };\n`];
}
