import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { check } from '../rules/index.ts';
import { readModel } from '../syntax/read.ts';
import { type Browsed, browse, noChromium } from './chromium-fixture.ts';
import { diagramOf, type Fold, fold, type LaidOut, layOut, pageDataOf, renderHtml } from './index.ts';

/** A small shop: a context, a call that nothing bounds, one that is tried again, promises, limits, owners, a broken type. */
export const shop = `
/// Takes </script> orders & more.
service orders {
  owner "sales"
  slo { availability 99.9%  latency p99 500ms  window 30d }
  uses stock with { timeout 800ms  retry { attempts 3 } }
  uses ledger
  rpc Place() { route POST /orders  limit { rate 100/s  scope global }  calls stock.Reserve * 2, ledger.Book }
}
service stock {
  grpc 9001  owner "store"  uses goods
  slo { availability 99.5%  latency p99 400ms  window 30d }
  rpc Reserve() { idempotent  limit { rate 150/s  scope global } }
}
service ledger { grpc 9002  rpc Book() }
resource goods postgres { }
gateway public { host "x.example"  serves orders }
context selling { services [orders] }
context storing { services [stock] }
message Odd { a: strin = 1 }
`;

export async function pictureOf(source: string, previous?: LaidOut, wanted: Fold = 'auto') {
  const model = await readModel([{ path: 'shop.svc', text: source }]);
  const graph = diagramOf(model, { fold: [] });
  return { data: pageDataOf(model, graph, check(model)), laidOut: await layOut(fold(graph, wanted), { previous }) };
}

export async function pageOf(source: string, wanted?: Fold) {
  const { data, laidOut } = await pictureOf(source, undefined, wanted);
  return { data, html: renderHtml(laidOut, data) };
}

export const inBrowser = { skip: noChromium, timeout: 120_000 };

interface Opening {
  readonly source?: string;
  readonly wanted?: Fold;
  /** A script that runs before those of the page. */
  readonly before?: string;
}

/** The page of a system in a browser. */
export async function opened(t: TestContext, { source = shop, wanted, before = '' }: Opening = {}): Promise<Browsed> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-page-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'shop.html');
  await writeFile(path, (await pageOf(source, wanted)).html);
  const page = await browse(t, path, { before });
  await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] });
  return page;
}

/** Where the middle of something stands on the screen; of an edge a place on its line. */
export const middle = (page: Browsed, selector: string): Promise<{ x: number; y: number }> =>
  page.value(`(() => {
    const part = document.querySelector(${JSON.stringify(selector)});
    const line = part.querySelector('path.line');
    if (!line) { const box = part.getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; }
    const { x, y } = line.getPointAtLength(line.getTotalLength() * 0.2).matrixTransform(line.getScreenCTM());
    return { x, y };
  })()`);

export const words = (page: Browsed, selector: string): Promise<string> =>
  page.value(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`);

/** How many elements there are. */
export const count = (page: Browsed, selector: string): Promise<number> =>
  page.value(`document.querySelectorAll(${JSON.stringify(selector)}).length`);

export const viewBoxOf = (page: Browsed): Promise<string> =>
  page.value(`document.querySelector('#picture svg').getAttribute('viewBox')`);

export const chooseOption = (page: Browsed, selector: string, value: string): Promise<void> =>
  page.value(
    `(() => { const list = document.querySelector('${selector}'); list.value = '${value}'; list.dispatchEvent(new Event('change')); })()`,
  );

export const press = (page: Browsed, selector: string): Promise<void> =>
  page.value(
    `document.querySelector(${JSON.stringify(selector)}).dispatchEvent(new MouseEvent('click', { bubbles: true }))`,
  );
