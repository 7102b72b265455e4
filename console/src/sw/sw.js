// The crew page without a network: its own files from a cache, map tiles cached as they are seen.
// Calls of the API and live streams are never touched; commands wait in the page's own outbox.
const VERSION = '__VERSION__';
const PRECACHE = ['__PRECACHE__'];
const PAGE = '/crew';
const SHELL = `jiuhu-crew-${VERSION}`;
const TILES = 'jiuhu-tiles';
const MOST_TILES = 2000;
const TILE = /^\/api\/v1\/map\/tiles\//;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(PRECACHE)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith('jiuhu-crew-') && name !== SHELL) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

// The page asks for the new version when no job is active, never in the middle of one.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (TILE.test(url.pathname)) event.respondWith(tile(request));
  else if (url.pathname.startsWith('/api/')) return;
  else if (request.mode === 'navigate') {
    if (url.pathname === PAGE) event.respondWith(page(request));
  } else if (PRECACHE.includes(url.pathname)) event.respondWith(own(request, url.pathname));
});

// A network that is there and answers nothing is worse than none: after this long the kept page is shown.
const PATIENCE_MS = 4000;

async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: SHELL });
  const asked = fetch(request);
  if (kept === undefined) return asked;
  asked.catch(() => undefined);
  const tired = new Promise((go) => setTimeout(() => go(kept), PATIENCE_MS));
  try {
    const answer = await Promise.race([asked, tired]);
    return answer.status < 500 ? answer : kept;
  } catch {
    return kept;
  }
}

async function own(request, path) {
  return (await caches.match(path, { cacheName: SHELL })) ?? fetch(request);
}

async function tile(request) {
  const cache = await caches.open(TILES);
  const known = await cache.match(request);
  if (known !== undefined) return known;
  const answer = await fetch(request);
  if (answer.status === 200) {
    await cache.put(request, answer.clone());
    await forgetOldest(cache);
  }
  return answer;
}

async function forgetOldest(cache) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - MOST_TILES))) await cache.delete(key);
}
