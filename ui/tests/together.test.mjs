// An agreement that an enterprise outside and a department sign too: named without scripts, refused file told at once, signed in the
// house by the department's leader; the drafter sees who is awaited.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { base, launch, noJs, person } from "./lib.mjs";
import { acting, judging, press, said, unfold } from "./walk.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const as = acting(() => run.browser), judged = judging("together");
const DRAFTER = /Võ Minh Đức/, LEADER = /Bùi Quốc Khánh/, OTHER_LEADER = /Đỗ Mạnh Hùng/;
const FIRM = "Công ty cổ phần Minh Phát";
const subject = `Phối hợp cấp phép ${Date.now() % 1_000_000}`;
const left = {};

async function until(page, wanted) {
  for (let n = 0; n < 60 && !wanted.test(await said(page)); n++) {
    await page.waitForTimeout(1000);
    await page.reload();
  }
  assert.match(await said(page), wanted);
}

test("the drafter names who signs too, and the chairman signs", async () => {
  await as(DRAFTER, "/work/documents/new?kind=agreement", async (page) => {
    const fill = (name, text) => page.locator(`[name="${name}"]`).fill(text);
    await fill("subject", subject);
    await fill("legal_bases", "Bộ luật Dân sự ngày 24 tháng 11 năm 2015");
    await fill("partner.name", FIRM);
    await fill("partner.representative", "Lê Minh Phát");
    await fill("partner.title", "Giám đốc");
    await fill("articles", "Điều 1. Nội dung\nHai bên cùng làm.\nĐiều 2. Hiệu lực\nTừ ngày ký.");
    await press(page, "Lưu dự thảo");
    left.path = new URL(page.url()).pathname;
    await fill("outside", FIRM);
    await unfold(page, "Cơ quan trong tỉnh, thành phố cùng ký");
    await page.getByLabel("Sở Xây dựng").check();
    await press(page, "Lưu các bên");
    assert.match(await said(page), /Ký sau cơ quan/);
    await page.getByLabel("Người ký", { exact: true }).selectOption({ label: "Bùi Quốc Khánh – Chủ tịch" });
    await press(page, "Trình");
  }, { script: false });
  await as(LEADER, left.path, (page) => press(page, "Ký văn bản"));
  await as(DRAFTER, left.path, async (page) => {
    await until(page, /Đang chờ ký/);
    await judged(page, "awaited");
    const link = (await said(page)).match(/\/together\/[0-9a-f]{32}/);
    assert.ok(link, "the drafter has the link");
    left.link = link[0];
  });
});

test("outside, a file that is not ours is told at once and kept", async () => {
  assert.ok(left.link, "an earlier step did not leave the link behind");
  for (const open of [person, noJs]) {
    const outside = await open(run.browser);
    await outside.page.goto(url + left.link);
    const file = await (await outside.page.request.get(`${url}${left.link}/file`)).body();
    assert.equal(file.subarray(0, 4).toString(), "%PDF");
    const other = await readFile(new URL("../../crates/signatures/tests/data/valid.pdf", import.meta.url));
    await outside.page.getByLabel("Tệp PDF bạn đã ký").setInputFiles({ name: "khac.pdf", mimeType: "application/pdf", buffer: other });
    await press(outside.page, "Gửi và kiểm tra chữ ký");
    assert.match(await said(outside.page), /không phải tệp đã tải về/);
    if (open === person) await judged(outside.page, "outside");
    await outside.close();
  }
});

test("the department's leader signs in the house", async () => {
  await as(OTHER_LEADER, "/work/documents", async (page) => {
    await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: subject }).first().click()]);
    await judged(page, "party");
    await press(page, "Ký văn bản");
    await until(page, /Đã ký\s+Đỗ Mạnh Hùng/);
  });
  await as(DRAFTER, left.path, async (page) => {
    assert.match(await said(page), /Chờ các bên ký/);
    assert.match(await said(page), /không phải tệp của cơ quan/);
  });
});
