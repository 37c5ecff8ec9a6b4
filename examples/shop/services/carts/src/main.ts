import { serve } from '@weir/runtime';
import { carts } from './generated/carts.ts';
import { handlers } from './handlers/index.ts';

await serve(carts, handlers);
