/** Errors that a callee declared, made again on this side. */

import type { Codec } from './codec/codec.ts';
import type { OperationContract } from './definition.ts';
import { type DeclaredError, type DeclaredErrorClass, declaredError } from './errors.ts';

const classes = new Map<string, DeclaredErrorClass<unknown>>();

/**
 * The declared error of that full name, if the contract knows it and its fields can be read; undefined otherwise, so that
 * an error of a newer callee is still an error with its code.
 */
export function declaredErrorOf(
  contract: OperationContract,
  error: string,
  message: string | undefined,
  readFields: (message: string) => unknown,
): DeclaredError | undefined {
  const definition = contract.errors[error];
  if (definition === undefined) return undefined;
  const key = `${error} ${definition.status} ${definition.grpc}`;
  const Class = classes.get(key) ?? declaredError<unknown>(error, definition.status, definition.grpc);
  classes.set(key, Class);
  try {
    return new Class(readFields(definition.message), message || undefined, { origin: 'remote' });
  } catch {
    return undefined;
  }
}

/** What a transport's errors are read with. */
export interface ErrorReading {
  /** `users.GetUser`, for messages. */
  readonly target: string;
  readonly contract: OperationContract;
  readonly codec: Codec;
}
