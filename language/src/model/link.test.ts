import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFragment } from '../syntax/read-fragment.ts';
import { Linker, link } from './link.ts';

const of = (path: string, text: string) => readFragment({ path, text });

const texts = [
  'package p  message A { b: B? = 1  c: q.C = 2 }',
  'package p  message B { a: A? = 1 }  service s { grpc 1  uses t  rpc X() { calls t.Y } }',
  'package q  import p.{A}  message C { a: A = 1 }  service t { grpc 1  rpc Y() { reads } }',
  'package q  import p  message C { a: D = 1 }  message D { s: Strng = 1 }',
  'service broken { rpc ',
  '',
  `message Many { ${Array.from({ length: 150 }, (_, i) => `f${i}: Strin${i} = ${i + 1}`).join(' ')} }`,
];

test('linked again and again, a project is as if it were linked for the first time', () => {
  const file = fc.record({ path: fc.constantFrom('a', 'b', 'c', 'd'), text: fc.constantFrom(...texts) });
  const project = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(project, { minLength: 2, maxLength: 6 }), (states) => {
      const linker = new Linker();
      const fragments = new Map<string, ReturnType<typeof of>>();
      for (const state of states) {
        const now = state.map(({ path, text }) => {
          const fragment = fragments.get(`${path} ${text}`) ?? of(path, text);
          fragments.set(`${path} ${text}`, fragment);
          return fragment;
        });
        assert.deepEqual(linker.link(now), link(now));
      }
    }),
    { numRuns: 60 },
  );
});

test('what an edit does not touch is the same object as before, unless it has asked for a name that came or went', () => {
  const linker = new Linker();
  const [a, b, c] = [
    of('a', texts[0] ?? ''),
    of('b', texts[1] ?? ''),
    of('c', 'package r  message Far { n: int32 = 1 }'),
  ];
  const before = linker.link([a, b, c]);
  const edited = linker.link([of('a', 'package p  message A { b: B[] = 1 }'), b, c]);
  assert.equal(edited.services[0], before.services[0]);
  assert.notEqual(edited.messages[0], before.messages[0]);
  const renamed = linker.link([of('a', 'package p  message Other { }'), b, c]);
  assert.notEqual(renamed.services[0], before.services[0], 'it names A');
  assert.equal(renamed.messages.at(-1), before.messages.at(-1), 'it names nothing of it');
  assert.ok(renamed.problems.some(({ message }) => message.includes('`A`')));
});

test('a file that was away meanwhile is linked as the project is now', () => {
  const linker = new Linker();
  const user = of('b', 'package p  message B { a: A = 1 }');
  linker.link([of('a', 'package p  message A { }'), user]);
  linker.link([of('a', 'package p  message Z { }')]);
  const back = linker.link([of('a', 'package p  message Z { }'), user]);
  assert.equal(back.problems.length, 1);
});
