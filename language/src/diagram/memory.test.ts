import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Edit, edits } from './edits-fixture.ts';
import { folded } from './fold.ts';
import { type LaidOut, loadLayout, renderSvg } from './index.ts';
import { layoutKey } from './layout-key.ts';
import { graphOf, source } from './picture-fixture.ts';
import { byId, edge, randomFrom, serviceNode, system, unique } from './random-graph-fixture.ts';
import { assertSound, trespassers } from './sound-fixture.ts';

const layOut = await loadLayout();

// ── what moved ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface Moves {
  /** How many others stand elsewhere, the view being moved by `shift`. */
  readonly moved: number;
  /** How many others have another one above or beside them than before, among those of their group. */
  readonly reordered: number;
}

function movesOf(before: LaidOut, after: LaidOut, others: Edit['others']): Moves {
  const then = new Map(before.nodes.map((box) => [box.node.id, box]));
  const now = new Map(after.nodes.map((box) => [box.node.id, box]));
  const moved = others.filter(([old, id]) => {
    const [a, b] = [then.get(old)!, now.get(id)!];
    return Math.abs(b.x - after.shift.x - a.x) > 0.5 || Math.abs(b.y - after.shift.y - a.y) > 0.5;
  });
  let reordered = 0;
  for (const members of Map.groupBy(others, ([old]) => then.get(old)!.node.group).values()) {
    for (const side of ['x', 'y'] as const) {
      const order = members.toSorted(([a], [b]) => then.get(a)![side] - then.get(b)![side]);
      let highest = Number.NEGATIVE_INFINITY;
      for (const [, id] of order) {
        if (now.get(id)![side] < highest) reordered += 1;
        highest = Math.max(highest, now.get(id)![side]);
      }
    }
  }
  return { moved: moved.length, reordered };
}

/** How many edges run otherwise than before between those that were not meant. */
function redrawn(before: LaidOut, after: LaidOut, others: Edit['others']): number {
  const names = new Map(others);
  const ends = (kind: string, from: string, to: string): string => `${kind} ${from} ${to}`;
  const now = new Map(after.edges.map(({ edge, points }) => [ends(edge.kind, edge.from, edge.to), points]));
  const { shift } = after;
  return before.edges.filter(({ edge: { kind, from, to }, points }) => {
    const line = now.get(ends(kind, names.get(from) ?? '', names.get(to) ?? ''));
    return (
      line &&
      line.map(({ x, y }) => `${x - shift.x} ${y - shift.y}`).join() !== points.map(({ x, y }) => `${x} ${y}`).join()
    );
  }).length;
}

/** Turns for each size: the largest are slow, and what goes wrong with them goes wrong with the smaller ones too. */
const turnsFor = { 50: 24, 120: 15, 250: 9, 500: 6 } as const;

for (const grouped of [true, false]) {
  for (const [size, turns] of Object.entries(turnsFor)) {
    test(`${size} nodes${grouped ? ' in contexts' : ''}: an edit hardly moves anything else`, {
      timeout: 300_000,
    }, () => {
      const random = randomFrom(Number(size) + (grouped ? 1 : 0));
      let picture = layOut(system(Number(size), grouped, random));
      for (let turn = 0; turn < turns; turn += 1) {
        const kind = (Object.keys(edits) as (keyof typeof edits)[])[turn % 3]!;
        const { graph, others } = edits[kind](picture.graph, random, turn);
        const next = layOut(graph, { previous: picture });
        const { moved, reordered } = movesOf(picture, next, others);
        const most = kind === 'add' ? Math.max(2, 0.02 * others.length) : 0;
        assert.ok(moved <= most, `${kind} moved ${moved} others`);
        assert.ok(reordered <= most, `${kind} brought ${reordered} others out of order`);
        assertSound(next);
        assert.deepEqual(trespassers(next), []);
        const lines = redrawn(picture, next, others);
        assert.ok(lines <= (kind === 'rename' ? 0 : 24 + 0.05 * graph.edges.length), `${kind} redrew ${lines} lines`);
        picture = next;
      }
    });
  }
}

const anyEdits = fc.record({
  size: fc.integer({ min: 8, max: 40 }),
  grouped: fc.boolean(),
  seed: fc.nat(),
  kinds: fc.array(fc.constantFrom(...(Object.keys(edits) as (keyof typeof edits)[])), { minLength: 1, maxLength: 12 }),
});

test('whatever is edited, one after the other: no line runs through a node, kept or not', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(anyEdits, ({ size, grouped, seed, kinds }) => {
      const random = randomFrom(seed);
      let picture = layOut(system(size, grouped, random));
      for (const [turn, kind] of kinds.entries()) {
        if (!picture.graph.nodes.some((node) => node.kind === 'service')) return;
        picture = layOut(edits[kind](picture.graph, random, turn).graph, { previous: picture });
        assertSound(picture);
        assert.deepEqual(trespassers(picture), []);
      }
    }),
    { numRuns: 60 },
  );
});

