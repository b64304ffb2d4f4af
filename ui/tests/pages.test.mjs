// The public pages of the running program (PHUSA_URL), as a visitor with a phone or a desk, with and without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, focusIsVisible, launch, look, noJs, person, wireSize } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(() => run?.close());

async function visit(path, act, options) {
  const who = await person(run.browser, options);
  const answer = await who.page.goto(url + path);
  assert.equal(answer.status(), 200, path);
  await act(who.page);
  who.check();
  await who.close();
}
/** What every page owes its reader. */
async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.match(await page.locator("html").getAttribute("lang"), /^(vi|en)$/);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline that our own policy would refuse`);
  await axe(page, name);
  await look(page, name);
  await focusIsVisible(page);
}
/** Address of the first service found for what people say. */
async function firstService(page) {
  await page.goto(`${url}/?q=mo+quan+ca+phe`);
  const link = page.locator("main a[href*='/services/']").first();
  assert.ok(await link.count(), "the search for “mo quan ca phe” finds a service");
  return link.getAttribute("href");
}

test("home", () => visit("/", (page) => judged(page, "home")));

test("home in English", () => visit("/?lang=en", async (page) => {
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await axe(page, "home-en");
}));

test("search without marks finds a service", () => visit("/?q=mo%20quan%20ca%20phe", async (page) => {
  await judged(page, "search");
  assert.ok(await firstService(page));
}));

test("a service's page", () => visit("/", async (page) => {
  await page.goto(new URL(await firstService(page), url).href);
  await judged(page, "service");
}));

test("look a dossier up without signing in", () => visit("/lookup", (page) => judged(page, "lookup")));

test("a page that does not exist says so in the same frame", async () => {
  const who = await person(run.browser);
  const answer = await who.page.goto(`${url}/khong-co-trang-nay`);
  assert.equal(answer.status(), 404);
  await judged(who.page, "not-found");
  await who.close();
});

test("the public pages work without scripts", async () => {
  const { page, close } = await noJs(run.browser);
  await page.goto(url);
  await page.locator("form[role=search] input, input[type=search], form input[name=q]").first().fill("mo quan ca phe");
  await Promise.all([page.waitForURL(/[?&]q=mo/), page.keyboard.press("Enter")]);
  assert.match(page.url(), /[?&]q=mo/);
  assert.ok(await page.locator("main a").count());
  await close();
});

test("a first visit costs at most 100 kB", async () => {
  for (const path of ["/", "/lookup"]) {
    const { total, parts } = await wireSize(run.browser, url + path);
    assert.ok(total <= 100e3, `${path} ${total}\n${parts.map((p) => `${p.bytes} ${p.url}`).join("\n")}`);
  }
});
