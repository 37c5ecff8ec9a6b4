/** Configuration of a service: defaults of the `.svc`, then a file, then the environment; all of it checked at start. */

import { inspect } from 'node:util';
import type { ConfigEntry } from '../definition.ts';
import { brokenConstraints } from './constraints.ts';
import { type Environment, environmentName } from './environment.ts';
import type { Section } from './file.ts';
import { parseJson, parseText } from './values.ts';

export interface ConfigOptions {
  /** The service's name as in the `.svc`: its section in the file and its prefix in the environment. */
  readonly service: string;
  readonly env: Environment;
}

/** Values by their names in the `.svc`. Secrets are plain strings for who reads them by name, and `***` for who prints the whole. */
export type Config = Readonly<Record<string, unknown>>;

/** Everything that is wrong with a configuration, in one error; secrets do not appear in it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(service: string, faults: readonly string[]) {
    super(`the configuration of ${service} cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * The values that a section, the environment and the defaults give together. For each entry the first of these counts:
 * `WEIR_<SERVICE>_<KEY>`, `<KEY>`, the section, the default. Adds to `faults` everything that is wrong; the values are of no use then.
 */
export function configFrom(
  entries: Readonly<Record<string, ConfigEntry>>,
  options: ConfigOptions,
  section: Section | undefined,
  faults: string[],
): Config {
  if (section !== undefined) faults.push(...unknownKeys(entries, options, section));
  const values: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(entries)) {
    const found = find(key, entry, options, section);
    if (found === undefined) {
      faults.push(`${key} has no value; ${howToSet(key, options)}`);
      continue;
    }
    const parsed = found.text === undefined ? parseJson(entry.type, found.json) : parseText(entry.type, found.text);
    if (!parsed.ok) {
      faults.push(`${key} (${found.source}): ${described(entry, found)} is ${parsed.problem}`);
      continue;
    }
    for (const problem of brokenConstraints(parsed.value, entry)) {
      faults.push(`${key} (${found.source}): ${described(entry, found)} ${problem}`);
    }
    values[key] = parsed.value;
  }
  return masked(entries, values);
}

interface Found {
  readonly source: string;
  readonly text?: string;
  readonly json?: unknown;
}

function find(
  key: string,
  entry: ConfigEntry,
  { service, env }: ConfigOptions,
  section: Section | undefined,
): Found | undefined {
  const plain = environmentName(key);
  for (const source of [`WEIR_${environmentName(service)}_${plain}`, plain]) {
    const text = env[source];
    if (text !== undefined) return { source, text };
  }
  if (section !== undefined && Object.hasOwn(section.values, key)) {
    return { source: section.source, json: section.values[key] };
  }
  return entry.default === undefined ? undefined : { source: 'the default', json: entry.default };
}

function unknownKeys(
  entries: Readonly<Record<string, ConfigEntry>>,
  { service }: ConfigOptions,
  { source, values }: Section,
): string[] {
  const declared = Object.keys(entries).join(', ') || 'none';
  return Object.keys(values)
    .filter((key) => !Object.hasOwn(entries, key))
    .map((key) => `${key} (${source}): ${service} declares no such key; it declares ${declared}`);
}

function described(entry: ConfigEntry, found: Found): string {
  return entry.type === 'secret' ? 'the secret' : JSON.stringify(found.text ?? found.json);
}

function howToSet(key: string, { service }: ConfigOptions): string {
  return `set WEIR_${environmentName(service)}_${environmentName(key)}, or ${service}.${key} in the file that WEIR_CONFIG names`;
}

/** The values as handlers get them: frozen, and with `***` for secrets wherever the whole is printed. */
export function masked(entries: Readonly<Record<string, ConfigEntry>>, values: Record<string, unknown>): Config {
  const shown = () =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        entries[key]?.type === 'secret' ? '***' : typeof value === 'bigint' ? value.toString() : value,
      ]),
    );
  const config = { ...values };
  Object.defineProperty(config, 'toJSON', { value: shown });
  Object.defineProperty(config, inspect.custom, { value: shown });
  return Object.freeze(config);
}
