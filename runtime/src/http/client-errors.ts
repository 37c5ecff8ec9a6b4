import { NEVER_SENT } from '../policy/foreign.ts';
/** What an HTTP answer, or the lack of one, means as a `ServiceError`. */

import type { IncomingHttpHeaders } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { declaredErrorOf, type ErrorReading } from '../client-errors.ts';
import { type CodeName, codeOfStatus, grpcCodeOf, ServiceError, type Violation } from '../errors.ts';
import { ERROR_URN, type Problem, STILL_RUNNING } from './problem.ts';

/** The error of an answer with a status outside 2xx: a declared one, one with violations, or what its status says. */
export function answeredError(
  reading: ErrorReading,
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
): ServiceError {
  const problem = problemIn(body);
  return (
    (problem && declaredIn(reading, problem)) ??
    new ServiceError(codeIn(problem) ?? codeOfStatus(status), messageOf(reading.target, status, problem), {
      status: status >= 400 ? status : undefined,
      violations: violationsIn(problem),
      retryAfter: exactRetryAfterIn(problem) ?? retryAfterIn(headers),
      stillRunning: problem?.type === STILL_RUNNING,
      origin: 'remote',
    })
  );
}

/** The error that a server stream ended with, told in an event. */
export function streamedError(reading: ErrorReading, data: string): ServiceError {
  const problem = problemIn(data);
  return answeredError(reading, typeof problem?.status === 'number' ? problem.status : 500, {}, data);
}

type LooseProblem = { readonly [Key in keyof Problem]?: unknown };

function problemIn(body: string): LooseProblem | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function declaredIn({ contract, codec }: ErrorReading, problem: LooseProblem): ServiceError | undefined {
  if (typeof problem.type !== 'string' || !problem.type.startsWith(ERROR_URN)) return undefined;
  const name = problem.type.slice(ERROR_URN.length);
  return declaredErrorOf(contract, name, textOf(problem.detail), (message) =>
    codec.fromJson(message, problem.fields ?? {}),
  );
}

/** The code as the callee names it: its status alone does not tell it. */
function codeIn(problem: LooseProblem | undefined): CodeName | undefined {
  const { code } = problem ?? {};
  const known = typeof code === 'string' && (code === 'unknown' || grpcCodeOf(code as CodeName) !== 2);
  return known ? (code as CodeName) : undefined;
}

function messageOf(target: string, status: number, problem: LooseProblem | undefined): string {
  const said = textOf(problem?.detail) ?? textOf(problem?.title);
  return said ?? `${target} answered ${`${status} ${STATUS_CODES[status] ?? ''}`.trim()}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function violationsIn(problem: LooseProblem | undefined): readonly Violation[] | undefined {
  if (!Array.isArray(problem?.violations)) return undefined;
  const violations = problem.violations.filter(
    (one): one is Violation => typeof one?.field === 'string' && typeof one.message === 'string',
  );
  return violations.map(({ field, message, rule }) => ({ field, message, rule: String(rule ?? '') }));
}

function exactRetryAfterIn(problem: LooseProblem | undefined): number | undefined {
  const { retryAfterMs } = problem ?? {};
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : undefined;
}

/** `Retry-After` in milliseconds. A date counts from the callee's own `Date`, so that clocks need not agree. */
function retryAfterIn(headers: IncomingHttpHeaders): number | undefined {
  const asked = headers['retry-after']?.trim();
  if (asked === undefined) return undefined;
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const until = Date.parse(asked);
  const now = Date.parse(headers.date ?? '');
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(now) ? Date.now() : now));
}

const failedToConnect = new WeakSet<object>();

/** Marks the error of a connection that could not be opened, by TCP or by TLS. */
export function neverSent<E extends Error>(error: E): E {
  failedToConnect.add(error);
  return error;
}

/** The error of a request that got no answer, or none to its end. `begun`: its headers had come. */
export function connectionError(target: string, error: unknown, begun: boolean): ServiceError {
  if (error instanceof ServiceError) return error;
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  const why = message || code;
  if (!begun && (failedToConnect.has(error as object) || NEVER_SENT.has(code) || syscall === 'connect')) {
    return new ServiceError('unavailable', `${target} cannot be reached: ${why}`, { origin: 'connect', cause: error });
  }
  switch (code) {
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return new ServiceError('unavailable', `${target} cannot be called any more: ${why}`, { cause: error });
    case 'UND_ERR_INVALID_ARG':
      return new ServiceError('internal', `the request of ${target} cannot be sent: ${why}`, { cause: error });
    default:
      return new ServiceError('unavailable', `the connection to ${target} broke: ${why}`, {
        origin: 'remote',
        responseBegun: begun,
        cause: error,
      });
  }
}
