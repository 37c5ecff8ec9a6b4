import { resolve } from 'node:path';
import { type ClusterObject, isClusterObject } from '../diff/deploy/cluster-object.ts';
import { type Fault, onFile, ProjectError } from './fault.ts';
import { disk } from './file-system.ts';

/** Whether a path names objects as text rather than a project: what `weir render` or `kubectl get -o yaml` has printed. */
export const isObjectFile = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

/** The objects of a YAML or JSON file, lists opened. Throws a `ProjectError` that says where it is none. */
export async function readObjects(cwd: string, path: string): Promise<readonly ClusterObject[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const bytes = await onFile('read', path, () => disk.readFile(resolve(cwd, path)));
  const lines = new LineCounter();
  const documents = parseAllDocuments(bytes.toString('utf8'), { lineCounter: lines });
  const faults: Fault[] = [];
  const objects: ClusterObject[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const { line } = lines.linePos(document.range?.[0] ?? 0);
    const [error] = document.errors;
    if (error) {
      const [pos] = error.linePos ?? [];
      const place = pos ? { line: pos.line, column: pos.col } : { line };
      faults.push({ file: path, ...place, message: `this is no YAML: ${error.message.split('\n')[0]}` });
      continue;
    }
    for (const value of openedList(document.toJS())) {
      if (isClusterObject(value)) objects.push(value);
      else faults.push({ file: path, line, message: 'this is no object of Kubernetes', hint: oneHas });
    }
  }
  if (faults.length > 0) throw new ProjectError(faults);
  return objects;
}

const oneHas = 'Each has `apiVersion`, `kind` and `metadata.name`.';

/** `kubectl get` prints many as one: `kind: List`. An empty document is none. */
function openedList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [value];
}
