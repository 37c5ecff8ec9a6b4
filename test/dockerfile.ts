import assert from 'node:assert/strict';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative, resolve } from 'node:path';

/** What an image comes to: the last stage's files, and what starts in them. */
export interface Image {
  /** The folder that stands for `/`. */
  readonly root: string;
  readonly workdir: string;
  readonly user: string;
  readonly stopSignal: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

export interface BuildOptions {
  /** Relative to the context. */
  readonly file: string;
  readonly context: string;
  /** An empty folder, in which each stage gets one. */
  readonly scratch: string;
  /** Runs a program in the folder of a stage. */
  readonly run: (program: string, args: readonly string[], cwd: string) => Promise<unknown>;
}

/**
 * Takes the steps of a Dockerfile without Docker: stages are folders, and programs are those of this machine. It knows what
 * ours need (FROM, WORKDIR, COPY, RUN and CMD as lists, ENV, USER, STOPSIGNAL), and refuses everything else.
 */
export async function buildImage({ file, context, scratch, run }: BuildOptions): Promise<Image> {
  const stages = new Map<string, string>();
  const wanted = contextFiles(context, `${file}.dockerignore`);
  let image: Image = empty(join(scratch, 'none'));
  for (const [step, words] of stepsOf(readFileSync(join(context, file), 'utf8'))) {
    const inside = (path: string) => join(image.root, resolve(image.workdir, path));
    switch (step) {
      case 'FROM': {
        const [, name = 'last'] = / AS (\S+)$/.exec(words) ?? [];
        image = empty(join(scratch, name));
        stages.set(name, image.root);
        mkdirSync(image.root, { recursive: true });
        break;
      }
      case 'WORKDIR':
        image = { ...image, workdir: resolve(image.workdir, words) };
        mkdirSync(inside('.'), { recursive: true });
        break;
      case 'COPY': {
        const [, from, source = '', target = ''] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(words) ?? assert.fail(words);
        if (from === undefined) copyOf(context, source, wanted, inside(target));
        else cpSync(join(stages.get(from) ?? assert.fail(from), source), inside(target), asIs);
        break;
      }
      case 'RUN': {
        const [program = '', ...args] = JSON.parse(words.replace(/^(?:--mount=\S+ )*/, ''));
        await run(program, args, inside('.'));
        break;
      }
      case 'ENV': {
        const [, name = '', value = ''] = /^(\w+)=(\S*)$/.exec(words) ?? assert.fail(words);
        image = { ...image, environment: { ...image.environment, [name]: value } };
        break;
      }
      case 'USER':
        image = { ...image, user: words };
        break;
      case 'STOPSIGNAL':
        image = { ...image, stopSignal: words };
        break;
      case 'CMD':
        image = { ...image, command: JSON.parse(words) };
        break;
      default:
        assert.fail(`${step} is nothing that this knows`);
    }
  }
  return image;
}

const empty = (root: string): Image => ({
  root,
  workdir: '/',
  user: '0:0',
  stopSignal: 'SIGTERM',
  environment: {},
  command: [],
});

const asIs = { recursive: true, verbatimSymlinks: true } as const;

/** Instructions with what follows them; lines that end in a backslash go on. */
function stepsOf(text: string): (readonly [step: string, words: string])[] {
  const lines = text.replace(/\\\n\s*/g, '').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]);
}

function copyOf(context: string, source: string, wanted: readonly string[], target: string): void {
  const folder = source === '.' ? '' : `${source}/`;
  for (const path of wanted.filter((path) => path.startsWith(folder))) {
    const to = join(target, path.slice(folder.length));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(context, path), to, asIs);
  }
}

/** The files of a context that its ignore file lets in: of all patterns that a path or a folder above it has, the last counts. */
function contextFiles(context: string, ignoreFile: string): readonly string[] {
  const patterns = readFileSync(join(context, ignoreFile), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ admits: line.startsWith('!'), pattern: line.replace(/^!/, '') }));
  const isIn = (path: string): boolean => {
    const above = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
    const last = patterns.findLast(({ pattern }) => above.some((each) => matchesGlob(each, pattern)));
    return last?.admits ?? true;
  };
  const found: string[] = [];
  const look = (folder: string): void => {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(folder, name);
      if (lstatSync(path).isDirectory() && name !== 'node_modules') look(path);
      else if (isIn(relative(context, path))) found.push(relative(context, path));
    }
  };
  look(context);
  return found.sort();
}
