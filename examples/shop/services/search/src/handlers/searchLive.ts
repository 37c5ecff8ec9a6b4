import { find } from '../find.ts';
import type * as Search from '../generated/search.ts';

export const searchLive: Search.SearchLive = async function* ({ text }, { catalog }) {
  let page: number | undefined = 0;
  while (page !== undefined) {
    const list = await catalog.listProducts({ page });
    yield* find(list, text);
    page = list.next;
  }
};
