/**
 * Builds the widget and the desk into dist/, when their sources have changed since the last build (or with --force).
 * `npm start` and `npm test` call it, so that nobody has to remember it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

interface Page {
  readonly name: string;
  readonly folder: string;
  readonly sources: readonly string[];
}

const pages: readonly Page[] = [
  { name: 'widget', folder: 'web-widget', sources: ['web-widget', 'locales', 'src/protocol'] },
  { name: 'desk', folder: 'agent-desk', sources: ['agent-desk', 'locales', 'src/protocol'] },
];

function hashOf(page: Page): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const source of page.sources) {
    const entries = readdirSync(join(root, source), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of entries.sort())
      hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

async function buildIfChanged(page: Page): Promise<void> {
  const stamp = join(root, 'dist', `.${page.name}.hash`);
  const hash = hashOf(page);
  const force = process.argv.includes('--force');
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await build({
    configFile: join(root, page.folder, 'vite.config.ts'),
    logLevel: 'warn',
  });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

for (const page of pages) await buildIfChanged(page);
