import { serve } from '@weir/runtime';
import { catalog } from './generated/catalog.ts';
import { handlers } from './handlers/index.ts';

await serve(catalog, handlers);
