import type { Enum, Field, Model, Operation } from '../../model/model.ts';
import { protoPackage, requestId } from '../definition/names.ts';
import { pascalCase, snakeCase, upperSnakeCase } from '../names.ts';

export { protoPackage };

/** Where a protobuf package stands, from the root of the proto folder: `shop/orders.proto`. */
export function protoPath(protobufPackage: string): string {
  return `${protobufPackage.replaceAll('.', '/')}.proto`;
}

/** Messages and enums keep the name of the `.svc` where it is in Pascal case: `HTTPError` stays as it is. */
export function protoTypeName(name: string): string {
  return /^[A-Z][A-Za-z0-9]*$/.test(name) ? name : pascalCase(name);
}

/** Methods are called by the name of the `.svc`, so it stays, unless no method could have it. */
export function protoMethodName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : pascalCase(name);
}

/** The message of an operation's inline parameters, `PlaceOrderRequest`; undefined without any. */
export function requestName(model: Model, operation: Operation): string | undefined {
  const id = requestId(model, operation);
  return id === undefined ? undefined : protoTypeName(id.slice(id.lastIndexOf('.') + 1));
}

export function protoFieldName(name: string): string {
  return snakeCase(name);
}

/** `ORDER_STATUS_PLACED`. */
export function protoEnumValueName(declaration: Enum, value: string): string {
  return `${upperSnakeCase(declaration.name)}_${upperSnakeCase(value)}`;
}

/** The name in JSON, where it is not the one that protobuf derives from the field's own name. */
export function jsonNameOf(field: Field): string | undefined {
  const derived = protoFieldName(field.name).replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return derived === field.name ? undefined : field.name;
}
