import { createServer } from 'node:http';
import { price } from './price.ts';
import { report } from './report.ts';

// No validation, no routing to speak of: the floor.
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const body = JSON.stringify(price(JSON.parse(text).items));
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body);
  });
});
server.listen(0, '127.0.0.1', () => report((server.address() as { port: number }).port));
