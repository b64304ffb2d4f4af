//! Documents that others sign too: another office in the house, somebody outside with the file at home; what comes back is judged at
//! once and kept, and nothing is issued before everybody has signed.

use crate::{
    documents::{ROOT, WARD, act, draft_of, house_of, place, submit},
    house::{House, MONDAY, folder, instant},
    payments::{page, post},
    sealed::{pdfsig, pyhanko},
};
use kernel::id::AccountId;
use signatures::make::Place;
use signing::{Keys, Signer, trial::Person};
use store::{Db, values};
use testkit::on_each_database;

on_each_database!(an_agreement_is_signed_by_all_and_then_sealed what_comes_back_is_judged_and_kept a_party_refuses_and_the_drafter_begins_again what_is_no_ones_business_is_not_there);

const OTHER: &str = "H29.02";
const FIRM: &str = "Công ty cổ phần Minh Phát";

fn agreement(house: &House, subject: &str) -> String {
    let fields = [
        ("partner.name", FIRM), ("partner.representative", "Lê Minh Phát"), ("partner.title", "Giám đốc"),
        ("legal_bases", "Bộ luật Dân sự ngày 24 tháng 11 năm 2015"), ("articles", "Điều 1. Nội dung\nHai bên cùng làm.\nĐiều 2. Hiệu lực\nTừ ngày ký."),
    ];
    draft_of(house, "duc", "agreement", subject, &fields)
}

fn name_parties(house: &House, doc: &str, pairs: &[(&str, &str)]) {
    let all: Vec<_> = [("act", "parties")].into_iter().chain(pairs.iter().copied()).collect();
    place(&post(house, "duc", doc, &all));
}

async fn sign(house: &House, doc: &str) {
    submit(house, "duc", doc, None, "Bùi Quốc Khánh");
    place(&act(house, "khanh", doc, "sign"));
    house.effects().await;
}

/// The link on the drafter's page.
fn link(house: &House, doc: &str) -> String {
    let shown = page(&house.actor("duc").get(doc));
    let token = shown.split("/together/").nth(1).unwrap_or_else(|| panic!("no link: {shown}"));
    format!("/together/{}", &token[..32])
}

/// Somebody outside with a certificate of the issuer of these keys.
struct Firm(Keys, AccountId);

impl Firm {
    /// Of the trial issuer that the house believes, or of another.
    fn of(house: &House, believed: bool) -> Self {
        let place = if believed { house.data.join("signing") } else { folder("stranger") };
        let account = AccountId::new(uuid::Uuid::from_u128(4711));
        let person = Person { account, name: "Lê Minh Phát".into(), organisation: FIRM.into() };
        signing::trial::prepare_with(&place, &[], &[person], instant(MONDAY)).unwrap();
        Self(Keys::open(&place).unwrap(), account)
    }
    async fn sign(&self, pdf: &[u8]) -> Vec<u8> {
        let place = Place { field: "Firm", signer: "Lê Minh Phát", reason: None, location: None, at: instant(MONDAY), picture: None, label: None };
        self.0.sign(pdf, Signer::Person(self.1), "test", &place).await.unwrap().unwrap().pdf
    }
}

fn give(house: &House, link: &str, bytes: &[u8]) -> String {
    let mut outside = house.browser();
    assert_eq!(place(&outside.upload_with(link, link, &[("act", "give")], &[("file", "da-ky.pdf", bytes)])), link);
    page(&outside.get(link))
}

