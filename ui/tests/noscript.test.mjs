// An enterprise's whole path on a phone whose browser runs no scripts: registered, consented, sized; a solution chosen with
// requirements, advice, a declaration, a quote and a decision; support asked for with files, completed, followed, another one
// withdrawn. Afterwards every page walked is opened by a browser with scripts and judged: accessibility, and no page wider
// than the screen at 360, 768 and 1440 px.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, noJs, person, signIn, SCREENS, WIDTHS } from "./lib.mjs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

let run;
/** The owner's phone; one sign-in serves all steps. */
let phone;
before(async () => {
  base();
  run = await launch();
  phone = await noJs(run.browser, { width: 360, height: 740 });
  phone.page.setDefaultTimeout(10_000);
  await signIn(phone.page, OWNER, { from: "/sign-in?next=%2Fmy-enterprises" });
});
after(async () => { await phone?.close(); await run?.close(); });

const OWNER = /Lương Thị Ươn/, EXAMINER = /Hà Kim Loan/;
const mark = `${Date.now() % 1_000_000}`;
const firm = `Công ty TNHH Không Kịch Bản ${mark}`;
/** Addresses of the pages walked, by name: opened again with scripts. */
const walked = new Map();
const left = {};
const needs = (...names) => { for (const n of names) assert.ok(left[n], `an earlier step did not leave “${n}” behind`); };

