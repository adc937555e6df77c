// Keeps the phone's own files, so that the app opens at a door with no signal; it never touches the API.
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

/** Both are written by the build: a name that changes with the files, and the files as a JSON list of addresses. */
const CACHE = "__PRECACHE_NAME__";
const URLS: string[] = JSON.parse("__PRECACHE_URLS__");
const PREFIX = "doorstep-";
const HOME = "/door/";

/** A file whose name carries its hash never changes, so a copy from the last version will do. */
async function keep(cache: Cache, url: string): Promise<void> {
  const held = url.includes("/assets/") ? await caches.match(url) : undefined;
  const answer = held ?? (await fetch(url, { cache: "reload" }));
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: the new version is not whole, so it is not taken`);
  await cache.put(url, answer);
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(URLS.map((url) => keep(cache, url)));
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request.mode === "navigate" ? HOME : url.pathname);
  return held ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || !url.pathname.startsWith(HOME)) return;
  event.respondWith(answer(event.request, url));
});

// The page asks for this only at start, with no visit open: a visit is finished under the code that began it.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});

export {};
