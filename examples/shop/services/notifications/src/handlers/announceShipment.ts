import type * as Notifications from '../generated/notifications.ts';
import { send } from '../mail.ts';

export const announceShipment: Notifications.AnnounceShipment = async (event, { users, mailbox }) => {
  const { orderId, userId, tracking } = event;
  const { email } = await users.getUser({ id: userId });
  const subject = `Your parcel is on its way: ${tracking}`;
  await send(mailbox, `shipped:${orderId}`, { userId, to: email, subject, sent: new Date() });
};
