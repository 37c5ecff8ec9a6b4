import { serve } from '@weir/runtime';
import { inventory } from './generated/inventory.ts';
import { handlers } from './handlers/index.ts';

await serve(inventory, handlers);
