import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Every page is one HTML file here; the service answers `/console` with `dist/console.html`. */
const pages = ['index', 'console', 'shift', 'station', 'crew', 'hospital', 'clinic'];

const LIBRE = fileURLToPath(new URL('node_modules/maplibre-gl/src', import.meta.url));

/**
 * MapLibre comes as two bundles, page and worker, that hold the same 120 kB (brotli) twice. Built from its sources the
 * worker is one more chunk of this build and shares them; `import url from 'maplibre-worker'` is its address.
 */
const mapWorker: Plugin = {
  name: 'maplibre-worker',
  resolveId: (id) => (id === 'maplibre-worker' ? '\0maplibre-worker' : undefined),
  load(id) {
    if (id !== '\0maplibre-worker') return undefined;
    const chunk = this.emitFile({ type: 'chunk', id: `${LIBRE}/source/worker.ts`, name: 'maplibre-worker' });
    return `export default import.meta.ROLLUP_FILE_URL_${chunk}`;
  },
};

/** `--mode only-crew` builds one page, and the way in, for somebody who works on that page alone. */
export default defineConfig(({ mode }) => ({
  plugins: [mapWorker],
  resolve: { alias: [{ find: /^maplibre-gl$/, replacement: `${LIBRE}/index.ts` }] },
  // MapLibre's sources only declare the fields that their base classes fill.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' }, typescript: { removeClassFieldsWithoutInitializer: true } },
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
