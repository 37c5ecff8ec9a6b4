import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { parse } from 'yaml';
import { assertGolden, goldenModel, goldenSources, modelOf, options, shuffled } from '../golden-fixture.ts';
import { openApiEmitter } from './index.ts';
import { nasty } from './nasty-fixture.ts';

const shopDocuments = join(import.meta.dirname, '../../../../examples/shop/generated/openapi');

const emit = async (sources: Parameters<typeof modelOf>[0]) => openApiEmitter.emit(await modelOf(sources), options);

test('the documents of a small system are as committed', async () => {
  assertGolden(openApiEmitter.emit(await goldenModel(), options), join(import.meta.dirname, 'golden'));
});

test('the order of files and declarations does not show', async () => {
  const text = async (sources: Parameters<typeof emit>[0]) =>
    [...(await emit(sources))].map(([path, output]) => [path, output.text]);
  assert.deepEqual(await text(shuffled(goldenSources())), await text(goldenSources()));
});

test('redocly finds nothing, neither errors nor warnings', async () => {
  const texts = [openApiEmitter.emit(await goldenModel(), options), await emit(nasty)].flatMap((outputs) =>
    [...outputs].map(([path, { text }]) => [path, text] as const),
  );
  const shop = readdirSync(shopDocuments).map(
    (name) => [name, readFileSync(join(shopDocuments, name), 'utf8')] as const,
  );
  assert.ok(shop.length >= 8);
  for (const [path, text] of [...texts, ...shop]) assert.deepEqual(await lint(path, text), [], path);
});

const read = async (name: string) => parse((await emit(nasty)).get(`generated/openapi/${name}.yaml`)?.text ?? '');

test('a document for each service that has routes and a port for them, and for each gateway', async () => {
  const names = [...(await emit(nasty)).keys()].map((path) => path.split('/').at(-1));
  assert.deepEqual(names, ['first.yaml', 'elsewhere.yaml', 'second.yaml', 'all.gateway.yaml', 'nowhere.gateway.yaml']);
  assert.equal((await emit([{ path: 'a.svc', text: 'service a { http 80  grpc 81  rpc Do() }' }])).size, 0);
});

test('parameters come from where the runtime takes them', async () => {
  const { paths, components } = await read('first');
  const places = (operation: { parameters?: { name: string; in: string; required?: boolean }[] }) =>
    (operation.parameters ?? []).map(({ name, in: place, required }) => `${place} ${name}${required ? '' : '?'}`);
  // Two operations share a path, and its parameter has one name.
  const find = paths['/find/{name}'];
  assert.deepEqual(places(find.get), [
    'path name',
    'query flags',
    'query big?',
    'query any?',
    'query colour?',
    'query at',
  ]);
  assert.deepEqual(places(find.head), places(find.get));
  assert.deepEqual(places(find.delete), ['path name', 'query soft?']);
  assert.deepEqual(find.get.parameters[3].content, { 'application/json': { schema: {} } });
  assert.deepEqual(places(paths['/files/{path}'].get), ['path path']);
  assert.deepEqual(places(paths['/echo'].post), ['header Idempotency-Key?']);
  assert.equal(paths['/echo'].post.requestBody.required, true);
  // What the path has is not asked for in the body.
  const { schema } = paths['/echo/{id}'].put.requestBody.content['application/json'];
  assert.ok(!('id' in schema.properties) && !schema.required.includes('id'));
  assert.equal(paths['/things/{id}:close'].post.requestBody, undefined);
  assert.equal(paths['/opts'].patch.requestBody.required, undefined);
  // A field that is an idempotency key has to be one.
  assert.deepEqual(components.schemas.FireRequest.properties.token, { type: 'string', minLength: 1, maxLength: 255 });
});

test('each operation has the statuses that it can answer with, and no others', async () => {
  const { paths } = await read('first');
  const statuses = (path: string, method: string) => Object.keys(paths[path][method].responses).join(' ');
  assert.equal(statuses('/echo', 'post'), '200 400 401 403 408 409 413 415 422 431 500 503 504');
  assert.equal(statuses('/find/{name}', 'get'), '200 400 404 408 414 429 431 500 503 504');
  assert.equal(statuses('/find/{name}', 'delete'), '204 400 401 403 404 408 413 414 415 418 431 500 503 504');
  assert.equal(statuses('/fire', 'post'), '204 400 408 409 413 415 422 431 499 500 503 504');
  const { paths: open } = await read('all.gateway');
  assert.equal(
    Object.keys(open['/second/echo'].post.responses).join(' '),
    '200 400 401 408 409 413 415 429 431 500 502 503 504',
  );
  assert.ok(Object.values<object>(paths['/find/{name}'].head.responses).every((answer) => !('content' in answer)));
});

test('a declared error is told from others by its type, and carries its fields', async () => {
  const { paths, components } = await read('first');
  const { schema } = paths['/echo'].post.responses['409'].content['application/problem+json'];
  assert.deepEqual(
    schema.oneOf.map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1)),
    ['ClashProblem', 'ConflictProblem', 'Problem'],
  );
  assert.equal(schema.discriminator.mapping['urn:weir:error:acme.first.Clash'], '#/components/schemas/ClashProblem');
  const { type, status, code, fields } = components.schemas.ConflictProblem.allOf[1].properties;
  assert.deepEqual(
    [type.const, status.const, code.const, fields.$ref],
    ['urn:weir:error:acme.first.Conflict', 409, 'aborted', '#/components/schemas/Conflict'],
  );
  assert.ok(components.schemas.AcmeFirstProblem, 'a message of that name stands beside ours');
});

test('who may call is said as it is asked', async () => {
  const { paths, components } = await read('first');
  assert.deepEqual(paths['/echo'].post.security, [{ customer: ['a'] }, { partner: [] }]);
  assert.deepEqual(paths['/find/{name}'].get.security, []);
  const { customer, partner, mesh } = components.securitySchemes;
  assert.deepEqual(
    [customer.type, customer.scheme, partner.name, mesh.type],
    ['http', 'bearer', 'X-Api-Key', 'mutualTLS'],
  );
  assert.match(mesh.description, /orders\.acme\.svc/);
});

test('names of operations are unique, and steady behind a gateway', async () => {
  const ids = ({ paths }: { paths: Record<string, Record<string, { operationId: string }>> }) =>
    Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
  const own = ids(await read('first'));
  assert.deepEqual(own.slice(0, 6), ['echo', 'echoByPut', 'file', 'find', 'findByHead', 'remove']);
  assert.equal(new Set(own).size, own.length);
  assert.ok(ids(await read('all.gateway')).includes('secondEcho'));
});

async function lint(path: string, text: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: `/${path}`, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`);
}
