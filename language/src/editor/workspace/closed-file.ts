import {
  type AstNodeDescription,
  type DocumentSegment,
  DocumentState,
  type LangiumDocument,
  type ParseResult,
  TextDocument,
  URI,
} from 'langium';
import type { Fragment } from '../../model/fragment.ts';
import type { NameSpace } from '../../model/names-in-scope.ts';
import type { Outline, OutlinedName } from '../../syntax/outline.ts';

type Parse = (text: string) => ParseResult;

/** A file of a project that is not open. Its tree is made when somebody asks for it, and goes when nobody holds it. */
export class ClosedFile {
  readonly uri: URI;
  readonly textDocument: TextDocument;
  readonly outline: Outline;
  readonly space: NameSpace;
  readonly names: readonly ClosedName[];
  private readonly parse: Parse;
  private made: WeakRef<LangiumDocument> | undefined;

  constructor(
    uri: string,
    text: string,
    { fragment, outline }: { fragment: Fragment; outline: Outline },
    parse: Parse,
  ) {
    this.uri = URI.parse(uri);
    this.textDocument = TextDocument.create(uri, 'weir', 0, text);
    this.outline = outline;
    this.space = spaceOf(fragment);
    this.names = outline.names.map((name) => new ClosedName(this, name));
    this.parse = parse;
  }

  get text(): string {
    return this.textDocument.getText();
  }

  /** As long as anybody holds the document, or a node of its tree, it is the same one. */
  get document(): LangiumDocument {
    let document = this.live;
    if (!document) {
      document = documentOf(this, this.parse);
      this.made = new WeakRef(document);
    }
    return document;
  }

  /** The document, where somebody holds it. */
  get live(): LangiumDocument | undefined {
    return this.made?.deref();
  }

  segment(offset: number, end: number): DocumentSegment {
    const range = { start: this.textDocument.positionAt(offset), end: this.textDocument.positionAt(end) };
    return { offset, end, length: end - offset, range };
  }
}

/** A name that a closed file declares. */
export class ClosedName implements AstNodeDescription {
  readonly name: string;
  readonly type: string;
  readonly path: string;
  readonly file: ClosedFile;
  readonly outlined: OutlinedName;

  constructor(file: ClosedFile, outlined: OutlinedName) {
    this.name = outlined.name;
    this.type = outlined.type;
    this.path = outlined.path;
    this.file = file;
    this.outlined = outlined;
  }

  get documentUri(): URI {
    return this.file.uri;
  }

  get nameSegment(): DocumentSegment {
    return this.file.segment(this.outlined.at, this.outlined.atEnd);
  }
}

/** What decides on the meaning of names in a file. */
const spaceOf = ({ package: own, imports }: Fragment): NameSpace => ({
  package: own,
  imports: imports.map(({ package: from, names }) => ({
    package: from,
    ...(names ? { names: names.map(({ value }) => value) } : {}),
  })),
});

/** It counts as built: the rules see the fragment, and what its names mean is looked up one by one. */
function documentOf({ uri, text, textDocument }: ClosedFile, parse: Parse): LangiumDocument {
  let result: ParseResult | undefined;
  return {
    uri,
    state: DocumentState.Validated,
    references: [],
    // The factory puts another in its place when the file is opened.
    get textDocument() {
      return textDocument;
    },
    get parseResult() {
      if (!result) {
        result = parse(text);
        (result.value as { $document?: LangiumDocument }).$document = this;
      }
      return result;
    },
    set parseResult(other) {
      result = other;
    },
  };
}
