import { codeOf } from './file-system.ts';

/** Something outside the model that is wrong: a file that cannot be read, a setting that means nothing. */
export interface Fault {
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string;
  /** As a person would name it: relative where that is short. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Input that cannot be read or output that cannot be written: all that is wrong, at once. Nothing was written. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map((fault) => [fault.file, fault.message].filter(Boolean).join(': ')).join('\n'), options);
    this.faults = faults;
  }
}

/** The user asked to stop; everything has been put back. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

interface Meaning {
  readonly message: string;
  readonly hint?: string;
}

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: { message: 'there is no such file or folder' },
  ENOTDIR: { message: 'a part of its path is a file, not a folder', hint: 'Move that file out of the way.' },
  EEXIST: { message: 'something of that name is in the way', hint: 'Move it away.' },
  EISDIR: { message: 'it is a folder, not a file', hint: 'Rename the folder, or exclude it with `include`.' },
  EACCES: { message: 'permission denied', hint: 'Change its permissions, or run as a user who may.' },
  EPERM: { message: 'the system does not permit it', hint: 'Change its permissions, or run as a user who may.' },
  EROFS: { message: 'it stands on a read-only file system', hint: 'Choose another `out`, or mount it for writing.' },
  ENOSPC: { message: 'the disk is full', hint: 'Free some space and run it again.' },
  EDQUOT: { message: 'the disk quota is used up', hint: 'Free some space and run it again.' },
  ELOOP: { message: 'its symbolic links go round in a circle', hint: 'Remove one of the links.' },
  EMFILE: { message: 'too many files are open', hint: 'Raise the limit with `ulimit -n`.' },
  ENFILE: { message: 'the system has too many files open' },
  ENAMETOOLONG: { message: 'its name is too long for the file system', hint: 'Shorten the names that it is made of.' },
  EBUSY: { message: 'another program holds it', hint: 'Close that program and run it again.' },
  EIO: { message: 'the disk reports an error' },
  ERR_FS_FILE_TOO_LARGE: { message: 'it is larger than 2 GB' },
  ERR_STRING_TOO_LONG: { message: 'it is longer than a text may be' },
  ETXTBSY: { message: 'it is being executed' },
};

/** A fault in words for an error of the system, or nothing for any other error: that one is ours. */
export function systemFault(error: unknown, doing: string, file: string): Fault | undefined {
  const code = codeOf(error);
  const meaning = code === undefined ? undefined : meanings[code];
  if (!meaning) return undefined;
  return {
    file,
    message: `cannot ${doing}: ${meaning.message} (${code})`,
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
  };
}

/** Runs a step on a file and turns what the system says into a `ProjectError`; other errors pass. */
export async function onFile<T>(doing: string, file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const fault = systemFault(error, doing, file);
    throw fault ? new ProjectError([fault], { cause: error }) : error;
  }
}
