import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../core/index.ts';

/** A content folder's files by their paths in it, `/` between the parts: what the bot reads of it and nothing else. */
export type ContentBundle = { readonly [file: string]: string };

const fileName =
  /^(?:intents\/[a-z0-9][a-z0-9_-]{0,63}\/[a-z0-9][a-z0-9_-]{0,63}\/(?:flow\.yaml|stories\.yaml|utterances\.[A-Za-z0-9-]{2,20}\.txt)|locales\/[A-Za-z0-9-]{2,20}\/bot\.json)$/;
const filesMax = 10_000;
const fileLengthMax = 4 * 1024 * 1024;

/** Throws `not_found` when the folder holds no content. */
export async function readBundle(folder: string): Promise<ContentBundle> {
  const files: { [file: string]: string } = {};
  for (const part of ['intents', 'locales']) {
    const names = await readdir(path.join(folder, part), { recursive: true }).catch(() => {
      throw new Fault('not_found', `${folder} is no content folder: it has no ${part}/.`);
    });
    for (const name of names.sort()) {
      const file = `${part}/${name.split(path.sep).join('/')}`;
      if (fileName.test(file)) files[file] = await readFile(path.join(folder, file), 'utf8');
    }
  }
  return files;
}

/** A bundle as a stranger gives it: only files of a content folder, each within its ceiling. Throws `bad_request`. */
export function parseBundle(given: unknown): ContentBundle {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Fault('bad_request', 'files must be an object: path → text.');
  }
  const entries = Object.entries(given);
  if (entries.length > filesMax) {
    throw new Fault('too_large', `A content folder has at most ${filesMax} files.`);
  }
  for (const part of ['intents/', 'locales/']) {
    if (entries.some(([file]) => file.startsWith(part))) continue;
    throw new Fault('bad_request', `files must hold some of ${part}.`);
  }
  for (const [file, text] of entries) {
    if (!fileName.test(file)) {
      throw new Fault('bad_request', `"${file.slice(0, 200)}" is no file of a content folder.`);
    }
    if (typeof text !== 'string') throw new Fault('bad_request', `${file} must be a text.`);
    if (text.length > fileLengthMax) throw new Fault('too_large', `${file} is too large.`);
  }
  return given as ContentBundle;
}

/** 16 hex digits that any change to any file changes. */
export function bundleHash(bundle: ContentBundle): string {
  const hash = createHash('sha256');
  for (const [file, text] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${file}\n${Buffer.byteLength(text)}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Written at once and synced, so that a power cut leaves no half of it behind what names it afterwards. */
export async function writeBundle(folder: string, bundle: ContentBundle): Promise<void> {
  const entries = Object.entries(bundle);
  const folders = new Set(entries.map(([file]) => path.dirname(file)));
  for (const one of folders) await mkdir(path.join(folder, one), { recursive: true });
  const queue = entries.values();
  const work = async (): Promise<void> => {
    for (const [file, text] of queue) await writeSynced(path.join(folder, file), text);
  };
  await Promise.all(Array.from({ length: writersMax }, work));
}

const writersMax = 8;

/** A new file. */
export async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
