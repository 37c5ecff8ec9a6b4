import {
  commands,
  type ExtensionContext,
  ProcessExecution,
  Task,
  type TaskDefinition,
  TaskGroup,
  TaskRevealKind,
  TaskScope,
  tasks,
  Uri,
  window,
  workspace,
} from 'vscode';
import { nameOf, type Project, projectOf } from '../project.ts';
import { commandLine } from './command-line.ts';

/** A task as tasks.json has it. */
interface WeirTask extends TaskDefinition {
  readonly type: 'weir';
  readonly command: Command;
  /** The folder of the project, relative to the workspace folder. */
  readonly project?: string;
}

const kinds = {
  check: { title: 'check', args: ['check'], matchers: ['$weir', '$weir-settings'] },
  watch: { title: 'check --watch', args: ['check', '--watch'], matchers: ['$weir-watch', '$weir-settings'] },
  build: { title: 'build', args: ['build'], matchers: ['$weir', '$weir-settings'] },
} as const;

type Command = keyof typeof kinds;

/** `weir check` and `weir build` as tasks, and as commands. They run a program of the workspace, and so ask for its trust. */
export function registerTasks({ subscriptions }: ExtensionContext): void {
  subscriptions.push(
    tasks.registerTaskProvider('weir', {
      provideTasks: async () => {
        if (!workspace.isTrusted) return [];
        const all = await projects();
        return Promise.all(all.flatMap((one) => (Object.keys(kinds) as Command[]).map((kind) => taskOf(one, kind))));
      },
      resolveTask: async (task) => {
        const definition = task.definition as WeirTask;
        const folder = typeof task.scope === 'object' ? task.scope.uri : workspace.workspaceFolders?.[0]?.uri;
        if (!folder || !(definition.command in kinds)) return undefined;
        const root = definition.project === undefined ? folder : Uri.joinPath(folder, definition.project);
        return taskOf({ root }, definition.command, definition);
      },
    }),
    commands.registerCommand('weir.check', () => run('check')),
    commands.registerCommand('weir.build', () => run('build')),
  );
}

/** Of the project of the file at hand, or of the only one. */
async function run(kind: Command): Promise<void> {
  if (!workspace.isTrusted) {
    await window.showInformationMessage('Weir: in a workspace that is not trusted, no program of it is run.');
    return;
  }
  const document = window.activeTextEditor?.document;
  const project = document?.uri.scheme === 'file' ? await projectOf(document.uri) : (await projects())[0];
  if (!project) {
    await window.showInformationMessage('Weir: open a file of the project first.');
    return;
  }
  await document?.save();
  await tasks.executeTask(await taskOf(project, kind));
}

/** Every folder of the workspace with a weir.json; where there is none, the workspace's own folders. */
async function projects(): Promise<readonly Project[]> {
  const settings = await workspace.findFiles('**/weir.json', '**/node_modules/**');
  if (settings.length > 0) return settings.map((uri) => ({ root: Uri.joinPath(uri, '..'), settings: uri }));
  return (workspace.workspaceFolders ?? []).map(({ uri }) => ({ root: uri }));
}

async function taskOf({ root }: Project, command: Command, given?: WeirTask): Promise<Task> {
  const { title, args, matchers } = kinds[command];
  const folder = workspace.getWorkspaceFolder(root);
  const path = folder && root.path !== folder.uri.path ? root.path.slice(folder.uri.path.length + 1) : undefined;
  const definition: WeirTask = given ?? { type: 'weir', command, ...(path === undefined ? {} : { project: path }) };
  const [program, ...first] = await commandLine(root);
  // From the folder of the workspace: that is where VS Code looks for the files that the output names.
  const cwd = (folder?.uri ?? root).fsPath;
  const execution = new ProcessExecution(program, [...first, ...args, ...(path === undefined ? [] : [path])], { cwd });
  const name = folder ? `${title} (${path ?? nameOf(root)})` : title;
  const task = new Task(definition, folder ?? TaskScope.Workspace, name, 'weir', execution, [...matchers]);
  if (command === 'build') task.group = TaskGroup.Build;
  if (command === 'check') task.group = TaskGroup.Test;
  task.isBackground = command === 'watch';
  task.presentationOptions = {
    clear: true,
    reveal: command === 'watch' ? TaskRevealKind.Silent : TaskRevealKind.Always,
  };
  return task;
}
