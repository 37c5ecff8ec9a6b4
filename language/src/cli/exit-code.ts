/** What a command's end means to whoever started it. */
export const exitCode = {
  /** Nothing at or above `--fail-on`. */
  fine: 0,
  /** Findings; or `--check`, and something would change. */
  findings: 1,
  /** Usage, or input or output that cannot be read or written. */
  input: 2,
  /** A fault of Weir. */
  fault: 3,
  /** Ctrl-C, as shells count it: 128 and the signal's number. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
