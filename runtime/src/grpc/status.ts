/** `grpc-status-details-bin`: google.rpc.Status with what went wrong in detail. https://cloud.google.com/apis/design/errors */

import { createProtobuf } from '../codec/protobuf.ts';
import type { Violation } from '../errors.ts';

export const STATUS_DETAILS = 'grpc-status-details-bin';

/** What travels beside a gRPC status. */
export interface StatusDetails {
  /** gRPC code, 1–16. */
  readonly code: number;
  readonly message: string;
  /** From a google.rpc.BadRequest. */
  readonly violations?: readonly Violation[];
  /** The first of several equal requests still runs: a google.rpc.ErrorInfo says so. */
  readonly stillRunning?: boolean;
  /** A declared error: the full name of its message, and the message in protobuf. */
  readonly error?: { readonly name: string; readonly bytes: Uint8Array };
}

const STATUS = 'google.rpc.Status';
const BAD_REQUEST = 'google.rpc.BadRequest';
const ERROR_INFO = 'google.rpc.ErrorInfo';
const DOMAIN = 'weir';
const STILL_RUNNING = 'STILL_RUNNING';
const TYPE_URL = 'type.googleapis.com/';

const rpc = createProtobuf({
  'google.rpc.Any': { fields: { typeUrl: { number: 1, type: 'string' }, value: { number: 2, type: 'bytes' } } },
  [STATUS]: {
    fields: {
      code: { number: 1, type: 'int32' },
      message: { number: 2, type: 'string' },
      details: { number: 3, type: 'google.rpc.Any', list: true },
    },
  },
  [ERROR_INFO]: { fields: { reason: { number: 1, type: 'string' }, domain: { number: 2, type: 'string' } } },
  'google.rpc.FieldViolation': {
    fields: {
      field: { number: 1, type: 'string' },
      message: { number: 2, type: 'string' },
      rule: { number: 3, type: 'string' },
    },
  },
  [BAD_REQUEST]: { fields: { violations: { number: 1, type: 'google.rpc.FieldViolation', list: true } } },
});

export function encodeStatusDetails({ code, message, violations, stillRunning, error }: StatusDetails): Buffer {
  const details: { typeUrl: string; value: Uint8Array }[] = [];
  if (error !== undefined) details.push({ typeUrl: TYPE_URL + error.name, value: error.bytes });
  if (violations !== undefined) {
    details.push({ typeUrl: TYPE_URL + BAD_REQUEST, value: rpc.serialize(BAD_REQUEST, { violations }) });
  }
  if (stillRunning) {
    const value = rpc.serialize(ERROR_INFO, { reason: STILL_RUNNING, domain: DOMAIN });
    details.push({ typeUrl: TYPE_URL + ERROR_INFO, value });
  }
  return rpc.serialize(STATUS, { code, message: message.toWellFormed(), details });
}

/** Undefined when the bytes are no google.rpc.Status. Details of other types are passed over, but for one that may be a declared error. */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails | undefined {
  try {
    const status = rpc.deserialize(STATUS, bytes) as {
      code: number;
      message: string;
      details: { typeUrl: string; value: Uint8Array }[];
    };
    let found: StatusDetails = { code: status.code, message: status.message };
    for (const { typeUrl, value } of status.details) {
      const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
      if (name === BAD_REQUEST)
        found = { ...found, ...(rpc.deserialize(BAD_REQUEST, value) as { violations: Violation[] }) };
      else if (name === ERROR_INFO) found = { ...found, stillRunning: saysStillRunning(value) };
      else if (!name.startsWith('google.rpc.')) found = { ...found, error: { name, bytes: value } };
    }
    return found;
  } catch {
    return undefined;
  }
}

function saysStillRunning(bytes: Uint8Array): boolean {
  const { reason, domain } = rpc.deserialize(ERROR_INFO, bytes) as { reason: string; domain: string };
  return reason === STILL_RUNNING && domain === DOMAIN;
}
