import type { AsyncCommand, Command } from 'fast-check';

/** One step of a model-based test: does the same to the model and to the real thing, and asserts that they agree. */
export function command<Model extends object, Real>(
  name: string,
  run: (model: Model, real: Real) => void,
  possible: (model: Readonly<Model>) => boolean = () => true,
): Command<Model, Real> {
  return { check: possible, run, toString: () => name };
}

/** The same where the real thing takes time. */
export function asyncCommand<Model extends object, Real>(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  possible: (model: Readonly<Model>) => boolean = () => true,
): AsyncCommand<Model, Real> {
  return { check: possible, run, toString: () => name };
}
