import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Scope, succeed } from '../child.ts';
import { repository } from '../repository.ts';

const emitted = join(repository, 'examples/shop/generated/proto');
const folder = join(import.meta.dirname, 'python');

export interface PythonCall {
  /** `shop.users.UsersService/GetUser` */
  readonly method: string;
  /** In the JSON form of protobuf. */
  readonly request: object;
  /** Seconds. */
  readonly timeout?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface PythonAnswer {
  /** `OK`, `NOT_FOUND` … */
  readonly code: string;
  readonly message: string;
  /** One of a unary call that went well; any number of a stream. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly responses: readonly any[];
  /** Typed details of an error; `@type` says which. */
  readonly details: readonly Readonly<Record<string, unknown>>[];
  readonly seconds: number;
}

/** Calls by Python's grpcio, one after the other on one channel. */
export type CallByPython = (target: string, ...calls: PythonCall[]) => Promise<readonly PythonAnswer[]>;

/** Has protoc make Python's stubs from the emitted contracts, and gives what calls by them. */
export async function pythonClient(scope: Scope): Promise<CallByPython> {
  const stubs = mkdtempSync(join(tmpdir(), 'weir-stubs-'));
  scope.after(() => rmSync(stubs, { recursive: true, force: true }));
  const protos = (root: string) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.proto'));
  for (const root of [emitted, join(folder, 'proto')]) {
    await succeed('protoc', ['-I.', `--python_out=${stubs}`, ...protos(root)], { cwd: root });
  }
  return async (target, ...calls) => {
    const input = JSON.stringify({ target, calls });
    const { code, out, err } = await run('/usr/bin/python3', [join(folder, 'call.py'), stubs], { input });
    if (code !== 0) throw new Error(`call.py ended with ${code}:\n${err}`);
    return JSON.parse(out);
  };
}
