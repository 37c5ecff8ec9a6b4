import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installVSCode } from './install-fixture.ts';

/** Nothing of it asks outside, opens what nobody asked for, or moves by itself. */
export const settings = {
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.autoClosingBrackets': 'never',
  'editor.cursorBlinking': 'solid',
  'editor.hover.delay': 100,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'workbench.colorTheme': 'Default Light Modern',
  'window.menuBarVisibility': 'classic',
  'files.autoSave': 'off',
  'git.enabled': false,
} as const;

export interface Server {
  readonly url: string;
  /** What it has said so far. */
  readonly log: () => string;
  /** Settings of the user, beside those that all tests have. */
  readonly configure: (more: object) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface ServerOptions {
  /** Installed before it starts. */
  readonly vsix?: string;
  readonly settings?: object;
}

/** Starts a VS Code that is reached by a browser, with folders of its own that are gone when it stops. */
export async function startServer({ vsix, settings: more = {} }: ServerOptions = {}): Promise<Server> {
  const { node, entry } = await installVSCode();
  const home = await mkdtemp(join(tmpdir(), 'weir-vscode-'));
  // What names programs is only taken from the machine that they run on.
  const places = ['User', 'Machine'].map((name) => join(home, 'data', name));
  const configure = async (given: object): Promise<void> => {
    const text = JSON.stringify({ ...settings, ...given });
    for (const place of places) await writeFile(join(place, 'settings.json'), text);
  };
  for (const place of places) await mkdir(place, { recursive: true });
  await configure(more);
  // Otherwise it writes into the home folder, and asks a gallery outside.
  const folders = [
    '--config',
    '/dev/null',
    '--user-data-dir',
    join(home, 'data'),
    '--extensions-dir',
    join(home, 'ext'),
  ];
  const start = (args: readonly string[]) =>
    spawn(node, [entry, ...folders, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
    });
  if (vsix !== undefined) await ended(start(['--install-extension', vsix]));
  const flags = ['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-proxy'];
  const server = start([
    ...flags,
    ...['--bind-addr', '127.0.0.1:0', '--disable-getting-started-override', '--ignore-last-opened'],
    ...['--vscode-option', 'enable-smoke-test-driver'],
  ]);
  let log = '';
  server.stderr.on('data', (data) => {
    log += data;
  });
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout.on('data', (data) => {
      log += data;
      const address = /listening on (http:\/\/127\S+)/.exec(log)?.[1];
      if (address !== undefined) resolve(address.replace(/\/$/, ''));
    });
    server.once('exit', (code) => reject(new Error(`VS Code has ended with ${code}:\n${log}`)));
  });
  return {
    url,
    log: () => log,
    configure,
    async stop() {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      kill(server.pid, 'SIGTERM');
      await gone;
      // Extension hosts outlive their server by seconds.
      kill(server.pid, 'SIGKILL');
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends a process with all that it has started. */
function kill(leader: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal);
  } catch {
    // All have gone already.
  }
}

async function ended(program: ReturnType<typeof spawn>): Promise<void> {
  let said = '';
  program.stdout?.on('data', (data) => {
    said += data;
  });
  program.stderr?.on('data', (data) => {
    said += data;
  });
  const code = await new Promise((resolve) => program.once('exit', resolve));
  if (code !== 0) throw new Error(said);
}
