// A citizen on a 360 px phone finds birth registration, understands it and submits it: once typing everything, once with the
// State's data filled in, once without scripts. The time at the keyboard of the first two is measured at the speed of a slow typist
// and printed; it stays under five minutes. Every question has its label, and help where it asks something not obvious,
// in both languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

const CODE = "1.001193";
/** A slow typist on a phone: milliseconds for a letter, for a tap, for reading a page, for each question on it. */
const LETTER = 300, TAP = 1500, PAGE = 4000, QUESTION = 1500;
const LIMIT = 5 * 60 * 1000;
/** What needs no help: a name, a sex, a nationality and a kin relation are what they are. */
const OBVIOUS = /name$|_sex$|nationality$|ethnicity$|birth_year$|relation$|^birth_record$|_personal_number$|^email$/;
let run, url, spent = 0;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const read = (questions = 0) => { spent += PAGE + questions * QUESTION; };
const tap = async (locator) => { spent += TAP; await locator.click(); };
const type = async (locator, text) => { spent += TAP + text.length * LETTER; await locator.fill(text); };

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  await axe(page, name);
  await look(page, name);
}

/** Labels, and help where the procedure's form asks something not obvious, as the page has them now. */
async function questionsAreClear(page, names, lang) {
  for (const name of names) {
    const control = page.locator(`main form[data-autosave] [name="${name}"], main form[data-autosave] [name="${name}-day"]`).first();
    const said = await control.evaluate((e) => {
      const set = e.closest("fieldset");
      const group = e.type === "radio" || e.name.endsWith("-day") ? set : null;
      // A box that the script put in the place of a list carries the label and the help of the list.
      const own = document.getElementById(`f-${e.name}`) ?? e;
      const label = group ? group.querySelector("legend")?.textContent : (e.labels?.[0] ?? own.labels?.[0])?.textContent;
      const of = (group ?? e).getAttribute("aria-describedby") ?? own.getAttribute("aria-describedby") ?? "";
      const hint = of.split(" ").filter((i) => i.endsWith("-hint")).map((i) => document.getElementById(i)?.textContent ?? "").join(" ");
      return { label: (label ?? "").trim(), hint: hint.trim() };
    });
    assert.ok(said.label.length > 2, `${name} has no label (${lang})`);
    if (!OBVIOUS.test(name)) assert.ok(said.hint.length > 5, `${name} (“${said.label}”) has no help (${lang})`);
    if (lang === "en") assert.doesNotMatch(said.label + said.hint, /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]/i, `${name} is not in English: ${said.label} ${said.hint}`);
  }
}

const ANSWERS = {
  child_name: "Trần Nguyễn Bảo An", child_birth_date: "2026-11-05", child_sex: "female", child_ethnicity: "Kinh", child_nationality: "Việt Nam",
  child_birth_place: "Bệnh viện Phụ sản Phù Sa", child_native_place: "Xã Cần Giờ, thành phố Phù Sa", birth_record: "electronic",
  birth_record_number: "GCS-79-2026-0011873", registration_timing: "in_time", commune: "27139", mother_declared: "true",
  mother_name: "Nguyễn Thị Lan", mother_birth_year: "1990", mother_residence: "25 đường Lê Lợi, khu phố 3", parents_married: "true",
  father_name: "Trần Văn Minh", father_birth_year: "1985", father_residence: "25 đường Lê Lợi, khu phố 3", requester_name: "Nguyễn Thị Lan",
  requester_personal_number: "079190000011", requester_relation: "mother", requester_residence: "25 đường Lê Lợi, khu phố 3", phone: "0901000011",
};

/** Answers what is not there yet; what the State filled in stays. */
async function answer(page, names, scripts) {
  for (const name of names) {
    const text = ANSWERS[name];
    if (text === undefined) continue;
    const day = page.locator(`[name="${name}-day"]`);
    if (await day.count()) {
      if (await day.inputValue()) continue;
      const [y, m, d] = text.split("-");
      await type(day, String(Number(d)));
      await type(page.locator(`[name="${name}-month"]`), String(Number(m)));
      await type(page.locator(`[name="${name}-year"]`), y);
      continue;
    }
    const radios = page.locator(`main input[type=radio][name="${name}"]`);
    if (await radios.count()) {
      if (await page.locator(`main input[type=radio][name="${name}"]:checked`).count()) continue;
      spent += TAP;
      await page.locator(`main input[type=radio][name="${name}"][value="${text}"]`).check({ force: true });
      continue;
    }
    const control = page.locator(`main [name="${name}"]`);
    if (!(await control.count())) continue;
    if (await control.first().inputValue()) continue;
    const select = (await control.first().evaluate((e) => e.tagName)) === "SELECT";
    if (select) {
      spent += 2 * TAP + 5 * LETTER;
      if (scripts) await control.evaluate((e, v) => { e.value = v; e.dispatchEvent(new Event("change", { bubbles: true })); }, text);
      else await control.selectOption(text);
    } else await type(control.first(), text);
  }
}

