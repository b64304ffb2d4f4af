// The operations centre as people meet it: a leader gives a task on a phone, the head receives it, asks once for more time, submits the
// product, the leader accepts; an explanation is asked in two taps; the wall, open all the while, shows each act without being asked.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SCREENS, axe, base, launch, person, signIn } from "./lib.mjs";
import { PHONE, acting, dayAhead, fillDay, gone, judging, pdf, pickText, press, said, tap, unfold } from "./walk.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const as = acting(() => run.browser), judged = judging("ops");

const LEADER = /Dương Chí Thành/, HEAD = /Trịnh Hòa Bình/, STRANGER = /Đặng Thu Hà/;
// Every run is a task of its own, so that a server that has seen other tests tells them apart.
const mark = `${Date.now() % 1_000_000}`;
const text = `Nhiệm vụ đường dài ${mark}`;
/** What one test leaves to the next. */
const left = {};
const needs = (name) => assert.ok(left[name], `an earlier step did not leave the ${name} behind`);

/** The wall on a big screen, open for the whole of the test. */
let wall;
/** A picture of it as it hangs there; it does not scroll. */
async function screen(name) {
  await wall.page.setViewportSize({ width: 1920, height: 1080 });
  await wall.page.screenshot({ path: join(SCREENS, `ops-${name}-1920.png`) });
}
test("0. the wall is opened on a big screen", { timeout: 120_000 }, async () => {
  wall = await person(run.browser, { width: 1920, height: 1080 });
  wall.page.setDefaultTimeout(10_000);
  await signIn(wall.page, LEADER, { from: `/sign-in?next=${encodeURIComponent("/ioc/wall")}` });
  await wall.page.goto(`${url}/ioc/wall`);
  await wall.page.locator("[data-wall-contact].good").waitFor();
  await judged(wall.page, "wall");
  await screen("wall");
  const high = await wall.page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(high <= 1080, `the wall is ${high} px high and would have to be scrolled`);
});

test("1. the leader gives a task on a phone, without scripts", { timeout: 120_000 }, async () => {
  await as(LEADER, "/ioc", async (page) => {
    await judged(page, "phone");
    await page.goto(`${url}/work/directives/new`);
    await judged(page, "give");
  }, PHONE);
  await as(LEADER, "/ioc", async (page) => {
    await gone(page, () => page.getByRole("link", { name: "Giao nhiệm vụ" }).click());
    const main = page.locator("main");
    await gone(page, () => main.getByRole("button", { name: "Giao ngay" }).click());
    assert.match(await said(page), /Ghi nội dung nhiệm vụ|Chọn đơn vị chủ trì/);
    await main.getByLabel("Nội dung nhiệm vụ").fill(text);
    await main.getByLabel("Sản phẩm, kết quả phải có").fill("Báo cáo kết quả");
    await pickText(main.locator("select[name=lead]"), "Sở Xây dựng");
    await main.getByRole("radio", { name: "Đến một ngày" }).check();
    await fillDay(main, "due", await dayAhead(2));
    await press(page, "Giao ngay");
    left.task = new URL(page.url()).pathname;
    assert.match(left.task, /\/work\/directives\/directive_/);
  }, { script: false, ...PHONE });
  // The wall shows it by itself.
  await wall.page.getByText(text).first().waitFor({ timeout: 3_000 });
});

test("2. the head receives it on a phone and asks once for more time; for strangers it does not exist", { timeout: 120_000 }, async () => {
  needs("task");
  await as(STRANGER, left.task, async (page, answer) => { assert.equal(answer.status(), 404); });
  await as(HEAD, "/work/directives", async (page) => {
    await judged(page, "list");
    assert.match(await said(page), new RegExp(text));
  }, PHONE);
  await as(HEAD, left.task, async (page) => {
    await press(page, "Tiếp nhận");
    const ask = await unfold(page, "Đề nghị gia hạn");
    await fillDay(ask, "extension", await dayAhead(12));
    await ask.getByLabel("Lý do: vướng mắc gì, đã làm gì").fill("Chờ ý kiến của cơ quan phòng cháy, đã gửi văn bản hai lần.");
    await press(page, "Gửi đề nghị gia hạn");
    await judged(page, "asked");
  }, PHONE);
});

