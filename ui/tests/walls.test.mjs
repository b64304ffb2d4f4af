// A leader lays out a wall of their own: by hand on a phone, without a script, then seen across a room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const LEADER = /Dương Chí Thành/;
const NAME = `Phòng trực số ${Date.now() % 100000}`;
let wall;

const sent = (page, button) => Promise.all([page.waitForEvent("load"), button.click()]);
const named = (scope, name) => scope.getByRole("button", { name, exact: true });

async function fits(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 1, `${name}: the page is ${wide} px wider than the window`);
  await look(page, `walls-${name}`);
}

test("a wall is laid out without a script", async () => {
  const who = await noJs(run.browser, { width: 360, height: 740 });
  const { page } = who;
  await signIn(page, LEADER, { from: "/sign-in?next=/ioc/walls" });
  await page.goto(`${url}/ioc/walls`);
  await page.locator("[name=name]").fill(NAME);
  await sent(page, named(page, "Tạo màn hình"));
  wall = new URL(page.url()).pathname;
  await page.locator("[name=panel_name]").fill("Hạ tầng và dịch vụ");
  await sent(page, named(page, "Thêm khung"));
  const panel = page.locator("#panel-0");
  for (const [figure, mood] of [["directives.overdue", "bad"], ["dossiers.late", "bad"], ["indicators.dossiers.online", "plain"], ["indices.service-quality-766", "plain"]]) {
    await panel.locator("[name=figure_0]").selectOption(figure);
    await panel.locator("[name=mood_0]").selectOption(mood);
    await sent(page, named(panel, "Thêm số liệu"));
  }
  assert.equal(await panel.locator(".lay").count(), 4);
  await sent(page, panel.getByRole("button", { name: /^Lên trước/ }).last());
  await sent(page, panel.getByRole("button", { name: /^Bỏ Hồ sơ quá hạn/ }));
  assert.equal(await panel.locator(".lay").count(), 3);
  await fits(page, "laid-360");
  who.check();
  await who.close();
});

for (const [width, height] of [[768, 1024], [1440, 900]]) {
  test(`the pages at ${width} pixels`, async () => {
    const who = await person(run.browser, { width, height });
    await signIn(who.page, LEADER, { from: "/sign-in?next=/ioc/walls" });
    for (const [path, name] of [["/ioc/walls", `list-${width}`], [wall, `laid-${width}`]]) {
      await who.page.goto(url + path);
      await axe(who.page, name);
      await fits(who.page, name);
    }
    who.check();
    await who.close();
  });
}

test("it hangs on the wall, each figure with its records", async () => {
  const who = await person(run.browser, { width: 1920, height: 1080 });
  const { page } = who;
  await signIn(page, LEADER, { from: "/sign-in?next=/ioc/walls" });
  await page.goto(`${url}/ioc/walls`);
  await page.getByRole("link", { name: NAME }).click();
  await page.locator(".wall-panel dl .tally").first().waitFor();
  assert.equal(await page.locator(".wall-panel dl > div").count(), 3);
  await axe(page, "own wall");
  await fits(page, "own-1920");
  const high = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(high <= 1080, `the wall is ${high} px high`);
  for (const href of await page.$$eval(".wall-panel dl a.tally", (all) => all.map((a) => a.getAttribute("href")))) {
    assert.equal((await page.request.get(url + href)).status(), 200, href);
  }
  who.check();
  await who.close();
});
