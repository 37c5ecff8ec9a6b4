import { URI } from 'langium';
import type { File } from '../grammar/generated/ast.ts';
import { buildModel } from '../model/build.ts';
import type { Model } from '../model/model.ts';
import type { NameIndex } from './name-index.ts';
import type { Names } from './scope.ts';
import { createWeirServices } from './services.ts';

/** A file of a project: its path relative to the project's root, with `/`, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** The model of a project's texts. Bad text never throws: the model is partial and says what was wrong in `problems`. */
export function readModel(sources: readonly SourceText[]): Promise<Model> {
  const model = turn.then(() => readAlone(sources));
  turn = model.then(
    () => undefined,
    () => undefined,
  );
  return model;
}

// Making the parser from its grammar takes longer than reading most projects, so one is kept; projects take turns.
let turn: Promise<void> = Promise.resolve();
let services: ReturnType<typeof createWeirServices> | undefined;

async function readAlone(sources: readonly SourceText[]): Promise<Model> {
  services ??= createWeirServices();
  const { shared, weir } = services;
  const { LangiumDocuments, LangiumDocumentFactory, DocumentBuilder, IndexManager } = shared.workspace;
  const files = [...sources]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, text }) => {
      const uri = URI.from({ scheme: 'weir', path: `/${path}` });
      const document = LangiumDocumentFactory.fromString<File>(withoutBom(text), uri);
      LangiumDocuments.addDocument(document);
      return { path, document };
    });
  try {
    await DocumentBuilder.build(
      files.map(({ document }) => document),
      { validation: false },
    );
    return buildModel(files, IndexManager as NameIndex, weir.references.ScopeProvider as Names);
  } finally {
    for (const { document } of files) {
      LangiumDocuments.deleteDocument(document.uri);
      IndexManager.remove(document.uri);
    }
  }
}

function withoutBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
