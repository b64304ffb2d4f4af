// Serves preview/*.html inside the same frame as crates/web/src/page.rs, with the same content security policy, for looking at
// the kit without the program. A small echo stands in for autosave and upload. Nothing here is shipped.
import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../dist");
const TYPES = { ".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8" };
const MARK = '<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path fill="#bcded8" d="M2 20c5-5 9-5 14 0s9 5 14 0v4c-5 5-9 5-14 0s-9-5-14 0z"/><path fill="#fff" d="M2 12c5-5 9-5 14 0s9 5 14 0v4c-5 5-9 5-14 0s-9-5-14 0z"/><circle cx="23" cy="6" r="3" fill="#f0a77f"/></svg>';

/** First line of a preview: <!-- title | html class | width | account | lang --> */
async function page(name) {
  const source = await readFile(join(here, `${name}.html`), "utf8");
  const [, head] = source.match(/^<!--\s*(.*?)\s*-->/) ?? [];
  const [title = name, area = "citizen", width = "", account = "", lang = "vi"] = (head ?? "").split("|").map((s) => s.trim());
  const m = JSON.parse(await readFile(join(dist, "manifest.json"), "utf8"));
  const who = account
    ? `<details class="who"><summary><span class="who-name">${account.split("·")[0].trim()}</span><span class="hide-s"> · ${account.split("·")[1] ?? ""}</span></summary><div class="menu"><a href="/account">Tài khoản của tôi</a><form method="post" action="/sign-out"><input type="hidden" name="_csrf" value="t"><button class="link">Đăng xuất</button></form></div></details>`
    : '<a href="/sign-in" class="sign-in">Đăng nhập</a>';
  const wide = width === "wide" ? "wrap wide" : "wrap";
  const fonts = Object.entries(m).filter(([k]) => k.endsWith(".woff2") && !k.includes("latin-ext")).map(([, f]) => `<link rel="preload" href="/assets/${f}" as="font" type="font/woff2" crossorigin>`).join("");
  return `<!doctype html><html lang="${lang}" class="${area}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Thành phố Phù Sa</title>${fonts}<link rel="stylesheet" href="/assets/${m["app.css"]}"><script type="module" src="/assets/${m["app.js"]}"></script><link rel="icon" href="/assets/${m["icon.svg"]}" type="image/svg+xml"></head>
<body><a class="skip" href="#main">Đến nội dung chính</a><header class="bar"><div class="${wide}"><a class="mark" href="/">${MARK}<span>${area.includes("work") ? "Bàn làm việc" : "Thành phố Phù Sa"}</span></a><span class="grow"></span><a class="lang" href="?lang=en" lang="en" hreflang="en">English</a>${who}</div></header>
<div class="wrap ${width}">${source}</div>
<footer class="foot"><div class="${wide}"><p><b>Thành phố Phù Sa</b></p><ul><li>Tổng đài: <a href="tel:1022">1022</a></li><li><a href="/accessibility">Tiếp cận cho mọi người</a></li><li><a href="/api">Cho lập trình viên</a></li><li><a href="/about">Giới thiệu và mã nguồn</a></li></ul></div></footer></body></html>`;
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** answers: what the echo says next, so that tests can make it fail: { autosave: {status, json}, upload: {status, json} }. */
export async function serve(port = 0) {
  const state = { answers: {}, seen: [] };
  const server = createServer(async (q, a) => {
    const url = new URL(q.url, "http://x");
    const send = (status, type, data, more = {}) => { a.writeHead(status, { "content-type": type, "content-security-policy": "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'", ...more }); a.end(data); };
    try {
      if (q.method === "POST") {
        const data = await body(q), kind = url.pathname.slice(1), told = state.answers[kind] ?? { status: 200, json: {} };
        state.seen.push({ path: url.pathname, headers: q.headers, body: data.toString("utf8") });
        if (told.status === 0) return void q.socket.destroy();
        if (told.html) return send(told.status, "text/html; charset=utf-8", told.html);
        return send(told.status, "application/json", JSON.stringify(told.json ?? {}));
      }
      if (url.pathname.startsWith("/assets/")) {
        const file = normalize(url.pathname.slice(8));
        if (file.includes("..")) return send(404, "text/plain", "no");
        const type = TYPES[extname(file)] ?? "application/octet-stream";
        const br = /\.(css|js|svg)$/.test(file) && q.headers["accept-encoding"]?.includes("br");
        return send(200, type, await readFile(join(dist, br ? `${file}.br` : file)), br ? { "content-encoding": "br" } : {});
      }
      return send(200, "text/html; charset=utf-8", await page(url.pathname.slice(1) || "citizen-home"));
    } catch (e) { return send(404, "text/plain; charset=utf-8", String(e.message)); }
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, state, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}

export const names = async () => (await readdir(here)).filter((f) => f.endsWith(".html")).map((f) => f.slice(0, -5)).sort();

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await serve(Number(process.argv[2] ?? 8099))).url, await names());
