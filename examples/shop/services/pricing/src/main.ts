import { serve } from '@weir/runtime';
import { pricing } from './generated/pricing.ts';
import { handlers } from './handlers/index.ts';

await serve(pricing, handlers);
