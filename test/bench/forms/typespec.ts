import { files, type Service, type Source } from './system.ts';

/** The same system in TypeSpec, with `@typespec/http`. Who calls whom has no place there. */
export function typespec(services: number): Source[] {
  const parts = files(services).map((part, i) => ({
    path: `part${i}.tsp`,
    text: `import "@typespec/http";
import "./shared.tsp";

using TypeSpec.Http;
namespace Generated;

${part.map(service).join('\n')}`,
  }));
  const main = ['shared.tsp', ...parts.map(({ path }) => path)].map((path) => `import "./${path}";\n`).join('');
  return [...parts, { path: 'shared.tsp', text: shared }, { path: 'main.tsp', text: main }];
}

const shared = `import "@typespec/http";

using TypeSpec.Http;

@service(#{ title: "Generated" })
namespace Generated;

@format("uuid")
scalar uuid extends string;

model Money {
  cents: int64;

  @minLength(3)
  @maxLength(3)
  currency: string;
}
`;

function service({ number: n }: Service): string {
  return `enum Status${n} {
  \`unknown\`,
  open,
  closed,
}

model Thing${n} {
  id: uuid;

  @minLength(1)
  @maxLength(80)
  name: string;

  status: Status${n};
  amounts: int64[];
  labels: Record<string>;
  note?: string;
  price: Money;
}

@error
model Missing${n} {
  @statusCode _: 404;
  id: uuid;
}

/** The service with number ${n}. */
@route("/v1/things${n}")
interface Service${n} {
  @get Get${n}(@path id: uuid): Thing${n} | Missing${n};
  @put Put${n}(@path id: uuid, name: string): Thing${n} | Missing${n};
}
`;
}
