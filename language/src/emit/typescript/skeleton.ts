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

type Parameters = readonly [first: string, names: readonly string[]];

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
  const parameters: Parameters = [firstParameter(model, handler), contextPattern(model, service, handler)];
  return {
    constant,
    type,
    namespace: own.namespace === serviceError ? `${serviceError}Types` : own.namespace,
    module: `../generated/${own.file}`,
    types: new Set([...types, own.config, own.all]),
    declaredIn: service.extent.file,
    skeleton: (namespace, error) => {
      const declared = `export const ${constant}: ${namespace}.${type} =`;
      const start = streams(handler) ? 'async function* (' : 'async (';
      // A declaration that fills its line has its function on the next.
      const [before, indent] =
        `${declared} ${start}`.length <= lineWidth ? [`${declared} `, ''] : [`${declared}\n  `, '  '];
      const end = streams(handler) ? ') {' : ') => {';
      const head = signature(before, start, parameters, end, indent);
      const message = `${handler.declaration.name} is not written yet: its handler is in ${path}.`;
      return `${head}\n${refusal(error, message, `${indent}  `)}\n${indent}};\n`;
    },
  };
}

function refusal(error: string, message: string, indent: string): string {
  const args = ["'unimplemented'", quoted(message)];
  const flat = `${indent}throw new ${error}(${args.join(', ')});`;
  if (flat.length <= lineWidth) return flat;
  return `${indent}throw new ${error}(\n${args.map((arg) => `${indent}  ${arg},\n`).join('')}${indent});`;
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

/** The clients that the handler may call, in that order, `publish` if it publishes, and `log`. */
function contextPattern(model: Model, service: Service, handler: HandlerNames): readonly string[] {
  const inOrder = callsOf(handler.declaration).map((item) => item.service);
  const clients = clientTypes(model, service)
    .filter(({ target }) => inOrder.includes(target.id))
    .sort((a, b) => inOrder.indexOf(a.target.id) - inOrder.indexOf(b.target.id));
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
function signature(before: string, start: string, [first, names]: Parameters, end: string, indent: string): string {
  const flat = `{ ${names.join(', ')} }`;
  const line = `${before}${start}${first}, ${flat}${end}`;
  if (line.length - line.lastIndexOf('\n') - 1 <= lineWidth) return line;
  const inner = `${indent}  `;
  const listed = `{\n${names.map((name) => `${inner}  ${name},\n`).join('')}${inner}}`;
  const pattern = inner.length + flat.length + 1 <= lineWidth ? flat : listed;
  return `${before}${start}\n${inner}${first},\n${inner}${pattern},\n${indent}${end}`;
}
