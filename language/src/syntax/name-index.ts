import {
  type AstNode,
  type AstNodeDescription,
  type Cancellation,
  DefaultIndexManager,
  type LangiumDocument,
  type URI,
} from 'langium';
import type { File } from '../grammar/generated/ast.ts';

/** Declarations of the whole project by full name, kept by document so that an edit costs what its own file costs. */
export class NameIndex extends DefaultIndexManager {
  private readonly byName = new Map<string, AstNodeDescription[]>();
  private readonly packages = new Map<string, number>();
  private readonly byDocument = new Map<string, { names: readonly AstNodeDescription[]; package: string }>();

  override async updateContent(document: LangiumDocument, cancel?: Cancellation.CancellationToken): Promise<void> {
    await super.updateContent(document, cancel);
    const uri = document.uri.toString();
    this.note(uri, packageOf(document.parseResult.value as File), this.symbolIndex.get(uri) ?? []);
  }

  /** Takes up what a file declares of which there is no tree. */
  updateNames(uri: URI, inPackage: string, names: AstNodeDescription[]): void {
    const key = uri.toString();
    this.symbolIndex.set(key, names);
    this.symbolByTypeIndex.clear(key);
    this.note(key, inPackage, names);
  }

  /** What is declared, which may cost reading its file. */
  nodeOf({ node, documentUri, path }: AstNodeDescription): AstNode | undefined {
    const root = node ? undefined : this.documents.getDocument(documentUri)?.parseResult.value;
    return root ? this.serviceRegistry.getServices(documentUri).workspace.AstNodeLocator.getAstNode(root, path) : node;
  }

  private note(uri: string, name: string, names: readonly AstNodeDescription[]): void {
    this.forget(uri);
    for (const description of names) {
      const list = this.byName.get(description.name);
      if (list) list.push(description);
      else this.byName.set(description.name, [description]);
    }
    this.packages.set(name, (this.packages.get(name) ?? 0) + 1);
    this.byDocument.set(uri, { names, package: name });
  }

  override removeContent(uri: URI): void {
    super.removeContent(uri);
    this.forget(uri.toString());
  }

  /** All declarations of a full name, of every kind, in the order of their files. */
  declarations(fullName: string): readonly AstNodeDescription[] {
    return this.byName.get(fullName) ?? [];
  }

  hasPackage(name: string): boolean {
    return this.packages.has(name);
  }

  packageNames(): IterableIterator<string> {
    return this.packages.keys();
  }

  /** The names that a package declares. */
  namesIn(name: string): string[] {
    const prefix = name === '' ? '' : `${name}.`;
    return [...this.byName.keys()].flatMap((full) => {
      const rest = full.slice(prefix.length);
      return full.startsWith(prefix) && !rest.includes('.') ? [rest] : [];
    });
  }

  private forget(uri: string): void {
    const known = this.byDocument.get(uri);
    if (!known) return;
    this.byDocument.delete(uri);
    for (const description of known.names) {
      const left = (this.byName.get(description.name) ?? []).filter((other) => other.documentUri.toString() !== uri);
      if (left.length > 0) this.byName.set(description.name, left);
      else this.byName.delete(description.name);
    }
    const count = (this.packages.get(known.package) ?? 1) - 1;
    if (count > 0) this.packages.set(known.package, count);
    else this.packages.delete(known.package);
  }
}

/** The package of a file; the empty name without a package clause. */
export function packageOf(file: { readonly name?: string }): string {
  return file.name ?? '';
}
