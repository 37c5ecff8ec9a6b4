/** Configuration of a service: defaults of the `.svc`, then a file, then the environment; all of it checked at start. */

import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { ConfigEntry } from '../definition.ts';
import { brokenConstraints } from './constraints.ts';
import { type Environment, environmentName } from './environment.ts';
import { parseJson, parseText } from './values.ts';

export interface ConfigOptions {
  /** The service's name as in the `.svc`: its section in the file and its prefix in the environment. */
  readonly service: string;
  readonly env: Environment;
  /** Path of a JSON file with a section for each service; `WEIR_CONFIG` in the environment otherwise. */
  readonly file?: string;
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
 * Reads the configuration of a service. For each entry the first of these counts: `WEIR_<SERVICE>_<KEY>`, `<KEY>`, the
 * service's section of the file, the default. Throws a `ConfigError` that names every fault.
 */
export function loadConfig(entries: Readonly<Record<string, ConfigEntry>>, options: ConfigOptions): Config {
  const faults: string[] = [];
  const section = readSection(entries, options, faults);
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
  if (faults.length > 0) throw new ConfigError(options.service, faults);
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

interface Section {
  readonly source: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function readSection(
  entries: Readonly<Record<string, ConfigEntry>>,
  { service, env, file = env.WEIR_CONFIG }: ConfigOptions,
  faults: string[],
): Section | undefined {
  if (file === undefined || file === '') return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // V8 quotes the text around a syntax error, and a secret may stand there.
    const problem = error instanceof SyntaxError ? 'is not valid JSON' : `cannot be read: ${(error as Error).message}`;
    faults.push(`the file ${file} ${problem}`);
    return undefined;
  }
  if (!isObject(content)) {
    faults.push(`the file ${file} must hold an object with a section for each service`);
    return undefined;
  }
  const values = content[service];
  if (values === undefined) return undefined;
  if (!isObject(values)) {
    faults.push(`the section ${service} of ${file} must be an object`);
    return undefined;
  }
  for (const key of Object.keys(values).filter((key) => !Object.hasOwn(entries, key))) {
    faults.push(
      `${key} (${file}): ${service} declares no such key; it declares ${Object.keys(entries).join(', ') || 'none'}`,
    );
  }
  return { source: file, values };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function described(entry: ConfigEntry, found: Found): string {
  return entry.type === 'secret' ? 'the secret' : JSON.stringify(found.text ?? found.json);
}

function howToSet(key: string, { service }: ConfigOptions): string {
  return `set WEIR_${environmentName(service)}_${environmentName(key)}, or ${service}.${key} in the file that WEIR_CONFIG names`;
}

function masked(entries: Readonly<Record<string, ConfigEntry>>, values: Record<string, unknown>): Config {
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
