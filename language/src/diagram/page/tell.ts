import type { Figures, PageCall, PageEdge, PageFinding, PageGroup, PageNode, PagePlace } from './data.ts';
import { element } from './element.ts';
import { demandText, latencyText, percentText, timesText, worstText } from './heat.ts';

const placeText = ({ file, line }: PagePlace): string => `${file}:${line}`;

/** Where it stands in the source. In an editor the host makes a link of it. */
function place(at: PagePlace): HTMLElement {
  return element('code', { class: 'place', 'data-file': at.file, 'data-line': String(at.line) }, placeText(at));
}

/** All that there is to say of a node. */
export function tellNode(node: PageNode): HTMLElement[] {
  const { kind, name, lines, docs, deprecated, owner, at, operations, findings } = node;
  return [
    element('h2', {}, element('small', {}, kind), ` ${name}`),
    element('p', {}, place(at)),
    ...(docs === undefined ? [] : [element('p', {}, docs)]),
    ...(deprecated === undefined ? [] : [element('p', {}, `deprecated: ${deprecated}`)]),
    ...(lines.length === 0 ? [] : [element('p', { class: 'soft' }, lines.join(' · '))]),
    facts([
      ...(owner === undefined ? [] : [['Owner', owner] as const]),
      ...figuresTold(node, 'Longest wait for others'),
    ]),
    ...(operations.length === 0
      ? []
      : [
          element(
            'ul',
            { class: 'plain' },
            ...operations.map((operation) => element('li', {}, element('code', {}, operation))),
          ),
        ]),
    ...tellFindings(findings),
  ];
}

/** All that there is to say of a context or broker. */
export function tellGroup({ kind, name, subtitle, docs, at, findings }: PageGroup): HTMLElement[] {
  return [
    element('h2', {}, element('small', {}, kind), ` ${name}`),
    element('p', {}, place(at)),
    ...(docs === undefined ? [] : [element('p', {}, docs)]),
    ...(subtitle === undefined ? [] : [element('p', { class: 'soft' }, subtitle)]),
    ...tellFindings(findings),
  ];
}

type Fact = readonly [name: string, text: string];

function figuresTold(
  { worst, latency, availability, demand }: { readonly [K in keyof Figures]: Figures[K] | undefined },
  worstName: string,
): Fact[] {
  const facts: (Fact | undefined)[] = [
    worst === undefined ? undefined : [worstName, worstText(worst)],
    latency && [`Latency p${latency.percentile}`, `${latencyText(latency)} promised`],
    availability?.promised === undefined
      ? undefined
      : ['Availability', `${percentText(availability.promised)} promised`],
    availability?.possible === undefined
      ? undefined
      : ['Possible with what it needs', `at most ${percentText(availability.possible)}`],
    demand && ['Demand', demandText(demand)],
  ];
  return facts.filter((fact) => fact !== undefined);
}

/**
 * What there is to say of an edge: of each call every part of its policy, with where it comes from. In short calls with the same
 * policy stand together.
 */
export function tellEdge(edge: PageEdge, names: ReadonlyMap<string, string>, how: 'in short' | 'all'): HTMLElement[] {
  const { from, to, kind, at, details, calls, amplification, findings } = edge;
  return [
    element('h2', {}, element('small', {}, kind), ` ${names.get(from)} → ${names.get(to)}`),
    element('p', {}, place(at)),
    facts([
      ...(amplification === undefined
        ? []
        : [['Calls that one request can become', timesText(amplification)] as const]),
      ...figuresTold({ ...edge, availability: undefined }, 'Longest that a call can take'),
      ...(edge.availability?.possible === undefined
        ? []
        : [['The callee promises', percentText(edge.availability.possible)] as const]),
    ]),
    ...(how === 'all' ? calls.map(tellCall) : tellPolicies(calls)),
    ...(calls.length > 0 || details.length === 0
      ? []
      : [element('ul', {}, ...details.map((detail) => element('li', {}, detail)))]),
    ...tellFindings(findings),
  ];
}

function tellCall({ title, at, parts, facts: known }: PageCall): HTMLElement {
  return element('section', {}, element('h3', {}, title, ' ', place(at)), tellParts(parts), facts(known));
}

function tellPolicies(calls: readonly PageCall[]): HTMLElement[] {
  const alike = Map.groupBy(calls, ({ parts }) => JSON.stringify(parts));
  return [...alike.values()].map((same) =>
    element('section', {}, ...same.map(({ title }) => element('h3', {}, title)), tellParts(same[0]!.parts)),
  );
}

function tellParts(parts: PageCall['parts']): HTMLElement {
  if (parts.length === 0) return element('p', { class: 'soft' }, 'no policy');
  const lines = parts.map(({ text, from }) =>
    element('li', {}, element('code', {}, text), ' ', element('small', {}, from)),
  );
  return element('ul', {}, ...lines);
}

function facts(known: readonly (readonly [name: string, text: string])[]): HTMLElement {
  return element('dl', {}, ...known.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]));
}

export function tellFindings(findings: readonly PageFinding[]): HTMLElement[] {
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
