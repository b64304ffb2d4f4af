// What leaves the build: named by content, the same every time, packed, licensed, and small enough.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { buildAll } from "../build.mjs";

let root, one, two;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "phusa-build-"));
  one = await buildAll(join(root, "one"));
  two = await buildAll(join(root, "two"));
});
after(() => rm(root, { recursive: true, force: true }));

test("two builds give the same files, byte for byte", async () => {
  const names = (await readdir(join(root, "one"))).sort();
  assert.deepEqual((await readdir(join(root, "two"))).sort(), names);
  for (const name of names) assert.ok((await readFile(join(root, "one", name))).equals(await readFile(join(root, "two", name))), name);
  assert.deepEqual(one.manifest, two.manifest);
});

test("the manifest names files that exist, each with its hash", async () => {
  const names = new Set(await readdir(join(root, "one")));
  for (const [logical, file] of Object.entries(one.manifest)) {
    assert.ok(names.has(file), file);
    if (logical !== "licences.txt") assert.match(file, /\.[a-z0-9]{8,10}\.(css|js|svg|woff2)$/, file);
  }
  for (const weight of [400, 700]) for (const subset of ["latin", "vietnamese", "latin-ext"]) assert.ok(one.manifest[`be-vietnam-pro-${subset}-${weight}-normal.woff2`], `${subset} ${weight}`);
});

test("the style sheet refers only to files of the build, and to no other place", async () => {
  const css = await readFile(join(root, "one", one.manifest["app.css"]), "utf8");
  const files = new Set(Object.values(one.manifest)), urls = [...css.matchAll(/url\(["']?([^"')]+)/g)].map((m) => m[1]);
  assert.equal(urls.length, 6);
  for (const url of urls) assert.ok(files.has(url.replace(/^\.\//, "")), url);
});

test("vietnamese comes after latin-ext, so that đ, ă, ơ and ư never fetch a third subset", async () => {
  const css = await readFile(join(root, "one", one.manifest["app.css"]), "utf8");
  for (const weight of [400, 700]) assert.ok(css.indexOf(`latin-ext-${weight}`) < css.indexOf(`vietnamese-${weight}`) && css.indexOf(`latin-ext-${weight}`) >= 0);
});

test("every text has a Brotli copy that unpacks to itself", async () => {
  for (const file of Object.values(one.manifest).filter((f) => !f.endsWith(".woff2"))) {
    assert.ok(brotliDecompressSync(await readFile(join(root, "one", `${file}.br`))).equals(await readFile(join(root, "one", file))), file);
  }
});

test("the licence of the font travels with it", async () => {
  const text = await readFile(join(root, "one", "licences.txt"), "utf8");
  assert.match(text, /Be Vietnam Pro/);
  assert.match(text, /SIL OPEN FONT LICENSE/i);
});

test("budget: script under 15 kB, style under 15 kB, everything before the page under 90 kB on the wire", () => {
  const size = Object.fromEntries(one.sizes.map(([name, raw, br]) => [name, br ?? raw]));
  assert.ok(size["app.js"] < 15e3, `${size["app.js"]}`);
  assert.ok(size["app.css"] < 15e3, `${size["app.css"]}`);
  const first = Object.entries(size).filter(([n]) => n.startsWith("app.") || (n.endsWith("woff2") && !n.includes("latin-ext"))).reduce((sum, [, n]) => sum + n, 0);
  assert.ok(first < 90e3, `${first}`);
});
