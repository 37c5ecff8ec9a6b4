import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMermaid } from './index.ts';
import { assertGolden, graphOf, source } from './picture-fixture.ts';

test('the bookshop as a flowchart', async () => {
  assertGolden('bookshop.mmd', renderMermaid(await graphOf(source('bookshop.svc'))));
});

test('a system without anything is a flowchart without anything', async () => {
  const lines = renderMermaid(await graphOf('')).split('\n');
  assert.deepEqual(lines.slice(0, 4), ['---', 'title: "System"', '---', 'flowchart LR']);
});

test('no name can break the syntax', async () => {
  const text = renderMermaid(
    await graphOf(`
      service end { owner "\\"quoted\\" ]) --> x; %% # <b> \`"  uses graph }
      service graph { owner "Größe 团队"  uses end, subgraph }
      service subgraph { uses style, class }
      resource style redis { }
      resource class postgres { }
      context default { services [end, graph] }`),
  );
  const statement =
    /^( *subgraph n\d+\["[^"]*"\]| *end| *n\d+\S{1,2}"[^"]*"\S{1,2}:::\w+| *n\d+ (-->|-\.->|==>)(\|"[^"]*"\|)? n\d+| {2}classDef .*)$/;
  const body = text.trimEnd().split('\n').slice(4);
  for (const line of body) assert.match(line, statement);
  assert.equal(body.filter((line) => / subgraph /.test(line)).length, body.filter((line) => / end$/.test(line)).length);
  const labels = [...text.matchAll(/"([^"]*)"/g)].slice(1).map((match) => match[1]!);
  for (const label of labels) assert.doesNotMatch(label.replaceAll('<br/>', ''), /[<>`[\]{}|%]|#(?!\d+;)/);
  assert.match(text, /n\d+\["end<br\/>/);
  assert.match(text, /Größe 团队/);
});

test('every edge of the graph is a line', async () => {
  const graph = await graphOf(source('shop.svc'));
  const lines = renderMermaid(graph)
    .split('\n')
    .filter((line) => /^ {2}n\d+ (-->|-\.->|==>)/.test(line));
  assert.equal(lines.length, graph.edges.length);
});
