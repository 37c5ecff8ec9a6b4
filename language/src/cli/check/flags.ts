import type { Severity } from '../../rules/index.ts';

/** What `weir check` was given. */
export interface CheckFlags {
  readonly format: 'text' | 'json' | 'sarif' | 'github';
  readonly failOn: Severity;
  /** `name=severity`, in the order given. */
  readonly rule: readonly string[];
  readonly listRules?: true;
  readonly baseline?: string;
  readonly writeBaseline?: true;
  readonly fix?: true;
  readonly dryRun?: true;
  readonly watch?: true;
  /** False with `--no-cache`. */
  readonly cache: boolean;
}
