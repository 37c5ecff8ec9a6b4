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
export const heat = {
  light: ['#64748b', '#2775ad', '#9a6500', '#c2410c', '#9f1239'],
  dark: ['#8291aa', '#6cb8ea', '#e8b13a', '#ff8a4c', '#ff6b8b'],
} as const;
/** After Okabe and Ito (Color universal design, 2008), darker or lighter as the ground asks for. */
export const teams = {
  light: ['#0072b2', '#b35c00', '#00805c', '#a8468b', '#7a6a00', '#3d6fd1', '#9a3412', '#52607a'],
  dark: ['#56b4e9', '#e69f00', '#2fc79a', '#e08fc4', '#e5d84a', '#8fb2ff', '#f08c5a', '#a3b1c6'],
} as const;
export const found = {
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
      `.weir .node.${mark}>.shape,.weir.weir .group.${mark}>.frame{stroke:var(--${mark});stroke-width:2.5;stroke-opacity:1}`,
      `.weir .weir-word.${mark} rect{fill:var(--${mark})}`,
    ]),
    '.weir .weir-word text{fill:var(--weir-paper);font-size:10px;font-weight:650}',
    ...[0, 1, 2, 3, 4].map((i) => `.weir .edge.heat-${i} .line{stroke-width:${1.5 + 1.1 * i}}`),
    '.weir .node[class*=team-]>.mark{fill:currentColor}',
    '.weir .node[class*=team-]>.shape{fill:color-mix(in srgb,currentColor 16%,var(--weir-card))}',
    '.weir.weir .group[class*=team-]>.frame{fill:color-mix(in srgb,currentColor 8%,var(--weir-paper))}',
    '.weir .gateway[class*=team-]>.shape{fill:var(--weir-gateway)}',
    ...teams.light.map((_, i) => `.weir .team-${i}{color:var(--team-${i})}`),
    // What an overlay says nothing of steps back.
    '.weir[data-overlay]:not([data-overlay=none]) .edge:not([class*=heat-],[class*=found-],.chosen){opacity:.28}',
    '.weir[data-overlay]:not([data-overlay=none]) .label:not([class*=heat-],[class*=found-],.chosen){opacity:.45}',
    '.weir[data-theme^=contrast]:not([data-overlay=none]) :is(.edge,.label):not([class*=heat-],[class*=found-],.chosen){opacity:.6}',
    '.weir .edge.soft-edge .line{stroke-dasharray:2 5}',
    '.weir .dim{opacity:.12}',
    '.weir .hovered .line{stroke-width:3}',
    '.weir .node.hovered>.shape:first-of-type,.weir.weir .group.hovered>.frame{stroke:var(--weir-service)}',
    '.weir .hit>.shape,.weir.weir .hit>.frame{stroke:var(--weir-relation);stroke-width:3}',
    '.weir .node.cursor>.shape,.weir.weir .group.cursor>.frame{stroke:var(--weir-service);stroke-width:2.5;stroke-dasharray:7 3}',
    '.weir .edge.cursor .line{stroke-width:3.5}',
    '.weir .chosen .line{stroke-width:4}',
    '.weir .node.chosen>.shape,.weir.weir .group.chosen>.frame{stroke:var(--weir-service);stroke-width:3;stroke-dasharray:none}',
  ].join('\n');
}
