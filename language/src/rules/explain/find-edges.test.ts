import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../../syntax/read.ts';
import { labelsOf } from '../edges.ts';
import { findEdges } from './find-edges.ts';

const shop = {
  path: 'shop.svc',
  text: `package shop
    event Paid on bus { id: uuid = 1 }
    resource bus nats
    gateway public { serves orders }
    service orders {
      uses payments, stock, bus
      rpc Place() { calls payments.Charge, stock.Reserve & stock.Reserve }
      rpc Drop() { calls payments.Refund }
      rpc Look()
      on Paid as MarkPaid { calls stock.Reserve }
    }
    service payments { uses bank  rpc Charge() { calls bank.Pay }  rpc Refund() }
    service stock { rpc Reserve() }
    external bank { url "https://bank.example"  rpc Pay() }`,
};
const other = {
  path: 'other.svc',
  text: 'package other  service stock { uses shop.orders  rpc Reserve() { calls shop.orders.Look } }',
};

async function find(from: string, to: string, ...files: { path: string; text: string }[]): Promise<readonly string[]> {
  const found = findEdges(await readModel([shop, ...files]), from, to);
  if (found.wrong !== undefined) return [found.wrong, ...(found.hint === undefined ? [] : [found.hint])];
  return found.edges.map(labelsOf).map((labels) => `${labels.from} → ${labels.to}`);
}

test('an edge from operation to operation, alone or in full', async () => {
  const charge = ['orders.Place → payments.Charge'];
  assert.deepEqual(await find('orders.Place', 'payments.Charge'), charge);
  assert.deepEqual(await find('shop.orders.Place', 'shop.payments.Charge'), charge);
  assert.deepEqual(await find('payments.Charge', 'bank.Pay'), ['payments.Charge → bank.Pay']);
});

test('a service stands for all that it has, on either side', async () => {
  assert.deepEqual(await find('orders.Place', 'stock'), [
    'orders.Place → stock.Reserve',
    'orders.Place → stock.Reserve',
  ]);
  assert.deepEqual(await find('orders', 'payments'), [
    'orders.Place → payments.Charge',
    'orders.Drop → payments.Refund',
  ]);
  assert.deepEqual(await find('payments', 'bank'), ['payments.Charge → bank.Pay']);
});

test('a handler calls as operations do, and nobody calls it', async () => {
  assert.deepEqual(await find('orders.MarkPaid', 'stock.Reserve'), ['orders.MarkPaid → stock.Reserve']);
  assert.match(
    (await find('stock.Reserve', 'orders.MarkPaid'))[0] ?? '',
    /^`orders.MarkPaid` handles an event: no call/,
  );
});

test('a name that means two things is to be written in full', async () => {
  assert.deepEqual(await find('orders', 'stock.Reserve', other), [
    '`stock.Reserve` could be `other.stock.Reserve` or `shop.stock.Reserve`',
    'Write it in full.',
  ]);
  assert.equal((await find('orders.Place', 'shop.stock.Reserve', other)).length, 2);
});

test('a name that means nothing: what could be meant', async () => {
  assert.deepEqual(await find('order.Place', 'stock'), [
    'there is no service, operation or event handler `order.Place`',
    'Did you mean `orders.Place`?',
  ]);
  assert.deepEqual(await find('orders', 'Charge'), [
    'there is no service, operation or event handler `Charge`',
    'Did you mean `payments.Charge`?',
  ]);
  assert.deepEqual(await find('orders', 'bus'), ['`bus` is a resource: an edge leads from one operation to another']);
  assert.match((await find('public', 'orders'))[0] ?? '', /^`public` is a gateway/);
});

test('no such edge: what is called instead', async () => {
  assert.deepEqual(await find('orders.Place', 'payments.Refund'), [
    '`orders.Place` does not call `payments.Refund`',
    'It calls `payments.Charge` and `stock.Reserve`.',
  ]);
  assert.deepEqual(await find('orders.Look', 'stock'), ['`orders.Look` does not call `stock`', 'It calls nothing.']);
  assert.deepEqual(await find('payments.Charge', 'orders'), [
    '`payments.Charge` does not call `orders`',
    'It is the other way round: `weir explain orders payments.Charge`.',
  ]);
  assert.match((await find('stock', 'payments'))[0] ?? '', /^nothing in `stock` calls `payments`$/);
});
