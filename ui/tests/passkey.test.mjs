// An official registers a passkey and signs in with it: Chromium's own virtual authenticator answers (WebAuthn over CDP). Then a
// password with a one-time code, set up and used. Every page is judged.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { axe, base, launch, look, person, signIn, signOut } from "./lib.mjs";

let run, url;
before(async () => {
  // Browsers make passkeys for names, not for IP addresses.
  process.env.PHUSA_URL = base().replace("127.0.0.1", "localhost");
  url = base();
  run = await launch();
});
after(async () => { await run?.close(); });

const OFFICIAL = /Phạm Thị Thu/, SECOND = /Võ Minh Đức/;
const mark = `${Date.now() % 1_000_000}`;

async function judged(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading of the first order`);
  await axe(page, name);
  await look(page, `sign-in-${name}`);
}

async function authenticator(page, { verified = true } = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId, verify: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }) };
}

const main = (page) => page.locator("main");
const press = (page, name) => main(page).getByRole("button", { name, exact: true }).click();
/** What somebody is told after signing in, if there is anything. */
async function past(page) {
  if (new URL(page.url()).pathname !== "/account/notices") return;
  await Promise.all([page.waitForEvent("load"), main(page).getByRole("button").click()]);
}

test("a passkey is registered and signs in, and nothing is typed", async () => {
  const someone = await person(run.browser);
  const { page } = someone;
  page.setDefaultTimeout(40_000);
  const device = await authenticator(page);
  await signIn(page, OFFICIAL, { from: "/sign-in?next=%2Faccount%2Fpasskeys" });
  await page.goto(`${url}/account/passkeys`);
  await page.locator("html[data-ready]").waitFor();
  await judged(page, "passkeys-none");
  // Without a name nothing is asked of the device; the page says what is missing.
  await press(page, "Tạo khóa truy cập");
  await page.getByText("Đặt tên cho khóa trước.").waitFor();
  await page.getByLabel("Đặt tên cho khóa").fill(`Máy thử ${mark}`);
  await Promise.all([page.waitForEvent("load"), press(page, "Tạo khóa truy cập")]);
  await page.getByText(`Máy thử ${mark}`).first().waitFor();
  await judged(page, "passkeys-one");
  await page.goto(`${url}/account`);
  await judged(page, "account");
  await signOut(page);

  await page.goto(`${url}/sign-in?next=%2Fwork`);
  await judged(page, "ways");
  await page.getByRole("link", { name: "Khóa truy cập (passkey)" }).click();
  await page.locator("html[data-ready]").waitFor();
  await judged(page, "passkey");
  // The device does not verify the person: no session, and a sentence that says so.
  await device.verify(false);
  await press(page, "Dùng khóa truy cập");
  await page.getByText("Bạn đã dừng, đã quá giờ").waitFor();
  await device.verify(true);
  await Promise.all([page.waitForEvent("load"), press(page, "Dùng khóa truy cập")]);
  await judged(page, "notices");
  await past(page);
  await page.waitForURL(`${url}/work`);
  await page.goto(`${url}/account`);
  await page.getByText("Khóa truy cập (passkey)").first().waitFor();
  // Removed: it opens nothing any more.
  await page.goto(`${url}/account/passkeys`);
  await Promise.all([page.waitForEvent("load"), main(page).getByRole("row", { name: new RegExp(`Máy thử ${mark}`) }).getByRole("button").click()]);
  await signOut(page);
  await page.goto(`${url}/sign-in/passkey`);
  await page.locator("html[data-ready]").waitFor();
  await Promise.all([page.waitForEvent("load"), press(page, "Dùng khóa truy cập")]);
  await page.getByText("Không nhận được khóa truy cập này").first().waitFor();
  await judged(page, "passkey-refused");
  someone.check();
  await someone.close();
});

function unbase32(text) {
  let held = 0, bits = 0;
  const out = [];
  for (const c of text.replace(/\s/g, "")) {
    held = (held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
    bits += 5;
    if (bits >= 8) { bits -= 8; out.push((held >> bits) & 255); held &= (1 << bits) - 1; }
  }
  return Buffer.from(out);
}
/** The code of a moment (RFC 6238), as the program's clock has it. */
function code(secret, now) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30)));
  const tag = createHmac("sha1", secret).update(step).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a password with a one-time code is set up and used", async () => {
  const someone = await person(run.browser);
  const { page } = someone;
  page.setDefaultTimeout(40_000);
  await signIn(page, SECOND, { from: "/sign-in?next=%2Faccount%2Fpassword" });
  await page.goto(`${url}/account/password`);
  await judged(page, "password");
  const login = `duc.${mark}`, words = `con thuyền ngược dòng ${mark}`;
  await page.getByLabel("Tên đăng nhập").fill(login);
  await page.getByLabel("Mật khẩu mới").fill("matkhau12345");
  await press(page, "Tiếp tục");
  await judged(page, "password-refused");
  await page.getByLabel("Mật khẩu mới").fill(words);
  await page.getByLabel("Nhập lại mật khẩu").fill(words);
  await press(page, "Tiếp tục");
  const secret = unbase32(await page.locator("code").first().innerText());
  await judged(page, "authenticator");
  // Another test may have moved the program's clock.
  const offset = Number((await readFile(process.env.PHUSA_CLOCK ?? "", "utf8").catch(() => "")).trim() || 0);
  const now = () => Date.now() / 1000 + offset;
  await page.getByLabel("Mã 6 số đang hiện").fill(code(secret, now()));
  await press(page, "Hoàn tất");
  await page.getByRole("heading", { name: "Mã dự phòng" }).waitFor();
  assert.equal(await page.locator("main code").count(), 10);
  await judged(page, "recovery-codes");
  const spare = await page.locator("main code").first().innerText();
  await signOut(page);

  await page.goto(`${url}/sign-in/password?next=%2Fwork`);
  await judged(page, "with-password");
  await page.getByLabel("Tên đăng nhập").fill(login);
  await page.getByLabel("Mật khẩu").fill(words);
  await page.getByLabel("Mã một lần").fill("000000");
  await press(page, "Đăng nhập");
  await judged(page, "with-password-refused");
  assert.equal(await page.getByLabel("Tên đăng nhập").inputValue(), login, "what was typed is kept");
  assert.equal(await page.getByLabel("Mật khẩu").inputValue(), "", "but never a password");
  await page.getByLabel("Mật khẩu").fill(words);
  await page.getByLabel("Mã một lần").fill(spare);
  await press(page, "Đăng nhập");
  await past(page);
  await page.waitForURL(`${url}/work`);
  await page.goto(`${url}/account/password`);
  await judged(page, "password-set");
  await press(page, "Bỏ mật khẩu và mã");
  someone.check();
  await someone.close();
});

test("an administrator makes an invitation, another sees the requests for recovery", async () => {
  const names = [/Tạ Quang Vinh/, /Tống Gia Phát/];
  const whom = await person(run.browser);
  await signIn(whom.page, OFFICIAL, { from: "/sign-in" });
  await whom.close();
  const [one, two] = await Promise.all(names.map(() => person(run.browser)));
  for (const [n, who] of [one, two].entries()) await signIn(who.page, names[n]);
  await one.page.goto(`${url}/admin/people?q=${encodeURIComponent("Phạm Thị Thu")}`);
  await one.page.getByRole("link", { name: "Phạm Thị Thu" }).first().click();
  await judged(one.page, "admin-person");
  await one.page.getByRole("link", { name: "Mời thiết lập, khôi phục đăng nhập" }).click();
  await judged(one.page, "admin-account");
  await press(one.page, "Tạo liên kết mời");
  await judged(one.page, "admin-link");
  const link = await one.page.locator("main code").first().innerText();
  const guest = await person(run.browser);
  await guest.page.goto(link.replace("127.0.0.1", "localhost"));
  await judged(guest.page, "link");
  await guest.close();
  await two.page.goto(`${url}/admin/sign-in`);
  await judged(two.page, "admin-recoveries");
  for (const who of [one, two]) { who.check(); await who.close(); }
});
