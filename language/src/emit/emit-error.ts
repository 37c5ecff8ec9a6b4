import type { Place } from '../model/model.ts';

/** Something that a target has no form for, though the language does: what, how to mend it, and where it stands. */
export interface EmitFault {
  readonly message: string;
  readonly hint: string;
  /** Absent when the fault is in `weir.json`. */
  readonly at?: Place;
}

/** What an emitter throws for a model that its target cannot take: all that is wrong, at once. Nothing is written then. */
export class EmitError extends Error {
  override readonly name = 'EmitError';
  readonly faults: readonly EmitFault[];

  constructor(faults: readonly EmitFault[]) {
    super(faults.map(textOf).join('\n'));
    this.faults = faults;
  }
}

function textOf({ message, hint, at }: EmitFault): string {
  const place = at ? `${at.file}:${at.start.line}:${at.start.column}: ` : '';
  return `${place}${message}\n  ${hint}`;
}
