import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serve } from '@weir/runtime';
import { exportJWK, generateKeyPair } from 'jose';
import { serviceDefinition } from '../../language/src/emit/definition/index.ts';
import { modelOf, options } from '../../language/src/emit/golden-fixture.ts';
import { openApiEmitter } from '../../language/src/emit/openapi/index.ts';
import { nasty } from '../../language/src/emit/openapi/nasty-fixture.ts';
import { run, type Scope } from '../child.ts';
import { missing } from '../installed.ts';
import { repository } from '../repository.ts';

const seed = Number(process.env.WEIR_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** The nasty service on its own, and without ranges of which a schema can only speak in words: the last digits of 64 bits too. */
const alone: readonly (readonly [string, string])[] = [
  ['    uses second\n', ''],
  ['  calls second.Echo', ''],
  ['{name}  auth mesh', '{name}  auth partner'],
  ['    limit { rate 5/s }\n', ''],
  [' where 0.01..99.99', ''],
  ['huge: uint64 = 5 where 1..', 'huge: uint64 = 5 where 1..70000'],
  ['map<int64, double>', 'map<string, double>'],
  ['big: int64? = 3', 'big: int64? = 3 where -5..5'],
];

/** Every form of value and parameter, in an operation that gives back what it got. */
async function startForms(scope: Scope) {
  const sources = nasty.map(({ path, text }) => ({
    path,
    text: alone.reduce((done, [from, to]) => done.replace(from, to), text),
  }));
  const model = await modelOf(sources);
  const definition = serviceDefinition(model, model.services.find(({ name }) => name === 'first') ?? assert.fail());
  const nothing = async () => {};
  let last: unknown;
  const handlers = {
    echo: async (request: unknown) => {
      last = request;
      return request;
    },
    find: async ({ slug }: { slug: string }) => ({ text: slug }),
    file: async ({ path }: { path: string }) => ({ text: path }),
    watch: async function* () {
      if (last !== undefined) yield last;
    },
    ...{ remove: nothing, verb: nothing, fire: nothing, opts: nothing, up: nothing },
  };
  const { publicKey } = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' }] });
  const env = {
    ...{ WEIR_LOG_LEVEL: 'silent', WEIR_HOST: '127.0.0.1', WEIR_HTTP_PORT: '0', WEIR_GRPC_PORT: '0' },
    ...{ WEIR_AUTH_PARTNER_KEYS: 'fuzzer:its-key', WEIR_AUTH_CUSTOMER_JWKS: jwks },
  };
  const service = await serve(definition, handlers, { env, signals: false });
  scope.after(() => service.stop());
  const document = openApiEmitter.emit(model, options).get('generated/openapi/first.yaml')?.text ?? '';
  return { document, url: `http://127.0.0.1:${service.ports.http}` };
}

test(`what is emitted of every form is true (WEIR_SEED=${seed})`, {
  skip: missing('schemathesis'),
  timeout: 900_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-forms-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { document, url } = await startForms(t);
  const file = join(folder, 'first.yaml');
  writeFileSync(file, document);
  const settings = join(repository, 'test/shop/schemathesis.toml');
  // Null for what is optional is taken, as the mapping of protobuf to JSON asks, and said in words only. One of two ways to
  // show who one is suffices, so that a bad token beside a good key is no reason to refuse.
  const { code, out, err } = await run(
    'schemathesis',
    [
      ...['--config-file', settings, 'run', file, `--url=${url}`, '--header=X-Api-Key: its-key'],
      ...['--exclude-checks=negative_data_rejection,ignored_auth', '--max-examples=40', `--seed=${seed}`],
      // Hypothesis gives up where little of what it makes up fits; patterns and exclusions are what this is about.
      ...['--suppress-health-check=all', '--warnings=off', '--no-color'],
    ],
    { cwd: folder },
  );
  assert.equal(code, 0, out + err);
});
