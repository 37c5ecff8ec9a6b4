import { found, heat, teams } from './mark-style.ts';

const fonts = `-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif`;

const swatches = [
  ...heat.light.map((_, i) => `heat-${i}`),
  ...teams.light.map((_, i) => `team-${i}`),
  ...Object.keys(found.light).map((name) => `found-${name}`),
]
  .map((mark) => `.key .${mark}{background:var(--${mark})}`)
  .join('\n');

const findings = Object.keys(found.light)
  .map((name) => `.findings .found-${name}::marker,.findings .found-${name} b{color:var(--found-${name})}`)
  .join('\n');

/** Colours are those of the picture; within VS Code they are the editor's, as far as the page lies around the picture. */
const colours = `
:root{color-scheme:light;--paper:#fff;--panel:#fff;--field:#f4f6f9;--ink:#0f172a;--soft:#52607a;--rule:#e2e8f0;--accent:#2563eb;--on-accent:#fff;--shadow:0 1px 2px #0f172a14,0 6px 20px #0f172a14}
:root[data-shown=dark]{color-scheme:dark;--paper:#0d1320;--panel:#131a29;--field:#1b2436;--ink:#f1f5f9;--soft:#a3b1c6;--rule:#28344b;--accent:#60a5fa;--on-accent:#0d1320;--shadow:0 1px 2px #0006,0 6px 20px #0006}
:root[data-shown=contrast-light]{--panel:#fff;--field:#fff;--ink:#000;--soft:#000;--rule:#000;--accent:#0f4a85;--shadow:none}
:root[data-shown=contrast-dark]{color-scheme:dark;--paper:#000;--panel:#000;--field:#000;--ink:#fff;--soft:#fff;--rule:#fff;--accent:#3ff23f;--on-accent:#000;--shadow:none}
:root[data-host]{--paper:var(--vscode-editor-background);--panel:var(--vscode-sideBar-background,var(--vscode-editor-background));--field:var(--vscode-input-background,var(--vscode-editor-background));--ink:var(--vscode-foreground);--soft:var(--vscode-descriptionForeground);--rule:var(--vscode-contrastBorder,var(--vscode-panel-border,#8884));--accent:var(--vscode-focusBorder)}
:root[data-host] .weir{--weir-paper:var(--vscode-editor-background);--weir-label:var(--vscode-editor-background)}
:root[data-host]:not([data-shown^=contrast]) .weir{--weir-context:color-mix(in srgb,var(--vscode-foreground) 4%,var(--vscode-editor-background));--weir-context-line:color-mix(in srgb,var(--vscode-foreground) 16%,var(--vscode-editor-background));--weir-card:color-mix(in srgb,var(--vscode-foreground) 7%,var(--vscode-editor-background));--weir-card-line:color-mix(in srgb,var(--vscode-foreground) 30%,var(--vscode-editor-background));--weir-badge:color-mix(in srgb,var(--vscode-foreground) 13%,var(--vscode-editor-background))}
:root[data-host] body{font-family:var(--vscode-font-family)}`;

const bar = `
header{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:6px 8px;align-items:center;padding:7px 12px;border-bottom:1px solid var(--rule);background:var(--panel);z-index:2}
header h1{font-size:14px;font-weight:650;letter-spacing:-.01em;margin:0 8px 0 0}
header label{display:flex;gap:5px;align-items:center;color:var(--soft)}
header label select,header label input{color:var(--ink)}
.room{flex:1}
.field{position:relative}
#hits{color:var(--soft);margin:0 2px 0 6px;font-size:12px}
#hits:empty{display:none}
.joined,#hops{display:inline-flex;gap:8px;align-items:center}
button,select,input,summary{font:inherit;line-height:1.3;color:inherit;background:var(--field);border:1px solid transparent;border-radius:7px;padding:4px 9px;margin:0}
select{padding-right:4px;max-width:176px}
input[type=number]{width:3.5em;padding-right:2px}
button,select,summary{cursor:pointer}
button:hover,select:hover,summary:hover{border-color:var(--rule)}
button[aria-pressed=true]{background:var(--accent);color:var(--on-accent)}
:root[data-shown^=contrast] :is(button,select,input,summary){border-color:var(--rule)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.menu{position:relative}
.menu summary{list-style:none}
.menu summary::after{content:"";display:inline-block;margin-left:6px;border:4px solid transparent;border-top-color:currentColor;border-bottom:0;vertical-align:2px}
.menu summary::-webkit-details-marker{display:none}
.menu div{position:absolute;z-index:5;right:0;top:calc(100% + 5px);display:grid;min-width:150px;padding:5px;background:var(--panel);border:1px solid var(--rule);border-radius:9px;box-shadow:var(--shadow)}
.menu div button{text-align:left;background:none}
.menu div button:hover,.menu div button:focus-visible{background:var(--field)}`;

