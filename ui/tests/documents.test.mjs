// A notice from its draft to the register of another office: written without scripts, reviewed, signed, sealed, delivered, registered;
// anybody verifies it by its code.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, launch, noJs, person } from "./lib.mjs";
import { acting, judging, press, said } from "./walk.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const as = acting(() => run.browser), judged = judging("documents");

const DRAFTER = /Võ Minh Đức/, HEAD = /Đặng Thu Hà/, LEADER = /Bùi Quốc Khánh/, CLERK = /Hồ Thị Mai/, OTHER_CLERK = /Vũ Hải Yến/;
const subject = `Lịch trực Tết Dương lịch ${Date.now() % 1_000_000}`;
const left = {};

/** What follows an act is done behind the page; a demonstration that was just filled has much of it. */
async function until(page, wanted) {
  for (let n = 0; n < 60 && !wanted.test(await said(page)); n++) {
    await page.waitForTimeout(1000);
    await page.reload();
  }
  assert.match(await said(page), wanted);
}

test("the drafter writes a notice, sees it as it will be printed, and submits it", async () => {
  await as(DRAFTER, "/work/documents/new?kind=notice", async (page) => {
    await page.getByLabel("Trích yếu nội dung").fill(subject);
    await page.getByLabel("Nội dung", { exact: false }).last().fill("Ủy ban nhân dân phường thông báo.\n# Thời gian\nTừ ngày 01 tháng 01 năm 2027.");
    await page.locator("main details summary").first().click();
    await page.getByLabel("Sở Xây dựng").check();
    await press(page, "Lưu dự thảo");
    left.path = new URL(page.url()).pathname;
    assert.match(await said(page), /Dự thảo/);
    const preview = await page.request.get(`${url}${left.path}/file`);
    assert.equal((await preview.body()).subarray(0, 4).toString(), "%PDF");
    await page.getByLabel("Người kiểm tra nội dung, thể thức").selectOption({ label: "Đặng Thu Hà – Trưởng phòng Kinh tế, Hạ tầng và Đô thị" });
    await page.getByLabel("Người ký", { exact: true }).selectOption({ label: "Bùi Quốc Khánh – Chủ tịch" });
    await press(page, "Trình");
    assert.match(await said(page), /Chờ kiểm tra/);
  }, { script: false });
  await as(DRAFTER, "/work/documents/new", (page) => judged(page, "kinds"));
  await as(DRAFTER, "/work/documents/new?kind=decision", (page) => judged(page, "form"));
});

test("head, chairman and clerk bring it out: number, signature, seal", async () => {
  assert.ok(left.path, "an earlier step did not leave the document behind");
  await as(HEAD, "/work/documents", async (page) => {
    await judged(page, "desk");
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: subject }).first().click()]);
    await press(page, "Đồng ý, chuyển ký");
  });
  await as(LEADER, left.path, async (page) => {
    await judged(page, "to-sign");
    await press(page, "Ký văn bản");
    assert.match(await said(page), /\d+\/TB-UBND/);
  });
  await as(CLERK, left.path, async (page) => {
    await until(page, /Đã ký số\s+dùng thử, Bùi Quốc Khánh/);
    await press(page, "Đóng dấu, phát hành");
    await until(page, /Đã phát hành/);
    left.code = (await page.locator("main a[href^='/verify/']").first().getAttribute("href"));
    await judged(page, "issued");
    await page.goto(`${url}/work/documents/outgoing`);
    assert.match(await said(page), new RegExp(subject));
    await judged(page, "outgoing");
  });
});

test("the other office registers it, and anybody verifies it by its code", async () => {
  assert.ok(left.code, "an earlier step did not leave the code behind");
  await as(OTHER_CLERK, "/work/documents", async (page) => {
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: subject }).first().click()]);
    await press(page, "Vào sổ");
    assert.match(await said(page), /chữ ký số hợp lệ/);
    await judged(page, "arrival");
    await page.goto(`${url}/work/documents/incoming`);
    await judged(page, "incoming");
  });
  for (const open of [person, noJs]) {
    const anybody = await open(run.browser);
    await anybody.page.goto(url + left.code);
    const text = await said(anybody.page);
    assert.match(text, /Có trong sổ văn bản đã phát hành/);
    assert.match(text, /Bùi Quốc Khánh, Chủ tịch/);
    if (open === person) await judged(anybody.page, "verified");
    await anybody.close();
  }
});
