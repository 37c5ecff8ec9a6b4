/**
 * The Weir language as a library: read sources into a model, check it, draw it, and turn it into files. Everything but
 * `project/` is pure; that part reads and writes the disk.
 */

export { diagramOf, layOut, renderMermaid, renderSvg } from './diagram/index.ts';
export { type Formatted, formatText } from './editor/format.ts';
export { EmitError, type EmitFault } from './emit/emit-error.ts';
export type { EmitOptions, Emitter, Merged, Output, Outputs } from './emit/emitter.ts';
export * as names from './emit/names.ts';
export { isTarget, type TargetName, targetNames, targets } from './emit/targets.ts';
export { type CallEdge, type CallGraph, type CallNode, callGraph } from './model/call-graph.ts';
export { type EffectivePolicy, effectivePolicy, gatewayPolicy, serverPolicy } from './model/effective-policy.ts';
export { indexOf, type ModelIndex } from './model/index-of.ts';
export * from './model/model.ts';
export { type BuildOptions, buildProject } from './project/build.ts';
export type { Config } from './project/config.ts';
export { loadEmitters } from './project/emitters.ts';
export { type Fault, Interrupted, ProjectError } from './project/fault.ts';
export type { Entry, FileSystem, Stats } from './project/file-system.ts';
export type { Change, Conflict, Note, Plan } from './project/plan.ts';
export { findProject, type LoadedProject, loadProject, type Project, sourcePaths } from './project/project.ts';
export {
  type CheckOptions,
  check,
  type Diagnostic,
  describeRules,
  fullMessage,
  isRuleName,
  type Related,
  type RuleDescription,
  type RuleName,
  type RuleSetting,
  ruleNames,
  type Severity,
  severities,
} from './rules/index.ts';
export { readModel, type SourceText } from './syntax/read.ts';
