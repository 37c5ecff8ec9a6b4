import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = process.env.CHROMIUM ?? chromiums.find((path) => existsSync(path));

/** For the `skip` of a test that needs VS Code in a browser: what is missing, and how to get it. */
export const noVSCode: string | false =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'needs Linux on x64, for which VS Code is installed'
    : program === undefined && 'needs Chromium: apt-get install chromium, or its path in CHROMIUM';

/** Where pictures of failures go. */
const failures = fileURLToPath(new URL('../../../.work/failures', import.meta.url));

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  /** Is there a list of files to wait for? */
  readonly folder?: boolean;
  readonly scale?: number;
}

/** A browser with a window of VS Code in it. */
export class VSCodeWindow {
  readonly page: Page;
  private readonly context: BrowserContext;
  private readonly profile: string;

  private constructor(context: BrowserContext, page: Page, profile: string) {
    this.context = context;
    this.page = page;
    this.profile = profile;
  }

  /** A browser with an empty page. */
  static async launch({ width = 1400, height = 900, scale = 1 }: WindowOptions = {}): Promise<VSCodeWindow> {
    const profile = await mkdtemp(join(tmpdir(), 'weir-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      ...(program === undefined ? {} : { executablePath: program }),
      headless: true,
      viewport: { width, height },
      deviceScaleFactor: scale,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    context.setDefaultTimeout(60_000);
    return new VSCodeWindow(context, context.pages()[0] ?? (await context.newPage()), profile);
  }

  static async open(url: string, { folder = true, ...options }: WindowOptions = {}): Promise<VSCodeWindow> {
    const window = await VSCodeWindow.launch(options);
    await window.visit(url, folder);
    return window;
  }

  /** Loads the workbench, from where all begins anew. */
  async visit(url: string, folder = true): Promise<void> {
    await this.page.goto(url);
    const there = folder ? '.explorer-folders-view .monaco-list-row' : '.part.statusbar';
    try {
      await this.page.waitForSelector(`.monaco-workbench ${there}`, { timeout: 60_000 });
    } catch (error) {
      await this.picture('opening');
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What is seen of a test that fails, as a picture that it names, and what the extension's output has. */
  async told<T>(name: string, scenario: () => Promise<T>): Promise<T> {
    try {
      return await scenario();
    } catch (error) {
      const path = await this.picture(name);
      const output = await this.output().catch(() => 'there is none');
      throw new Error(`${error instanceof Error ? error.message : error}\nPicture: ${path}\nOutput:\n${output}`, {
        cause: error,
      });
    }
  }

  private async picture(name: string): Promise<string> {
    await mkdir(failures, { recursive: true });
    const path = join(failures, `${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  private async output(): Promise<string> {
    await this.page.keyboard.press('Escape');
    await this.command('Weir: Show Output');
    const lines = this.page.locator('.output-view-container .view-line, .part.panel .view-line');
    await lines.first().waitFor({ timeout: 3000 });
    return (await lines.allInnerTexts()).join('\n');
  }

  /** Runs a command of the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const box = this.page.locator('.quick-input-widget input.input');
    await box.waitFor();
    await box.fill(`>${title}`);
    // Enter would take the row that was focused before the filter ran.
    await this.row(title).click();
  }

  /** A row of the palette, of quick open or of a choice. */
  row(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Opens a file by its name. */
  async open(file: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const box = this.page.locator('.quick-input-widget input.input');
    await box.waitFor();
    await box.fill(file);
    await this.row(file).click();
    await box.waitFor({ state: 'hidden' });
    await this.tab(file).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** The tab of a file that is shown. */
  tab(file: string): Locator {
    return this.page.locator(`.tab.active[data-resource-name="${file}"]`).first();
  }

  /** Puts the cursor, lines and columns counted from 1. */
  async goto(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const box = this.page.locator('.quick-input-widget input.input');
    await box.waitFor();
    await box.fill(`:${line},${column}`);
    // Enter does nothing as long as the number has not been read.
    await this.pressUntil('Enter', (timeout) => box.waitFor({ state: 'hidden', timeout }));
  }

  /** Presses a key, and again where nothing comes of it: the workbench drops keys while it is busy. */
  private async pressUntil(key: string, happens: (timeout: number) => Promise<void>): Promise<void> {
    for (const patience of [1000, 2000, 5000]) {
      await this.page.keyboard.press(key);
      const came = await happens(patience).then(
        () => true,
        () => false,
      );
      if (came) return;
    }
    await this.page.keyboard.press(key);
    await happens(30_000);
  }

  /** Where the cursor is, as the status bar tells. */
  async cursorIs(place: string): Promise<void> {
    await this.page
      .locator('.statusbar-item[id="status.editor.selection"]')
      .filter({ hasText: new RegExp(`${place}(?!\\d)`) })
      .waitFor({ timeout: 10_000 });
  }

  /** The rows of the list of problems. */
  async problems(): Promise<readonly string[]> {
    await this.page.keyboard.press('Control+Shift+M');
    const rows = this.page.locator('.markers-panel .monaco-list-row');
    await rows.first().waitFor();
    const texts = await rows.allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, ' ').trim());
  }

  /** What is suggested where the cursor is. */
  async suggestions(): Promise<readonly string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await this.pressUntil('Control+Space', (timeout) => rows.first().waitFor({ timeout }));
    const labels = this.page.locator('.suggest-widget.visible .monaco-list-row .label-name');
    return labels.allInnerTexts();
  }

  /** A line of the editor that is seen, by a text that is in it. */
  line(text: string): Locator {
    // What looks like a space is none that breaks.
    const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, '\\s+'));
    return this.page.locator('.editor-instance .view-line').filter({ hasText: pattern }).first();
  }

  /** The document of a webview: VS Code's own page around that of the extension. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').first().frameLocator('iframe#active-frame');
  }
}
