/** Server reflection: what a server serves, told by the server. https://github.com/grpc/grpc/blob/master/doc/server-reflection.md */

import type { Types } from '../codec/codec.ts';
import { createProtobuf, type Protobuf } from '../codec/protobuf.ts';
import { grpcCodeOf, type ServiceError } from '../errors.ts';
import { NOT_FOUND, OK, UNIMPLEMENTED } from './codes.ts';
import { type DescribedFile, type DescribedService, describe } from './descriptors.ts';
import type { GrpcMethod, ServerCall } from './server-call.ts';

export type ReflectionVersion = 'v1' | 'v1alpha';

/** The service's full name. */
export function reflectionName(version: ReflectionVersion): string {
  return `grpc.reflection.${version}.ServerReflection`;
}

/** The contract of the service itself. */
export function reflectionService(version: ReflectionVersion): DescribedService {
  const [request, response] = messagesOf(version);
  const method = { name: 'ServerReflectionInfo', request, response, stream: 'both', kind: 'write' } as const;
  return { name: reflectionName(version), methods: [method] };
}

function messagesOf(version: ReflectionVersion): readonly [request: string, response: string] {
  const prefix = `grpc.reflection.${version}.ServerReflection`;
  return [`${prefix}Request`, `${prefix}Response`];
}

/** Both versions are the same but for their package. */
export function reflectionTypes(version: ReflectionVersion): Types {
  const name = `grpc.reflection.${version}`;
  return {
    [`${name}.ServerReflectionRequest`]: {
      fields: {
        host: { number: 1, type: 'string' },
        fileByFilename: { number: 3, type: 'string', oneof: 'message_request' },
        fileContainingSymbol: { number: 4, type: 'string', oneof: 'message_request' },
        fileContainingExtension: { number: 5, type: `${name}.ExtensionRequest`, oneof: 'message_request' },
        allExtensionNumbersOfType: { number: 6, type: 'string', oneof: 'message_request' },
        listServices: { number: 7, type: 'string', oneof: 'message_request' },
      },
    },
    [`${name}.ExtensionRequest`]: {
      fields: { containingType: { number: 1, type: 'string' }, extensionNumber: { number: 2, type: 'int32' } },
    },
    [`${name}.ServerReflectionResponse`]: {
      fields: {
        validHost: { number: 1, type: 'string' },
        originalRequest: { number: 2, type: `${name}.ServerReflectionRequest`, optional: true },
        fileDescriptorResponse: { number: 4, type: `${name}.FileDescriptorResponse`, oneof: 'message_response' },
        allExtensionNumbersResponse: { number: 5, type: `${name}.ExtensionNumberResponse`, oneof: 'message_response' },
        listServicesResponse: { number: 6, type: `${name}.ListServiceResponse`, oneof: 'message_response' },
        errorResponse: { number: 7, type: `${name}.ErrorResponse`, oneof: 'message_response' },
      },
    },
    [`${name}.FileDescriptorResponse`]: { fields: { fileDescriptorProto: { number: 1, type: 'bytes', list: true } } },
    [`${name}.ExtensionNumberResponse`]: {
      fields: {
        baseTypeName: { number: 1, type: 'string' },
        extensionNumber: { number: 2, type: 'int32', list: true },
      },
    },
    [`${name}.ListServiceResponse`]: {
      fields: { service: { number: 1, type: `${name}.ServiceResponse`, list: true } },
    },
    [`${name}.ServiceResponse`]: { fields: { name: { number: 1, type: 'string' } } },
    [`${name}.ErrorResponse`]: {
      fields: { errorCode: { number: 1, type: 'int32' }, errorMessage: { number: 2, type: 'string' } },
    },
  };
}

interface ReflectionRequest {
  readonly host: string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: { readonly containingType: string; readonly extensionNumber: number };
  readonly allExtensionNumbersOfType?: string;
  readonly listServices?: string;
}

/** What a server tells of itself. */
export interface Reflected {
  readonly types: Types;
  readonly services: readonly DescribedService[];
  /** Full names of all its services, also of those that are not described. */
  readonly names: () => readonly string[];
}

/** The methods of the service. What is told is worked out when somebody asks for the first time. */
export function reflectionMethods(version: ReflectionVersion, reflected: Reflected): Record<string, GrpcMethod> {
  const [request, response] = messagesOf(version);
  let wire: Protobuf | undefined;
  let files: Files | undefined;
  const answer = async (call: ServerCall) => {
    try {
      wire ??= createProtobuf(reflectionTypes(version));
      files ??= new Files(describe(reflected.types, reflected.services));
      for await (const bytes of call.messages()) {
        const asked = wire.deserialize(request, bytes) as ReflectionRequest;
        const told = { validHost: asked.host, originalRequest: asked, ...answerTo(asked, files, reflected.names()) };
        await call.send(wire.serialize(response, told));
      }
      call.end({ code: OK, message: '' });
    } catch (error) {
      const { code, message } = error as ServiceError;
      call.end({ code: grpcCodeOf(code), message });
    }
  };
  const method: GrpcMethod = { requestStream: true, responseStream: true, answer: (call) => void answer(call) };
  return { ServerReflectionInfo: method };
}

function answerTo(asked: ReflectionRequest, files: Files, services: readonly string[]): object {
  if (asked.listServices !== undefined)
    return { listServicesResponse: { service: services.map((name) => ({ name })) } };
  if (asked.fileByFilename !== undefined) return told(files.named(asked.fileByFilename), asked.fileByFilename);
  if (asked.fileContainingSymbol !== undefined) {
    return told(files.declaring(asked.fileContainingSymbol), asked.fileContainingSymbol);
  }
  if (asked.fileContainingExtension !== undefined) {
    const { containingType, extensionNumber } = asked.fileContainingExtension;
    return told([], `the extension ${extensionNumber} of ${containingType}`);
  }
  if (asked.allExtensionNumbersOfType !== undefined) {
    const baseTypeName = asked.allExtensionNumbersOfType;
    if (files.declaring(baseTypeName).length === 0) return told([], baseTypeName);
    return { allExtensionNumbersResponse: { baseTypeName, extensionNumber: [] } };
  }
  return { errorResponse: { errorCode: UNIMPLEMENTED, errorMessage: 'This question is not known here.' } };
}

function told(files: readonly DescribedFile[], what: string): object {
  if (files.length > 0) return { fileDescriptorResponse: { fileDescriptorProto: files.map(({ bytes }) => bytes) } };
  return { errorResponse: { errorCode: NOT_FOUND, errorMessage: `There is no ${what} here.` } };
}

/** Files by their names and by what they declare, each answer with all that it imports. */
class Files {
  readonly #byName = new Map<string, DescribedFile>();
  readonly #bySymbol = new Map<string, DescribedFile>();

  constructor(files: readonly DescribedFile[]) {
    for (const file of files) {
      this.#byName.set(file.name, file);
      for (const symbol of file.symbols) this.#bySymbol.set(symbol, file);
    }
  }

  named(name: string): readonly DescribedFile[] {
    return this.#withImports(this.#byName.get(name));
  }

  declaring(symbol: string): readonly DescribedFile[] {
    return this.#withImports(this.#bySymbol.get(symbol));
  }

  #withImports(file: DescribedFile | undefined): readonly DescribedFile[] {
    const found = new Set<DescribedFile>();
    const add = (one: DescribedFile | undefined) => {
      if (one === undefined || found.has(one)) return;
      found.add(one);
      for (const name of one.imports) add(this.#byName.get(name));
    };
    add(file);
    return [...found];
  }
}
