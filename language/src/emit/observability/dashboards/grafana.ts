/** Dashboards as Grafana reads them: its own types, with its enumerations as the texts that stand in the JSON. */

import type * as common from '@grafana/grafana-foundation-sdk/common';
import type * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import type { Options as NodeGraphOptions } from '@grafana/grafana-foundation-sdk/nodegraph';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type { Options as StateTimelineOptions } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Options as TableOptions } from '@grafana/grafana-foundation-sdk/table';
import type { Options as TimeSeriesOptions } from '@grafana/grafana-foundation-sdk/timeseries';

/** A type of Grafana's with literals for its enumerations, and without what its builders add. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number
    ? number
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : T extends object
        ? {
            readonly [K in keyof T as K extends '_implementsDataqueryVariant' | 'dataqueryType' ? never : K]: Plain<
              T[K]
            >;
          }
        : T;

export type Query = Plain<
  Pick<Dataquery, 'refId' | 'expr' | 'legendFormat' | 'instant' | 'range' | 'format' | 'exemplar'>
>;
type Options = TimeSeriesOptions | StatOptions | TableOptions | StateTimelineOptions | NodeGraphOptions;
export type FieldConfig = Plain<grafana.FieldConfig> & { readonly custom?: Plain<Partial<common.GraphFieldConfig>> };
export type FieldOverride = Plain<NonNullable<grafana.FieldConfigSource['overrides']>[number]>;

export interface Panel
  extends Omit<Plain<grafana.Panel>, 'targets' | 'options' | 'fieldConfig' | 'id' | 'gridPos' | 'title'> {
  readonly title: string;
  readonly targets: readonly Query[];
  readonly options: Plain<Partial<Options>>;
  readonly fieldConfig: { readonly defaults: FieldConfig; readonly overrides: readonly FieldOverride[] };
}

export type Placed<T> = T & { readonly id: number; readonly gridPos: Plain<grafana.GridPos> };
export type Row = Pick<Plain<grafana.RowPanel>, 'collapsed' | 'title'> & {
  readonly type: 'row';
  readonly panels: readonly [];
};

export interface Dashboard extends Omit<Plain<grafana.Dashboard>, 'panels'> {
  readonly panels: readonly Placed<Panel | Row>[];
}
