// The script on the preview pages, in a real browser: what it adds, and that nothing is lost without it.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { buildAll } from "../build.mjs";
import { names, serve } from "../preview/server.mjs";
import { axe, focusIsVisible, focused, launch, noJs, person, scratch, wireSize } from "./lib.mjs";

let site, run;
before(async () => { await buildAll(); site = await serve(); run = await launch(); });
after(async () => { await run?.close(); await site?.close(); });
beforeEach(() => { site.state.answers = {}; site.state.seen = []; });

/** A person on a page; closed, and checked for script errors, at the end. */
async function on(name, act, options) {
  const who = await person(run.browser, options);
  await who.page.goto(`${site.url}/${name}`);
  await who.page.locator("html[data-ready]").waitFor({ state: "attached" });
  await act(who.page, who);
  who.check();
  await who.close();
}
const status = (page) => page.locator("[data-autosave-status]");
const posted = (path) => site.state.seen.filter((s) => s.path === path);

test("no accessibility findings on any preview", async () => {
  for (const name of await names()) for (const width of [360, 1440]) await on(name, (page) => axe(page, `${name} ${width}`), { width });
});

test("the keyboard's place can be seen everywhere", async () => {
  for (const name of await names()) await on(name, async (page) => assert.ok((await focusIsVisible(page)) > 5, name));
});

test("no page is wider than 320 px, nor at 200 % text", async () => {
  for (const name of await names()) await on(name, async (page) => {
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok((await over()) <= 0, `${name} ${await over()}`);
    await page.setViewportSize({ width: 720, height: 450 });
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    assert.ok((await over()) <= 0, `${name} enlarged ${await over()}`);
  }, { width: 320 });
});

test("a first visit costs less than 100 kB", async () => {
  const { total, parts } = await wireSize(run.browser, `${site.url}/citizen-home`);
  assert.ok(total < 100e3, `${total}: ${parts.map((p) => `${p.url} ${p.bytes}`).join("\n")}`);
  assert.equal(parts.filter((p) => p.url.endsWith(".woff2")).length, 4);
});

test("autosave sends the section with the token, leaves out what does not apply, and says when", () => on("form", async (page) => {
  await page.getByLabel("Số nhà, đường").fill("14 Trương Định");
  await page.getByRole("checkbox", { name: "Tin nhắn" }).uncheck();
  await assert.doesNotReject(status(page).filter({ hasText: /^Đã lưu \d\d:\d\d$/ }).waitFor());
  const sent = new URLSearchParams(posted("/autosave").at(-1).body);
  assert.deepEqual([...new Set(sent.keys())].sort(), ["_csrf", "area", "commune", "day", "grade", "month", "note", "notify", "phone", "street", "use", "year"]);
  assert.equal(sent.get("street"), "14 Trương Định");
  assert.equal(sent.get("notify"), "");
  assert.equal(posted("/autosave")[0].headers["x-csrf-token"], "t0ken");
}));

test("when the server is away a copy stays here, is offered again, and goes once it is saved", async () => {
  const who = await person(run.browser);
  const { page } = who;
  site.state.answers.autosave = { status: 503 };
  await page.goto(`${site.url}/form`);
  await page.getByLabel("Số nhà, đường").fill("Nhà mới");
  await status(page).filter({ hasText: "Chưa lưu được, sẽ thử lại" }).waitFor();
  assert.match(await page.evaluate(() => localStorage.getItem("phusa:draft:d1:3")), /Nhà mới/);
  page.on("dialog", (d) => d.accept());
  site.state.answers = {};
  await page.reload();
  await page.getByRole("region", { name: "Khôi phục" }).getByRole("button", { name: "Khôi phục" }).click();
  assert.equal(await page.getByLabel("Số nhà, đường").inputValue(), "Nhà mới");
  await status(page).filter({ hasText: "Đã lưu" }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("phusa:draft:d1:3")), null);
  await who.close();
});

