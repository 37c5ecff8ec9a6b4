import type { Model } from '../../model/model.ts';
import { gatewayDefinition } from '../definition/index.ts';
import type { EmitOptions } from '../emitter.ts';
import { camelCase, pascalCase } from '../names.ts';
import { byId } from '../order.ts';
import { dataLiteral } from './data-literal.ts';
import { createScope } from './scope.ts';
import { serviceNames, servicesHere } from './service-names.ts';
import { generatedFrom } from './source-text.ts';

/** `<out>/system.ts`: starts every service and gateway of the system in one process. */
export function systemFile(model: Model, options: EmitOptions): string {
  const scope = createScope(['services', 'gateways', 'gatewayPorts', 'system', 'name', 'url', 'process', 'console']);
  const realpath = scope.use('node:fs', 'realpathSync', { value: true });
  const run = scope.use('@weir/runtime', 'runSystem', { value: true });
  const gatewayType = scope.use('@weir/runtime', 'GatewayDefinition');
  const gateways = [...model.gateways].sort(byId);
  const places = [...servicesHere(model), ...gateways].map((declaration) => declaration.extent);
  const list = serviceList(model, options, scope);
  const definitions = gateways.map((gateway) => gatewayDefinition(model, gateway));
  const literal = constant(`gateways: ${gatewayType}[]`, definitions);
  const ports = Object.fromEntries(gateways.flatMap(({ name, port }) => (port === undefined ? [] : [[name, port]])));
  const fixed = Object.keys(ports).length > 0;
  return [
    `${generatedFrom(places)}\n${scope.imports()}`,
    `/** The services of the system that run here, with their handlers. */\n${list}`,
    `/** What the outside reaches, and through which routes. */\n${literal}`,
    ...(fixed
      ? [`/** Where gateways listen that do not take any free port. */\n${constant('gatewayPorts', ports)}`]
      : []),
    `if (process.argv[1] !== undefined && ${realpath}(process.argv[1]) === import.meta.filename) {
  const system = await ${run}({ services, gateways }${fixed ? ', { gatewayPorts }' : ''});
  for (const { name, url } of system.gateways) console.log(\`\${name}: \${url}\`);
}
`,
  ].join('\n');
}

function constant(declared: string, data: unknown, constants?: ReadonlyMap<object, string>): string {
  const start = `export const ${declared} = `;
  return `${start}${dataLiteral(data, constants, '', start.length)};\n`;
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
  return constant('services', entries, constants);
}

/** The way from one folder to another, both relative to one root: `../services/orders`. */
function relative(from: string, to: string): string {
  const [a, b] = [from, to].map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  let shared = 0;
  while (shared < a!.length && a![shared] === b![shared]) shared++;
  const up = a!.slice(shared).map(() => '..');
  return [...(up.length > 0 ? up : ['.']), ...b!.slice(shared)].join('/');
}
