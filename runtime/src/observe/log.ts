/** Logs: JSON lines by pino, one for each request, with the ids that lead to its trace. */

import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** Secrets that a handler might log with a request by mistake. */
const REDACTED = ['authorization', 'headers.authorization', 'headers.cookie', 'token', 'password', 'secret'];

/**
 * The log of a service, or of several in one process, which then are named by children of it. The level is `WEIR_LOG_LEVEL` (trace, debug, info, warn, error, fatal, silent), else info.
 * Throws when the variable names another.
 */
export function createLog(
  definition: { readonly name: string; readonly version: string } | undefined,
  env: NodeJS.ProcessEnv,
  destination?: DestinationStream,
): Logger {
  const level = env.WEIR_LOG_LEVEL ?? 'info';
  if (!Object.hasOwn(pino.levels.values, level) && level !== 'silent') {
    throw new Error(
      `WEIR_LOG_LEVEL is "${level}"; write one of ${Object.keys(pino.levels.values).join(', ')}, silent.`,
    );
  }
  const options: LoggerOptions = {
    level,
    base: definition === undefined ? {} : belonging(definition),
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '***' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What each line of a service's log begins with. */
export function belonging({ name, version }: { readonly name: string; readonly version: string }) {
  return { service: name, version };
}
