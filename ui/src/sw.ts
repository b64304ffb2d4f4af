/** Pages that were opened before open again without a network. Kept by the page's own script as well (offline.ts); nothing
 *  is asked for that the person did not open or ask to keep. Registered for the addresses of an assessment and of a visit only. */
type Later = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Later & { request: Request; respondWith(answer: Promise<Response>): void };
const sw = self as unknown as {
  addEventListener(kind: "install" | "activate", act: (e: Later) => void): void;
  addEventListener(kind: "fetch", act: (e: Asked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};
const PAGES = "phusa-pages", ASSETS = "phusa-assets";
/** How long a weak signal is waited for when a copy is at hand. */
const PATIENCE = 5000;

sw.addEventListener("install", (e) => e.waitUntil(sw.skipWaiting()));
sw.addEventListener("activate", (e) => e.waitUntil(sw.clients.claim()));
sw.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (url.origin !== location.origin || e.request.method !== "GET") return;
  if (url.pathname.startsWith("/assets/")) e.respondWith(asset(e.request));
  else if (e.request.mode === "navigate") e.respondWith(page(e));
});

/** Named by their content, so a copy never grows old. */
async function asset(request: Request): Promise<Response> {
  const store = await caches.open(ASSETS), copy = await store.match(request, { ignoreVary: true });
  if (copy) return copy;
  const answer = await fetch(request);
  if (answer.ok) await store.put(request, answer.clone());
  return answer;
}

async function page(e: Asked): Promise<Response> {
  const store = await caches.open(PAGES), address = e.request.url.split("#")[0] ?? e.request.url;
  const copy = await store.match(address, { ignoreVary: true });
  const asked = fetch(e.request).then(async (answer) => {
    if (answer.ok && !answer.redirected && answer.headers.get("content-type")?.startsWith("text/html")) await store.put(address, answer.clone());
    return answer;
  });
  const late = new Promise<undefined>((done) => setTimeout(done, PATIENCE, undefined));
  try {
    const first = await (copy ? Promise.race([asked, late]) : asked);
    if (first) return first;
    e.waitUntil(asked.catch(() => undefined));
  } catch { /* no network */ }
  return copy ?? (await unknown());
}

/** A page that is not on this device. Both languages: nothing here knows which one the person reads. */
async function unknown(): Promise<Response> {
  const style = (await (await caches.open(ASSETS)).keys()).map((r) => new URL(r.url).pathname).find((p) => p.endsWith(".css"));
  const html = `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Không có mạng</title>${style ? `<link rel="stylesheet" href="${style}">` : ""}</head><body><div class="wrap narrow"><main id="main"><h1>Không có mạng</h1>
<p>Trang này chưa được giữ trên máy. Những gì bạn đã nhập vẫn chờ gửi trên máy này; khi có mạng, hãy mở lại trang.</p>
<p><a href="">Thử lại</a></p><p lang="en">There is no network and this page is not kept on this device. What you entered waits here; open the page again when you are connected.</p></main></div></body></html>`;
  return new Response(html, { status: 503, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'" } });
}
export {};
