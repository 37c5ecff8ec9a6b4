import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The payment provider of the example: approves what costs less than 10,000.00, the same order always alike. */
export async function startAcquirer(key: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const references = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method !== 'POST' || request.url !== '/v1/charges') return answer(404, { title: 'Not found' });
    const { orderId, amount } = JSON.parse(await text(request)) as { orderId: string; amount: { cents: string } };
    const reference = references.get(orderId) ?? `${key}-${references.size + 1}`;
    references.set(orderId, reference);
    const approved = BigInt(amount.cents) < 1_000_000n;
    answer(200, { reference, approved, ...(approved ? {} : { reason: 'over the limit of the card' }) });
  });
  return { url: await listen(server), stop: () => stop(server) };
}

async function text(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Listens on a free loopback port, and says where. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends a server and what is still connected to it. */
export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
