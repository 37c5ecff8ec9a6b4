import { createServer } from 'node:http';
import { listen, startAcquirer, stop } from '../../examples/shop/local/acquirer.ts';
import type { Scope } from '../child.ts';

/** The payment provider of the example behind a gate, which a test can close. */
export interface GatedAcquirer {
  readonly url: string;
  /** Requests wait from now on. Resolves when the first of them has come. */
  close(): Promise<void>;
  open(): void;
}

export async function startGatedAcquirer(scope: Scope): Promise<GatedAcquirer> {
  const acquirer = await startAcquirer('gated');
  let gate: Promise<void> = Promise.resolve();
  let open = () => {};
  let waiting = () => {};
  const server = createServer(async (request, response) => {
    waiting();
    await gate;
    const { method, url = '/' } = request;
    const answer = await fetch(acquirer.url + url, { method: method ?? 'GET', body: request, duplex: 'half' });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  scope.after(async () => {
    await stop(server);
    await acquirer.stop();
  });
  return {
    url: await listen(server),
    close: () => {
      ({ promise: gate, resolve: open } = Promise.withResolvers<void>());
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    open: () => open(),
  };
}
