import type * as Notifications from '../generated/notifications.ts';
import { send } from '../mail.ts';

export const confirmOrder: Notifications.ConfirmOrder = async ({ orderId, userId, total }, { users, mailbox }) => {
  const { name, email } = await users.getUser({ id: userId });
  const amount = `${(Number(total.cents) / 100).toFixed(2)} ${total.currency.toUpperCase()}`;
  const subject = `Thank you, ${name}: your order over ${amount}`;
  await send(mailbox, `confirmed:${orderId}`, { userId, to: email, subject, sent: new Date() });
};
