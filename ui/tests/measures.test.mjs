// An indicator is entered by the office that answers for it, corrected with a reason, feeds an index that says why, is tried out without a
// trace, and a period is closed: at three widths, without a script, with nothing for axe to say.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const LEADER = /Dương Chí Thành/, CONTROLLER = /Mai Bảo Ngọc/, WARD = /Bùi Quốc Khánh/;
const WIDTHS = [{ width: 360, height: 740 }, { width: 768, height: 1024 }, { width: 1440, height: 900 }];
/** A number of this run, so that the same demonstration may be tried again. */
const part = 700 + Math.floor(Date.now() / 1000) % 200;
const quarter = "2026-Q3", fibre = "/ioc/indicators/households.fibre";

async function whole(page, name, { judged = true } = {}) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 1, `${name}: the page is ${wide} px wider than the window`);
  // axe needs scripts of its own in the page.
  if (judged) await axe(page, name);
  await look(page, `measures-${name}`);
}

async function visit(who, path, work, { script = true, ...options } = {}) {
  const someone = script ? await person(run.browser, options) : await noJs(run.browser, options);
  await signIn(someone.page, who, { from: `/sign-in?next=${encodeURIComponent(path)}` });
  await someone.page.goto(url + path);
  await work(someone.page);
  someone.check();
  await someone.close();
}

const main = (page) => page.locator("main").innerText();
const sent = (page, name) => Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).click()]);
async function open(page, heading) {
  const more = page.locator("main details", { has: page.locator("summary", { hasText: heading }) }).first();
  if (await more.getAttribute("open") === null) await more.locator("summary").first().click();
}

test("a value is entered without a script, and a percentage is asked back", async () => {
  await visit(LEADER, `${fibre}?period=${quarter}`, async (page) => {
    await open(page, "Khai số liệu");
    await page.locator("[name=period]").last().fill(quarter);
    await page.locator("[name=n]").fill("85%");
    await page.locator("[name=d]").fill("1000");
    await page.locator("[name=document]").fill("12/BC-SKHCN");
    await sent(page, "Khai số liệu");
    assert.match(await page.locator(".errors").first().innerText(), /không ghi phần trăm/);
    await whole(page, "refused", { judged: false });
    await page.locator("[name=n]").fill(String(part));
    await page.locator("[name=reason]").fill("Đếm lại");
    await sent(page, "Khai số liệu");
    assert.match(await main(page), new RegExp(`${part} / 1\\.000`));
  }, { script: false });
});

for (const size of WIDTHS) {
  test(`indicators and indices at ${size.width} pixels`, async () => {
    await visit(LEADER, "/ioc/indicators", async (page) => {
      await whole(page, `indicators-${size.width}`);
      await page.goto(`${url}${fibre}?period=${quarter}`);
      await whole(page, `indicator-${size.width}`);
      await page.goto(`${url}/ioc/indicators/dossiers.online`);
      await whole(page, `computed-${size.width}`);
      await page.goto(`${url}/ioc/indices`);
      await whole(page, `indices-${size.width}`);
      await page.goto(`${url}/ioc/indices/factors-b`);
      await open(page, "Thử");
      for (const why of await page.locator("main td details summary").all()) await why.click();
      await whole(page, `index-${size.width}`);
      await page.goto(`${url}/ioc/indicators/import`);
      await whole(page, `import-${size.width}`);
    }, { viewport: size });
  });
}

test("what if leaves no trace, and the tree opens what it was computed from", async () => {
  await visit(LEADER, "/ioc/indices/factors-b", async (page) => {
    await open(page, "Thử");
    await page.locator("[name='if.fibre_n']").fill("950");
    await sent(page, "Thử");
    assert.match(await page.locator("#what-if").innerText(), /→ 95/);
    await page.goto(`${url}/ioc/indices/factors-b`);
    assert.doesNotMatch(await page.locator("#what-if").innerText(), /→ 95/);
    await page.locator("main td details summary").first().click();
    await Promise.all([page.waitForEvent("load"), page.locator("main td details a").first().click()]);
    assert.match(await main(page), new RegExp(`${part} / 1\\.000`));
  });
});

test("a controller closes last month; what was signed is computed again", async () => {
  await visit(CONTROLLER, "/ioc/periods", async (page) => {
    await page.locator("[name=reason]").fill("Chốt thử");
    await sent(page, "Chốt kỳ");
    const link = page.locator("main table a").first();
    for (let i = 0; i < 60 && await link.count() === 0; i++) { await page.waitForTimeout(1000); await page.reload(); }
    await whole(page, "periods");
    await Promise.all([page.waitForEvent("load"), link.click()]);
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: /Tính lại từ nhật ký/ }).click()]);
    assert.match(await main(page), /giống từng bit/);
    assert.match(await main(page), /chữ ký đúng/);
    await whole(page, "closed");
  });
});

test("a ward's chairman sees the figures of the ward and may not enter the city's", async () => {
  await visit(WARD, "/ioc/indicators/dossiers.received", async (page) => {
    assert.match(await main(page), /Xuân Hòa/);
    await page.goto(url + fibre);
    assert.equal(await page.getByRole("button", { name: "Khai số liệu", exact: true }).count(), 0);
  });
});
