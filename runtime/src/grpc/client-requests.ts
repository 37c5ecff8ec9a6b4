import type { ClientDuplexStream, ClientWritableStream } from '@grpc/grpc-js';

type RequestStream = ClientWritableStream<Buffer> | ClientDuplexStream<Buffer, Buffer>;

/**
 * Sends the requests of a streaming call, no faster than the server takes them. Gives what must be called once the call
 * is over, however it ended: it lets go of the source. A source that throws cancels the call, and `failed` is told first.
 */
export function sendRequests(
  requests: AsyncIterable<unknown>,
  encode: (request: unknown) => Buffer,
  call: RequestStream,
  failed: (error: unknown) => void,
): () => void {
  const source = requests[Symbol.asyncIterator]();
  let over = false;
  let wake = () => {};
  const drained = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      call.once('drain', resolve);
    });
  const send = async () => {
    for (let next = await source.next(); !over && next.done !== true; next = await source.next()) {
      if (!call.write(encode(next.value)) && !over) await drained();
    }
    if (!over) call.end();
  };
  send().catch((error) => {
    if (over) return;
    failed(error);
    call.cancel();
  });
  return () => {
    over = true;
    wake();
    Promise.resolve(source.return?.()).catch(() => {});
  };
}
