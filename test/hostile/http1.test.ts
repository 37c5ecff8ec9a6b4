import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { generate } from '../generated.ts';
import { openLine, startTarget } from './target.ts';

const here = import.meta.dirname;
let definition = '';
before(async () => {
  definition = await generate(join(here, '.work/http1'), join(here, 'target.svc'), 'target');
});

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const statusOf = (answer: Buffer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString('latin1'))?.[1]);
const POST = 'POST /v1/notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

test('a thousand clients that drip headers and bodies are given up in time', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition, { headers: 1000, request: 2000 });
  await target.withstands(async () => {
    const answers = many(1000, async (i) => {
      const line = await openLine(t, target.http);
      await line.send(i % 2 === 0 ? 'GET /v1/notes/1 HTTP/1.1\r\n' : `${POST}content-length: 1000000\r\n\r\n`);
      while (await line.send(i % 2 === 0 ? `x-${i}: 1\r\n` : ' ')) await pause(300);
      return statusOf(await line.closed);
    });
    assert.deepEqual([...new Set(await Promise.all(answers))], [408]);
  });
});

test('bodies without an end are refused at their limit, and nobody keeps them', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  const part = 'x'.repeat(64 * 1024);
  await target.withstands(async () => {
    const answers = many(100, async () => {
      const line = await openLine(t, target.http);
      await line.send(`${POST}transfer-encoding: chunked\r\n\r\n`);
      // How much gets out before the server cuts it off is a matter of how busy the machine is.
      while (await line.send(`10000\r\n${part}\r\n`));
      return statusOf(await line.closed);
    });
    assert.deepEqual([...new Set(await Promise.all(answers))], [413]);
  });
});

test('a body that is announced as too large is refused before it comes', async (t) => {
  const target = await startTarget(t, definition);
  for (const length of ['1048577', '99999999999', '9007199254740993']) {
    const line = await openLine(t, target.http);
    await line.send(`${POST}content-length: ${length}\r\n\r\n`);
    assert.equal(statusOf(await line.closed), 413);
  }
});

test('floods of headers, long urls and endless lines end with 431 or 400', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  const floods: [start: string, part: string][] = [
    ['GET /v1/notes/1 HTTP/1.1\r\nhost: x\r\n', 'x-a: 1\r\n'.repeat(1000)],
    ['GET /v1/notes/1 HTTP/1.1\r\nhost: x\r\nx-a: ', 'a'.repeat(8000)],
    ['GET /v1/notes/', '1'.repeat(8000)],
    [`${POST}transfer-encoding: chunked\r\n\r\n1;`, 'a'.repeat(8000)],
    [`${POST}transfer-encoding: chunked\r\n\r\n0\r\n`, 'x-a: 1\r\n'.repeat(1000)],
  ];
  await target.withstands(async () => {
    const answers = floods.flatMap(([start, part]) =>
      many(20, async () => {
        const line = await openLine(t, target.http);
        await line.send(start);
        for (let i = 0; i < 500 && (await line.send(part)); i += 1);
        return statusOf(await line.closed);
      }),
    );
    for (const status of await Promise.all(answers)) assert.ok([400, 413, 431].includes(status), `answered ${status}`);
  });
});

test('who asks and asks and reads no answer costs no memory', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition, { stalled: 1500 });
  await target.withstands(async () => {
    const lines = many(20, async (i) => {
      const line = await openLine(t, target.http);
      line.socket.pause();
      const asked = i % 2 === 0 ? 'GET /v1/watch' : 'GET /v1/large/512';
      await line.send(`${asked} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(200));
      return line;
    });
    const opened = await Promise.all(lines);
    const { rss } = await target.standstill();
    assert.ok(rss < 400 * 2 ** 20, `${Math.round(rss / 2 ** 20)} MB`);
    // All are given up but whoever else is being served.
    while ((await target.state()).connections > 1) await pause(100);
    for (const { socket } of opened) socket.resume();
    await Promise.all(opened.map(({ closed }) => closed));
  });
});

test('connections that come and go by thousands leave nothing', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition);
  await target.withstands(async () => {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        many(200, async (i) => {
          const line = await openLine(t, target.http);
          if (i % 3 === 0) await line.send('GET /v1/notes/1 HTTP/1.1\r\nhost: x\r\n\r\n');
          if (i % 3 === 1) await line.send(`${POST}content-length: 100\r\n\r\n{`);
          line.socket.resetAndDestroy();
        }),
      );
    }
  });
});

test('bytes of any kind are answered with 400 or with a closed connection', { timeout: 60_000 }, async (t) => {
  const target = await startTarget(t, definition, { headers: 1000, request: 2000 });
  let seed = 1;
  const byte = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed & 0xff;
  };
  await target.withstands(async () => {
    const answers = many(300, async (i) => {
      const line = await openLine(t, target.http);
      const start = ['', 'GET ', 'GET /v1/notes/1 HTTP/1.1\r\n', `${POST}\r\n`][i % 4]!;
      await line.send(Buffer.concat([Buffer.from(start), Buffer.from(many(200, byte))]));
      return (await line.closed).toString('latin1');
    });
    for (const answer of await Promise.all(answers)) assert.match(answer, /^$|^HTTP\/1\.1 4\d\d /);
  });
});