async function walk(who, { name, prefill, scripts = true, judge = false }) {
  const { page } = who;
  // The walk is judged by what a person does, not by how busy the machine is.
  page.setDefaultTimeout(90_000);
  const see = judge ? (n) => judged(page, `birth-${name}-${n}`) : async () => {};
  await page.goto(`${url}/`);
  await signIn(page, /Nguyễn Thị Lan/);
  spent = 0;
  await page.goto(`${url}/`);
  read();
  await type(page.locator("#q"), "lam giay khai sinh");
  await tap(page.locator(".hero button"));
  read(3);
  await tap(page.locator("ol.results a").first());
  assert.ok(page.url().includes(`/services/${CODE}`), page.url());
  read(6);
  await see("service");
  await tap(page.getByRole("button", { name: "Nộp hồ sơ trực tuyến" }));
  read(3);
  await see("tasks");
  const draft = new URL(page.url()).pathname;
  if (prefill) {
    await tap(page.getByRole("link", { name: "Điền sẵn từ dữ liệu Nhà nước" }));
    read(2);
    await see("prefill");
    await tap(page.getByLabel("Mẹ", { exact: true }));
    await tap(page.getByRole("button", { name: "Lấy dữ liệu và điền sẵn" }));
    assert.match(await page.locator("main").innerText(), /Đã điền 16 mục/);
    read(8);
    await see("filled");
    await tap(page.getByRole("link", { name: "Tiếp tục khai" }).or(page.getByRole("button", { name: "Tiếp tục khai" })).first());
    read();
  }
  await tap(page.locator("ul.tasks a").first());
  for (let i = 1; i < 9 && page.url().includes("/form/"); i++) {
    const names = await page.locator("main form[data-autosave] [name]").evaluateAll((all) => [...new Set(all.map((e) => e.name.replace(/-(day|month|year)$/, "")))].filter((n) => !n.startsWith("_")));
    read(names.length);
    if (judge) {
      const here = page.url();
      await questionsAreClear(page, names, "vi");
      await page.goto(`${here}?lang=en`);
      await questionsAreClear(page, names, "en");
      await page.goto(`${here}?lang=vi`);
    }
    await answer(page, names, scripts);
    await see(`form-${i}`);
    await tap(page.getByRole("button", { name: "Lưu và tiếp tục" }));
    assert.equal(await page.locator(".errors").count(), 0, await page.locator("main").innerText());
  }
  assert.ok(page.url().endsWith("/files"), page.url());
  read(2);
  await see("papers");
  await page.goto(`${url}${draft}/review`);
  spent += TAP;
  read(10);
  await see("review");
  await tap(page.getByRole("button", { name: "Nộp hồ sơ" }));
  assert.match(page.url(), /\/my\/H29\./, await page.locator("main").innerText());
  await see("submitted");
  const text = await page.locator("main").innerText();
  assert.match(text, /Giấy tờ được thay bằng dữ liệu/);
  assert.match(text, /có dữ liệu/);
  who.check();
  return spent;
}

const told = (name, ms) => console.log(`birth registration, ${name}: ${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s at the speed of a slow typist`);

test("birth registration with the State's data, on a phone", async () => {
  const who = await person(run.browser, { width: 360, height: 740 });
  const ms = await walk(who, { name: "filled", prefill: true, judge: true });
  told("filled in by the State's data", ms);
  assert.ok(ms < LIMIT, `${ms} ms`);
  await who.page.goto(`${url}/my/data-access`);
  assert.match(await who.page.locator("main").innerText(), /Điền sẵn tờ khai: Đăng ký khai sinh/);
  await judged(who.page, "data-access");
  await who.page.goto(`${url}/my/documents`);
  await judged(who.page, "my-documents");
  await who.close();
});

test("birth registration typed whole, on a phone", async () => {
  const who = await person(run.browser, { width: 360, height: 740 });
  const ms = await walk(who, { name: "typed", prefill: false });
  told("everything typed", ms);
  await who.close();
});

test("birth registration without scripts", async () => {
  const who = await noJs(run.browser, { width: 360, height: 740 });
  await walk(who, { name: "plain", prefill: true, scripts: false });
  await who.close();
});

test("the table of sources and the official's page", async () => {
  const admin = await person(run.browser);
  await signIn(admin.page, /Tạ Quang Vinh/);
  await admin.page.goto(`${url}/admin/sources`);
  await judged(admin.page, "sources");
  admin.check();
  await admin.close();
  const lan = await person(run.browser);
  await signIn(lan.page, /Nguyễn Thị Lan/);
  await lan.page.goto(`${url}/my`);
  const code = (await lan.page.locator("main a[href^='/my/H29.161-']").first().getAttribute("href")).replace("/my/", "");
  await lan.close();
  const thu = await person(run.browser);
  await signIn(thu.page, /Phạm Thị Thu/);
  await thu.page.goto(`${url}/work/registers/${code}`);
  await judged(thu.page, "work-registers");
  await thu.page.getByRole("button", { name: "Tra cứu lại" }).click();
  assert.match(await thu.page.locator("main").textContent(), /Phạm Thị Thu/);
  thu.check();
  await thu.close();
});
