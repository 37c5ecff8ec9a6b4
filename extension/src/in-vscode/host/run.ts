import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activation, extensionScenarios } from './extension.ts';
import { languageScenarios } from './language.ts';
import { type Scenario, until } from './scenario.ts';

/** What became of a scenario; one a line in `results.jsonl`, beside this program. */
export interface Result {
  readonly name: string;
  readonly error?: string;
  readonly said?: string;
  readonly milliseconds: number;
}

const workspace: Scenario = {
  name: 'a workspace of two folders is opened',
  run: async () => {
    const { workspaceFile } = vscode.workspace;
    if (!workspaceFile) throw new Error('there is no workspace');
    // VS Code has been seen to read the file of its workspace before it could, and never again: they are added in any case.
    const folders = ['shop', 'more'].map((name) => ({ name, uri: vscode.Uri.joinPath(workspaceFile, '..', name) }));
    vscode.workspace.updateWorkspaceFolders(0, vscode.workspace.workspaceFolders?.length ?? 0, ...folders);
    await until('both', () => vscode.workspace.workspaceFolders?.length === 2);
  },
};

/** Called by VS Code, in its extension host. */
export async function run(): Promise<void> {
  for (const scenario of [workspace, activation, ...languageScenarios, ...extensionScenarios]) {
    const start = Date.now();
    const outcome = await scenario.run().then(
      (said) => (typeof said === 'string' ? { said } : {}),
      (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
    const result: Result = { name: scenario.name, ...outcome, milliseconds: Date.now() - start };
    appendFileSync(join(__dirname, 'results.jsonl'), `${JSON.stringify(result)}\n`);
  }
}
