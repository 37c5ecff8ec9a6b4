import { serve } from '@weir/runtime';
import { stock } from './generated/stock.ts';
import { handlers } from './handlers/index.ts';

await serve(stock, handlers);
