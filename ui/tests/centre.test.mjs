// An enterprise on the way through the support centre: assessed on a phone without scripts or account, attached to its owner,
// verified by a consultant, seen by the director.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

let run;
before(async () => { base(); run = await launch(); });
after(async () => { await run?.close(); });

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  // axe runs in the page; where scripts are off the structure is judged on the pages that have them.
  if (await page.evaluate(() => true).catch(() => false)) await axe(page, name);
  await look(page, name);
}

/** Answers the question on the page with the nth option, or plausible numbers; goes on. */
async function answer(page, nth) {
  const radios = page.locator("main form[action*='/q/'] .radios").first();
  const checks = page.locator("main form[action*='/q/'] .checks input[name=value]");
  if (await page.locator("main [name=n]").count()) {
    await page.locator("main [name=n]").fill(String(nth));
    await page.locator("main [name=d]").fill("5");
  } else if (await radios.count()) {
    for (const group of await page.locator("main form[action*='/q/'] .radios").all()) {
      const options = group.locator("input[type=radio]");
      await options.nth(Math.min(nth, (await options.count()) - 1)).check();
    }
  } else if (await checks.count()) {
    await checks.first().check();
  } else if (await page.locator("main [name=value]").count()) {
    await page.locator("main [name=value]").fill(String(nth));
  }
  await page.getByRole("button", { name: "Lưu và tiếp tục" }).click();
  await page.waitForLoadState("load");
}

const digits = () => {
  // A tax code of ten digits with its check digit (Circular 105/2020/TT-BTC).
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  for (;;) {
    const nine = Array.from({ length: 9 }, (_, i) => (i === 0 ? 0 : Math.floor(Math.random() * 10)));
    const check = 10 - (nine.reduce((sum, d, i) => sum + d * weights[i], 0) % 11);
    if (check >= 0 && check <= 9) return nine.join("") + check;
  }
};

let result;
const code = digits();
const name = `Công ty TNHH Lươn Thát Lát ${Date.now() % 10000}`;

test("a first result on a phone, without account and without scripts", async () => {
  const phone = await noJs(run.browser, { width: 360, height: 740 });
  const { page } = phone;
  await page.goto("/assess");
  await look(page, "centre-assess");
  await page.getByLabel("Ngành nghề chính của bạn").selectOption("C10");
  await page.getByRole("button", { name: "Bắt đầu" }).click();
  assert.match(page.url(), /\/assess\/a\/[0-9a-f]{64}\/q\//);
  await look(page, "centre-question");
  // Going on without an answer says what to do, and stays.
  await page.getByRole("button", { name: "Lưu và tiếp tục" }).click();
  assert.match(await page.locator(".errors").innerText(), /Chọn hoặc điền/);
  for (let n = 0; n < 40 && !page.url().endsWith("/result"); n++) await answer(page, 2);
  assert.match(page.url(), /\/result$/);
  assert.match(await page.locator(".panel h1").innerText(), /Mức|Chưa đủ/);
  assert.match(await page.locator("main").innerText(), /tự khai/);
  result = page.url();
  await look(page, "centre-result");
  for (const ext of ["csv", "json", "pdf"]) {
    const file = await page.request.get(`${result}.${ext}`);
    assert.equal(file.status(), 200, ext);
  }
  phone.check();
  await phone.close();
});

test("the owner registers the firm, declares its size, attaches the result and submits it", async () => {
  const owner = await person(run.browser);
  const { page } = owner;
  await signIn(page, /Lương Thị Ươn/, { from: "/my-enterprises/new" });
  await page.goto("/my-enterprises/new");
  await judged(page, "centre-register");
  await page.getByRole("button", { name: "Lưu" }).click();
  assert.match(await page.locator(".errors").innerText(), /Tên đơn vị/);
  await page.getByRole("radio", { name: "Doanh nghiệp", exact: true }).check();
  await page.getByLabel("Mã số thuế").fill(code);
  await page.getByLabel("Tên đơn vị").fill(name);
  await page.getByLabel("Ngành nghề chính").selectOption("C10");
  await page.getByLabel("Xã, phường đặt trụ sở").selectOption({ index: 3 });
  await page.getByRole("button", { name: "Lưu" }).click();
  await page.waitForURL(/\/my-enterprise\/ent_/);
  await judged(page, "centre-enterprise");
  await page.getByRole("link", { name: "Khai quy mô năm nay" }).click();
  await judged(page, "centre-size");
  await page.getByLabel("Số lao động tham gia bảo hiểm").fill("12");
  await page.getByLabel("Tổng doanh thu năm trước").fill("4.500");
  await page.getByLabel("Tổng nguồn vốn năm trước").fill("2.000");
  await page.getByRole("button", { name: "Tính và lưu quy mô" }).click();
  await page.waitForURL(/\/my-enterprise\/ent_/);
  assert.match(await page.locator("main").innerText(), /4,50 tỷ đồng/);
  await page.getByLabel(/Tư vấn viên được phân công đọc/).check();
  await page.getByRole("button", { name: "Lưu lựa chọn" }).click();
  await page.goto(result);
  await judged(page, "centre-result-desk");
  await page.getByRole("link", { name: "Gắn với đơn vị của tôi" }).click();
  await page.getByRole("radio", { name: new RegExp(name) }).check();
  await page.getByRole("button", { name: "Gắn" }).click();
  await page.getByRole("button", { name: "Gửi cho trung tâm" }).click();
  assert.match(await page.locator("main").innerText(), /Về trang đơn vị/);
  owner.check();
  await owner.close();
});

test("somebody of the firm asks to join it and the centre admits them", async () => {
  const colleague = await person(run.browser, { width: 360, height: 740 });
  await signIn(colleague.page, /Trần Văn Minh/, { from: "/my-enterprises" });
  let page = colleague.page;
  const press = (page, button, within = page.locator("main")) => Promise.all([page.waitForEvent("load"), within.getByRole("button", { name: button, exact: true }).click()]);
  await page.goto("/my-enterprises");
  await page.getByRole("link", { name: "Xin tham gia đơn vị đã có" }).click();
  await page.waitForURL(/\/my-enterprises\/claim/);
  await judged(page, "centre-claim");
  await page.getByLabel(/Mã số thuế/).fill(code);
  await page.getByRole("radio", { name: "Người làm việc tại đơn vị" }).check();
  await press(page, "Gửi đề nghị");
  assert.match(await page.locator(".errors").innerText(), /Chọn một tệp chứng minh/);
  await page.getByLabel("Giấy tờ chứng minh").setInputFiles({ name: "hợp đồng.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n") });
  await press(page, "Gửi đề nghị");
  await judged(page, "centre-my-claims");
  const waiting = await page.locator("main").innerText();
  assert.ok(waiting.includes("Chờ trả lời") && !waiting.includes(name), "nothing of the firm before the answer");

  const officer = await person(run.browser);
  page = officer.page;
  await signIn(page, /Phùng Thanh Nhàn/, { from: "/centre" });
  await page.goto("/centre/enterprises");
  await page.getByRole("link", { name: "Đề nghị tham gia đơn vị" }).click();
  await page.waitForURL(/\/centre\/enterprises\/claims/);
  await judged(page, "centre-claims");
  await Promise.all([page.waitForEvent("load"), page.getByRole("row").filter({ hasText: code }).getByRole("link", { name: "Trần Văn Minh" }).click()]);
  await judged(page, "centre-firm-claims");
  await press(page, "Chấp nhận");
  assert.match(await page.locator("main").innerText(), /Người làm việc tại đơn vị/);
  officer.check();
  await officer.close();

  page = colleague.page;
  await page.goto("/my-enterprises");
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name, exact: true }).click()]);
  await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: /^Người của đơn vị/ }).click()]);
  await judged(page, "centre-people");
  colleague.check();
  await colleague.close();
});

