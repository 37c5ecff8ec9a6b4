import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const licence = /^(licen[cs]e|copying|notices?|thirdpartynotices)(\.(md|txt))?$/i;

/**
 * The licences of the packages whose code is in a bundle, in full, as they ask for it. A package without a licence is an error.
 *
 * @param metafile esbuild's
 * @param root what its paths are relative to
 */
export function thirdPartyNotices({ outputs }, root) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [];
      if (folder !== undefined && bytesInOutput > 0) folders.add(resolve(root, folder));
    }
  }
  const notices = [...folders].map(noticeOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = notices.map(({ name, terms }) => `- ${name}, ${terms}\n`).join('');
  const texts = notices.map(({ name, text }) => `\n${'-'.repeat(80)}\n${name}\n\n${text}`).join('');
  return `The JavaScript of this package holds code of these packages; their licences follow.\n\n${names}${texts}`;
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => licence.test(file));
  if (license === undefined || files.length === 0) throw new Error(`${name} comes without a licence`);
  const texts = files
    .sort()
    .map((file) => `${readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()}\n`);
  return { name: `${name} ${version}`, terms: license, text: texts.join('\n') };
}
