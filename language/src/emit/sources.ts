import type { Place } from '../model/model.ts';
import { byText } from './order.ts';

/** The files that declarations come from, as the first line of what is generated from them names them: `a.svc, b.svc`. */
export function sourcesOf(places: readonly Place[]): string {
  return [...new Set(places.map((place) => place.file))].sort(byText).join(', ');
}
