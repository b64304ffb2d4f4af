//! The level of an enterprise, rounds of one thing, peers and readiness: which result counts for what, on both engines.

use crate::{engagement_stage::register, house::House};
use centre::{
    Centre,
    model::{Assessment, AssessmentEvent, Enterprise, EnterpriseEvent, Purpose, Stage, Started, fold_enterprise},
    peers::{Asked, peers},
};
use kernel::id::{AssessmentId, EnterpriseId};
use scoring::{Answer, Answers, Tier};
use store::{Db, values};
use testkit::{Browser, on_each_database};

on_each_database!(
    only_the_named_frameworks_give_a_level_and_with_what_it_rests_on
    a_round_from_the_enterprise_page_follows_the_one_before
    two_products_are_no_rounds_of_each_other
    peers_are_five_other_enterprises_that_agree
    money_rests_on_a_readiness_result_that_was_concluded
);

const DBI: &str = "dbi-2021-sme";

fn room(house: &House) -> &Centre {
    &house.it.centre.centre
}

async fn firm(house: &House, id: EnterpriseId) -> Enterprise {
    centre::store::load(&house.it.scope, &id.to_string()).await.unwrap().unwrap()
}

/// The nth option of every question that has options, trusted so far.
fn answers(house: &House, framework: &str, nth: usize, tier: Tier) -> Answers {
    let f = room(house).frameworks.latest(framework).unwrap();
    let chosen = f.criteria().filter_map(|p| Some((p.criterion.code.clone(), p.scale.options.get(nth.min(p.scale.options.len().checked_sub(1)?))?)));
    chosen.map(|(code, o)| (code, Answer::option(o.code.clone()).at(tier))).collect()
}

/// A result of a framework, begun and handed in a minute later.
async fn result(house: &House, id: EnterpriseId, framework: &str, given: Answers) -> AssessmentId {
    let c = room(house);
    let f = c.frameworks.latest(framework).unwrap();
    let started = Started {
        framework: f.framework.clone(),
        edition: f.version.clone(),
        stage: "t0".into(),
        vsic: "C10".into(),
        area: "27139".into(),
        owner: uuid::Uuid::now_v7().to_string(),
        enterprise: Some(id),
        earlier: None,
        subject: None,
        answers: given,
    };
    let a = centre::acts::start(c, None, started, house.now()).await.unwrap();
    house.later(60);
    centre::acts::change_assessment(c, None, a.id, house.now(), |_| Ok(Some(AssessmentEvent::Submitted))).await.unwrap();
    a.id
}

async fn concluded(house: &House, id: AssessmentId) {
    house.later(60);
    centre::acts::change_assessment(room(house), None, id, house.now(), |_| Ok(Some(AssessmentEvent::Verified))).await.unwrap();
}

async fn only_the_named_frameworks_give_a_level_and_with_what_it_rests_on(db: Db) {
    let house = House::open(db).await;
    let id = register(&house, "0100112437", "Công ty TNHH Lươn Cần Giờ").await;
    // A survey says nothing of how far it is; readiness is an assessment and gives no level.
    result(&house, id, "barriers", Answers::new()).await;
    assert_eq!(firm(&house, id).await.stage, Stage::Reached);
    result(&house, id, "readiness-form2", answers(&house, "readiness-form2", 4, Tier::SelfDeclared)).await;
    let e = firm(&house, id).await;
    assert_eq!((e.stage, e.level, e.level_of.clone()), (Stage::Assessed, None, None));
    let first = result(&house, id, DBI, answers(&house, DBI, 9, Tier::SelfDeclared)).await;
    let e = firm(&house, id).await;
    let (level, of) = (e.level.unwrap(), e.level_of.clone().unwrap());
    assert_eq!((of.assessment, of.framework.as_str(), of.edition.as_str(), of.tier.as_str()), (first, DBI, "2021", "self"));
    assert!(level > 0);
    // Neither a survey, nor a product's stars, nor a school's index touches it.
    for framework in ["barriers", "ocop-2023", "schools-4725", "readiness-form2"] {
        result(&house, id, framework, answers(&house, framework, 0, Tier::SelfDeclared)).await;
        let now = firm(&house, id).await;
        assert_eq!((now.level, &now.level_of, now.version), (Some(level), &Some(of.clone()), e.version), "{framework}");
    }
    // A newer result counts; concluding the older one afterwards does not bring it back.
    let second = result(&house, id, DBI, answers(&house, DBI, 0, Tier::Consultant)).await;
    concluded(&house, first).await;
    let now = firm(&house, id).await;
    assert_eq!(now.level_of.as_ref().map(|l| (l.assessment, l.tier.as_str())), Some((second, "consultant")));
    assert!(now.level < Some(level), "{:?}", now.level);
    concluded(&house, second).await;
    assert_eq!(firm(&house, id).await.version, now.version, "what is known already is not said again");
    // The journal replays to what is stored, and an event of before reads.
    let entries = store::journal::stream(&house.it.scope, &id.to_string()).await.unwrap();
    let replayed = entries.iter().fold(None, |s, e| fold_enterprise(id, s, &e.read().unwrap(), e.at));
    assert_eq!(replayed, Some(now.clone()));
    let before: EnterpriseEvent = serde_json::from_str("{\"event\":\"level_set\",\"level\":3}").unwrap();
    let after = fold_enterprise(id, Some(now), &before, house.now()).unwrap();
    assert_eq!((after.level, after.level_of), (Some(3), None));
    // The director's figure says of what it is, and opens its rows alone.
    let other = register(&house, "0300588569", "Công ty Tự Khai").await;
    result(&house, other, DBI, answers(&house, DBI, 0, Tier::SelfDeclared)).await;
    let mut director = house.browser();
    director.sign_in("quang", "");
    let page = director.get("/centre/director").text();
    let lowest = firm(&house, other).await.level.unwrap();
    for (tier, own, strange) in [("consultant", "Lươn Cần Giờ", "Tự Khai"), ("self", "Tự Khai", "Lươn Cần Giờ")] {
        let rows = format!("/centre/director/enterprises?level={lowest}&framework={DBI}&tier={tier}");
        assert!(page.contains(&rows.replace('&', "&amp;")), "{rows}: {page}");
        let rows = director.get(&rows).text();
        assert!(rows.contains(own) && !rows.contains(strange), "{tier}: {rows}");
    }
    assert_eq!(director.get("/centre/director/enterprises?level=none&framework=%00&tier=%27--").status, 200);
}

