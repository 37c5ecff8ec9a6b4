import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { kindsHandlers } from '../fixtures/handlers.ts';
import { kinds, kindsProto } from '../fixtures/kinds.ts';
import { type ServeOptions, serve } from '../service.ts';

const proto = (version: string) => `
syntax = "proto3";
package grpc.reflection.${version};
message ServerReflectionRequest {
  string host = 1;
  oneof message_request {
    string file_by_filename = 3;
    string file_containing_symbol = 4;
    ExtensionRequest file_containing_extension = 5;
    string all_extension_numbers_of_type = 6;
    string list_services = 7;
  }
}
message ExtensionRequest { string containing_type = 1; int32 extension_number = 2; }
message ServerReflectionResponse {
  string valid_host = 1;
  ServerReflectionRequest original_request = 2;
  oneof message_response {
    FileDescriptorResponse file_descriptor_response = 4;
    ExtensionNumberResponse all_extension_numbers_response = 5;
    ListServiceResponse list_services_response = 6;
    ErrorResponse error_response = 7;
  }
}
message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
message ExtensionNumberResponse { string base_type_name = 1; repeated int32 extension_number = 2; }
message ListServiceResponse { repeated ServiceResponse service = 1; }
message ServiceResponse { string name = 1; }
message ErrorResponse { int32 error_code = 1; string error_message = 2; }
service ServerReflection {
  rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse);
}
`;

// biome-ignore lint/suspicious/noExplicitAny: proto-loader's clients have no static types
type Loose = any;

async function start(t: TestContext, options: ServeOptions = {}) {
  const service = await serve(kinds, kindsHandlers().handlers, {
    env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}', WEIR_LOG_LEVEL: 'silent' },
    host: '127.0.0.1',
    ports: { http: 0, grpc: 0 },
    signals: false,
    ...options,
  });
  t.after(() => service.stop());
  const ask = async (version: string, ...requests: object[]): Promise<Loose[]> => {
    const { root } = protobuf.parse(proto(version), { keepCase: true });
    const loaded = loadPackageDefinition(fromJSON(root.toJSON() as never, { keepCase: true, oneofs: true })) as Loose;
    const address = `127.0.0.1:${service.ports.grpc}`;
    const client = new loaded.grpc.reflection[version].ServerReflection(address, credentials.createInsecure());
    const call = client.ServerReflectionInfo();
    for (const request of requests) call.write(request);
    call.end();
    const answers: Loose[] = [];
    try {
      for await (const answer of call) answers.push(answer);
    } finally {
      client.close();
    }
    return answers;
  };
  return ask;
}

const SERVICES = [
  'weir.kinds.KindsService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
];

test('a server lists its services, in both versions of the protocol', async (t) => {
  const ask = await start(t);
  for (const version of ['v1', 'v1alpha']) {
    const [answer] = await ask(version, { host: 'here', list_services: '*' });
    assert.deepEqual(
      answer.list_services_response.service.map(({ name }: Loose) => name),
      SERVICES,
    );
    assert.deepEqual([answer.valid_host, answer.original_request.list_services], ['here', '*']);
  }
});

/** Files as another library reads them. */
function rootOf(answer: Loose): protobuf.Root {
  const file = answer.file_descriptor_response.file_descriptor_proto.map((bytes: Buffer) =>
    descriptor.FileDescriptorProto.decode(bytes),
  );
  return (protobuf.Root as Loose).fromDescriptor({ file });
}

/** Maps are lists of entries in a descriptor, and that library leaves them so. */
function typeOf(field: protobuf.Field): string {
  const name = (of: protobuf.Field) => of.resolvedType?.fullName ?? of.type;
  if (field instanceof protobuf.MapField) return `map<${field.keyType}, ${name(field)}>`;
  const { resolvedType: entry } = field;
  if (!(entry instanceof protobuf.Type) || !entry.name.endsWith('Entry'))
    return `${field.repeated ? 'repeated ' : ''}${name(field)}`;
  return `map<${name(entry.fields.key!)}, ${name(entry.fields.value!)}>`;
}

/** What a contract says, without comments and order. */
function contractOf(root: protobuf.Root) {
  root.resolveAll();
  const type = (name: string) => {
    const fields = root.lookupType(name).fieldsArray;
    return Object.fromEntries(fields.map((field) => [field.name, [field.id, typeOf(field), field.partOf?.name]]));
  };
  const names = Object.keys(kinds.types).filter((name) => 'fields' in kinds.types[name]! && !name.endsWith('SoldOut'));
  const methods = root
    .lookupService('weir.kinds.KindsService')
    .methodsArray.map((method) => [
      method.name,
      method.resolvedRequestType!.fullName,
      method.resolvedResponseType!.fullName,
      method.requestStream ?? false,
      method.responseStream ?? false,
    ]);
  return {
    types: Object.fromEntries(names.map((name) => [name, type(name)])),
    color: root.lookupEnum('weir.kinds.Color').values,
    methods,
  };
}

test('what it tells of its contract is the contract', async (t) => {
  const ask = await start(t);
  const [answer] = await ask('v1', { file_containing_symbol: 'weir.kinds.KindsService.GetItem' });
  const written = protobuf.parse(kindsProto, { keepCase: true }).root;
  for (const file of ['timestamp', 'duration', 'struct', 'empty']) {
    written.addJSON(protobuf.common.get(`google/protobuf/${file}.proto`)!.nested!);
  }
  assert.deepEqual(contractOf(rootOf(answer)), contractOf(written));
});

test('files are found by their names, and come with what they import, each once', async (t) => {
  const ask = await start(t);
  const [named, imported, health, reflection] = await ask(
    'v1',
    { file_by_filename: 'weir/kinds.proto' },
    { file_by_filename: 'google/protobuf/struct.proto' },
    { file_containing_symbol: 'grpc.health.v1.HealthCheckResponse.ServingStatus' },
    { file_containing_symbol: 'grpc.reflection.v1.ServerReflection' },
  );
  const names = (answer: Loose) =>
    answer.file_descriptor_response.file_descriptor_proto.map(
      (bytes: Buffer) => (descriptor.FileDescriptorProto.decode(bytes) as Loose).name,
    );
  const google = ['duration', 'empty', 'struct', 'timestamp'].map((name) => `google/protobuf/${name}.proto`);
  assert.deepEqual(names(named), ['weir/kinds.proto', ...google]);
  assert.deepEqual(names(imported), ['google/protobuf/struct.proto']);
  assert.deepEqual(names(health), ['grpc/health/v1/health.proto']);
  assert.deepEqual(names(reflection), ['grpc/reflection/v1/reflection.proto']);
});

test('what there is not is told so, and the conversation goes on', async (t) => {
  const ask = await start(t);
  const answers = await ask(
    'v1',
    { file_containing_symbol: 'weir.kinds.Nothing' },
    { file_by_filename: 'nothing.proto' },
    { file_containing_extension: { containing_type: 'weir.kinds.Note', extension_number: 7 } },
    { all_extension_numbers_of_type: 'weir.kinds.Note' },
    { all_extension_numbers_of_type: 'weir.kinds.Nothing' },
    {},
  );
  assert.deepEqual(
    answers.map((answer) => answer.error_response?.error_code ?? answer.message_response),
    [5, 5, 5, 'all_extension_numbers_response', 5, 12],
  );
});

test('a server that is to tell nothing has no such service', async (t) => {
  const ask = await start(t, { grpc: { reflection: false } });
  await assert.rejects(ask('v1', { list_services: '' }), { code: 12 });
});
