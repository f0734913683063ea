import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const here = import.meta.dirname;
const repository = join(here, '..');
/** Stands in the loader for the app's name until that is known. */
const appMark = '@app@';

export default defineConfig({
  root: join(here, 'demo'),
  // Relative, so that the folder works behind any path and on any host.
  base: './',
  define: { launcherWords: JSON.stringify(launcherWords()), appUrl: JSON.stringify(appMark) },
  // Not left to NODE_ENV: what tests build is what is served.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    outDir: join(repository, 'dist/widget'),
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        index: join(here, 'demo/index.html'),
        app: join(here, 'src/app/mount.tsx'),
        widget: join(here, 'src/loader/loader.ts'),
      },
      // The app is reached by a written address only, so nobody in this build seems to use it; with what it
      // shares with the chunks behind it, it stays one request.
      preserveEntrySignatures: 'allow-extension',
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'widget' ? 'widget.js' : 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  plugins: [plainImports(), classicLoader()],
});

/**
 * The loader is embedded with a plain script tag: its names must not become the page's names, so it is
 * wrapped after minifying. That it imports nothing by itself is checked here, since a classic script cannot.
 */
function classicLoader(): Plugin {
  return {
    name: 'classic-loader',
    generateBundle(_options, bundle) {
      const loader = bundle['widget.js'];
      if (loader?.type !== 'chunk') this.error('widget.js is missing');
      if (loader.imports.length > 0 || /\bexport\s*[{*]/.test(loader.code)) {
        this.error('the loader must share no code with the app');
      }
      const app = Object.values(bundle).find(
        (chunk) => chunk.name === 'app' && chunk.type === 'chunk',
      );
      if (!app || !loader.code.includes(appMark)) this.error('the loader must bring the app');
      // Relative to the loader's own address, wherever the host page is.
      loader.code = loader.code.replace(appMark, `./${app.fileName}`);
      loader.code = `(()=>{${loader.code.trim()}\n})();\n`;
    },
  };
}

/** Vite wraps every `import()` to load styles first; ours bring none, so the wrapper is only weight. */
function plainImports(): Plugin {
  const id = '\0vite/preload-helper.js';
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load(wanted) {
      return wanted === id ? 'export const __vitePreload = (load) => load();' : null;
    },
  };
}

function launcherWords(): Record<string, string> {
  const locales = join(repository, 'locales');
  const words = readdirSync(locales).map((language) => {
    const text = readFileSync(join(locales, language, 'widget.json'), 'utf8');
    return [language, (JSON.parse(text) as { launcher: string }).launcher];
  });
  return Object.fromEntries(words);
}
