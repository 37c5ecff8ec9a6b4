import type { User } from './generated/types/shop.users.ts';

const people: readonly User[] = [
  {
    id: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e01',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    since: new Date('2021-12-10'),
  },
  {
    id: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e02',
    name: 'Grace Hopper',
    email: 'grace@example.com',
    since: new Date('2022-12-09'),
  },
  {
    id: '5f0c9a52-2f3e-4a53-9d5a-0a3b7c1d2e03',
    name: 'Barbara Liskov',
    email: 'barbara@example.com',
    since: new Date('2023-11-07'),
  },
];

/** The customers of the example by their id; a real shop asks a database. */
export const byId: ReadonlyMap<string, User> = new Map(people.map((user) => [user.id, user]));
