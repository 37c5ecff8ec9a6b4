import type { Model, Service } from '../../model/model.ts';
import { streamOf } from '../definition/contract.ts';
import { operationDocs, requestText } from './clients-file.ts';
import { configType, contextType } from './context-types.ts';
import { contractType } from './contract-type.ts';
import { createScope } from './scope.ts';
import type { HandlerNames, ServiceNames } from './service-names.ts';
import { docComment, generatedFrom, propertyName } from './source-text.ts';
import type { TypeNames } from './type-names.ts';
import { genericText, messageText, resultText, type TypeContext } from './type-text.ts';

/** `generated/handlers.ts`: for each handler its type, and the type of what it is given. */
export function handlersFile(model: Model, service: Service, own: ServiceNames, names: TypeNames): string {
  const declared = [...own.handlers.flatMap(({ type, context }) => [type, context]), own.config, own.all, own.contract];
  const scope = createScope(declared);
  const context: TypeContext = { model, names, scope, folder: './types/' };
  const parts = [
    ...configType(context, service, own),
    ...own.handlers.flatMap((handler) => [contextType(context, service, own, handler), handlerType(context, handler)]),
    allType(service, own),
    contractType(context, service, own),
  ];
  return [`${generatedFrom([service.extent])}\n${scope.imports()}`, ...parts].join('\n');
}

const handlerTypes = {
  none: 'UnaryHandler',
  server: 'ServerStreamHandler',
  client: 'ClientStreamHandler',
  both: 'BidiStreamHandler',
} as const;

function handlerType(context: TypeContext, { declaration, type, context: given }: HandlerNames): string {
  const { model, scope } = context;
  if ('event' in declaration) {
    const docs = docComment([...(declaration.docs?.split('\n') ?? [`Handles \`${declaration.event.name}\`.`])]);
    const event = messageText(context, declaration.event.id);
    return `${docs}${genericText(`export type ${type} = `, scope.use('@weir/runtime', 'EventHandler'), [event, given], ';')}\n`;
  }
  const name = scope.use('@weir/runtime', handlerTypes[streamOf(declaration) ?? 'none']);
  const args = [requestText(context, declaration), resultText(context, declaration.result?.type), given];
  return `${docComment(operationDocs(model, declaration))}${genericText(`export type ${type} = `, name, args, ';')}\n`;
}

function allType(service: Service, own: ServiceNames): string {
  const members = own.handlers.map(({ key, type }) => `  readonly ${propertyName(key)}: ${type};\n`);
  const docs = `/** All handlers of \`${service.name}\`: what \`serve\` needs. */\n`;
  return members.length === 0
    ? `${docs}export type ${own.all} = Record<string, never>;\n`
    : `${docs}export type ${own.all} = {\n${members.join('')}};\n`;
}
