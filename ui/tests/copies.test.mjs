// A letter that came by post is entered with its file and copied without scripts: asked for by the clerk, decided by the chairman,
// sealed, verified by anybody; and what cannot be copied says why.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { base, launch, person } from "./lib.mjs";
import { acting, judging, press, said, tap, unfold } from "./walk.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const as = acting(() => run.browser), judged = judging("copies");
const LEADER = /Bùi Quốc Khánh/, CLERK = /Hồ Thị Mai/;
const signed = (name) => readFile(new URL(`../../crates/signatures/tests/data/${name}.pdf`, import.meta.url));
const subject = `Mời họp bàn cấp nước ${Date.now() % 1_000_000}`;
const left = {};

async function until(page, wanted) {
  for (let n = 0; n < 60 && !wanted.test(await said(page)); n++) {
    await page.waitForTimeout(1000);
    await page.reload();
  }
  assert.match(await said(page), wanted);
}

async function enter(page, name, about) {
  await page.goto(`${url}/work/documents/incoming/new`);
  await page.getByLabel("Cơ quan, tổ chức gửi").fill("Công ty Cấp nước");
  await page.getByLabel("Loại văn bản").selectOption({ label: "Công văn" });
  await page.getByLabel("Số, ký hiệu của văn bản").fill("15/CV-CN");
  await page.getByLabel("Trích yếu nội dung").fill(about);
  await page.getByLabel("Tệp văn bản hoặc bản quét (PDF)").setInputFiles({ name: "cv.pdf", mimeType: "application/pdf", buffer: await signed(name) });
  await press(page, "Vào sổ");
}

test("the clerk copies a letter that came, without scripts", async () => {
  await as(CLERK, "/work/documents", async (page) => {
    await enter(page, "valid", subject);
    await tap(page, "Sao văn bản");
    assert.match(await said(page), /Công văn số 15\/CV-CN/);
    await page.getByLabel("Trích sao").check();
    await page.getByRole("button", { name: "Lập bản sao" }).click();
    assert.match(await said(page), /Chép nguyên văn phần nội dung/);
    await page.getByLabel("Sao y", { exact: false }).first().check();
    await press(page, "Lập bản sao");
    left.path = new URL(page.url()).pathname;
    await page.getByLabel("Người ký", { exact: true }).selectOption({ label: "Bùi Quốc Khánh – Chủ tịch" });
    await press(page, "Trình");
  }, { script: false });
  await as(CLERK, "/work/documents", async (page) => {
    await enter(page, "covered-up", `${subject}, đã bị sửa`);
    await tap(page, "Sao văn bản");
    assert.match(await said(page), /Chữ ký số trong tệp gốc bị hỏng/);
    await judged(page, "refused");
    await enter(page, "valid", `${subject}, lần hai`);
    await tap(page, "Sao văn bản");
    await judged(page, "form");
  });
});

test("the chairman decides, the clerk seals, anybody sees what it is a copy of", async () => {
  assert.ok(left.path, "an earlier step did not leave the copy behind");
  await as(LEADER, left.path, async (page) => {
    await judged(page, "to-sign");
    await press(page, "Ký văn bản");
  });
  await as(CLERK, left.path, async (page) => {
    await until(page, /\d+\/SY-UBND/);
    await until(page, /Chờ phát hành/);
    await press(page, "Đóng dấu, phát hành");
    await until(page, /Đã phát hành/);
    await judged(page, "issued");
    const file = await (await page.request.get(`${url}${left.path}/file`)).body();
    const original = await signed("valid");
    assert.ok(file.subarray(0, original.length).equals(original), "the original stands in it byte for byte");
    left.code = await page.locator("main a[href^='/verify/']").first().getAttribute("href");
    await unfold(page, "Thu hồi văn bản");
    await page.goto(`${url}/work/documents/outgoing?series=copies`);
    await judged(page, "register");
  });
  const anybody = await person(run.browser);
  await anybody.page.goto(url + left.code);
  assert.match(await said(anybody.page), /Sao từ\s+Công văn số 15\/CV-CN/);
  await judged(anybody.page, "verified");
  await anybody.close();
});
