import { workerData } from 'node:worker_threads';
import { answerRequests, layoutThread } from '../drawing/answer-requests.ts';
import { startInBrowser } from './browser.ts';

/** What editors bundle: the language server as a program of Node, with the thread that lays pictures out, or as a web worker. */
if (globalThis.process?.versions?.node === undefined) startInBrowser();
else if (workerData === layoutThread) answerRequests();
// It asks for what only Node has as soon as it is loaded.
else void import('./server.ts').then(({ startServer }) => startServer());
