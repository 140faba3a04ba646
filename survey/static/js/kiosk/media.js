// The pictures and sounds of the form, kept so that they are shown and heard without a network. Their
// addresses are made of their content: what is kept never grows old. worker.js gives them out.

const CACHE = "sipas-media";

/** Keep what the bundle names and nothing else. Does what it can: the next contact tries again. */
export async function keepMedia(table) {
  const wanted = new Set(table?.media ?? []);
  if (!globalThis.caches || (wanted.size === 0 && !(await caches.has(CACHE)))) return;
  const cache = await caches.open(CACHE);
  const kept = new Set();
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (wanted.has(pathname)) kept.add(pathname);
    else await cache.delete(request);
  }
  const missing = [...wanted].filter((address) => !kept.has(address));
  await Promise.allSettled(missing.map((address) => cache.add(address)));
}
