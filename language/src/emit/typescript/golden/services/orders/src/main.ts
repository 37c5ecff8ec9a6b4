import { serve } from '@weir/runtime';
import { orders } from './generated/orders.ts';
import { handlers } from './handlers/index.ts';

await serve(orders, handlers);
