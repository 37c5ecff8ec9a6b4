import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../model/model.ts';
import type { SourceText } from '../../syntax/read.ts';
import { modelOf } from '../golden-fixture.ts';

export const chosenFolder = join(import.meta.dirname, 'chosen');

/** For tests: a small system under different choices. */
export const variants = ['plain', 'flagger', 'istio', 'linkerd'] as const;

export const sourcesOf = (variant: (typeof variants)[number]): SourceText[] =>
  ['services', variant].map((name) => ({
    path: `${name}.svc`,
    text: readFileSync(join(chosenFolder, `${name}.svc`), 'utf8'),
  }));

export const chosenModel = (variant: (typeof variants)[number]): Promise<Model> => modelOf(sourcesOf(variant));
