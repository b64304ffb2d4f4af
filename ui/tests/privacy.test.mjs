// Who has seen my data: an official opens a citizen's case, the citizen reads it at once and asks why; the data protection officer
// answers. Purposes, the archive and the register of breaches. Each person works in a browser of their own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const LAN = /Nguyễn Thị Lan/, OFFICIAL = /Đặng Thu Hà/, GUARD = /Cung Thị Vân/;
const left = {};

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline`);
  await axe(page, name);
  await look(page, `privacy-${name}`);
}
async function as(who, from, work, open = person) {
  const someone = await open(run.browser);
  someone.page.setDefaultTimeout(10_000);
  await signIn(someone.page, who, { from: `/sign-in?next=${encodeURIComponent(from)}` });
  await someone.page.goto(url + from);
  await work(someone.page);
  someone.check();
  await someone.close();
}
const said = (page) => page.locator("main").innerText();
const gone = (page, act) => Promise.all([page.waitForEvent("load"), act()]);
const rows = (page, name) => page.locator("main tbody tr").filter({ hasText: name });

test("an official opens a case and the citizen sees it at once, then asks why", async () => {
  await as(LAN, "/my", async (page) => {
    left.code = (await page.locator("main a[href^='/my/H29.161-']").first().getAttribute("href")).slice("/my/".length);
  });
  await as(LAN, "/my/data-access", async (citizen) => {
    await citizen.goto(`${url}/my/data-access?case=${left.code}`);
    const before = await rows(citizen, "Mở tệp").count();
    await as(OFFICIAL, `/work/cases/${left.code}`, async (page) => {
      assert.match(await said(page), new RegExp(left.code.replaceAll(".", "\\.")));
      const file = page.locator("main a[href^='/files/'], main a[href^='/documents/']").first();
      await page.request.get(url + await file.getAttribute("href"));
    });
    await citizen.reload();
    assert.ok(await rows(citizen, "Mở trang hồ sơ").filter({ hasText: OFFICIAL }).count(), await said(citizen));
    assert.ok(await rows(citizen, "Mở tệp").count() > before || await rows(citizen, "Mẫu số").count(), "the file too");
    assert.match(await said(citizen), /của cơ quan (giải quyết|tiếp nhận)/);
    await judged(citizen, "data-access");
    const row = rows(citizen, "Mở trang hồ sơ").filter({ hasText: OFFICIAL }).filter({ has: citizen.getByRole("link", { name: /Yêu cầu giải thích/ }) }).first();
    await gone(citizen, () => row.getByRole("link", { name: /Yêu cầu giải thích/ }).click());
    await judged(citizen, "ask");
    await citizen.getByLabel(/Bạn muốn biết thêm điều gì/).fill("Vì sao hồ sơ của tôi được mở hôm nay?");
    await gone(citizen, () => citizen.getByRole("button", { name: "Gửi yêu cầu giải thích" }).click());
    assert.match(citizen.url(), /\/my\/H29\.11-/);
    left.request = new URL(citizen.url()).pathname.slice("/my/".length);
    assert.match(await said(citizen), /Hạn trả lời|Đã nộp hồ sơ/);
    await citizen.goto(`${url}/my/data-access?case=${left.code}`);
    assert.match(await said(citizen), new RegExp(`Đã yêu cầu:\\s*${left.request.replaceAll(".", "\\.")}`));
  });
});

test("the data protection officer answers it on the ordinary case page", async () => {
  assert.ok(left.request, "the request was filed");
  await as(GUARD, "/work", async (page) => {
    assert.match(await said(page), new RegExp(left.request.replaceAll(".", "\\.")));
    await page.goto(`${url}/work/cases/${left.request}`);
    await judged(page, "request");
    const accept = page.locator("form[action$='/acts/accept']");
    await accept.evaluate((f) => { for (let e = f; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true; });
    await accept.locator("textarea").first().fill("Chúng tôi hỏi cơ quan đã xem hồ sơ và trả lời bạn trước hạn.");
    await gone(page, () => accept.locator("button[type=submit]").last().click());
    assert.match(await said(page), /Đang giải quyết/);
  });
});

test("purposes and the archive, without scripts", async () => {
  await as(LAN, "/my/data", async (page) => {
    const card = page.locator("section.card").filter({ hasText: "Mời góp ý, khảo sát" });
    if (await card.getByRole("button", { name: /Rút sự đồng ý/ }).count()) await gone(page, () => card.getByRole("button", { name: /Rút sự đồng ý/ }).click());
    assert.match(await card.innerText(), /chưa đồng ý/);
    await gone(page, () => card.getByRole("button", { name: /Tôi đồng ý/ }).click());
    assert.match(await page.locator("section.card").filter({ hasText: "Mời góp ý, khảo sát" }).innerText(), /bạn đã đồng ý/);
    await page.goto(`${url}/my/data/export`);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Tải về (ZIP)" }).click()]);
    assert.match(file.suggestedFilename(), /^du-lieu-cua-toi-.*\.zip$/);
  }, noJs);
  await as(LAN, "/my/data", async (page) => {
    await judged(page, "my-data");
    await page.goto(`${url}/my/data/export`);
    await judged(page, "export");
  });
});

test("a breach is recorded with its clock", async () => {
  await as(GUARD, "/admin/breaches", async (page) => {
    await judged(page, "breaches-before");
    await page.goto(`${url}/admin/breaches/new`);
    await gone(page, () => page.getByRole("button", { name: "Ghi vào sổ" }).click());
    assert.ok(await page.locator(".errors").count(), "what is missing is said");
    await judged(page, "breach-errors");
    await page.getByLabel("Vụ việc, trong một câu").fill("Gửi nhầm danh sách người nộp hồ sơ");
    await page.getByLabel(/Chuyện gì đã xảy ra/).fill("Một tệp danh sách gồm họ tên và số điện thoại bị gửi nhầm ra ngoài cơ quan.");
    await page.getByLabel(/Số điện thoại, thư điện tử/).check();
    await page.getByLabel("Số người bị ảnh hưởng").fill("1200");
    await page.getByLabel(/^Phải thông báo/).check();
    await page.getByLabel(/Đã làm gì để ngăn chặn/).fill("Đã yêu cầu người nhận xóa tệp và xác nhận.");
    await gone(page, () => page.getByRole("button", { name: "Ghi vào sổ" }).click());
    assert.match(await said(page), /còn 7[12] giờ/);
    await judged(page, "breach");
    const pdf = await page.request.get(`${page.url()}/notice`);
    assert.equal(pdf.headers()["content-type"], "application/pdf");
    await page.goto(`${url}/admin/breaches`);
    assert.match(await said(page), /Gửi nhầm danh sách/);
    await judged(page, "breaches");
  });
});