const canvas = `
main{position:relative;min-width:0;min-height:0;overflow:hidden}
#picture{position:absolute;inset:0;overflow:hidden;touch-action:none;cursor:grab;background:var(--paper)}
#picture:active{cursor:grabbing}
#picture:focus-visible{outline-offset:-2px}
#picture svg{display:block;width:100%;height:100%;user-select:none;-webkit-user-select:none}
#picture .weir>:is(.paper,.title,.subtitle,.legend){display:none}
#picture .node,#picture .edge,#picture .label,#picture .group{cursor:pointer}
#picture .edge .line{pointer-events:stroke}
#picture .node,#picture .edge,#picture .label,#picture .group{transition:opacity .15s}
#picture .weir-far{display:none;font-weight:650;pointer-events:none}
#picture .weir-switch rect{fill:var(--weir-card);stroke:var(--weir-card-line)}
#picture .weir-switch path{stroke:var(--weir-soft);stroke-width:1.75;stroke-linecap:round;fill:none}
#picture .weir-switch:hover rect{stroke:var(--weir-service)}
#picture .group.context>.icon{display:none}
#picture.far .weir-far{display:inline}
#picture.far .node text:not(.weir-far),#picture.far .node .icon,#picture.far .badge,#picture.far .label,#picture.far .node .rule,#picture.far .group .soft{display:none}
#picture .weir-title{font-size:max(13px,min(clamp(22px,calc(10px*var(--unit)),56px),var(--most)));paint-order:stroke;stroke:var(--weir-paper);stroke-width:.4em;stroke-linejoin:round}
#picture.far .group-name{display:none}
#picture.far .weir-switch{display:none}
#picture.far :is(.edge .line,.node>.shape,.group>.frame){vector-effect:non-scaling-stroke}
#picture.far .edge .line{stroke-width:.7px}
#picture.far .node>.shape,#picture.far .group>.frame{stroke-width:.8px}
#picture.far .edge:is([class*=heat-],[class*=found-],.chosen,.hovered) .line{stroke-width:1.4px}
#picture.far .edge:is(.heat-3,.heat-4) .line{stroke-width:2.4px}
#picture.far :is(.node,.group):is([class*=heat-],[class*=found-],[class*=team-],.chosen,.hovered,.cursor)>:is(.shape,.frame){stroke-width:2px}
#picture.far .weir-word{display:none}
@media (prefers-reduced-motion:reduce){#picture *{transition:none!important}}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.card{position:absolute;background:var(--panel);border:1px solid var(--rule);border-radius:10px;box-shadow:var(--shadow);font-size:12px}
#map{right:12px;bottom:12px;padding:6px;display:grid;gap:6px;justify-items:center}
#mini{display:block;touch-action:none;cursor:crosshair}
#mini .groups{fill:var(--soft);opacity:.16}
#mini .nodes{fill:var(--soft);opacity:.6}
#mini .seen{fill:var(--accent);fill-opacity:.08;stroke:var(--accent)}
#map .tools{display:flex;gap:4px}
#map .tools button{padding:2px 10px}
#key{left:12px;top:10px;padding:5px 12px;display:flex;flex-wrap:wrap;gap:3px 16px;max-width:calc(100% - 24px)}
#key b{font-weight:600}
.key{display:flex;gap:6px;align-items:center;white-space:nowrap}
.key i{flex:none;width:20px;height:6px;border-radius:3px}
.key .dashes{height:0;border-top:2px dotted var(--heat-0);border-radius:0}
#notes{position:absolute;bottom:14px;left:0;right:0;display:grid;gap:6px;justify-items:center;pointer-events:none}
#notes p{margin:0;padding:5px 12px;border-radius:8px;background:var(--panel);border:1px solid var(--rule);box-shadow:var(--shadow)}
#notes #stale{border-color:var(--found-warning);color:var(--found-warning);font-weight:600}`;

