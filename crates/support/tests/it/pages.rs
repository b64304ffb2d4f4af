//! The pages over HTTP, without script, as the enterprise, the examiner and the accountant; with the real policies at the door.

use crate::{fixture::*, ledger::filed};
use futures::future::BoxFuture;
use identity::{Policies, Subject};
use kernel::{Actor, catalog::Files, id::ProvinceCode};
use std::{path::Path, sync::Arc};
use store::Db;
use support::{
    catalog::Percent,
    facts::{EnterpriseKind, Ownership},
    views,
};
use testkit::{Browser, Reply, on_each_database};
use web::{House, Identified, Identify, Visitor, gate::Gate};

on_each_database! {
    the_whole_way_without_script
    what_may_not_be_seen_is_not_there
    nothing_typed_is_lost
    every_page_stands_empty_and_in_english
}

struct Door(Policies, identity::Offices);
impl Gate for Door {
    fn permits(&self, visitor: &Visitor, action: &'static str) -> bool {
        self.0.permits(&ProvinceCode::new("79"), &self.1, visitor.actor.as_deref(), action, &Subject::Portal)
    }
}

struct Names;
impl Identify for Names {
    fn identify<'a>(&'a self, headers: &'a axum::http::HeaderMap) -> BoxFuture<'a, Identified> {
        Box::pin(async move {
            let actor: Actor = match web::visitor::cookie(headers, "who") {
                Some("owner") => owner(),
                Some("stranger") => actor(9, "Người Lạ", "citizen"),
                Some("officer") => officer(),
                Some("accountant") => accountant(),
                Some("clerk") => actor(7, "Văn Thư", "clerk"),
                _ => return Identified::default(),
            };
            Identified { actor: Some(Arc::new(actor)), csrf: Some("c".repeat(64)), ..Identified::default() }
        })
    }
}

fn named(folder: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog").join(folder);
    std::fs::read_dir(root)
        .unwrap()
        .flatten()
        .filter(|f| f.path().is_file())
        .map(|f| (format!("{folder}/{}", f.file_name().to_string_lossy()), std::fs::read_to_string(f.path()).unwrap()))
        .collect()
}

async fn served(db: &Db) -> (Room, String) {
    let room = room(db).await;
    let mut house = House::new(Arc::new(Door(Policies::load(&named("policies")).unwrap(), identity::Offices::load(&named("offices")).unwrap())));
    house.identify = Some(Arc::new(Names));
    let (router, _) = web::app(vec![support::module(room.support.clone())], house);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router.into_make_service_with_connect_info::<std::net::SocketAddr>()).await });
    (room, base)
}

fn browser(base: &str, who: &str) -> Browser {
    let mut b = Browser::new(base);
    b.cookies.insert("who".into(), who.into());
    b
}

#[track_caller]
fn shows(reply: &Reply, status: u16, words: &[&str]) -> String {
    let text = reply.text();
    assert_eq!(reply.status, status, "{text}");
    for word in words {
        assert!(text.contains(word), "{word} not in {text}");
    }
    assert_eq!(text.matches("<h1").count(), 1, "one heading");
    assert!(!text.contains(" style=") && !text.contains("onclick"), "no inline style or script");
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).map(|t| t.split('"').next().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
    text
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name} not in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

fn home() -> String {
    format!("/my-enterprise/{ENT}/support")
}

