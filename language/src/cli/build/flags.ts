/** What `weir build` was given. */
export interface BuildFlags {
  readonly check?: true;
  readonly dryRun?: true;
  readonly target?: readonly string[];
  readonly env?: string;
  readonly out?: string;
  readonly watch?: true;
}
