/** The messages of protobuf that scalars of the language are on the wire, and the files of what is not a service's own. */

import type { ServiceDefinition } from '../definition.ts';

const IN = 'google.protobuf';

export const WELL_KNOWN: ServiceDefinition['types'] = {
  [`${IN}.Timestamp`]: { fields: { seconds: { number: 1, type: 'int64' }, nanos: { number: 2, type: 'int32' } } },
  [`${IN}.Duration`]: { fields: { seconds: { number: 1, type: 'int64' }, nanos: { number: 2, type: 'int32' } } },
  [`${IN}.Empty`]: { fields: {} },
  [`${IN}.Struct`]: { fields: { fields: { number: 1, type: `${IN}.Value`, map: 'string' } } },
  [`${IN}.Value`]: {
    fields: {
      nullValue: { number: 1, type: `${IN}.NullValue`, oneof: 'kind' },
      numberValue: { number: 2, type: 'double', oneof: 'kind' },
      stringValue: { number: 3, type: 'string', oneof: 'kind' },
      boolValue: { number: 4, type: 'bool', oneof: 'kind' },
      structValue: { number: 5, type: `${IN}.Struct`, oneof: 'kind' },
      listValue: { number: 6, type: `${IN}.ListValue`, oneof: 'kind' },
    },
  },
  [`${IN}.NullValue`]: { enum: { NULL_VALUE: 0 }, prefix: '' },
  [`${IN}.ListValue`]: { fields: { values: { number: 1, type: `${IN}.Value`, list: true } } },
};

/** By type, or by package. */
export const KNOWN_FILES: Readonly<Record<string, string>> = {
  [`${IN}.Timestamp`]: 'google/protobuf/timestamp.proto',
  [`${IN}.Duration`]: 'google/protobuf/duration.proto',
  [`${IN}.Empty`]: 'google/protobuf/empty.proto',
  [IN]: 'google/protobuf/struct.proto',
  'grpc.health.v1': 'grpc/health/v1/health.proto',
  'grpc.reflection.v1': 'grpc/reflection/v1/reflection.proto',
  'grpc.reflection.v1alpha': 'grpc/reflection/v1alpha/reflection.proto',
};
