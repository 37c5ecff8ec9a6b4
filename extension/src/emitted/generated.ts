import {
  commands,
  Disposable,
  EventEmitter,
  languages,
  type Position,
  type QuickPickItem,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { BaseLanguageClient, Position as ProtocolPosition, Range as ProtocolRange } from 'vscode-languageclient';

/** What the server answers to `weir/generated`. */
interface Generated {
  readonly path: string;
  readonly name?: string;
  readonly languageId: string;
  readonly text?: string;
  readonly range?: ProtocolRange;
}

interface Targets {
  readonly name: string;
  readonly targets: readonly { readonly target: string; readonly title: string }[];
}

/** What a document of this scheme shows: a file that a build would write for a project. */
interface Source {
  /** Of a text of the project. */
  readonly uri: string;
  readonly target: string;
  readonly path: string;
}

const scheme = 'weir-generated';

/** Shows what would be generated from the thing under the cursor, as a text that follows what is typed. */
export function registerGenerated(client: BaseLanguageClient): Disposable {
  const texts = new GeneratedTexts(client);
  const show = (target: string) => () => {
    const editor = window.activeTextEditor;
    return editor && texts.show(editor.document.uri, editor.selection.active, target);
  };
  return Disposable.from(
    texts,
    workspace.registerTextDocumentContentProvider(scheme, texts),
    client.onNotification('weir/generatedChanged', (change: GeneratedChange) => texts.changed(change)),
    commands.registerCommand('weir.showGeneratedTypeScript', show('typescript')),
    commands.registerCommand('weir.showGeneratedProto', show('proto')),
    commands.registerCommand('weir.showGeneratedKubernetes', show('kubernetes')),
    // With arguments it comes from a code action.
    commands.registerCommand('weir.showGenerated', (uri?: string, at?: ProtocolPosition, target?: string) => {
      if (uri === undefined || !at || target === undefined) return texts.choose();
      const { protocol2CodeConverter: from } = client;
      return texts.show(from.asUri(uri), from.asPosition(at), target);
    }),
  );
}

interface GeneratedChange {
  readonly textDocument: { readonly uri: string };
  readonly target: string;
  readonly path: string;
}

class GeneratedTexts implements TextDocumentContentProvider {
  private readonly client: BaseLanguageClient;
  private readonly change = new EventEmitter<Uri>();
  /** As they were last: a text whose source is gone stays what it was. */
  private readonly last = new Map<string, string>();

  constructor(client: BaseLanguageClient) {
    this.client = client;
  }

  get onDidChange() {
    return this.change.event;
  }

  async provideTextDocumentContent(shown: Uri): Promise<string> {
    const { uri, target, path } = sourceOf(shown);
    const known = this.last.get(shown.toString());
    const answer = await this.ask({ textDocument: { uri }, target, path });
    const text = answer?.text ?? known ?? '';
    this.last.set(shown.toString(), text);
    return text;
  }

  changed({ textDocument, target, path }: GeneratedChange): void {
    this.change.fire(uriOf({ uri: textDocument.uri, target, path }));
  }

  async show(document: Uri, at: Position, target: string): Promise<void> {
    const { code2ProtocolConverter: to, protocol2CodeConverter: from } = this.client;
    const uri = to.asUri(document);
    const answer = await this.ask({ textDocument: { uri }, position: to.asPosition(at), target });
    if (!answer) {
      const message = 'Weir: nothing is generated from what is under the cursor for that target.';
      await window.showInformationMessage(message);
      return;
    }
    const shown = await workspace.openTextDocument(uriOf({ uri, target, path: answer.path }));
    // A language that nobody has installed is shown without its colours.
    const known = (await languages.getLanguages()).includes(answer.languageId);
    if (known) await languages.setTextDocumentLanguage(shown, answer.languageId);
    await window.showTextDocument(shown, {
      viewColumn: ViewColumn.Beside,
      preserveFocus: true,
      ...(answer.range ? { selection: from.asRange(answer.range) } : {}),
    });
  }

  /** Asks which of the targets that make something of the thing under the cursor. */
  async choose(): Promise<void> {
    const editor = window.activeTextEditor;
    if (!editor) return;
    const { code2ProtocolConverter: to } = this.client;
    const at = editor.selection.active;
    const params = to.asTextDocumentPositionParams(editor.document, at);
    const found = await this.client.sendRequest<Targets | null>('weir/generatedTargets', params);
    if (!found || found.targets.length === 0) {
      await window.showInformationMessage('Weir: nothing is generated from what is under the cursor.');
      return;
    }
    const items = found.targets.map(({ target, title }): QuickPickItem & { target: string } => ({
      label: title,
      target,
    }));
    const chosen = await window.showQuickPick(items, { placeHolder: `What is generated from ${found.name}` });
    if (chosen) await this.show(editor.document.uri, at, chosen.target);
  }

  private ask(params: object): Promise<Generated | null> {
    return this.client.sendRequest<Generated | null>('weir/generated', params);
  }

  dispose(): void {
    this.change.dispose();
  }
}

const uriOf = ({ uri, target, path }: Source): Uri =>
  Uri.from({ scheme, path: `/${path}`, query: JSON.stringify({ uri, target }) });

const sourceOf = ({ path, query }: Uri): Source => ({ ...JSON.parse(query), path: path.slice(1) });
