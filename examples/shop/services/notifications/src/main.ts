import { serve } from '@weir/runtime';
import { notifications } from './generated/notifications.ts';
import { handlers } from './handlers/index.ts';

await serve(notifications, handlers);
