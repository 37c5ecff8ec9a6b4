import type { ConfigEntry, Model, Service } from '../../model/model.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { literalToJson } from '../definition/literal.ts';
import { upperSnakeCase } from '../names.ts';
import { byText } from '../order.ts';
import { checksum } from './checksum.ts';
import { configMapName } from './names.ts';
import { type PolicyNumbers, policyNumbers } from './policies.ts';

/** The configuration of a service that is no secret. */
export interface WorkloadConfig {
  /** The name of the ConfigMap. */
  readonly name: string;
  /** Files for our runtime, or variables for an image of one's own. Nothing when there is nothing to configure. */
  readonly data: Readonly<Record<string, string>>;
  /** Changes with what needs a restart, so that the pods are replaced; absent when nothing does. */
  readonly checksum?: string;
}

/** The file that the runtime reads and watches. */
export const configFile = 'config.json';

export function configOf(model: Model, service: Service): WorkloadConfig {
  const values = service.config.flatMap((entry) => {
    const value = defaultOf(model, entry);
    return value === undefined ? [] : [{ name: entry.name, value, hot: entry.hot }];
  });
  const ours = service.image === undefined;
  const policies = ours ? policyNumbers(model, service) : {};
  // An image of one's own reads variables, which never change under a running process.
  const cold = values.filter(({ hot }) => !hot || !ours);
  const name = configMapName(service.name);
  return {
    name: ours ? `${name}-${shapeOf(model, service, policies)}` : name,
    data: ours ? asFile(service, values, policies) : asVariables(values),
    ...(cold.length === 0 ? {} : { checksum: checksum(JSON.stringify(cold.map(({ name, value }) => [name, value]))) }),
  };
}

/**
 * Changes with what a version of the service knows of, and not with a value. Our runtime does not start with a file in
 * which something is unknown to it: so that pods of the last version can, until the last of them is replaced or if all
 * comes back to them, they keep the ConfigMap that they were written for.
 */
function shapeOf(model: Model, { config }: Service, policies: Readonly<Record<string, PolicyNumbers>>): string {
  const entries = config.flatMap(({ name, type }) =>
    type === 'secret' ? [] : [`${name}: ${fieldShape(model, type).type}`],
  );
  return checksum(JSON.stringify([entries.sort(byText), namesIn(policies)])).slice(0, 8);
}

type Names = readonly (string | readonly [name: string, within: Names])[];

const namesIn = (numbers: PolicyNumbers): Names =>
  Object.entries(numbers).map(([name, value]) => (typeof value === 'object' ? [name, namesIn(value)] : name));

function defaultOf(model: Model, entry: ConfigEntry): unknown {
  if (entry.type === 'secret' || entry.default === undefined) return undefined;
  return literalToJson(entry.default, fieldShape(model, entry.type).type);
}

type Values = readonly { readonly name: string; readonly value: unknown }[];

function asFile(
  service: Service,
  values: Values,
  policies: Readonly<Record<string, PolicyNumbers>>,
): Record<string, string> {
  const section = {
    ...Object.fromEntries(values.map(({ name, value }) => [name, value])),
    ...(Object.keys(policies).length === 0 ? {} : { $policies: policies }),
  };
  if (Object.keys(section).length === 0) return {};
  return { [configFile]: `${JSON.stringify({ [service.name]: section }, null, 2)}\n` };
}

const asVariables = (values: Values): Record<string, string> =>
  Object.fromEntries(
    values.map(({ name, value }) => [upperSnakeCase(name), typeof value === 'string' ? value : JSON.stringify(value)]),
  );
