//! What people send wrongly or at the same time: refused with what to do next, nothing typed lost, nothing broken.

use crate::{site::*, world::*};
use kernel::{id::EnterpriseId, time::date};
use showroom::{acts::solutions, rank::Need, views};
use store::Db;

testkit::on_each_database!(bad_input_comes_back money_in_words_is_said_back pasted_markup_emoji_and_both_unicode_forms dates_that_cannot_be two_decide_at_once);

async fn bad_input_comes_back(db: Db) {
    let site = Site::new(db).await;
    // A wrong tax code, and everything else that was typed is still there.
    let mut profile = PROFILE;
    profile[1].1 = "0100109107";
    let a = site.post("provider", "/provider/new", &profile).await;
    assert!(a.status == 422 && a.body.contains("value=\"Công ty Sông Hậu\"") && a.body.contains("#f-profile-tax_code"), "{}", a.body);
    let (prov, sol) = provider_with_draft(&site).await;
    // The tax code once more, by somebody else.
    assert_eq!(site.post("other", "/provider/new", &PROFILE).await.status, 409);
    let new = format!("/provider/{prov}/new");
    for (field, value, says) in [
        ("l.price_amount", "1,250 triệu", "Không đọc được số tiền"),
        ("l.price_amount", "-5", "Không đọc được số tiền"),
        ("l.price_amount", "9999 tỷ", "1.000.000.000.000"),
        ("l.price_from-month", "13", "Ngày không đúng"),
        ("l.name_vi", "🙂", "có chữ hoặc số"),
        ("l.sectors", "X1", "Không có mã"),
        ("l.price_model", "barter", "Chọn cách tính giá"),
        ("l.hours", "999", "số nguyên"),
    ] {
        let fields: Vec<(&str, &str)> = LISTING.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect();
        let a = site.post("provider", &new, &fields).await;
        assert!(a.status == 422 && a.body.contains(says) && a.body.contains("1900 1234"), "{field}={value}: {} {says}", a.status);
    }
    // Both Unicode forms of one name are one name.
    let decomposed: Vec<(&str, &str)> = LISTING.iter().map(|(n, v)| (*n, if *n == "l.name_vi" { "Thu\u{309}y sa\u{309}n" } else { *v })).collect();
    let own = site.done("provider", &new, &decomposed).await;
    assert!(site.page("provider", &own).await.contains("Thủy sản"));
    // Files: nothing, too large, not what it says; the other answers stay.
    let path = format!("/provider/solutions/{sol}/proofs");
    let fields = [("proof.kind", "manual"), ("proof.title", "Tài liệu"), ("proof.issued-day", "1"), ("proof.issued-month", "2"), ("proof.issued-year", "2026")];
    let mut large = b"%PDF-1.7 ".to_vec();
    large.resize(solutions::FILE_MAX + 1, b'x');
    for (name, bytes) in [("a.pdf", large.as_slice()), ("a.pdf", b"<html>"), ("a.pdf", b""), ("", b"")] {
        let a = site.upload("provider", &path, &fields, (name, bytes)).await;
        assert!(a.status == 422 && a.body.contains("value=\"Tài liệu\""), "{name} {}: {}", bytes.len(), a.status);
    }
    large.truncate(solutions::FILE_MAX);
    assert_eq!(site.upload("provider", &path, &fields, ("lớn.pdf", &large)).await.status, 303, "50 MB are taken");
    assert_eq!(site.upload("provider", &path, &fields, ("lớn.pdf", &large)).await.status, 303, "and taken once");
    let id = sol.parse().unwrap();
    assert_eq!(solutions::find(&site.w.s, id).await.unwrap().unwrap().solution.proofs.len(), 1);
    large.resize(70 << 20, b'x');
    assert_eq!(site.upload("provider", &path, &fields, ("a.pdf", &large)).await.status, 413);
    // Filters with rubbish in them find nothing or everything, and never fail.
    for query in [
        "q=%00",
        "after=rubbish",
        "after=sol_00000000000000000000000000000001%20x",
        "sector=%F0%9F%90%9F",
        "stage=9",
        "portal=1",
        &format!("q={}", "a+".repeat(150)),
    ] {
        assert_eq!(site.get("nobody", &format!("/showroom?{query}")).await.status, 200, "{query}");
    }
    // Requirements: a budget in old units, a size of zero, a strange type.
    let base = format!("/my-enterprise/{}/choices", site.ent);
    assert_eq!(site.post("owner", &base, &[("open.title", " ")]).await.status, 422);
    let choice = site.done("owner", &base, &[("open.title", "A")]).await;
    for (name, value) in [
        ("need.budget", "50 vạn"),
        ("need.budget", "0"),
        ("need.gap0-size", "0"),
        ("need.gap0-kind", "Không có"),
        ("need.users", "âm một"),
        ("need.gap0-goal", "9"),
    ] {
        let mut fields = vec![
            ("need.gap0-kind", "pos"),
            ("need.gap0-size", "5"),
            ("need.gap0-goal", "1"),
            ("need.gap0-stage", "1"),
            ("need.users", "2"),
            ("need.sector", "G47"),
        ];
        fields.retain(|(n, _)| *n != name);
        fields.push((name, value));
        let a = site.post("owner", &format!("{choice}/need"), &fields).await;
        assert!(a.status == 422 && a.body.contains("G47"), "{name}={value}: {}", a.status);
    }
    for (name, value) in [("w.cost", "99999"), ("w.cost", "nhiều")] {
        assert_eq!(site.post("owner", &format!("{choice}/weights"), &[(name, value)]).await.status, 422, "{value}");
    }
    assert_eq!(site.post("owner", &format!("{choice}/acts/nothing"), &[]).await.status, 404);
    // No need is known at all: the advice says so.
    let empty: Need = showroom::acts::choices::known_need(&site.w.s, EnterpriseId::new(uuid::Uuid::from_u128(77))).await.unwrap();
    assert!(empty.gaps.is_empty());
    assert!(views::ending(&site.w.s.scope, None, date(2030, 1, 1), 5).await.unwrap().is_empty());
}

