/** `npm run bench`: everything, or the parts that are named: `npm run bench -- serving`. Ratios count; machines are noisy. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchBuilding } from './building.ts';
import { benchChecking } from './checking.ts';
import { benchEditor } from './editor.ts';
import { benchGrpc } from './grpc.ts';
import { benchPicture } from './picture.ts';
import { benchPolicies } from './policies.ts';
import { benchServing } from './serving.ts';
import { benchStarting } from './starting.ts';

const work = fileURLToPath(new URL('./.work/', import.meta.url));
const parts: Readonly<Record<string, (work: string) => void | Promise<void>>> = {
  building: benchBuilding,
  checking: benchChecking,
  editor: benchEditor,
  grpc: benchGrpc,
  picture: benchPicture,
  policies: benchPolicies,
  serving: benchServing,
  starting: benchStarting,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}: there are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
mkdirSync(work, { recursive: true });
for (const [name, bench] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench(work);
}
