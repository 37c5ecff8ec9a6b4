import {
  commands,
  Disposable,
  Range,
  type TextEditor,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';

/** What the language server answers to `weir/topology`. */
interface Topology {
  readonly key: string;
  readonly page?: string;
  readonly update?: object;
  readonly origin: { readonly x: number; readonly y: number };
  readonly stale: boolean;
  /** The URI of each file of the project, by its path there. */
  readonly files: Readonly<Record<string, string>>;
}

interface PlaceInProject {
  readonly file: string;
  readonly line: number;
}

/** What the page asks for: to see where something is written, or to keep a file. */
type FromPage =
  | { readonly type: 'reveal'; readonly at: PlaceInProject }
  | { readonly type: 'save'; readonly name: string; readonly content: string };

/** The command that opens the picture of the project at hand, beside its text. */
export function registerPreview(client: BaseLanguageClient): Disposable {
  let preview: Preview | undefined;
  return Disposable.from(
    commands.registerCommand('weir.openTopologyPreview', async () => {
      const uri = window.activeTextEditor?.document.uri;
      if (!uri) return;
      preview?.panel.dispose();
      const opened = await Preview.open(client, uri);
      preview = opened;
      opened?.panel.onDidDispose(() => {
        if (preview === opened) preview = undefined;
      });
    }),
    client.onNotification('weir/topologyChanged', () => preview?.pull()),
    // A server that was started anew does not know what is shown.
    client.onDidChangeState(({ newState }) => newState === State.Running && preview?.pull('all of it')),
    window.onDidChangeTextEditorSelection(({ textEditor }) => preview?.mark(textEditor)),
    new Disposable(() => preview?.panel.dispose()),
  );
}

/** A picture that is told when it is another one, asks for that, and keeps the last one as long as the text is broken. */
class Preview {
  readonly panel: WebviewPanel;
  private readonly client: BaseLanguageClient;
  private readonly uri: Uri;
  private shown: Topology;
  /** One question at a time: they are answered in their order. */
  private pulling: Promise<void> = Promise.resolve();

  private constructor(client: BaseLanguageClient, uri: Uri, first: Topology) {
    this.client = client;
    this.uri = uri;
    this.shown = first;
    this.panel = window.createWebviewPanel(
      'weir.topology',
      'Weir: Topology',
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [] },
    );
    this.panel.webview.onDidReceiveMessage((message: FromPage) =>
      message.type === 'save' ? save(this.uri, message) : this.reveal(message.at),
    );
    // A picture that was hidden is made anew when it is seen again.
    let wasVisible = true;
    this.panel.onDidChangeViewState(() => {
      if (this.panel.visible && !wasVisible) this.pull('all of it');
      wasVisible = this.panel.visible;
    });
    this.show(first);
  }

  static async open(client: BaseLanguageClient, uri: Uri): Promise<Preview | undefined> {
    const first = await ask(client, uri, { nonce: nonce() });
    if (first) return new Preview(client, uri, first);
    window.showInformationMessage('Weir: this file belongs to no project that could be drawn.');
    return undefined;
  }

  /** Asks for what is new. */
  pull(what: 'news' | 'all of it' = 'news'): void {
    const questions = this.pulling.then(async () => {
      const params = what === 'news' ? { shown: this.shown.key } : { nonce: nonce() };
      const next = await ask(this.client, this.uri, params);
      if (next && this.panel.visible) this.show(next);
    });
    // What cannot be answered now is asked again with the next edit.
    this.pulling = questions.catch(() => undefined);
  }

  private show(next: Topology): void {
    const { webview } = this.panel;
    const { origin } = this.shown;
    this.shown = next;
    if (next.page !== undefined) webview.html = next.page;
    const shift = { x: next.origin.x - origin.x, y: next.origin.y - origin.y };
    if (next.update) webview.postMessage({ type: 'update', ...next.update, shift });
    webview.postMessage({ type: 'stale', stale: next.stale });
  }

  /** Marks in the picture what the cursor stands in. */
  mark({ document, selection }: TextEditor): void {
    const uri = document.uri.toString();
    const file = Object.keys(this.shown.files).find((path) => Uri.parse(this.shown.files[path]!).toString() === uri);
    if (file === undefined) return;
    this.panel.webview.postMessage({ type: 'cursor', at: { file, line: selection.active.line + 1 } });
  }

  private async reveal({ file, line }: PlaceInProject): Promise<void> {
    const uri = this.shown.files[file];
    if (uri === undefined) return;
    const document = await workspace.openTextDocument(Uri.parse(uri));
    const place = new Range(line - 1, 0, line - 1, 0);
    const open = window.visibleTextEditors.find((editor) => editor.document === document);
    await window.showTextDocument(document, { selection: place, viewColumn: open?.viewColumn ?? ViewColumn.One });
  }
}

/** Writes what the page exports, in base64, where the reader wants it: a page in VS Code cannot download anything. */
async function save(beside: Uri, { name, content }: Extract<FromPage, { type: 'save' }>): Promise<void> {
  const uri = await window.showSaveDialog({ defaultUri: Uri.joinPath(beside, '..', name) });
  if (uri)
    await workspace.fs.writeFile(
      uri,
      Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)),
    );
}

const nonce = (): string => crypto.randomUUID().replaceAll('-', '');

function ask(client: BaseLanguageClient, uri: Uri, params: object): Promise<Topology | null> {
  const textDocument = { uri: client.code2ProtocolConverter.asUri(uri) };
  return client.sendRequest('weir/topology', { textDocument, ...params });
}