test("a signed-out person is shown where to sign in; a conflict stops saving; a refusal is not repeated", () => on("form", async (page) => {
  site.state.answers.autosave = { status: 422 };
  await page.getByLabel("Số nhà, đường").fill("x");
  await status(page).filter({ hasText: "Chưa lưu được mục vừa nhập" }).waitFor();
  const count = posted("/autosave").length;
  await page.waitForTimeout(2500);
  assert.equal(posted("/autosave").length, count);
  site.state.answers.autosave = { status: 401 };
  await page.getByLabel("Số nhà, đường").fill("xy");
  await status(page).getByRole("link", { name: /Đăng nhập lại/ }).waitFor();
  assert.match(await status(page).getByRole("link").getAttribute("href"), /^\/sign-in\?next=%2Fform/);
  site.state.answers.autosave = { status: 409 };
  await page.getByLabel("Số nhà, đường").fill("xyz");
  await status(page).filter({ hasText: "cửa sổ hoặc máy khác" }).waitFor();
}));

test("the list of errors has the focus, and its links lead to the question", () => on("form", async (page) => {
  assert.match(await focused(page), /Cần sửa 2 chỗ/);
  await page.getByRole("link", { name: /Số điện thoại/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "phone");
}));

test("a question that does not apply is neither seen nor sent", () => on("form", async (page) => {
  const trade = page.getByLabel("Ngành nghề kinh doanh");
  assert.equal(await trade.isVisible(), false);
  assert.equal(await page.locator("#trade").isDisabled(), true);
  await page.getByRole("radio", { name: "Ở và kinh doanh" }).check();
  assert.equal(await trade.isVisible(), true);
  assert.equal(await trade.isEnabled(), true);
}));

test("a commune is found without marks, by its former name, by keyboard alone", () => on("form", async (page) => {
  const box = page.getByRole("combobox", { name: "Phường, xã, đặc khu" });
  await box.focus();
  await page.keyboard.type("vo thi sau");
  assert.deepEqual(await page.locator(".combo").getByRole("option").allInnerTexts().then((t) => t.map((x) => x.split("\n")[0].trim())), ["Phường Xuân Hòa"]);
  await page.keyboard.press("Enter");
  assert.equal(await box.inputValue(), "Phường Xuân Hòa");
  assert.equal(await page.locator("#commune-select").inputValue(), "27139");
  assert.equal(await box.getAttribute("aria-expanded"), "false");
  await box.fill("không có nơi này");
  await page.keyboard.press("Tab");
  assert.equal(await box.inputValue(), "Phường Xuân Hòa", "an unknown name does not replace the answer");
  await box.fill("can gio");
  await axe(page, "open combobox");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  assert.equal(await box.getAttribute("aria-expanded"), "false");
}));

test("files go up one by one; what is wrong is said by name", async () => {
  const tmp = await scratch();
  const pdf = join(tmp.dir, "Bản vẽ.pdf"), doc = join(tmp.dir, "thu.docx"), empty = join(tmp.dir, "rong.pdf");
  await Promise.all([writeFile(pdf, "%PDF-1.7 x"), writeFile(doc, "x"), writeFile(empty, "")]);
  await on("form", async (page) => {
    const items = page.locator("[data-upload] .files > li");
    site.state.answers.upload = { status: 200, json: { name: "Bản vẽ.pdf", size: 10, href: "/files/1" } };
    await page.locator("input[type=file]").setInputFiles([pdf, doc, empty]);
    await items.filter({ hasText: "Bản vẽ.pdf" }).filter({ hasText: "Đã tải lên" }).waitFor();
    assert.match(await items.filter({ hasText: "thu.docx" }).innerText(), /không nhận được\. Hãy dùng PDF/);
    assert.match(await items.filter({ hasText: "rong.pdf" }).innerText(), /Tệp rỗng/);
    assert.equal(posted("/upload").length, 1);
    assert.match(posted("/upload")[0].body, /name="component"\r\n\r\ndrawing/);
    assert.equal(posted("/upload")[0].headers["x-csrf-token"], "t0ken");
    site.state.answers.upload = { status: 422, json: { messages: { vi: "Tệp có mật khẩu.", en: "Locked." } } };
    await page.locator("input[type=file]").setInputFiles(pdf);
    await items.filter({ hasText: "Tệp có mật khẩu." }).waitFor();
  });
  await tmp.drop();
});

test("a form of papers: each file goes to the form's address, a page's refusal is told beside the file", async () => {
  const tmp = await scratch(), pdf = join(tmp.dir, "mong.pdf");
  await writeFile(pdf, "%PDF-1.7 x");
  await on("kit", async (page) => {
    site.state.answers.papers = { status: 422, html: "<div class=errors><ul><li>Tệp hỏng</li></ul></div>" };
    await page.getByLabel("Bản vẽ móng").setInputFiles(pdf);
    await page.locator("section.paper .files > li.bad").filter({ hasText: "Tệp hỏng" }).waitFor();
    assert.match(posted("/papers")[0].body, /name="file-drawing"; filename="mong.pdf"/);
    await page.getByRole("button", { name: "Bỏ khỏi danh sách" }).click();
    site.state.answers.papers = { status: 200, html: "<p>ok</p>" };
    const again = page.waitForEvent("load");
    await page.getByLabel("Bản vẽ móng").setInputFiles(pdf);
    await again;
  });
  await tmp.drop();
});

test("one key opens an act, never while typing, and can be switched off", () => on("work-case", async (page) => {
  await page.keyboard.press("t");
  assert.equal(await page.evaluate(() => document.activeElement.id), "op");
  await page.keyboard.type("b y t");
  assert.equal(await page.locator("#op").inputValue(), "b y t");
  assert.equal(new URL(page.url()).hash, "");
  await page.locator("#op").blur();
  await page.keyboard.press("b");
  assert.equal(new URL(page.url()).hash, "#bo-sung");
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Phím tắt" });
  assert.match(await list.innerText(), /Lấy thêm ý kiến/);
  await axe(page, "list of keys");
  await list.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("y");
  assert.equal(new URL(page.url()).hash, "#bo-sung");
}));

test("/ goes to the search box", () => on("work-list", async (page) => {
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  assert.equal(await page.locator("#q").inputValue(), "");
}));

test("pressed twice, sent once", () => on("tasks", async (page) => {
  site.state.answers.sign = { status: 204 }; // the page stays, so a second press is possible
  const send = page.getByRole("button", { name: "Gửi hồ sơ" });
  await send.click();
  await send.click({ force: true });
  await page.waitForTimeout(400);
  assert.equal(posted("/sign").length, 1);
}));

test("a fold stays as the reader left it", async () => {
  const who = await person(run.browser);
  await who.page.goto(`${site.url}/work-case`);
  await who.page.getByText("Căn cứ pháp lý").click();
  await who.page.waitForFunction(() => localStorage.getItem("phusa:open:legal") === "0");
  await who.page.reload();
  assert.equal(await who.page.locator("details[data-remember]").getAttribute("open"), null);
  await who.close();
});

test("without scripts every question is there and the form still posts", async () => {
  const { page, close } = await noJs(run.browser);
  await page.goto(`${site.url}/form`);
  assert.equal(await page.getByLabel("Phường, xã, đặc khu").evaluate((e) => e.tagName), "SELECT");
  assert.equal(await page.getByLabel("Ngành nghề kinh doanh").isVisible(), true);
  await page.getByLabel("Phường, xã, đặc khu").selectOption("27697");
  await page.getByRole("button", { name: "Lưu và tiếp tục" }).click();
  assert.match(posted("/apply")[0].body, /commune=27697/);
  await close();
});
