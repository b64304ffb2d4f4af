// The one-stop counter as its officials use it: by the keyboard alone. Every key is counted; a mouse would be noticed.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { SCREENS, axe, base, launch, look, person, signIn } from "./lib.mjs";

const OFFICIAL = /Phạm Thị Thu/;
const OFFICE = "H29.161";
let run, url;
before(async () => { url = base(); run = await launch(); });
after(() => run?.close());

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  assert.equal(await page.locator("[style], style, script:not([src])").count(), 0, `${name}: nothing inline`);
  await axe(page, name);
  await look(page, `counter-${name}`);
}

/** Signed in, and from then on only keys: the page itself reports any pointer that goes down. */
async function official() {
  const who = await person(run.browser);
  await signIn(who.page, OFFICIAL);
  let mice = 0;
  await who.page.exposeFunction("mouseSeen", () => { mice += 1; });
  await who.page.addInitScript(() => addEventListener("pointerdown", () => window.mouseSeen(), true));
  const keys = { presses: 0, letters: 0 };
  const press = async (key) => { keys.presses += 1; await who.page.keyboard.press(key); };
  const type = async (text) => { keys.letters += [...text].length; await who.page.keyboard.type(text); };
  const go = async (key) => { await Promise.all([who.page.waitForNavigation({ waitUntil: "load" }), press(key)]); };
  /** Tab until something that matches has the focus. */
  const tabTo = async (selector, limit = 160) => {
    for (let i = 0; i < limit; i++) {
      await press("Tab");
      if (await who.page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    }
    throw new Error(`${limit} presses of Tab did not reach ${selector} on ${who.page.url()}`);
  };
  const noMouse = () => assert.equal(mice, 0, "a mouse was used");
  return { ...who, keys, press, type, go, tabTo, noMouse };
}

/** What has the focus, and what it may hold. */
const at = (page) => page.evaluate(() => {
  const e = document.activeElement;
  return { name: e?.name ?? "", type: e?.type ?? "", tag: e?.tagName ?? "", value: e?.value ?? "", checked: Boolean(e?.checked), text: (e?.textContent ?? "").trim(), combobox: e?.getAttribute("role") === "combobox" };
});

/** Types an example into a form, question by question, until its button has the focus. */
async function fill(it, answers) {
  for (let i = 0; i < 200; i++) {
    await it.press("Tab");
    const here = await at(it.page);
    if (here.tag === "BUTTON" && /Lưu và xem lại/.test(here.text)) return;
    const day = here.name.match(/^(.*)-(day|month|year)$/);
    const wanted = day && answers[day[1]] ? String(answers[day[1]]).split("-")[{ year: 0, month: 1, day: 2 }[day[2]]] : answers[here.name];
    if (wanted === undefined || !here.name || here.combobox) continue;
    if (here.type === "radio") {
      for (let k = 0; k < 12; k++) {
        const now = await at(it.page);
        if (now.value === String(wanted)) { if (!now.checked) await it.press("Space"); break; }
        await it.press("ArrowDown");
      }
    } else if (["text", "tel", "email", "textarea"].includes(here.type) && here.value === "") {
      await it.type(String(wanted));
    }
  }
  throw new Error("the form does not end");
}

test("a walk-in by keyboard only", async () => {
  const it = await official();
  const { page } = it;
  const definition = await (await fetch(`${url}/api/v1/definitions/local-certified-copy`)).json();
  const answers = { ...definition.example_request.answers, owner_name: "Nguyễn Thị Lan", owner_personal_number: "079190000011", phone: "0901000011", "tick-original": "shown" };
  await page.goto(`${url}/work/counter`);
  await judged(page, "home");
  await page.goto(`${url}/work/counter`);
  const began = Date.now();
  assert.equal((await at(page)).name, "q", "one may type at once");
  await it.type("sao y ban chinh");
  await it.go("Enter");
  await it.tabTo(".counter-results a");
  assert.match((await at(page)).text, /Chứng thực bản sao từ bản chính/);
  await it.go("Enter");
  assert.equal((await at(page)).name, "number");
  await it.type("079190000011");
  await it.go("Enter");
  assert.match(page.url(), /\/work\/counter\/drafts\//);
  assert.match(await page.locator("main").innerText(), /Đã điền sẵn từ tài khoản định danh/);
  await fill(it, answers);
  await it.go("Enter");
  assert.match(page.url(), /\/review$/, await page.locator("main").innerText());
  assert.match((await at(page)).text, /Tiếp nhận, in Mẫu 01/, "the decision has the focus");
  const looked = Date.now();
  await judged(page, "review");
  const pause = Date.now() - looked;
  assert.match((await at(page)).text, /Tiếp nhận, in Mẫu 01/);
  await it.go("Enter");
  assert.match(page.url(), /\/work\/counter\/done\//, await page.locator("main").innerText());
  const took = (Date.now() - began - pause) / 1000;
  it.noMouse();
  const text = await page.locator("main").innerText();
  assert.match(text, /Giấy tiếp nhận hồ sơ và hẹn trả kết quả/);
  assert.match(text, /Hẹn trả kết quả/);
  console.log(`walk-in: ${it.keys.presses} key presses and ${it.keys.letters} letters, ${took.toFixed(1)} s by machine`);
  assert.ok(took < 120, "under two minutes");
  await judged(page, "done");
  const slip = await page.locator("a", { hasText: "Giấy tiếp nhận" }).first().getAttribute("href");
  const pdf = await page.request.get(url + slip);
  assert.equal(pdf.headers()["content-type"], "application/pdf");
  it.check();
  await it.close();
});

/** What the counter has to clear: a citizen applies so many times through the ordinary pages. */
async function apply(times, code = "2.000635") {
  const citizen = await person(run.browser);
  await signIn(citizen.page, /Nguyễn Thị Lan/);
  const { page } = citizen;
  const definition = await (await fetch(`${url}/api/v1/definitions/${code}`)).json();
  const form = {};
  for (const [name, value] of Object.entries(definition.example_request.answers)) {
    const day = String(value).match(/^(\d{4})-(\d{2})-(\d{2})$/);
    if (day) Object.assign(form, { [`${name}-year`]: day[1], [`${name}-month`]: day[2], [`${name}-day`]: day[3] });
    else form[name] = String(value);
  }
  for (let i = 0; i < times; i++) {
    await page.goto(`${url}/services/${code}`);
    await page.getByRole("button", { name: "Nộp hồ sơ trực tuyến" }).click();
    const draft = page.url();
    const _csrf = await page.locator("main input[name=_csrf]").first().inputValue();
    const sections = await page.locator("ul.tasks a[href*='/form/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    for (const href of sections) assert.equal((await page.request.post(url + href, { form: { ...form, _csrf } })).status(), 200);
    const sent = await page.request.post(`${draft}/submit`, { form: { _csrf } });
    assert.match(sent.url(), /\/my\/H29\./, await sent.text());
  }
  await citizen.close();
}

test("an official clears ten dossiers with the keyboard only", async () => {
  await apply(10);
  const it = await official();
  const { page } = it;
  await page.goto(`${url}/work?list=todo`);
  const done = [], left = [];
  for (let round = 0; done.length < 10; round++) {
    assert.ok(round < 60, `only ${done.length} dossiers could be received`);
    const links = await page.locator("main table a[href^='/work/cases/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const next = links.find((href) => !left.includes(href));
    if (!next) {
      const more = page.locator("a[rel=next]");
      assert.ok(await more.count(), `the list ends after ${done.length} dossiers`);
      await it.tabTo("a[rel=next]", 400);
      await it.go("Enter");
      continue;
    }
    await it.tabTo(`a[href="${next}"]`, 400);
    await it.go("Enter");
    // T receives: the fold opens at its first question, Enter sends it.
    if (await page.locator("#act-receive").count()) {
      await it.press("t");
      assert.equal((await at(page)).tag, "INPUT", "the question has the focus");
      await it.go("Enter");
      const said = await page.locator("main").innerText();
      if (/Tiếp nhận hồ sơ, hẹn trả kết quả/.test(said)) done.push(next); else left.push(next);
    } else left.push(next);
    await it.tabTo("a[href^='/work?list=']", 400);
    await it.go("Enter");
  }
  it.noMouse();
  assert.equal(new Set(done).size, 10);
  console.log(`ten dossiers: ${it.keys.presses} key presses (${(it.keys.presses / 10).toFixed(1)} each), ${left.length} others looked at`);
  it.check();
  await it.close();
});

test("the counter's other pages", async () => {
  const it = await official();
  const { page } = it;
  for (const [path, name] of [["/work/counter?q=khai+sinh", "search"], ["/work/counter/new/2.000635", "who"], ["/work/counter/queue", "queue"], ["/work/counter/bundles", "bundles"], ["/work/counter/post", "post"], ["/work/counter/return", "return"], ["/work/counter/outage", "outage"]]) {
    assert.equal((await page.goto(url + path)).status(), 200, path);
    await judged(page, name);
  }
  // The form of a procedure with papers, and its review with what is missing.
  await page.goto(`${url}/work/counter/new/2.000635`);
  await it.type("079190000011");
  await it.go("Enter");
  await judged(page, "form");
  it.check();
  await it.close();
});

test("the kiosk and the hall", async () => {
  const hall = await person(run.browser, { width: 360, height: 800 });
  await hall.page.goto(`${url}/kiosk/${OFFICE}`);
  await judged(hall.page, "kiosk");
  const small = await hall.page.locator(".kiosk-button").evaluateAll((all) => all.filter((b) => b.getBoundingClientRect().height < 88).length);
  assert.equal(small, 0, "big buttons");
  await hall.page.locator(".kiosk-button").first().click();
  assert.match(await hall.page.locator("h1").innerText(), /A\d{3}/);
  await judged(hall.page, "ticket");
  await hall.page.goto(`${url}/kiosk/${OFFICE}/display`);
  await judged(hall.page, "display");
  await hall.close();
  const standing = await person(run.browser, { width: 1080, height: 1920 });
  await standing.page.goto(`${url}/kiosk/${OFFICE}`);
  await mkdir(SCREENS, { recursive: true });
  await standing.page.screenshot({ path: `${SCREENS}/counter-kiosk-standing.png` });
  const first = await standing.page.locator(".kiosk-button").first().boundingBox();
  assert.ok(first.height >= 120 && first.width >= 900, `a button fills the standing screen: ${first.width} × ${first.height}`);
  await axe(standing.page, "kiosk standing");
  standing.check();
  await standing.close();
});
