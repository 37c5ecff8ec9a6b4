/** A client that knows no contract asks for it, and calls by it: what grpcurl and its like do. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serve } from '@weir/runtime';
import { kindsHandlers } from '../../runtime/src/fixtures/handlers.ts';
import { kinds } from '../../runtime/src/fixtures/kinds.ts';
import { succeed } from '../child.ts';
import { missing } from '../installed.ts';

const folder = import.meta.dirname;

/** One of every kind of field, in the JSON form of protobuf. */
const everything = {
  flag: true,
  small: -1,
  big: '-9223372036854775808',
  ratio: 0.5,
  text: 'ä',
  blob: 'AAEC',
  id: '123e4567-e89b-12d3-a456-426614174000',
  at: '2026-01-31T23:59:59.999Z',
  took: '1.500s',
  price: '12.50',
  anything: { a: [1, null, 'x'] },
  color: 'COLOR_DEEP_BLUE',
  tags: ['a'],
  points: [{ x: 1, y: 2 }],
  labels: { a: 'b' },
  byFlag: { false: { x: 1 } },
  byBig: { '7': 'COLOR_RED' },
  voucher: 'v',
  maybeSmall: 0,
};

test('Python makes messages of what a server tells, and calls with them', {
  skip: missing('protoc', 'grpcio'),
}, async (t) => {
  const stubs = mkdtempSync(join(tmpdir(), 'weir-reflection-'));
  t.after(() => rmSync(stubs, { recursive: true, force: true }));
  const service = await serve(kinds, kindsHandlers().handlers, {
    env: { WEIR_AUTH_PARTNER_KEYS: 'acme:k-1', WEIR_AUTH_CUSTOMER_JWKS: '{"keys":[]}', WEIR_LOG_LEVEL: 'silent' },
    host: '127.0.0.1',
    ports: { http: 0, grpc: 0 },
    signals: false,
  });
  t.after(() => service.stop());
  for (const version of ['v1', 'v1alpha']) {
    const proto = readFileSync(join(folder, 'reflection.proto'), 'utf8').replace(
      'reflection.VERSION',
      `reflection.${version}`,
    );
    writeFileSync(join(stubs, `reflection_${version}.proto`), proto);
    await succeed('protoc', ['-I.', '--python_out=.', `reflection_${version}.proto`], { cwd: stubs });
    const asked = [
      `127.0.0.1:${service.ports.grpc}`,
      version,
      'weir.kinds.KindsService/Echo',
      JSON.stringify(everything),
    ];
    const out = await succeed('/usr/bin/python3', [join(folder, 'python/reflect.py'), stubs, ...asked]);
    const { services, files, answer } = JSON.parse(out);
    assert.deepEqual(services, [
      'weir.kinds.KindsService',
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
    ]);
    assert.equal(files[0], 'weir/kinds.proto');
    assert.deepEqual(answer, everything);
  }
});
