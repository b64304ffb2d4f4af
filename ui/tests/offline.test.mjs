// Weak signal: an assessment is answered on a phone without a network, a site visit is noted with a picture; what was kept
// arrives once, in order, and a newer answer is shown and never overwritten. And the same pages without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn, signOut, tabTo } from "./lib.mjs";

let run;
before(async () => { base(); run = await launch(); });
after(async () => { await run?.close(); });

const device = (page) => page.locator("[data-device]");
/** How many wait, once the page's script has looked. */
const pending = (page) => page.waitForFunction(() => document.querySelector("[data-device]")?.dataset.pending).then((h) => h.jsonValue()).then(Number);
/** The page's script has kept what it keeps, and the worker draws pages from now on. */
async function kept(page) {
  await page.locator("[data-device][data-kept]").waitFor({ timeout: 15000 });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => new Promise((done) => { if (navigator.serviceWorker.controller) done(); else navigator.serviceWorker.addEventListener("controllerchange", done); })));
}
/** The page's scripts have everything in hand. */
const ready = (page) => page.locator("html[data-ready]").waitFor({ state: "attached" });
/** Does what brings the page anew, and waits until it is there. */
async function anew(page, act) {
  await page.evaluate(() => { window.earlier = true; });
  await act();
  await page.waitForFunction(() => !window.earlier && document.documentElement.dataset.ready === "", undefined, { timeout: 20000 });
}
async function emptied(page) {
  await page.waitForFunction(() => document.querySelector("[data-device]")?.dataset.pending === "0", undefined, { timeout: 20000 });
}
async function choose(page, nth) {
  const radios = page.locator("main form[action*='/q/'] .radios input[type=radio]");
  if (await radios.count()) await radios.nth(Math.min(nth, (await radios.count()) - 1)).check();
  else { await page.locator("main [name=n]").fill(String(nth)); await page.locator("main [name=d]").fill("5"); }
}
const go = (page) => page.getByRole("button", { name: "Lưu và tiếp tục" });
async function begin(page) {
  await page.goto("/assess");
  await page.getByLabel("Ngành nghề chính của bạn").selectOption("C10");
  await page.getByRole("button", { name: "Bắt đầu" }).click();
  await page.waitForURL(/\/q\//);
  return page.url().split("/q/")[0];
}
const answers = async (page, at) => (await (await page.request.get(`${at}/result.json`)).json()).answers;

// A picture of one point.
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");

test("a phone loses the network in the middle: answers wait, survive a reload and arrive once", async () => {
  const phone = await person(run.browser, { width: 360, height: 740 });
  const { page, context } = phone;
  const at = await begin(page);
  await choose(page, 1);
  const start = page.url();
  await go(page).click();
  await page.waitForURL((u) => u.href !== start);
  await kept(page);
  assert.equal(await pending(page), 0);
  const before = Object.keys(await answers(page, at)).length;
  assert.equal(before, 1, "the first went straight to the server");
  const asked = [];
  await context.setOffline(true);
  for (let n = 0; n < 3; n++) {
    asked.push(decodeURIComponent(page.url().split("/q/")[1].split("?")[0]));
    await choose(page, 2);
    if (n === 1) {
      await page.locator("summary", { hasText: "Ghi chú" }).first().click();
      await page.getByLabel("Ghi chú", { exact: false }).first().fill("Ghi khi mất mạng: ao cá phía sau");
    }
    const was = page.url();
    await go(page).click();
    await page.waitForURL((u) => u.href !== was, { timeout: 20000 });
    await page.locator("h1").waitFor();
  }
  assert.equal(await pending(page), 3);
  assert.match(await page.locator(".device-line").innerText(), /Chưa gửi \(3\)/);
  assert.match(await device(page).innerText(), /Đang mất mạng.*Chưa gửi \(3\)/s);
  await look(page, "offline-question", { widths: [360] });
  await axe(page, "offline-question");
  await page.reload();
  assert.equal(await pending(page), 3);
  assert.match(await device(page).innerText(), /Chưa gửi \(3\)/, "still there after a reload without a network");
  // The page of an answer that waits shows it.
  await page.goto(`${at}/q/${encodeURIComponent(asked[0])}?way=quick`);
  await ready(page);
  assert.match(await page.locator("main form[action*='/q/']").first().innerText(), /đang chờ gửi từ máy này/);
  // A page that was never opened says so, with a way on.
  await page.goto(`${at}/people`).catch(() => undefined);
  assert.match(await page.locator("main").innerText(), /chưa được giữ trên máy/);
  assert.deepEqual(phone.troubles.splice(0), [`503 ${at}/people`], "the worker's own answer, and nothing else");
  await page.goto(`${at}/q/${encodeURIComponent(asked[0])}?way=quick`);
  await context.setOffline(false);
  await emptied(page);
  const there = await answers(page, at);
  assert.equal(Object.keys(there).length, 4, "each once");
  for (const code of asked) assert.ok(there[code], `${code} arrived`);
  assert.equal(there[asked[1]].note, "Ghi khi mất mạng: ao cá phía sau");
  await page.reload();
  assert.equal(Object.keys(await answers(page, at)).length, 4);
  phone.check();
  await phone.close();
});

test("a newer answer is shown and not overwritten; the person decides", async () => {
  const phone = await person(run.browser, { width: 360, height: 740 });
  const { page, context } = phone;
  const at = await begin(page);
  await kept(page);
  const question = page.url();
  await context.setOffline(true);
  await choose(page, 1);
  await go(page).click();
  await page.waitForURL((u) => u.href !== question);
  // Meanwhile the accountant answers the same question, on a browser without scripts.
  const other = await noJs(run.browser);
  await other.page.goto(question);
  await choose(other.page, 3);
  await other.page.locator("summary", { hasText: "Ghi chú" }).first().click();
  await other.page.getByLabel("Người trả lời").fill("Kế toán Hoa");
  await go(other.page).click();
  await context.setOffline(false);
  await page.locator("[data-device] li.conflict").waitFor({ timeout: 20000 });
  assert.match(await device(page).innerText(), /Kế toán Hoa đã đổi câu này lúc \d\d:\d\d/);
  await axe(page, "offline-conflict");
  await look(page, "offline-conflict", { widths: [360] });
  const code = decodeURIComponent(question.split("/q/")[1].split("?")[0]);
  const theirs = (await answers(page, at))[code].value;
  await tabTo(page, device(page).getByRole("button", { name: "Gửi câu của tôi" }));
  await page.keyboard.press("Enter");
  await emptied(page);
  assert.notDeepEqual((await answers(page, at))[code].value, theirs, "sent by decision");
  phone.check();
  await phone.close();
  await other.close();
});

test("a respondent by link, and two at once without scripts", async () => {
  const owner = await person(run.browser);
  const { page } = owner;
  const at = await begin(page);
  await page.goto(`${at}/people`);
  await page.getByRole("button", { name: "Tạo đường dẫn mời" }).click();
  assert.match(await page.locator(".errors").innerText(), /Chọn ít nhất một phần/);
  await page.getByLabel("Tên hoặc vai trò").fill("Kế toán – chị Hoa");
  await page.locator("input[name=sections]").first().check();
  await axe(page, "people");
  await page.getByRole("button", { name: "Tạo đường dẫn mời" }).click();
  const link = (await page.locator("main code").innerText()).trim();
  await axe(page, "people-link");
  await look(page, "people-link");
  const hoa = await noJs(run.browser, { width: 360, height: 740 });
  await hoa.page.goto(new URL(link).pathname);
  await look(hoa.page, "people-asked");
  await hoa.page.locator(".tasks a").first().click();
  const stale = await hoa.context.newPage();
  await stale.goto(hoa.page.url());
  await choose(hoa.page, 1);
  await go(hoa.page).click();
  await choose(stale, 2);
  await stale.locator("summary", { hasText: "Ghi chú" }).first().click();
  await stale.locator("[name=note]").fill("Không được mất dòng này");
  await go(stale).click();
  assert.match(await stale.locator("main").innerText(), /Kế toán – chị Hoa đã đổi câu này lúc \d\d:\d\d/);
  assert.equal(await stale.locator("[name=note]").inputValue(), "Không được mất dòng này");
  await look(stale, "people-meanwhile");
  await page.goto(`${at}/people`);
  assert.match(await page.locator("main").innerText(), /Kế toán – chị Hoa \(1\)/);
  await axe(page, "people-progress");
  await look(page, "people-progress");
  await page.getByRole("button", { name: /Thu hồi/ }).click();
  assert.match(await page.locator("main").innerText(), /Đã thu hồi/);
  assert.equal((await hoa.page.goto(new URL(link).pathname)).status(), 404);
  await page.goto(at);
  await axe(page, "assess-parts");
  await look(page, "assess-parts");
  owner.check();
  await owner.close();
  await hoa.close();
});

const digits = () => {
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  for (;;) {
    const nine = Array.from({ length: 9 }, (_, i) => (i === 0 ? 0 : Math.floor(Math.random() * 10)));
    const check = 10 - (nine.reduce((sum, d, i) => sum + d * weights[i], 0) % 11);
    if (check >= 0 && check <= 9) return nine.join("") + check;
  }
};

test("a consultant's visit without a network: notes with a picture and a check, once; signing out leaves nothing", async () => {
  const owner = await person(run.browser);
  await signIn(owner.page, /Lương Thị Ươn/, { from: "/my-enterprises/new" });
  await owner.page.goto("/my-enterprises/new");
  const name = `Cơ sở cá thát lát ${Date.now() % 100000}`;
  await owner.page.getByRole("radio", { name: "Doanh nghiệp", exact: true }).check();
  await owner.page.getByLabel("Mã số thuế").fill(digits());
  await owner.page.getByLabel("Tên đơn vị").fill(name);
  await owner.page.getByLabel("Ngành nghề chính").selectOption("C10");
  await owner.page.getByLabel("Xã, phường đặt trụ sở").selectOption({ index: 3 });
  await owner.page.getByRole("button", { name: "Lưu" }).click();
  await owner.page.waitForURL(/\/my-enterprise\/ent_/);
  await owner.page.getByLabel(/Tư vấn viên được phân công đọc/).check();
  await owner.page.getByRole("button", { name: "Lưu lựa chọn" }).click();
  const at = await begin(owner.page);
  for (let n = 0; n < 2; n++) { const was = owner.page.url(); await choose(owner.page, 2); await go(owner.page).click(); await owner.page.waitForURL((u) => u.href !== was); }
  await owner.page.goto(`${at}/attach`);
  await owner.page.getByRole("radio", { name: new RegExp(name) }).check();
  await owner.page.getByRole("button", { name: "Gắn" }).click();
  await owner.page.getByRole("button", { name: "Gửi cho trung tâm" }).click();
  await owner.page.waitForLoadState("load");

  const phone = await person(run.browser, { width: 360, height: 740 });
  const { page, context } = phone;
  await signIn(page, /Kiều Viễn/, { from: "/centre" });
  await page.goto(`/centre/enterprises?q=${encodeURIComponent(name)}`);
  await page.getByRole("link", { name: new RegExp(name) }).click();
  await page.getByRole("link", { name: /Chỉ số đánh giá/ }).first().click();
  await page.getByRole("button", { name: "Nhận xác nhận bài này" }).click();
  await page.getByRole("link", { name: /Đi thăm cơ sở/ }).click();
  await page.waitForURL(/\/visit$/);
  await kept(page);
  await axe(page, "visit");
  await look(page, "visit");
  await context.setOffline(true);
  const note = async (words, picture) => {
    await page.getByLabel("Điều đã thấy, đã nghe").fill(words);
    if (picture) await page.getByLabel("Ảnh", { exact: false }).first().setInputFiles({ name: "quầy thu ngân.png", mimeType: "image/png", buffer: PNG });
    await anew(page, () => page.getByRole("button", { name: "Lưu ghi chép" }).click());
    await page.waitForFunction((w) => document.querySelector("[data-device-items]")?.textContent.includes(w), words, { timeout: 20000 });
  };
  await note("Quầy có máy POS, hóa đơn điện tử", true);
  await note("Kho ghi sổ tay", false);
  const first = page.locator("details:has(form[action*='/check/'])").first();
  await first.locator("summary").first().click();
  await first.getByLabel("Lý do, điều đã thấy").fill("Đã xem tại quầy lúc mất mạng");
  await anew(page, () => first.getByRole("button", { name: "Lưu xác nhận" }).click());
  await page.waitForFunction(() => document.querySelector("[data-device]")?.dataset.pending === "3", undefined, { timeout: 20000 });
  await page.reload();
  assert.equal(await pending(page), 3);
  assert.match(await device(page).innerText(), /Chưa gửi \(3\)/);
  assert.match(await device(page).innerText(), /1 tệp/);
  await look(page, "visit-offline", { widths: [360] });
  await context.setOffline(false);
  await emptied(page);
  await page.reload();
  const shown = await page.locator("main").innerText();
  for (const words of ["Quầy có máy POS, hóa đơn điện tử", "Kho ghi sổ tay", "quầy thu ngân.png"]) assert.equal(shown.split(words).length, 2, `${words}: once`);
  assert.ok(shown.indexOf("Kho ghi sổ tay") < shown.indexOf("Quầy có máy POS"), "newest first, in the order given");
  const picture = await page.request.get(await page.getByRole("link", { name: "quầy thu ngân.png" }).getAttribute("href"));
  assert.equal((await picture.body()).compare(PNG), 0, "the picture is the one that was taken");
  await axe(page, "visit-received");
  await look(page, "visit-received");
  // What is kept is said, and signing out removes it.
  assert.ok(await page.evaluate(async () => (await (await caches.open("phusa-pages")).keys()).length > 0));
  await signOut(page);
  await page.waitForFunction(() => localStorage.getItem("phusa:device") === null);
  // The page of after signing out may still be loading while it is asked: asked again until it stands.
  let left = null;
  for (let tries = 0; tries < 40 && !left?.every((n) => n === 0); tries++) {
    if (tries) await page.waitForTimeout(250);
    left = await page.evaluate(async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]).catch(() => null);
  }
  assert.deepEqual(left, [0, 0]);
  phone.check();
  await phone.close();
  await owner.close();
});

