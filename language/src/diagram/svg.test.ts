import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layOut, renderSvg } from './index.ts';
import { found, heat, teams } from './mark-style.ts';
import { assertGolden, assertWellFormed, graphOf, laidOut, source } from './picture-fixture.ts';

const svgOf = async (text: string): Promise<string> => renderSvg(await laidOut(text));

test('the bookshop as a picture', async () => {
  const svg = await svgOf(source('bookshop.svc'));
  assertWellFormed(svg);
  assertGolden('bookshop.svg', svg);
});

test('every node, group and edge can be found by its id; places only when asked for', async () => {
  const graph = await graphOf(source('shop.svc'));
  const picture = await layOut(graph);
  const svg = renderSvg(picture);
  const ids = (attribute: string, of: string): string[] =>
    [...of.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))]
      .map((match) => match[1]!.replaceAll('&gt;', '>'))
      .sort();
  assert.deepEqual(ids('data-id', svg), [...graph.nodes, ...graph.groups, ...graph.edges].map(({ id }) => id).sort());
  assert.deepEqual(
    ids('data-edge', svg),
    graph.edges.flatMap(({ id, label, transport }) => (label || transport ? [id] : [])).sort(),
  );
  assert.doesNotMatch(svg, /data-(file|line)/);
  const line = graph.nodes.find(({ id }) => id === 'service:shop.orders')!.at.start.line;
  assert.match(
    renderSvg(picture, { places: true }),
    new RegExp(`data-id="service:shop.orders" data-kind="service" data-file="shop.svc" data-line="${line}"`),
  );
});

test('those who cannot see the picture are told what is in it', async () => {
  const svg = await svgOf(source('bookshop.svc'));
  assert.match(
    svg,
    /^<svg [^>]*role="img" aria-labelledby="weir-title weir-desc">\n<title id="weir-title">bookshop<\/title>/,
  );
  assert.match(svg, /<desc id="weir-desc">3 services[^<]*orders calls shelves[^<]*OrderPlaced goes to letters/);
  assert.match(svg, /<title>orders\nv2\.1\.0\n1 operation\nHTTP 8002<\/title>/);
});

test('the legend explains what is in the picture and nothing else', async () => {
  const legend = (await svgOf('service a { uses b }  service b { }')).split('<g class="legend"')[1]!;
  assert.match(legend, />service</);
  assert.match(legend, />calls: timeout of one attempt/);
  assert.doesNotMatch(legend, />(database|event|gateway|publishes|bounded context)</);
});

test('an empty system says so', async () => {
  const svg = await svgOf('');
  assertWellFormed(svg);
  assert.match(svg, /No services yet: declare one and it appears here\./);
  assert.doesNotMatch(svg, /class="legend"/);
});

test('whatever stands in names, owners and comments, the document stays well-formed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
      const { nodes, ...graph } = await graphOf('service a { }');
      const odd = { ...nodes[0]!, name: text, lines: [text], badges: [text], docs: text, deprecated: text };
      const svg = renderSvg(await layOut({ ...graph, nodes: [odd], title: text }));
      assertWellFormed(svg);
      // What XML 1.0 knows as characters.
      assert.match(svg, /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u);
    }),
    { numRuns: 60 },
  );
});

test('no number is missing or endless', async () => {
  for (const text of ['', 'event E { }', source('shop.svc'), 'service a { rpc X() { calls a.X } }']) {
    assert.doesNotMatch(await svgOf(text), /NaN|Infinity|undefined|null/);
  }
});

test('what is deprecated is struck through and says why', async () => {
  const svg = await svgOf('@deprecated("use orders")\nservice sales { }');
  assert.match(svg, /class="node service deprecated"[^>]*><title>sales\ndeprecated: use orders<\/title>/);
});

test('light and dark: text has a contrast of 4.5, lines have one of 3', async () => {
  const svg = await svgOf(source('bookshop.svc'));
  const [light, dark, forcedDark] = [...svg.matchAll(/\{(--weir-paper:[^}]*)\}/g)].map((match) => coloursIn(match[1]!));
  assert.deepEqual(dark, forcedDark);
  const grounds = ['paper', 'card', 'context', 'database', 'cache', 'store', 'broker', 'event', 'external', 'label'];
  for (const colours of [light!, dark!]) {
    const check = (above: string, ground: string, least: number): void => {
      const ratio = contrast(colours.get(above)!, colours.get(ground)!);
      assert.ok(ratio >= least, `${above} on ${ground}: ${ratio.toFixed(2)}`);
    };
    for (const ground of grounds) for (const ink of ['ink', 'soft']) check(ink, ground, 4.5);
    for (const ink of ['gateway-ink', 'gateway-soft']) check(ink, 'gateway', 4.5);
    check('soft', 'badge', 4.5);
    check('ink', 'relation-ground', 4.5);
    for (const transport of ['call', 'serve']) check(transport, 'label', 4.5);
    for (const ground of ['paper', 'context']) {
      for (const line of ['call', 'serve', 'use', 'event-line', 'relation']) check(line, ground, 3);
    }
  }
});

test('the tags of overlays can be read, and frames in the colours of teams be seen, on light and on dark ground', () => {
  const papers = { light: '#ffffff', dark: '#0d1320' } as const;
  for (const ground of ['light', 'dark'] as const) {
    const least = (colour: string, ratio: number): void =>
      assert.ok(contrast(colour, papers[ground]) >= ratio, `${colour}: ${contrast(colour, papers[ground]).toFixed(2)}`);
    for (const colour of [...heat[ground], ...Object.values(found[ground])]) least(colour, 4.5);
    for (const colour of teams[ground]) least(colour, 3);
  }
});

const coloursIn = (style: string): ReadonlyMap<string, string> =>
  new Map([...style.matchAll(/--weir-([a-z-]+):(#[0-9a-f]{6})/g)].map((match) => [match[1]!, match[2]!]));

/** Contrast ratio as WCAG 2.2 defines it. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
