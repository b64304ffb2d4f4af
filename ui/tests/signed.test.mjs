// What an office issued: the citizen sees that it is signed, takes the file, and anybody who has it can check it, without scripts too.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, base, launch, look, noJs, person, signIn } from "./lib.mjs";

let run, url;
const file = join(tmpdir(), `van-ban-${process.pid}.pdf`);
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const said = (page) => page.locator("main").innerText();

async function checks(page, path) {
  await page.goto(`${url}/verify`);
  await page.getByLabel("Tệp PDF đã ký").setInputFiles(path);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Kiểm tra" }).click()]);
  return said(page);
}

test("a citizen sees the signature on an issued document and takes the file", async () => {
  const lan = await person(run.browser);
  await signIn(lan.page, /Nguyễn Thị Lan/, { from: "/sign-in?next=%2Fmy" });
  await lan.page.goto(`${url}/my`);
  const cases = await lan.page.locator("main a[href^='/my/H29.161-']").evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
  for (const href of cases) {
    await lan.page.goto(url + href);
    if (await lan.page.locator("main", { hasText: "Đã ký số" }).count()) break;
  }
  assert.match(await said(lan.page), /Đã ký số\s+dùng thử, Ủy ban nhân dân/);
  await axe(lan.page, "signed-case");
  await look(lan.page, "signed-case");
  const link = lan.page.locator("main li", { hasText: "Đã ký số" }).locator("a[href^='/documents/']").first();
  const answer = await lan.page.request.get(url + await link.getAttribute("href"));
  await writeFile(file, await answer.body());
  lan.check();
  await lan.close();
});

test("whoever has the file checks it; one altered byte is told", async () => {
  for (const open of [person, noJs]) {
    const anybody = await open(run.browser);
    const known = await checks(anybody.page, file);
    for (const word of [/Mọi chữ ký đều hợp lệ/, /Có trong sổ/, /đúng là bản đã phát hành/, /gốc dùng thử, không có giá trị pháp lý/]) assert.match(known, word);
    assert.doesNotMatch(known, /Nguyễn Thị Lan|H29\.161-/);
    if (open === person) {
      await axe(anybody.page, "signed-verified");
      await look(anybody.page, "signed-verified");
    }
    const bytes = await readFile(file);
    bytes[300] ^= 1;
    const altered = file.replace(".pdf", "-sua.pdf");
    await writeFile(altered, bytes);
    const refused = await checks(anybody.page, altered);
    assert.match(refused, /Không thể tin vào chữ ký của tệp này/);
    assert.match(refused, /không có bản nào giống hệt tệp này/);
    if (open === person) await look(anybody.page, "signed-altered");
    anybody.check?.();
    await anybody.close();
  }
});
