import { serve } from '@weir/runtime';
import { search } from './generated/search.ts';
import { handlers } from './handlers/index.ts';

await serve(search, handlers);
