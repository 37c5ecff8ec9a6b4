import { commands, Disposable, type ExtensionContext, languages, Uri, ViewColumn, window, workspace } from 'vscode';

const scheme = 'weir-rule';

/** Explains a rule by its page: that of the finding under the cursor, or one that is chosen. */
export function registerPages(extension: ExtensionContext['extensionUri']): Disposable {
  const read = async (path: string): Promise<string> =>
    new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(extension, 'dist/language', path)));
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => read(`docs/rules${path}`),
    }),
    commands.registerCommand('weir.explain', async (name?: string) => {
      const rule = name ?? ruleAtCursor() ?? (await chooseRule(await read('weir.schema.json')));
      if (rule === undefined) return;
      const page = Uri.from({ scheme, path: `/${rule}.md` });
      // VS Code can do without its extension for Markdown.
      const canPreview = (await commands.getCommands(true)).includes('markdown.showPreviewToSide');
      if (canPreview) await commands.executeCommand('markdown.showPreviewToSide', page);
      else await window.showTextDocument(page, { viewColumn: ViewColumn.Beside, preview: true });
    }),
  );
}

/** Of several the one that stands in the smallest stretch. */
function ruleAtCursor(): string | undefined {
  const editor = window.activeTextEditor;
  if (!editor) return undefined;
  const { active } = editor.selection;
  const found = languages
    .getDiagnostics(editor.document.uri)
    .filter(({ source, range }) => source === 'weir' && range.contains(active))
    .sort((a, b) => (a.range.contains(b.range) ? 1 : -1));
  const code = found[0]?.code;
  return typeof code === 'object' ? String(code.value) : code === undefined ? undefined : String(code);
}

/** The schema of weir.json says of each rule what it finds. */
async function chooseRule(schema: string): Promise<string | undefined> {
  const rules: Record<string, { readonly description?: string }> = JSON.parse(schema).properties.rules.properties;
  const items = Object.entries(rules).map(([label, { description = '' }]) => ({ label, detail: description }));
  const chosen = await window.showQuickPick(items, { placeHolder: 'Which rule?', matchOnDetail: true });
  return chosen?.label;
}
