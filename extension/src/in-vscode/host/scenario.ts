import * as vscode from 'vscode';

/** Something that a user does, and what must come of it. It runs in the extension host, beside the extension. */
export interface Scenario {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/** How long an answer may take on a machine that has much else to do, in milliseconds. */
const patience = 60_000;

/** Asks again and again until there is an answer. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A file of the workspace, by the name of its folder and its path there. */
export function file(folder: string, path: string): vscode.Uri {
  const found = vscode.workspace.workspaceFolders?.find(({ name }) => name === folder);
  if (!found) throw new Error(`there is no folder ${folder}`);
  return vscode.Uri.joinPath(found.uri, path);
}

/** Shows a file as it is on disk. */
export async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), vscode.ViewColumn.One);
}

/** The place behind a text, or at the `|` in it. */
export function at(document: vscode.TextDocument, marked: string): vscode.Position {
  const offset = document.getText().indexOf(marked.replace('|', ''));
  if (offset < 0) throw new Error(`there is no ${marked} in ${document.fileName}`);
  return document.positionAt(offset + marked.indexOf('|'));
}

/** Puts one text in the place of another. */
export async function replace(document: vscode.TextDocument, before: string, after: string): Promise<void> {
  const offset = document.getText().indexOf(before);
  if (offset < 0) throw new Error(`there is no ${before} in ${document.fileName}`);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + before.length));
  edit.replace(document.uri, range, after);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('the edit was refused');
}

/** Codes of what is found in a file, sorted. */
export const codes = (uri: vscode.Uri): string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .map(({ code }) => String(typeof code === 'object' ? code.value : code))
    .sort();

/** Waits until exactly that is found in a file. */
export const found = (uri: vscode.Uri, expected: readonly string[]): Promise<boolean> =>
  until(`${expected.join(', ') || 'nothing'} in ${uri.path}; there is ${codes(uri)}`, () =>
    codes(uri).join() === [...expected].sort().join() ? true : undefined,
  );
