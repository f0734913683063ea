import { defineConfig } from 'vite';

/** The agents' page: built to dist/desk, served under /desk/. Nothing inline, so that a strict content policy holds. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/desk/',
  build: {
    outDir: '../dist/desk',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, handler) {
        // Ariakit marks its files for server rendering, which there is none of here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
      },
    },
  },
});