async fn the_whole_way_without_script(db: Db) {
    let (room, base) = served(&db).await;
    let mut owner = browser(&base, "owner");
    // What the law gives my size, each number with its article.
    shows(&owner.get(&home()), 200, &["Doanh nghiệp nhỏ", "50 %, tối đa 50.000.000 đồng mỗi năm", "Điều 11 khoản 2 Nghị định 80/2021/NĐ-CP", "mười hai tỷ đồng", "50.000.000 đồng"]);
    let choose = format!("{}/ask", home());
    shows(&owner.get(&choose), 200, &["Bạn cần hỗ trợ nội dung nào?", "dx-solution"]);
    shows(&owner.get(&format!("{choose}?chosen=1")), 200, &["Chọn ít nhất một nội dung"]);
    let ask = format!("{choose}?content=dx-solution&content=dx-consulting");
    let page = shows(&owner.get(&ask), 200, &["Giải pháp đã công bố", "Tư vấn viên thuộc mạng lưới", "thù lao tư vấn"]);
    let (id, sol, exp) = (hidden(&page, "id"), SOL.to_string(), EXP.to_string());
    let mut answers = vec![
        ("id", id.as_str()),
        ("line.0.content", "dx-solution"),
        ("line.0.about", "Phần mềm kho <b>"),
        ("line.0.solution", &sol),
        ("line.0.value", "80 triệu"),
        ("line.0.requested", "80 triệu"),
        ("line.1.content", "dx-consulting"),
        ("line.1.about", "Tư vấn lộ trình"),
        ("line.1.consultant", &exp),
        ("line.1.value", "60 triệu"),
        ("line.1.requested", "60 triệu"),
        ("line.1.part_fee", "60 triệu"),
    ];
    for d in ["not_paid_elsewhere", "not_pending_elsewhere", "own_share", "truthful"] {
        answers.push(("declarations", d));
    }
    let here = owner.post(&ask, &choose, answers.clone()).goes_to();
    assert_eq!(owner.post(&ask, &choose, answers).goes_to(), here, "sent twice, filed once");
    shows(&owner.get(&here), 200, &["Đang xét", "trước 09:00 thứ Tư, 09/12", "tám mươi triệu đồng", "&lt;b&gt;"]);

    // The examiner: list, guidance once, all checks and amounts, notice.
    let mut officer = browser(&base, "officer");
    let list = shows(&officer.get("/centre/support"), 200, &["Công ty TNHH Cá Thát Lát", "còn"]);
    let dossier = format!("/centre/support/dossiers/{id}");
    assert!(list.contains(&dossier));
    shows(&officer.get(&dossier), 200, &["Mười một quy tắc", "11. Bản sao không cần chứng thực", "40.000.000 đồng", "Điều 32", "chưa đối chiếu", "digital.business.gov.vn"]);
    let post = |b: &mut Browser, act: &str, pairs: Vec<(&str, &str)>| b.post(&dossier, &format!("{dossier}/{act}"), pairs);
    shows(&post(&mut officer, "guide", vec![]), 422, &["Ghi rõ từng thứ còn thiếu"]);
    post(&mut officer, "guide", vec![("guide.missing", "quotation"), ("guide.more", "Bảng kê máy\nSơ đồ kho")]).goes_to();
    shows(&owner.get(&here), 200, &["Báo giá hoặc dự thảo hợp đồng", "Bảng kê máy", "Sơ đồ kho", "Bổ sung hồ sơ"]);
    let supplement = format!("{here}/supplement");
    let page = shows(&owner.get(&supplement), 200, &["80.000.000 đồng", "Phần mềm kho"]);
    assert!(page.contains("checked"), "declarations are kept");
    let answers = [
        ("id", id.as_str()), ("line.0.content", "dx-solution"), ("line.0.about", "Phần mềm kho"), ("line.0.solution", &sol), ("line.0.value", "80 triệu"), ("line.0.requested", "80 triệu"),
        ("line.1.content", "dx-consulting"), ("line.1.about", "Tư vấn lộ trình"), ("line.1.consultant", &exp), ("line.1.value", "60 triệu"), ("line.1.requested", "60 triệu"), ("line.1.part_fee", "60 triệu"),
        ("declarations", "not_paid_elsewhere"), ("declarations", "not_pending_elsewhere"), ("declarations", "own_share"), ("declarations", "truthful"),
    ];
    owner.post(&supplement, &supplement, answers).goes_to();
    let page = officer.get(&dossier).text();
    assert!(!page.contains("/guide\""), "guidance is offered once");
    shows(&post(&mut officer, "approve", vec![("approve.number", "15/TB"), ("approve.limit.0", "41 triệu")]), 422, &["Số tiền phải từ 0 đến 40.000.000 đồng", "15/TB", "41 triệu"]);
    post(&mut officer, "approve", vec![("approve.number", "15/TB"), ("approve.limit.0", "35 triệu")]).goes_to();
    shows(&owner.get(&here), 200, &["Thông báo hỗ trợ", "35.000.000 đồng", "45.000.000 đồng", "15/TB"]);
    // That notice went out elsewhere; made a document after all, it is one however often it is asked for.
    shows(&officer.get(&dossier), 200, &["Lập văn bản thông báo"]);
    for _ in 0..2 {
        assert_eq!(post(&mut officer, "notice", vec![]).goes_to(), dossier);
    }
    let page = shows(&officer.get(&dossier), 200, &["Mở văn bản", "/work/documents/doc_1"]);
    assert!(!page.contains("Lập văn bản thông báo"));
    shows(&owner.get(&here), 200, &["đang được ký, cấp số và đóng dấu"]);
    assert_eq!(owner.get(&format!("{here}/notice")).status, 404, "not issued yet");

    // The accountant pays; the examiner has no form and no right.
    assert!(!officer.get(&dossier).text().contains(&format!("{dossier}/pay")));
    assert_eq!(post(&mut officer, "pay", vec![]).status, 403);
    let mut accountant = browser(&base, "accountant");
    shows(&accountant.get("/centre/support/pay"), 200, &["65.000.000 đồng"]);
    let page = shows(&accountant.get(&dossier), 200, &["BBNT-07", "Chi trả", "Điều 32 khoản 5"]);
    let (commitment, entry) = (hidden(&page, "commitment"), hidden(&page, "entry"));
    let pay = |amount: &'static str, invoices: &'static str| {
        vec![("form", "pay-0".to_owned()), ("commitment", commitment.clone()), ("entry", entry.clone()), ("pay-0.amount", amount.into()), ("pay-0.contract", "12/HĐ".into()), ("pay-0.acceptance", "BBNT-07".into()), ("pay-0.invoices", invoices.into())]
    };
    let refs = |pairs: &[(&'static str, String)]| pairs.iter().map(|(k, v)| (*k, v.clone())).collect::<Vec<_>>();
    let send = |b: &mut Browser, act: &str, pairs: Vec<(&'static str, String)>| b.post(&dossier, &format!("{dossier}/{act}"), refs(&pairs).iter().map(|(k, v)| (*k, v.as_str())).collect::<Vec<_>>());
    shows(&send(&mut accountant, "pay", pay("20 triệu", "")), 422, &["Ghi số hóa đơn", "12/HĐ"]);
    shows(&send(&mut accountant, "pay", pay("99 triệu", "HD 1")), 422, &["không quá số đó"]);
    shows(&send(&mut accountant, "pay", pay("20", "HD 1")), 422, &["20 triệu"]);
    send(&mut accountant, "pay", pay("20 triệu", "HD 1")).goes_to();
    send(&mut accountant, "pay", pay("20 triệu", "HD 1")).goes_to();
    let money = views::year_totals(&room.support.scope, 2026).await.unwrap();
    assert_eq!(money.iter().map(|t| t.paid.0).sum::<i64>(), 20_000_000, "two clicks, one payment");

    // Reverse with a reason.
    let page = accountant.get(&dossier).text();
    let of = hidden(&page, "of");
    let reverse = |why: &str, reason: &str| vec![("form", "reverse-2".to_owned()), ("of", of.clone()), ("entry", GrantText::new()), ("reverse-2.why", why.into()), ("reverse-2.reason", reason.into())];
    shows(&send(&mut accountant, "reverse", reverse("", "x")), 422, &["Chọn loại đảo bút toán"]);
    shows(&send(&mut accountant, "reverse", reverse("error", "")), 422, &["Nêu lý do đảo bút toán"]);
    send(&mut accountant, "reverse", reverse("error", "Nhập nhầm tài khoản")).goes_to();

    // Published, ledger, report, CSV.
    shows(&officer.get("/centre/support/publish"), 200, &["trước 17:00 thứ Sáu, 18/12", "còn hạn"]);
    post(&mut officer, "publish", vec![]).goes_to();
    shows(&Browser::new(&base).get("/support/published"), 200, &["Công ty TNHH Cá Thát Lát", "65.000.000 đồng", "30 ngày"]);
    shows(&officer.get(&format!("/centre/support/ledger/{ENT}")), 200, &["Đảo bút toán", "Nhập nhầm tài khoản", "Chi trả"]);
    let csv = officer.get(&format!("/centre/support/ledger/{ENT}/csv"));
    assert!(csv.header("content-type").starts_with("text/csv") && csv.text().contains(",reversal,dx-solution,"), "{}", csv.text());
    assert_eq!(owner.get(&format!("{}/ledger.csv", home())).text(), csv.text(), "the enterprise owns the same file");
    shows(&officer.get("/centre/support/report/2026"), 200, &["15/12/2026", "Thuê, mua giải pháp", "20.000.000 đồng"]);
    let csv = officer.get("/centre/support/report/2026/csv").text();
    assert!(csv.contains("2026,dx-consulting,Tư vấn chuyển đổi số,small,1,1,0,30000000,0,0"), "{csv}");
    let report = "/centre/support/report/2026";
    accountant.post(report, &format!("{report}/budget"), [("budget.content", "dx-solution"), ("budget.amount", "2 tỷ")]).goes_to();
    shows(&officer.get(report), 200, &["2.000.000.000 đồng"]);
}

/// A fresh id as a form carries it.
struct GrantText;
impl GrantText {
    #[allow(clippy::new_ret_no_self)]
    fn new() -> String {
        kernel::id::GrantId::new(uuid::Uuid::now_v7()).to_string()
    }
}

async fn what_may_not_be_seen_is_not_there(db: Db) {
    let (room, base) = served(&db).await;
    let d = filed(&room, vec![line("dx-solution", million(10))]).await;
    let own = format!("{}/{}", home(), d.id);
    let staff = format!("/centre/support/dossiers/{}", d.id);
    assert_eq!(Browser::new(&base).get(&own).status, 303, "a visitor is led to sign in");
    for path in [home(), format!("{}/ask", home()), own.clone(), format!("{own}/supplement"), format!("{}/ledger.csv", home())] {
        assert_eq!(browser(&base, "stranger").get(&path).status, 404, "{path}");
        assert_eq!(browser(&base, "officer").get(&path).status, 403, "{path}");
    }
    let mut stranger = browser(&base, "stranger");
    let token = "c".repeat(64);
    assert_eq!(stranger.post_bare(&format!("{own}/withdraw"), [("_csrf", token.as_str())]).status, 404);
    for path in ["/centre/support", &staff, "/centre/support/report/2026", "/centre/support/pay"] {
        assert_eq!(browser(&base, "owner").get(path).status, 403, "{path}");
        assert_eq!(browser(&base, "clerk").get(path).status, 403, "{path}");
    }
    let mut officer = browser(&base, "officer");
    for path in [
        "/centre/support/dossiers/supp_00000000000000000000000000000009",
        "/centre/support/dossiers/ent_x",
        "/centre/support/report/1",
        "/centre/support/report/abc",
        "/centre/support/ledger/ent_00000000000000000000000000000009",
        "/centre/support/ledger/ent_00000000000000000000000000000009/csv",
    ] {
        assert_eq!(officer.get(path).status, 404, "{path}");
    }
    for path in ["/support?on=never&size=huge", "/support/published?after=%00", "/centre/support?after=zz&status=no"] {
        assert_eq!(officer.get(path).status, 200, "{path}");
    }
    for act in ["approve", "refuse", "guide", "answer", "publish"] {
        let reply = officer.post_bare(&format!("{staff}/{act}"), [("_csrf", token.as_str())]);
        assert!([303, 422].contains(&reply.status), "{act}: {}", reply.text());
    }
    let mut accountant = browser(&base, "accountant");
    for act in ["pay", "release", "reverse"] {
        assert_eq!(accountant.post_bare(&format!("{staff}/{act}"), [("_csrf", token.as_str()), ("entry", "x")]).status, 422, "{act}");
    }
}

async fn nothing_typed_is_lost(db: Db) {
    let (_room, base) = served(&db).await;
    let mut owner = browser(&base, "owner");
    let ask = format!("{}/ask?content=dx-solution", home());
    let to = format!("{}/ask", home());
    let long = "Nho\u{302}ng ".repeat(50);
    let page = shows(
        &owner.post(&ask, &to, [("line.0.content", "dx-solution"), ("line.0.about", long.as_str()), ("line.0.value", "3"), ("line.0.requested", "1,250 triệu"), ("line.0.supplier", "<script>alert(1)</script> 🐟"), ("line.0.contract_total", "1,2 tỷ"), ("declarations", "own_share")]),
        422,
        &["Bạn nhập 3, tức là ba đồng", "có thể hiểu hai cách", "một tỷ hai trăm triệu đồng", "Nhông Nhông", "🐟", "Hãy cam kết"],
    );
    assert!(!page.contains("<script>alert"), "what was typed is text");
    // Twenty-one lines, unknown contents, a form without anything: refused, never a failure.
    let many: Vec<(String, String)> = (0..25).map(|i| (format!("line.{i}.content"), "dx-solution".to_owned())).collect();
    assert_eq!(owner.post(&ask, &to, many.iter().map(|(k, v)| (k.as_str(), v.as_str()))).status, 422);
    assert_eq!(owner.post(&ask, &to, []).status, 422);
    assert_eq!(owner.post(&ask, &to, [("line.0.content", "\u{0}x"), ("id", "nonsense")]).status, 422);
}

async fn every_page_stands_empty_and_in_english(db: Db) {
    let (room, base) = served(&db).await;
    {
        let mut facts = room.others.0.lock().unwrap();
        facts.ownership = Some(Ownership { women_capital: Percent::of(60), woman_manages: true });
    }
    for lang in ["vi", "en"] {
        let q = |path: &str| format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' });
        for path in ["/support", "/support?size=micro&on=2025-06-01", "/support?on=2020-01-01", "/support/published"] {
            shows(&Browser::new(&base).get(&q(path)), 200, &[]);
        }
        for path in ["/centre/support", "/centre/support?status=approved", "/centre/support/publish", "/centre/support/pay", "/centre/support/report/now"] {
            shows(&browser(&base, "officer").get(&q(path)), 200, &[]);
        }
        shows(&browser(&base, "officer").get(&q(&format!("/centre/support/ledger/{ENT}"))), 200, &[]);
        shows(&browser(&base, "owner").get(&q(&home())), 200, &[if lang == "vi" { "Doanh nghiệp nhỏ" } else { "Small enterprise" }]);
    }
    let rates = shows(&Browser::new(&base).get("/support?size=small"), 200, &["50 %, tối đa 50.000.000 đồng mỗi năm", "id=\"source-1\"", "chưa đối chiếu", "Chưa nhập mức riêng", "Bộ Tư pháp"]);
    assert!(!rates.contains("tối đa 20.000.000 đồng"), "the micro-enterprise's column is not shown");
    shows(&Browser::new(&base).get("/support?on=2020-06-01"), 200, &["Chi phí tư vấn pháp luật"]);
    // Households and those without figures have a page of their own words.
    for (kind, size, words) in [(EnterpriseKind::Household, true, "Hộ kinh doanh không thuộc"), (EnterpriseKind::Cooperative, true, "Liên minh Hợp tác xã"), (EnterpriseKind::Enterprise, false, "Chưa khai số liệu quy mô")] {
        {
            let mut facts = room.others.0.lock().unwrap();
            facts.kind = kind;
            facts.size = size.then(crate::fixture::size);
        }
        let page = shows(&browser(&base, "owner").get(&home()), 200, &[words]);
        assert_eq!(page.contains("/support/ask"), kind == EnterpriseKind::Enterprise);
    }
}
