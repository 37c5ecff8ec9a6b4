/** Colours by name, light and dark. Text on its ground has a contrast of at least 4.5, lines of at least 3 (WCAG 2.2 AA). */
const colours = {
  paper: ['#ffffff', '#0d1320'],
  ink: ['#0f172a', '#f1f5f9'],
  soft: ['#52607a', '#a3b1c6'],
  rule: ['#e2e8f0', '#253046'],
  card: ['#ffffff', '#1a2336'],
  cardLine: ['#a7b4c8', '#4a5b78'],
  service: ['#2563eb', '#60a5fa'],
  badge: ['#eef2f9', '#263350'],
  gateway: ['#3730a3', '#4f46e5'],
  gatewayInk: ['#ffffff', '#ffffff'],
  gatewaySoft: ['#d6d8fb', '#e4e4ff'],
  database: ['#e9f9f1', '#10291f'],
  databaseLine: ['#15925f', '#37b580'],
  cache: ['#fff4e6', '#2e2011'],
  cacheLine: ['#c2610c', '#e58a37'],
  store: ['#e8f7fb', '#0e2730'],
  storeLine: ['#0e7c96', '#35a9c4'],
  broker: ['#f7f4fe', '#191631'],
  event: ['#e9e2fd', '#2f2558'],
  eventLine: ['#7440dd', '#a78bfa'],
  external: ['#fafbfc', '#141b29'],
  externalLine: ['#64748b', '#8393ac'],
  context: ['#f3f6fa', '#121a2a'],
  contextLine: ['#c5d0de', '#33425e'],
  call: ['#44536b', '#a9b8cf'],
  serve: ['#4338ca', '#8b93f8'],
  use: ['#7b899e', '#71809a'],
  relation: ['#b7791f', '#d9a441'],
  relationGround: ['#fdf3dc', '#332711'],
  label: ['#ffffff', '#0d1320'],
} as const;

export type Colour = keyof typeof colours;

/** The system's own fonts; the sizes of all boxes allow for any of them. */
const fonts = `-apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif`;

const names = Object.keys(colours) as Colour[];
const css = (name: string): string => `--weir-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
const values = (at: 0 | 1): string => names.map((name) => `${css(name)}:${colours[name][at]}`).join(';');

/** A declaration of a colour, with the light one for renderers that know no variables. */
const paint = (property: 'fill' | 'stroke', colour: Colour): string =>
  `${property}:${colours[colour][0]};${property}:var(${css(colour)})`;

const fill = (colour: Colour): string => paint('fill', colour);
const stroke = (colour: Colour): string => paint('stroke', colour);

/** The style sheet: `data-theme="light"` or `"dark"` on the picture overrules what the reader's system prefers. */
export function styleSheet(): string {
  return [
    `.weir{${values(0)};font-family:${fonts}}`,
    `@media (prefers-color-scheme:dark){.weir:not([data-theme=light]){${values(1)}}}`,
    `.weir[data-theme=dark]{${values(1)}}`,
    `.weir text{${fill('ink')};font-size:11px}`,
    `.weir .paper{${fill('paper')}}`,
    `.weir .rule{${stroke('rule')}}`,
    `.weir .soft{${fill('soft')}}`,
    '.weir .title{font-size:20px;font-weight:650;letter-spacing:-.01em}',
    '.weir .subtitle{font-size:12px}',
    '.weir .name{font-size:14px;font-weight:600}',
    '.weir .deprecated .name{text-decoration:line-through}',
    `.weir .badge{${fill('badge')}}`,
    `.weir .operation{${fill('ink')};font-size:11px}`,
    '.weir .badge-text{font-size:9.5px;font-weight:500}',
    `.weir .shape{stroke-width:1.25;${fill('card')};${stroke('cardLine')}}`,
    `.weir .mark{stroke:none;${fill('service')}}`,
    '.weir .line{fill:none;stroke-width:1.5;stroke-linecap:round}',
    ...nodeRules(),
    ...groupRules(),
    ...edgeRules(),
  ].join('\n');
}

function nodeRules(): string[] {
  const kinds = ['database', 'cache', 'store'] as const;
  return [
    ...kinds.map((kind) => `.weir .${kind} .shape{${fill(kind)};${stroke(`${kind}Line`)}}`),
    ...kinds.map((kind) => `.weir .${kind} .icon{${fill(`${kind}Line`)}}`),
    `.weir .broker .shape{${fill('broker')};${stroke('eventLine')}}`,
    `.weir .event .shape{${fill('event')};${stroke('eventLine')}}`,
    `.weir .external .shape{${fill('external')};${stroke('externalLine')};stroke-dasharray:5 4}`,
    `.weir .external .icon{${fill('externalLine')}}`,
    `.weir .gateway .shape{${fill('gateway')};${stroke('gateway')}}`,
    `.weir .gateway text{${fill('gatewayInk')}}`,
    `.weir .gateway .soft,.weir .gateway .icon{${fill('gatewaySoft')}}`,
    `.weir .context .shape{${fill('context')};${stroke('externalLine')}}`,
  ];
}

function groupRules(): string[] {
  return [
    '.weir .group-name{font-size:13px;font-weight:650}',
    `.weir .group.context .frame{${fill('context')};${stroke('contextLine')}}`,
    `.weir .group.broker .frame{${fill('broker')};${stroke('eventLine')};stroke-opacity:.55}`,
    `.weir .group.broker .icon{${fill('eventLine')}}`,
    `.weir .group.context .icon{${fill('soft')}}`,
  ];
}

function edgeRules(): string[] {
  const kinds = [
    ['call', 'call'],
    ['serve', 'serve'],
    ['use', 'use'],
    ['publish', 'eventLine'],
    ['consume', 'eventLine'],
    ['relation', 'relation'],
  ] as const;
  return [
    ...kinds.flatMap(([kind, colour]) => [
      `.weir .${kind} .line{${stroke(colour)}}`,
      `.weir .${kind} .head{${fill(colour)}}`,
      `.weir .${kind} .transport{${fill(colour)}}`,
    ]),
    '.weir .publish .line,.weir .consume .line{stroke-dasharray:6 4}',
    '.weir .relation .line{stroke-width:5;stroke-opacity:.35;stroke-linecap:butt}',
    `.weir .pill{${fill('label')};${stroke('rule')};stroke-width:1}`,
    `.weir .relation .pill{${fill('relationGround')};${stroke('relation')};stroke-opacity:.5}`,
    '.weir .label text{font-size:10.5px}',
    '.weir .transport{font-weight:650}',
    `.weir .label .term{${fill('soft')}}`,
    `.weir .relation .term{${fill('ink')}}`,
  ];
}
