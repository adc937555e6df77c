// Keeps the phone's own files, so that the app opens at a door with no signal; it never touches the API.
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

/** Both are written by the build: a name that changes with the files, and the files as a JSON list of addresses. */
const CACHE = "__PRECACHE_NAME__";
const URLS: string[] = JSON.parse("__PRECACHE_URLS__");
const PREFIX = "doorstep-";
const HOME = "/door/";

const TYPES: Readonly<Record<string, string>> = { js: "javascript", css: "css", json: "json" };

/** A proxy's page, or an answer cut off among its headers, may say 200 too, and would be kept for good. */
function isWhole(url: string, { ok, headers }: Response): boolean {
  const type = headers.get("Content-Type") ?? "";
  return ok && type !== "" && type.includes(TYPES[url.split(".").at(-1) ?? ""] ?? "");
}

/** A file whose name carries its hash never changes, so a copy from the last version will do. */
async function keep(cache: Cache, url: string): Promise<void> {
  const held = url.includes("/assets/") ? await caches.match(url) : undefined;
  const answer = held ?? (await fetch(url, { cache: "reload" }));
  if (!isWhole(url, answer))
    throw new Error(`${url} answered ${answer.status}: the new version is not whole, so it is not taken`);
  await cache.put(url, answer);
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(URLS.map((url) => keep(cache, url)));
}

/** The browser may clear the files and leave the worker: then they are fetched again, all of one version or none. */
async function mend(): Promise<void> {
  const cache = await caches.open(CACHE);
  if ((await cache.keys()).length >= URLS.length) return;
  const answers = await Promise.all(URLS.map((url) => fetch(url, { cache: "reload" })));
  const page = await answers[URLS.indexOf(HOME)]?.clone().text();
  const is_ours =
    answers.every((answer, place) => isWhole(URLS[place] ?? "", answer)) &&
    URLS.some((url) => url.endsWith(".js") && page?.includes(url));
  if (is_ours) await Promise.all(answers.map((answer, place) => cache.put(URLS[place] ?? HOME, answer)));
}

/** The version before stays: a tab with an open visit still runs it, and may need a part that it has not fetched yet. */
async function activate(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request.mode === "navigate" ? HOME : url.pathname);
  const before = !held && url.pathname.includes("/assets/") ? await caches.match(url.pathname) : undefined;
  return held ?? before ?? fetch(request);
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
  if (event.data === "whole") event.waitUntil(mend());
});

export {};
