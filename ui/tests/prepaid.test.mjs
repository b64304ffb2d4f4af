// Prepaid signatures: the clerk sees what is left and what each signature was for, tops up by QR code; a citizen signs a file of their own
// without scripts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, scratch, signIn, tabTo } from "./lib.mjs";

let run, url, files;
before(async () => { url = base(); run = await launch(); files = await scratch(); });
after(async () => { await run?.close(); await files?.drop(); });

const CLERK = /Hồ Thị Mai/, CITIZEN = /Nguyễn Thị Lan/, OTHER = /Vũ Hải Yến/;
const said = (page) => page.locator("main").innerText();
const press = (page, name) => Promise.all([page.waitForEvent("load"), page.locator("main").getByRole("button", { name }).first().click()]);
const dong = (text) => Number(text.match(/Số dư dùng được\s+([\d.]+) đồng/)[1].replaceAll(".", ""));

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  await axe(page, name);
  await look(page, `prepaid-${name}`);
}

test("the clerk sees the account and every signature, and tops it up", async () => {
  const mai = await person(run.browser);
  const { page } = mai;
  await signIn(page, CLERK, { from: `/sign-in?next=${encodeURIComponent("/work/signatures")}` });
  await page.goto(`${url}/work/signatures`);
  await judged(page, "accounts");
  await Promise.all([page.waitForEvent("load"), page.locator("main").getByRole("link", { name: /phường/ }).first().click()]);
  const account = page.url();
  const before = dong(await said(page));
  assert.match(await said(page), /Bảng kê tháng/);
  assert.match(await said(page), /Hồ sơ H29\.161-|Văn bản /, "each signature says what it was for");
  await judged(page, "account");
  await tabTo(page, page.getByRole("button", { name: "Nạp tiền" }));
  await page.getByLabel("50.000 đồng").check();
  await press(page, "Nạp tiền");
  assert.match(page.url(), /\/payments\/due_/);
  await press(page, "Lấy mã QR để nộp");
  await judged(page, "pay");
  await page.getByRole("link", { name: /Thanh toán thử/ }).click();
  const pay = page.getByRole("button", { name: "Trả tiền thử" });
  for (let n = 0; n < 30 && !(await pay.count()); n++) { await page.waitForTimeout(500); await page.reload(); }
  await pay.click();
  for (let n = 0; n < 40; n++) {
    await page.goto(account);
    if (/Đã nạp[\s\S]*Đề nghị nạp|Đề nghị nạp[\s\S]*Đã nạp/.test(await said(page)) && dong(await said(page)) > before) break;
    await page.waitForTimeout(500);
  }
  assert.ok(dong(await said(page)) >= before + 50_000 - 20_000, `paid in: ${before} → ${dong(await said(page))}`);
  await page.goto(`${url}/work/signatures/month`);
  assert.match(await said(page), /Nhà cung cấp chữ ký số dùng thử/);
  await judged(page, "month");
  mai.check();
  await mai.close();
  const yen = await person(run.browser);
  await signIn(yen.page, OTHER, { from: "/sign-in?next=%2Fwork%2Fsignatures" });
  assert.equal((await yen.page.goto(account)).status(), 404, "another agency's account is not there");
  await yen.close();
});

