import { serve } from '@weir/runtime';
import { users } from './generated/users.ts';
import { handlers } from './handlers/index.ts';

await serve(users, handlers);
