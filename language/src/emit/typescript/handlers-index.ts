import type { Service } from '../../model/model.ts';
import { createScope } from './scope.ts';
import type { ServiceNames } from './service-names.ts';
import { generatedFrom, lineWidth, propertyName } from './source-text.ts';

/** `src/handlers/index.ts`: all handlers of a service, so that a new operation is not forgotten. */
export function handlersIndex(service: Service, own: ServiceNames): string {
  const scope = createScope(['handlers']);
  const type = scope.use('../generated/handlers.ts', own.all);
  const members = own.handlers.map(({ key, constant, file }) => {
    const local = scope.use(`./${file}`, constant, { value: true, prefix: 'own' });
    return key === local ? key : `${propertyName(key)}: ${local}`;
  });
  const flat = `export const handlers: ${type} = { ${members.join(', ')} };\n`;
  const broken = `export const handlers: ${type} = {\n${members.map((member) => `  ${member},\n`).join('')}};\n`;
  const literal =
    members.length === 0 ? `export const handlers: ${type} = {};\n` : flat.length - 1 <= lineWidth ? flat : broken;
  return [`${generatedFrom([service.extent])}\n${scope.imports()}`, literal].join('\n');
}
