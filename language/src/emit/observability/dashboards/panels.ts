/** The kinds of panels that dashboards are made of, looking alike. */

import type { FieldConfig, Panel, Query } from './grafana.ts';

/** A query, and how its series are called. */
export interface Curve {
  readonly expr: string;
  readonly legend: string;
}

export interface Look {
  readonly title: string;
  readonly description?: string;
  /** Grafana's name of a unit: `reqps`, `percentunit`, `s`. */
  readonly unit: string;
  /** Lines that are not to be crossed, with what is beyond them in red. */
  readonly limit?: number;
  readonly min?: number;
  readonly max?: number;
  readonly stacked?: boolean;
}

const source = { type: 'prometheus', uid: '$datasource' } as const;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const queries = (curves: readonly Curve[]): Query[] =>
  curves.map(({ expr, legend }, i) => ({ refId: letters.charAt(i), expr, legendFormat: legend, range: true }));

/** Curves over time, with their latest and greatest values beside them. */
export function timeSeries(look: Look, curves: readonly Curve[]): Panel {
  return {
    type: 'timeseries',
    ...headOf(look),
    targets: queries(curves),
    fieldConfig: {
      defaults: {
        ...scaleOf(look),
        ...thresholdsOf(look.limit),
        custom: {
          drawStyle: 'line',
          lineWidth: 1,
          fillOpacity: look.stacked ? 30 : 10,
          showPoints: 'never',
          spanNulls: false,
          stacking: { mode: look.stacked ? 'normal' : 'none' },
          ...(look.limit === undefined ? {} : { thresholdsStyle: { mode: 'dashed' } }),
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** One number, now, over its own past. */
export function stat(look: Look & { readonly better?: 'high' | 'low' }, expr: string): Panel {
  return {
    type: 'stat',
    ...headOf(look),
    targets: queries([{ expr, legend: '' }]),
    fieldConfig: {
      defaults: { ...scaleOf(look), ...thresholdsOf(look.limit, look.better), noValue: '-' },
      overrides: [],
    },
    options: {
      reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
      colorMode: look.limit === undefined ? 'none' : 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      textMode: 'auto',
      orientation: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
  };
}

/** States over time, each with a word and a colour. */
export function stateTimeline(
  look: Pick<Look, 'title' | 'description'>,
  curves: readonly Curve[],
  states: readonly { readonly value: number; readonly text: string; readonly color: string }[],
): Panel {
  const entries = states.map(({ value, text, color }, index) => [String(value), { text, color, index }] as const);
  return {
    type: 'state-timeline',
    ...headOf(look),
    targets: queries(curves),
    fieldConfig: {
      defaults: {
        color: { mode: 'thresholds' },
        mappings: [{ type: 'value', options: Object.fromEntries(entries) }],
        custom: { lineWidth: 0, fillOpacity: 80 },
      },
      overrides: [],
    },
    options: {
      showValue: 'never',
      rowHeight: 0.9,
      mergeValues: true,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'single', sort: 'none' },
    },
  };
}

export function headOf({ title, description }: Pick<Look, 'title' | 'description'>) {
  return { title, ...(description === undefined ? {} : { description }), datasource: source };
}

const scaleOf = ({ unit, min, max }: Look): FieldConfig => ({
  unit,
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

/** Green on the good side of the limit and red on the other; without one there is nothing to judge. */
function thresholdsOf(limit: number | undefined, better: 'high' | 'low' = 'low'): FieldConfig {
  if (limit === undefined) return { color: { mode: 'palette-classic' } };
  const [below, above] = better === 'low' ? ['green', 'red'] : ['red', 'green'];
  return {
    color: { mode: 'palette-classic' },
    thresholds: {
      mode: 'absolute',
      steps: [
        { value: null, color: below! },
        { value: limit, color: above! },
      ],
    },
  };
}
