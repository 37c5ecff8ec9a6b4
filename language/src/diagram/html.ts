import type { LaidOut } from './layout.ts';
import type { PageData } from './page/data.ts';
import { script } from './page/generated/script.ts';
import { markStyle, pageStyle } from './page-style.ts';
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
<label>Find <input id="search" type="search" size="16" aria-describedby="hits"></label><span id="hits" role="status"></span>
<label>Show <select id="overlay">
<option value="none">the system</option>
<option value="findings">findings</option>
<option value="attempts">attempts</option>
<option value="latency">longest wait</option>
<option value="ownership">owners</option>
</select></label>
<label><input id="focus" type="checkbox"> Focus</label>
<label>up <input id="up" type="number" min="0" max="99" value="1"></label>
<label>down <input id="down" type="number" min="0" max="99" value="1"></label>
<label>Theme <select id="theme">
<option value="system">system</option>
<option value="light">light</option>
<option value="dark">dark</option>
<option value="contrast">high contrast</option>
</select></label>
<span class="tools">
<button id="fit" type="button">Fit</button>
<button id="nearer" type="button" aria-label="Nearer">+</button>
<button id="farther" type="button" aria-label="Farther">−</button>
<button id="svg" type="button">SVG</button>
<button id="png" type="button">PNG</button>
<button id="listed" type="button" aria-expanded="true" aria-controls="side">List</button>
</span>
<div id="key" role="status"></div>
<p id="stale" role="status" hidden>The text is broken: this is the picture from before.</p>
</header>
<div id="picture" tabindex="0" role="group" aria-label="${escaped(subtitle === '' ? title : `${title}: ${subtitle}`)}">
${renderSvg(laidOut)}</div>
<aside id="side" aria-label="What is in the picture">
<div id="told" role="status" hidden></div>
<nav id="list" aria-label="Everything in the picture"></nav>
</aside>
<div id="hint" hidden></div>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script${nonce === undefined ? '' : ` nonce="${nonce}"`}>${script}</script>
</body>
</html>
`;
}
