/** The configuration of a running service: it follows its file, whole or not at all. */

import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { ServiceDefinition } from '../definition.ts';
import type { Clock } from '../policy/clock.ts';
import { type Config, ConfigError, configFrom, masked } from './config.ts';
import type { Environment } from './environment.ts';
import { type FileContent, readFile, sectionOf } from './file.ts';
import { LivePolicies, type OnEdgeChange } from './policies.ts';
import { type Governed, type HandlerPolicies, tunedPolicies } from './tuned.ts';
import { watchFile } from './watch.ts';

/** How the file stands: for `/readyz`, and for whoever looks after the service. */
export interface ConfigReport {
  /** `refused`: the file as it is now cannot be used, and what held before still holds. */
  readonly status: 'applied' | 'refused';
  /** What is wrong with the file; no secrets. */
  readonly faults: readonly string[];
  /** Entries that the file changes and that are not `hot`: they hold after a restart. */
  readonly restart: readonly string[];
}

export type ConfigListener = (config: Config) => void;

export interface LiveConfig {
  /** As it is now: frozen, and replaced as a whole when the file changes. */
  readonly current: Config;
  readonly report: ConfigReport;
  readonly policies: LivePolicies;
  /** Called after each change of values, with all of them. Returns what ends it. */
  watch(listener: ConfigListener): () => void;
  /** Begins to follow the file. */
  follow(onEdgeChange: OnEdgeChange): void;
  close(): void;
}

export interface LiveConfigOptions {
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each file that was read after the start. */
  readonly reloaded: (outcome: ConfigReport['status']) => void;
  /** Milliseconds between looks at the file where the system tells of no change. */
  readonly poll?: number;
}

/** What a file, the environment and the definition give together. */
interface Reading {
  readonly config: Config;
  readonly policies: ReadonlyMap<Governed, HandlerPolicies>;
}

type Definition = Pick<ServiceDefinition, 'name' | 'config' | 'operations' | 'consumers' | 'clients'>;

/** Throws a `ConfigError` with every fault when the service cannot start with what there is. */
export function openConfig(definition: Definition, options: LiveConfigOptions): LiveConfig {
  const path = options.env.WEIR_CONFIG;
  const file = path === undefined || path === '' ? undefined : readFile(path);
  const faults: string[] = [];
  const reading = read(definition, options.env, file, faults);
  if (faults.length > 0) throw new ConfigError(definition.name, faults);
  return new Following(definition, options, file, reading);
}

function read(definition: Definition, env: Environment, file: FileContent | undefined, faults: string[]): Reading {
  const section = file && sectionOf(file, definition.name, faults);
  return {
    config: configFrom(definition.config, { service: definition.name, env }, section, faults),
    policies: tunedPolicies(definition, section, faults),
  };
}

class Following implements LiveConfig {
  current: Config;
  report: ConfigReport = { status: 'applied', faults: [], restart: [] };
  readonly policies: LivePolicies;
  readonly #definition: Definition;
  readonly #options: LiveConfigOptions;
  readonly #file: FileContent | undefined;
  readonly #listeners = new Set<ConfigListener>();
  #unwatch = () => {};

  constructor(definition: Definition, options: LiveConfigOptions, file: FileContent | undefined, reading: Reading) {
    this.#definition = definition;
    this.#options = options;
    this.#file = file;
    this.current = reading.config;
    this.policies = new LivePolicies(reading.policies);
  }

  watch(listener: ConfigListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  follow(onEdgeChange: OnEdgeChange): void {
    if (this.#file === undefined) return;
    const { clock, poll } = this.#options;
    this.#unwatch = watchFile(this.#file, { clock, ...(poll !== undefined && { poll }) }, (content) =>
      this.#reload(content, onEdgeChange),
    );
  }

  close(): void {
    this.#unwatch();
    this.#listeners.clear();
  }

  #reload(file: FileContent, onEdgeChange: OnEdgeChange): void {
    const { log, reloaded, env } = this.#options;
    const faults: string[] = [];
    const { config, policies } = read(this.#definition, env, file, faults);
    if (faults.length > 0) {
      this.report = { status: 'refused', faults, restart: this.report.restart };
      log.error({ file: file.path, faults }, 'the configuration file cannot be used; what held before still holds');
      reloaded('refused');
      return;
    }
    const { next, changed, restart } = this.#merged(config);
    this.report = { status: 'applied', faults: [], restart };
    this.policies.apply(policies, onEdgeChange);
    this.current = next;
    log.info({ file: file.path, changed }, 'the configuration file was applied');
    if (restart.length > 0)
      log.warn({ file: file.path, restart }, 'entries that are not hot change with a restart only');
    reloaded('applied');
    if (changed.length > 0) this.#tell();
  }

  /** The values with those of the file that are hot. */
  #merged(config: Config) {
    const { config: entries } = this.#definition;
    const differing = Object.keys(entries).filter((key) => !isDeepStrictEqual(config[key], this.current[key]));
    const changed = differing.filter((key) => entries[key]?.hot === true);
    const restart = differing.filter((key) => entries[key]?.hot !== true);
    if (changed.length === 0) return { next: this.current, changed, restart };
    const values = Object.fromEntries(changed.map((key) => [key, config[key]]));
    return { next: masked(entries, { ...this.current, ...values }), changed, restart };
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      try {
        listener(this.current);
      } catch (err) {
        this.#options.log.error({ err }, 'a listener for changes of the configuration failed');
      }
    }
  }
}
