import type { Enum, External, Field, Operation, Service } from '../../model/model.ts';
import { pascalCase, snakeCase, upperSnakeCase } from '../names.ts';

/** The protobuf package of a Weir package: `shop.orderHistory` is `shop.order_history`; no package at all is `weir.main`. */
export function protoPackage(weirPackage: string): string {
  return weirPackage === '' ? 'weir.main' : weirPackage.split('.').map(snakeCase).join('.');
}

/** Where a protobuf package stands, from the root of the proto folder: `shop/orders.proto`. */
export function protoPath(protobufPackage: string): string {
  return `${protobufPackage.replaceAll('.', '/')}.proto`;
}

/** Messages, enums and methods keep the name of the `.svc` where it is in Pascal case: `HTTPError` stays as it is. */
export function protoTypeName(name: string): string {
  return /^[A-Z][A-Za-z0-9]*$/.test(name) ? name : pascalCase(name);
}

/** The message of an operation's inline parameters: `PlaceOrderRequest`. */
export function requestName(operation: Operation): string {
  return `${protoTypeName(operation.name)}Request`;
}

/** Full protobuf name of a service: what `grpc … as` says, else `shop.orders.OrdersService`. */
export function protoServiceName(service: Service | External): string {
  return service.grpc?.as ?? `${protoPackage(service.package)}.${pascalCase(service.name)}Service`;
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
