import { startInBrowser } from './browser.ts';
import { startServer } from './server.ts';

/** What editors bundle: the language server as a program of Node, or as a web worker. */
if (globalThis.process?.versions?.node === undefined) startInBrowser();
else startServer();
