// Keeps the page on the device: every file below is stored at the first visit, checked against its hash,
// and served from there ever after. Another model or page is another version, and replaces this one.
const kMine = `dermscope ${self.registration.scope} `; // another model beside this one keeps its own
const kCache = `${kMine}@version@`;
const kFiles = @files@; // [path, "sha256-..."]

self.addEventListener("install", (event) => {
  const fresh = kFiles.map(([path, integrity]) => new Request(path, { cache: "no-cache", integrity }));
  event.waitUntil(caches.open(kCache).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys())
      if (name.startsWith(kMine) && name !== kCache) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

async function answer(request) {
  const cache = await caches.open(kCache);
  const url = new URL(request.url);
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  return (await cache.match(url.href, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(self.registration.scope))
    event.respondWith(answer(event.request));
});