async fn an_agreement_is_signed_by_all_and_then_sealed(db: Db) {
    let house = house_of(db, MONDAY, &[WARD, OTHER]).await;
    let doc = agreement(&house, "Phối hợp cấp phép");
    name_parties(&house, &doc, &[("outside", FIRM), ("offices", OTHER)]);
    let shown = page(&house.actor("duc").get(&doc));
    assert!(shown.contains("Ký sau cơ quan") && !shown.contains("/together/"), "no link before the office has signed: {shown}");
    sign(&house, &doc).await;
    let shown = page(&house.actor("duc").get(&doc));
    assert!(shown.contains("Chờ các bên ký") && shown.matches("Đang chờ ký").count() == 2, "{shown}");
    assert_eq!(act(&house, "mai", &doc, "issue").status, 409, "not before all have signed");

    // Outside: the file is taken, signed with an own certificate, given back.
    let at = link(&house, &doc);
    let ours = house.nobody().get(&format!("{at}/file")).bytes;
    let theirs = Firm::of(&house, true).sign(&ours).await;
    let told = give(&house, &at, &theirs);
    assert!(told.contains("Đã nhận: chữ ký số hợp lệ") && told.contains("Đã ký"), "{told}");

    // Inside: the other office's leader sees it on the desk and signs what is there now.
    assert!(page(&house.actor("hung").get(ROOT)).contains("Chờ cơ quan tôi cùng ký"));
    let party = format!("{doc}/party");
    let shown = page(&house.actor("hung").get(&party));
    assert!(shown.contains("Ký với tư cách một bên") && shown.contains("01/BTT-UBND"), "{shown}");
    assert_eq!(house.actor("hung").get(&format!("{party}/file")).bytes, theirs);
    assert!(!page(&house.actor("yen").get(&party)).contains("Ký với tư cách một bên"), "the clerk looks on");
    place(&post(&house, "hung", &party, &[("act", "sign")]));
    house.effects().await;
    let shown = page(&house.actor("mai").get(&doc));
    assert!(shown.contains("Chờ phát hành") && shown.contains("Đỗ Mạnh Hùng"), "{shown}");
    place(&act(&house, "mai", &doc, "issue"));
    house.effects().await;
    house.effects().await;

    // Initials, signer, firm, the other office's seal, our seal: each over all that stood before.
    let pdf = house.actor("mai").get(&format!("{doc}/file")).bytes;
    assert!(pdf.starts_with(&theirs) && theirs.starts_with(&ours));
    let said = pdfsig(&house.data, &pdf);
    assert_eq!(said.matches("Signature is Valid").count(), 5, "{said}");
    let judged = pyhanko(&house.data, &pdf);
    assert_eq!((judged.matches("VALID").count(), judged.contains("INVALID")), (5, false), "{judged}");
    let shown = page(&house.actor("mai").get(&doc));
    let code = shown.split("/verify/").nth(1).unwrap().split('"').next().unwrap();
    let known = page(&house.nobody().get(&format!("/verify/{code}")));
    assert!(known.contains("Bên cùng ký") && known.contains(FIRM) && known.contains("Đỗ Mạnh Hùng"), "{known}");
    assert!(page(&house.browser().get(&at)).contains("Mở văn bản đã phát hành"));
    // The other office has it in its register.
    assert!(page(&house.actor("yen").get(ROOT)).contains("Phối hợp cấp phép"));
}

async fn what_comes_back_is_judged_and_kept(db: Db) {
    let house = house_of(db, MONDAY, &[WARD]).await;
    let doc = agreement(&house, "Cung cấp dữ liệu");
    name_parties(&house, &doc, &[("outside", &format!("{FIRM}\n\n  {FIRM}  "))]);
    sign(&house, &doc).await;
    let at = link(&house, &doc);
    let ours = house.nobody().get(&format!("{at}/file")).bytes;
    let good = Firm::of(&house, true).sign(&ours).await;
    let mut altered = good.clone();
    altered[300] ^= 1;
    let mut broken = good.clone();
    let hole = broken.windows(10).rposition(|w| w == b"/Contents<").unwrap() + 400;
    broken[hole] = if broken[hole] == b'0' { b'1' } else { b'0' };
    // An object of ours written again behind our signatures, then signed: a shadow.
    let shadow = Firm::of(&house, true).sign(&covered(&ours)).await;
    for (bytes, said) in [
        (ours.clone(), "chưa có chữ ký số nào thêm vào"),
        (altered, "không phải tệp đã tải về"),
        (broken, "Tệp bạn gửi lại"),
        (shadow, "tệp còn bị thêm hoặc sửa nội dung"),
        (Firm::of(&house, false).sign(&ours).await, "Chưa nhận được chữ ký này"),
    ] {
        let told = give(&house, &at, &bytes);
        assert!(told.contains(said) && told.contains("Đang chờ ký"), "{said}: {told}");
    }
    let shown = page(&house.actor("duc").get(&doc));
    assert!(shown.contains("không phải tệp của cơ quan") && shown.contains("Bên ngoài gửi lại tệp") && shown.contains("Chờ các bên ký"), "{shown}");
    let mut outside = house.browser();
    let refused = outside.upload_with(&at, &at, &[("act", "give")], &[]);
    assert!(refused.status == 422 && refused.text().contains("Chọn tệp PDF bạn đã ký"), "{}", refused.text());
    let refused = outside.upload_with(&at, &at, &[("act", "give")], &[("file", "a.pdf", b"not a pdf")]);
    assert_eq!(refused.status, 422);
    outside.get("/?lang=en");
    assert!(page(&outside.get(&at)).contains("was not taken"), "told in English");
    assert!(give(&house, &at, &good).contains("Đã nhận"));
    let refused = house.browser().upload_with("/lookup", &at, &[("act", "give")], &[("file", "a.pdf", &good)]);
    assert!(matches!(refused.status, 303 | 409), "given twice: {}", refused.text());
    let rows = house.it.scope.query("SELECT payload FROM journal WHERE province = $1 AND kind = 'document.party_gave'", values![]).await.unwrap();
    assert_eq!(rows.len(), 6, "every file that came back is kept");
}

