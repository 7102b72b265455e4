// After `vite build`: writes the service worker with its list of files, then compresses what compresses.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = process.argv[2] ?? join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

/** Every file that a page may come to need, the lazy ones too: offline there is no second chance. */
function filesOf(key, found = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const file of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) found.add(file);
  for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) filesOf(next, found);
  return found;
}

function sizeOf(keys, seen = new Set()) {
  const files = new Set();
  const add = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(key)) return;
    seen.add(key);
    if (chunk.file.endsWith('.js') || chunk.file.endsWith('.css')) files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) add(next);
  };
  keys.forEach(add);
  return [...files].reduce((sum, file) => sum + brotli(readFileSync(join(dist, file))).length, 0);
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

if (manifest['crew.html'] === undefined) process.exit(0);
const crew = [...filesOf('crew.html')].filter((file) => file.startsWith('assets/'));
const precache = ['/crew', '/first.js', '/icons/jiuhu.svg', '/manifest-crew.webmanifest', ...crew.map((file) => `/${file}`)];
const hash = createHash('sha256').update(precache.join('\n')).update(readFileSync(join(dist, 'crew.html')));
const worker = readFileSync(join(root, 'src/sw/sw.js'), 'utf8')
  .replace("'__VERSION__'", JSON.stringify(hash.digest('hex').slice(0, 12)))
  .replace("['__PRECACHE__']", JSON.stringify(precache));
writeFileSync(join(dist, 'sw.js'), worker);

const pages = Object.keys(manifest).filter((key) => key.endsWith('.html'));
const sizes = pages.map((page) => `${page.replace('.html', '')} ${(sizeOf([page]) / 1000).toFixed(1)}`);
rmSync(join(dist, '.vite'), { recursive: true });

const squeezable = new Set(['.js', '.mjs', '.css', '.html', '.svg', '.webmanifest', '.json']);
for (const entry of readdirSync(dist, { recursive: true })) {
  const file = join(dist, entry);
  if (!statSync(file).isFile() || !squeezable.has(extname(file))) continue;
  const bytes = readFileSync(file);
  writeFileSync(`${file}.br`, brotli(bytes));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
console.log(`first load, kB brotli: ${sizes.join(', ')}`);