test("3. the leader reads the reason and grants it; an explanation is asked in two taps", { timeout: 120_000 }, async () => {
  needs("task");
  await as(LEADER, left.task, async (page) => {
    assert.match(await said(page), /Chờ ý kiến của cơ quan phòng cháy/);
    await judged(page, "to-grant");
    await press(page, "Đồng ý gia hạn");
    assert.match(await said(page), /gia hạn 1/);
    await gone(page, () => page.getByRole("link", { name: "Yêu cầu giải trình" }).click());
    await press(page, "Gửi yêu cầu giải trình");
    left.question = new URL(page.url()).pathname;
  }, PHONE);
});

test("4. the head explains and submits the product", { timeout: 120_000 }, async () => {
  needs("question");
  await as(HEAD, left.question, async (page) => {
    await page.getByLabel("Nội dung giải trình").fill("Đã đôn đốc, hẹn có ý kiến trong tuần.");
    await press(page, "Gửi giải trình");
    await judged(page, "explained");
  }, PHONE);
  await as(HEAD, left.task, async (page) => {
    const submit = await unfold(page, "Trình kết quả để xác nhận");
    await submit.getByLabel("Kết quả, sản phẩm").fill("Báo cáo đã gửi, 27/27 hồ sơ xong.");
    await submit.getByLabel("Tệp kèm theo").setInputFiles(pdf("bao-cao"));
    await press(page, "Trình kết quả");
    assert.match(await said(page), /Đã trình, chờ xác nhận/);
  }, { script: false, ...PHONE });
});

test("5. the leader accepts; the wall and the report show it", { timeout: 120_000 }, async () => {
  needs("task");
  await as(LEADER, left.task, async (page) => {
    await judged(page, "to-accept");
    await page.getByRole("radio", { name: "Đạt yêu cầu" }).check();
    await press(page, "Xác nhận hoàn thành");
    assert.match(await said(page), /hoàn thành đúng, trước hạn/);
    await judged(page, "accepted");
  }, PHONE);
  await wall.page.locator(".wall-list li", { hasText: text }).filter({ hasText: "Đã xác nhận hoàn thành" }).first().waitFor({ timeout: 3_000 });
  await axe(wall.page, "wall-after");
  await screen("wall-after");
  await as(LEADER, "/work/directives/report?side=province", async (page) => {
    await judged(page, "report");
    await page.setViewportSize({ width: 1000, height: 1400 });
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(SCREENS, "ops-report-print.png"), fullPage: true });
  });
});

test("6. a wall that hears nothing says so, and comes back by itself", { timeout: 120_000 }, async () => {
  await wall.context.route("**/ioc/wall/events**", (r) => r.abort());
  await wall.page.reload();
  await wall.page.locator("[data-wall-stale]:visible").waitFor({ timeout: 40_000 });
  assert.match(await wall.page.locator("[data-wall-stale]").innerText(), /SỐ LIỆU CŨ/);
  await screen("wall-stale");
  await wall.context.unroute("**/ioc/wall/events**");
  await wall.page.locator("[data-wall-contact].good").waitFor({ timeout: 40_000 });
  assert.equal(await wall.page.locator("[data-wall-stale]:visible").count(), 0);
  await wall.close();
});

test("7. a figure over time: read on a phone, each number leads to its records, the words of the picture can be read", { timeout: 120_000 }, async () => {
  await as(LEADER, "/ioc/figures", async (page) => {
    await judged(page, "figures");
    left.figure = await page.locator("main a[href^='/ioc/figures/']").first().getAttribute("href");
    await tap(page, await page.locator("main a[href^='/ioc/figures/']").first().innerText());
    await judged(page, "figure");
    assert.ok(await page.locator("main table a[href*='/work/']").count(), "no number leads to its records");
    const records = await page.locator("main table a[href*='/work/']").first().getAttribute("href");
    assert.equal((await page.request.get(url + records)).status(), 200);
    const sheet = await page.request.get(`${url}${left.figure}/course.csv`);
    assert.match(sheet.headers()["content-type"], /^text\/csv/);
    await page.setViewportSize(PHONE);
    for (const word of await page.locator("svg.chart text").all()) assert.ok((await word.boundingBox()).height >= 10, `“${await word.textContent()}” is too small to read`);
  });
});
