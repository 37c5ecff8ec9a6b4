import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Model } from '../../model/model.ts';
import type { SourceText } from '../../syntax/read.ts';
import { modelOf, options, writeAll } from '../golden-fixture.ts';
import { typescriptEmitter } from './index.ts';

const repository = join(import.meta.dirname, '../../../..');
const bin = join(repository, 'node_modules/.bin');

/** Formatter and linter of this repository. */
export const biome = join(bin, 'biome');

/** The texts of a folder in `fixtures`. */
export function fixture(name: string): SourceText[] {
  const folder = join(import.meta.dirname, 'fixtures', name);
  const files = readdirSync(folder).filter((file) => file.endsWith('.svc'));
  return files.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** A project in a folder of its own, emitted, with this repository's packages installed; gone after the test. */
export async function emitted(t: TestContext, name: string): Promise<{ folder: string; model: Model }> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-emitted-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const model = await modelOf(fixture(name));
  writeAll(typescriptEmitter.emit(model, options), folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  mkdirSync(join(folder, 'node_modules/@weir'), { recursive: true });
  symlinkSync(join(repository, 'runtime'), join(folder, 'node_modules/@weir/runtime'));
  symlinkSync(join(repository, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  return { folder, model };
}

/** One tsconfig over everything emitted, with the options that each service's own has. */
export function configureAll(folder: string, service: string): void {
  const own = JSON.parse(readFileSync(join(folder, 'services', service, 'tsconfig.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...own, include: ['services', 'generated'] }));
}

/** What the type checker has to say, a line for each error. */
export async function typeErrors(folder: string, project = '.'): Promise<string[]> {
  const { stdout } = await run(join(bin, 'tsc'), ['-p', project, '--pretty', 'false'], folder);
  return stdout.split('\n').filter((line) => line.includes('error TS'));
}

/** Runs a program to its end, whatever its exit code. */
export async function run(command: string, args: readonly string[], cwd: string) {
  try {
    return { code: 0, ...(await promisify(execFile)(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 })) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, stdout, stderr };
  }
}
