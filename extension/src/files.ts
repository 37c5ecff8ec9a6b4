import { Disposable, FileSystemError, FileType, Uri, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** Reads files for a server that sees none, whatever they are stored in. What it asks and is told is in docs/editor.md. */
export function answerFiles(client: BaseLanguageClient): Disposable {
  const answer = <Value>(method: string, read: (uri: Uri) => Promise<Value>): Disposable =>
    client.onRequest(method, async ({ uri }: { readonly uri: string }): Promise<object> => {
      try {
        return { value: await read(Uri.parse(uri)) };
      } catch (error) {
        return { error: codeOf(error) };
      }
    });
  return Disposable.from(
    answer('weir/readFile', async (uri) => workspace.fs.readFile(uri)),
    answer('weir/listFolder', async (uri) => {
      const entries = await workspace.fs.readDirectory(uri);
      return entries.map(([name, type]) => ({ name, kind: kindOf(type) }));
    }),
    answer('weir/statFile', async (uri) => {
      const { type, size, mtime } = await workspace.fs.stat(uri);
      return { kind: kindOf(type), size, modified: mtime, mode: 0o644 };
    }),
  );
}

function kindOf(type: FileType): 'file' | 'folder' | 'other' {
  if (type & FileType.File) return 'file';
  // A link to a folder could lead round in a circle, and nobody tells where it leads.
  return type === FileType.Directory ? 'folder' : 'other';
}

function codeOf(error: unknown): string {
  if (!(error instanceof FileSystemError)) return 'EIO';
  switch (error.code) {
    case 'FileNotFound':
      return 'ENOENT';
    case 'NoPermissions':
      return 'EACCES';
    case 'FileIsADirectory':
      return 'EISDIR';
    case 'FileNotADirectory':
      return 'ENOTDIR';
    default:
      return 'EIO';
  }
}
