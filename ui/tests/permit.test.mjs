// One house, six people, from the application to the permit: apply, receive, supplement, silent consultation, decision,
// result. On the way every page is judged; at the end the citizen's whole path is walked again without scripts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, scratch, signIn } from "./lib.mjs";

const CODE = "1.013225";
const DAY = 24 * 3600;
let run, url;
let offset = 0;
before(async () => { url = base(); run = await launch(); await clock(await towards(9)); });
after(async () => { await run?.close(); });

/** Moves the program's clock: seconds from now. */
async function clock(seconds) {
  assert.ok(process.env.PHUSA_CLOCK, "PHUSA_CLOCK is not set: start the demonstration with --clock-file");
  offset = seconds;
  await writeFile(process.env.PHUSA_CLOCK, String(seconds));
  await new Promise((done) => setTimeout(done, 500));
}
const local = () => new Date(Date.now() + offset * 1000 + 7 * 3600 * 1000);
/** Seconds to add so that it is `hour` o'clock in Vietnam on a coming Monday. */
async function towards(hour) {
  const now = new Date(Date.now() + 7 * 3600 * 1000);
  const days = ((8 - now.getUTCDay()) % 7) || 7;
  const then = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days, hour);
  return Math.round((then - now.getTime()) / 1000);
}

/** The smallest file that opens as a PDF; the text makes each one another file. */
const pdf = (name) => ({
  name,
  mimeType: "application/pdf",
  buffer: Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%${name}\n%%EOF\n`),
});

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  await axe(page, name);
  await look(page, name);
}

/** Fills whatever the page asks, from the example of the definition. */
async function fill(page, example, fields) {
  for (const name of fields) {
    const value = example[name];
    if (value === undefined) continue;
    const text = String(value);
    const day = page.locator(`[name="${name}-day"]`);
    if (await day.count()) {
      const [y, m, d] = text.split("-");
      await day.fill(String(Number(d)));
      await page.locator(`[name="${name}-month"]`).fill(String(Number(m)));
      await page.locator(`[name="${name}-year"]`).fill(y);
      continue;
    }
    const control = page.locator(`main [name="${name}"]`);
    assert.ok(await control.count(), `the page asks for ${name}`);
    const kind = await control.first().evaluate((e) => e.type ?? e.tagName);
    if (kind === "radio") await page.locator(`main [name="${name}"][value="${text}"]`).check({ force: true });
    else if (kind.startsWith("select")) await control.evaluate((e, v) => { e.value = v; e.dispatchEvent(new Event("change", { bubbles: true })); }, text).catch(() => control.selectOption(text));
    else await control.fill(text);
  }
}

/** Applies as the signed-in citizen and answers with the case's code. */
async function apply(page, { judge, withoutScripts = false } = {}) {
  const definition = await (await fetch(`${url}/api/v1/definitions/${CODE}`)).json();
  const example = definition.example_request.answers;
  await page.goto(`${url}/services/${CODE}`);
  await judge?.("service");
  await page.getByRole("button", { name: "Nộp hồ sơ trực tuyến" }).click();
  await judge?.("tasks");
  const base = new URL(page.url()).pathname;
  await page.locator("ul.tasks a").first().click();
  for (let i = 0; i < 12 && page.url().includes("/form/"); i++) {
    const names = await page.locator("main form [name]").evaluateAll((all) => [...new Set(all.map((e) => e.name.replace(/-(day|month|year)$/, "")))]);
    if (withoutScripts) for (const n of names) await fillPlain(page, example, n);
    else await fill(page, example, names);
    await judge?.(`form-${i + 1}`);
    await page.getByRole("button", { name: "Lưu và tiếp tục" }).click();
    assert.equal(await page.locator(".errors").count(), 0, await page.locator("main").innerText());
  }
  assert.ok(page.url().endsWith("/files"), page.url());
  await judge?.("papers");
  for (const file of definition.example_request.files) {
    const input = page.locator(`input[type=file][name="file-${file.component}"]`);
    await input.setInputFiles(pdf(file.name));
    if (!withoutScripts) await page.locator("ul.files a", { hasText: file.name }).first().waitFor();
  }
  const upload = page.getByRole("button", { name: "Tải tệp lên" });
  if (withoutScripts) await upload.click();
  await page.goto(`${url}${base}/review`);
  await judge?.("review");
  await page.getByRole("button", { name: "Nộp hồ sơ" }).click();
  assert.match(page.url(), /\/my\/H29\./, await page.locator("main").innerText());
  await judge?.("submitted");
  return decodeURIComponent(page.url().split("/my/")[1].split("?")[0]);
}

/** The same without scripts: only what the browser itself can do. */
async function fillPlain(page, example, name) {
  if (example[name] === undefined) return;
  const text = String(example[name]);
  const day = page.locator(`[name="${name}-day"]`);
  if (await day.count()) {
    const [y, m, d] = text.split("-");
    await day.fill(String(Number(d)));
    await page.locator(`[name="${name}-month"]`).fill(String(Number(m)));
    return page.locator(`[name="${name}-year"]`).fill(y);
  }
  const radio = page.locator(`input[type=radio][name="${name}"][value="${text}"]`);
  if (await radio.count()) return radio.check();
  const select = page.locator(`select[name="${name}"]`);
  if (await select.count()) return select.selectOption(text);
  return page.locator(`main [name="${name}"]`).fill(text);
}

async function official(name, path, work) {
  const who = await person(run.browser);
  await signIn(who.page, name);
  await who.page.goto(`${url}${path}`);
  await work(who.page);
  who.check();
  await who.close();
}

/** Does an act on the case page that is open. */
async function act(page, name, filled = {}) {
  const form = page.locator(`form[action$="/acts/${name}"]`);
  assert.ok(await form.count(), `“${name}” is open: ${await page.locator("main").innerText()}`);
  await form.evaluate((f) => { for (let e = f; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true; });
  for (const [field, value] of Object.entries(filled)) {
    const control = form.locator(`[name="${name}.${field}"]`);
    assert.ok(await control.count(), `${name} asks for ${field}`);
    const type = await control.first().evaluate((e) => e.type ?? "");
    if (type === "radio" || type === "checkbox") for (const v of [value].flat()) await form.locator(`[name="${name}.${field}"][value="${v}"]`).check();
    else if (type.startsWith("select")) await control.selectOption(value);
    else await control.first().fill(value);
  }
  await form.locator("button:not([type=button])").first().click();
  await page.waitForLoadState("load");
  assert.equal(await page.locator(".errors").count(), 0, await page.locator("main").innerText());
}

/** Reloads until it is there: what another system does takes a moment. */
async function until(page, what) {
  for (let tries = 0; tries < 40 && !(await what.count()); tries++) {
    await page.waitForTimeout(500);
    await page.reload();
  }
}

test("a house, from application to permit", { timeout: 600_000 }, async () => {
  const lan = await person(run.browser);
  await signIn(lan.page, "Nguyễn Thị Lan");
  const code = await apply(lan.page, { judge: (name) => judged(lan.page, `permit-${name}`) });
  const desk = `/work/cases/${code}`;

  await official("Phạm Thị Thu", "/work", async (page) => {
    await judged(page, "work-list");
    assert.ok(await page.getByText(code).count(), "the new case is in the list");
    await page.goto(`${url}${desk}`);
    await judged(page, "work-case-intake");
    await act(page, "receive");
    await judged(page, "work-case-received");
  });
  await official("Đặng Thu Hà", desk, async (page) => {
    const form = page.locator('form[action$="/acts/assign"]');
    const choice = form.locator('[name="assign.assignee"]').first();
    const value = await choice.evaluate((e) => (e.tagName === "SELECT" ? [...e.options].map((o) => o.value).find(Boolean) : e.value));
    await act(page, "assign", { assignee: value });
  });
  await official("Võ Minh Đức", desk, async (page) => {
    await judged(page, "work-case-appraise");
    const form = page.locator('form[action$="/acts/ask_supplement"]');
    await form.evaluate((f) => { for (let e = f; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true; for (const d of f.querySelectorAll("details")) d.open = true; });
    await form.locator("textarea, input[type=text]").first().fill("Bản vẽ móng chưa thể hiện cao độ nền");
    await form.locator('[name="ask_supplement.reason"]').fill("Bản vẽ thiếu cao độ nền so với vỉa hè");
    await form.locator('[name="ask_supplement.contact"]').fill("Võ Minh Đức, 028 3930 0161");
    await form.locator("button:not([type=button])").first().click();
    await page.waitForLoadState("load");
    assert.equal(await page.locator(".errors").count(), 0, await page.locator("main").innerText());
    await judged(page, "work-case-waiting");
  });

  await lan.page.goto(`${url}/my/${code}`);
  await judged(lan.page, "my-case-supplement-asked");
  await lan.page.getByRole("link", { name: "Bổ sung ngay" }).click();
  await judged(lan.page, "my-supplement");
  await lan.page.locator("input[type=file]").first().setInputFiles(pdf("ban-ve-mong-sua.pdf"));
  await lan.page.getByRole("button", { name: "Nộp bổ sung" }).click();
  assert.match(lan.page.url(), new RegExp(`/my/${code}$`), await lan.page.locator("main").innerText());

  await official("Võ Minh Đức", desk, async (page) => {
    const form = page.locator('form[action$="/acts/consult"]');
    await form.evaluate((f) => { for (let e = f; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true; });
    for (const box of await form.locator("input[type=checkbox]").all()) await box.check();
    await act(page, "consult", { question: "Đề nghị cho ý kiến về quy hoạch và phòng cháy" });
    await judged(page, "work-case-consulting");
  });
  await official("Ngô Thanh Sơn", "/work?list=opinion", async (page) => {
    assert.ok(await page.getByText(code).count(), "the request is in the consulted office's list");
    await page.goto(`${url}${desk}`);
    await judged(page, "work-case-opinion");
    await act(page, "give_opinion", { agrees: "true", text: "Bảo đảm lối tiếp cận chữa cháy" });
  });
  // The other office stays silent: after two working days its consent is assumed.
  await clock(offset + 3 * DAY);
  await new Promise((done) => setTimeout(done, 2500));
  await official("Võ Minh Đức", desk, async (page) => {
    assert.ok(await page.getByText("coi như đồng ý").count(), "silence has become consent");
    await judged(page, "work-case-silence");
    await act(page, "appraise", { reason: "Đủ điều kiện cấp phép" });
  });
  await official("Đặng Thu Hà", desk, (page) => act(page, "review"));
  await official("Bùi Quốc Khánh", desk, async (page) => { await judged(page, "work-case-approve"); await act(page, "approve"); });
  await official("Hồ Thị Mai", desk, async (page) => { await act(page, "issue"); await judged(page, "work-case-finished"); });

  // Her session ended in those three days: she signs in again and comes back to where she wanted to go.
  await lan.page.goto(`${url}/my/${code}`);
  assert.match(lan.page.url(), /\/sign-in\?next=/);
  await signIn(lan.page, "Nguyễn Thị Lan", { from: `/sign-in?next=/my/${code}` });
  await judged(lan.page, "my-case-finished");
  const links = lan.page.locator(`a[href^="/documents/${code}/"]`);
  assert.ok(await links.count() >= 3, "receipt, notice of supplement and permit are there");
  for (const href of await links.evaluateAll((all) => all.map((a) => a.href))) {
    const answer = await lan.page.request.get(href);
    assert.equal(answer.status(), 200, href);
    assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-", href);
    if (!/\/slip/.test(href)) await signedTwice(await answer.body());
  }
  // The charge is paid before the result is handed over: a QR code, and the bank of the demonstration.
  await lan.page.goto(`${url}/payments/cases/${code}`);
  await lan.page.getByRole("button", { name: "Lấy mã QR để nộp" }).click();
  await judged(lan.page, "payment-code");
  await lan.page.getByRole("link", { name: /Thanh toán thử/ }).click();
  const pay = lan.page.getByRole("button", { name: "Trả tiền thử" });
  await until(lan.page, pay);
  await pay.click();
  await lan.page.goto(`${url}/my/${code}`);
  const collect = lan.page.getByRole("button", { name: "Nhận kết quả điện tử" });
  await until(lan.page, collect);
  await collect.click();
  assert.ok(await lan.page.getByText("Đã trả kết quả").count());
  await judged(lan.page, "my-case-returned");
  await lan.page.goto(`${url}/my`);
  await judged(lan.page, "my");

  await lan.page.goto(`${url}/lookup`);
  await lan.page.locator('[name="code"]').fill(code);
  const phone = (await (await fetch(`${url}/api/v1/definitions/${CODE}`)).json()).example_request.answers.phone;
  await lan.page.locator('[name="phone"]').fill(phone.slice(-4));
  await lan.page.getByRole("button", { name: "Xem hồ sơ" }).click();
  await judged(lan.page, "lookup-found");
  lan.check();
  await lan.close();
});

/** The result: the chairman's own signature, made by his token, and over it the ward's seal, made by its provider. */
async function signedTwice(pdf) {
  const { dir, drop } = await scratch();
  const file = join(dir, "result.pdf");
  await writeFile(file, pdf);
  const said = execFileSync("pdfsig", ["-nocert", file]).toString();
  await drop();
  assert.equal(said.match(/Signature is Valid/g)?.length, 2, said);
  assert.match(said, /Bùi Quốc Khánh[\s\S]*Ủy ban nhân dân/);
}

test("the citizen's whole path without scripts", { timeout: 300_000 }, async () => {
  const minh = await noJs(run.browser, { width: 360 });
  await signIn(minh.page, "Trần Văn Minh");
  const code = await apply(minh.page, { withoutScripts: true });
  await minh.page.goto(`${url}/my/${code}`);
  assert.ok(await minh.page.getByText("Mới đăng ký").count());
  await minh.page.locator("details:has(form[action$='/acts/withdraw']) > summary").click();
  await minh.page.locator("form[action$='/acts/withdraw'] button").click();
  assert.ok(await minh.page.getByText("Công dân yêu cầu rút hồ sơ").count());
  minh.check();
  await minh.close();
});