test("what is kept can be removed from the device", async () => {
  const phone = await person(run.browser, { width: 360, height: 740 });
  const { page, context } = phone;
  await begin(page);
  await kept(page);
  await context.setOffline(true);
  await choose(page, 1);
  const was = page.url();
  await go(page).click();
  await page.waitForURL((u) => u.href !== was);
  assert.equal(await pending(page), 1);
  page.on("dialog", (d) => d.accept());
  await device(page).locator("summary").click();
  assert.match(await device(page).innerText(), /dữ liệu cá nhân/);
  await device(page).getByRole("button", { name: "Xóa khỏi máy này" }).click();
  await emptied(page);
  assert.equal(await page.evaluate(async () => (await caches.keys()).length), 0);
  await context.setOffline(false);
  phone.check();
  await phone.close();
});

test("the filter of the register has room on a tablet", async () => {
  const officer = await person(run.browser, { width: 768 });
  const { page } = officer;
  await signIn(page, /Lâm Nhật Quang/, { from: "/centre" });
  await page.goto("/centre/enterprises");
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const narrow = await page.locator("form.search :is(input, select)").evaluateAll((list) => list.filter((e) => e.getBoundingClientRect().width < 150).map((e) => e.name));
    assert.deepEqual(narrow, [], `boxes too narrow at ${width}`);
  }
  await axe(page, "centre-filter");
  await look(page, "centre-filter");
  await page.goto("/centre/import");
  await axe(page, "centre-import");
  await look(page, "centre-import");
  officer.check();
  await officer.close();
});
