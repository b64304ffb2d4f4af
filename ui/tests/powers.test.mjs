// Power of others: the chairman lends his role by keyboard, the head of division reads it, the chairman ends it; one case is opened
// in an emergency and reviewed. And the page on which an administrator prepares a reorganisation.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, base, launch, look, person, signIn, tabTo } from "./lib.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const CHAIRMAN = /Bùi Quốc Khánh/, HEAD = /Đặng Thu Hà/, ELSEWHERE = /Trịnh Hòa Bình/, AUDITOR = /Cao Thị Kim/, ADMINISTRATOR = /Tạ Quang Vinh/, OFFICER = /Phạm Thị Thu/;

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline`);
  await axe(page, name);
  await look(page, `powers-${name}`);
}
async function as(who, path, work) {
  const someone = await person(run.browser);
  someone.page.setDefaultTimeout(10_000);
  await signIn(someone.page, who, { from: `/sign-in?next=${encodeURIComponent(path)}` });
  await someone.page.goto(url + path);
  await work(someone.page);
  someone.check();
  await someone.close();
}
const said = (page) => page.locator("main").innerText();
const sent = (page, button) => Promise.all([page.waitForEvent("load"), button.press("Enter")]);

test("a role is lent by keyboard, read by who receives it, and ended", async () => {
  await as(CHAIRMAN, "/work/delegations", async (page) => {
    const main = page.locator("main");
    if (!await main.getByLabel("Người nhận").isVisible()) await main.getByText("Ủy quyền mới").press("Enter");
    // Sent with nothing, it says what is missing and keeps the page.
    await sent(page, main.getByRole("button", { name: "Ủy quyền", exact: true }));
    assert.match(await said(page), /Chọn người cùng cơ quan/);
    await judged(page, "delegation-refused");
    const taker = main.getByLabel("Người nhận");
    await tabTo(page, taker);
    await taker.selectOption({ label: (await taker.locator("option").allInnerTexts()).find((o) => HEAD.test(o)) });
    await main.getByLabel(/Thừa ủy quyền/).check();
    await main.getByLabel("Văn bản").fill("Giấy ủy quyền số 12/GUQ-UBND");
    // The demonstration's clock runs ahead of the machine's once other tests have walked through days.
    const ahead = Number((await readFile(process.env.PHUSA_CLOCK ?? "", "utf8").catch(() => "")).trim() || 0);
    const last = new Date(Date.now() + ahead * 1000 + 5 * 86_400_000);
    for (const [part, value] of [["day", last.getDate()], ["month", last.getMonth() + 1], ["year", last.getFullYear()]]) await main.locator(`[name="to-${part}"]`).fill(String(value));
    await sent(page, main.getByRole("button", { name: "Ủy quyền", exact: true }));
    assert.match(await page.locator("main tbody").innerText(), /TUQ\.[\s\S]*Giấy ủy quyền số 12\/GUQ-UBND/);
    await judged(page, "delegations");
  });
  await as(HEAD, "/work/delegations", async (page) => {
    assert.match(await said(page), /Quyền bạn được nhận[\s\S]*Bùi Quốc Khánh[\s\S]*Đang hiệu lực/);
  });
  await as(CHAIRMAN, "/work/delegations", async (page) => {
    await sent(page, page.getByRole("button", { name: "Chấm dứt" }).first());
    assert.match(await said(page), /Đã chấm dứt/);
  });
});

test("one case is opened in an emergency, and an auditor reviews it", async () => {
  let code;
  await as(OFFICER, "/work", async (page) => {
    code = (await page.locator("main a[href^='/work/cases/H29.161-']").first().getAttribute("href")).split("/").pop().split("?")[0];
  });
  await as(ELSEWHERE, "/work/emergency", async (page) => {
    await page.getByLabel("Mã hồ sơ").fill(code);
    await page.getByLabel("Lý do").fill("Công trình đang nghiêng, cần bản vẽ kết cấu để sơ tán");
    await sent(page, page.getByRole("button", { name: "Mở hồ sơ và ghi lại" }));
    assert.match(page.url(), new RegExp(`/work/cases/${code.replaceAll(".", "\\.")}`));
    await page.goto(`${url}/work/emergency`);
    await judged(page, "emergency");
  });
  await as(AUDITOR, "/admin/emergencies", async (page) => {
    await judged(page, "emergencies");
    await sent(page, page.getByRole("link", { name: code }).first());
    await page.getByLabel("Có lý do chính đáng").check();
    await page.getByLabel("Nhận xét").fill("Có biên bản hiện trường");
    await sent(page, page.getByRole("button", { name: "Ghi kết luận" }));
    assert.match(await said(page), /Có biên bản hiện trường/);
    await judged(page, "emergency-reviewed");
  });
});

test("delegations in force and reorganisations, as an administrator sees them", async () => {
  await as(ADMINISTRATOR, "/admin/delegations", (page) => judged(page, "delegations-all"));
  await as(ADMINISTRATOR, "/admin/reforms", (page) => judged(page, "reforms"));
});
