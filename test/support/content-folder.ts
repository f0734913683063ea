import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A copy of the shipped content to change at will. */
export interface ContentFolder {
  readonly folder: string;
  edit(file: string, change: (source: string) => string): Promise<void>;
  /** Changes one text, named by its path of keys, in one language. */
  reword(
    language: string,
    change: (texts: { [flow: string]: { [key: string]: unknown } }) => void,
  ): Promise<void>;
  remove(): Promise<void>;
}

export async function copyContent(): Promise<ContentFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-content-'));
  await cp(join(root, 'intents'), join(folder, 'intents'), { recursive: true });
  await cp(join(root, 'locales'), join(folder, 'locales'), { recursive: true });
  const edit: ContentFolder['edit'] = async (file, change) => {
    const place = join(folder, file);
    await writeFile(place, change(await readFile(place, 'utf8')));
  };
  return {
    folder,
    edit,
    reword: (language, change) =>
      edit(`locales/${language}/bot.json`, (source) => {
        const texts = JSON.parse(source) as { [flow: string]: { [key: string]: unknown } };
        change(texts);
        return JSON.stringify(texts, null, 2);
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