const pdf = (text) => Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%${text} ${mark}\n%%EOF\n`);
const file = (name, buffer = pdf(name)) => ({ name, mimeType: "application/pdf", buffer });
const taxCode = () => {
  // Ten digits with their check digit (Circular 105/2020/TT-BTC).
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  for (;;) {
    const nine = Array.from({ length: 9 }, (_, i) => (i === 0 ? 0 : Math.floor(Math.random() * 10)));
    const check = 10 - (nine.reduce((sum, d, i) => sum + d * weights[i], 0) % 11);
    if (check >= 0 && check <= 9) return nine.join("") + check;
  }
};

const said = (page) => page.locator("main").innerText();
const gone = (page, act) => Promise.all([page.waitForEvent("load"), act()]);
const press = (page, name, within = page.locator("main")) => gone(page, () => within.getByRole("button", { name, exact: true }).first().click());
const refused = (page) => page.locator(".errors").count();
async function fine(page) {
  assert.equal(await refused(page) ? await page.locator(".errors").first().innerText() : "", "", `refused on ${page.url()}`);
}
/** Remembers a page that can be opened by its address; one heading of the first order. */
async function seen(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  walked.set(name, new URL(page.url()).pathname + new URL(page.url()).search);
}
/** Opens the folded part that holds this form, as a finger does. */
async function unfold(page, form) {
  const details = page.locator("details", { has: form }).last();
  if (await details.count() && !(await form.isVisible())) await details.locator("summary").first().click();
}
async function day(form, name, date) {
  await form.locator(`[name="${name}-day"]`).fill(String(date.getDate()));
  await form.locator(`[name="${name}-month"]`).fill(String(date.getMonth() + 1));
  await form.locator(`[name="${name}-year"]`).fill(String(date.getFullYear()));
}

test("1. registers the enterprise, its size and its consents", async () => {
  const { page } = phone;
  await page.goto("/my-enterprises/new");
  await seen(page, "new");
  await page.getByRole("radio", { name: "Doanh nghiệp", exact: true }).check();
  await page.getByLabel("Mã số thuế").fill("0100112438");
  await page.getByLabel("Tên đơn vị").fill(firm);
  await press(page, "Lưu");
  assert.ok(await refused(page), "a wrong check digit is told");
  assert.equal(await page.getByLabel("Tên đơn vị").inputValue(), firm, "nothing typed is lost");
  await page.getByLabel("Mã số thuế").fill(taxCode());
  await page.getByLabel("Ngành nghề chính").selectOption("C10");
  await page.getByLabel("Xã, phường đặt trụ sở").selectOption({ index: 3 });
  await press(page, "Lưu");
  await fine(page);
  assert.match(page.url(), /\/my-enterprise\/ent_/);
  left.enterprise = new URL(page.url()).pathname;
  await gone(page, () => page.getByRole("link", { name: "Khai quy mô năm nay" }).click());
  await seen(page, "size");
  await page.getByLabel("Số lao động tham gia bảo hiểm").fill("32");
  await page.getByLabel("Tổng doanh thu năm trước").fill("18.500");
  await page.getByLabel("Tổng nguồn vốn năm trước").fill("9.000");
  await press(page, "Tính và lưu quy mô");
  await fine(page);
  await page.goto(left.enterprise);
  await page.getByLabel(/Tư vấn viên được phân công đọc/).check();
  await press(page, "Lưu lựa chọn");
  await fine(page);
  await page.goto(left.enterprise);
  assert.match(await said(page), /Doanh nghiệp nhỏ/);
  assert.ok(await page.getByLabel(/Tư vấn viên được phân công đọc/).isChecked(), "the consent is kept");
  await seen(page, "enterprise");
});

test("2. chooses a solution: requirements, order, declaration, quote, decision", async () => {
  needs("enterprise");
  const { page } = phone;
  const boxes = page.locator("[name=s]");
  // A demonstration that has just been started is still filling its shelves.
  for (let i = 0; i < 30; i++) {
    await page.goto("/showroom?q=kho");
    if (await boxes.count() > 1) break;
    await page.waitForTimeout(1000);
  }
  await seen(page, "showroom");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await press(page, "So sánh các giải pháp đã chọn (tối đa 4)");
  await seen(page, "compare");
  await page.goto(`${left.enterprise}/choices`);
  await seen(page, "choices");
  await page.locator("[name='open.title']").fill("Phần mềm kho cho xưởng đông lạnh");
  await press(page, "Bắt đầu");
  await fine(page);
  const choice = new URL(page.url()).pathname;
  await page.goto(`${choice}/need`);
  const field = (name) => page.locator(`[name="need.${name}"]`);
  await field("gap0-kind").selectOption("inventory");
  await field("gap0-size").fill("600");
  await field("gap0-goal").selectOption("3");
  await field("budget").fill("tám chục");
  await press(page, "Lưu yêu cầu");
  assert.ok(await refused(page), "an amount that cannot be read is asked again");
  assert.equal(await field("gap0-size").inputValue(), "600");
  await field("budget").fill("80 triệu");
  await field("users").fill("5");
  await press(page, "Lưu yêu cầu");
  await fine(page);
  await page.goto(choice);
  assert.match(await said(page), /80 triệu đồng/, "what was understood is said back in words");
  await press(page, "Xem gợi ý");
  await fine(page);
  await gone(page, () => page.getByRole("button", { name: /^Đưa vào danh sách ngắn/ }).first().click());
  await fine(page);
  await page.goto(`${choice}/need`);
  await seen(page, "need");
  await page.goto(`${choice}/weights`);
  await seen(page, "weights");
  await page.goto(choice);
  await gone(page, () => page.getByRole("link", { name: /Vì sao có thứ tự này/ }).click());
  assert.match(await said(page), /trùng khớp từng byte/);
  await seen(page, "why");
  await page.goto(choice);
  const form = async (name) => { const f = page.locator(`form[action$='/acts/${name}']`); await unfold(page, f); return f; };
  const declare = await form("declare");
  await declare.locator("[name='declare.text']").fill("Không góp vốn, không có người thân ở nhà cung cấp nào");
  await press(page, "Kê khai", declare);
  await fine(page);
  assert.match(await said(page), /không có xung đột/);
  const quote = await form("quote");
  await quote.locator("[name='quote.solution']").selectOption({ index: 1 });
  await quote.locator("[name='quote.amount']").fill("36 triệu");
  await day(quote, "quote.valid_until", new Date(Date.now() + 40 * 86_400_000));
  await press(page, "Ghi báo giá", quote);
  await fine(page);
  assert.match(await said(page), /36\.000\.000 đồng \(36 triệu đồng\)/);
  await seen(page, "choice");
  const decide = await form("decide");
  left.solution = await decide.getByRole("radio").first().getAttribute("value");
  await decide.getByRole("radio").first().check();
  await decide.locator("[name='decide.reason']").fill("Vừa ngân sách, trả lại dữ liệu khi kết thúc hợp đồng");
  await press(page, "Ghi quyết định", decide);
  await fine(page);
  assert.match(await said(page), /Doanh nghiệp đã quyết định/);
  await seen(page, "choice-decided");
});

test("3. asks for support with files; a bad file is named and the others are kept", async () => {
  needs("enterprise", "solution");
  const { page } = phone;
  await page.goto(`${left.enterprise}/support`);
  await seen(page, "support");
  await gone(page, () => page.getByRole("link", { name: "Đề nghị hỗ trợ" }).first().click());
  await seen(page, "support-contents");
  await page.locator("[name=content][value=dx-solution]").check();
  await press(page, "Tiếp tục");
  await seen(page, "support-ask");
  const field = (name) => page.locator(`[name="line.0.${name}"]`);
  await field("about").fill("Thuê phần mềm kho lạnh 12 tháng");
  await field("solution").selectOption(left.solution);
  await field("value").fill("36 triệu");
  await field("requested").fill("18 triệu");
  for (const box of await page.locator("[name=declarations]").all()) await box.check();
  await page.locator("[name=file-quotation]").setInputFiles([file("báo giá.pdf")]);
  await page.locator("[name=file-application]").setInputFiles([file("to-khai.pdf", Buffer.from("đây không phải PDF"))]);
  await press(page, "Gửi hồ sơ");
  assert.match(await page.locator(".errors").innerText(), /Không nhận loại tệp của “to-khai\.pdf”/);
  assert.match(await said(page), /báo giá\.pdf/, "the good file is kept");
  assert.equal(await field("value").inputValue(), "36 triệu");
  await page.locator("[name=file-application]").setInputFiles([file("to-khai.pdf")]);
  await press(page, "Lưu tệp, chưa gửi");
  await fine(page);
  // The newer quotation takes the place of the first.
  await page.locator("[name=file-quotation]").setInputFiles([file("báo giá ký.pdf")]);
  await page.locator("[name=replaces-quotation]").selectOption({ index: 2 });
  await press(page, "Gửi hồ sơ");
  await fine(page);
  left.dossier = new URL(page.url()).pathname;
  const text = await said(page);
  assert.match(text, /báo giá ký\.pdf/);
  assert.match(text, /Hạn trả lời/, "the clock is seen");
  await seen(page, "support-dossier");
});

test("4. completes what the examiner asked for, and follows the clock", async () => {
  needs("dossier");
  const id = left.dossier.split("/").pop();
  const desk = await person(run.browser);
  await signIn(desk.page, EXAMINER, { from: `/sign-in?next=${encodeURIComponent(`/centre/support/dossiers/${id}`)}` });
  await desk.page.goto(`/centre/support/dossiers/${id}`);
  left.desk = new URL(desk.page.url()).pathname;
  const paper = await desk.page.request.get(await desk.page.getByRole("link", { name: "báo giá ký.pdf" }).getAttribute("href"));
  assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
  const form = desk.page.locator("form[action$='/guide']");
  await unfold(desk.page, form);
  for (const box of await form.locator("[name='guide.missing']").all()) await box.setChecked((await box.getAttribute("value")) === "size_declaration");
  await press(desk.page, "Gửi hướng dẫn", form);
  await fine(desk.page);
  desk.check();
  await desk.close();

  const { page } = phone;
  await page.goto(left.dossier);
  assert.match(await said(page), /Hồ sơ còn thiếu/);
  await seen(page, "support-incomplete");
  await gone(page, () => page.getByRole("link", { name: "Bổ sung hồ sơ" }).click());
  await page.locator("[name=file-size_declaration]").setInputFiles([file("quy-mo.pdf")]);
  await press(page, "Gửi hồ sơ");
  await fine(page);
  const text = await said(page);
  assert.match(text, /Đang xét/);
  assert.match(text, /quy-mo\.pdf/);
  assert.match(text, /Hạn trả lời/);
});

test("5. withdraws another one", async () => {
  needs("enterprise");
  const { page } = phone;
  await page.goto(`${left.enterprise}/support/ask?content=management-course`);
  await page.locator('[name="line.0.about"]').fill("Khóa quản trị cho hai quản đốc");
  await page.locator('[name="line.0.value"]').fill("6 triệu");
  await page.locator('[name="line.0.requested"]').fill("6 triệu");
  for (const box of await page.locator("[name=declarations]").all()) await box.check();
  await press(page, "Gửi hồ sơ");
  await fine(page);
  const form = page.locator("form[action$='/withdraw']");
  await unfold(page, form);
  await form.locator("[name='withdraw.reason']").fill("Đã học khóa khác");
  await press(page, "Rút hồ sơ", form);
  await fine(page);
  assert.match(await said(page), /Đã rút/);
  await seen(page, "support-withdrawn");
  await page.goto(`${left.enterprise}/support`);
  assert.match(await said(page), /Đã rút/);
  phone.check();
});

test("6. every page walked is accessible and fits a phone, a tablet and a desk", async () => {
  assert.ok(walked.size >= 15, `only ${walked.size} pages were walked`);
  const judge = async (page, name, address) => {
    await page.goto(address);
    await axe(page, name);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (process.env.PHUSA_PICTURES) await page.screenshot({ path: join(SCREENS, `noscript-${name}-${width}.png`), fullPage: true });
      assert.ok(over <= 0, `${name} is ${over} px wider than a ${width} px screen`);
    }
  };
  if (process.env.PHUSA_PICTURES) await mkdir(SCREENS, { recursive: true });
  const owner = await person(run.browser);
  await signIn(owner.page, OWNER);
  for (const [name, address] of walked) await judge(owner.page, name, address);
  owner.check();
  await owner.close();
  const desk = await person(run.browser);
  await signIn(desk.page, EXAMINER);
  await judge(desk.page, "desk-dossier", left.desk);
  desk.check();
  await desk.close();
});
