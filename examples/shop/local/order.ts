/** The customer of the local run. */
export const ada = '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e01';

/** What the local run orders. */
export const order = {
  items: [
    { sku: 'POT-001', quantity: 1 },
    { sku: 'TEA-001', quantity: 3 },
  ],
  address: { street: '12 St James’s Square', city: 'London', country: 'GB' },
  note: 'Please ring twice.',
};

export interface PlacedOrder {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly cents: string; readonly currency: string };
  readonly tracking?: string;
}

/** Places the order through a gateway. Rejects with what the shop answered when it is not taken. */
export async function placeOrder(gateway: string, token: string): Promise<PlacedOrder> {
  const answer = await fetch(`${gateway}/v1/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(order),
  });
  if (!answer.ok) throw new Error(`the order was not taken: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as PlacedOrder;
}

/** Follows an order until it is shipped or cancelled: one step for each state that it is in. */
export async function* watchOrder(gateway: string, token: string, id: string): AsyncGenerator<PlacedOrder> {
  const answer = await fetch(`${gateway}/v1/orders/${id}/events`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok || !answer.body)
    throw new Error(`the order cannot be watched: ${answer.status} ${await answer.text()}`);
  let buffered = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    buffered += chunk;
    for (let end = buffered.indexOf('\n\n'); end >= 0; end = buffered.indexOf('\n\n')) {
      const data = /^data: ?(.*)$/m.exec(buffered.slice(0, end))?.[1];
      buffered = buffered.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as PlacedOrder;
    }
  }
}
