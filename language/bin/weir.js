#!/usr/bin/env node
// In the repository the sources run as they are; what is published is JavaScript, as Node strips no types below node_modules.
import { existsSync } from 'node:fs';
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`weir needs Node 22.18 or newer; this is ${process.version}.`);
  process.exit(2);
}

// What Node has compiled once it need not compile again: half of the time of most commands.
module.enableCompileCache();

const built = new URL('../dist/cli/main.js', import.meta.url);
const source = new URL('../src/cli/main.ts', import.meta.url);
const { run } = await import((existsSync(source) ? source : built).href);
await run();
