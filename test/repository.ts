import { join } from 'node:path';

/** The folder that holds this repository. */
export const repository = join(import.meta.dirname, '..');

/** The command line of Weir, to be run by Node. */
export const weir = join(repository, 'language', 'bin', 'weir.js');
