import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { type Browsed, browse, noChromium } from '../../../language/src/diagram/chromium-fixture.ts';
import { Editor } from '../../../language/src/editor/client-fixture.ts';
import type { TopologyResult } from '../../../language/src/editor/topology/topology.ts';
import { svc } from '../forms/svc.ts';
import type { Source } from '../forms/system.ts';
import { writeSources } from '../forms/write.ts';
import { quantile, row } from '../table.ts';

const edits = 15;
/** And so many before them, until the server is warm. */
const warming = 3;
/** The fingers rest for so long between two edits that are measured, in milliseconds. */
const pause = 400;

/** What has to be ended when a measurement is over. */
function scope() {
  const ends: (() => unknown)[] = [];
  return {
    after: (end: () => unknown) => {
      ends.push(end);
    },
    end: async () => {
      for (const end of ends.toReversed()) await end();
    },
  };
}

/** How soon an edit is seen in a picture of 100 nodes, and how long others wait while one of 2,000 is drawn. */
export async function benchPreview(work: string): Promise<void> {
  console.log(`\nThe preview, milliseconds from a key stroke, ${edits} edits that change the picture`);
  row('', 'p50', 'p95', 'most', 'CPU of the server');
  await measured(work, 98, 'an edit is drawn, 100 nodes', seen);
  await measured(work, 98, 'an edit is told, 100 nodes', told);
  await measured(work, 1998, 'an edit is told, 2,000 nodes', told);
  await measured(work, 1998, 'a hover meanwhile, 2,000 nodes', hovered);
}

type Measure = (preview: Preview, edit: number) => Promise<readonly number[]>;

async function measured(work: string, services: number, name: string, measure: Measure): Promise<void> {
  const { after, end } = scope();
  try {
    const preview = await opened({ after } as Parameters<typeof browse>[0], join(work, String(services)), services);
    const times: number[] = [];
    const spent: number[] = [];
    for (let edit = 0; edit < edits + warming; edit += 1) {
      const before = cpuOf(preview.editor.server.pid);
      const found = await measure(preview, edit);
      const after = cpuOf(preview.editor.server.pid);
      if (edit >= warming) times.push(...found);
      if (edit >= warming && before !== undefined && after !== undefined) spent.push(after - before);
      await rest(pause);
    }
    const digits = (numbers: readonly number[], part: number): string =>
      numbers.length === 0 ? '–' : quantile(numbers, part).toFixed(0);
    row(name, ...[0.5, 0.95, 1].map((part) => digits(times, part)), digits(spent, 0.5));
  } finally {
    await end();
  }
}

/** Milliseconds of CPU of a process and its threads until now (proc(5), in hundredths of a second); nothing where there is no `/proc`. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

/** A project in an editor with its preview beside: what shows it passes on what the server says, as the extension does. */
interface Preview {
  readonly editor: Editor;
  readonly page: Browsed | undefined;
  readonly shared: Source;
  /** Resolves with the next word of the server that there is another picture. */
  readonly changed: () => Promise<void>;
  readonly ask: () => Promise<TopologyResult>;
}

async function opened(t: Parameters<typeof browse>[0], folder: string, services: number): Promise<Preview> {
  rmSync(folder, { recursive: true, force: true });
  const sources = svc(services);
  const shared = sources.find(({ path }) => path === 'shared.svc')!;
  writeSources([...sources, { path: 'weir.json', text: '{}' }], folder);
  const editor = await Editor.start(t, folder);
  await editor.open(shared.path, shared.text);
  await editor.until(shared.path, () => true);
  const textDocument = { uri: editor.uri(shared.path) };
  let shown: string | undefined;
  const ask = async (): Promise<TopologyResult> => {
    const params = { textDocument, ...(shown === undefined ? {} : { shown }) };
    const result = (await editor.connection.sendRequest('weir/topology', params)) as TopologyResult;
    shown = result.key;
    return result;
  };
  let hear = (): void => {};
  editor.connection.onNotification('weir/topologyChanged', () => hear());
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      hear = resolve;
    });
  const { page: html = '' } = await ask();
  const path = join(folder, 'page.html');
  writeFileSync(path, html);
  const before = 'globalThis.acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} });';
  return { editor, shared, changed, ask, page: noChromium ? undefined : await browse(t, path, { before }) };
}

const edited = (preview: Preview, edit: number): Promise<void> => {
  const more = `service extra${edit} { grpc 9999  uses service${edit} }\n`;
  return preview.editor.change(preview.shared.path, `${preview.shared.text}\n${more}`);
};

/** Until the page has painted what is new; nothing without a browser. */
async function seen(preview: Preview, edit: number): Promise<readonly number[]> {
  const { page, changed, ask } = preview;
  if (!page) return [];
  const from = performance.now();
  const news = changed();
  await edited(preview, edit);
  await news;
  const { update } = await ask();
  const message = JSON.stringify({ type: 'update', ...update, shift: { x: 0, y: 0 } });
  await page.value(`new Promise((resolve) => {
    postMessage(${message}, '*');
    setTimeout(() => requestAnimationFrame(() => setTimeout(resolve)));
  })`);
  const found = await page.value(`document.querySelector('[data-id="service:generated.extra${edit}"]') !== null`);
  if (!found) throw new Error(`the page does not show extra${edit}`);
  return [performance.now() - from];
}

/** Until the server has what is new. */
async function told(preview: Preview, edit: number): Promise<readonly number[]> {
  const from = performance.now();
  const news = preview.changed();
  await edited(preview, edit);
  await news;
  await preview.ask();
  return [performance.now() - from];
}

/** How long each of many hovers waits from an edit until there is another picture: typing is answered by the same thread. */
async function hovered(preview: Preview, edit: number): Promise<readonly number[]> {
  const { editor, shared, changed } = preview;
  const times: number[] = [];
  let over = false;
  const news = changed().then(() => {
    over = true;
  });
  await edited(preview, edit);
  const at = editor.at(shared.path, shared.text, 'message |Money');
  while (!over) {
    const from = performance.now();
    await editor.connection.sendRequest('textDocument/hover', at);
    times.push(performance.now() - from);
    await rest(10);
  }
  await news;
  return times;
}