/// Our file with the first page's object written again behind it, and a table that leads there.
fn covered(ours: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(ours).into_owned();
    let previous: usize = text.rsplit("startxref").next().unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let trailer = &text[text.rfind("/Root").unwrap()..];
    let root: u32 = trailer[5..].split_whitespace().next().unwrap().parse().unwrap();
    let size: u32 = text.rsplit("/Size").next().unwrap().trim_start().split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    let mut out = ours.to_vec();
    let at = out.len();
    out.extend(format!("{root} 0 obj\n<</Type/Catalog/Pages {size} 0 R>>\nendobj\n").bytes());
    let pages = out.len();
    out.extend(format!("{size} 0 obj\n<</Type/Pages/Kids[{} 0 R]/Count 1>>\nendobj\n", size + 1).bytes());
    let page = out.len();
    out.extend(format!("{} 0 obj\n<</Type/Page/Parent {size} 0 R/MediaBox[0 0 100 100]/Resources<<>>>>\nendobj\n", size + 1).bytes());
    let start = out.len();
    out.extend(format!("xref\n{root} 1\n{at:010} 00000 n \n{size} 2\n{pages:010} 00000 n \n{page:010} 00000 n \ntrailer\n<</Size {}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n", size + 2).bytes());
    out
}

async fn a_party_refuses_and_the_drafter_begins_again(db: Db) {
    let house = house_of(db, MONDAY, &[WARD]).await;
    let doc = agreement(&house, "Hợp tác truyền thông");
    name_parties(&house, &doc, &[("outside", FIRM), ("offices", OTHER)]);
    sign(&house, &doc).await;
    let at = link(&house, &doc);
    let mut outside = house.browser();
    let refused = outside.upload_with(&at, &at, &[("act", "refuse"), ("reason", " ")], &[]);
    assert!(refused.status == 422 && refused.text().contains("Ghi lý do"), "{}", refused.text());
    place(&outside.upload_with(&at, &at, &[("act", "refuse"), ("reason", "Chưa thống nhất Điều 2")], &[]));
    let shown = page(&house.actor("duc").get(&doc));
    assert!(shown.contains("Văn bản được trả lại") && shown.contains("Chưa thống nhất Điều 2") && shown.contains("Số đã hủy"), "{shown}");
    assert!(page(&outside.get(&at)).contains("đang được cơ quan soạn, ký lại"));
    assert_eq!(house.nobody().get(&format!("{at}/file")).status, 404);
    assert_eq!(house.actor("hung").get(&format!("{doc}/party")).status, 404, "nothing to see in a draft");
    // Signed again under a new number, the other office refuses too.
    sign(&house, &doc).await;
    assert_eq!(link(&house, &doc), at, "the same link");
    let party = format!("{doc}/party");
    let refused = post(&house, "hung", &party, &[("act", "refuse"), ("reason", "")]);
    assert!(refused.status == 422 && refused.text().contains("Ghi lý do"), "{}", refused.text());
    place(&post(&house, "hung", &party, &[("act", "refuse"), ("reason", "Không thuộc thẩm quyền")]));
    let shown = page(&house.actor("duc").get(&doc));
    assert!(shown.contains("Đỗ Mạnh Hùng") && shown.contains("Không thuộc thẩm quyền"), "{shown}");
    // Without parties it goes its own way.
    name_parties(&house, &doc, &[("outside", "")]);
    sign(&house, &doc).await;
    assert!(page(&house.actor("mai").get(&doc)).contains("Chờ phát hành"));
}

async fn what_is_no_ones_business_is_not_there(db: Db) {
    let house = house_of(db, MONDAY, &[WARD]).await;
    let doc = agreement(&house, "Nội bộ");
    let refused = post(&house, "duc", &doc, &[("act", "parties"), ("offices", WARD)]);
    assert!(refused.status == 422 && refused.text().contains("đã ký với người ký của mình"), "{}", refused.text());
    let refused = post(&house, "duc", &doc, &[("act", "parties"), ("offices", "H99")]);
    assert!(refused.status == 422 && refused.text().contains("Không có cơ quan mã H99"), "{}", refused.text());
    let many = (0..11).map(|n| format!("Bên {n}\n")).collect::<String>();
    assert_eq!(post(&house, "duc", &doc, &[("act", "parties"), ("outside", &many)]).status, 422);
    name_parties(&house, &doc, &[("offices", OTHER)]);
    sign(&house, &doc).await;
    for who in ["thu", "tuan", "quyen"] {
        assert!(matches!(house.actor(who).get(&format!("{doc}/party")).status, 403 | 404), "{who}");
        assert!(matches!(post(&house, who, &format!("{doc}/party"), &[("act", "sign")]).status, 403 | 404), "{who}");
    }
    assert_eq!(post(&house, "hung", &format!("{doc}/party"), &[("act", "fly")]).status, 422);
    assert_eq!(post(&house, "yen", &format!("{doc}/party"), &[("act", "sign")]).status, 409, "a clerk does not sign");
    for token in ["x", "00000000000000000000000000000000", "..%2F..", "%00"] {
        assert_eq!(house.nobody().get(&format!("/together/{token}")).status, 404, "{token}");
        assert_eq!(house.nobody().get(&format!("/together/{token}/file")).status, 404, "{token}");
    }
    let notice = draft_of(&house, "duc", "notice", "Thông báo", &[]);
    assert_eq!(post(&house, "duc", &notice, &[("act", "parties"), ("outside", FIRM)]).status, 409, "a notice has one signer");
}