fn start(browser: &mut Browser, enterprise: EnterpriseId, framework: &str, subject: &str) -> testkit::Reply {
    let (id, vsic) = (enterprise.to_string(), "C10");
    browser.post("/assess", "/assess/start", [("vsic", vsic), ("framework", framework), ("enterprise", id.as_str()), ("subject", subject)])
}

/// The newest assessment of an enterprise.
async fn newest(house: &House, id: EnterpriseId) -> Assessment {
    let sql = "SELECT id FROM assessment WHERE province = $1 AND enterprise = $2 ORDER BY started_at DESC, id DESC LIMIT 1";
    let row = house.it.scope.one(sql, values![id]).await.unwrap().unwrap();
    centre::store::load(&house.it.scope, row.text("id").unwrap()).await.unwrap().unwrap()
}

async fn handed_in(house: &House, a: &Assessment) {
    house.later(60);
    centre::acts::change_assessment(room(house), None, a.id, house.now(), |_| Ok(Some(AssessmentEvent::Submitted))).await.unwrap();
    house.later(60);
}

/// An enterprise of the signed-in owner.
fn own(browser: &mut Browser) -> EnterpriseId {
    browser.sign_in("luon", "");
    let pairs = [("kind", "enterprise"), ("code", "0100112437"), ("name", "Công ty Lươn"), ("vsic", "C10"), ("area", "27139"), ("founded-day", ""), ("founded-month", ""), ("founded-year", "")];
    let at = browser.post("/my-enterprises/new", "/my-enterprises/new", pairs).goes_to();
    at.rsplit('/').next().unwrap().parse().unwrap()
}

async fn a_round_from_the_enterprise_page_follows_the_one_before(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    let id = own(&mut owner);
    let dbi = format!("{DBI}@2021");
    start(&mut owner, id, &dbi, "").goes_to();
    let first = newest(&house, id).await;
    assert_eq!((first.earlier, first.stage.as_str()), (None, "t0"));
    handed_in(&house, &first).await;
    start(&mut owner, id, "barriers@1", "").goes_to();
    assert_eq!(newest(&house, id).await.earlier, None, "another framework follows nothing");
    house.later(60);
    start(&mut owner, id, &dbi, "").goes_to();
    let second = newest(&house, id).await;
    assert_eq!((second.earlier, second.stage.as_str()), (Some(first.id), "t1"));
    handed_in(&house, &second).await;
    // The change stands on the director's page under its framework and tiers, and opens both rounds.
    let mut director = house.browser();
    director.sign_in("quang", "");
    let page = director.get("/centre/director").text();
    let of = format!("&framework={DBI}&tier=self&later=self");
    let moved = page.split("href=\"").filter_map(|x| x.split('"').next()).find(|x| x.starts_with("/centre/director/moved?")).unwrap_or_else(|| panic!("{page}")).replace("&amp;", "&");
    assert!(moved.ends_with(&of), "{moved}");
    assert!(page.contains("cả hai lần tự khai"), "{page}");
    let rows = director.get(&moved).text();
    assert!(rows.contains("Công ty Lươn") && rows.contains("(tự khai)"), "{rows}");
    let none = director.get(&moved.replace("later=self", "later=consultant")).text();
    assert!(!none.contains("Công ty Lươn"), "{none}");
}

