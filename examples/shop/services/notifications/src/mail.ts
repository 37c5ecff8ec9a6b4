import type { Redis } from '@weir/runtime';
import type { Notification } from './generated/types/shop.notifications.ts';

/** How many of somebody's notifications are kept. */
const kept = 100;

const keyOf = (userId: string) => `sent:${userId}`;

/** "Sends" a mail, once for each occasion: the example keeps it where `ListSent` finds it. */
export async function send(mailbox: Redis, occasion: string, mail: Notification): Promise<void> {
  const first = await mailbox.set(`occasion:${occasion}`, '1', 'EX', 86_400, 'NX');
  if (first === null) return;
  await mailbox.lpush(keyOf(mail.userId), JSON.stringify(mail));
  await mailbox.ltrim(keyOf(mail.userId), 0, kept - 1);
}

/** What somebody was sent, newest first. */
export async function sentTo(mailbox: Redis, userId: string): Promise<Notification[]> {
  const stored = await mailbox.lrange(keyOf(userId), 0, -1);
  return stored.map((text) => {
    const mail = JSON.parse(text) as Omit<Notification, 'sent'> & { readonly sent: string };
    return { ...mail, sent: new Date(mail.sent) };
  });
}
