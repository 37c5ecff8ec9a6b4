import type { LaidOut } from './layout.ts';
import { markStyle } from './mark-style.ts';
import type { PageData } from './page/data.ts';
import { script } from './page/generated/script.ts';
import { placesOf } from './page/places.ts';
import { pageStyle } from './page-style.ts';
import { renderSvg } from './svg.ts';
import { escaped } from './xml.ts';

export interface HtmlOptions {
  /** Only scripts with this word run: for a page within another program. */
  readonly nonce?: string;
}

/**
 * The picture as one interactive page: it loads nothing, asks nobody, and works from a disk. The same layout and data give
 * the same bytes.
 */
export function renderHtml(laidOut: LaidOut, data: PageData, { nonce }: HtmlOptions = {}): string {
  const { title, subtitle } = laidOut.graph;
  const allowed = nonce === undefined ? "'unsafe-inline'" : `'nonce-${nonce}'`;
  const json = (value: object): string => JSON.stringify(value).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${allowed}; img-src data: blob:">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
<style id="marks">
${markStyle()}
</style>
<body>
<header>
<h1>${escaped(title)}</h1>
<span class="field"><input id="search" type="search" size="14" placeholder="Find" aria-label="Find" aria-describedby="hits"><span id="hits" role="status"></span></span>
<label>Show <select id="overlay">${overlays}</select></label>
<button id="operations" type="button" aria-pressed="false">Operations</button>
<span class="joined"><button id="focus" type="button" aria-pressed="false">Focus</button><span id="hops" hidden>
<label><input id="up" type="number" min="0" max="99" value="1"> up</label>
<label><input id="down" type="number" min="0" max="99" value="1"> down</label></span></span>
<span class="room"></span>
<details class="menu" id="export"><summary>Export</summary><div>
<button id="svg" type="button">SVG file</button>
<button id="png" type="button">PNG file</button>
<button id="mermaid" type="button">Mermaid file</button>
<button id="copy" type="button">Copy as image</button></div></details>
<select id="theme" aria-label="Theme">
<option value="system">System theme</option>
<option value="light">Light</option>
<option value="dark">Dark</option>
<option value="contrast">High contrast</option>
</select>
<button id="listed" type="button" aria-expanded="true" aria-controls="side">List</button>
</header>
<main>
<div id="picture" tabindex="0" role="group" aria-describedby="keys" aria-label="${escaped(subtitle === '' ? title : `${title}: ${subtitle}`)}">
${renderSvg(laidOut)}</div>
<p id="keys" class="away">Drag or arrow keys to move, wheel or + and − to zoom, 0 to fit, / to search, c to collapse or expand a chosen context.</p>
<div id="notes"><p id="stale" role="status" hidden>The text is broken: this is the picture from before.</p>
<p id="simple" role="status" hidden>The layout took too long: this is a simpler one.</p>
<p id="said" role="status" hidden></p></div>
<div id="key" class="card" role="status" hidden></div>
<div id="map" class="card"><svg id="mini" aria-hidden="true"></svg>
<span class="tools"><button id="farther" type="button" aria-label="Farther" title="Farther (−)">−</button><button id="fit" type="button" title="Fit (0)">Fit</button><button id="nearer" type="button" aria-label="Nearer" title="Nearer (+)">+</button></span></div>
</main>
<aside id="side" aria-label="What is in the picture">
<div id="told" role="status" hidden></div>
<div id="rest">
<nav aria-label="Everything in the picture"><ul id="list" role="tree" aria-label="Everything in the picture"></ul></nav>
<div id="elsewhere"></div>
<details id="meaning"><summary>Shapes and lines</summary><svg class="weir" aria-hidden="true"></svg></details>
</div>
</aside>
<div id="hint" hidden></div>
<script type="application/json" id="data">${json(data)}</script>
<script type="application/json" id="places">${json(placesOf(laidOut))}</script>
<script${nonce === undefined ? '' : ` nonce="${nonce}"`}>${script}</script>
</body>
</html>
`;
}

/** By the value that the program knows, how the reader knows it. */
const overlays = Object.entries({
  none: 'the system',
  findings: 'findings',
  attempts: 'attempts',
  latency: 'latency',
  availability: 'availability',
  demand: 'demand against limits',
  ownership: 'owners',
  contexts: 'contexts',
})
  .map(([value, words]) => `<option value="${value}">${words}</option>`)
  .join('');
