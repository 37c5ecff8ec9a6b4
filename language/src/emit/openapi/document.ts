import type { Model, Operation } from '../../model/model.ts';
import { requestOf } from '../definition/contract.ts';
import { messageOf } from '../definition/field-shape.ts';
import { componentNames } from '../json-schema/component-names.ts';
import { enumById, messageById, reachedFrom } from '../json-schema/reachable.ts';
import {
  description,
  enumSchema,
  type MessageLike,
  messageSchema,
  type References,
  type Schema,
} from '../json-schema/schema.ts';
import { checksum } from '../kubernetes/checksum.ts';
import { byText } from '../order.ts';
import type { Api } from './api.ts';
import { hostOf, pathsOf, tagOf } from './operations.ts';
import { bodyFields, bodyId, requestFields } from './parameters.ts';
import { declaredProblem, problemComponents, problemSchemas } from './problems.ts';
import { declaredErrors } from './responses.ts';
import { authsUsed, securityScheme } from './security.ts';
import { headerComponents, responseComponents } from './standard-responses.ts';

/** The OpenAPI document of an API. https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(model: Model, api: Api): Schema {
  const operations = [...new Set(api.endpoints.map(({ operation }) => operation))];
  const types = typesOf(model, api, operations);
  const { paths, statuses } = pathsOf(model, api, types.references, ({ id }) => types.problems.get(id) ?? 'Problem');
  const schemes = authsUsed(model, operations);
  const rest = {
    servers: serversOf(api),
    tags: api.services.map((service) => ({
      name: tagOf(service, api.services),
      ...description([service.docs ?? `The service ${service.name}.`]),
    })),
    paths,
    components: {
      ...(schemes.size === 0
        ? {}
        : { securitySchemes: Object.fromEntries([...schemes].map(([key, auth]) => [key, securityScheme(auth)])) }),
      headers: usedHeaders(paths, responseComponents(statuses)),
      responses: usedResponses(paths, responseComponents(statuses)),
      schemas: types.schemas,
    },
  };
  return { openapi: '3.1.1', info: infoOf(model, api, rest), ...rest };
}

function infoOf(model: Model, { of }: Api, content: object): Schema {
  const system = model.systems[0]?.name;
  const title = of.kind === 'gateway' ? `${system ?? 'Gateway'}: ${of.name}` : of.name;
  return {
    title,
    // A gateway has no version of its own: what is new about it is what it says.
    version: of.kind === 'gateway' ? checksum(JSON.stringify(content)) : (of.version?.value ?? '0.0.0'),
    ...description([of.docs, conventions]),
    ...(of.kind === 'service' && of.owner !== undefined ? { contact: { name: of.owner } } : {}),
    // Nothing is known of it here; SPDX has a word for that.
    license: { name: 'Not stated', identifier: 'NOASSERTION' },
  };
}

const conventions = [
  'Values are JSON by the proto3 mapping: 64-bit integers and decimals are strings, so are timestamps (RFC 3339), durations (`1.5s`) and bytes (base64). Fields that a message does not have are refused; one that is optional may be null, as if it were absent.',
  'Errors are problem details (RFC 9457). Each answer has an `x-request-id`: the one that the request came with, or a new one. A caller that waits no longer than so many milliseconds says so in `x-request-timeout-ms`, and is part of a trace by `traceparent`.',
  'HEAD is answered wherever GET is, but for streams. Other methods of a path get 405, with `allow`.',
].join('\n\n');

function serversOf({ of, services }: Api): readonly Schema[] {
  if (of.kind === 'service') {
    const [service] = services;
    return [
      {
        url: `http://${service && hostOf(service)}:${of.http?.value}`,
        description: 'Inside of the system, by its name.',
      },
    ];
  }
  const hosts = of.hosts.map(({ value }) => ({ url: `${of.tls ? 'https' : 'http'}://${value}` }));
  return hosts.length === 0 ? [{ url: '/', description: 'Wherever the gateway is.' }] : hosts;
}

interface Types {
  readonly references: References;
  /** Components of problems, by the full name of the error. */
  readonly problems: ReadonlyMap<string, string>;
  readonly schemas: Schema;
}

/** The schemas of all that travels, under names that are unique here. */
function typesOf(model: Model, api: Api, operations: readonly Operation[]): Types {
  const errors = declaredErrors(model, operations);
  const requests = new Map<string, MessageLike>();
  for (const endpoint of api.endpoints) {
    const id = requestOf(model, endpoint.operation);
    const fields = requestFields(model, endpoint.operation);
    if (id !== undefined && fields.length > 0 && bodyFields(model, endpoint).length === fields.length) {
      requests.set(id, messageById(model, id) ?? { id, fields });
    }
  }
  const sent = [
    ...requests.values(),
    ...api.endpoints.map(({ operation }) => ({ id: bodyId, fields: requestFields(model, operation) })),
  ];
  const refused = new Set([...requests.keys(), ...reachedFrom(model, sent), bodyId]);
  const answers = operations.flatMap(({ result }) => {
    const id = result && messageOf(model, result.type);
    const message = id === undefined ? undefined : messageById(model, id);
    return message ? [message] : [];
  });
  const whole = [...requests.values(), ...answers, ...errors];
  const ids = new Set([...whole.map(({ id }) => id), ...reachedFrom(model, [...sent, ...whole])]);
  const problemId = (id: string) => `${id}Problem`;
  const names = componentNames([...ids, ...errors.map(({ id }) => problemId(id))], problemComponents);
  const references: References = {
    to: (id) => `#/components/schemas/${names.get(id)}`,
    neighbours: true,
    closed: (id) => refused.has(id),
  };
  const schemas: [string, Schema][] = [
    ...[...ids].map((id): [string, Schema] => [names.get(id) ?? id, schemaOf(model, id, requests, references)]),
    ...errors.map((error): [string, Schema] => [
      names.get(problemId(error.id)) ?? error.id,
      declaredProblem(error, references.to(error.id)),
    ]),
    ...Object.entries(problemSchemas),
  ];
  return {
    references,
    problems: new Map(errors.map(({ id }) => [id, names.get(problemId(id)) ?? id])),
    schemas: Object.fromEntries(schemas.sort(([a], [b]) => byText(a, b))),
  };
}

function schemaOf(
  model: Model,
  id: string,
  requests: ReadonlyMap<string, MessageLike>,
  references: References,
): Schema {
  const message = messageById(model, id) ?? requests.get(id);
  if (message) return messageSchema(model, message, references);
  const found = enumById(model, id);
  return found ? enumSchema(found) : {};
}

/** Only what is referred to: a component that nobody uses makes readers look for its use. */
function usedResponses(paths: Schema, all: Readonly<Record<string, Schema>>): Schema {
  const text = JSON.stringify(paths);
  return Object.fromEntries(Object.entries(all).filter(([name]) => text.includes(`"#/components/responses/${name}"`)));
}

function usedHeaders(paths: Schema, responses: Readonly<Record<string, Schema>>): Schema {
  const text = JSON.stringify([paths, usedResponses(paths, responses)]);
  return Object.fromEntries(
    Object.entries(headerComponents).filter(([name]) => text.includes(`"#/components/headers/${name}"`)),
  );
}
