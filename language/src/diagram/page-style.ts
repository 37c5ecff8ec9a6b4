/** Text on its ground keeps a contrast of 7 with high contrast, lines one of 4.5 (WCAG 2.2 AAA for text). */
const high = {
  light: { ground: '#ffffff', ink: '#000000', line: '#000000', accent: '#0f4a85', warm: '#6b3a00' },
  dark: { ground: '#000000', ink: '#ffffff', line: '#ffffff', accent: '#3ff23f', warm: '#ffb454' },
} as const;

const grounds = 'paper card badge context database cache store broker event external label gateway relation-ground';
const inks = 'ink soft gateway-ink gateway-soft';
const lines = 'rule card-line external-line context-line call use database-line cache-line store-line event-line';

function contrast(ground: 'light' | 'dark'): string {
  const colours = high[ground];
  const set = (names: string, colour: string): string =>
    names
      .split(' ')
      .map((name) => `--weir-${name}:${colour}`)
      .join(';');
  const all = [
    set(grounds, colours.ground),
    set(inks, colours.ink),
    set(lines, colours.line),
    set('service serve', colours.accent),
    set('relation', colours.warm),
  ];
  return `[data-theme=contrast-${ground}]{${all.join(';')}}`;
}

/** From cool to hot, by lightness as well as by hue: told apart without seeing colours. */
const heat = {
  light: ['#7b899e', '#2f7fb8', '#a06a00', '#c2410c', '#9f1239'],
  dark: ['#71809a', '#6cb8ea', '#e8b13a', '#ff8a4c', '#ff6b8b'],
} as const;
/** After Okabe and Ito (Color universal design, 2008), darker or lighter as the ground asks for. */
const teams = {
  light: ['#0072b2', '#b35c00', '#00805c', '#a8468b', '#7a6a00', '#3d6fd1', '#9a3412', '#52607a'],
  dark: ['#56b4e9', '#e69f00', '#2fc79a', '#e08fc4', '#e5d84a', '#8fb2ff', '#f08c5a', '#a3b1c6'],
} as const;
const found = {
  light: { error: '#b91c1c', warning: '#a15c00', hint: '#0b7285' },
  dark: { error: '#ff7b7b', warning: '#f5b642', hint: '#5cc8dc' },
} as const;

const values = (ground: 'light' | 'dark'): string =>
  [
    ...heat[ground].map((colour, i) => `--heat-${i}:${colour}`),
    ...teams[ground].map((colour, i) => `--team-${i}:${colour}`),
    ...Object.entries(found[ground]).map(([name, colour]) => `--found-${name}:${colour}`),
  ].join(';');

/** How marks look on the picture: this goes into what is exported as well. */
export function markStyle(): string {
  const marks = [
    ...heat.light.map((_, i) => `heat-${i}`),
    ...teams.light.map((_, i) => `team-${i}`),
    ...Object.keys(found.light).map((name) => `found-${name}`),
  ];
  return [
    `.weir,:root{${values('light')}}`,
    `.weir[data-theme$=dark],:root[data-shown$=dark]{${values('dark')}}`,
    `.weir${contrast('light')}`,
    `.weir${contrast('dark')}`,
    '.weir[data-theme^=contrast] .shape,.weir[data-theme^=contrast] .frame{stroke-width:2}',
    '.weir[data-theme^=contrast] .icon{fill:var(--weir-ink)}',
    '.weir[data-theme^=contrast] .gateway .shape{stroke:var(--weir-ink)}',
    ...marks.flatMap((mark) => [
      `.weir .edge.${mark} .line{stroke:var(--${mark})}`,
      `.weir .edge.${mark} .head{fill:var(--${mark})}`,
      `.weir .label.${mark} .pill{stroke:var(--${mark})}`,
      `.weir .node.${mark}>.shape,.weir .group.${mark}>.frame{stroke:var(--${mark});stroke-width:2.5}`,
      `.weir .weir-word.${mark} rect{fill:var(--${mark})}`,
    ]),
    '.weir .weir-word text{fill:var(--weir-paper);font-size:10px;font-weight:700}',
    ...[0, 1, 2, 3, 4].map((i) => `.weir .edge.heat-${i} .line{stroke-width:${1.5 + 1.1 * i}}`),
    '.weir[data-overlay=ownership] .node[class*=team-]>.mark{fill:currentColor}',
    ...teams.light.map((_, i) => `.weir .node.team-${i}{color:var(--team-${i})}`),
    '.weir .dim{opacity:.12}',
    '.weir .hovered .line{stroke-width:3}',
    '.weir .hit>.shape,.weir .hit>.frame{stroke:var(--weir-relation);stroke-width:3}',
    '.weir .node.cursor>.shape,.weir .group.cursor>.frame{stroke:var(--weir-service);stroke-width:2.5;stroke-dasharray:7 3}',
    '.weir .edge.cursor .line{stroke-width:3.5}',
    '.weir .chosen .line{stroke-width:4}',
    '.weir .node.chosen>.shape,.weir .group.chosen>.frame{stroke:var(--weir-service);stroke-width:4;stroke-dasharray:none}',
  ].join('\n');
}

