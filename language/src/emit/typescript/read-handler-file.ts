import type { ts as TypeScript } from 'ts-morph';
import { type HandlerSource, runtimeModule, serviceError } from './skeleton.ts';

/** What a person's file says about its handler, and where something could be added. */
export interface HandlerFileFacts {
  /** Why it could not be read. */
  readonly fault?: string;
  /** `hidden`: declared but not exported. `unknown`: an `export *` may bring it. */
  readonly handler: 'present' | 'hidden' | 'missing' | 'unknown';
  /** The type that the handler is given, where it is a name. */
  readonly annotation?: Annotation;
  /** Constants whose type the generated module has no more. */
  readonly obsolete: readonly { readonly constant: string; readonly type: string }[];
  /** How the file calls the generated module and the error's class, if it imports them. */
  readonly namespace?: string;
  readonly serviceError?: string;
  /** Every name that the file's top level has. */
  readonly names: ReadonlySet<string>;
  readonly importAt: { readonly place: 'after-import' | 'top'; readonly start: number };
  readonly end: number;
  /** Does the text end with a line break? */
  readonly endsLine: boolean;
  readonly newline: '\n' | '\r\n';
}

interface Annotation {
  /** The last name of the type, and where it stands. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Does it stand behind the generated module's name? */
  readonly ofModule: boolean;
  /** The name before it, when nothing in the file declares that. */
  readonly unknownQualifier?: string;
}

/** Reads a file with TypeScript's own parser. */
export function readHandlerFile(ts: typeof TypeScript, text: string, source: HandlerSource): HandlerFileFacts {
  const file = ts.createSourceFile('handler.ts', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const fault = syntaxFault(ts, file);
  const names = new Set(file.statements.flatMap((statement) => namesOf(ts, statement)));
  const imports = file.statements.filter(ts.isImportDeclaration);
  const namespaces = imports.flatMap((item) => namespaceOf(ts, item, source.module));
  const error = imports.flatMap((item) => valueImport(ts, item, runtimeModule, serviceError))[0];
  const constants = constantsOf(ts, file);
  const own = constants.find((constant) => constant.name === source.constant && constant.exported);
  const annotation = own?.type && annotationOf(ts, own.type, namespaces, source, names);
  return {
    ...(fault !== undefined && { fault }),
    handler: presence(ts, file, source.constant, names),
    ...(annotation && { annotation }),
    obsolete: constants.flatMap(({ name, type }) => {
      const gone = type && annotationOf(ts, type, namespaces, source, names);
      const stale = gone?.ofModule && name !== source.constant && !source.types.has(gone.name);
      return stale ? [{ constant: name, type: gone.name }] : [];
    }),
    ...(namespaces[0] !== undefined && { namespace: namespaces[0] }),
    ...(error !== undefined && { serviceError: error }),
    names,
    importAt: importPlace(ts, file, imports),
    end: text.length,
    endsLine: /[\r\n]$/.test(text),
    newline: newlineOf(text),
  };
}

/** The line break that the file has most of. */
function newlineOf(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const withReturn = text.split('\r\n').length - 1;
  return withReturn * 2 > all ? '\r\n' : '\n';
}

function syntaxFault(ts: typeof TypeScript, file: TypeScript.SourceFile): string | undefined {
  const { diagnostics } = ts.transpileModule(file.text, {
    reportDiagnostics: true,
    fileName: 'handler.ts',
    compilerOptions: { target: ts.ScriptTarget.Latest, module: ts.ModuleKind.ESNext },
  });
  const first = diagnostics?.find((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error);
  if (!first) return undefined;
  const { line, character } = file.getLineAndCharacterOfPosition(first.start ?? 0);
  return `${line + 1}:${character + 1} ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`;
}

interface Constant {
  readonly name: string;
  readonly type: TypeScript.TypeNode | undefined;
  readonly exported: boolean;
}

function constantsOf(ts: typeof TypeScript, file: TypeScript.SourceFile): readonly Constant[] {
  return file.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) =>
      statement.declarationList.declarations.flatMap(({ name, type }) =>
        ts.isIdentifier(name) ? [{ name: name.text, type, exported: isExported(ts, statement) }] : [],
      ),
    );
}

function isExported(ts: typeof TypeScript, statement: TypeScript.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  const kinds = modifiers?.map((modifier) => modifier.kind) ?? [];
  return kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DefaultKeyword);
}