function sample() {
  const objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<<>>>>"];
  let text = "%PDF-1.7\n";
  const places = objects.map((object, n) => { const at = text.length; text += `${n + 1} 0 obj\n${object}\nendobj\n`; return at; });
  const start = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${places.map((p) => `${String(p).padStart(10, "0")} 00000 n \n`).join("")}`;
  return `${text}trailer\n<</Size 4/Root 1 0 R/ID[<01><02>]>>\nstartxref\n${start}\n%%EOF`;
}

test("a citizen signs a file of their own, without scripts", async () => {
  const file = join(files.dir, "đơn.pdf"), wrong = join(files.dir, "anh.pdf");
  await writeFile(file, sample());
  await writeFile(wrong, "not a pdf");
  const lan = await noJs(run.browser);
  const { page } = lan;
  await signIn(page, CITIZEN, { from: "/sign-in?next=%2Fsignatures" });
  await page.goto(`${url}/signatures`);
  assert.match(await said(page), /Miễn phí\s+10\/10 lượt trong tháng này/);
  await page.getByLabel("Tệp PDF cần ký").setInputFiles(wrong);
  await press(page, "Ký và tải về");
  assert.match(await said(page), /Tệp này không phải PDF/);
  await page.getByLabel("Tệp PDF cần ký").setInputFiles(file);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Ký và tải về" }).click()]);
  const signed = join(files.dir, "da-ky.pdf");
  await download.saveAs(signed);
  assert.equal((await readFile(signed)).subarray(0, 5).toString(), "%PDF-");
  assert.match(execFileSync("pdfsig", ["-nocert", signed]).toString(), /Signature is Valid/);
  await page.goto(`${url}/signatures`);
  assert.match(await said(page), /9\/10 lượt/);
  lan.check();
  await lan.close();
  const again = await person(run.browser);
  await signIn(again.page, CITIZEN, { from: "/sign-in?next=%2Fsignatures" });
  await again.page.goto(`${url}/signatures`);
  await judged(again.page, "own");
  again.check();
  await again.close();
});

test("the clerk compares the provider's own statement and settles a difference", { timeout: 120_000 }, async () => {
  const mai = await person(run.browser);
  const { page } = mai;
  await signIn(page, CLERK, { from: `/sign-in?next=${encodeURIComponent("/work/signatures/statements")}` });
  await page.goto(`${url}/work/signatures/statements`);
  await judged(page, "statements");
  const options = await page.getByLabel("Tháng").locator("option").allInnerTexts();
  const now = options.find((o) => /^\d{2}\/\d{4}$/.test(o.trim())).trim();
  const [m, y] = now.split("/");
  const head = "Mã giao dịch;Nhà cung cấp;Thời điểm ký;Số chứng thư;Số tiền;Tham chiếu";
  const bad = join(files.dir, "sai.csv"), good = join(files.dir, "bảng kê.csv");
  await writeFile(bad, `${head}\nT1;NCC-KHAC;01/${m}/${y} 08:00;ab12;500;\nT2;TRIAL-CA;01/01/2020 08:00;ab12;500;\nT3;TRIAL-CA;01/${m}/${y} 08:00;ab12;-500;\n`);
  await writeFile(good, `${head}\nT${Date.now()};TRIAL-CA;01/${m}/${y} 08:00:01;ab12;500;document/khong-co\n`);
  await page.getByLabel("Tháng").selectOption({ label: now });
  await page.getByLabel("Tệp bảng kê (CSV)").setInputFiles(bad);
  await press(page, "Đối chiếu");
  for (const word of [/Dòng 2: .*NCC-KHAC/, /Dòng 3: .*không thuộc tháng/, /Dòng 4: .*âm/]) assert.match(await said(page), word);
  await judged(page, "statement-refused");
  await page.getByLabel("Tháng").selectOption({ label: now });
  await page.getByLabel("Tệp bảng kê (CSV)").setInputFiles(good);
  await press(page, "Đối chiếu");
  assert.match(page.url(), /\/work\/signatures\/statements\/stmt_/);
  assert.match(await said(page), /Chỉ nhà cung cấp có[\s\S]*không có lượt ký nào như vậy/);
  await judged(page, "statement");
  await press(page, "Giữ nguyên sổ, ghi căn cứ");
  assert.match(await said(page), /Ghi căn cứ/);
  await page.getByLabel("Căn cứ").first().fill("Công văn 12/CV: nhà cung cấp sẽ điều chỉnh");
  await press(page, "Giữ nguyên sổ, ghi căn cứ");
  assert.match(await said(page), /Giữ nguyên sổ[\s\S]*Công văn 12\/CV/);
  mai.check();
  await mai.close();
});

test("a citizen gives a certificate of their own and gets the page to sign, without scripts", { timeout: 120_000 }, async () => {
  const lan = await noJs(run.browser);
  const { page } = lan;
  await signIn(page, CITIZEN, { from: "/sign-in?next=%2Fsignatures" });
  await page.goto(`${url}/signatures`);
  await Promise.all([page.waitForEvent("load"), page.locator("main").getByRole("link", { name: "Liên kết chứng thư chữ ký số của tôi" }).click()]);
  const send = async (name) => {
    await page.getByLabel("Tệp chứng thư").setInputFiles(name);
    await press(page, /^Gửi chứng thư/);
  };
  await send(new URL("data/lan-self-signed.pem", import.meta.url).pathname);
  assert.match(await said(page), /tự ký/);
  await send(new URL("data/lan-unknown-issuer.pem", import.meta.url).pathname);
  assert.match(await said(page), /Chờ phiếu đã ký[\s\S]*Chưa rõ nơi cấp/);
  const href = await page.locator("main").getByRole("link", { name: /phiếu xác nhận/ }).getAttribute("href");
  const sheet = await page.request.get(url + href);
  assert.equal((await sheet.body()).subarray(0, 5).toString(), "%PDF-");
  const unsigned = join(files.dir, "phiếu.pdf");
  await writeFile(unsigned, await sheet.body());
  await page.getByLabel("Phiếu đã ký (PDF)").setInputFiles(unsigned);
  await press(page, "Gửi phiếu đã ký");
  assert.match(await said(page), /chưa có chữ ký số/);
  lan.check();
  await lan.close();
  const again = await person(run.browser);
  await signIn(again.page, CITIZEN, { from: "/sign-in?next=%2Fsignatures%2Fcertificate" });
  await again.page.goto(`${url}/signatures/certificate`);
  await judged(again.page, "certificate");
  again.check();
  await again.close();
});
