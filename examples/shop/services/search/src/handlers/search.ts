import { find } from '../find.ts';
import type * as Search from '../generated/search.ts';

export const search: Search.Search = async ({ text, limit = 10 }, { catalog }) => {
  return { hits: find(await catalog.listProducts({}), text).slice(0, limit) };
};
