import type { Model, Service } from '../../model/model.ts';
import { requestOf, streamOf } from '../definition/contract.ts';
import { callsOf } from '../definition/neighbours.ts';
import { clientTypes } from './clients-file.ts';
import type { HandlerNames, ServiceNames } from './service-names.ts';
import { identifier, lineWidth, quoted } from './source-text.ts';

/** What a handler's file has to hold. */
export interface HandlerSource {
  /** The constant that it exports, `placeOrder`, and its type within the namespace, `PlaceOrder`. */
  readonly constant: string;
  readonly type: string;
  /** How the generated module is imported: `import type * as Orders from '../generated/orders.ts'`. */
  readonly namespace: string;
  readonly module: string;
  /** Every type that the module exports. */
  readonly types: ReadonlySet<string>;
  /** The source that declares the operations, for messages. */
  readonly declaredIn: string;
  /** The handler as it is first written, given how the two imports are called in the file. */
  readonly skeleton: (namespace: string, serviceError: string) => string;
}

export const runtimeModule = '@weir/runtime';
export const serviceError = 'ServiceError';

/** The handler of an operation or event. `path` is that of its file, from the project's root. */
export function handlerSource(
  model: Model,
  service: Service,
  own: ServiceNames,
  handler: HandlerNames,
  path: string,
): HandlerSource {
  const { constant, type } = handler;
  const types = own.handlers.flatMap((other) => [other.type, other.context]);
  const parameters = [firstParameter(model, handler), contextPattern(model, service, handler)];
  return {
    constant,
    type,
    namespace: own.namespace === serviceError ? `${serviceError}Types` : own.namespace,
    module: `../generated/${own.file}`,
    types: new Set([...types, own.config, own.all]),
    declaredIn: service.extent.file,
    skeleton: (namespace, error) => {
      const { declaration } = handler;
      const start = `export const ${constant}: ${namespace}.${type} = async `;
      const head = streams(handler) ? `${start}function* ` : start;
      const message = `${declaration.name} is not written yet: its handler is in ${path}.`;
      const body = `  throw new ${error}('unimplemented', ${quoted(message)});\n`;
      const broken = `  throw new ${error}(\n    'unimplemented',\n    ${quoted(message)},\n  );\n`;
      return `${signature(head, parameters, streams(handler) ? ' {' : ' => {')}${body.length - 1 <= lineWidth ? body : broken}};\n`;
    },
  };
}

/** A handler's file as it is first written. */
export const handlerFile = ({ namespace, module, skeleton }: HandlerSource): string =>
  `import { ${serviceError} } from '${runtimeModule}';\nimport type * as ${namespace} from '${module}';\n\n${skeleton(namespace, serviceError)}`;

const streams = ({ declaration }: HandlerNames): boolean =>
  !('event' in declaration) && ['server', 'both'].includes(streamOf(declaration) ?? '');

function firstParameter(model: Model, { declaration }: HandlerNames): string {
  if ('event' in declaration) return 'event';
  if (['client', 'both'].includes(streamOf(declaration) ?? '')) return 'requests';
  return requestOf(model, declaration) === undefined ? '_request' : 'request';
}

/** The clients that the handler may call, `publish` if it publishes, and `log`. */
function contextPattern(model: Model, service: Service, handler: HandlerNames): readonly string[] {
  const called = new Set(callsOf(handler.declaration).map((item) => item.target.id));
  const clients = clientTypes(model, service).filter(({ operations }) => operations.some(({ id }) => called.has(id)));
  const taken = new Set([firstParameter(model, handler), 'publish', 'log']);
  const names = clients.map(({ key }) => {
    let local = identifier(key);
    while (taken.has(local)) local += '_';
    taken.add(local);
    return local === key ? key : `${key}: ${local}`;
  });
  return [...names, ...(handler.declaration.publishes.length > 0 ? ['publish'] : []), 'log'];
}

/** On one line, else a line for each parameter, else a line for each name too. */
function signature(start: string, [first, pattern]: (string | readonly string[])[], end: string): string {
  const names = pattern as readonly string[];
  const flat = `{ ${names.join(', ')} }`;
  const line = `${start}(${first}, ${flat})${end}\n`;
  if (line.length - 1 <= lineWidth) return line;
  const broken = 3 + flat.length <= lineWidth ? flat : `{\n${names.map((name) => `    ${name},\n`).join('')}  }`;
  return `${start}(\n  ${first},\n  ${broken},\n)${end}\n`;
}
