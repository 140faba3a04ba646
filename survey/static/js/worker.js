// The service worker: keeps the files of the app, so that a form opens without a network once it was
// opened with one. The server puts VERSION, FILES and KIOSK before this text (survey/respond/offline.py).
// It never keeps a page of a round (each carries an id of its own), the desk, the API, or a POST.
//
// A new version is fetched beside the old one and takes its place when no page of the old one is open,
// or when a page says so: nobody's open form changes under their hands.
/* global VERSION, FILES, KIOSK */

const CACHE = `sipas-${VERSION}`;
const AT_KIOSK = "sipas-at-kiosk"; // an empty cache that says what this device is
const MEDIA = "sipas-media"; // what kiosk/media.js keeps
const SHELL = "/offline";
const PATIENCE = 8000; // for a page on a line that answers, but hardly

async function fill(addresses) {
  const cache = await caches.open(CACHE);
  const fresh = addresses.map((address) => new Request(address, { cache: "no-cache" }));
  await cache.addAll(fresh);
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    await fill((await caches.has(AT_KIOSK)) ? [...FILES, ...KIOSK] : FILES);
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const kept = [CACHE, AT_KIOSK, MEDIA];
    const old = (await caches.keys()).filter((name) => name.startsWith("sipas-") && !kept.includes(name));
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "kiosk") {
    event.waitUntil(caches.open(AT_KIOSK).then(() => fill(KIOSK)).then(
      () => event.ports[0]?.postMessage("kept"), () => event.ports[0]?.postMessage("failed")));
  }
  if (event.data === "take-over") self.skipWaiting();
});

const kept = async (address) => (await caches.open(CACHE)).match(address);

/** The network's page; the kept one when there is no network. */
async function page(request, shell) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status !== 502 && answer.status !== 504) return answer; // those are a proxy's
    return (await kept(shell)) ?? answer;
  } catch (error) {
    const found = await kept(shell);
    if (found) return found;
    throw error;
  }
}

/** A picture or a sound that is kept, or a part of it: some browsers play no sound without. */
async function media(request) {
  const found = await caches.match(request.url, { cacheName: MEDIA });
  if (!found) return fetch(request);
  const wanted = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!wanted) return found;
  const whole = await found.blob();
  const first = Number(wanted[1]);
  const last = Math.min(wanted[2] ? Number(wanted[2]) : whole.size - 1, whole.size - 1);
  const head = new Headers(found.headers);
  if (first > last) {
    head.set("Content-Range", `bytes */${whole.size}`);
    return new Response(null, { status: 416, headers: head });
  }
  head.set("Content-Range", `bytes ${first}-${last}/${whole.size}`);
  head.set("Content-Length", String(last - first + 1));
  return new Response(whole.slice(first, last + 1), { status: 206, headers: head });
}

const isForm = (path) => path === "/" || /^\/[rc]\/[^/]+$/.test(path);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === "/k") {
      event.respondWith(kept("/k").then((found) => found ?? fetch(request)));
    } else if (isForm(pathname)) {
      event.respondWith(page(request, SHELL));
    }
    return;
  }
  if (pathname.startsWith("/m/")) event.respondWith(media(request));
  else if (FILES.includes(pathname + search) || KIOSK.includes(pathname + search)) {
    event.respondWith(kept(pathname + search).then((found) => found ?? fetch(request)));
  }
});
