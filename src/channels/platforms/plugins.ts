import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Botkit } from 'botkit';
import type { PlatformLog } from './ports.ts';

/** What a file of the plugins folder exports as its default. */
export type Plugin = (controller: Botkit) => void | Promise<void>;

/** Loads the folder's modules in the order of their names and counts them. One that cannot be loaded is logged and left out. */
export async function loadPlugins(
  controller: Botkit,
  { pluginsFolder, log }: { readonly pluginsFolder?: string; readonly log: PlatformLog },
): Promise<number> {
  if (pluginsFolder === undefined) return 0;
  let loaded = 0;
  for (const name of await namesIn(pluginsFolder)) {
    try {
      const module = (await import(pathToFileURL(resolve(pluginsFolder, name)).href)) as {
        readonly default?: unknown;
      };
      if (typeof module.default !== 'function') throw new Error('it has no default function');
      await (module.default as Plugin)(controller);
      loaded += 1;
      log.info({ plugin: name }, 'a plugin is loaded');
    } catch (err) {
      log.error({ err, plugin: name }, 'a plugin could not be loaded');
    }
  }
  return loaded;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.(?:js|mjs|ts)$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
}
