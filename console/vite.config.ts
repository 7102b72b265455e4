import { defineConfig } from 'vitest/config';

/** Every page is one HTML file here; the service answers `/console` with `dist/console.html`. */
const pages = ['index', 'console', 'shift', 'station', 'crew', 'hospital', 'clinic'];

/** `--mode only-crew` builds one page, and the way in, for somebody who works on that page alone. */
export default defineConfig(({ mode }) => ({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    sourcemap: false,
    manifest: '.vite/manifest.json',
    emptyOutDir: true,
    // The map is one large lazy chunk, and meant to be.
    chunkSizeWarningLimit: 1200,
    modulePreload: { polyfill: false },
    rollupOptions: { checks: { pluginTimings: false }, input: Object.fromEntries(pages.filter((page) => !mode.startsWith('only-') || page === 'index' || mode === `only-${page}`).map((page) => [page, `${page}.html`])) },
  },
  worker: { format: 'es' },
  test: { include: ['test/**/*.test.ts'], environment: 'node', css: true },
}));
