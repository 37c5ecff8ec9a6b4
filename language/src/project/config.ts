import type { RuleSetting } from '../rules/index.ts';
import type { Fault } from './fault.ts';

/** What weir.json holds, as written. */
export interface ConfigText {
  readonly include?: readonly string[];
  readonly uses?: readonly string[];
  readonly extends?: readonly string[];
  readonly out?: string;
  readonly services?: string;
  readonly emit?: readonly string[];
  readonly emitters?: readonly string[];
  readonly kubernetes?: { readonly version?: string };
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  readonly baseline?: string;
}

/** Settings that one project may take over from another, or from a package. */
export interface Shared {
  readonly emit?: readonly string[];
  /** Each with the folder that it is resolved from. */
  readonly emitters: readonly { readonly name: string; readonly from: string }[];
  readonly kubernetesVersion?: string;
  readonly rules: Readonly<Record<string, RuleSetting>>;
}

/** The settings of a project, complete. Paths are relative to its root, with `/` and no slash at the end. */
export interface Config extends Shared {
  readonly include: readonly string[];
  readonly uses: readonly string[];
  readonly out: string;
  readonly services: string;
  readonly kubernetesVersion: string;
  /** The file with the findings that `weir check` accepts. */
  readonly baseline?: string;
}

/** A settings file that could be read: its values, and where each of them stands. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly values: ConfigText;
  /** A fault at a value: `faultAt(['rules', 'deep-chain'], 'no such rule')`. */
  readonly faultAt: (path: readonly (string | number)[], message: string, hint?: string) => Fault;
}

export const configName = 'weir.json';

export const nothingShared: Shared = { emitters: [], rules: {} };

export const defaultConfig: Config = {
  ...nothingShared,
  include: ['**/*.svc'],
  uses: [],
  out: 'generated',
  services: 'services',
  kubernetesVersion: '1.33',
};

/** `own` over `base`; rules are taken one by one, emitters add up. */
export function over(base: Shared, own: Shared): Shared {
  return {
    ...base,
    ...own,
    emitters: [...base.emitters, ...own.emitters],
    rules: { ...base.rules, ...own.rules },
  };
}

/** What a file itself says of the settings that can be shared. */
export function sharedOf(file: ConfigText, folder: string): Shared {
  return {
    ...(file.emit === undefined ? {} : { emit: file.emit }),
    emitters: (file.emitters ?? []).map((name) => ({ name, from: folder })),
    ...(file.kubernetes?.version === undefined ? {} : { kubernetesVersion: file.kubernetes.version }),
    rules: file.rules ?? {},
  };
}

/** The settings of a project: what it extends, overridden by its own, with its own paths. */
export function completed(shared: Shared, file: ConfigText): Config {
  const { include, uses, out, services, kubernetesVersion } = defaultConfig;
  return {
    ...shared,
    kubernetesVersion: shared.kubernetesVersion ?? kubernetesVersion,
    include: file.include ?? include,
    uses: file.uses ?? uses,
    out: folderBelow(file.out ?? out) ?? out,
    services: folderBelow(file.services ?? services) ?? services,
    ...(file.baseline === undefined ? {} : { baseline: file.baseline }),
  };
}

/** A path as a folder below the root (`./gen/` is `gen`), or nothing when it is the root or leads out of it. */
export function folderBelow(path: string): string | undefined {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return undefined;
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
}
