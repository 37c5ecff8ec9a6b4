import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModel } from '../syntax/read.ts';
import { enclosing } from './enclosing.ts';

const text = `package p
import q
service a {
  uses b
  rpc X(id: uuid = 1) { calls b.Y }
  on E { calls b.Y }
}
service b { rpc Y() } enum E { a = 0 }

message M { m: M? = 1 }
`;

test('a place stands in the innermost declaration around it', async () => {
  const model = await readModel([
    { path: 'x.svc', text },
    { path: 'empty.svc', text: '' },
  ]);
  const around = enclosing(model);
  const at = (marked: string, file = 'x.svc'): string | undefined => {
    const lines = text.slice(0, text.indexOf(marked.replace('|', '')) + marked.indexOf('|')).split('\n');
    const position = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    return around({ file, start: position, end: position });
  };
  assert.equal(at('import |q'), undefined);
  assert.equal(at('uses |b'), 'p.a');
  assert.equal(at('(id: |uuid'), 'p.a.X');
  assert.equal(at('on |E'), 'p.a.OnE');
  assert.equal(at('rpc |Y'), 'p.b.Y');
  assert.equal(at('enum |E'), 'p.E');
  assert.equal(at('0 }\n|'), undefined);
  assert.equal(at('m: |M'), 'p.M');
  assert.equal(at('m: |M', 'empty.svc'), undefined);
});
