import type { GatewayDefinition } from '@weir/runtime';
import type { Model } from '../../model/model.ts';
import { gatewayDefinition } from '../definition/index.ts';
import type { EmitOptions } from '../emitter.ts';
import { camelCase, pascalCase } from '../names.ts';
import { dataLiteral } from './data-literal.ts';
import { createScope } from './scope.ts';
import { serviceNames, servicesHere } from './service-names.ts';
import { generatedFrom } from './source-text.ts';

/** `<out>/system.ts`: starts every service and gateway of the system in one process. */
export function systemFile(model: Model, options: EmitOptions): string {
  const scope = createScope(['services', 'gateways', 'system', 'name', 'url', 'process', 'console']);
  const realpath = scope.use('node:fs', 'realpathSync', { value: true });
  const run = scope.use('@weir/runtime', 'runSystem', { value: true });
  const gatewayType = scope.use('@weir/runtime', 'GatewayDefinition');
  const gateways = [...model.gateways].sort((a, b) => (a.id < b.id ? -1 : 1));
  const places = [...servicesHere(model), ...gateways].map((declaration) => declaration.extent);
  const list = serviceList(model, options, scope);
  const literal = gatewaysLiteral(
    gateways.map((gateway) => gatewayDefinition(model, gateway)),
    gatewayType,
  );
  return [
    `${generatedFrom(places)}\n${scope.imports()}`,
    `/** The services of the system that run here, with their handlers. */\n${list}`,
    `/** What the outside reaches, and through which routes. */\n${literal}`,
    `if (process.argv[1] !== undefined && ${realpath}(process.argv[1]) === import.meta.filename) {
  const system = await ${run}({ services, gateways });
  for (const { name, url } of system.gateways) console.log(\`\${name}: \${url}\`);
}
`,
  ].join('\n');
}

function serviceList(model: Model, options: EmitOptions, scope: ReturnType<typeof createScope>): string {
  const constants = new Map<object, string>();
  const named = (name: string): object => {
    const token = {};
    constants.set(token, name);
    return token;
  };
  const entries = servicesHere(model).map((service) => {
    const own = serviceNames(model, service, options.services);
    const folder = relative(options.out, `${own.folder}/src`);
    const prefix = pascalCase(service.package) || 'Weir';
    const definition = scope.use(`${folder}/generated/${own.file}`, own.constant, { value: true, prefix });
    const as = `${camelCase(service.name)}Handlers`;
    const handlers = scope.use(`${folder}/handlers/index.ts`, 'handlers', { value: true, as, prefix });
    return { definition: named(definition), handlers: named(handlers) };
  });
  const start = 'export const services = ';
  return `${start}${dataLiteral(entries, constants, '', start.length)};\n`;
}

function gatewaysLiteral(gateways: readonly GatewayDefinition[], type: string): string {
  const start = `export const gateways: ${type}[] = `;
  return `${start}${dataLiteral(gateways, undefined, '', start.length)};\n`;
}

/** The way from one folder to another, both relative to one root: `../services/orders`. */
export function relative(from: string, to: string): string {
  const [a, b] = [from, to].map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  let shared = 0;
  while (shared < a!.length && a![shared] === b![shared]) shared++;
  const up = a!.slice(shared).map(() => '..');
  return [...(up.length > 0 ? up : ['.']), ...b!.slice(shared)].join('/');
}
