import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who is measured beside Weir's checking, beside `buf`, which the tests need as well: 160 MB. */
export const describers = {
  '@typespec/compiler': '1.17.0',
  '@typespec/http': '1.17.0',
  '@typespec/protobuf': '0.87.0',
  likec4: '1.59.4',
};

/** Who is measured beside Weir's building. */
export const emitters = {
  '@typespec/compiler': '1.16.0',
  '@typespec/http': '1.16.0',
  '@typespec/openapi': '1.16.0',
  '@typespec/openapi3': '1.16.0',
  '@typespec/protobuf': '0.86.0',
};

/** Who is measured beside a generated service, beside Fastify and `node:http`: 90 MB. */
export const frameworks = {
  '@hono/node-server': '2.1.8',
  '@hono/zod-validator': '0.9.1',
  '@nestjs/common': '12.5.1',
  '@nestjs/core': '12.5.1',
  '@nestjs/platform-fastify': '12.5.0',
  ajv: '8.20.0',
  'class-transformer': '0.5.1',
  'class-validator': '0.15.1',
  express: '5.3.0',
  hono: '4.13.19',
  moleculer: '0.14.36',
  'moleculer-web': '0.10.8',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  zod: '4.6.7',
};

/** Installs rivals from npm into a folder where they are missing: nobody but benchmarks needs them. Gives their `node_modules`. */
export function installRivals(work: string, versions: Readonly<Record<string, string>>): string {
  const manifest = join(work, 'package.json');
  const installed = join(work, 'node_modules');
  const wanted = `${JSON.stringify({ private: true, type: 'module', dependencies: versions }, null, 2)}\n`;
  if (existsSync(installed) && readFileSync(manifest, 'utf8') === wanted) return installed;
  console.log('Installing the rivals (once) …');
  mkdirSync(work, { recursive: true });
  writeFileSync(manifest, wanted);
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) throw new Error(`npm install ended with ${done.status ?? done.signal} in ${work}`);
  return installed;
}
