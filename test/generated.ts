import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildProject, loadProject, readModel, targets } from '@weir/language';

/**
 * Builds one service from its `.svc` into a folder of the repository, where Node finds the runtime, and gives the path of its
 * definition. What was in the folder is gone.
 */
export async function generate(folder: string, svc: string, service: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(svc, join(folder, basename(svc)));
  const project = await loadProject(folder);
  const { conflicts } = await buildProject(project, await readModel(project.sources), [await targets.typescript()], {
    runtimeVersion: '0.1.0',
  });
  if (conflicts.length > 0) throw new Error(`${service} was not built: ${JSON.stringify(conflicts)}`);
  return join(folder, `services/${service}/src/generated/${service}.ts`);
}
