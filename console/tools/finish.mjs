// After `vite build`: writes the service worker with its list of files, compresses what compresses, and fails when a page
// has grown beyond what it may take.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = process.argv[2] ?? join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

/** kB brotli: what a page needs for its first picture, and everything that it may come to load, all together. */
const FIRST_KB = 30;
const ALL_KB = 400;

/** The map asks for its worker by address, which the manifest does not know. */
const ASKED_FOR = { 'src/shared/map/maplibre.ts': ['node_modules/maplibre-gl/src/source/worker.ts'] };

/** The files of some chunks and of all that they import; `lazy`: also of what they may load later. */
function filesOf(keys, lazy) {
  const files = new Set();
  const seen = new Set();
  const add = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(key)) return;
    seen.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(lazy ? (chunk.assets ?? []) : [])]) if (existsSync(join(dist, file))) files.add(file);
    for (const next of [...(chunk.imports ?? []), ...(lazy ? [...(chunk.dynamicImports ?? []), ...(ASKED_FOR[key] ?? [])] : [])]) add(next);
  };
  keys.forEach(add);
  return files;
}

/** With the document itself and the script before it. Leaflet comes instead of MapLibre, never beside it. */
function kilobytes(page, lazy) {
  const files = [page, 'first.js', ...filesOf([page], lazy)].filter((file) => !file.includes('/leaflet-'));
  return files.reduce((sum, file) => sum + brotli(readFileSync(join(dist, file))).length, 0) / 1000;
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

if (manifest['crew.html'] === undefined) process.exit(0);
// The lazy ones too: offline there is no second chance.
const crew = [...filesOf(['crew.html'], true)].filter((file) => file.startsWith('assets/'));
const precache = ['/crew', '/first.js', '/icons/jiuhu.svg', '/manifest-crew.webmanifest', ...crew.map((file) => `/${file}`)];
const hash = createHash('sha256').update(precache.join('\n')).update(readFileSync(join(dist, 'crew.html')));
const worker = readFileSync(join(root, 'src/sw/sw.js'), 'utf8')
  .replace("'__VERSION__'", JSON.stringify(hash.digest('hex').slice(0, 12)))
  .replace("['__PRECACHE__']", JSON.stringify(precache));
writeFileSync(join(dist, 'sw.js'), worker);

const pages = Object.keys(manifest).filter((key) => key.endsWith('.html'));
const sizes = pages.map((page) => ({ name: page.replace('.html', ''), first: kilobytes(page, false), all: kilobytes(page, true) }));
rmSync(join(dist, '.vite'), { recursive: true });

const squeezable = new Set(['.js', '.mjs', '.css', '.html', '.svg', '.webmanifest', '.json']);
for (const entry of readdirSync(dist, { recursive: true })) {
  const file = join(dist, entry);
  if (!statSync(file).isFile() || !squeezable.has(extname(file))) continue;
  const bytes = readFileSync(file);
  writeFileSync(`${file}.br`, brotli(bytes));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
const told = (kind) => sizes.map((size) => `${size.name} ${size[kind].toFixed(1)}`).join(', ');
console.log(`kB brotli, first picture: ${told('first')}; all: ${told('all')}`);
if (sizes.some((size) => size.first > FIRST_KB || size.all > ALL_KB)) {
  console.error(`a page is larger than ${FIRST_KB} kB for its first picture or ${ALL_KB} kB in all`);
  process.exit(1);
}
