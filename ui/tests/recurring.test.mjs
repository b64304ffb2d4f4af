// A leader makes a task recur from a phone without a script, sees what comes next and ends it; and where values of systems come in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn, tabTo } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const LEADER = /Dương Chí Thành/;
const TASK = `Báo cáo giải ngân ${Date.now() % 100000}`;
let series, task;

const sent = (page, button) => Promise.all([page.waitForEvent("load"), button.click()]);

async function fits(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  await look(page, `recurring-${name}`);
}

test("a task is given and made to recur without a script", async () => {
  const who = await noJs(run.browser, { width: 360, height: 740 });
  const { page } = who;
  await signIn(page, LEADER, { from: "/sign-in?next=/work/directives/new" });
  await page.goto(`${url}/work/directives/new`);
  await page.locator("[name=text]").fill(TASK);
  await page.locator("[name=lead]").selectOption("H29.02");
  await page.locator("[name=due_kind][value=calendar]").check();
  await page.locator("[name=due_days]").fill("10");
  await sent(page, page.getByRole("button", { name: "Giao ngay" }));
  task = new URL(page.url()).pathname;
  await page.getByText("Lặp lại định kỳ", { exact: true }).click();
  await sent(page, page.getByRole("button", { name: "Đặt lặp lại" }));
  assert.match(await page.locator(".errors").textContent(), /Chọn bao lâu lặp lại/);
  await page.locator("[name=series_every][value=quarter]").check();
  await sent(page, page.getByRole("button", { name: "Đặt lặp lại" }));
  series = new URL(page.url()).pathname;
  assert.match(series, /^\/work\/directives\/series\/series_/);
  assert.match(await page.locator("main").textContent(), /Hằng quý, ngày \d+ các tháng \d+, \d+, \d+, \d+/);
  await fits(page, "begun");
  await page.goto(url + task);
  await page.getByRole("link", { name: "Hằng quý" }).waitFor();
  who.check();
  await who.close();
});

test("the pages, judged", async () => {
  const who = await person(run.browser, { width: 1440, height: 900 });
  const { page } = who;
  await signIn(page, LEADER, { from: "/sign-in?next=/work/directives" });
  for (const [path, name] of [["/work/directives/series", "list"], [series, "one"], [task, "task"], ["/ioc/feeds", "feeds"], ["/ioc/feeds/fibre-lines", "feed"]]) {
    await page.goto(url + path);
    await axe(page, name);
    await fits(page, name);
  }
  who.check();
  await who.close();
});

test("it is ended with the keyboard alone", async () => {
  const who = await person(run.browser, { width: 1440, height: 900 });
  const { page } = who;
  await signIn(page, LEADER, { from: `/sign-in?next=${encodeURIComponent(series)}` });
  await page.goto(url + series);
  await tabTo(page, page.locator("summary", { hasText: "Dừng lặp lại" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator("[name=stop_reason]"));
  await page.keyboard.type("Đợt giải ngân đã xong");
  await tabTo(page, page.getByRole("button", { name: "Dừng lặp lại" }));
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.match(await page.locator("main").textContent(), /đã dừng[\s\S]*Đợt giải ngân đã xong/);
  await fits(page, "ended");
  who.check();
  await who.close();
});
