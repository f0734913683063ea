import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const here = import.meta.dirname;
const repository = join(here, '..');
/** Stand in the loader for the names of what it brings until those are known. */
const marks = { chat: '@chat@', 'frame-host': '@frame-host@' };

/** Everything that the chunks behind the app share with it: one request. */
const ofApp =
  /preload-helper|\/node_modules\/preact\/|\/web-widget\/src\/(?:view|chat|app)\/(?!poll-link|uploads|sizes|weekdays|files\.|more\.|rich\.|rate\.|form\.|upload\.)/;

export default defineConfig({
  root: join(here, 'demo'),
  // Relative, so that the folder works behind any path and on any host.
  base: './',
  define: {
    servedLook: JSON.stringify('@look@'),
    launcherWords: JSON.stringify(launcherWords()),
    appUrl: JSON.stringify(marks.chat),
    frameHostUrl: JSON.stringify(marks['frame-host']),
  },
  // Words are fetched whole: a name for each of them would only be weight.
  json: { namedExports: false },
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
        frame: join(here, 'demo/frame.html'),
        'frame-host': join(here, 'src/frame/frame-host.ts'),
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
        // The loader asks the app's chunk for `mount` by that name.
        minifyInternalExports: false,
        codeSplitting: {
          groups: [{ name: 'chat', test: ofApp, includeDependenciesRecursively: false }],
        },
      },
    },
  },
  plugins: [plainImports(), leanWords(), twoLoaders()],
});

/**
 * The loader becomes two files: `widget.js` for a plain script tag, wrapped after minifying so that its names
 * are not the page's, and `kefu.js`, the same as a module, with its types. That it imports nothing by itself is checked
 * here, since a plain script cannot.
 */
function twoLoaders(): Plugin {
  return {
    name: 'two-loaders',
    generateBundle(_options, bundle) {
      const loader = bundle['widget.js'];
      if (loader?.type !== 'chunk') this.error('widget.js is missing');
      if (loader.imports.length > 0) this.error('the loader must share no code with the app');
      const frame = Object.values(bundle).find(({ name }) => name === 'frame');
      if (frame?.type !== 'chunk') this.error('the frame is missing');
      // Only hands on what the chunk has that the loader brings.
      for (const [name, chunk] of Object.entries(bundle))
        if (chunk.name === 'app') delete bundle[name];
      let { code } = loader;
      for (const [name, mark] of Object.entries(marks)) {
        const part = Object.values(bundle).find(
          (chunk) => chunk.name === name && chunk.type === 'chunk',
        );
        if (!part || !code.includes(mark)) this.error(`the loader must bring ${name}`);
        // Relative to the loader's own address, wherever the host page is.
        code = code.replace(mark, `./${part.fileName}`);
        frame.code = frame.code.replace(mark, `./${basename(part.fileName)}`);
      }
      const plain = code.replace(/export\s*\{[^}]*\};?/, '');
      if (plain === code || /\bexport\b/.test(plain)) this.error('the loader has one export');
      // A plain script of another origin has no address of its own to which `import()` could be relative.
      const absolute = plain.replace(
        /import\((`\.\/assets\/[^`]+`)\)/g,
        'import(new URL($1,loadedFrom).href)',
      );
      if (absolute.split('loadedFrom').length !== 3) this.error('the loader brings two parts');
      const from = 'const loadedFrom=document.currentScript?.src;';
      loader.code = `(()=>{${from}${absolute.trim()}\n})();\n`;
      const emit = (fileName: string, source: string) =>
        this.emitFile({ type: 'asset', fileName, source });
      emit('kefu.js', code);
      emit('kefu.d.ts', declarations());
      emit('package.json', packageJson());
    },
  };
}

function declarations(): string {
  const types = readFileSync(join(here, 'src/api.ts'), 'utf8');
  return `${types}
/** Puts the button on the page. What it gives takes the same calls as \`window.kefu\`. */
export declare function createKefu(options: KefuOptions): HostFunction;
`;
}

/** So that the folder can be installed as a package: `npm install ./widget`. */
function packageJson(): string {
  const { version, license } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  ) as { version: string; license: string };
  const exports = { '.': { types: './kefu.d.ts', default: './kefu.js' } };
  const about = { name: 'kefu-widget', version, license, type: 'module', exports };
  return `${JSON.stringify({ ...about, sideEffects: false }, null, 2)}\n`;
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

/** Of a word's plural forms those that are the same as `_other` need not be said: it stands in for what is missing. */
function leanWords(): Plugin {
  return {
    name: 'lean-words',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/widget.json')) return null;
      const words = JSON.parse(code) as Record<string, string>;
      const needed = Object.entries(words).filter(([key, text]) => {
        const other = key.replace(/_(?:zero|one|two|few|many)$/, '_other');
        return other === key || words[other] !== text;
      });
      return JSON.stringify(Object.fromEntries(needed));
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
