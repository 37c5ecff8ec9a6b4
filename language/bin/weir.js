#!/usr/bin/env node
// In the repository the sources run as they are; what is published is JavaScript, as Node strips no types below node_modules.
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/main.js', import.meta.url);
const source = new URL('../src/cli/main.ts', import.meta.url);
const { run } = await import((existsSync(source) ? source : built).href);
await run();
