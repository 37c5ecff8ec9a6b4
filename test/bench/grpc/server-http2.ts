import { createServer } from 'node:http2';
import { price } from '../servers/price.ts';
import { report } from '../servers/report.ts';
import { framed, PriceRequest, Quote } from './messages.ts';

// gRPC by hand, without errors, limits, compression or deadlines: the floor.
const server = createServer();
server.on('stream', (stream) => {
  let frame: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    frame = frame.length === 0 ? chunk : Buffer.concat([frame, chunk]);
  });
  stream.on('end', () => {
    const { items } = PriceRequest.decode(frame.subarray(5)) as unknown as { items: { quantity: number }[] };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(Quote, price(items)));
  });
});
server.listen(0, '127.0.0.1', () => report((server.address() as { port: number }).port));
