import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { at, codes, file, replace, type Scenario, show, until } from './scenario.ts';

const orders = () => file('shop', 'svc/orders.svc');
const extension = () => {
  const found = vscode.extensions.getExtension('weir.weir-vscode');
  assert.ok(found);
  return found;
};
const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

/** Comes first, while nothing has been opened. */
export const activation: Scenario = {
  name: 'activation does not keep the editor waiting',
  run: async () => {
    assert.equal(extension().isActive, false, 'nobody has opened a file of ours');
    const start = performance.now();
    const before = process.cpuUsage();
    await extension().activate();
    const { user, system } = process.cpuUsage(before);
    const busy = ((user + system) / 1000).toFixed(0);
    return `activated in ${(performance.now() - start).toFixed(0)} ms, of which the extension host has worked for ${busy} ms`;
  },
};

/** What the extension adds to what the server answers. */
export const extensionScenarios: readonly Scenario[] = [
  {
    name: 'every command of the manifest is there',
    run: async () => {
      await show(orders());
      const there = await vscode.commands.getCommands(true);
      const declared: { command: string }[] = extension().packageJSON.contributes.commands;
      assert.deepEqual(
        declared.map(({ command }) => command).filter((command) => !there.includes(command)),
        [],
      );
    },
  },
  {
    name: 'what is generated is shown beside its source, and follows what is typed',
    run: async () => {
      const { document } = await show(orders());
      const place = at(document, 'message Or|der');
      for (const [target, language] of [
        ['proto', /message Order \{/],
        ['typescript', /export interface Order \{/],
      ] as const) {
        await vscode.commands.executeCommand('weir.showGenerated', document.uri.toString(), place, target);
        const shown = await until(`the ${target}`, () =>
          vscode.window.visibleTextEditors.find(
            (editor) => editor.document.uri.scheme === 'weir-generated' && language.test(editor.document.getText()),
          ),
        );
        assert.match(shown.document.getText(shown.selection), /^Order$/);
      }
      const shown = vscode.window.visibleTextEditors.find(({ document: { uri } }) => uri.scheme === 'weir-generated');
      await replace(document, 'note: Item = 3', 'remark: Item = 3');
      await until('the new name', () => shown?.document.getText().includes('remark'));
      await replace(document, 'remark: Item = 3', 'note: Item = 3');
      await until('the old name', () => !shown?.document.getText().includes('remark'));
      await document.save();
    },
  },
  {
    name: 'the preview opens once, and again for another project',
    run: async () => {
      await show(orders());
      await vscode.commands.executeCommand('weir.openTopologyPreview');
      const pictures = () => tabs().filter(({ input }) => input instanceof vscode.TabInputWebview);
      await until('the picture', () => pictures().length === 1);
      await show(file('more', 'deep/down/other.svc'));
      await vscode.commands.executeCommand('weir.openTopologyPreview');
      await until('one picture', () => pictures().length === 1);
      await vscode.window.tabGroups.close(pictures());
    },
  },
  {
    name: 'a rule is explained by its page',
    run: async () => {
      await show(orders());
      await vscode.commands.executeCommand('weir.explain', 'missing-timeout');
      const page = await until('the page', () => tabs().find(({ label }) => label.includes('missing-timeout')));
      await vscode.window.tabGroups.close(page);
      const text = await vscode.workspace.openTextDocument(vscode.Uri.parse('weir-rule:/missing-timeout.md'));
      assert.match(text.getText(), /^# missing-timeout/);
    },
  },
  {
    name: 'tasks of every project; what `weir check` prints becomes problems of files that nobody has opened',
    run: async () => {
      await vscode.window.tabGroups.close(tabs());
      const all = await vscode.tasks.fetchTasks({ type: 'weir' });
      assert.deepEqual(all.map(({ name }) => name).sort(), [
        'build (deep/down)',
        'build (far)',
        'build (shop)',
        'check (deep/down)',
        'check (far)',
        'check (shop)',
        'check --watch (deep/down)',
        'check --watch (far)',
        'check --watch (shop)',
      ]);
      const ended = new Promise<number | undefined>((resolve) => {
        const listening = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
          listening.dispose();
          resolve(exitCode);
        });
      });
      await vscode.tasks.executeTask(named(all, 'check (far)'));
      assert.equal(await ended, 1);
      // Of a task that ends VS Code drops the last lines where the terminal is slow to show them; this one goes on.
      const watching = await vscode.tasks.executeTask(named(all, 'check --watch (far)'));
      const far = file('more', 'far/other.svc');
      const told = await until('what the task has found', () => {
        const found = vscode.languages.getDiagnostics(far);
        return found.some(({ code }) => code === 'unresolved-reference') && found;
      });
      const [error] = told.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
      assert.equal(error?.message, 'there is no type `Missing` here');
      assert.deepEqual(
        [error.code, error.range.start.line, error.range.start.character],
        ['unresolved-reference', 4, 12],
      );
      watching.terminate();
    },
  },
  {
    name: 'a new system is written into an empty folder only, and nothing is wrong with it',
    run: async () => {
      const folder = file('more', 'new/My Library');
      await vscode.commands.executeCommand('weir.newSystem', 'new', folder);
      const library = vscode.Uri.joinPath(folder, 'library.svc');
      const document = await vscode.workspace.openTextDocument(library);
      const manifest = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'package.json'));
      assert.equal(JSON.parse(new TextDecoder().decode(manifest)).name, 'my-library');
      await show(library);
      await replace(document, 'package library', 'package librar');
      await until('it is checked', () => codes(library).length > 0);
      await replace(document, 'package librar', 'package library');
      const errors = () =>
        vscode.languages
          .getDiagnostics()
          .filter(([uri]) => uri.path.startsWith(folder.path))
          .flatMap(([, found]) => found.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning));
      await until('nothing is wrong', () => errors().length === 0);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    },
  },
  {
    name: 'the server is started again where it has crashed',
    run: async () => {
      const { document } = await show(orders());
      const hover = async (): Promise<boolean> => {
        const place = at(document, 'uses st|ock');
        const given = await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          place,
        );
        return given.length > 0;
      };
      await until('a hover', hover);
      const before = serverProcess();
      assert.ok(before !== undefined);
      process.kill(before, 'SIGKILL');
      await until('another server', () => {
        const now = serverProcess();
        return now !== undefined && now !== before;
      });
      await until('a hover again', hover);
      await replace(document, 'item: Item', 'item: Itm');
      await until('findings again', () => codes(orders()).includes('unresolved-reference'));
      await replace(document, 'item: Itm', 'item: Item');
      await document.save();
    },
  },
];

function named(tasks: readonly vscode.Task[], name: string): vscode.Task {
  const found = tasks.find((task) => task.name === name);
  assert.ok(found, name);
  return found;
}

/** The language server that this extension host has started. */
function serverProcess(): number | undefined {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = ids.find((id) => {
    try {
      const parent = /^\d+ \(.*\) \S+ (\d+)/s.exec(readFileSync(join('/proc', id, 'stat'), 'utf8'))?.[1];
      const line = readFileSync(join('/proc', id, 'cmdline'), 'utf8');
      return Number(parent) === process.pid && line.includes('language/dist/editor/server.js');
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}
