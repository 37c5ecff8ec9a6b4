import { commands, Disposable, type QuickPickItem, RelativePattern, Uri, window, workspace } from 'vscode';

/** The texts of the systems that one can begin with, by path; `build.mjs` lays them beside the program. */
type Systems = Readonly<Record<'new' | 'shop', Readonly<Record<string, string>>>>;

/** What a new system is called in its texts. */
const placeholder = 'my-system';

const choices: readonly (QuickPickItem & { readonly system: keyof Systems })[] = [
  {
    system: 'new',
    label: 'A new system',
    detail: 'Two services that check, build and run, as `weir init` writes them.',
  },
  { system: 'shop', label: 'The shop', detail: 'The example: services, gateways, events and policies, to look at.' },
];

/** Writes a first system into an empty folder. It runs nothing, so that it works in browsers and before trust is given. */
export function registerSystems(extension: Uri): Disposable {
  const create = async (system?: keyof Systems, folder?: Uri): Promise<void> => {
    const chosen = system ?? (await window.showQuickPick(choices, { placeHolder: 'What to begin with' }))?.system;
    const target = chosen && (folder ?? (await chooseFolder()));
    if (!chosen || !target) return;
    const bytes = await workspace.fs.readFile(Uri.joinPath(extension, 'dist/systems.json'));
    const systems: Systems = JSON.parse(new TextDecoder().decode(bytes));
    if (await write(systems[chosen], target)) await open(target);
  };
  return Disposable.from(
    commands.registerCommand('weir.newSystem', create),
    commands.registerCommand('weir.openExample', (folder?: Uri) => create('shop', folder)),
  );
}

async function chooseFolder(): Promise<Uri | undefined> {
  const [folder] =
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: 'Write It Here',
      title: 'An Empty Folder for the System',
    })) ?? [];
  return folder;
}

/** False where something is there already: nothing is written over. */
async function write(texts: Systems['new'], folder: Uri): Promise<boolean> {
  await workspace.fs.createDirectory(folder);
  const there = (await workspace.fs.readDirectory(folder)).filter(([name]) => !name.startsWith('.'));
  if (there.length > 0) {
    await window.showErrorMessage(`Weir: the folder is not empty, it holds ${there[0]![0]}. Choose a new one.`);
    return false;
  }
  const name = nameOf(folder);
  for (const [path, text] of Object.entries(texts)) {
    const bytes = new TextEncoder().encode(text.replaceAll(placeholder, name));
    await workspace.fs.writeFile(Uri.joinPath(folder, path), bytes);
  }
  return true;
}

/** A folder's name as npm takes it. */
function nameOf({ path }: Uri): string {
  const folder = path.split('/').findLast((part) => part !== '') ?? '';
  const name = folder.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
  return name.replace(/^[._-]+|[._-]+$/g, '') || placeholder;
}

/** In this window where the folder is part of it, else in a new one. */
async function open(folder: Uri): Promise<void> {
  if (!workspace.getWorkspaceFolder(folder)) {
    await commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: workspace.name !== undefined });
    return;
  }
  const [first] = await workspace.findFiles(new RelativePattern(folder, '**/*.svc'), undefined, 1);
  if (first) await window.showTextDocument(first);
}
