//! The pages over HTTP, without any script: as provider, officer, client, owner and passer-by.

use crate::{site::*, world::*};
use showroom::choice::Role;
use store::Db;

testkit::on_each_database!(everybody_s_way strangers_see_nothing);

async fn everybody_s_way(db: Db) {
    let site = Site::new(db).await;
    for path in ["/showroom", "/showroom/ranking", "/showroom/rules", "/showroom/compare"] {
        site.page("nobody", path).await;
    }
    site.page("provider", "/provider/new").await;
    let (prov, sol) = provider_with_draft(&site).await;
    for path in ["new", "profile", "leads"] {
        site.page("provider", &format!("/provider/{prov}/{path}")).await;
    }
    let own = format!("/provider/solutions/{sol}");
    site.page("provider", &format!("{own}/edit")).await;
    // A proof, a client, then to the check.
    let proof = [
        ("proof.kind", "certificate"),
        ("proof.title", "ISO 27001 số 7"),
        ("proof.issued-day", "1"),
        ("proof.issued-month", "2"),
        ("proof.issued-year", "2026"),
        ("proof.until-day", "30"),
        ("proof.until-month", "12"),
        ("proof.until-year", "2026"),
        ("proof.claims", "0"),
    ];
    let a = site.upload("provider", &format!("{own}/proofs"), &proof, ("chứng nhận.pdf", b"%PDF-1.7 x")).await;
    assert_eq!(a.status, 303, "{}", a.body);
    let invite = [("invite.client", "Cửa hàng Lan"), ("invite.tax_code", TAX[2]), ("invite.email", "lan@cuahang.vn"), ("invite.sector", "G47")];
    site.done("provider", &format!("{own}/acts/invite"), &invite).await;
    let mine = site.page("provider", &own).await;
    assert!(mine.contains("ISO 27001 số 7") && mine.contains("Cửa hàng Lan") && !mine.contains("/showroom/reference/"), "the provider never sees the link");
    let file = mine.split(&format!("{own}/proofs/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(site.get("provider", &format!("{own}/proofs/{file}")).await.body, "%PDF-1.7 x");
    site.done("provider", &format!("{own}/acts/submit"), &[]).await;
    // The centre.
    assert!(site.page("officer", "/centre/solutions").await.contains(&sol));
    let desk = format!("/centre/solutions/{sol}");
    site.done("officer", &format!("{desk}/acts/take"), &[]).await;
    let refused = site.post("officer", &format!("{desk}/acts/list"), &[]).await;
    assert!(refused.status == 409 && refused.body.contains("Chưa đạt"), "{}", refused.status);
    let page = site.page("officer", &desk).await;
    let link = page.split("https://phusa.test").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let checks: Vec<(String, String)> = site.w.s.catalog.vetting.checklist.iter().map(|i| (format!("check.{}-result", i.code), "pass".to_owned())).collect();
    let checks: Vec<(&str, &str)> = checks.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    site.done("officer", &format!("{desk}/acts/check"), &checks).await;
    site.done("officer", &format!("{desk}/acts/proof"), &[("proof", &file), ("prefix", "proof0"), ("accepted", "yes")]).await;
    site.done("officer", &format!("{desk}/acts/list"), &[]).await;
    assert_eq!(site.get("officer", &format!("{desk}/proofs/{file}")).await.status, 200);
    for stage in ["submitted", "listed", "withdrawn", "nothing"] {
        site.page("officer", &format!("/centre/solutions?stage={stage}")).await;
    }
    // The client, without an account.
    site.page("nobody", &link).await;
    let answer = [
        ("answer.using", "yes"),
        ("answer.months", "9"),
        ("answer.satisfied", "yes"),
        ("answer.comment", "Dễ dùng"),
        ("answer.person", "Nguyễn Thị Lan"),
        ("answer.position", "Chủ"),
        ("answer.authorised", "1"),
    ];
    assert_eq!(site.post("nobody", &link, &answer).await.status, 200);
    assert_eq!(site.post("nobody", &link, &answer).await.status, 200, "the second time the page says that it was used");
    assert!(site.page("nobody", &link).await.contains("đã được dùng"));
    // The public.
    let public = format!("/showroom/solutions/{sol}");
    let page = site.page("nobody", &public).await;
    assert!(page.contains("&lt;b&gt;số 1&lt;/b&gt;") && !page.contains("<b>số 1"), "pasted HTML stays text");
    assert!(page.contains("chỉ là lời giới thiệu") && page.contains("có minh chứng") && page.contains("Cửa hàng Lan") && !page.contains("Nguyễn Thị Lan"));
    assert!(site.page("nobody", "/showroom?q=ban+hang+song+hau&sector=G47&type=pos&price=per_month").await.contains(&sol));
    assert!(site.page("nobody", &format!("/showroom/booth/{sol}")).await.contains("<svg class=\"qr\""));
    assert!(site.page("nobody", &format!("/showroom/compare?s={sol}&s={sol}&s=rubbish")).await.contains("Bán hàng Sông Hậu"));
    // A lead with consent.
    site.page("owner", &format!("{public}/contact")).await;
    let lead = [("lead.id", "lead_018f00000000700080000000000000aa"), ("lead.name", "Trần Thị Hạnh"), ("lead.phone", "0912345678"), ("lead.consent", "1")];
    site.done("owner", &format!("{public}/contact"), &lead).await;
    assert!(site.page("provider", &format!("/provider/{prov}/leads")).await.contains("Trần Thị Hạnh"));
    site.page("owner", "/showroom/contacts").await;
    site.done("owner", "/showroom/contacts/lead_018f00000000700080000000000000aa/withdraw", &[]).await;
    assert!(!site.page("provider", &format!("/provider/{prov}/leads")).await.contains("Trần Thị Hạnh"));
    choosing(&site, &sol).await;
}

async fn choosing(site: &Site, sol: &str) {
    let base = format!("/my-enterprise/{}/choices", site.ent);
    site.page("owner", &base).await;
    let choice = site.done("owner", &base, &[("open.title", "Phần mềm bán hàng")]).await;
    for path in ["", "/need", "/weights", "/pairs"] {
        site.page("owner", &format!("{choice}{path}")).await;
    }
    let need = [
        ("need.gap0-kind", "pos"),
        ("need.gap0-size", "30"),
        ("need.gap0-goal", "3"),
        ("need.gap0-stage", "1"),
        ("need.sector", "g47"),
        ("need.size", "small"),
        ("need.budget", "10.000.000 đ"),
        ("need.users", "3"),
        ("need.languages", "vi"),
        ("need.wished", "bank"),
    ];
    site.done("owner", &format!("{choice}/need"), &need).await;
    site.done("owner", &format!("{choice}/weights"), &[("w.cost", "3000"), ("w.label", "0")]).await;
    let pairs: Vec<(String, String)> = (0..10).map(|i| (format!("pairs.q{i}"), "1".to_owned())).collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    site.done("owner", &format!("{choice}/pairs"), &pairs).await;
    // A circle of "absolutely more" is told, and what was chosen stays.
    let mut circle = pairs.clone();
    (circle[0].1, circle[4].1, circle[1].1) = ("9", "9", "-9");
    let told = site.post("owner", &format!("{choice}/pairs"), &circle).await;
    assert!(told.status == 422 && told.body.contains("tỷ số nhất quán"), "{}", told.status);
    site.done("owner", &format!("{choice}/acts/advise"), &[]).await;
    let page = site.page("owner", &choice).await;
    assert!(page.contains(sol) && page.contains("Đưa vào danh sách ngắn"));
    let advice = page.split("/advice/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(site.page("owner", &format!("{choice}/advice/{advice}")).await.contains("trùng khớp từng byte"));
    site.done("owner", &format!("{choice}/acts/shortlist"), &[("shortlist.solution", sol)]).await;
    site.page("owner", &choice).await;
    // The consultant comes in by the other door.
    let other = choice.replace("/my-enterprise/", "/centre/enterprises/");
    site.page("consultant", &other).await;
    let demo = [
        ("demo.solution", sol),
        ("demo.on-day", "20"),
        ("demo.on-month", "11"),
        ("demo.on-year", "2026"),
        ("demo.with", "Anh Nam"),
        ("demo.text", "Chạy tốt khi mất mạng"),
    ];
    let refused = site.post("consultant", &format!("{other}/acts/demo"), &demo).await;
    assert!(refused.status == 409 && refused.body.contains("Chạy tốt khi mất mạng"), "nothing typed is lost");
    site.done("consultant", &format!("{other}/acts/declare"), &[]).await;
    site.done("consultant", &format!("{other}/acts/demo"), &demo).await;
    site.done(
        "owner",
        &format!("{choice}/acts/quote"),
        &[
            ("quote.solution", sol),
            ("quote.amount", "3.600.000"),
            ("quote.valid_until-day", "31"),
            ("quote.valid_until-month", "12"),
            ("quote.valid_until-year", "2026"),
        ],
    )
    .await;
    let decision = [("decide.solution", sol), ("decide.reason", "Rẻ và dùng được khi mất mạng")];
    assert_eq!(site.post("consultant", &format!("{other}/acts/decide"), &decision).await.status, 403);
    site.done("owner", &format!("{choice}/acts/decide"), &decision).await;
    assert!(site.page("owner", &choice).await.contains("Doanh nghiệp đã quyết định"));
    site.page("owner", &base).await;
}

async fn strangers_see_nothing(db: Db) {
    let site = Site::new(db).await;
    let (prov, sol) = provider_with_draft(&site).await;
    for (who, path) in [
        ("other", format!("/provider/solutions/{sol}")),
        ("other", format!("/provider/solutions/{sol}/edit")),
        ("other", format!("/provider/{prov}/leads")),
        ("other", format!("/provider/{prov}/profile")),
        ("nobody", format!("/showroom/solutions/{sol}")),
        ("nobody", format!("/showroom/booth/{sol}")),
        ("officer", format!("/centre/solutions/{sol}")),
        ("other", format!("/my-enterprise/{}/choices", site.ent)),
        ("officer", format!("/centre/enterprises/{}/choices", site.ent)),
        ("nobody", "/showroom/solutions/sol_zzz".into()),
        ("nobody", "/showroom/solutions/prov_00000000000000000000000000000001".into()),
        ("nobody", "/showroom/reference/a.b.c.d".into()),
    ] {
        assert_eq!(site.get(who, &path).await.status, 404, "{who} {path}");
    }
    assert_eq!(site.post("other", &format!("/provider/solutions/{sol}/acts/submit"), &[]).await.status, 404);
    assert_eq!(site.get("nobody", "/provider").await.status, 303, "to sign in");
    assert_eq!(site.get("owner", "/centre/solutions").await.status, 403);
    // A choice of another enterprise under one's own address.
    let base = format!("/my-enterprise/{}/choices", site.ent);
    let choice = site.done("owner", &base, &[("open.title", "A")]).await;
    let other = site.w.enterprise(2, &[(&person(1, "citizen", false), Role::Member)]);
    let id = choice.rsplit('/').next().unwrap();
    assert_eq!(site.get("owner", &format!("/my-enterprise/{other}/choices/{id}")).await.status, 404);
    assert_eq!(site.get("provider", &choice).await.status, 404);
}