/// A choice with one solution of the shortlist, advised.
async fn shortlisted(site: &Site, sol: &str) -> String {
    let base = format!("/my-enterprise/{}/choices", site.ent);
    let choice = site.done("owner", &base, &[("open.title", "Phần mềm bán hàng")]).await;
    site.done("owner", &format!("{choice}/acts/shortlist"), &[("shortlist.solution", sol), ("shortlist.reason", "Đã dùng thử ở cửa hàng")]).await;
    choice
}

async fn listed(site: &Site) -> String {
    let (actor, provider) = site.w.provider(1).await;
    site.w.listed(&actor, &provider, listing("Quầy")).await.id.to_string()
}

const NEED: [(&str, &str); 6] =
    [("need.gap0-kind", "pos"), ("need.gap0-size", "5"), ("need.gap0-goal", "1"), ("need.gap0-stage", "1"), ("need.users", "2"), ("need.sector", "G47")];

async fn money_in_words_is_said_back(db: Db) {
    let site = Site::new(db).await;
    let sol = listed(&site).await;
    let choice = shortlisted(&site, &sol).await;
    for (typed, says) in [("50 triệu", "50.000.000 đồng (50 triệu đồng)"), ("1,2 tỷ", "1.200.000.000 đồng (1 tỷ 200 triệu đồng)"), ("300 nghìn", "300.000 đồng")] {
        let mut fields = NEED.to_vec();
        fields.push(("need.budget", typed));
        site.done("owner", &format!("{choice}/need"), &fields).await;
        let page = site.page("owner", &choice).await;
        assert!(page.contains(says), "{typed}: {page}");
    }
    let quote = |amount| [("quote.solution", sol.as_str()), ("quote.amount", amount), ("quote.valid_until-day", "31"), ("quote.valid_until-month", "12"), ("quote.valid_until-year", "2026")];
    let refused = site.post("owner", &format!("{choice}/acts/quote"), &quote("1,250 triệu")).await;
    assert!(refused.status == 422 && refused.body.contains("value=\"1,250 triệu\"") && refused.body.contains("1,2 tỷ"), "{}", refused.body);
    site.done("owner", &format!("{choice}/acts/quote"), &quote("36 triệu")).await;
    assert!(site.page("owner", &choice).await.contains("36.000.000 đồng (36 triệu đồng)"));
}

