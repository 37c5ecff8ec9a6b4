import { serve } from '@weir/runtime';
import { shipping } from './generated/shipping.ts';
import { handlers } from './handlers/index.ts';

await serve(shipping, handlers);
