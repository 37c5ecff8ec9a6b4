import { callGraph } from '../model/call-graph.ts';
import { serverPolicy } from '../model/effective-policy.ts';
import { indexOf } from '../model/index-of.ts';
import type { Fix, Model, Operation } from '../model/model.ts';
import { labelOf } from './naming.ts';

/**
 * Says `reads` of an operation that can well have forgotten it: it publishes nothing, and calls something, and that only
 * reads. A name such as `GetOrder` proves nothing.
 */
export function addReads(model: Model, operation: Operation): Fix[] {
  const { effect, calls, publishes, routes, idempotency, extent } = operation;
  const { operations } = indexOf(model);
  const called = calls.flat().map(({ target }) => operations.get(target.id ?? ''));
  const onlyReads = called.length > 0 && called.every((callee) => callee?.effect === 'reads');
  const may = effect === 'write' && onlyReads && publishes.length === 0 && idempotency === undefined;
  // A DELETE that reads, or a PUT, is a mistake of its own.
  if (!may || routes.some(({ method }) => method !== 'POST')) return [];
  // What calls has a block: its last character is the brace that closes it.
  const brace = { line: extent.end.line, column: extent.end.column - 1 };
  const ownLine = extent.start.line !== extent.end.line;
  const text = ownLine ? `  reads\n${' '.repeat(brace.column - 1)}` : 'reads ';
  const title = `Say that \`${labelOf(operation)}\` only reads`;
  return [{ title, edits: [{ at: { file: extent.file, start: brace, end: brace }, text }], preferred: false }];
}

/** Takes `reads` away, where it is written and nothing relies on it. */
export function removeReads(model: Model, operation: Operation): Fix[] {
  const { readsAt, routes } = operation;
  if (!readsAt || routes.some(({ method }) => method === 'GET' || method === 'HEAD')) return [];
  if (serverPolicy(model, operation).cache) return [];
  const relied = (callGraph(model).nodes.get(operation.id)?.incoming ?? []).some(
    ({ from, policy: { retry, hedge, cache } }) => {
      const isRead = from.kind === 'operation' && from.declaration.effect === 'reads';
      return isRead || from.kind === 'consumer' || hedge || cache || (retry?.value.attempts ?? 1) > 1;
    },
  );
  return relied ? [] : [{ title: 'Remove `reads`', edits: [{ at: readsAt, text: '' }], preferred: false }];
}