async fn pasted_markup_emoji_and_both_unicode_forms(db: Db) {
    let site = Site::new(db).await;
    let sol = listed(&site).await;
    let base = format!("/my-enterprise/{}/choices", site.ent);
    // Pasted from a word processor: kept as the words it is, composed.
    let choice = site.done("owner", &base, &[("open.title", "<p class=\"x\">Cho\u{323}n</p> 🐟 <script>alert(1)</script>")]).await;
    let page = site.page("owner", &choice).await;
    assert!(page.contains("Chọn") && page.contains("🐟") && !page.contains("<script>alert"), "{page}");
    site.done("owner", &format!("{choice}/acts/shortlist"), &[("shortlist.solution", &sol), ("shortlist.reason", "<b>Re\u{309} nha\u{302}\u{301}t</b> trong ba 👍")]).await;
    let page = site.page("owner", &choice).await;
    assert!(page.contains("&lt;b&gt;Rẻ nhất&lt;/b&gt; trong ba 👍"), "{page}");
    // Searching finds a decomposed name by its composed and by its plain letters.
    for query in ["q=qua%CC%82%CC%80y", "q=qu%E1%BA%A7y", "q=quay"] {
        let found = site.get("nobody", &format!("/showroom?{query}")).await;
        assert!(found.body.contains(&sol), "{query}");
    }
    let long = "à".repeat(100_000);
    assert_eq!(site.post("owner", &base, &[("open.title", &long)]).await.status, 422);
    // Past the limit of a form (1 MiB as it travels) nothing is read at all.
    let longer = "à".repeat(200_000);
    assert_eq!(site.post("owner", &base, &[("open.title", &longer)]).await.status, 413);
}

async fn dates_that_cannot_be(db: Db) {
    let site = Site::new(db).await;
    let future = [("profile.founded-day", "1"), ("profile.founded-month", "1"), ("profile.founded-year", "2099")];
    let a = site.post("provider", "/provider/new", &[PROFILE.as_slice(), &future].concat()).await;
    assert!(a.status == 422 && a.body.contains("không thể sau hôm nay"), "{}", a.body);
    let founded = [("profile.founded-day", "20"), ("profile.founded-month", "5"), ("profile.founded-year", "2020")];
    site.done("provider", "/provider/new", &[PROFILE.as_slice(), &founded].concat()).await;
    let home = site.page("provider", "/provider").await;
    let provider = home.split("/provider/prov_").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let own = site.done("provider", &format!("/provider/prov_{provider}/new"), &LISTING).await;
    // A paper older than the firm, one of tomorrow, a day that is none.
    for (day, month, year, says) in [("1", "1", "2019", "trước ngày thành lập"), ("1", "1", "2030", "sau hôm nay"), ("31", "2", "2026", "Ngày không đúng"), ("", "", "", "Nhập ngày")] {
        let fields = [("proof.kind", "manual"), ("proof.title", "Tài liệu"), ("proof.issued-day", day), ("proof.issued-month", month), ("proof.issued-year", year)];
        let a = site.upload("provider", &format!("{own}/proofs"), &fields, ("a.pdf", b"%PDF-1.7 x")).await;
        assert!(a.status == 422 && a.body.contains(says) && a.body.contains("value=\"Tài liệu\""), "{day}/{month}/{year}: {}", a.body);
    }
    let sol = listed(&site).await;
    let choice = shortlisted(&site, &sol).await;
    let expired = [("quote.solution", sol.as_str()), ("quote.amount", "1.000.000"), ("quote.valid_until-day", "1"), ("quote.valid_until-month", "1"), ("quote.valid_until-year", "2026")];
    let a = site.post("owner", &format!("{choice}/acts/quote"), &expired).await;
    assert!(a.status == 422 && a.body.contains("hết hiệu lực"), "{}", a.body);
}

/// Two people of the enterprise press at the same moment: one decision stands, the other is told.
async fn two_decide_at_once(db: Db) {
    let site = Site::new(db).await;
    let sol = listed(&site).await;
    let choice = shortlisted(&site, &sol).await;
    let act = format!("{choice}/acts/decide");
    let (one, two) = ([("decide.solution", sol.as_str()), ("decide.reason", "Rẻ và dùng được khi mất mạng")], [("decide.solution", "none"), ("decide.reason", "Chưa đủ tiền, để sang năm")]);
    let (a, b) = tokio::join!(site.post("owner", &act, &one), site.post("owner", &act, &two));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "{} {}", a.body, b.body);
    let page = site.page("owner", &choice).await;
    assert_eq!(page.matches("Doanh nghiệp đã quyết định").count(), 1);
}
