// One meeting from its agenda to a directive: prepared without scripts, papers by version, an opinion on a phone, opened, marked, voted
// on, concluded. Each person works in a browser of their own; what one leaves behind the next one finds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, launch } from "./lib.mjs";
import { acting, dayAhead, fillDay, gone, judging, pdf, pickText, press, said, unfold } from "./walk.mjs";

let run, url;
before(async () => { url = base(); run = await launch(); });
after(async () => { await run?.close(); });

const as = acting(() => run.browser), judged = judging("meetings");

const SECRETARY = /Vũ Hải Yến/, CHAIR = /Đỗ Mạnh Hùng/, MEMBER = /Trịnh Hòa Bình/, OTHER = /Hứa Đại Phước/, STRANGER = /Đặng Thu Hà/;
// Every run is a meeting of its own, so that a server that has seen other tests tells them apart.
const mark = `${Date.now() % 1_000_000}`;
const title = `Họp chuyên đề đường dài ${mark}`;
/** What one test leaves to the next: the meeting's address. */
const left = {};
const needs = () => assert.ok(left.meeting, "an earlier step did not leave the meeting behind");

/** The form that sends this act, its folded part opened. */
async function form(page, act) {
  const found = page.locator(`main form:has(input[name=act][value="${act}"])`).first();
  await found.evaluate((f) => { for (let e = f; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true; }).catch(() => {});
  return found;
}

test("1. the secretary prepares the meeting without scripts and sends it", { timeout: 120_000 }, async () => {
  await as(SECRETARY, "/work/meetings", async (page) => {
    await judged(page, "list");
    await gone(page, () => page.getByRole("link", { name: "Chuẩn bị cuộc họp" }).click());
    await judged(page, "form");
  });
  await as(SECRETARY, "/work/meetings/new", async (page) => {
    const main = page.locator("main");
    // Sent with nothing, it says what is missing and keeps the page.
    await gone(page, () => page.getByRole("button", { name: "Tạo cuộc họp" }).click());
    assert.match(await said(page), /Ghi tên cuộc họp|Nhập ngày có thật/);
    await main.getByLabel("Tên cuộc họp").fill(title);
    await main.getByLabel("Loại cuộc họp").selectOption({ label: "Họp chuyên đề" });
    await pickText(main.getByLabel("Người chủ trì"), "Đỗ Mạnh Hùng");
    await pickText(main.getByLabel("Thư ký cuộc họp"), "Vũ Hải Yến");
    await fillDay(main, "starts", await dayAhead(5));
    await main.getByLabel("Giờ bắt đầu").fill("8h00");
    await main.getByLabel("Giờ kết thúc dự kiến").fill("10:30");
    await main.getByLabel("Địa điểm").fill("Phòng họp số 2");
    await main.getByLabel("Đường dẫn họp trực tuyến").fill("https://hop.phusa.example/xay-dung");
    await main.getByLabel("Mục 1: nội dung").fill("Quy trình liên thông cấp phép xây dựng");
    await main.getByLabel("Mục 1: người, đơn vị trình bày").fill("Phòng Quản lý xây dựng");
    await main.getByLabel("Mục 1: số phút dự kiến").fill("30");
    await gone(page, () => page.getByRole("button", { name: "Thêm dòng" }).click());
    assert.equal(await main.getByLabel("Mục 1: nội dung").inputValue(), "Quy trình liên thông cấp phép xây dựng", "what was typed stays");
    await main.getByLabel("Mục 2: nội dung").fill("Việc khác");
    await press(page, "Tạo cuộc họp");
    left.meeting = new URL(page.url()).pathname;
    assert.match(left.meeting, /\/work\/meetings\/meeting_/);

    for (const [words, name, part] of [["Trịnh Hòa Bình", MEMBER, "Thành viên"], ["tai chinh", OTHER, "Thành viên"]]) {
      await unfold(page, "Mời người dự họp");
      await page.getByLabel("Tìm cán bộ theo tên hoặc cơ quan").fill(words);
      await gone(page, () => page.getByRole("button", { name: "Tìm", exact: true }).click());
      await page.getByRole("checkbox", { name }).check();
      await page.getByRole("radio", { name: new RegExp(part) }).check();
      await press(page, "Mời");
    }
    const guest = await unfold(page, "Mời khách ngoài hệ thống");
    await guest.getByLabel("Họ tên khách mời").fill("Trần Khách Mời");
    await guest.getByLabel("Chức vụ, cơ quan").fill("Hội Kiến trúc sư");
    await guest.getByLabel("Thư điện tử để báo lịch họp").fill("khach@hoi.example.vn");
    await press(page, "Mời khách");

    const upload = await unfold(page, "Thêm tài liệu hoặc phiên bản mới");
    await pickText(upload.getByLabel("Là tài liệu nào"), "Tài liệu mới của mục 1");
    await upload.getByLabel("Tên tài liệu").fill("Dự thảo quy trình");
    await upload.getByLabel("Tệp PDF").setInputFiles(pdf("du-thao", 2));
    await press(page, "Tải lên");
    assert.match(await said(page), /Dự thảo quy trình[\s\S]*2 trang/);
    await press(page, "Gửi giấy mời và tài liệu");
    assert.match(await said(page), /Đã gửi giấy mời/);
  }, { script: false });
});

test("1b. those invited are told, and the secretary sees who was told by what", { timeout: 120_000 }, async () => {
  needs();
  await as(MEMBER, "/work/meetings", async (page) => {
    for (let n = 0; n < 40 && !/thông báo chưa đọc/.test(await said(page)); n++) { await page.waitForTimeout(500); await page.reload(); }
    assert.match(await said(page), new RegExp(`thông báo chưa đọc[\\s\\S]*${title}`));
    await judged(page, "news");
    await page.goto(url + left.meeting);
    await page.goto(`${url}/work/meetings`);
    assert.doesNotMatch(await said(page), new RegExp(`Giấy mời họp: .*${title}`), "opened, it is read");
  });
  await as(SECRETARY, left.meeting, async (page) => {
    for (let n = 0; n < 40 && !/k•••@hoi\.example\.vn/.test(await said(page)); n++) { await page.waitForTimeout(500); await page.reload(); }
    assert.match(await said(page), /Đã báo cho ai[\s\S]*Trần Khách Mời[\s\S]*Thư điện tử/);
    assert.match(await said(page), /Trong hệ thống · đã đọc/);
    await judged(page, "told");
  });
});

test("2. members answer and give opinions on a phone; a later version is told as new", { timeout: 120_000 }, async () => {
  needs();
  await as(MEMBER, left.meeting, async (page) => {
    await page.getByRole("radio", { name: "Tôi tham dự" }).check();
    await press(page, "Gửi trả lời");
    await unfold(page, "Cho ý kiến về mục này");
    const opine = await form(page, "opine");
    await opine.getByRole("radio", { name: "Thống nhất, đề nghị chỉnh sửa" }).check();
    await opine.getByLabel("Nội dung").fill("Thí điểm tại hai phường trước.");
    await press(page, "Gửi ý kiến");
    await judged(page, "sent");
  }, { width: 360, height: 740 });
  await as(SECRETARY, left.meeting, async (page) => {
    assert.match(await said(page), /Thí điểm tại hai phường trước/);
    const upload = await unfold(page, "Thêm tài liệu hoặc phiên bản mới");
    await pickText(upload.getByLabel("Là tài liệu nào"), "Phiên bản mới của: Dự thảo quy trình");
    await upload.getByLabel("Tệp PDF").setInputFiles(pdf("du-thao-lan-2", 2));
    await press(page, "Tải lên");
  });
  await as(OTHER, left.meeting, async (page) => {
    const text = await said(page);
    assert.match(text, /mới sau khi gửi/);
    assert.doesNotMatch(text, /Thí điểm tại hai phường trước/, "others' words are shown once the meeting is open");
  });
  await as(STRANGER, left.meeting, async (page, answer) => {
    assert.equal(answer.status(), 404);
    await page.goto(`${url}/work/meetings`);
    assert.doesNotMatch(await said(page), new RegExp(title));
  });
});

test("3. the chair opens, people are marked present, a vote is taken", { timeout: 120_000 }, async () => {
  needs();
  await as(CHAIR, left.meeting, async (page) => {
    await press(page, "Khai mạc");
    await press(page, "Tôi có mặt tại phòng họp");
  });
  await as(MEMBER, left.meeting, async (page) => {
    await press(page, "Tôi có mặt tại phòng họp");
    await (await form(page, "ask")).getByLabel("Phát biểu về mục").selectOption({ index: 1 });
    await press(page, "Đăng ký phát biểu");
  });
  await as(SECRETARY, left.meeting, async (page) => {
    const row = page.locator("main tr", { hasText: "Hứa Đại Phước" }).filter({ has: page.getByRole("button") }).last();
    await press(page, /^Trực tuyến/, row);
    await press(page, /^Mời phát biểu/);
    assert.match(await said(page), /đang phát biểu/);
    await press(page, /^Kết thúc lượt/);
    await judged(page, "session");
  });
  await as(CHAIR, left.meeting, async (page) => {
    await unfold(page, "Lấy biểu quyết");
    const poll = await form(page, "open-poll");
    await poll.getByLabel("Mục", { exact: true }).selectOption({ index: 1 });
    await poll.getByLabel("Nội dung biểu quyết").fill("Thông qua quy trình liên thông");
    await press(page, "Mở biểu quyết");
    await press(page, "Tán thành");
  });
  for (const who of [MEMBER, OTHER]) await as(who, left.meeting, (page) => press(page, "Tán thành"), { script: false });
  await as(CHAIR, left.meeting, async (page) => {
    await press(page, "Kết thúc biểu quyết");
    assert.match(await said(page), /3 tán thành · 0 không tán thành/);
  });
});

test("4. a conclusion is written, approved and turned into a directive in one act", { timeout: 120_000 }, async () => {
  needs();
  await as(SECRETARY, left.meeting, async (page) => {
    await unfold(page, "Ghi một kết luận");
    const write = await form(page, "write");
    await write.getByLabel("Mục", { exact: true }).selectOption({ index: 1 });
    await write.getByLabel("Nội dung kết luận").fill("Trình dự toán vận hành quy trình liên thông.");
    await pickText(write.locator("select[name=lead]"), "Sở Tài chính");
    await fillDay(write, "due", await dayAhead(20));
    await write.getByLabel("Kết quả, sản phẩm").fill("Tờ trình");
    await press(page, "Ghi kết luận");
    assert.match(await said(page), /dự thảo/);
  }, { script: false });
  await as(CHAIR, left.meeting, async (page) => {
    await press(page, "Bế mạc");
    await press(page, "Duyệt kết luận");
    await press(page, "Ban hành kết luận");
    await press(page, "Giao nhiệm vụ");
    assert.match(await said(page), /đã giao nhiệm vụ/);
    assert.equal(await page.getByRole("button", { name: "Giao nhiệm vụ" }).count(), 0, "given once");
    // What became of it opens from the conclusion, as soon as the room of directives has taken it up.
    const task = `${url}${await page.getByRole("link", { name: "Mở nhiệm vụ" }).getAttribute("href")}`;
    let opened;
    for (let n = 0; n < 240; n++) {
      opened = await page.request.get(task);
      if (opened.status() === 200) break;
      await page.waitForTimeout(250);
    }
    const directive = await opened.text();
    assert.match(opened.url(), /\/work\/directives\/directive_/);
    for (const word of ["Trình dự toán vận hành quy trình liên thông", "Sở Tài chính", "Tờ trình"]) assert.ok(directive.includes(word), word);
    await press(page, "Phát hành: Biên bản cuộc họp");
    // The minutes begin in the room of documents, written already, and wait there to be submitted for signature.
    const href = await page.locator("main a[href*='/documents/']").first().getAttribute("href");
    const answer = await page.request.get(`${url}${href}/file`);
    assert.equal(answer.status(), 200);
    assert.equal((await answer.body()).subarray(0, 4).toString(), "%PDF");
    await judged(page, "concluded");
  });
  await as(MEMBER, "/work/meetings?which=past", async (page) => {
    assert.match(await said(page), new RegExp(title));
    await judged(page, "past");
  });
});
