// From the alert to what was done about it: a dossier becomes late, the wall says so, the chairman on a phone goes to the very record and
// asks for an explanation in two taps, the head answers, a directive follows, is extended once, delivered and accepted; the wall shows it.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SCREENS, axe, base, launch, person, signIn } from "./lib.mjs";
import { PHONE, acting, ahead, dayAhead, fillDay, gone, judging, pdf, press, said, tap, unfold } from "./walk.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await wall?.close(); await run?.close(); });

const as = acting(() => run.browser), judged = judging("alerts");

const LEADER = /Dương Chí Thành/, HEAD = /Đặng Thu Hà/, STRANGER = /Trịnh Hòa Bình/, WARD = "H29.161";
const mark = `${Date.now() % 1_000_000}`;
const text = `Trả hồ sơ trễ, xin lỗi người nộp ${mark}`;
/** What one test leaves to the next. */
const left = {};
const needs = (name) => assert.ok(left[name], `an earlier step did not leave the ${name} behind`);

const clock = () => { assert.ok(process.env.PHUSA_CLOCK, "PHUSA_CLOCK is not set: start the demonstration with --clock-file and name the file"); return process.env.PHUSA_CLOCK; };
/** The program's time now. */
const now = async () => new Date(Date.now() + await ahead() * 1000);
/** The program's clock goes on to an instant; it never goes back. */
async function goTo(instant) {
  const to = Math.ceil((instant - Date.now()) / 1000);
  if (to > await ahead()) await writeFile(clock(), `${to}\n`);
}

/** The wall on a big screen, open for the whole of the test. */
let wall;
async function screen(name) {
  await wall.page.setViewportSize({ width: 1920, height: 1080 });
  await wall.page.screenshot({ path: join(SCREENS, `alerts-${name}-1920.png`) });
  const high = await wall.page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(high <= 1080, `the wall is ${high} px high and would have to be scrolled`);
}

test("0. a dossier of the ward has a minute left; the wall is opened", { timeout: 180_000 }, async () => {
  await as(LEADER, `/work/board/dossiers?unit=${WARD}`, async (page) => {
    const rows = await page.locator("tbody tr").evaluateAll((all) => all.map((r) => ({ code: r.querySelector("a.code")?.textContent, due: [...r.querySelectorAll("td:nth-child(4) time")].map((t) => t.getAttribute("datetime")).at(-1) })));
    const time = (await now()).getTime();
    const next = rows.filter((r) => r.code && r.due && new Date(r.due).getTime() > time + 120_000).sort((a, b) => new Date(a.due) - new Date(b.due))[0];
    assert.ok(next, `no dossier of the ward has its time before it: ${JSON.stringify(rows)}`);
    left.code = next.code;
    left.due = new Date(next.due).getTime();
  });
  await goTo(left.due - 60_000);
  wall = await person(run.browser, { width: 1920, height: 1080 });
  wall.page.setDefaultTimeout(10_000);
  await signIn(wall.page, LEADER, { from: `/sign-in?next=${encodeURIComponent("/ioc/wall")}` });
  await wall.page.goto(`${url}/ioc/wall`);
  await wall.page.locator("[data-wall-contact].good").waitFor();
  // What the clock passed over has called; this one not yet.
  await wall.page.waitForTimeout(6_000);
  assert.equal(await wall.page.getByText(left.code).count(), 0);
  await axe(wall.page, "wall");
  await screen("wall-before");
});

test("1. its time passes: the wall says so by itself", { timeout: 180_000 }, async () => {
  needs("code");
  await goTo(left.due + 2_000);
  const line = wall.page.locator(".wall-list li", { hasText: left.code });
  await line.first().waitFor({ timeout: 90_000 });
  left.alert = await line.first().locator("a").getAttribute("href");
  assert.match(left.alert, /^\/work\/alerts\/alert_/);
  await axe(wall.page, "wall-alert");
  await screen("wall");
});

test("2. the chairman on a phone goes from the number to the very dossier, and asks in two taps", { timeout: 120_000 }, async () => {
  needs("alert");
  await as(STRANGER, left.alert, async (page, answer) => { assert.equal(answer.status(), 404, "for other offices it does not exist"); });
  await as(LEADER, "/ioc", async (page) => {
    await judged(page, "phone");
    await gone(page, () => page.locator(".exceptions a").first().click());
    await judged(page, "list");
    await gone(page, () => page.locator(`main a[href="${left.alert}"]`).first().click());
    assert.ok((await said(page)).includes(left.code));
    await judged(page, "alert");
    await tap(page, "Mở bản ghi");
    assert.equal(new URL(page.url()).pathname, `/work/cases/${left.code}`);
    assert.ok((await said(page)).includes(left.code), "the record itself");
  }, PHONE);
  await as(LEADER, left.alert, async (page) => {
    await tap(page, "Yêu cầu giải trình");
    await press(page, "Gửi yêu cầu giải trình");
    left.question = new URL(page.url()).pathname;
    assert.match(left.question, /\/work\/explanations\/question_/);
  }, { script: false, ...PHONE });
});

