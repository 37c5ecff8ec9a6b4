import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../../syntax/read.ts';
import { loadTopologyEmitter } from './index.ts';

const options = { out: 'generated', services: 'services', kubernetesVersion: '1.33', runtimeVersion: '0.1.0' };

test('the picture is written as SVG and as Mermaid, whatever the order of the files', async () => {
  const emitter = await loadTopologyEmitter();
  const files = [
    { path: 'a.svc', text: 'package p\nservice a { grpc 1  uses b  rpc X() { calls b.Y } }' },
    { path: 'b.svc', text: 'package p\nservice b { grpc 2  rpc Y() }' },
  ];
  const outputs = emitter.emit(await readModel(files), options);
  assert.deepEqual([...outputs.keys()], ['generated/topology.svg', 'generated/topology.mmd']);
  assert.match(outputs.get('generated/topology.svg')?.text ?? '', /^<svg [\s\S]*service:p\.a[\s\S]*<\/svg>\s*$/);
  assert.match(outputs.get('generated/topology.mmd')?.text ?? '', /flowchart/);
  const shuffled = emitter.emit(await readModel([...files].reverse()), options);
  assert.deepEqual(
    [...shuffled].map(([path, { text }]) => [path, text]),
    [...outputs].map(([path, { text }]) => [path, text]),
  );
});

test('there is no picture of nothing', async () => {
  const emitter = await loadTopologyEmitter();
  assert.equal(emitter.emit(await readModel([{ path: 'a.svc', text: 'message M { }' }]), options).size, 0);
});
