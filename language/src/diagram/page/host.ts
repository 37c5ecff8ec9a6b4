import type { Camera } from './camera.ts';
import type { PagePlace } from './data.ts';
import type { Drawn } from './folded.ts';

/** What the editor around the page tells it. */
export type FromHost =
  | ({
      readonly type: 'update';
      /** By how much everything has moved. */
      readonly shift: { readonly x: number; readonly y: number };
    } & Drawn)
  | { readonly type: 'stale'; readonly stale: boolean }
  /** The cursor stands there. */
  | { readonly type: 'cursor'; readonly at: PagePlace };

/** What the page asks of it: to show a place, to write a file where the reader wants it. */
type ToHost =
  | { readonly type: 'reveal'; readonly at: PagePlace }
  | { readonly type: 'save'; readonly name: string; readonly content: string };

/** What is kept while the page is out of sight. */
interface Kept {
  readonly camera?: Camera;
  readonly overlay?: string;
  readonly theme?: string;
  /** Ids of contexts that are folded up otherwise than drawn. */
  readonly turned?: readonly string[];
  readonly operations?: boolean;
  readonly list?: boolean;
}

interface HostApi {
  readonly postMessage: (message: ToHost) => void;
  readonly getState: () => Kept | undefined;
  readonly setState: (kept: Kept) => void;
}

declare const acquireVsCodeApi: undefined | (() => HostApi);

/** The editor around the page; undefined where the page stands for itself. */
export const host: HostApi | undefined = typeof acquireVsCodeApi === 'undefined' ? undefined : acquireVsCodeApi();

/** Hears what the editor tells. */
export function hear(take: (message: FromHost) => void): void {
  if (host) addEventListener('message', ({ data }) => take(data as FromHost));
}

/** What was kept the last time. */
export const kept = (): Kept => host?.getState() ?? {};

export function keep(more: Kept): void {
  host?.setState({ ...kept(), ...more });
}
