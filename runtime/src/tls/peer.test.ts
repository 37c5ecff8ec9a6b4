import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createAuthority } from './certificate-fixture.ts';
import { peerOf } from './peer.ts';

test('a peer has the names of its certificate', () => {
  const { cert } = createAuthority('mesh').issue({
    dns: ['Orders.shop.svc', 'orders'],
    uris: ['spiffe://shop.example/ns/prod/sa/orders'],
    ips: ['10.0.0.1'],
  });
  const read = new X509Certificate(cert).toLegacyObject();
  assert.deepEqual(peerOf(read), {
    dns: ['orders.shop.svc', 'orders'],
    uris: ['spiffe://shop.example/ns/prod/sa/orders'],
    fingerprint: read.fingerprint256,
  });
});

test('a name cannot pretend to be two', () => {
  const { cert } = createAuthority('mesh').issue({
    uris: ['http://a/, DNS:admin', 'x", DNS:admin'],
    dns: ['b, DNS:c'],
  });
  const { dns, uris } = peerOf(new X509Certificate(cert).toLegacyObject());
  assert.deepEqual(dns, ['b, dns:c']);
  assert.deepEqual(uris, ['http://a/, DNS:admin', 'x", DNS:admin']);
});
