// The law: a citizen asks with and without marks, reads the article, takes another day, is refused and handed over; an official answers;
// an official checks a draft with planted faults. The citizen has no scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const OFFICIAL = /Đặng Thu Hà/;
const mark = `${Date.now() % 1_000_000}`;
const left = {};

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline`);
  await axe(page, name);
  await look(page, `law-${name}`);
}
const gone = (page, act) => Promise.all([page.waitForEvent("load"), act()]);
const said = (page) => page.locator("main").innerText();

/** A citizen without an account and without scripts, at the width of a phone. */
async function citizen(path, work, script = false) {
  const someone = script ? await person(run.browser) : await noJs(run.browser);
  someone.page.setDefaultTimeout(10_000);
  await someone.page.goto(url + path);
  await work(someone.page);
  someone.check();
  await someone.close();
}
async function official(path, work) {
  const someone = await person(run.browser);
  someone.page.setDefaultTimeout(10_000);
  await signIn(someone.page, OFFICIAL, { from: `/sign-in?next=${encodeURIComponent(path)}` });
  await someone.page.goto(url + path);
  await work(someone.page);
  someone.check();
  await someone.close();
}
async function ask(page, question, day) {
  await page.getByLabel("Câu hỏi của bạn").fill(question);
  if (day) await page.getByLabel("Việc xảy ra ngày nào?").fill(day);
  await gone(page, () => page.getByRole("button", { name: "Tìm quy định" }).click());
}

test("1. with marks and without, the article that answers, in force on the day asked about", { timeout: 120_000 }, async () => {
  await citizen("/law", async (page) => {
    for (const question of ["thời gian thử việc tối đa là bao lâu", "thoi gian thu viec toi da la bao lau"]) {
      await ask(page, question);
      assert.match(await said(page), /Điều 25 Bộ luật Lao động năm 2019[\s\S]*180 ngày/, question);
    }
    await ask(page, "hạn mức giao đất nông nghiệp");
    assert.match(await said(page), /Điều 176 Luật Đất đai năm 2024/);
    await ask(page, "hạn mức giao đất nông nghiệp", "2016-05-01");
    const then = await said(page);
    assert.match(then, /Điều 129 Luật Đất đai năm 2013/);
    assert.doesNotMatch(then, /Luật Đất đai năm 2024/);
    await gone(page, () => page.getByRole("link", { name: "Mở điều này trong văn bản" }).first().click());
    assert.match(await said(page), /Điều 129\. Hạn mức giao đất nông nghiệp[\s\S]*Luật Đất đai/);
  });
  await citizen("/law?q=thoi+gian+thu+viec+toi+da", (page) => judged(page, "answer"), true);
  await citizen("/law/documents", (page) => judged(page, "documents"), true);
  await citizen("/law/documents/luat-31-2024-qh15", (page) => judged(page, "document"), true);
});

test("2. what nothing supports is refused and handed over", { timeout: 120_000 }, async () => {
  await citizen("/law", async (page) => {
    await ask(page, `giấy phép nuôi chim yến trong khu dân cư ${mark}`);
    assert.match(await said(page), /Chưa tìm thấy quy định/);
    await gone(page, () => page.getByRole("button", { name: "Gửi câu hỏi" }).click());
    assert.match(await said(page), /Đang chờ cán bộ trả lời/);
    left.code = new URL(page.url()).pathname;
  });
  await citizen("/law?q=giay+phep+nuoi+chim+yen", (page) => judged(page, "refusal"), true);
});

test("3. a named official answers; what has lapsed is not cited", { timeout: 120_000 }, async () => {
  assert.ok(left.code, "an earlier step did not leave the question behind");
  await official("/work/law", async (page) => {
    await judged(page, "work");
    await gone(page, () => page.getByRole("link", { name: new RegExp(mark) }).click());
    await page.getByLabel("Câu trả lời").fill("Theo Điều 202 Luật Đất đai năm 2013, bạn liên hệ phường.");
    await gone(page, () => page.getByRole("button", { name: "Gửi trả lời" }).click());
    assert.match(await said(page), /đã hết hiệu lực/);
    await judged(page, "answering");
    await page.getByLabel("Câu trả lời").fill("Kho văn bản chưa có quy định này; mời bạn đến bộ phận một cửa của phường để được hướng dẫn.");
    await gone(page, () => page.getByRole("button", { name: "Gửi trả lời" }).click());
    assert.match(await said(page), /Đã trả lời/);
  });
  await citizen(left.code, async (page) => assert.match(await said(page), /Đã có câu trả lời[\s\S]*bộ phận một cửa/));
});

const DRAFT = `ỦY BAN NHÂN DÂN THÀNH PHỐ PHÙ SA
Số: 15/2026/QĐ-UBND
Phù Sa, ngày 20 tháng 11 năm 2026
QUYẾT ĐỊNH
Quy định về hạn mức giao đất
Căn cứ Luật Đất đai năm 2013;
Căn cứ Luật Đất đai số 31/2024/QH14;
Căn cứ Kết luận số 83-KL/TW;
Điều 1. Phạm vi
Thực hiện theo Luật Đất đai năm 2019.
Điều 2. Trách nhiệm
Ủy ban nhân dân huyện chịu trách nhiệm thi hành.
Điều 3. Hiệu lực
Quyết định này có hiệu lực từ ngày 25 tháng 11 năm 2026.`;

test("4. a draft with six planted faults shows each at its place", { timeout: 120_000 }, async () => {
  await official("/work/law/check", async (page) => {
    await page.getByLabel("Nội dung dự thảo").fill(DRAFT);
    await page.getByLabel("Ngày dự kiến ban hành").fill("2026-11-20");
    await gone(page, () => page.getByRole("button", { name: "Kiểm tra" }).click());
    const marks = await page.locator("mark").allInnerTexts();
    assert.deepEqual(marks, ["Luật Đất đai năm 2013", "Luật Đất đai số 31/2024/QH14", "Kết luận số 83-KL/TW", "Luật Đất đai năm 2019", "Ủy ban nhân dân huyện", "Quyết định này có hiệu lực từ ngày 25 tháng 11 năm 2026."]);
    assert.equal(await page.locator("table.cards tbody tr").count(), 6);
    await judged(page, "check");
  });
});

const LOCAL = `ỦY BAN NHÂN DÂN THÀNH PHỐ PHÙ SA
Số: 18/2026/QĐ-UBND
Phù Sa, ngày 05 tháng 10 năm 2026
QUYẾT ĐỊNH
Quy định hạn mức giao đất và thời gian thử việc
Căn cứ Luật Đất đai số 31/2024/QH15;
Điều 1. Hạn mức giao đất nông nghiệp
1. Hạn mức giao đất trồng cây lâu năm cho cá nhân không quá 15 ha đối với xã, phường ở đồng bằng.
Điều 2. Thời gian thử việc
1. Thời gian thử việc không quá 90 ngày đối với công việc có chức danh nghề nghiệp cần trình độ chuyên môn, kỹ thuật từ cao đẳng trở lên.
Điều 3. Hiệu lực thi hành
Quyết định này có hiệu lực từ ngày 20 tháng 10 năm 2026.`;

test("5. a reviewer runs the review, reads both texts and decides a finding", { timeout: 180_000 }, async () => {
  await official("/work/law/import", async (page) => {
    await page.locator("input[type=file]").setInputFiles({ name: "qd18.txt", mimeType: "text/plain", buffer: Buffer.from(LOCAL) });
    await gone(page, () => page.getByRole("button", { name: "Nhập", exact: true }).click());
    assert.match(await said(page), /Quyết định 18\/2026\/QĐ-UBND/);
  });
  await official("/work/law/findings", async (page) => {
    await gone(page, () => page.getByRole("button", { name: "Rà soát cả kho" }).click());
    assert.match(await said(page), /văn bản \(xong\)/);
    await judged(page, "findings");
    await gone(page, () => page.getByRole("link", { name: /Điều 1 Quyết định 18\/2026/ }).first().click());
    const marks = await page.locator("mark").allInnerTexts();
    assert.deepEqual(marks, ["không quá 15 ha", "không quá 10 ha"]);
    assert.match(await said(page), /Luật Đất đai năm 2024[\s\S]*hiệu lực pháp lý cao hơn/);
    await judged(page, "finding");
    // A decision without its reason comes back with what was typed.
    await page.getByLabel("Được phép khác").check();
    await gone(page, () => page.getByRole("button", { name: "Ghi kết luận" }).click());
    assert.match(await said(page), /Ghi lý do từ 10 đến 2.000 ký tự/);
    await page.getByLabel("Đã gửi cơ quan ban hành").check();
    await page.getByLabel("Cơ quan ban hành nhận kiến nghị").fill("Ủy ban nhân dân thành phố Phù Sa");
    await page.getByLabel("Lý do").fill("Vượt hạn mức 10 ha của khoản 2 Điều 176 Luật Đất đai.");
    await gone(page, () => page.getByRole("button", { name: "Ghi kết luận" }).click());
    assert.match(await said(page), /Đã gửi cơ quan ban hành[\s\S]*Đặng Thu Hà[\s\S]*Vượt hạn mức 10 ha/);
    await judged(page, "finding-decided");
    await page.goto(`${url}/work/law/findings?state=sent`);
    assert.match(await said(page), /Điều 1 Quyết định 18\/2026/);
  });
});

test("6. the legal basis of a procedure opens at its article", { timeout: 60_000 }, async () => {
  await citizen("/services/1.004222", async (page) => {
    await page.locator("summary", { hasText: "Căn cứ pháp lý" }).click();
    await gone(page, () => page.getByRole("link", { name: /Luật Cư trú 68\/2020\/QH14/ }).first().click());
    assert.match(await said(page), /Điều 20\. Điều kiện đăng ký thường trú/);
  });
});

const OLD = `ỦY BAN NHÂN DÂN THÀNH PHỐ PHÙ SA
Số: ${mark.slice(-4)}/2024/QĐ-UBND
Phù Sa, ngày 05 tháng 01 năm 2024
QUYẾT ĐỊNH
Quy định việc đỗ xe ${mark}
Điều 1. Giờ đỗ xe
1. Xe tải đỗ từ 20 giờ, không quá 06 giờ mỗi đêm.
2. Người đỗ xe nộp tiền tại bến.
Điều 2. Hiệu lực thi hành
Quyết định này có hiệu lực từ ngày 20 tháng 01 năm 2024.`;
const CHANGES = `ỦY BAN NHÂN DÂN THÀNH PHỐ PHÙ SA
Số: ${mark.slice(-4)}/2025/QĐ-UBND
Phù Sa, ngày 05 tháng 01 năm 2025
QUYẾT ĐỊNH
Sửa đổi, bổ sung Quyết định số ${mark.slice(-4)}/2024/QĐ-UBND
Điều 1. Sửa đổi, bổ sung một số điều của Quyết định số ${mark.slice(-4)}/2024/QĐ-UBND
1. Sửa đổi, bổ sung khoản 1 Điều 1 như sau:
“1. Xe tải đỗ từ 22 giờ, không quá 08 giờ mỗi đêm.”
Điều 2. Hiệu lực thi hành
Quyết định này có hiệu lực từ ngày 20 tháng 01 năm 2025.`;

test("7. two versions of an article stand beside each other with what changed", { timeout: 120_000 }, async () => {
  await official("/work/law/import", async (page) => {
    for (const [name, text] of [["a.txt", OLD], ["b.txt", CHANGES]]) {
      await page.goto(`${url}/work/law/import`);
      await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
      await gone(page, () => page.getByRole("button", { name: "Nhập", exact: true }).click());
      assert.match(await said(page), /2 điều/);
    }
  });
  let article;
  await citizen(`/law/documents?q=${mark.slice(-4)}/2024`, async (page) => {
    await gone(page, () => page.locator("table a").first().click());
    await page.getByLabel("So với ngày").fill("2024-06-01");
    await page.getByLabel("Ngày đọc").fill("2026-01-01");
    await gone(page, () => page.getByRole("button", { name: "So sánh" }).click());
    assert.match(await said(page), /1 điều thay đổi/);
    await gone(page, () => page.getByRole("link", { name: "Điều 1", exact: true }).click());
    assert.deepEqual(await page.locator("del").allTextContents(), ["[bỏ: 20 ]", "[bỏ: 06 ]"]);
    assert.deepEqual(await page.locator("ins").allTextContents(), ["[thêm: 22 ]", "[thêm: 08 ]"]);
    article = new URL(page.url()).pathname + new URL(page.url()).search;
  });
  await citizen(article, (page) => judged(page, "versions"), true);
});
