import { indexOf } from '../../model/index-of.ts';
import type { External, Model, Operation, Service } from '../../model/model.ts';
import { errorsOf, requestOf, streamOf } from '../definition/contract.ts';
import { wireCodes } from '../definition/names.ts';
import { callsOf, handled, neighboursOf, sorted } from '../definition/neighbours.ts';
import { camelCase, pascalCase } from '../names.ts';
import { createScope } from './scope.ts';
import { docComment, generatedFrom, identifier, propertyName } from './source-text.ts';
import type { TypeNames } from './type-names.ts';
import { genericText, messageText, resultText, type TypeContext, typeText } from './type-text.ts';

/** A client as handlers may use it: only the operations that some handler declares in `calls`. */
export interface ClientType {
  /** The key in a handler's context. */
  readonly key: string;
  readonly type: string;
  readonly target: Service | External;
  readonly operations: readonly Operation[];
}

/** The clients that handlers of a service may call, with the names of their types. */
export function clientTypes(model: Model, service: Service): readonly ClientType[] {
  const called = new Set(handled(service).flatMap((handler) => callsOf(handler).map((item) => item.target.id)));
  const types = new Set<string>();
  return [...neighboursOf(model, service).clients].flatMap(([key, { target, operations }]) => {
    const declared = operations.filter((operation) => called.has(operation.id));
    if (declared.length === 0) return [];
    let type = identifier(`${pascalCase(key)}Client`);
    while (types.has(type)) type += '_';
    types.add(type);
    return [{ key, type, target, operations: declared }];
  });
}

/** `generated/clients.ts`: an interface for each service that is called. */
export function clientsFile(model: Model, service: Service, names: TypeNames): string {
  const clients = clientTypes(model, service);
  const scope = createScope(clients.map((client) => client.type));
  const context: TypeContext = { model, names, scope, folder: './types/' };
  const interfaces = clients.map(({ type, target, operations }) => {
    const members = operations.map((operation) => {
      const docs = docComment(operationDocs(model, operation), '  ');
      const call = callType(context, operation);
      return `${docs}${genericText(`readonly ${propertyName(camelCase(operation.name))}: `, call.name, call.args, ';', '  ')}\n`;
    });
    const docs = docComment([...(target.docs?.split('\n') ?? [`Calls \`${target.id}\`.`])]);
    return `${docs}export interface ${type} {\n${members.join('')}}\n`;
  });
  const header = generatedFrom([service.extent, ...clients.map(({ target }) => target.extent)]);
  return [`${header}\n${scope.imports()}`, ...interfaces].join('\n');
}

/** The runtime's types of calls, by what they stream. */
export const callKinds = {
  none: 'UnaryCall',
  server: 'ServerStreamCall',
  client: 'ClientStreamCall',
  both: 'BidiStreamCall',
} as const;

function callType(context: TypeContext, operation: Operation) {
  return {
    name: context.scope.use('@weir/runtime', callKinds[streamOf(operation) ?? 'none']),
    args: [requestText(context, operation), resultText(context, operation.result?.type)],
  };
}

/** What an operation takes: `void` where it has no parameters. */
export function requestText(context: TypeContext, operation: Operation): string {
  const { model } = context;
  if (operation.parameters.kind === 'inline') return messageText(context, requestOf(model, operation));
  return requestOf(model, operation) === undefined ? 'void' : typeText(context, operation.parameters.type);
}

/** What people want to know of an operation where they call or write it. */
export function operationDocs(model: Model, operation: Operation): readonly string[] {
  const facts = [
    ...operation.routes.map((route) => `\`${route.method} ${route.path}\``),
    ...(operation.effect === 'write' ? [] : [operation.effect]),
  ];
  const errors = errorsOf(model, operation).map((error) => `\`${error.name}\` (${wireCodes(error).status})`);
  if (errors.length > 0) facts.push(`throws ${errors.join(', ')}`);
  const docs = operation.docs?.split('\n') ?? [];
  return [
    ...docs,
    ...(docs.length > 0 && facts.length > 0 ? [''] : []),
    ...(facts.length > 0 ? [facts.join(' · ')] : []),
    ...(operation.deprecated === undefined ? [] : [`@deprecated ${operation.deprecated}`.trimEnd()]),
  ];
}

/** The events that a handler publishes, each with its key in `publish`. */
export function publishedBy(model: Model, handler: { readonly publishes: Operation['publishes'] }) {
  const { events } = indexOf(model);
  const found = sorted(
    handler.publishes.flatMap(({ event }) => (event.id === undefined ? [] : (events.get(event.id) ?? []))),
  );
  // The runtime makes the key of the event's full name so, without knowing words.
  return found.map((event) => ({ event, key: event.name.charAt(0).toLowerCase() + event.name.slice(1) }));
}