test("a consultant takes it, corrects an answer with a reason and concludes", async () => {
  const consultant = await person(run.browser);
  const { page } = consultant;
  await signIn(page, /Kiều Viễn/, { from: "/centre" });
  await page.goto("/centre/assessments");
  await judged(page, "centre-queue");
  // The queue is oldest first and may be long: the way to one firm is its own page.
  await page.goto(`/centre/enterprises?q=${encodeURIComponent(name)}`);
  await page.getByRole("link", { name: new RegExp(name) }).click();
  const firm = page.url();
  await page.getByRole("link", { name: /Chỉ số đánh giá/ }).first().click();
  await page.getByRole("button", { name: "Nhận xác nhận bài này" }).click();
  await judged(page, "centre-verify");
  const press = (name, within = page) => Promise.all([page.waitForEvent("load"), within.getByRole("button", { name }).click()]);
  const answers = page.locator("details:has(form[action*='/check/'])");
  // A fifth of the answers is looked at before it may be concluded.
  const enough = Math.ceil((await answers.count()) / 5);
  for (let n = 0; n < enough; n++) {
    const one = answers.nth(n);
    await one.locator("summary").first().click();
    await one.getByLabel("Lý do, điều đã thấy").fill("Đã xem trang web và lịch cập nhật tại chỗ");
    await press("Lưu xác nhận", one);
    if (n === 0 && enough > 1) {
      await press("Kết luận đã xác nhận");
      assert.match(await page.locator(".errors").innerText(), /còn thiếu \d+ câu/);
    }
  }
  await press("Kết luận đã xác nhận");
  await page.goto(firm);
  assert.match(await page.locator("main").innerText(), /Tư vấn đã xác nhận/);
  consultant.check();
  await consultant.close();
});

test("the director sees the figures and opens their rows", async () => {
  const director = await person(run.browser);
  const { page } = director;
  await signIn(page, /Lâm Nhật Quang/, { from: "/centre/director" });
  await page.goto("/centre/director");
  await judged(page, "centre-director");
  await page.goto(`/centre/enterprises?q=${encodeURIComponent("luon that lat " + name.split(" ").pop())}`);
  await judged(page, "centre-enterprises");
  assert.ok(await page.getByRole("link", { name: new RegExp(name) }).count(), "found without diacritics");
  director.check();
  await director.close();
});