function presence(
  ts: typeof TypeScript,
  file: TypeScript.SourceFile,
  constant: string,
  names: ReadonlySet<string>,
): HandlerFileFacts['handler'] {
  const { statements } = file;
  if (statements.some((statement) => isExported(ts, statement) && namesOf(ts, statement).includes(constant)))
    return 'present';
  const exports = statements.filter(ts.isExportDeclaration);
  for (const { exportClause } of exports) {
    if (!exportClause) continue;
    const exported = ts.isNamespaceExport(exportClause)
      ? [exportClause.name.text]
      : exportClause.elements.map((element) => element.name.text);
    if (exported.includes(constant)) return 'present';
  }
  if (names.has(constant)) return 'hidden';
  return exports.some(({ exportClause }) => !exportClause) ? 'unknown' : 'missing';
}

/** Names that a statement of the top level declares or imports. */
function namesOf(ts: typeof TypeScript, statement: TypeScript.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => bindings(ts, name));
  }
  if (ts.isImportDeclaration(statement)) {
    const { importClause: clause } = statement;
    const bound = clause?.namedBindings;
    const named = !bound
      ? []
      : ts.isNamespaceImport(bound)
        ? [bound.name.text]
        : bound.elements.map(({ name }) => name.text);
    return [...(clause?.name ? [clause.name.text] : []), ...named];
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement)
  ) {
    return statement.name ? [statement.name.text] : [];
  }
  return [];
}

function bindings(ts: typeof TypeScript, name: TypeScript.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindings(ts, element.name) : []));
}

function moduleOf(ts: typeof TypeScript, { moduleSpecifier }: TypeScript.ImportDeclaration): string {
  return ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
}

function namespaceOf(ts: typeof TypeScript, item: TypeScript.ImportDeclaration, module: string): readonly string[] {
  const bound = item.importClause?.namedBindings;
  return moduleOf(ts, item) === module && bound && ts.isNamespaceImport(bound) ? [bound.name.text] : [];
}

/** How a file calls something that it imports as a value. */
function valueImport(
  ts: typeof TypeScript,
  item: TypeScript.ImportDeclaration,
  module: string,
  wanted: string,
): readonly string[] {
  const clause = item.importClause;
  const bound = clause?.namedBindings;
  const typesOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (moduleOf(ts, item) !== module || typesOnly || !bound || ts.isNamespaceImport(bound)) return [];
  const found = bound.elements.find(
    ({ name, propertyName, isTypeOnly }) => !isTypeOnly && (propertyName ?? name).text === wanted,
  );
  return found ? [found.name.text] : [];
}

function annotationOf(
  ts: typeof TypeScript,
  type: TypeScript.TypeNode,
  namespaces: readonly string[],
  source: HandlerSource,
  names: ReadonlySet<string>,
): Annotation | undefined {
  if (!ts.isTypeReferenceNode(type) || !ts.isQualifiedName(type.typeName)) return undefined;
  const { left, right } = type.typeName;
  if (!ts.isIdentifier(left)) return undefined;
  const unknown = !names.has(left.text) && left.text === source.namespace;
  return {
    name: right.text,
    start: right.getStart(),
    end: right.getEnd(),
    ofModule: namespaces.includes(left.text) || unknown,
    ...(unknown && { unknownQualifier: left.text }),
  };
}

/** Behind the last import, on its line; else at the top, below what has to stay there. */
function importPlace(
  ts: typeof TypeScript,
  file: TypeScript.SourceFile,
  imports: readonly TypeScript.ImportDeclaration[],
): HandlerFileFacts['importAt'] {
  const { text } = file;
  const last = imports.at(-1);
  if (last) {
    const trailing = ts.getTrailingCommentRanges(text, last.getEnd()) ?? [];
    return { place: 'after-import', start: trailing.at(-1)?.end ?? last.getEnd() };
  }
  const shebang = ts.getShebang(text.replace('\ufeff', ''));
  let start = (text.startsWith('\ufeff') ? 1 : 0) + (shebang?.length ?? 0);
  start = afterLineBreak(text, start);
  for (const comment of ts.getLeadingCommentRanges(text, start) ?? []) {
    const words = text.slice(comment.pos, comment.end);
    const gap = /^[^\S\r\n]*\r?\n[^\S\r\n]*\r?\n/.exec(text.slice(comment.end))?.[0];
    // Licences, and marks that hold for the whole file, stay on top; a comment on the first statement stays with it.
    if (gap !== undefined) start = comment.end + gap.length;
    else if (/^\/\/\/|^\/\/ *@ts-|biome-ignore-all|eslint-disable/.test(words))
      start = afterLineBreak(text, comment.end);
  }
  return { place: 'top', start };
}

const afterLineBreak = (text: string, at: number): number =>
  at + (/^[^\S\r\n]*\r?\n/.exec(text.slice(at))?.[0].length ?? 0);
