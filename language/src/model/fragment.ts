import type { Model, Problem, SourceFile } from './model.ts';
import type { DeclaredName } from './names-in-scope.ts';

/** The lists of a model that declarations go to. */
export type Declarations = Pick<
  Model,
  | 'messages'
  | 'errors'
  | 'events'
  | 'enums'
  | 'aliases'
  | 'policies'
  | 'services'
  | 'resources'
  | 'externals'
  | 'auths'
  | 'gateways'
  | 'contexts'
  | 'relations'
  | 'systems'
>;

/**
 * What one file says, as plain data that depends on that file alone: in its declarations no name has been looked up, so
 * no `Ref` has an `id`, and no `of` and no `found` is known. `link` makes a model of the fragments of all files.
 */
export interface Fragment extends SourceFile {
  /** What it declares, also where broken text left too little for a declaration. */
  readonly names: readonly DeclaredName[];
  readonly declarations: Declarations;
  /** What reading this file alone has found wrong. */
  readonly problems: readonly Problem[];
  /** Lines on which the parser lost its way, from 1: nothing else can be said of them for certain. */
  readonly broken: readonly number[];
}
