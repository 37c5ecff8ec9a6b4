import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSystem, runSystem } from '@weir/runtime';
import { gateways, services as parts } from '../../examples/shop/generated/system.ts';
import { ada } from '../../examples/shop/local/order.ts';
import { startSurroundings, supplierKey } from '../../examples/shop/local/surroundings.ts';
import { run, type Scope } from '../child.ts';
import { repository } from '../repository.ts';

const documents = join(repository, 'examples/shop/generated/openapi');
const settings = join(import.meta.dirname, 'schemathesis.toml');

export const documentNames = readdirSync(documents);

export interface FuzzedShop {
  /**
   * Sends what a document allows, and what it does not, to whoever it describes, and gives what schemathesis has against
   * the answers: statuses that are not documented, bodies off their schema, faults, bad requests that are taken, good ones
   * that are refused, methods that are not refused, callers who are not asked who they are. Empty when there is nothing.
   */
  fuzz(document: string, options: FuzzOptions): Promise<string>;
}

export interface FuzzOptions {
  /** For each operation, in each of the ways in which requests are made up. */
  readonly examples: number;
  readonly seed: number;
  /** What is made of the document before: mistakes that have to be found. */
  readonly changed?: (text: string) => string;
}

/** The whole shop in this process, on free ports. */
export async function startFuzzedShop(scope: Scope): Promise<FuzzedShop> {
  const surroundings = await startSurroundings();
  const system = await runSystem(
    { services: parts, gateways },
    { env: { WEIR_LOG_LEVEL: 'silent', ...process.env, ...surroundings.env }, ports: 'free', signals: false },
  );
  const folder = mkdtempSync(join(tmpdir(), 'weir-fuzz-'));
  scope.after(async () => {
    await system.stop();
    await surroundings.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const token = await surroundings.identity.token(ada, 'orders:write');
  const credentials = [`Authorization: Bearer ${token}`, `X-Api-Key: ${supplierKey}`];
  return {
    async fuzz(document, { examples, seed, changed = (text) => text }) {
      const file = join(folder, document);
      writeFileSync(file, changed(readFileSync(join(documents, document), 'utf8')));
      const { code, out, err } = await run(
        'schemathesis',
        [
          ...['--config-file', settings, 'run', file, `--url=${urlOf(system, document)}`],
          ...credentials.map((header) => `--header=${header}`),
          ...[`--max-examples=${examples}`, `--seed=${seed}`, '--request-timeout=10', '--suppress-health-check=all'],
          ...['--warnings=off', '--no-color'],
        ],
        { cwd: folder },
      );
      return code === 0 ? '' : out + err;
    },
  };
}

/** `orders.yaml` is about a service, `public.gateway.yaml` about a gateway. */
function urlOf({ services, gateways: running }: RunningSystem, document: string): string {
  const [name, kind] = document.split('.');
  if (kind === 'gateway') return running.find((gateway) => gateway.name === name)?.url ?? '';
  return `http://127.0.0.1:${services.find(({ definition }) => definition.name === name)?.ports.http}`;
}
