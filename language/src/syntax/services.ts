import {
  createDefaultCoreModule,
  createDefaultSharedCoreModule,
  type DefaultSharedCoreModuleContext,
  EmptyFileSystem,
  inject,
  type LangiumCoreServices,
  type LangiumSharedCoreServices,
  type Module,
  type PartialLangiumCoreServices,
} from 'langium';
import { WeirGeneratedModule, WeirGeneratedSharedModule } from '../grammar/generated/module.ts';
import { BoundedLexer } from './bounded-lexer.ts';
import { Exports } from './exports.ts';
import { Keywords } from './keywords.ts';
import { NameIndex } from './name-index.ts';
import { LexerWords, ParserWords } from './parse-messages.ts';
import { Names } from './scope.ts';
import { createBlockSkippingParser, tokensOf } from './skip-blocks.ts';

/** What Weir adds to Langium's services to read a project; the language server adds what an editor asks for. */
export const weirModule: Module<LangiumCoreServices, PartialLangiumCoreServices> = {
  parser: {
    ParserErrorMessageProvider: (services) =>
      new ParserWords(
        () => services.Grammar,
        () => tokensOf(services.parser.LangiumParser),
      ),
    LangiumParser: (services) => createBlockSkippingParser(services),
    Lexer: (services) => new BoundedLexer(services),
    TokenBuilder: () => new Keywords(),
    LexerErrorMessageProvider: () => new LexerWords(),
  },
  references: {
    ScopeComputation: (services) => new Exports(services),
    ScopeProvider: (services) =>
      new Names(services.shared.workspace.IndexManager as NameIndex, services.shared.AstReflection),
  },
};

/** The same for what all languages share. */
export const weirSharedModule = {
  workspace: { IndexManager: (services: LangiumSharedCoreServices) => new NameIndex(services) },
};

/** Services that read texts given to them, with no file system and no editor. */
export function createWeirServices(context: DefaultSharedCoreModuleContext = EmptyFileSystem): {
  readonly shared: LangiumSharedCoreServices;
  readonly weir: LangiumCoreServices;
} {
  const shared = inject(createDefaultSharedCoreModule(context), WeirGeneratedSharedModule, weirSharedModule);
  const weir = inject(createDefaultCoreModule({ shared }), WeirGeneratedModule, weirModule);
  shared.ServiceRegistry.register(weir);
  return { shared, weir };
}
