import type { DiagramEdge, DiagramGraph, DiagramNode, NodeKind } from './graph.ts';

/**
 * The graph as a Mermaid flowchart. Ids are `n1`, `n2` …, so that no name can be one of Mermaid's own words (`end`), and all
 * text is quoted.
 */
export function renderMermaid(graph: DiagramGraph): string {
  const ids = new Map([...graph.nodes, ...graph.groups].map(({ id }, i) => [id, `n${i + 1}`]));
  const id = (of: string): string => ids.get(of)!;
  const line = (node: DiagramNode): string => `${id(node.id)}${shapes[node.kind](text(label(node)))}:::${node.kind}`;
  const lines = [
    '---',
    `title: ${JSON.stringify(graph.title)}`,
    '---',
    'flowchart LR',
    ...graph.nodes.filter(({ group }) => group === undefined).map((node) => `  ${line(node)}`),
    ...graph.groups.flatMap((group) => [
      `  subgraph ${id(group.id)}[${text([group.name, group.subtitle ?? ''].filter((part) => part !== '').join(' · '))}]`,
      ...graph.nodes.filter((node) => node.group === group.id).map((node) => `    ${line(node)}`),
      '  end',
    ]),
    ...graph.edges.map((edge) => `  ${id(edge.from)} ${arrow(edge)} ${id(edge.to)}`),
    ...classes,
  ];
  return `${lines.join('\n')}\n`;
}

const label = ({ name, lines, badges }: DiagramNode): string =>
  [name, ...lines, badges.join(' · ')].filter((part) => part !== '').join('\n');

/** A quoted text: Mermaid reads `#…;` as an entity, and with it everything that could end the quotes or begin markup. */
function text(words: string): string {
  const quoted = words
    .toWellFormed()
    .replace(/[#&<>"`\\;{}[\]|%]/g, (letter) => `#${letter.codePointAt(0)};`)
    .replace(/\r?\n/g, '<br/>')
    .replace(/\p{Cc}/gu, ' ');
  return `"${quoted}"`;
}

const shapes: { readonly [K in NodeKind]: (words: string) => string } = {
  service: (words) => `[${words}]`,
  gateway: (words) => `{{${words}}}`,
  external: (words) => `([${words}])`,
  database: (words) => `[(${words})]`,
  cache: (words) => `(${words})`,
  broker: (words) => `[[${words}]]`,
  store: (words) => `[(${words})]`,
  event: (words) => `[/${words}/]`,
  context: (words) => `[[${words}]]`,
};

function arrow(edge: DiagramEdge): string {
  const words = [edge.transport, edge.label].filter((part) => part !== undefined).join(' ');
  const on = words === '' ? '' : `|${text(words)}|`;
  switch (edge.kind) {
    case 'call':
    case 'serve':
    case 'use':
      return `-->${on}`;
    case 'publish':
    case 'consume':
      return `-.->${on}`;
    case 'relation':
      return `==>${on}`;
  }
}

/** Middle tones that can be read on light and on dark ground; text and ground are left to Mermaid's theme. */
const classes = [
  '  classDef service stroke:#2563eb,stroke-width:2px',
  '  classDef gateway stroke:#4338ca,stroke-width:3px',
  '  classDef external stroke:#64748b,stroke-dasharray:5 4',
  '  classDef database stroke:#15925f',
  '  classDef cache stroke:#c2610c',
  '  classDef store stroke:#0e7c96',
  '  classDef broker stroke:#7440dd',
  '  classDef event stroke:#7440dd',
  '  classDef context stroke:#64748b,stroke-width:2px',
];
