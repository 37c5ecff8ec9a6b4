/** gRPC codes for what is none: answers of HTTP alone, and streams that were reset. */

import { constants } from 'node:http2';

export const OK = 0;
export const UNKNOWN = 2;
export const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
export const UNIMPLEMENTED = 12;
export const INTERNAL = 13;
export const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/**
 * The code of an answer without `grpc-status`, by its HTTP status: a proxy's, or that of a server of something else.
 * https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
 */
export function codeOfHttpStatus(status: number): number {
  switch (status) {
    case 400:
    case 431:
      return INTERNAL;
    case 401:
      return UNAUTHENTICATED;
    case 403:
      return PERMISSION_DENIED;
    case 404:
      return UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return UNAVAILABLE;
    default:
      return UNKNOWN;
  }
}

/**
 * The code of a stream that the server reset, by the error code of HTTP/2. One that nobody here cancelled was broken off by
 * the server: CANCEL is UNAVAILABLE, since CANCELLED would blame the caller.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors
 */
export function codeOfReset(code: number): number {
  switch (code) {
    case constants.NGHTTP2_CANCEL:
    case constants.NGHTTP2_REFUSED_STREAM:
      return UNAVAILABLE;
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return RESOURCE_EXHAUSTED;
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return PERMISSION_DENIED;
    default:
      return INTERNAL;
  }
}
