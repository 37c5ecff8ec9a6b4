import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainLayout, renderSvg } from '../diagram/index.ts';
import { layOut } from '../diagram/load-layout.ts';
import { graphOf, source } from '../diagram/picture-fixture.ts';
import { inPlace } from './in-place.ts';
import { Layouts } from './layouts.ts';
import { nodeThread } from './node-thread.ts';
import type { Request, Thread } from './thread.ts';

const graph = await graphOf(source('shop.svc'));
const larger = await graphOf(`${source('shop.svc')}\nservice newcomer { grpc 9999 }`);

/** A thread that never answers what Graphviz is asked for. */
function stuck() {
  const ended: Thread[] = [];
  const start = (): Thread => {
    const thread: Thread = {
      ask: ({ plain, ...request }: Request) =>
        plain ? Promise.resolve(plainLayout(request.graph, request)) : new Promise(() => {}),
      end: () => ended.push(thread),
    };
    return thread;
  };
  return { start, ended };
}

/** Counts what is asked for. */
function counted() {
  const asked: Request[] = [];
  const here = inPlace();
  const start = (): Thread => ({
    ask: (request) => {
      asked.push(request);
      return here.ask(request);
    },
    end: () => {},
  });
  return { start, asked };
}

test('a thread of Node lays out as one would oneself, while others work', async () => {
  const layouts = new Layouts(nodeThread, 30_000);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const laidOut = await layouts.lay(graph);
  clearInterval(timer);
  assert.equal(renderSvg(laidOut), renderSvg(await layOut(graph)));
  assert.ok(turns > 5, `others had ${turns} turns`);
  layouts.end();
});

test('a thread goes on from its own last answer as from a copy of it', async () => {
  const thread = nodeThread();
  const first = await thread.ask({ graph });
  const copied = await thread.ask({ graph: larger, previous: structuredClone(first) });
  const again = await thread.ask({ graph });
  const known = await thread.ask({ graph: larger, previous: again });
  assert.equal(renderSvg(known), renderSvg(copied));
  assert.notEqual(renderSvg(known), renderSvg(await layOut(larger)));
  thread.end();
});

test('a deadline that has passed gives a simpler layout that says so, and ends the thread', async () => {
  const { start, ended } = stuck();
  const laidOut = await new Layouts(start, 20).lay(graph);
  assert.equal(laidOut.simple, true);
  assert.equal(ended.length, 1);
  assert.equal(laidOut.nodes.length, graph.nodes.length);
});

test('a thread of Node that is too late is ended, and another one gives the simpler layout', async () => {
  const started: Thread[] = [];
  const start = (): Thread => {
    started.push(nodeThread());
    return started.at(-1)!;
  };
  const layouts = new Layouts(start, 1);
  assert.equal((await layouts.lay(graph)).simple, true);
  assert.equal(started.length, 2);
  await assert.rejects(started[0]!.ask({ graph }), /ended/);
  assert.equal((await started[1]!.ask({ graph, plain: true })).nodes.length, graph.nodes.length);
  layouts.end();
});

test('a thread that cannot be started gives a simpler layout too', async () => {
  const broken = (): Thread => ({ ask: () => Promise.reject(new Error('no threads here')), end: () => {} });
  assert.equal((await new Layouts(broken, 1000).lay(graph)).simple, true);
});

test('white space is laid out by nobody, and an edit that is taken back neither', async () => {
  const { start, asked } = counted();
  const layouts = new Layouts(start, 30_000);
  const first = await layouts.lay(graph);
  const later = await graphOf(`\n\n${source('shop.svc')}`);
  assert.equal((await layouts.lay(later, first)).nodes[0]!.node.at.start.line, first.nodes[0]!.node.at.start.line + 2);
  const second = await layouts.lay(larger, first);
  assert.equal(asked.length, 2);
  const back = await layouts.lay(graph, second);
  assert.equal(asked.length, 2);
  assert.equal(renderSvg(back), renderSvg(first));
  assert.deepEqual(
    { x: back.nodes[0]!.x - back.shift.x, y: back.nodes[0]!.y - back.shift.y },
    (({ x, y }) => ({ x, y }))(second.nodes.find(({ node }) => node.id === back.nodes[0]!.node.id)!),
  );
});
