import { startInBrowser } from './browser.ts';

/** What editors bundle: the language server as a program of Node, or as a web worker. */
if (globalThis.process?.versions?.node === undefined) startInBrowser();
// It asks for what only Node has as soon as it is loaded.
else void import('./server.ts').then(({ startServer }) => startServer());
