import type { CallOn } from './client-call.ts';
import { ACCEPTED } from './compression.ts';
import { formatTimeout } from './headers.ts';

const COMMON_HEADERS = ['te', 'trailers', 'content-type', 'application/grpc', 'grpc-accept-encoding', ACCEPTED];

/** The headers of a request, names and values by turns: Node would copy an object. */
export function requestHeaders({ target, attempt, channel }: CallOn, gzip: boolean): string[] {
  const { timeLeft, headers: own } = attempt;
  const headers = [':method', 'POST', ':scheme', channel.scheme, ':path', target.path, ':authority', channel.address];
  // Not by an instant of the wall clock, which may jump; and the policy above ends the call anyway.
  if (timeLeft !== undefined) headers.push('grpc-timeout', formatTimeout(timeLeft));
  headers.push(...COMMON_HEADERS, 'user-agent', own['user-agent'] ?? 'grpc-node-weir/1');
  if (gzip) headers.push('grpc-encoding', 'gzip');
  for (const name in own) if (name !== 'user-agent') headers.push(name, own[name]!);
  return headers;
}
