import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { readModel } from '../syntax/read.ts';
import { type DiagramGraph, type DiagramOptions, diagramOf, type LaidOut, layOut } from './index.ts';

const golden = (name: string): URL => new URL(`golden/${name}`, import.meta.url);

/** A source that stands in `golden/`. */
export const source = (name: string): string => readFileSync(golden(name), 'utf8');

/** The graph of a text, or of several files. */
export async function graphOf(text: string | Record<string, string>, options?: DiagramOptions): Promise<DiagramGraph> {
  const files = typeof text === 'string' ? { 'shop.svc': text } : text;
  return diagramOf(await readModel(Object.entries(files).map(([path, text]) => ({ path, text }))), options);
}

export async function laidOut(text: string | Record<string, string>): Promise<LaidOut> {
  return layOut(await graphOf(text));
}

/** Compares with what is committed in `golden/`; `UPDATE_GOLDEN=1` writes it instead. */
export function assertGolden(name: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden(name), actual);
  assert.equal(actual, source(name), `${name} is not what is committed: look at it, then UPDATE_GOLDEN=1`);
}

/** Fails where a document is not well-formed XML: tags that do not match, bare `&` or `<`, attributes that come twice. */
export function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const token = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(<)/gu;
  for (const [whole, closing, name, attributes, selfClosing, text, stray] of xml.matchAll(token)) {
    assert.ok(stray === undefined, `a bare < in ${xml.slice(0, 80)}`);
    assert.doesNotMatch(whole, /&(?!(amp|lt|gt|quot|#\d+);)/, whole);
    if (text !== undefined) continue;
    const names = [...attributes!.matchAll(/([\w:.-]+)="/g)].map((match) => match[1]);
    assert.equal(new Set(names).size, names.length, `an attribute twice in ${whole}`);
    if (closing) assert.equal(open.pop(), name, `</${name}> closes something else`);
    else if (!selfClosing) open.push(name!);
  }
  assert.deepEqual(open, []);
}
