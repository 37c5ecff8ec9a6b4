import type { ConfigEntry, Model, Service } from '../../model/model.ts';
import { fieldShape } from '../definition/field-shape.ts';
import { literalToJson } from '../definition/literal.ts';
import { upperSnakeCase } from '../names.ts';
import { checksum } from './checksum.ts';

/** The configuration of a service that is no secret. */
export interface WorkloadConfig {
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
  if (values.length === 0) return { data: {} };
  const ours = service.image === undefined;
  // An image of one's own reads variables, which never change under a running process.
  const cold = values.filter(({ hot }) => !hot || !ours);
  return {
    data: ours ? asFile(service, values) : asVariables(values),
    ...(cold.length === 0 ? {} : { checksum: checksum(JSON.stringify(cold.map(({ name, value }) => [name, value]))) }),
  };
}

function defaultOf(model: Model, entry: ConfigEntry): unknown {
  if (entry.type === 'secret' || entry.default === undefined) return undefined;
  return literalToJson(entry.default, fieldShape(model, entry.type).type);
}

type Values = readonly { readonly name: string; readonly value: unknown }[];

function asFile(service: Service, values: Values): Record<string, string> {
  const section = Object.fromEntries(values.map(({ name, value }) => [name, value]));
  return { [configFile]: `${JSON.stringify({ [service.name]: section }, null, 2)}\n` };
}

const asVariables = (values: Values): Record<string, string> =>
  Object.fromEntries(
    values.map(({ name, value }) => [upperSnakeCase(name), typeof value === 'string' ? value : JSON.stringify(value)]),
  );
