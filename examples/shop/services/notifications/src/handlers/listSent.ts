import type * as Notifications from '../generated/notifications.ts';
import { sentTo } from '../mail.ts';

export const listSent: Notifications.ListSent = async ({ userId }, { mailbox }) => ({
  notifications: await sentTo(mailbox, userId),
});
