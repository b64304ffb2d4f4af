//! Every template of the built-in catalogue: set, read back, and given what people really type.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use typeset::{RenderError, Templates};

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut found = Vec::new();
    let mut folders = vec![root.join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

static SET: LazyLock<Templates> = LazyLock::new(|| Templates::load(files()).unwrap());

fn sample(code: &str) -> Value {
    SET.get(code).unwrap().sample.clone()
}

/// The text of a PDF, blanks evened out.
fn text(pdf: &[u8]) -> String {
    let mut run = Command::new("pdftotext").args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = run.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let feed = std::thread::spawn(move || stdin.write_all(&bytes));
    let out = run.wait_with_output().unwrap();
    feed.join().unwrap().unwrap();
    String::from_utf8(out.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_built_in_templates_have_no_problem() {
    let problems = SET.check();
    assert!(problems.is_empty(), "{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    assert_eq!(SET.codes().len(), 53);
}

#[test]
fn every_sample_says_what_the_form_must_say() {
    let expected: &[(&str, &[&str])] = &[
        ("slip-01", &["GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "H29.161-261121-0007", "NGƯỜI NỘP HỒ SƠ", "quyển số 02; số thứ tự 0418", "08 giờ 05 phút, ngày 23/11/2026", "17 giờ 00 phút, ngày 02/12/2026",
            "Mẫu số 01 – Thông tư số 03/2025/TT-VPCP", "101.000 đồng (Một trăm linh một nghìn đồng)", "Số: 418/TTPVHCC", "Đặng Văn Hùng", "Trần Quốc Bảo"]),
        ("slip-02", &["PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Số: 07/PYC-TTPVHCC", "khoảng lùi so với ranh đất", "17 giờ 00 phút, ngày 25/11/2026", "028 3800 0000"]),
        ("slip-03", &["PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "thông báo thu hồi đất"]),
        ("slip-04", &["VĂN BẢN XIN LỖI", "Mẫu số 04 – Thông tư số 03/2025/TT-VPCP", "17 giờ 00 phút, ngày 02/12/2026", "17 giờ 00 phút, ngày 07/12/2026", "chỉ thực hiện một lần", "Đỗ Quang Minh"]),
        ("slip-07", &["SỔ THEO DÕI HỒ SƠ", "Mẫu số 07 – Thông tư số 03/2025/TT-VPCP", "Tổng số: 2 hồ sơ", "Đúng hạn"]),
        ("slip-05", &["Về việc dừng giải quyết hồ sơ", "14 giờ 30 phút, ngày 26/11/2026", "Nơi nhận:"]),
        ("slip-06", &["PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Quá hạn", "Trước hạn", "Hồ Ngọc Diệp"]),
        ("refusal-decision", &["Về việc không giải quyết hồ sơ", "KT. CHỦ TỊCH", "khiếu nại"]),
        ("result-birth", &["GIẤY KHAI SINH", "TRẦN NGUYỄN BẢO HÂN", "Ngày năm, tháng mười một, năm hai nghìn không trăm hai mươi sáu", "079326001234"]),
        ("result-household-business", &["GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", "250.000.000 đồng (bằng chữ: Hai trăm năm mươi triệu đồng)", "HỘ KINH DOANH BÚN BÒ NGỌC ÁNH"]),
        ("result-building-permit", &["GIẤY PHÉP XÂY DỰNG", "205,5 m²", "trong thời hạn 12 tháng", "Số: 58/GPXD"]),
        ("result-certificate", &["GIẤY CHỨNG NHẬN KẾT HÔN", "Số: 07/GCNKH", "Bên nữ", "Đoàn Thị Mỹ Duyên", "05/04/1998", "62,5 m²", "có hiệu lực kể từ ngày đăng ký"]),
        ("result-generic", &["QUYẾT ĐỊNH", "Số: 09/QĐ-UBND", "Điều 1. Ông Lý Văn Thạnh", "ngày 02 tháng 12 năm 2026"]),
        ("internal-process", &["Phê duyệt quy trình nội bộ", "1.013225", "Mẫu số 01, 02 hoặc 03", "có hiệu lực"]),
        ("support-notice", &["Số: 17/TB-TTHTCĐS", "Kính gửi: Công ty TNHH Chế biến thủy sản Lươn Đồng.", "mã số HT-26-0K7Q2M, nhận ngày 09/11/2026", "20.000.000", "108.000.000", "Năm mươi triệu đồng",
            "2. Hợp đồng phải ký trong năm 2026.", "3. Để được thanh toán", "thực hiện./.", "Lâm Nhật Quang"]),
        ("board-decision", &["BIÊN BẢN", "Số: 05/BB-TTHTCĐS", "1. Thành phần ban", "La Thành Đạt: Có quan hệ hợp đồng trong 24 tháng – tư vấn cho hợp tác xã năm 2025 (tự khai)", "Tham gia 2, cần 2, trong 3 thành viên",
            "“Chưa tính chi phí duy trì sau năm đầu.”", "Kết quả: Thông qua.", "NGƯỜI CHỦ TRÌ", "GIÁM ĐỐC"]),
        ("assessment-report", &["PHIẾU KẾT QUẢ", "Mức 2: Bắt đầu", "(Chữ ký số của cơ quan)", "ngày 21/11/2026; không thay cho"]),
        ("breach-notice", &["1. Thời điểm phát hiện: 09 giờ 15 phút, ngày 22/11/2026", "4. Số người bị ảnh hưởng: 1.200"]),
        ("admin-letter", &["Số: 3954/UBND-VX", "V/v báo cáo tình hình", "KHẨN", "- Ủy ban nhân dân các xã, phường;", "nghiêm túc thực hiện./.", "PL.(300)", "KT. CHỦ TỊCH", "Fax: 028 7300 0001",
            "(Kèm theo Công văn số 3954/UBND-VX ngày 05 tháng 11 năm 2026", "18.250"]),
        ("admin-decision", &["CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ PHÙ SA", "Theo đề nghị của Giám đốc", "QUYẾT ĐỊNH:", "Điều 2. Nhiệm vụ của Tổ công tác", "thi hành Quyết định này./.", "- Như Điều 4;", "DANH SÁCH THÀNH VIÊN TỔ CÔNG TÁC"]),
        ("admin-decision-issuing", &["Số: 05/QĐ-UBND", "ngày 08 tháng 01 năm 2026", "TM. ỦY BAN NHÂN DÂN", "QUY CHẾ", "(Kèm theo Quyết định số 05/QĐ-UBND", "Chương III", "Mục 2", "Điều 11. Điều khoản thi hành", "sửa đổi, bổ sung./."]),
        ("admin-notice", &["THÔNG BÁO", "1. Địa điểm mới", "b) Buổi chiều", "TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH"]),
        ("admin-report", &["LƯU HÀNH NỘI BỘ", "Kính gửi: Ủy ban nhân dân thành phố Phù Sa.", "I. KẾT QUẢ THỰC HIỆN NĂM 2026", "c) Văn bản điện tử", "2.318.450", "xem xét, chỉ đạo./.", "Q. GIÁM ĐỐC", "Phụ lục II"]),
        ("admin-submission", &["Số: 09/TTr-SKHCN", "ngày 03 tháng 02 năm 2026", "xem xét, quyết định./.", "(3) Bảng tổng hợp, tiếp thu, giải trình ý kiến)"]),
        ("admin-plan", &["Số: 15/KH-UBND", "V. TỔ CHỨC THỰC HIỆN", "PHÂN CÔNG NHIỆM VỤ NĂM 2026", "Quý IV"]),
        ("admin-directive", &["CHỈ THỊ", "Số: 07/CT-UBND", "Văn phòng Ủy ban nhân dân thành phố./."]),
        ("admin-minutes", &["Thời gian bắt đầu: 08 giờ 00 phút, ngày 18 tháng 11 năm 2026.", "Chủ trì (chủ tọa): Lê Minh Khôi, Giám đốc Sở.", "11 giờ 15 phút", "THƯ KÝ", "CHỦ TỌA"]),
        ("admin-invitation", &["GIẤY MỜI", "trân trọng kính mời các đồng chí", "Thời gian: 08 giờ 00 phút, ngày 03 tháng 12 năm 2026.", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"]),
        ("admin-introduction", &["trân trọng giới thiệu:", "Được cử đến: Ủy ban nhân dân xã Tân Hòa.", "đến hết ngày 31 tháng 3 năm 2026./."]),
        ("admin-authorisation", &["1. Người ủy quyền", "Từ ngày 05 tháng 10 năm 2026 đến hết ngày 31 tháng 12 năm 2026.", "NGƯỜI ĐƯỢC ỦY QUYỀN"]),
        ("admin-telegram", &["CÔNG ĐIỆN", "HỎA TỐC", "CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ PHÙ SA điện:", "- Giám đốc Công an thành phố."]),
        ("admin-forwarding", &["PHIẾU CHUYỂN", "MẬT", "Ngày 06 tháng 02 năm 2026", "bà Trần Thị Cúc", "TUQ. CHỦ TỊCH"]),
        ("admin-resolution", &["NGHỊ QUYẾT", "Số: 06/NQ-HĐND", "HỘI ĐỒNG NHÂN DÂN PHƯỜNG AN PHÚ KHÓA I, KỲ HỌP THỨ 3", "Xét Tờ trình số 118/TTr-UBND", "QUYẾT NGHỊ:", "kể từ ngày thông qua./.", "(Kèm theo Nghị quyết số 06/NQ-HĐND", "12.400"]),
        ("admin-communique", &["THÔNG CÁO", "Số: 03/TC-UBND", "108.412 hồ sơ", "61.240", "1022./."]),
        ("admin-guidance", &["HƯỚNG DẪN", "Số: 05/HD-SKHCN", "a) Dữ liệu mở", "3. Mô tả siêu dữ liệu", "để được hướng dẫn./."]),
        ("admin-programme", &["CHƯƠNG TRÌNH", "Số: 02/CTr-UBND", "II. NHIỆM VỤ TRỌNG TÂM", "hằng tháng./.", "(Kèm theo Chương trình số 02/CTr-UBND", "Quý III"]),
        ("admin-option-plan", &["PHƯƠNG ÁN", "Số: 04/PA-UBND", "III. PHƯƠNG ÁN ĐỀ XUẤT", "KT. CHỦ TỊCH", "hộ gia đình./."]),
        ("admin-scheme", &["ĐỀ ÁN", "Số: 01/ĐA-UBND", "VI. TỔ CHỨC THỰC HIỆN", "86.500", "DANH MỤC NHIỆM VỤ CỦA ĐỀ ÁN"]),
        ("admin-project", &["DỰ ÁN", "Số: 02/DA-SKHCN", "Kính gửi: Ủy ban nhân dân thành phố.", "31.400", "hằng tháng./."]),
        ("admin-contract", &["HỢP ĐỒNG", "Số: 27/HĐ-SKHCN", "Bên A (bên thuê dịch vụ): Sở Khoa học và Công nghệ", "Ông (bà) Trương Mỹ Linh, chức vụ: Tổng Giám đốc.", "hai bên thống nhất ký kết Hợp đồng", "Điều 9. Hiệu lực", "ĐẠI DIỆN BÊN B", "2.916.000.000"]),
        ("admin-memorandum", &["BẢN GHI NHỚ", "Số: 03/BGN-UBND", "hai bên thống nhất ghi nhớ", "KT. CHỦ TỊCH", "HIỆU TRƯỞNG"]),
        ("admin-agreement", &["BẢN THỎA THUẬN", "Số: 02/BTT-SKHCN", "ba bên thống nhất thỏa thuận", "ĐẠI DIỆN BÊN C", "DANH MỤC TRƯỜNG DỮ LIỆU CHIA SẺ"]),
        ("admin-leave", &["GIẤY NGHỈ PHÉP", "Số: 09/GNP-SKHCN", "Xét Đơn đề nghị nghỉ phép ngày 20 tháng 7 năm 2026", "kể từ ngày 03 tháng 8 năm 2026 đến hết ngày 11 tháng 8 năm 2026, tại xã Hòa Tiến", "nghỉ hằng năm của năm 2026./.", "chính quyền địa phương nơi nghỉ phép"]),
        ("admin-sending-slip", &["PHIẾU GỬI", "Số: 38/PG-UBND", "Bản vẽ hoàn công", "ngày 16 tháng 11 năm 2026./."]),
        ("admin-reporting-slip", &["PHIẾU BÁO", "Số: 17/PB-SKHCN", "Thực hành chuyên môn", "ngày 05 tháng 9 năm 2026./."]),
        ("admin-public-letter", &["- Nhân dân, doanh nghiệp phường An Phú.", "Trân trọng!", "Nguyễn Hữu Thọ"]),
        ("meeting-conclusion", &["Ngày 06 tháng 11 năm 2026, tại", "1. Hoàn thành cập nhật số định danh", "Cơ quan chủ trì: Sở Nông nghiệp và Môi trường.", "Thời hạn: 25/12/2026."]),
    ];
    for (code, strings) in expected {
        let said = text(&SET.render(code, &sample(code)).unwrap());
        for string in *strings {
            assert!(said.to_lowercase().contains(&string.to_lowercase()), "{code}: “{string}” is not in:\n{said}");
        }
        let national = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
        assert!(said.contains(national) && said.contains("Độc lập - Tự do - Hạnh phúc"), "{code}");
    }
}

/// Where it is asked for, English stands beside the Vietnamese, never in its place; what is not asked for is not there, and a template that
/// does not offer it stays as it is.
#[test]
fn english_stands_beside_the_vietnamese_where_it_is_asked_for() {
    let expected: &[(&str, &[&str])] = &[
        ("slip-01", &["GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ Acknowledgement of receipt", "Mã hồ sơ (Dossier code): H29.161-261121-0007", "Socialist Republic of Viet Nam", "Received by"]),
        ("receipt", &["Receipt of a fee or charge", "Số tiền (Amount): 75.000 đồng", "Collecting body"]),
        ("result-certificate", &["Marriage certificate", "Bên nữ (Wife)", "Họ, chữ đệm, tên (Full name): Đoàn Thị Mỹ Duyên", "Nhà ở chung (Home shared): 62,5 m²"]),
        ("assessment-report", &["Result of a digital-maturity assessment", "Kết quả (Result): Mức 2", "Why not a higher level"]),
    ];
    for (code, strings) in expected {
        let mut data = sample(code);
        let official = text(&SET.render(code, &data).unwrap());
        data["also"] = json!("en");
        let both = text(&SET.render(code, &data).unwrap());
        for string in *strings {
            assert!(both.contains(string), "{code}: “{string}” is not in:\n{both}");
            assert!(!official.contains(string), "{code}: “{string}” was not asked for:\n{official}");
        }
    }
    let mut data = sample("slip-02");
    let official = SET.render("slip-02", &data).unwrap();
    data["also"] = json!("en");
    assert_eq!(text(&SET.render("slip-02", &data).unwrap()), text(&official), "not offered, not printed");
}

/// Languages begin with Vietnamese, and the second one may take no further sheet.
#[test]
fn a_second_language_is_checked() {
    let sheet = files().into_iter().find(|(name, _)| name == "templates/receipt/template.yaml").unwrap().1;
    let path = "templates/receipt/template.yaml";
    let check = |all: Vec<(String, String)>| {
        let one = all.into_iter().filter(|(name, _)| name.contains("/_lib/") || name.contains("/receipt/"));
        Templates::load(one).unwrap().check()
    };
    let found = check(with(path, &sheet.replace("languages: [vi, en]", "languages: [en]")));
    assert!(found.iter().any(|p| p.file == path && p.line > 0 && p.reason.en.contains("begin with vi")), "{found:?}");
    let typ = files().into_iter().find(|(name, _)| name == "templates/receipt/template.typ").unwrap().1;
    let longer = with("templates/receipt/template.typ", &format!("{typ}\n#if bilingual {{ pagebreak(); [x] }}\n"));
    assert!(check(longer).iter().any(|p| p.file == path && p.reason.en.contains("2 pages in both languages")));
    assert!(Templates::load(with(path, &sheet.replace("languages: [vi, en]", "languages: [vi, fr]"))).is_err());
}

/// A notice that refuses tells the reason and no money; a declared result says that nobody signed it.
#[test]
fn what_was_not_granted_and_what_nobody_verified_say_so() {
    let mut data = sample("support-notice");
    data["grants"] = json!([]);
    data["decision"]["text"] = json!("Giải pháp chưa được công bố.");
    let said = text(&SET.render("support-notice", &data).unwrap());
    assert!(said.contains("Lý do: Giải pháp chưa được công bố.") && said.contains("quyền khiếu nại") && !said.contains("thanh toán"), "{said}");
    let mut data = sample("assessment-report");
    data["result"]["declared"] = json!(true);
    let said = text(&SET.render("assessment-report", &data).unwrap());
    assert!(said.contains("Bản tự khai, chưa") && !said.contains("(Chữ ký số của cơ quan)"), "{said}");
}

/// A copy bears the block of who copies, not a second national heading (Decree 30/2020, Annex I, part II).
#[test]
fn a_copy_says_its_kind_and_what_was_copied() {
    let mut data = sample("admin-copy");
    let said = text(&SET.render("admin-copy", &data).unwrap());
    for string in ["Trích Quyết định số 05/QĐ-UBND ngày 08 tháng 01 năm 2026", "TRÍCH SAO", "Số: 08/TrS-UBND", "ngày 02 tháng 02 năm 2026"] {
        assert!(said.contains(string), "“{string}” is not in:\n{said}");
    }
    assert!(!said.contains("CỘNG HÒA"));
    data["copy"]["kind"] = json!("SY");
    assert!(text(&SET.render("admin-copy", &data).unwrap()).contains("SAO Y"));
}

/// A public letter has no number and no line of kind.
#[test]
fn a_public_letter_has_no_number() {
    let said = text(&SET.render("admin-public-letter", &sample("admin-public-letter")).unwrap());
    assert!(!said.contains("Số:") && !said.contains("THƯ CÔNG") && !said.contains("./."), "{said}");
}

/// Points that end a text are closed; an annex that was typed into a form is numbered behind those of the data.
#[test]
fn a_text_may_end_in_points_and_an_annex_may_be_typed() {
    let mut data = sample("admin-plan");
    data["body"] = json!(["Việc cần làm:", {"heading": "Rà soát;", "level": 3}, {"heading": "Báo cáo.", "level": 3}]);
    data["appendix"] = json!({"title": "Đầu mối", "body": [{"table": {"columns": ["TT", "Họ và tên"], "rows": [["1", "Ngô Thị Phương Anh"]]}}]});
    let said = text(&SET.render("admin-plan", &data).unwrap());
    for string in ["a) Rà soát;", "b) Báo cáo./.", "Phụ lục I PHÂN CÔNG", "Phụ lục II ĐẦU MỐI"] {
        assert!(said.contains(string), "“{string}” is not in:\n{said}");
    }
}

/// Annexes are counted from 1 again and show no number on their first page; a closing mark the author typed is not doubled.
#[test]
fn annexes_are_counted_apart_and_the_body_is_closed_once() {
    let mut data = sample("admin-letter");
    data["body"] = json!(["Một đoạn duy nhất./."]);
    let said = text(&SET.render("admin-letter", &data).unwrap());
    assert!(said.contains("Một đoạn duy nhất./.") && !said.contains("././."), "{said}");
    assert!(said.contains("phusa.vidu.vn Phụ lục"), "no page number above the annex:\n{said}");
    data["number"] = json!("7");
    assert!(text(&SET.render("admin-letter", &data).unwrap()).contains("Số: 07/UBND-VX"));
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let first = SET.render("slip-01", &sample("slip-01")).unwrap();
    let again = Templates::load(files()).unwrap().render("slip-01", &sample("slip-01")).unwrap();
    assert!(first == again);
    let mut later = sample("slip-01");
    later["issued_at"] = json!("2026-11-23T08:06:00+07:00");
    assert!(first != SET.render("slip-01", &later).unwrap());
}

#[test]
fn documents_are_archival_vietnamese_and_titled() {
    let pdf = SET.render("result-generic", &sample("result-generic")).unwrap();
    let raw = String::from_utf8_lossy(&pdf);
    assert!(raw.contains("<pdfaid:part>2</pdfaid:part>") && raw.contains("<pdfaid:conformance>A</pdfaid:conformance>"));
    assert!(raw.contains("<pdfuaid:part>1</pdfuaid:part>"), "accessible");
    assert!(raw.contains("/Lang(vi-VN)") || raw.contains("/Lang (vi-VN)"), "language");
    assert!(raw.contains("Quyết định giải quyết thủ tục hành chính"), "title");
}

#[test]
fn a_specimen_says_so() {
    let mut data = sample("result-birth");
    assert!(text(&SET.render("result-birth", &data).unwrap()).contains("BẢN MẪU"));
    data["demo"] = json!(false);
    assert!(!text(&SET.render("result-birth", &data).unwrap()).contains("BẢN MẪU"));
}

#[test]
fn missing_fields_are_named_in_both_languages() {
    let mut data = sample("slip-01");
    data["applicant"]["name"] = json!("  ");
    data["components"] = json!([{"kind": "Bản chính"}]);
    let Err(error @ RenderError::Missing { .. }) = SET.render("slip-01", &data) else { panic!() };
    let text = error.text();
    assert!(text.vi.contains("họ tên người nộp") && text.en.contains("applicant's name (applicant.name)"), "{text:?}");
    assert!(text.vi.contains("tên giấy tờ"), "{text:?}");
    let refusal = kernel::Refusal::from(error);
    assert_eq!((refusal.code.as_str(), refusal.reasons.len()), ("document-field-missing", 2));
}

#[test]
fn wrong_requests_are_refused() {
    assert!(matches!(SET.render("no-such", &json!({})), Err(RenderError::UnknownTemplate(_))));
    assert!(matches!(SET.render("slip-01", &json!(null)), Err(RenderError::Missing { .. })));
    assert!(matches!(SET.render("slip-01", &json!([1])), Err(RenderError::Missing { .. })));
    let mut data = sample("slip-01");
    data["issued_at"] = json!("hôm qua");
    assert!(matches!(SET.render("slip-01", &data), Err(RenderError::Data { .. })));
    data = sample("slip-01");
    data["lookup_url"] = json!("x".repeat(5000));
    assert!(matches!(SET.render("slip-01", &data), Err(RenderError::Data { .. })));
    data = sample("slip-01");
    data["answers"] = json!("x".repeat(3_000_000));
    assert!(matches!(SET.render("slip-01", &data), Err(RenderError::Data { .. })));
}

/// Every text but the two that the program itself writes.
fn replace_texts(value: &mut Value, with: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, item) in fields.iter_mut().filter(|(name, _)| !matches!(name.as_str(), "issued_at" | "lookup_url")) {
                let _ = name;
                replace_texts(item, with);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, with)),
        Value::Null | Value::Bool(_) => {}
        other => *other = with.clone(),
    }
}

#[test]
fn hostile_texts_print_as_text() {
    let markup = "#panic() $x$ *đậm* _nghiêng_ `mã` @ref <nhãn> = tiêu đề \n- gạch \\ // /* */ \"][ #read(\"/etc/passwd\")";
    let signs = "\u{202e}đảo chiều\u{202c} שלום \u{200f}\u{feff}\u{0}\u{7}\u{ad} 👩‍👩‍👧 漢字 \u{e000} ế e\u{302}\u{301} a\u{300}\u{301}\u{302}\u{303}\n\n\r\n\t\u{2028}x";
    let hostile = [
        json!(format!("{markup} {signs} {}", "W".repeat(120))),
        json!(-9_007_199_254_740_993_i64),
        json!({"a": {"b": []}, "text": 1.0e300, "name": [[], {}, [null]]}),
        json!("2026-02-30T99:99:99+07:00"),
    ];
    for code in SET.codes() {
        // The texts for every template; values of the wrong kind where lists and tables are densest.
        let values = if matches!(code, "slip-01" | "slip-06") { &hostile[..] } else { &hostile[..1] };
        for value in values {
            let mut data = sample(code);
            replace_texts(&mut data, value);
            match SET.render(code, &data) {
                Ok(pdf) => assert!(pdf.starts_with(b"%PDF-1.7"), "{code}"),
                Err(RenderError::Missing { .. }) => {}
                Err(error) => panic!("{code} with {value}: {error}"),
            }
        }
    }
    let mut data = sample("slip-03");
    data["guide"] = json!(markup);
    assert!(text(&SET.render("slip-03", &data).unwrap()).contains("#panic() $x$ *đậm* _nghiêng_"));
}

#[test]
fn a_very_long_text_stays_on_the_paper() {
    let mut data = sample("slip-03");
    data["guide"] = json!("x".repeat(10_000));
    data["reasons"] = json!(["Lý do ".repeat(2_000)]);
    data["applicant"]["email"] = json!(format!("{}@vidu.vn", "a".repeat(200)));
    let said = text(&SET.render("slip-03", &data).unwrap());
    assert!(said.matches('x').count() >= 10_000);
    let long = with("templates/slip-03/sample.json", &data.to_string());
    let long = long.into_iter().filter(|(name, _)| name.contains("/_lib/") || name.contains("/slip-03/"));
    assert_eq!(Templates::load(long).unwrap().check(), vec![]);
}

#[test]
fn characters_without_a_glyph_are_shown_and_reported() {
    let mut data = sample("slip-03");
    data["guide"] = json!("漢 tự");
    assert!(text(&SET.render("slip-03", &data).unwrap()).contains("□ tự"));
    assert_eq!(typeset::unprintable(&data), vec![("/guide".to_owned(), '漢')]);
}

fn with(path: &str, text: &str) -> Vec<(String, String)> {
    let mut all = files();
    all.retain(|(name, _)| name != path);
    all.push((path.to_owned(), text.to_owned()));
    all
}

#[test]
fn authors_are_told_file_and_line() {
    let lib = "#import \"/_lib/decree30.typ\": *\n#show: official\n";
    let path = "templates/slip-03/template.typ";
    let cases = [
        (format!("{lib}#unknown-thing\n"), 3, "unknown variable"),
        (format!("{lib}#let x = (\n"), 3, "unclosed delimiter"),
        (format!("{lib}\n#field(\"applicant.nmae\")\n"), 4, "applicant.nmae"),
        (format!("{lib}#read(\"/etc/passwd\")\n"), 3, "access denied"),
        (format!("{lib}#import \"@preview/cetz:0.3.0\"\n"), 3, "access denied"),
        (format!("{lib}#box(width: 400mm)[#h(1fr)tràn]\n"), 0, "runs off the paper"),
        (format!("{lib}漢\n"), 3, "could not be displayed"),
    ];
    for (source, line, reason) in cases {
        let one = with(path, &source).into_iter().filter(|(name, _)| name.contains("/_lib/") || name.contains("/slip-03/"));
        let found = Templates::load(one).unwrap().check();
        assert!(found.iter().any(|p| p.file == path && p.line == line && p.reason.en.contains(reason)), "{source}: {found:?}");
    }
    let broken = Templates::load(with("templates/slip-03/template.yaml", "name: { vi: a }\n")).unwrap_err();
    assert!(broken[0].file.ends_with("slip-03/template.yaml") && broken[0].line >= 1, "{broken:?}");
    let alone = Templates::load([("templates/x/template.typ".to_owned(), String::new())]).unwrap_err();
    assert_eq!(alone.len(), 2);
}

/// `cargo test -p typeset -- --ignored look`: writes each sample for the eye, with the time it took.
#[test]
#[ignore = "writes files for looking at"]
fn look() {
    let folder = Path::new("/tmp/typeset-look");
    std::fs::create_dir_all(folder).unwrap();
    for code in SET.codes() {
        let data = sample(code);
        let cold = std::time::Instant::now();
        let pdf = SET.render(code, &data).unwrap();
        let cold = cold.elapsed();
        let warm = std::time::Instant::now();
        let mut other = data.clone();
        other["number"] = json!("999");
        SET.render(code, &other).unwrap();
        println!("{code}: {} bytes, first {cold:?}, again {:?}", pdf.len(), warm.elapsed());
        std::fs::write(folder.join(format!("{code}.pdf")), pdf).unwrap();
    }
}