async fn two_products_are_no_rounds_of_each_other(db: Db) {
    let house = House::open(db).await;
    let mut owner = house.browser();
    let id = own(&mut owner);
    let ocop = "ocop-2023@2023";
    let refused = start(&mut owner, id, ocop, "  ");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("ghi tên sản phẩm"), "{}", refused.text());
    start(&mut owner, id, ocop, "Chả cá thát lát").goes_to();
    let cake = newest(&house, id).await;
    assert_eq!(cake.subject.as_deref(), Some("Chả cá thát lát"));
    handed_in(&house, &cake).await;
    start(&mut owner, id, ocop, "Cá thát lát rút xương").goes_to();
    let boned = newest(&house, id).await;
    assert_eq!((boned.earlier, boned.stage.as_str()), (None, "t0"));
    handed_in(&house, &boned).await;
    start(&mut owner, id, ocop, "chả cá  Thát lát").goes_to();
    let again = newest(&house, id).await;
    assert_eq!((again.earlier, again.stage.as_str()), (Some(cake.id), "t1"));
    // A framework of enterprises has no product, whatever is typed.
    start(&mut owner, id, &format!("{DBI}@2021"), "Chả cá").goes_to();
    let plain = owner.get(&format!("/my-enterprise/{id}")).text();
    assert!(plain.contains("– Chả cá thát lát") && plain.contains("– Cá thát lát rút xương") && !plain.contains("– Chả cá<"), "{plain}");
}

async fn agreed(house: &House, id: EnterpriseId, agrees: bool) {
    let event = if agrees { EnterpriseEvent::Consented { purpose: Purpose::Statistics } } else { EnterpriseEvent::ConsentWithdrawn { purpose: Purpose::Statistics } };
    centre::acts::change_enterprise(room(house), None, id, house.now(), |_| Ok(Some(event.clone()))).await.unwrap();
}

async fn peers_are_five_other_enterprises_that_agree(db: Db) {
    let house = House::open(db).await;
    let reader = register(&house, "0100112437", "Công ty Người Xem").await;
    agreed(&house, reader, true).await;
    let asked = Asked { framework: DBI, edition: "2021", tier: "self", vsic: "C10", size: None, own: Some(reader) };
    let count = async || peers(&house.it.scope, &asked).await.unwrap().map(|p| p.totals.len());
    // One firm with five rounds, the reader's own rounds, and units of one firm are not five enterprises.
    let given = |nth| answers(&house, DBI, nth, Tier::SelfDeclared);
    let first = register(&house, "0300000001", "Công ty 1").await;
    agreed(&house, first, true).await;
    for nth in 0..5 {
        result(&house, first, DBI, given(nth)).await;
        result(&house, reader, DBI, given(nth)).await;
        let unit = register(&house, &format!("0300000001-00{nth}"), "Chi nhánh").await;
        agreed(&house, unit, true).await;
        result(&house, unit, DBI, given(nth)).await;
    }
    assert_eq!(count().await, None);
    let mut others = vec![first];
    for n in 2..=5 {
        let id = register(&house, &format!("030000000{n}"), &format!("Công ty {n}")).await;
        agreed(&house, id, true).await;
        assert_eq!(count().await, None, "{} enterprises", others.len());
        result(&house, id, DBI, given(2)).await;
        others.push(id);
    }
    assert_eq!(count().await, Some(5));
    // Another tier has no peers; consent withdrawn is no peer; an enterprise that never agreed is none either.
    let verified = Asked { tier: "consultant", ..asked.clone() };
    assert_eq!(peers(&house.it.scope, &verified).await.unwrap(), None);
    agreed(&house, others[4], false).await;
    assert_eq!(count().await, None);
    let silent = register(&house, "0300000009", "Công ty 9").await;
    result(&house, silent, DBI, given(2)).await;
    assert_eq!(count().await, None);
    agreed(&house, silent, true).await;
    assert_eq!(count().await, Some(5));
    // Without an enterprise of one's own the reader's results are those of another.
    let stranger = Asked { own: None, ..asked.clone() };
    assert_eq!(peers(&house.it.scope, &stranger).await.unwrap().map(|p| p.totals.len()), Some(6));
}

async fn money_rests_on_a_readiness_result_that_was_concluded(db: Db) {
    let house = House::open(db).await;
    let id = register(&house, "0100112437", "Công ty TNHH Lươn Cần Giờ").await;
    let year = house.now().date().year();
    let ready = async || house.it.centre.support.enterprises.find(id, year).await.unwrap().unwrap().readiness;
    for framework in ["barriers", "ocop-2023", "schools-4725"] {
        let other = result(&house, id, framework, Answers::new()).await;
        concluded(&house, other).await;
        assert_eq!(ready().await, None, "{framework}");
    }
    let own = result(&house, id, DBI, answers(&house, DBI, 3, Tier::SelfDeclared)).await;
    let said = ready().await.unwrap();
    assert_eq!((said.confirmed, said.tier), (false, Some(support::catalog::Tier::SelfDeclared)));
    concluded(&house, own).await;
    let said = ready().await.unwrap();
    assert_eq!((said.confirmed, said.tier), (true, Some(support::catalog::Tier::Consultant)));
    // A later round that nobody looked at, and a later product, hide nothing.
    result(&house, id, DBI, answers(&house, DBI, 4, Tier::SelfDeclared)).await;
    result(&house, id, "ocop-2023", Answers::new()).await;
    assert_eq!(ready().await, Some(said));
}
