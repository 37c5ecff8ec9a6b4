import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsFrom } from '../objects-fixture.ts';
import { assertValid } from '../schema-fixture.ts';

const services = `
  service a { http 80 uses b with { timeout 1s } rpc A() { route GET /a calls b.B } }
  service b { http 81 rpc B() { route GET /b } }`;

test('with `mtls on` an authority of the system signs what services show each other', async () => {
  const find = await objectsFrom(`system s { mtls on  certificates cert-manager } ${services}`);
  assert.deepEqual(find('s-authority-root', 'Issuer')?.spec, { selfSigned: {} });
  assert.deepEqual(find('s-authority', 'Issuer')?.spec, { ca: { secretName: 's-authority' } });
  const authority = find('s-authority', 'Certificate');
  assert.deepEqual([authority?.spec.isCA, authority?.spec.secretName], [true, 's-authority']);
  const own = find('a-certificate', 'Certificate');
  assert.ok(authority && own);
  assertValid(authority);
  assertValid(own);
  assert.deepEqual(
    [own.spec.secretName, own.spec.dnsNames, own.spec.issuerRef],
    ['a-certificate', ['a'], { group: 'cert-manager.io', kind: 'Issuer', name: 's-authority' }],
  );
});

test('without, or in a mesh, there is none', async () => {
  for (const system of ['certificates cert-manager', 'mtls on', 'mtls on mesh linkerd certificates cert-manager']) {
    const find = await objectsFrom(`system s { ${system} } ${services}`);
    assert.equal(find('s-authority', 'Certificate'), undefined, system);
    assert.equal(find('a-certificate', 'Certificate'), undefined, system);
  }
});

test('a gateway has the certificate of its hosts from the issuer that is named', async () => {
  const gateway = 'gateway g { host "b.example", "a.example"  tls  serves a }';
  const find = await objectsFrom(`system s { certificates cert-manager  issuer "own" } ${services} ${gateway}`);
  const spec = find('g-tls', 'Certificate')?.spec;
  assert.deepEqual(spec?.dnsNames, ['a.example', 'b.example']);
  assert.deepEqual(spec?.issuerRef, { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'own' });
});
