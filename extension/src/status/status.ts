import {
  DiagnosticSeverity,
  Disposable,
  type DocumentSelector,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { nameOf, type Project, projectOf } from '../project.ts';
import { buildState } from './build-state.ts';

const selector: DocumentSelector = { language: 'weir' };
/** Findings come file by file, in milliseconds. */
const pause = 100;

/**
 * Tells beside the language's name of the project at hand: what it is, what was found in it, and whether it is built.
 *
 * @param builds can a build be started from here?
 */
export function registerStatus(builds: boolean): Disposable {
  const project = languages.createLanguageStatusItem('weir.project', selector);
  project.name = 'Weir: project';
  const findings = languages.createLanguageStatusItem('weir.findings', selector);
  findings.name = 'Weir: findings';
  const build = builds ? languages.createLanguageStatusItem('weir.build', selector) : undefined;
  if (build) build.name = 'Weir: build';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const update = async (): Promise<void> => {
    const document = window.activeTextEditor?.document;
    if (document?.languageId !== 'weir') return;
    const found = await projectOf(document.uri);
    showProject(project, found);
    showFindings(findings, found?.root ?? document.uri);
    if (build) await showBuild(build, found);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), pause);
  };
  const watcher = workspace.createFileSystemWatcher('**/{weir.json,.weir-manifest.json,*.svc}');
  soon();
  return Disposable.from(
    project,
    findings,
    ...(build ? [build] : []),
    watcher,
    watcher.onDidChange(soon),
    watcher.onDidCreate(soon),
    watcher.onDidDelete(soon),
    window.onDidChangeActiveTextEditor(soon),
    workspace.onDidSaveTextDocument(soon),
    languages.onDidChangeDiagnostics(soon),
    new Disposable(() => clearTimeout(timer)),
  );
}

function showProject(item: LanguageStatusItem, project: Project | undefined): void {
  item.text = project ? nameOf(project.root) : 'A text of its own';
  item.detail = project?.settings ? 'settings in weir.json' : 'no weir.json: the usual settings';
  if (project?.settings)
    item.command = { title: 'Open weir.json', command: 'vscode.open', arguments: [project.settings] };
  else delete (item as { command?: unknown }).command;
}

function showFindings(item: LanguageStatusItem, root: Uri): void {
  const counts = { errors: 0, warnings: 0, hints: 0 };
  for (const [uri, diagnostics] of languages.getDiagnostics()) {
    if (uri.scheme !== root.scheme || uri.authority !== root.authority) continue;
    if (uri.path !== root.path && !uri.path.startsWith(`${root.path.replace(/\/$/, '')}/`)) continue;
    for (const { source, severity } of diagnostics) {
      if (source !== 'weir') continue;
      if (severity === DiagnosticSeverity.Error) counts.errors++;
      else if (severity === DiagnosticSeverity.Warning) counts.warnings++;
      else counts.hints++;
    }
  }
  item.text = inWords(counts);
  item.severity =
    counts.errors > 0
      ? LanguageStatusSeverity.Error
      : counts.warnings > 0
        ? LanguageStatusSeverity.Warning
        : LanguageStatusSeverity.Information;
  item.command = { title: 'Show Problems', command: 'workbench.actions.view.problems' };
}

/** `2 errors, 1 hint`. */
function inWords(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  if (some.length === 0) return 'No findings';
  return some.map(([name, count]) => `${count} ${count === 1 ? name.slice(0, -1) : name}`).join(', ');
}

async function showBuild(item: LanguageStatusItem, project: Project | undefined): Promise<void> {
  const state = project && (await buildState(project));
  item.command = { title: 'Build', command: 'weir.build' };
  switch (state?.kind) {
    case undefined:
      item.text = 'Not saved yet';
      break;
    case 'never':
      item.text = 'Not built';
      break;
    case 'old':
      item.text = `Changed since the build: ${nameOf(state.changed)}`;
      break;
    case 'built':
      item.text = 'Built';
      break;
  }
}
