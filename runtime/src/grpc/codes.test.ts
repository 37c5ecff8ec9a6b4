import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempt, clientOf, failure, serveStreams } from './wire-fixture.ts';

/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const BY_HTTP_STATUS = {
  200: 'unknown',
  400: 'internal',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'unimplemented',
  418: 'unknown',
  429: 'unavailable',
  431: 'internal',
  500: 'unknown',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
} as const;

test('an answer of HTTP alone has the code that its status stands for', async (t) => {
  let status = 0;
  const { address } = await serveStreams(t, (stream) => {
    stream.respond({ ':status': status, 'content-type': 'text/html' });
    stream.end('<h1>a proxy</h1>');
  });
  const call = clientOf(t)('fail').unary({ text: '' });
  for (const [http, code] of Object.entries(BY_HTTP_STATUS)) {
    status = Number(http);
    const error = await failure(call(attempt(address)));
    // The service itself has not begun to answer, so that a policy may try again.
    assert.deepEqual([error.code, error.origin, error.responseBegun], [code, 'remote', undefined], `HTTP ${http}`);
  }
});

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors; CANCEL of a server blames the server. */
const BY_RESET = {
  1: 'internal',
  2: 'internal',
  3: 'internal',
  8: 'unavailable',
  11: 'resource-exhausted',
  12: 'permission-denied',
};

test('a stream that the server resets has the code that the error of HTTP/2 stands for', async (t) => {
  let code = 0;
  const { address } = await serveStreams(t, (stream) => stream.close(code));
  const call = clientOf(t)('fail').unary({ text: '' });
  for (const [reset, name] of Object.entries(BY_RESET)) {
    code = Number(reset);
    assert.equal((await failure(call(attempt(address)))).code, name, `HTTP/2 error ${reset}`);
  }
});
