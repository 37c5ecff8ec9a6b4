import { files, type Service, type Source } from './system.ts';

/** The same system in protobuf. Routes, errors of an operation and who calls whom have no place there. */
export function proto(services: number): Source[] {
  const parts = files(services).map((part, i) => ({
    path: `generated/part${i}.proto`,
    text: `syntax = "proto3";

package generated;

import "generated/shared.proto";

${part.map(service).join('\n')}`,
  }));
  return [...parts, { path: 'generated/shared.proto', text: shared }, { path: 'buf.yaml', text: 'version: v2\n' }];
}

const shared = `syntax = "proto3";

package generated;

message Money {
  int64 cents = 1;
  string currency = 2;
}
`;

function service({ number: n }: Service): string {
  return `enum Status${n} {
  STATUS${n}_UNKNOWN = 0;
  STATUS${n}_OPEN = 1;
  STATUS${n}_CLOSED = 2;
}

message Thing${n} {
  string id = 1;
  string name = 2;
  Status${n} status = 3;
  repeated int64 amounts = 4;
  map<string, string> labels = 5;
  optional string note = 6;
  Money price = 7;
}

message Missing${n} {
  string id = 1;
}

message Get${n}Request {
  string id = 1;
}

message Put${n}Request {
  string id = 1;
  string name = 2;
}

// The service with number ${n}.
service Service${n} {
  rpc Get${n}(Get${n}Request) returns (Thing${n}) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc Put${n}(Put${n}Request) returns (Thing${n}) {
    option idempotency_level = IDEMPOTENT;
  }
}
`;
}
