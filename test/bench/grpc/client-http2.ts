import { connect } from 'node:http2';
import { drive } from './drive.ts';
import { framed, PriceRequest, Quote } from './messages.ts';
import { PATH, request } from './request.ts';

// gRPC by hand, without errors, limits, compression or deadlines: the floor.
const [, , address = ''] = process.argv;
const session = connect(`http://${address}`);
const headers = { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', te: 'trailers' };

function call(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: false });
    let frame: Buffer = Buffer.alloc(0);
    let status: unknown;
    stream.on('data', (chunk: Buffer) => {
      frame = frame.length === 0 ? chunk : Buffer.concat([frame, chunk]);
    });
    stream.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    stream.on('end', () => {
      if (status === '0') resolve(Quote.decode(frame.subarray(5)));
      else reject(new Error(`status ${status}`));
    });
    stream.on('error', reject);
    stream.end(framed(PriceRequest, request));
  });
}

await call();
drive(call);
