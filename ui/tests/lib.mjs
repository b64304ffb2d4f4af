// What browser tests share: a browser, people who sign in, an accessibility check that fails, pictures to judge, sizes.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
export const SCREENS = join(here, "../../test-output/screens");
export const WIDTHS = [360, 768, 1440];
const BIN = process.env.PHUSA_CHROMIUM ?? "/usr/bin/chromium";

/** The server under test; a test that has none fails and says how to start one. */
export function base() {
  const url = process.env.PHUSA_URL;
  assert.ok(url, "PHUSA_URL is not set: start the program (phusa demo) and give its address, for example PHUSA_URL=http://127.0.0.1:8080");
  return url.replace(/\/$/, "");
}

/** One Chromium for a test file. Never skips: a machine without it is told what to install. */
export async function launch() {
  if (!existsSync(BIN)) throw new Error(`${BIN} is missing: apt-get install -y chromium`);
  const browser = await chromium.launch({
    executablePath: BIN, headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=vi"],
  });
  return { browser, close: () => browser.close() };
}

/** A separate person: own cookies, Vietnamese, Việt Nam time. Errors in the page's console fail the test at check(). */
export async function person(browser, { width = 1440, height = 900, script = true, locale = "vi-VN", ...more } = {}) {
  const context = await browser.newContext({
    baseURL: process.env.PHUSA_URL, viewport: { width, height }, javaScriptEnabled: script, locale, timezoneId: "Asia/Ho_Chi_Minh", reducedMotion: "reduce", ...more,
  });
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (e) => troubles.push(`script: ${e.message}`));
  page.on("console", (m) => { if (m.type() === "error" && !/Failed to load resource/.test(m.text())) troubles.push(`console: ${m.text()}`); });
  page.on("response", (r) => { if (r.status() >= 500) troubles.push(`${r.status()} ${r.url()}`); });
  return { context, page, troubles, check: () => assert.deepEqual(troubles, [], "the page complained"), close: () => context.close() };
}

/** Somebody whose browser runs no scripts. */
export const noJs = (browser, options = {}) => person(browser, { ...options, script: false });

/** Signs in by the development provider: its page lists the demonstration accounts by name. */
export async function signIn(page, account, { from = "/sign-in", button = /Đăng nhập bằng định danh điện tử|Sign in with electronic identity/ } = {}) {
  const origin = base();
  await page.goto(`${origin}${from}`);
  const start = page.getByRole("button", { name: button }).or(page.getByRole("link", { name: button })).first();
  if (await start.count()) await start.click();
  const radio = page.getByRole("radio", { name: account }).first();
  if (await radio.count()) {
    await radio.check();
    await page.locator("form:has(input[type=radio]) button:not([type=button], [name=cancel])").first().click();
  } else {
    const choice = page.getByRole("button", { name: account }).or(page.getByRole("link", { name: account })).first();
    assert.ok(await choice.count(), `the provider's page does not offer the account "${account}": ${page.url()}`);
    await choice.click();
  }
  await page.waitForLoadState("load");
  assert.ok(page.url().startsWith(origin), `not back at the program after signing in: ${page.url()}`);
  await page.locator(".bar details.who, .bar form[action$='/sign-out']").first().waitFor({ state: "attached", timeout: 5000 });
}

export async function signOut(page) {
  const form = page.locator(".bar form[action$='/sign-out']").first();
  const menu = page.locator(".bar details.who:not([open]) > summary").first();
  if (await menu.count()) await menu.click();
  await form.locator("button").click();
  await page.waitForLoadState("load");
}

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let axeSource;

/** Findings of axe-core for WCAG 2.0–2.2 A and AA and its best practices, one line each. */
export async function axeFindings(page, { include = "html", tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } = {}) {
  axeSource ??= await readFile(axePath, "utf8");
  // evaluate() runs in the page's world without a script element, so the page's content security policy stays as it is.
  await page.evaluate(axeSource);
  const found = await page.evaluate(([where, t]) => window.axe.run(where, { runOnly: { type: "tag", values: t }, resultTypes: ["violations"] }), [include, tags]);
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id} (${v.impact}) ${n.target.join(" ")}: ${v.help}`));
}

/** Fails on any finding. */
export async function axe(page, name, options) {
  assert.deepEqual(await axeFindings(page, options), [], `accessibility findings on ${name} (${page.url()})`);
}

/** Pictures at a phone's, a tablet's and a desk's width; also fails if the page is wider than the screen (WCAG 1.4.10). */
export async function look(page, name, { widths = WIDTHS, dir = SCREENS } = {}) {
  await mkdir(dir, { recursive: true });
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => document.fonts.ready);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await page.screenshot({ path: join(dir, `${name}-${width}.png`), fullPage: true });
    assert.ok(over <= 0, `${name} is ${over} px wider than a ${width} px screen`);
  }
  if (before) await page.setViewportSize(before);
}

/** What the focused element is called, or undefined on the body. */
export function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    return !e || e === document.body ? undefined : (e.getAttribute("aria-label") ?? (e.labels?.[0]?.textContent || e.textContent || e.id)).replace(/\s+/g, " ").trim();
  });
}

/** Presses Tab until the element with this role and name holds the focus: proves that the keyboard alone gets there. */
export async function tabTo(page, locator, { limit = 120, key = "Tab" } = {}) {
  const handle = await locator.elementHandle();
  assert.ok(handle, "nothing to tab to");
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press(key);
    if (await handle.evaluate((e) => document.activeElement === e)) return i + 1;
  }
  throw new Error(`${limit} presses of ${key} did not reach ${locator}`);
}

/** Every stop of the keyboard must be visible: an outline or a shadow that the element does not have without focus. */
export async function focusIsVisible(page, { limit = 200 } = {}) {
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  const dull = [], seen = new Set();
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      e.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
      const s = getComputedStyle(e), box = e.getBoundingClientRect();
      const ring = (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && !/rgba\(0, 0, 0, 0\)|transparent/.test(s.outlineColor)) || s.boxShadow !== "none";
      const covered = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)), Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2)));
      return { id: e.dataset.stop, text: (e.textContent || e.id || e.tagName).trim().slice(0, 40), ring, hidden: !covered || !(e === covered || e.contains(covered) || covered.contains(e)) };
    });
    if (!stop || seen.has(stop.id)) break;
    seen.add(stop.id);
    if (!stop.ring) dull.push(`no ring: ${stop.text}`);
    if (stop.hidden) dull.push(`covered: ${stop.text}`);
  }
  assert.deepEqual(dull, [], `keyboard focus cannot be seen on ${page.url()}`);
  return seen.size;
}

/** Bytes over the wire of a first visit (headers included), by a browser with an empty cache: { total, parts: [{url, bytes}] }. */
export async function wireSize(browser, url) {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  const parts = new Map();
  await client.send("Network.enable");
  client.on("Network.responseReceived", (e) => parts.set(e.requestId, { url: e.response.url, bytes: e.response.encodedDataLength }));
  client.on("Network.loadingFinished", (e) => { const p = parts.get(e.requestId); if (p) p.bytes = e.encodedDataLength; });
  await page.goto(url, { waitUntil: "networkidle" });
  await page.evaluate(() => document.fonts.ready);
  await context.close();
  const list = [...parts.values()].filter((p) => /^https?:/.test(p.url));
  return { total: list.reduce((sum, p) => sum + p.bytes, 0), parts: list };
}

/** A folder of its own for files that a test uploads. */
export async function scratch() {
  const dir = await mkdtemp(join(tmpdir(), "phusa-ui-"));
  return { dir, drop: () => rm(dir, { recursive: true, force: true }) };
}
