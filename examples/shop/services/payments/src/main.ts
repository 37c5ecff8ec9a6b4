import { serve } from '@weir/runtime';
import { payments } from './generated/payments.ts';
import { handlers } from './handlers/index.ts';

await serve(payments, handlers);
