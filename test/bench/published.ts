import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../repository.ts';

/**
 * Lays what is published of Weir into a folder below the repository, whose packages stand for those that an install would
 * bring; gives the program `weir` there. Nothing is removed meanwhile, as that would slow what is measured next.
 */
export function layPublished(folder: string): string {
  console.log('Building what is published …');
  const { status, stderr } = spawnSync(process.execPath, [join(repository, '.ci/pack.mjs'), '--unpacked', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`packing ended with ${status}:\n${stderr}`);
  return join(folder, 'node_modules/@weir/language/bin/weir.js');
}
