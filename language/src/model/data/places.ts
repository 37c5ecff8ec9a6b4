/** Where things stand, and what every declaration has. */

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a source. `file` is relative to the project's root, with `/`. The end is exclusive. */
export interface Place {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** A name as written, and the full name of what it means. */
export interface Ref {
  readonly name: string;
  readonly id?: string;
  readonly at: Place;
}

/** A value with the place where it was written. */
export interface At<T> {
  readonly value: T;
  readonly at: Place;
}

export interface Allow {
  readonly rule: string;
  readonly reason: string;
  readonly at: Place;
}

/** What every declaration has. */
export interface Declared {
  /** Full name: package and name. Unique within the kind, unless `duplicate-name` says otherwise. */
  readonly id: string;
  readonly name: string;
  readonly package: string;
  /** The place of the name. */
  readonly at: Place;
  /** The whole declaration. */
  readonly extent: Place;
  readonly docs?: string;
  readonly deprecated?: string;
  readonly allows: readonly Allow[];
}

/** A member that has a name but no full name of its own. */
export interface Member {
  readonly name: string;
  readonly at: Place;
  readonly docs?: string;
  readonly deprecated?: string;
  readonly allows: readonly Allow[];
}
