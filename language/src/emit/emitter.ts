import type { Model, Place } from '../model/model.ts';
import type { Remembered } from './remembered.ts';

/** What an emitter may know beside the model: the tools' side of `weir.json`. */
export interface EmitOptions {
  /** Folder of everything Weir owns outright, relative to the project: `generated`. */
  readonly out: string;
  /** Folder of the services' packages: `services`. */
  readonly services: string;
  /** The Kubernetes API to emit for: `1.33`. */
  readonly kubernetesVersion: string;
  /** The version of `@weir/runtime` that generated packages depend on. */
  readonly runtimeVersion: string;
  /** What need not be made again; absent: everything is made. */
  readonly remembered?: Remembered;
}

/** What became of a person's file: the new text, and what was not touched but should be known. */
export interface Merged {
  readonly text: string;
  readonly notes: readonly string[];
}

/** One file to write; paths are relative to the project's root, with `/`. */
export type Output = {
  readonly text: string;
  /** The declarations that it comes from; the manifest records them with their lines. */
  readonly sources: readonly Place[];
  /** The service, by its full name, on whose surroundings alone it depends; absent: on anything. */
  readonly of?: string;
  /** It depends on no message but by its name: where nothing else has changed its text is as it was, and is not asked for. */
  readonly withoutMessages?: true;
} & (
  | { /** Rewritten by each build. */ readonly mode: 'owned' }
  | { /** Written where nothing is; from then on a person's. */ readonly mode: 'once' }
  | {
      /** Written where nothing is; from then on a person's, to which what is missing is added and nothing else changed. */
      readonly mode: 'merged';
      /** Of `text` itself it makes the same, and has nothing to note. */
      readonly merge: (existing: string) => Merged;
    }
);

export type Outputs = ReadonlyMap<string, Output>;

/** A target of `weir build`: a pure function of the model. */
export interface Emitter {
  readonly name: string;
  readonly emit: (model: Model, options: EmitOptions) => Outputs;
}