test("3. the head takes the alert up and answers", { timeout: 120_000 }, async () => {
  needs("question");
  await as(HEAD, left.alert, async (page) => {
    await press(page, "Tiếp nhận cảnh báo");
    await judged(page, "taken");
    await gone(page, () => page.locator(`main a[href="${left.question}"]`).first().click());
    await page.getByLabel("Nội dung giải trình").fill("Chờ ý kiến phòng cháy; đã xin lỗi người nộp, trả trong tuần.");
    await press(page, "Gửi giải trình");
    await judged(page, "explained");
  }, PHONE);
});

test("4. a directive follows from the answer", { timeout: 120_000 }, async () => {
  needs("question");
  await as(LEADER, left.question, async (page) => {
    assert.match(await said(page), /Chờ ý kiến phòng cháy/);
    await tap(page, "Giao nhiệm vụ từ giải trình này");
    const main = page.locator("main");
    await main.getByLabel("Nội dung nhiệm vụ").fill(text);
    assert.equal(await main.locator("[name=lead]").first().inputValue(), WARD, "the office is known already");
    await main.getByRole("radio", { name: "Đến một ngày" }).check();
    await fillDay(main, "due", await dayAhead(3));
    await press(page, "Giao ngay");
    left.task = new URL(page.url()).pathname;
  }, { script: false, ...PHONE });
  await wall.page.getByText(text).first().waitFor({ timeout: 30_000 });
  await as(LEADER, left.alert, async (page) => {
    assert.equal(await page.locator(`main a[href="${left.task}"]`).count(), 1, "the alert says what was made of it");
    await judged(page, "followed");
  }, PHONE);
});

test("5. it is extended once, delivered, accepted; the wall shows it", { timeout: 180_000 }, async () => {
  needs("task");
  await as(HEAD, left.task, async (page) => {
    await press(page, "Tiếp nhận");
    const ask = await unfold(page, "Đề nghị gia hạn");
    await fillDay(ask, "extension", await dayAhead(10));
    await ask.getByLabel("Lý do: vướng mắc gì, đã làm gì").fill("Cơ quan phòng cháy hẹn có ý kiến vào tuần sau.");
    await press(page, "Gửi đề nghị gia hạn");
  }, PHONE);
  await as(LEADER, left.task, async (page) => {
    await press(page, "Đồng ý gia hạn");
    assert.match(await said(page), /gia hạn 1/);
  }, PHONE);
  await as(HEAD, left.task, async (page) => {
    const submit = await unfold(page, "Trình kết quả để xác nhận");
    await submit.getByLabel("Kết quả, sản phẩm").fill("Đã trả kết quả cho người nộp.");
    await submit.getByLabel("Tệp kèm theo").setInputFiles(pdf("tra-ket-qua"));
    await press(page, "Trình kết quả");
  }, PHONE);
  await as(LEADER, left.task, async (page) => {
    await page.getByRole("radio", { name: "Đạt yêu cầu" }).check();
    await press(page, "Xác nhận hoàn thành");
    assert.match(await said(page), /hoàn thành đúng, trước hạn/);
  }, PHONE);
  await wall.page.locator(".wall-list li", { hasText: text }).filter({ hasText: "Đã xác nhận hoàn thành" }).first().waitFor({ timeout: 30_000 });
  await axe(wall.page, "wall-after");
  await screen("wall-after");
});

test("6. the alert is judged; its rule is told by it", { timeout: 120_000 }, async () => {
  needs("alert");
  await as(LEADER, left.alert, async (page) => {
    const close = await unfold(page, "Kết thúc, đánh giá cảnh báo");
    await press(page, "Kết thúc cảnh báo", close).then(() => assert.fail("taken without an outcome"), () => {});
    await judged(page, "refused");
    await page.getByRole("radio", { name: "Đúng, đã xử lý" }).check();
    await press(page, "Kết thúc cảnh báo");
    await judged(page, "closed");
    await page.goto(`${url}/work/alerts/rules`);
    await judged(page, "rules");
  }, PHONE);
  await wall.page.locator(".wall-list li a", { hasText: left.code }).waitFor({ state: "detached", timeout: 30_000 });
});
