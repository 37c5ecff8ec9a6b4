import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CodeName,
  codeOfGrpc,
  codeOfStatus,
  DeclaredError,
  declaredError,
  grpcCodeOf,
  ServiceError,
  statusOf,
} from './errors.ts';

interface OutOfStockFields {
  readonly sku: string;
}
class OutOfStock extends declaredError<OutOfStockFields>('shop.orders.OutOfStock', 409, 9) {}
/** The same error in another service's generated code. */
class ClientsOutOfStock extends declaredError<OutOfStockFields>('shop.orders.OutOfStock', 409, 9) {}
class SoldOut extends declaredError<OutOfStockFields>('shop.tickets.SoldOut', 409, 9) {}

test('a declared error carries its fields, status and code', () => {
  const error = new OutOfStock({ sku: 'mug' }, 'no mugs left');
  assert.deepEqual(error.fields, { sku: 'mug' });
  assert.deepEqual(
    [error.error, error.status, error.code, error.origin],
    ['shop.orders.OutOfStock', 409, 'failed-precondition', 'local'],
  );
  assert.equal(String(error), 'OutOfStock: no mugs left');
  assert.equal(new OutOfStock({ sku: 'mug' }).message, 'OutOfStock');
  assert.ok(error instanceof DeclaredError && error instanceof ServiceError && error instanceof Error);
});

test('instanceof goes by the full name, and narrows', () => {
  const error: unknown = new OutOfStock({ sku: 'mug' });
  assert.ok(error instanceof ClientsOutOfStock);
  assert.equal(error.fields.sku, 'mug');
  assert.ok(!((error as unknown) instanceof SoldOut));
  assert.ok(!((new ServiceError('aborted', 'x') as unknown) instanceof OutOfStock));
  assert.ok(!(({ error: 'shop.orders.OutOfStock', fields: {} } as unknown) instanceof OutOfStock));
});

test('codes are those of google.rpc.Code', () => {
  for (let grpc = 1; grpc <= 16; grpc++) {
    assert.equal(grpcCodeOf(codeOfGrpc(grpc)), grpc);
    assert.ok(statusOf(codeOfGrpc(grpc)) >= 400);
  }
  assert.equal(codeOfGrpc(99), 'unknown');
  const statuses: [number, CodeName][] = [
    [400, 'invalid-argument'],
    [401, 'unauthenticated'],
    [404, 'not-found'],
    [418, 'invalid-argument'],
    [429, 'resource-exhausted'],
    [500, 'internal'],
    [503, 'unavailable'],
    [504, 'deadline-exceeded'],
  ];
  for (const [status, code] of statuses) assert.equal(codeOfStatus(status), code);
});
