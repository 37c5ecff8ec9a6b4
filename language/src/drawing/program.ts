import { programFile } from '../project/own-package.ts';

/** The program of a thread that lays out. */
export const layoutProgram = (): string => programFile('drawing/answer');
