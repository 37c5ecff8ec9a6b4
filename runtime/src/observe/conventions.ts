/** How calls are described in spans: OpenTelemetry's semantic conventions, version 1.45 (HTTP, and gRPC with `rpc.status_code`). */

import type { Attributes } from '@opentelemetry/api';
import type { CodeName } from '../errors.ts';
import type { Transport } from './observe.ts';

/** What a span says of the call that it stands for. */
export interface SpanSubject {
  readonly name: string;
  readonly attributes: Attributes;
}

/** How a call ended, as far as it is known. */
export interface SpanOutcome {
  readonly transport: Transport;
  readonly code: 'ok' | CodeName;
  /** HTTP status, where one was sent or seen. */
  readonly status?: number | undefined;
}

/** gRPC codes for which a server is to blame; any other is an answer. */
const SERVER_FAULTS: ReadonlySet<string> = new Set<CodeName>([
  'unknown',
  'deadline-exceeded',
  'unimplemented',
  'internal',
  'unavailable',
  'data-loss',
]);

/** The attributes of an outcome; `error` says that the span has failed, in the eyes of a server or of a client. */
export function outcomeOf(
  side: 'server' | 'client',
  { transport, code, status }: SpanOutcome,
): { readonly attributes: Attributes; readonly error: boolean } {
  const failed = side === 'client' ? code !== 'ok' : SERVER_FAULTS.has(code);
  if (transport === 'grpc') {
    const name = code.toUpperCase().replaceAll('-', '_');
    return { attributes: { 'rpc.status_code': name, ...(failed && { 'error.type': name }) }, error: failed };
  }
  const error = status === undefined ? failed : status >= (side === 'server' ? 500 : 400);
  return {
    attributes: {
      ...(status !== undefined && { 'http.response.status_code': status }),
      ...(error && { 'error.type': status === undefined ? code : String(status) }),
      ...(code !== 'ok' && { 'weir.code': code }),
    },
    error,
  };
}

/** @param method of the service: `shop.orders.OrdersService/PlaceOrder` */
export function grpcSubject(method: string): SpanSubject {
  return { name: method, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': method } };
}

/** @param route as in the `.svc`: `/v1/orders/{id}` */
export function httpSubject(side: 'server' | 'client', method: string, route: string): SpanSubject {
  const template = side === 'server' ? 'http.route' : 'url.template';
  return { name: `${method} ${route}`, attributes: { 'http.request.method': method, [template]: route } };
}

/** The host and port of `host:port`, or of a url. */
export function addressAttributes(endpoint: string): Attributes {
  const url = URL.parse(endpoint.includes('://') ? endpoint : `http://${endpoint}`);
  if (url === null) return { 'server.address': endpoint };
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { 'server.address': url.hostname.replace(/^\[|\]$/g, ''), 'server.port': port };
}
