import { unambiguous } from '../../fixes/choose.ts';
import type { Fix, Place } from '../../model/model.ts';
import { fingerprintOf } from '../../project/fingerprint.ts';
import type { AppliedRule } from '../../project/rule-settings.ts';
import { type Diagnostic, fullMessage, type Severity } from '../../rules/index.ts';
import { uriOf } from './uri.ts';

export interface SarifOptions {
  readonly version: string;
  readonly rules: readonly AppliedRule[];
  /** How a file of the project is named from `%SRCROOT%`; as it is unless given. */
  readonly path?: (file: string) => string;
  /** The findings that a baseline accepts; absent when there is none. */
  readonly known?: ReadonlySet<Diagnostic>;
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const root = '%SRCROOT%';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'note' };

/** How GitHub sorts what is no question of security. */
const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  hint: 'recommendation',
};

/**
 * Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0, an OASIS standard), for code scanning and other
 * programs. All rules are described, also those that have found nothing. In the order given.
 */
export function printSarif(diagnostics: readonly Diagnostic[], options: SarifOptions): string {
  const { version, rules, path = (file) => file } = options;
  const writer = new Writer(rules, path, options.known);
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Weir', semanticVersion: version, version, rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: {
          [root]: { description: { text: 'The root of the repository, or where Weir was started.' } },
        },
        invocations: [{ executionSuccessful: true, ...overridesOf(rules) }],
        results: diagnostics.map((diagnostic) => writer.result(diagnostic)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf({ name, group, severity, summary, thresholds, fixable, page }: AppliedRule): object {
  return {
    id: name,
    shortDescription: { text: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.` },
    ...(page === undefined
      ? {}
      : { help: { text: `${summary}\n\`weir explain ${name}\` tells why it hurts, and what to do.`, markdown: page } }),
    defaultConfiguration: { level: levels[severity], ...parametersOf(thresholds) },
    properties: { tags: [group], fixable, 'problem.severity': problemSeverities[severity] },
  };
}

const parametersOf = (thresholds: AppliedRule['thresholds']): object =>
  Object.keys(thresholds).length === 0 ? {} : { parameters: thresholds };

/** What the settings say otherwise than the rules do by themselves. */
function overridesOf(rules: readonly AppliedRule[]): object {
  const overrides = rules.flatMap(({ name, severity, effective }, index) => {
    if (effective === severity) return [];
    const configuration = effective === 'off' ? { enabled: false } : { level: levels[effective] };
    return [{ descriptor: { id: name, index }, configuration }];
  });
  return overrides.length === 0 ? {} : { ruleConfigurationOverrides: overrides };
}

class Writer {
  private readonly rules: ReadonlyMap<string, { readonly index: number; readonly path: boolean }>;
  private readonly path: (file: string) => string;
  private readonly known: ReadonlySet<Diagnostic> | undefined;
  /** How often each fingerprint has come up: those alike are told apart by their order. */
  private readonly alike = new Map<string, number>();

  constructor(
    rules: readonly AppliedRule[],
    path: (file: string) => string,
    known: ReadonlySet<Diagnostic> | undefined,
  ) {
    this.rules = new Map(rules.map(({ name, path: isPath }, index) => [name, { index, path: isPath }]));
    this.path = path;
    this.known = known;
  }

  result(diagnostic: Diagnostic): object {
    const { rule, severity, message, at, within, related, fixes } = diagnostic;
    const known = this.rules.get(rule);
    return {
      ruleId: rule,
      ...(known ? { ruleIndex: known.index } : {}),
      level: levels[severity],
      message: { text: fullMessage(diagnostic) },
      locations: [
        {
          physicalLocation: this.physical(at),
          ...(within === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: within }] }),
        },
      ],
      ...(related.length === 0
        ? {}
        : { relatedLocations: related.map((one, i) => ({ id: i + 1, ...this.location(one.at, one.message) })) }),
      ...(known?.path && related.length > 0 ? { codeFlows: [this.flow(message, at, related)] } : {}),
      ...(fixes.length === 0 ? {} : { fixes: preferredFirst(fixes).map((fix) => this.fix(fix)) }),
      partialFingerprints: { 'weirFinding/v1': this.fingerprint(diagnostic) },
      ...(this.known ? { baselineState: this.known.has(diagnostic) ? 'unchanged' : 'new' } : {}),
    };
  }

  private fingerprint(diagnostic: Diagnostic): string {
    const print = fingerprintOf(diagnostic);
    const times = (this.alike.get(print) ?? 0) + 1;
    this.alike.set(print, times);
    return `${print}:${times}`;
  }

  private location(at: Place, text: string): object {
    return { physicalLocation: this.physical(at), message: { text } };
  }

  private physical(at: Place): object {
    return { artifactLocation: this.artifact(at.file), region: regionOf(at) };
  }

  private artifact(file: string): object {
    return { uri: uriOf(this.path(file)), uriBaseId: root };
  }

  /** The path from the place of the finding on, hop by hop. */
  private flow(message: string, at: Place, related: Diagnostic['related']): object {
    const hops = [{ message, at }, ...related];
    return { threadFlows: [{ locations: hops.map((hop) => ({ location: this.location(hop.at, hop.message) })) }] };
  }

  private fix({ title, edits }: Fix): object {
    const byFile = Map.groupBy(edits, ({ at }) => at.file);
    return {
      description: { text: title },
      artifactChanges: [...byFile].map(([file, inFile]) => ({
        artifactLocation: this.artifact(file),
        replacements: inFile.map(({ at, text }) => ({ deletedRegion: regionOf(at), insertedContent: { text } })),
      })),
    };
  }
}

function regionOf({ start, end }: Place): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function preferredFirst(fixes: readonly Fix[]): readonly Fix[] {
  const first = unambiguous(fixes);
  return first ? [first, ...fixes.filter((fix) => fix !== first)] : fixes;
}
