import { files, type Service, type Source } from './system.ts';

/** The same system in TypeSpec, for its OpenAPI and protobuf emitters. Who calls whom has no place there. */
export function typespec(services: number): Source[] {
  const parts = files(services).map((part, i) => ({
    path: `part${i}.tsp`,
    text: `import "./shared.tsp";

using TypeSpec.Http;
using TypeSpec.Protobuf;
namespace Generated;

${part.map(service).join('\n')}`,
  }));
  const main = ['shared.tsp', ...parts.map(({ path }) => path)].map((path) => `import "./${path}";\n`).join('');
  return [...parts, { path: 'shared.tsp', text: shared }, { path: 'main.tsp', text: main }];
}

// OpenAPI wants a record, and protobuf a map: a table is both. Among the messages it would be emitted as one of them.
const shared = `import "@typespec/http";
import "@typespec/protobuf";

using TypeSpec.Protobuf;

@package({ name: "generated" })
namespace Generated;

@format("uuid")
scalar uuid extends string;

model Money {
  @field(1) cents: int64;

  @minLength(3)
  @maxLength(3)
  @field(2) currency: string;
}

@TypeSpec.service(#{ title: "Generated" })
namespace Rest {
  /** Values by their keys. */
  model Table<Key extends string, Value> is Map<Key, Value> {
    ...Record<Value>;
  }
}
`;

// Protobuf wants integers as values of an enum, and names that are unique in the package: OpenAPI gets the integers.
// It takes no union as an answer: so there is an interface for each emitter, of operations that are written once.
function service({ number: n }: Service): string {
  return `enum Status${n} {
  STATUS${n}_UNKNOWN: 0,
  STATUS${n}_OPEN: 1,
  STATUS${n}_CLOSED: 2,
}

model Thing${n} {
  @field(1) id: uuid;

  @minLength(1)
  @maxLength(80)
  @field(2) name: string;

  @field(3) status: Status${n};
  @field(4) amounts: int64[];
  @field(5) labels: Rest.Table<string, string>;
  @field(6) note?: string;
  @field(7) price: Money;
}

@error
model Missing${n} {
  @field(1) id: uuid;
}

model Get${n}Request {
  @path @field(1) id: uuid;
}

model Put${n}Request {
  @path @field(1) id: uuid;
  @field(2) name: string;
}

interface Operations${n}<Answer> {
  @get Get${n}(...Get${n}Request): Answer;
  @put Put${n}(...Put${n}Request): Answer;
}

/** The service with number ${n}. */
@Protobuf.service
interface Service${n} extends Operations${n}<Thing${n}> {}

namespace Rest {
  @route("/v1/things${n}")
  interface Service${n} extends Operations${n}<Thing${n} | (NotFoundResponse & Missing${n})> {}
}
`;
}
