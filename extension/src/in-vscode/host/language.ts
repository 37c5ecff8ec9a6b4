import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { at, codes, file, found, replace, type Scenario, show, until } from './scenario.ts';

const ask = <T>(command: string, ...args: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(command, ...args);
const orders = () => file('shop', 'svc/orders.svc');
const stock = () => file('shop', 'svc/stock.svc');
const opened = async (uri: vscode.Uri): Promise<vscode.TextDocument> => (await show(uri)).document;
const textOf = (contents: vscode.Hover['contents']): string =>
  contents.map((one) => (typeof one === 'string' ? one : one.value)).join('\n');

/** What the language server answers, through what VS Code makes of it. */
export const languageScenarios: readonly Scenario[] = [
  {
    name: 'diagnostics of open files and of closed ones, with their rule and its page',
    run: async () => {
      await opened(orders());
      await until('the broken name', () => codes(orders()).includes('unresolved-reference'));
      const [finding] = vscode.languages
        .getDiagnostics(orders())
        .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
      assert.equal(finding?.message.split('\n')[0], 'there is no type `Itm` here');
      assert.equal(finding?.source, 'weir');
      const code = finding?.code as { value: string; target: vscode.Uri };
      assert.match(code.target.path, /docs\/rules\/unresolved-reference\.md$/);
      assert.match((await vscode.workspace.openTextDocument(code.target)).getText(), /^# unresolved-reference/);
      assert.ok(codes(orders()).includes('missing-timeout'), codes(orders()).join());
    },
  },
  {
    name: 'a quick fix mends what it is for, and the finding goes',
    run: async () => {
      const document = await opened(orders());
      const place = at(document, 'note: It|m');
      const actions = await ask<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(place, place),
      );
      const fix = actions.find(({ title }) => title.includes('`Item`'));
      assert.ok(fix?.edit, actions.map(({ title }) => title).join());
      assert.ok(await vscode.workspace.applyEdit(fix.edit));
      assert.match(document.getText(), /note: Item = 3/);
      await until('no broken name', () => !codes(orders()).includes('unresolved-reference'));
      await document.save();
    },
  },
  {
    name: 'completion knows the operations of a dependency, and no others',
    run: async () => {
      const document = await opened(orders());
      await replace(document, 'calls stock.Reserve', 'calls stock.');
      const { items } = await ask<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        at(document, 'calls stock.|'),
      );
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.deepEqual(labels, ['stock.Reserve']);
      await replace(document, 'calls stock.', 'calls stock.Reserve');
    },
  },
  {
    name: 'completion offers the units that fit',
    run: async () => {
      const document = await opened(orders());
      await replace(document, 'deadline 2s', 'deadline 2');
      const { items } = await ask<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        at(document, 'deadline 2|'),
      );
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(labels.includes('2ms') && !labels.some((label) => label.includes('Mi')), labels.join());
      await replace(document, 'deadline 2', 'deadline 2s');
      await document.save();
    },
  },
  {
    name: 'hover on a dependency tells the policy, part by part, and where each comes from',
    run: async () => {
      const document = await opened(orders());
      const hovers = await ask<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at(document, 'uses st|ock'),
      );
      const text = hovers.map(({ contents }) => textOf(contents)).join('\n');
      assert.match(text, /timeout 800ms/);
      assert.match(text, /attempts 3/);
      assert.match(text, /deadline 2s/);
      assert.match(text, /orders\.svc:3/);
    },
  },
  {
    name: 'definition, references and implementations across files',
    run: async () => {
      const document = await opened(orders());
      const place = at(document, 'calls stock.Re|serve');
      const definitions = await ask<(vscode.Location | vscode.LocationLink)[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        place,
      );
      const [one] = definitions;
      assert.ok(one);
      assert.equal(('targetUri' in one ? one.targetUri : one.uri).path, stock().path);
      const references = await ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, place);
      assert.deepEqual([...new Set(references.map(({ uri }) => uri.path))].sort(), [orders().path, stock().path]);
    },
  },
  {
    name: 'an operation leads to its handler in TypeScript, and back',
    run: async () => {
      const document = await opened(orders());
      const handler = file('shop', 'services/orders/src/handlers/place.ts');
      const found = await ask<vscode.LocationLink[]>(
        'vscode.executeImplementationProvider',
        document.uri,
        at(document, 'rpc Pl|ace'),
      );
      assert.deepEqual(
        found.map(({ targetUri }) => targetUri.path),
        [handler.path],
      );
      await opened(handler);
      await ask('weir.goToOperation');
      const editor = await until('the operation', () => {
        const { activeTextEditor } = vscode.window;
        return activeTextEditor?.document.uri.path === orders().path && activeTextEditor;
      });
      assert.match(editor.document.lineAt(editor.selection.active).text, /rpc Place/);
    },
  },
  {
    name: 'rename changes every file, and back again restores every byte',
    run: async () => {
      const document = await opened(orders());
      const closed = await vscode.workspace.openTextDocument(stock());
      const before = [document.getText(), closed.getText()];
      for (const [from, to] of [
        ['Item', 'Article'],
        ['Article', 'Item'],
      ] as const) {
        const place = at(document, `item: |${from}`);
        const edit = await ask<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, place, to);
        assert.equal(edit.entries().length, 2);
        assert.ok(await vscode.workspace.applyEdit(edit));
        if (to === 'Article') assert.match(closed.getText(), /message Article .*Book\(item: Article/s);
      }
      assert.deepEqual([document.getText(), closed.getText()], before);
      await vscode.workspace.saveAll(false);
    },
  },
  {
    name: 'a rename that would clash is refused',
    run: async () => {
      const document = await opened(orders());
      const place = at(document, 'message Or|der');
      await assert.rejects(
        Promise.resolve(ask('vscode.executeDocumentRenameProvider', document.uri, place, 'Item')),
        /Item/,
      );
    },
  },
  {
    name: 'inlay hints, lenses, colours, symbols, folding',
    run: async () => {
      const document = await opened(orders());
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      const { uri } = document;
      const hints = await until('hints', async () => {
        const given = await ask<vscode.InlayHint[]>('vscode.executeInlayHintProvider', uri, all);
        return given.length > 0 && given;
      });
      const texts = hints.map(({ label }) =>
        typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
      );
      assert.ok(
        texts.some((text) => text.includes('≤ 2s')),
        texts.join(),
      );
      const lenses = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
      assert.ok(
        lenses.some(({ command }) => command?.title.includes('caller')),
        JSON.stringify(lenses),
      );
      const legend = await ask<vscode.SemanticTokensLegend>('vscode.provideDocumentSemanticTokensLegend', uri);
      assert.ok(legend.tokenTypes.length > 0);
      const tokens = await ask<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', uri);
      assert.ok(tokens.data.length > 50);
      const symbols = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', uri);
      assert.deepEqual(
        symbols.map(({ name }) => name),
        ['calm', 'orders', 'Order', 'public'],
      );
      const named = await ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'Reserve');
      assert.equal(named[0]?.location.uri.path, stock().path);
      const folds = await ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', uri);
      assert.ok(folds.length >= 3);
      const calls = await ask<vscode.CallHierarchyItem[]>(
        'vscode.prepareCallHierarchy',
        uri,
        at(document, 'rpc Pl|ace'),
      );
      const callees = await ask<vscode.CallHierarchyOutgoingCall[]>('vscode.provideOutgoingCalls', calls[0]);
      assert.deepEqual(callees.map(({ to }) => to.name).sort(), ['ledger.Book', 'stock.Reserve']);
    },
  },
  {
    name: 'formatting makes the one style, and leaves it alone',
    run: async () => {
      const document = await vscode.workspace.openTextDocument({
        language: 'weir',
        content: 'package  loose\nmessage A{a:string=1\n}\n',
      });
      await vscode.window.showTextDocument(document);
      const options = { tabSize: 2, insertSpaces: true };
      const format = () => ask<vscode.TextEdit[]>('vscode.executeFormatDocumentProvider', document.uri, options);
      const edits = await until('edits', async () => {
        const given = await format();
        return given !== undefined && given.length > 0 && given;
      });
      const edit = new vscode.WorkspaceEdit();
      edit.set(document.uri, edits);
      await vscode.workspace.applyEdit(edit);
      assert.equal(document.getText(), 'package loose\nmessage A {\n  a: string = 1\n}\n');
      assert.equal(((await format()) ?? []).length, 0);
      // A text that was never saved is checked for itself.
      await replace(document, 'a: string', 'a: Nothing');
      await found(document.uri, ['unresolved-reference']);
    },
  },
  {
    name: 'projects of one workspace do not see each other, and one of them lies deep in it',
    run: async () => {
      const other = file('more', 'deep/down/other.svc');
      const document = await opened(other);
      await until('the broken name', () => codes(other).includes('unresolved-reference'));
      await replace(document, 'a: Missing', 'a: Item');
      await until('still a broken name', () =>
        vscode.languages.getDiagnostics(other).some(({ message }) => message.includes('`Item`')),
      );
      await replace(document, 'a: Item', 'a: Missing');
      await document.save();
    },
  },
  {
    name: 'files that come and go outside the editor',
    run: async () => {
      await opened(orders());
      const guest = file('shop', 'svc/guest.svc');
      await vscode.workspace.fs.writeFile(
        guest,
        new TextEncoder().encode('package shop\nmessage Item { a: int32 = 1 }\n'),
      );
      await until(
        'the name that there is twice',
        () => codes(guest).includes('duplicate-name') || codes(stock()).includes('duplicate-name'),
      );
      await vscode.workspace.fs.delete(guest);
      await until('nothing of it', () => codes(guest).length === 0 && !codes(stock()).includes('duplicate-name'));
    },
  },
];
