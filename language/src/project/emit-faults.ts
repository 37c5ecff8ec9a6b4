import { EmitError } from '../emit/emit-error.ts';
import { ProjectError } from './fault.ts';

/** Runs an emitter. What its target cannot take is a fault of the project, told by a `ProjectError`, and not one of ours. */
export function withFaultsOfProject<T>(emit: () => T): T {
  try {
    return emit();
  } catch (error) {
    return throwFaultsOfProject(error);
  }
}

/** Throws what an emitter threw, or what it threw when a text was printed, in the same way. */
export function throwFaultsOfProject(error: unknown): never {
  if (!(error instanceof EmitError)) throw error;
  const faults = error.faults.map(({ message, hint, at }) => ({
    message,
    hint,
    ...(at ? { file: at.file, line: at.start.line, column: at.start.column } : {}),
  }));
  throw new ProjectError(faults, { cause: error });
}
