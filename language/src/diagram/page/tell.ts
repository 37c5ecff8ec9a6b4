import type { PageCall, PageData, PageEdge, PageFinding, PageNode, PagePlace } from './data.ts';
import { element } from './element.ts';
import { timesText, worstText } from './heat.ts';

const placeText = ({ file, line }: PagePlace): string => `${file}:${line}`;

/** Where it stands in the source. In an editor the host makes a link of it. */
function place(at: PagePlace): HTMLElement {
  return element('code', { class: 'place', 'data-file': at.file, 'data-line': String(at.line) }, placeText(at));
}

/** All that there is to say of a node. */
export function tellNode({ kind, name, lines, docs, deprecated, owner, at, worst, findings }: PageNode): HTMLElement[] {
  return [
    element('h2', {}, element('small', {}, kind), ` ${name}`),
    element('p', {}, place(at)),
    ...(docs === undefined ? [] : [element('p', {}, docs)]),
    ...(deprecated === undefined ? [] : [element('p', {}, `deprecated: ${deprecated}`)]),
    ...(lines.length === 0 ? [] : [element('p', { class: 'soft' }, lines.join(' · '))]),
    facts([
      ...(owner === undefined ? [] : [['Owner', owner] as const]),
      ...(worst === undefined ? [] : [['Longest wait for others', worstText(worst)] as const]),
    ]),
    ...tellFindings(findings),
  ];
}

/** All that there is to say of an edge: of each call every part of its policy, with where it comes from. */
export function tellEdge(edge: PageEdge, names: ReadonlyMap<string, string>): HTMLElement[] {
  const { from, to, kind, at, details, calls, amplification, worst, findings } = edge;
  return [
    element('h2', {}, element('small', {}, kind), ` ${names.get(from)} → ${names.get(to)}`),
    element('p', {}, place(at)),
    facts([
      ...(amplification === undefined
        ? []
        : [['Calls that one request can become', timesText(amplification)] as const]),
      ...(worst === undefined ? [] : [['Longest that a call can take', worstText(worst)] as const]),
    ]),
    ...calls.map(tellCall),
    ...(calls.length > 0 || details.length === 0
      ? []
      : [element('ul', {}, ...details.map((detail) => element('li', {}, detail)))]),
    ...tellFindings(findings),
  ];
}

function tellCall({ title, at, parts, facts: known }: PageCall): HTMLElement {
  const policy = parts.map(({ text, from }) =>
    element('li', {}, element('code', {}, text), ' ', element('small', {}, from)),
  );
  return element(
    'section',
    {},
    element('h3', {}, title, ' ', place(at)),
    policy.length === 0 ? element('p', { class: 'soft' }, 'no policy') : element('ul', {}, ...policy),
    facts(known),
  );
}

function facts(known: readonly (readonly [name: string, text: string])[]): HTMLElement {
  return element('dl', {}, ...known.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]));
}

function tellFindings(findings: readonly PageFinding[]): HTMLElement[] {
  if (findings.length === 0) return [];
  const lines = findings.map(({ rule, severity, message, at }) =>
    element(
      'li',
      { class: `found-${severity}` },
      element('b', {}, `${severity} `),
      message,
      ' ',
      element('small', {}, rule),
      ' ',
      place(at),
    ),
  );
  return [element('ul', { class: 'findings' }, ...lines)];
}

/** The picture as a list: each node with what leads from it, as buttons; `data-of` says what each stands for. */
export function tellAll({ nodes, edges, elsewhere }: PageData): HTMLElement[] {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const from = Map.groupBy(edges, (edge) => edge.from);
  const count = ({ findings }: { readonly findings: readonly PageFinding[] }): string =>
    findings.length === 0 ? '' : `, ${findings.length} finding${findings.length === 1 ? '' : 's'}`;
  const button = (id: string, text: string): HTMLElement => element('button', { type: 'button', 'data-of': id }, text);
  const items = nodes.map((node) => {
    const leading = (from.get(node.id) ?? []).map((edge) => {
      const label = edge.label === undefined ? '' : `: ${edge.label}`;
      return element(
        'li',
        {},
        button(edge.id, `${verbs[edge.kind] ?? edge.kind} ${names.get(edge.to)}${label}${count(edge)}`),
      );
    });
    return element(
      'li',
      {},
      button(node.id, `${node.kind} ${node.name}${count(node)}`),
      ...(leading.length === 0 ? [] : [element('ul', {}, ...leading)]),
    );
  });
  const rest = elsewhere.length === 0 ? [] : [element('h3', {}, 'Findings elsewhere'), ...tellFindings(elsewhere)];
  return [element('ul', {}, ...items), ...rest];
}

const verbs: Readonly<Record<string, string>> = {
  call: 'calls',
  serve: 'serves',
  use: 'uses',
  publish: 'publishes',
  consume: 'goes to',
  relation: 'is related to',
};