test('a crowded context makes room: who is in the way moves as a whole, and keeps its order', () => {
  const random = randomFrom(7);
  let picture = layOut(system(60, true, random));
  const frame = (): number => {
    const { width, height } = picture.groups.find(({ group }) => group.id === 'context:c1')!;
    return width * height;
  };
  const small = frame();
  for (let turn = 0; turn < 12; turn += 1) {
    const node = serviceNode(`extra${turn}`, 'context:c1');
    const { nodes, edges, ...rest } = picture.graph;
    const next = layOut(
      {
        ...rest,
        nodes: [...nodes, node].sort(byId),
        edges: unique([...edges, edge('call', `service:s${12 + turn}`, node.id)]),
      },
      { previous: picture },
    );
    assertSound(next);
    const others = nodes.map(({ id }) => [id, id] as const);
    assert.equal(movesOf(picture, next, others).reordered, 0);
    const [before, after] = [picture, next].map(({ nodes }) =>
      nodes.filter(({ node: { group } }) => group === 'context:c1'),
    );
    assert.ok(
      before!.every((box) => after!.some(({ node: { id }, x, y }) => id === box.node.id && x === box.x && y === box.y)),
    );
    picture = next;
  }
  assert.ok(frame() > small);
});

test('a context by another name, or all of a package by another one, stays where it is', async () => {
  const picture = layOut(await graphOf(source('shop.svc')));
  const text = source('shop.svc')
    .replaceAll(/\bpackage shop\b/g, 'package store')
    .replaceAll('context ordering', 'context sales')
    .replaceAll('ordering ->', 'sales ->')
    .replaceAll('-> ordering', '-> sales');
  const after = layOut(await graphOf(text), { previous: picture });
  assertSound(after);
  const corners = ({ nodes, groups }: LaidOut): string[] =>
    [
      ...nodes.map(({ node, x, y }) => `${node.name} ${x} ${y}`),
      ...groups.map(({ x, y, height }) => `${x} ${y} ${height}`),
    ].sort();
  assert.deepEqual(corners(after), corners(picture));
});

test('a new context with all that is in it, and a new broker, find places where nothing was', async () => {
  const picture = layOut(await graphOf(source('bookshop.svc')));
  const more = `${source('bookshop.svc')}
    service till { grpc 7001  uses orders  rpc Pay() { publishes Paid } }
    service ledger { grpc 7002  on Paid { } }
    context money { services [till, ledger] }
    resource wire kafka { }
    event Paid on wire { id: uuid = 1 }`;
  const after = layOut(await graphOf(more), { previous: picture });
  assertSound(after);
  assert.ok(after.groups.some(({ group }) => group.id === 'context:books.money'));
  const others = picture.graph.nodes.map(({ id }) => [id, id] as const);
  assert.deepEqual(movesOf(picture, after, others), { moved: 0, reordered: 0 });
});

test('a context folds up in its corner and moves nobody; unfolded it pushes others as wholes, in their order', () => {
  const whole = layOut(system(60, true, randomFrom(11)));
  const ids = ['context:c0', 'context:c1'];
  const closed = layOut(folded(whole.graph, new Set(ids)), { previous: whole });
  assertSound(closed);
  const others = closed.graph.nodes.filter(({ kind }) => kind !== 'context').map(({ id }) => [id, id] as const);
  assert.deepEqual(movesOf(whole, closed, others), { moved: 0, reordered: 0 });
  for (const id of ids) {
    const frame = whole.groups.find(({ group }) => group.id === id)!;
    const node = closed.nodes.find((box) => box.node.id === id)!;
    assert.deepEqual([node.x - closed.shift.x, node.y - closed.shift.y], [frame.x, frame.y]);
  }
  const opened = layOut(folded(whole.graph, new Set(['context:c0'])), { previous: closed });
  assertSound(opened);
  assert.equal(movesOf(closed, opened, others).reordered, 0);
  const all = layOut(folded(whole.graph, new Set(whole.groups.map(({ group }) => group.id))));
  const one = layOut(folded(whole.graph, new Set(whole.groups.slice(1).map(({ group }) => group.id))), {
    previous: all,
  });
  assertSound(one);
  const loose = all.graph.nodes.filter(({ id }) => one.graph.nodes.some((node) => node.id === id));
  assert.equal(
    movesOf(
      all,
      one,
      loose.map(({ id }) => [id, id] as const),
    ).reordered,
    0,
  );
});

test('another system altogether is laid out as if nothing had been before', async () => {
  const graph = await graphOf(source('shop.svc'));
  const before = layOut(await graphOf(source('bookshop.svc')));
  assert.equal(renderSvg(layOut(graph, { previous: before })), renderSvg(layOut(graph)));
  assert.equal(layOut(await graphOf(''), { previous: before }).nodes.length, 0);
});

test('what does not matter to the layout is not in its key, and leaves every line where it is', async () => {
  const text = source('shop.svc');
  const graph = await graphOf(text);
  const later = await graphOf(`// a line above\n\n${text.replaceAll('///', '//')}`);
  assert.equal(layoutKey(later), layoutKey(graph));
  const picture = layOut(graph);
  const again = layOut(later, { previous: picture });
  assert.equal(renderSvg(again), renderSvg(layOut(later)));
  assert.equal(again.edges[0]!.edge.at.start.line, picture.edges[0]!.edge.at.start.line + 2);
  for (const change of [text.replace('800ms', '801ms'), text.replace('context payment', 'context payments')])
    assert.notEqual(layoutKey(await graphOf(change)), layoutKey(graph));
});
