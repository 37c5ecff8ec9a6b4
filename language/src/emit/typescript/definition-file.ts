import type { ClientPolicy, ServiceDefinition } from '@weir/runtime';
import { effectivePolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model, Service } from '../../model/model.ts';
import { partNames } from '../../model/model.ts';
import { serviceDefinition } from '../definition/index.ts';
import { callsOf, handled } from '../definition/neighbours.ts';
import { camelCase } from '../names.ts';
import { byText } from '../order.ts';
import { dataLiteral } from './data-literal.ts';
import { createScope } from './scope.ts';
import type { ServiceNames } from './service-names.ts';
import { docComment, generatedFrom, identifier } from './source-text.ts';

/** `generated/<service>.ts`: the definition as a literal, policies that several calls share in constants of their own. */
export function definitionFile(model: Model, service: Service, own: ServiceNames): string {
  const definition = serviceDefinition(model, service);
  const scope = createScope([own.constant]);
  const type = scope.use('@weir/runtime', 'ServiceDefinition');
  const shared = sharedPolicies(model, service, definition).map(({ name, ...rest }) => ({
    ...rest,
    name: scope.claim(name),
  }));
  const constants = new Map<object, string>(
    shared.flatMap(({ name, uses }) => uses.map((use) => [use, name] as const)),
  );
  const policies = shared.map(({ name, uses }) => {
    const policy = scope.use('@weir/runtime', 'ClientPolicy');
    const start = `const ${name}: ${policy} = `;
    return `${start}${dataLiteral(uses[0], undefined, '', start.length)};\n`;
  });
  const contract = scope.use('./handlers.ts', own.contract);
  const start = `export const ${own.constant}: ${type}<${contract}> = `;
  const literal = `${docComment(service.docs?.split('\n') ?? [])}${start}${dataLiteral(definition, constants, '', start.length)};\n`;
  return [
    `${generatedFrom([service.extent])}\n${scope.imports()}`,
    "export type * from './handlers.ts';\n",
    ...policies,
    literal,
  ].join('\n');
}

interface SharedPolicy {
  readonly name: string;
  /** The equal objects that it stands for. */
  readonly uses: readonly ClientPolicy[];
}

/** Policies that hold on more than one call, by the name of what they were mostly written as. */
function sharedPolicies(model: Model, service: Service, definition: ServiceDefinition): readonly SharedPolicy[] {
  const names = policyNames(model, service);
  const equal = new Map<string, { uses: ClientPolicy[]; name: string }>();
  for (const [handler, { calls }] of Object.entries({ ...definition.operations, ...definition.consumers })) {
    for (const [client, edges] of Object.entries(calls)) {
      for (const [operation, policy] of Object.entries(edges)) {
        if (Object.keys(policy).length === 0) continue;
        const key = JSON.stringify(policy);
        const name = names.get(`${handler}/${definition.clients[client]?.name}/${operation}`) ?? 'policy';
        const known = equal.get(key);
        if (known) known.uses.push(policy);
        else equal.set(key, { uses: [policy], name });
      }
    }
  }
  return [...equal.values()].filter(({ uses }) => uses.length > 1).sort((a, b) => byText(a.name, b.name));
}

/** For each call the name for its policy: that of the declared policy which gives it most parts, else of the defaults. */
function policyNames(model: Model, service: Service): ReadonlyMap<string, string> {
  const { operations, services, externals, policies } = indexOf(model);
  const names = new Map<string, string>();
  for (const handler of handled(service)) {
    for (const item of callsOf(handler)) {
      const operation = operations.get(item.target.id!);
      const owner = operation && (services.get(operation.service) ?? externals.get(operation.service));
      if (!operation || !owner) continue;
      const effective = effectivePolicy(model, handler, item);
      const parts = partNames.flatMap((part) => effective[part]?.from.policy ?? []);
      const most = parts.sort((a, b) => count(parts, b) - count(parts, a) || byText(a, b))[0];
      const name = most === undefined ? 'defaults' : camelCase(policies.get(most)?.name ?? 'policy');
      const key = `${camelCase(handler.name)}/${owner.name}/${camelCase(operation.name)}`;
      if (!names.has(key)) names.set(key, identifier(name));
    }
  }
  return names;
}

const count = (items: readonly string[], wanted: string): number => items.filter((item) => item === wanted).length;
