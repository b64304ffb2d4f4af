// What tests that walk through the rooms share: people who sign in and act, forms, days of the program's clock, pages to be judged.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { axe, base, look, noJs, person, signIn } from "./lib.mjs";

export const PHONE = { width: 360, height: 740 };

/** `as(who, path, work, { script, width, … })`: signs somebody in, lets them work, and fails if a page complained. */
export const acting = (browser) => async (who, path, work, { script = true, ...options } = {}) => {
  const someone = script ? await person(browser(), options) : await noJs(browser(), options);
  someone.page.setDefaultTimeout(10_000);
  await signIn(someone.page, who, { from: `/sign-in?next=${encodeURIComponent(path)}` });
  const answer = await someone.page.goto(base() + path);
  await work(someone.page, answer);
  someone.check();
  await someone.close();
};

/** `judged(page, name)`: one heading, nothing inline, no wider than the window, no finding of axe-core; pictures to look at. */
export const judging = (room) => async (page, name) => {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 1, `${name}: the page is ${wide} px wider than the window`);
  await axe(page, name);
  await look(page, `${room}-${name}`);
};

/** What stands on the page. */
export const said = (page) => page.locator("main").innerText();
/** Acts, and waits for the page that answers. */
export const gone = (page, act) => Promise.all([page.waitForEvent("load"), act()]);
export const tap = (page, name) => gone(page, () => page.locator("main").getByRole("link", { name }).first().click());

/** Nothing on the page is refused. */
export async function fine(page) {
  const wrong = page.locator(".errors");
  assert.equal(await wrong.count() ? await wrong.first().innerText() : "", "", `refused on ${page.url()}`);
}

/** Presses the button of that name (the first, where a table has one in each row) and waits for the page that answers. */
export async function press(page, name, within = page.locator("main")) {
  await gone(page, () => within.getByRole("button", { name, exact: typeof name === "string" }).first().click());
  await fine(page);
}

/** Opens a folded part by its heading: without scripts too. */
export async function unfold(page, heading) {
  const more = page.locator("main details", { has: page.locator("summary", { hasText: heading }) }).first();
  if (await more.getAttribute("open") === null) await more.locator("summary").first().click();
  return more;
}

export async function pickText(select, text) {
  const value = await select.locator("option", { hasText: text }).first().getAttribute("value");
  await select.selectOption(value);
}

/** Seconds by which the program's clock runs ahead of the machine's, once tests have walked through days. */
export const ahead = async () => Number((await readFile(process.env.PHUSA_CLOCK ?? "", "utf8").catch(() => "")).trim() || 0);

/** A day of the program's clock, so many days from now. */
export const dayAhead = async (days) => new Date(Date.now() + await ahead() * 1000 + days * 86_400_000);

export async function fillDay(within, name, day) {
  for (const [part, value] of [["day", day.getDate()], ["month", day.getMonth() + 1], ["year", day.getFullYear()]]) await within.locator(`[name="${name}-${part}"]`).fill(String(value));
}

/** A small PDF to upload, a different one for each name. */
export function pdf(name, pages = 1) {
  const kids = Array.from({ length: pages }, (_, n) => `${n + 3} 0 R`).join(" ");
  const sheets = Array.from({ length: pages }, (_, n) => `${n + 3} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n`).join("");
  return { name: `${name}.pdf`, mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[${kids}]/Count ${pages}>>endobj\n${sheets}trailer<</Root 1 0 R>>\n%${name} ${Date.now()}\n%%EOF\n`) };
}
