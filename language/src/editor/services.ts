import { EmptyFileSystem, inject, type Module } from 'langium';
import {
  createDefaultModule,
  createDefaultSharedModule,
  type LangiumServices,
  type LangiumSharedServices,
  type PartialLangiumServices,
  type PartialLangiumSharedServices,
} from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { WeirGeneratedModule, WeirGeneratedSharedModule } from '../grammar/generated/module.ts';
import { weirModule, weirSharedModule } from '../syntax/services.ts';
import { InlayHints } from './annotations/inlay-hints.ts';
import { Lenses } from './annotations/lenses.ts';
import { QuickFixes } from './code-actions.ts';
import { Completion } from './completion/completion.ts';
import { Findings, NoOwnChecks } from './diagnostics/findings.ts';
import { Documentation } from './documentation.ts';
import { Generated } from './emitted/generated.ts';
import { DocumentFormatter } from './formatter.ts';
import { CallHierarchy } from './hierarchy/calls.ts';
import { PolicyHierarchy } from './hierarchy/policies.ts';
import type { Host } from './host.ts';
import { WhatIsKnown } from './hover/hover.ts';
import { Occurrences } from './names/occurrences.ts';
import { References } from './names/references.ts';
import { Rename } from './names/rename.ts';
import { Definitions } from './navigation/definition.ts';
import { Implementations } from './navigation/implementation.ts';
import { Links } from './navigation/links.ts';
import { TypeDefinitions } from './navigation/type-definition.ts';
import { WorkspaceSymbols } from './navigation/workspace-symbols.ts';
import { NodeKinds } from './node-kinds.ts';
import { Outline } from './outline.ts';
import { NamesInColour } from './semantic-tokens.ts';
import { Signatures } from './signature-help.ts';
import { ClosedFiles } from './workspace/closed-files.ts';
import { DocumentBuilder, DocumentFactory, Documents, WorkspaceManager } from './workspace/documents.ts';
import { LazyLinker } from './workspace/lazy-linker.ts';
import { WorkspaceIndex } from './workspace/project-index.ts';
import { Projects } from './workspace/projects.ts';
import { ProjectScopes } from './workspace/scopes.ts';
import { Turns } from './workspace/turns.ts';
import { Updates } from './workspace/updates.ts';

/** What the language server has beside Langium's services. */
interface OwnServices {
  readonly editor: {
    readonly Host: Host;
    readonly Projects: Projects;
    readonly ClosedFiles: ClosedFiles;
    readonly Findings: Findings;
    readonly Lenses: Lenses;
    readonly Generated: Generated;
  };
}

export type EditorServices = LangiumSharedServices & OwnServices;

const ownModule = (host: Host): Module<EditorServices, PartialLangiumSharedServices & OwnServices> => ({
  editor: {
    Host: () => host,
    Projects: (services) => new Projects(services, services.editor.Host),
    ClosedFiles: (services) => new ClosedFiles(services),
    Findings: (services) => new Findings(services),
    Lenses: (services) => new Lenses(services),
    Generated: (services) => new Generated(services),
  },
  lsp: {
    DocumentUpdateHandler: (services) => new Updates(services),
    NodeKindProvider: () => new NodeKinds(),
    WorkspaceSymbolProvider: (services) => new WorkspaceSymbols(services),
  },
  workspace: {
    DocumentBuilder: (services) => new DocumentBuilder(services),
    IndexManager: (services) => new WorkspaceIndex(services),
    LangiumDocuments: (services) => new Documents(services),
    LangiumDocumentFactory: (services) => new DocumentFactory(services),
    WorkspaceLock: () => new Turns(),
    WorkspaceManager: (services) => new WorkspaceManager(services),
  },
});

const languageModule = (shared: EditorServices): Module<LangiumServices, PartialLangiumServices> => ({
  documentation: { DocumentationProvider: () => new Documentation() },
  references: {
    ScopeProvider: () => new ProjectScopes(shared.editor.Projects),
    Linker: (services) => new LazyLinker(services),
  },
  validation: { DocumentValidator: () => new NoOwnChecks(() => shared.editor.Findings) },
  lsp: {
    CodeActionProvider: () => new QuickFixes(shared.editor.Findings, shared.editor.Generated),
    CallHierarchyProvider: () => new CallHierarchy(shared),
    CodeLensProvider: () => shared.editor.Lenses,
    CompletionProvider: (services) => new Completion(services, shared),
    DefinitionProvider: () => new Definitions(shared),
    DocumentLinkProvider: () => new Links(shared),
    DocumentSymbolProvider: (services) => new Outline(services),
    Formatter: () => new DocumentFormatter(),
    HoverProvider: (services) => new WhatIsKnown(services, shared),
    DocumentHighlightProvider: (services) => new References(shared, new Occurrences(services, shared)),
    ImplementationProvider: () => new Implementations(shared),
    InlayHintProvider: () => new InlayHints(shared),
    ReferencesProvider: (services) => new References(shared, new Occurrences(services, shared)),
    SemanticTokenProvider: () => new NamesInColour(),
    SignatureHelp: (services) => new Signatures(services),
    TypeProvider: () => new TypeDefinitions(shared),
    TypeHierarchyProvider: () => new PolicyHierarchy(shared),
    RenameProvider: (services) => new Rename(shared, new Occurrences(services, shared)),
  },
});

/** Everything that answers an editor, on top of what reads a project. */
export function createEditorServices(connection: Connection, host: Host): EditorServices {
  const shared = inject(
    createDefaultSharedModule({ ...EmptyFileSystem, connection }),
    WeirGeneratedSharedModule,
    weirSharedModule,
    ownModule(host),
  );
  const weir = inject(createDefaultModule({ shared }), WeirGeneratedModule, weirModule, languageModule(shared));
  shared.ServiceRegistry.register(weir);
  return shared;
}
