import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = process.env.CHROMIUM ?? paths.find((path) => existsSync(path));

/** For the `skip` of a test that needs a browser: why there is none, and how to get one. */
export const noChromium: string | false =
  program === undefined && 'needs Chromium: apt-get install chromium, or its path in CHROMIUM';

/** A page in a browser without a screen. */
export interface Browsed {
  /** The value of an expression in the page; a promise is waited for. */
  readonly value: <T>(expression: string) => Promise<T>;
  /** Any command of the Chrome DevTools Protocol. */
  readonly send: (method: string, params?: object) => Promise<Record<string, unknown>>;
  readonly click: (x: number, y: number) => Promise<void>;
  readonly move: (x: number, y: number) => Promise<void>;
  readonly key: (key: string) => Promise<void>;
  /** A PNG of what is seen. */
  readonly screenshot: () => Promise<Buffer>;
  /** Errors that nobody caught, and what the console got. */
  readonly complaints: readonly string[];
}

/**
 * Opens a file in Chromium over the Chrome DevTools Protocol; both are gone when the test has ended.
 *
 * @param options `before` is a script that runs before those of the page
 */
export async function browse(
  t: TestContext,
  path: string,
  { width = 1280, height = 800, before = '' } = {},
): Promise<Browsed> {
  const profile = await mkdtemp(join(tmpdir(), 'weir-chromium-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(program!, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  const socket = new WebSocket(await addressOf(child.stderr));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const page = await attached(socket);
  await page.send('Page.enable');
  await page.send('Runtime.enable');
  await page.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await page.send('Page.addScriptToEvaluateOnNewDocument', { source: before });
  const loaded = page.next('Page.loadEventFired');
  await page.send('Page.navigate', { url: `file://${path}` });
  await loaded;
  return browsed(page);
}

function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    stderr.on('end', () => reject(new Error(`Chromium did not start: ${said}`)));
  });
}

interface Page {
  readonly send: Browsed['send'];
  readonly next: (event: string) => Promise<void>;
  readonly complaints: string[];
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

async function attached(socket: WebSocket): Promise<Page> {
  const waiting = new Map<number, (answer: Answer) => void>();
  const listeners = new Map<string, () => void>();
  const complaints: string[] = [];
  let last = 0;
  let sessionId: string | undefined;
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    if (answer.method === 'Runtime.exceptionThrown' || answer.method === 'Runtime.consoleAPICalled')
      complaints.push(JSON.stringify(answer.params));
    listeners.get(answer.method ?? '')?.();
  });
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) =>
        result ? resolve(result) : reject(new Error(`${method}: ${error?.message}`)),
      );
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const session = await send('Target.attachToTarget', { targetId, flatten: true });
  sessionId = session.sessionId as string;
  return { send, complaints, next: (event) => new Promise((resolve) => listeners.set(event, resolve)) };
}

function browsed({ send, complaints }: Page): Browsed {
  const mouse = (type: string, x: number, y: number, more: object = {}): Promise<unknown> =>
    send('Input.dispatchMouseEvent', { type, x, y, ...more });
  return {
    send,
    complaints,
    value: async <T>(expression: string) => {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value: T }).value;
    },
    move: async (x, y) => {
      await mouse('mouseMoved', x, y);
    },
    click: async (x, y) => {
      await mouse('mousePressed', x, y, { button: 'left', clickCount: 1 });
      await mouse('mouseReleased', x, y, { button: 'left', clickCount: 1 });
    },
    key: async (key) => {
      const text = key.length === 1 ? { text: key } : {};
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    screenshot: async () =>
      Buffer.from((await send('Page.captureScreenshot', { format: 'png' })).data as string, 'base64'),
  };
}
