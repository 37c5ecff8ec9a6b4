import { checksum } from '../../kubernetes/checksum.ts';
import type { Dashboard } from './grafana.ts';
import { placed, type Section } from './layout.ts';

export interface Page {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly system: string;
  readonly sections: readonly Section[];
}

const longestUid = 40;

/** What Grafana knows a dashboard by: stable, at most forty characters. */
export function uidOf(system: string, name?: string): string {
  const uid = ['weir', system, ...(name === undefined ? [] : [name])].join('-');
  return uid.length <= longestUid ? uid : `${uid.slice(0, longestUid - 9)}-${checksum(uid).slice(0, 8)}`;
}

/** A dashboard over the Prometheus and the namespace that its reader chooses; all dashboards of a system lead to each other. */
export function dashboard({ uid, title, description, system, sections }: Page): Dashboard {
  return {
    uid,
    title,
    description,
    tags: ['weir', system],
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    schemaVersion: 39,
    templating: {
      list: [
        { type: 'datasource', name: 'datasource', label: 'Prometheus', query: 'prometheus' },
        {
          type: 'query',
          name: 'namespace',
          label: 'Namespace',
          datasource: { type: 'prometheus', uid: '$datasource' },
          query: 'label_values(weir_requests_total, namespace)',
          refresh: 2,
          sort: 1,
          multi: true,
          includeAll: true,
          // Also what has no such label.
          allValue: '.*',
        },
      ],
    },
    annotations: { list: [] },
    links: [
      {
        type: 'dashboards',
        title: system,
        icon: 'external link',
        tooltip: 'Other dashboards of this system',
        tags: ['weir', system],
        asDropdown: true,
        targetBlank: false,
        includeVars: true,
        keepTime: true,
      },
    ],
    panels: placed(sections),
  };
}
