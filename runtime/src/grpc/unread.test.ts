/** What streams hold whose client reads nothing. */

import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { note, SERVICE, serveMethods } from './wire-fixture.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const STREAMS = 100;
/** Of both sides, which are in one process here; 64 KiB of bytes in small messages would take 600 KB. */
const HELD_AT_MOST = 80 * 1024;

function memory(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

for (const size of [10, 1000]) {
  test(`a stream of messages of ${size} bytes that nobody reads holds little memory`, async (t) => {
    const message = note('x'.repeat(size - 2));
    let waiting = 0;
    const { address } = await serveMethods(t, {
      Count: {
        requestStream: false,
        responseStream: true,
        answer(call) {
          while (call.send(message) === undefined);
          waiting += 1;
        },
      },
    });
    // A window of one byte: what is not read is held by the server.
    const session = connect(`http://${address}`, { settings: { initialWindowSize: 1 } });
    t.after(() => session.destroy());
    const headers = { ':method': 'POST', ':path': `/${SERVICE}/Count`, 'content-type': 'application/grpc' };
    const open = async (count: number) => {
      const due = waiting + count;
      for (let i = 0; i < count; i += 1)
        session
          .request(headers)
          .on('error', () => {})
          .end(Buffer.alloc(5));
      while (waiting < due) await setImmediate();
    };
    await open(20);
    const before = memory();
    await open(STREAMS);
    const held = (memory() - before) / STREAMS;
    assert.ok(held < HELD_AT_MOST, `${Math.round(held)} bytes a stream`);
    t.diagnostic(`${Math.round(held / 1024)} KiB a stream`);
  });
}