const side = `
aside{width:min(340px,45vw);min-height:0;display:flex;flex-direction:column;border-left:1px solid var(--rule);background:var(--panel)}
#rest{flex:1;min-height:90px;overflow:auto;padding:10px 8px 14px;scrollbar-width:thin}
#told{flex:none;border-bottom:1px solid var(--rule);padding:10px 12px;max-height:60%;overflow:auto;scrollbar-width:thin}
#told>button{margin:3px 0}
#list,#list ul{list-style:none;margin:0;padding:0}
#list .row{display:block;padding:2px 6px 2px 20px;border-radius:6px;position:relative;cursor:pointer;overflow-wrap:anywhere}
#list ul .row{padding-left:36px}
#list ul ul .row{padding-left:52px}
#list [aria-level="3"] .row,#list [aria-level="2"]:not([aria-expanded]) .row{color:var(--ink)}
#list .row:hover{background:var(--field)}
#list li[aria-selected]>.row{background:color-mix(in srgb,var(--accent) 16%,transparent)}
:root[data-shown^=contrast] #list li[aria-selected]>.row{outline:2px solid var(--accent)}
#list li:focus{outline:none}
#list li:focus-visible>.row{outline:2px solid var(--accent);outline-offset:-2px}
#list li[aria-expanded=false]>ul{display:none}
#list .twist{position:absolute;margin-left:-18px;width:18px;height:18px}
#list li[aria-expanded]>.row .twist::before{content:"";position:absolute;left:6px;top:5px;border:4px solid transparent;border-left-color:var(--soft)}
#list li[aria-expanded=true]>.row .twist::before{left:4px;top:7px;border-color:transparent;border-top-color:var(--soft)}
#list .name{font-weight:500}
#list ul ul .name{font-weight:400}
.count{font-size:11px;color:var(--found-warning)}
#elsewhere,#meaning{margin:0 6px}
#meaning{margin-top:14px;border-top:1px solid var(--rule);padding-top:8px}
#meaning summary{display:inline-block;padding:2px 6px;margin-left:-6px}
#meaning svg{display:block;margin-top:10px;overflow:visible}
#hint{position:fixed;z-index:4;font-size:12px;max-width:min(430px,90vw);max-height:70vh;overflow:hidden;padding:9px 13px;border:1px solid var(--rule);border-radius:10px;background:var(--panel);box-shadow:var(--shadow);pointer-events:none}
h2{font-size:14px;margin:0 0 3px}
h3{font-size:12.5px;margin:9px 0 2px}
h2 small,.soft,small,dt{color:var(--soft);font-weight:400}
small{font-size:11.5px}
p{margin:2px 0}
code{font:11px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
.place{color:var(--soft)}
:root[data-host] .place{cursor:pointer;text-decoration:underline dotted}
section ul,.findings,.plain{margin:3px 0;padding-left:16px}
.plain{list-style:none;padding-left:0}
dl{display:grid;grid-template-columns:auto 1fr;gap:1px 12px;margin:5px 0}
dl:empty{display:none}
dd{margin:0}
.findings li::marker{content:"■ "}
${findings}`;

/** How the page around the picture looks. */
export const pageStyle = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%;margin:0;padding:0}
body{display:grid;grid-template:auto minmax(0,1fr)/minmax(0,1fr) auto;font:13px/1.45 ${fonts};color:var(--ink);background:var(--paper)}
${colours}${bar}${canvas}${side}
${swatches}
@media (max-width:700px){.menu div{left:0;right:auto}header label{font-size:0}header label>*{font-size:13px}body{grid-template:auto minmax(0,1fr) auto/minmax(0,1fr)}aside{width:auto;max-height:40vh;border-left:0;border-top:1px solid var(--rule)}#mini{display:none}}
@media print{header,aside,.card{display:none}}
`;
