import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { likec4 } from '../forms/likec4.ts';
import { svc } from '../forms/svc.ts';
import type { Source } from '../forms/system.ts';
import { typespec } from '../forms/typespec.ts';

/** A language server, and what is typed and asked there: the same in each language, where it has it. */
export interface Subject {
  readonly name: string;
  readonly args: readonly string[];
  readonly language: string;
  readonly form: (services: number) => Source[];
  readonly extension: string;
  /** Makes a name mean nothing in the text of the open file, whose first service has number `n`; and in a closed one. */
  readonly broken: (text: string, n: number) => string;
  /** Makes something wrong in how the services fit together, where the language knows of that; the rule that tells it. */
  readonly misfit?: { readonly edit: (text: string, n: number) => string; readonly rule: string };
  /** Places in the text: `|` is the cursor. */
  readonly completed: string;
  readonly hovered: string;
  /** Of something that other files name, where the language has such. */
  readonly renamed: (n: number) => string;
}

/** @param rivals their `node_modules` */
export function subjects(rivals: string): Subject[] {
  return [
    {
      name: 'weir lsp',
      args: [fileURLToPath(new URL('../../../language/bin/weir.js', import.meta.url)), 'lsp'],
      language: 'weir',
      form: svc,
      extension: 'svc',
      broken: (text) => text.replace('price: Money', 'price: Monoy'),
      // Of what may take 900 ms, an answer is awaited for 300 ms.
      misfit: { edit: (text) => text.replace('with tier1', 'with tier3'), rule: 'deadline-inversion' },
      completed: 'price: |Money',
      hovered: 'price: Mo|ney',
      renamed: (n) => `service serv|ice${n}`,
    },
    {
      name: 'tsp-server',
      args: [join(rivals, '@typespec/compiler/cmd/tsp-server.js'), '--stdio'],
      language: 'typespec',
      form: typespec,
      extension: 'tsp',
      broken: (text) => text.replace('price: Money', 'price: Monoy'),
      completed: 'price: |Money',
      hovered: 'price: Mo|ney',
      renamed: (n) => `model Thi|ng${n}`,
    },
    {
      name: 'likec4 lsp',
      args: [join(rivals, 'likec4/bin/likec4.mjs'), 'lsp', '--stdio'],
      language: 'likec4',
      form: likec4,
      extension: 'c4',
      broken: (text, n) => text.replace(`-> service${n + 1} `, `-> sorvice${n + 1} `),
      completed: '-> |service',
      hovered: '-> serv|ice',
      renamed: (n) => `  serv|ice${n} = service`,
    },
  ];
}
