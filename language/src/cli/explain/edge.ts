import { ProjectError } from '../../project/fault.ts';
import { explainEdge } from '../../rules/explain/edge.ts';
import { findEdges } from '../../rules/explain/find-edges.ts';
import { analyze } from '../analyze.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { pathsFrom, usualWidth } from '../findings.ts';
import { printEdgesJson } from '../print/edge-json.ts';
import { printEdges } from '../print/edge-text.ts';
import type { Terminal } from '../terminal.ts';

/** All that holds on the edges from one name to another. */
export async function explainEdges(
  terminal: Terminal,
  caller: string,
  callee: string,
  { project: path, json }: { readonly project: string | undefined; readonly json: boolean },
): Promise<ExitCode> {
  const { project, model, diagnostics } = await analyze(terminal, path);
  const found = findEdges(model, caller, callee);
  if (found.wrong !== undefined) {
    throw new ProjectError([{ message: found.wrong, ...(found.hint === undefined ? {} : { hint: found.hint }) }]);
  }
  const edges = found.edges.map((edge) => explainEdge(model, edge, diagnostics));
  const fileName = pathsFrom(terminal, project.root);
  const { write, color, width = usualWidth } = terminal.out;
  write(json ? printEdgesJson(edges, fileName) : printEdges(edges, { colour: color, width, path: fileName }));
  return exitCode.fine;
}
