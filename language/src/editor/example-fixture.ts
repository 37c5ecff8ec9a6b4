import { readFileSync } from 'node:fs';
import { readModel } from '../syntax/read.ts';

/** The example of the language page. */
export const example = readFileSync(new URL('../grammar/example.svc', import.meta.url), 'utf8');

/** What the example imports. */
export const surroundings = {
  'common.svc': 'package shop.common  message Money { units: int64 = 1 }  type UserId = uuid',
  'users.svc': 'package shop.users  service users { grpc 1  rpc GetUser(id: uuid = 1) }',
  'catalog.svc':
    'package shop.catalog  service pricing { grpc 1  rpc Quote() }  service inventory { grpc 1  rpc Reserve() }  service catalog { http 1 }',
  'payments.svc':
    'package shop.payments  service payments { grpc 1  rpc Charge() }  event PaymentSettled { id: uuid = 1 }',
  'carts.svc':
    'package shop.orders  service carts { http 1 }  message OrderPage { id: uuid = 1 }  message Charge { id: uuid = 1 }  event OrderPaid { id: uuid = 1 }',
  'weir.json': '{}',
};

/** What is wrong with it, before any rule. */
export const errors = async (text: string): Promise<string[]> => {
  const others = Object.entries(surroundings).flatMap(([path, one]) =>
    path.endsWith('.svc') ? [{ path, text: one }] : [],
  );
  const { problems } = await readModel([...others, { path: 'orders.svc', text }]);
  return problems.map(({ message, hint = '' }) => `${message} ${hint}`);
};