/** How the page around the picture looks; its colours are those of the picture. */
export const pageStyle = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%;margin:0;padding:0}
body{display:grid;grid-template:auto 1fr/1fr auto;font:13px/1.45 -apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;color:var(--ink);background:var(--paper)}
:root{color-scheme:light;--paper:#fff;--panel:#f8fafc;--ink:#0f172a;--soft:#52607a;--rule:#cbd5e1;--accent:#2563eb}
:root[data-shown=dark]{color-scheme:dark;--paper:#0d1320;--panel:#151d2e;--ink:#f1f5f9;--soft:#a3b1c6;--rule:#33425e;--accent:#60a5fa}
:root[data-shown=contrast-light]{--panel:#fff;--ink:#000;--soft:#000;--rule:#000;--accent:#0f4a85}
:root[data-shown=contrast-dark]{color-scheme:dark;--paper:#000;--panel:#000;--ink:#fff;--soft:#fff;--rule:#fff;--accent:#3ff23f}
header{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;padding:8px 12px;border-bottom:1px solid var(--rule);background:var(--panel)}
header h1{font-size:15px;margin:0 6px 0 0}
header label{display:flex;gap:5px;align-items:center}
header span.tools{display:flex;gap:4px}
button,select,input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--rule);border-radius:6px;padding:3px 8px}
input[type=number]{width:3.6em;padding-right:2px}
button{cursor:pointer}
button:hover{border-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
#key{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:4px 16px;padding:0 12px}
#key:empty{display:none}
header #key{flex-basis:100%;padding:0}
#stale{flex-basis:100%;color:var(--found-warning);font-weight:600}
.key{display:inline-flex;gap:6px;align-items:center}
.key i{width:18px;height:6px;border-radius:3px}
#picture{position:relative;overflow:hidden;touch-action:none;cursor:grab;min-width:0;min-height:0}
#picture:active{cursor:grabbing}
#picture svg{display:block;width:100%;height:100%;user-select:none}
#picture .node,#picture .edge,#picture .label,#picture .group{cursor:pointer}
#picture .edge .line{pointer-events:stroke}
.away,.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
aside{width:min(360px,45vw);overflow:auto;border-left:1px solid var(--rule);background:var(--panel);padding:10px 12px}
#list ul{list-style:none;margin:0;padding:0}
#list ul ul{padding-left:14px}
#list button{display:block;width:100%;text-align:left;border-color:transparent;background:none;padding:2px 6px;overflow-wrap:anywhere}
#list button:hover,#list button[aria-current]{border-color:var(--accent)}
#list ul ul button{color:var(--soft)}
#told{border-bottom:1px solid var(--rule);margin-bottom:10px;padding-bottom:8px}
#hint{position:fixed;z-index:2;max-width:min(560px,90vw);max-height:70vh;overflow:hidden;padding:8px 12px;border:1px solid var(--rule);border-radius:8px;background:var(--panel);box-shadow:0 6px 24px #0004;pointer-events:none}
h2{font-size:14px;margin:0 0 4px}
h3{font-size:12.5px;margin:8px 0 2px}
h2 small,.soft,small,dt{color:var(--soft);font-weight:400}
p{margin:2px 0}
code{font:11.5px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.place{color:var(--soft)}
section ul,.findings{margin:2px 0;padding-left:16px}
dl{display:grid;grid-template-columns:auto 1fr;gap:1px 10px;margin:4px 0}
dd{margin:0}
.findings li::marker{content:"■ "}
${Object.keys(found.light)
  .map((name) => `.findings .found-${name}::marker,.findings .found-${name} b{color:var(--found-${name})}`)
  .join('\n')}
${[
  ...heat.light.map((_, i) => `heat-${i}`),
  ...teams.light.map((_, i) => `team-${i}`),
  ...Object.keys(found.light).map((name) => `found-${name}`),
]
  .map((mark) => `.key .${mark}{background:var(--${mark})}`)
  .join('\n')}
@media (max-width:700px){body{grid-template:auto 1fr auto/1fr}aside{width:auto;max-height:36vh;border-left:0;border-top:1px solid var(--rule)}}
@media print{header,aside{display:none}}
`;
