/**
 * Builds the widget and the desk into dist/, and reads the service's own code into Node's cache (see `start.js`), when their
 * sources have changed since the last time (or with --force). `npm start` and `npm test` call it, so that nobody has to remember it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

interface Target {
  readonly name: string;
  readonly sources: readonly string[];
  readonly make: () => Promise<unknown>;
}

const targets: readonly Target[] = [
  {
    name: 'widget',
    sources: ['web-widget', 'locales', 'src/protocol'],
    make: () => page('web-widget'),
  },
  {
    name: 'desk',
    sources: ['agent-desk', 'locales', 'src/protocol'],
    make: () => page('agent-desk'),
  },
  { name: 'service', sources: ['src'], make: keepCode },
];

function page(folder: string): Promise<unknown> {
  return build({ configFile: join(root, folder, 'vite.config.ts'), logLevel: 'warn' });
}

/** What was kept of former versions goes. */
async function keepCode(): Promise<void> {
  const folder = join(root, '.cache', 'compile');
  rmSync(folder, { recursive: true, force: true });
  // As in `start.js`: code is kept for the flags that it was compiled with.
  setFlagsFromString('--optimize-for-size');
  enableCompileCache(folder);
  await import('../src/main.ts');
  flushCompileCache();
}

function hashOf({ sources }: Target): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const source of sources) {
    const entries = readdirSync(join(root, source), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of entries.sort())
      hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

async function makeIfChanged(target: Target): Promise<void> {
  const stamp = join(root, 'dist', `.${target.name}.hash`);
  const hash = hashOf(target);
  const force = process.argv.includes('--force');
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await target.make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

for (const target of targets) await makeIfChanged(target);
