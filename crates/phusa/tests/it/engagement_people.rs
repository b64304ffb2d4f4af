//! Who advises in an engagement, and what follows: boards are asked about it, experts are invited and rated, its choice is open to
//! its consultant, and what it measured counts for the solution that was chosen.

use crate::{
    engagement_stage::{ACCEPTED, ADVISED, CODES, CONTRACTED, act, all, file, person, register},
    house::House,
};
use boards::{
    board::{Opening, Seat, SeatRole},
    expert::{Act, Application, Skill},
    matter::SubjectKind,
};
use kernel::{
    Actor, Dong, Text,
    id::{BoardId, ExpertId, ProviderId, SolutionId},
    time::date,
};
use serde_json::json;
use showroom::{
    acts::{providers, solutions},
    listing::{DataReturn, LabelStatus, Listing, Price, PriceModel, SupportLine},
    provider::TypedProfile,
    solution::{CheckResult, Fact, Solution},
};
use std::collections::BTreeSet;
use store::{Db, files::Upload};
use testkit::on_each_database;

on_each_database!(
    a_board_is_asked_from_the_pages_of_what_it_is_about
    an_expert_is_invited_from_the_matching_and_rated_by_whom_they_served
    the_consultant_of_an_engagement_opens_its_choice
    what_was_measured_counts_for_the_solution_once
);

const FIRM: &str = "Công ty TNHH Lươn Cần Giờ";

async fn board(house: &House) -> BoardId {
    let (chair, uyen, dat) = (person(house, "chau").await, person(house, "uyen").await, person(house, "dat").await);
    let seat = |a: &Actor, role| Seat { account: a.account, name: a.name.clone(), expert: None, role, from: date(2026, 11, 1), to: None, competences: vec![], decision: String::new() };
    let seats = vec![seat(&chair, SeatRole::Chair), seat(&uyen, SeatRole::Member), seat(&dat, SeatRole::Member)];
    let opening = Opening { id: BoardId::new(uuid::Uuid::now_v7()), name: Text::new("Ban nông nghiệp", "Agriculture board"), field: "agri_food".into(), from: date(2026, 11, 1), to: None, seats, limits: vec![] };
    house.it.centre.boards.open_board(&person(house, "nhan").await, "agriculture-food", &opening).await.unwrap().id
}

/// The demonstration's citizen Lan in the network of experts.
async fn expert(house: &House) -> ExpertId {
    let (b, lan, nhan, quang) = (&house.it.centre.boards, person(house, "lan").await, person(house, "nhan").await, person(house, "quang").await);
    let skill = |competence: &str| Skill { competence: competence.into(), level: 5 };
    let application = Application {
        name: "Nguyễn Thị Lan".into(),
        phone: "0901234567".into(),
        email: "lan@tuvan.example.vn".into(),
        address: "12 Nguyễn Huệ".into(),
        fields: vec!["agri_food".into()],
        sectors: vec!["food-processing".into()],
        languages: vec!["vi".into()],
        skills: vec![skill("process"), skill("food_safety")],
        hours: 80,
        summary: "Mười năm kinh nghiệm.".into(),
        ..Application::default()
    };
    let id = b.save_application(&lan, &application).await.unwrap().id;
    let paper = Upload { name: "bang.pdf".into(), claimed: None, bytes: b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".to_vec().into() };
    b.add_proof(&lan, id, "process", paper).await.unwrap();
    for (who, step) in [
        (&lan, Act::Submit),
        (&nhan, Act::Take),
        (&nhan, Act::Appraise { mark: 85, recommends: true, note: "Đủ năng lực".into() }),
        (&quang, Act::Approve { decision: "15/QĐ-TTHT".into() }),
    ] {
        b.act_on_expert(who, id, &step).await.unwrap();
    }
    id
}

async fn a_board_is_asked_from_the_pages_of_what_it_is_about(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], FIRM).await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut case, &ADVISED[..3]).await;
    let code = case.state.code.to_string();
    let board = board(&house).await;
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let here = format!("/work/cases/{code}");
    let way = format!("/centre/matters/new?subject_kind=engagement&subject_id={code}");
    let page = officer.get(&here).text();
    assert!(page.contains(&way.replace('&', "&amp;")) && page.contains("Chưa đưa ra ban nào"), "{page}");
    let form = format!("/centre/boards/{board}/matters/new");
    let filled = format!("{form}?subject_kind=engagement&subject_id={code}");
    assert!(officer.get(&way).text().contains(&filled.replace('&', "&amp;")));
    assert!(officer.get(&filled).text().contains(FIRM));
    let pairs = [("act", "open"), ("kind", "framework_review"), ("title", ""), ("question", "Đồng ý lộ trình?"), ("subject_kind", "engagement"), ("subject_id", code.as_str())];
    let matter = officer.post(&filled, &form, pairs).goes_to();
    let id = matter.trim_start_matches("/centre/matters/").split('?').next().unwrap().to_owned();
    let subject = house.it.centre.boards.matter(id.parse().unwrap()).await.unwrap().proposal.subject;
    assert_eq!((subject.enterprise, subject.path.as_str()), (Some(firm), here.as_str()), "the enterprise is found, not typed");
    let page = officer.get(&here).text();
    assert!(page.contains("Ban đang xem xét") && page.contains(&format!("/centre/matters/{id}")), "{page}");
    // The consultant sees that it is there; votes and reasons stay with the board.
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    let page = consultant.get(&here).text();
    assert!(page.contains("Ban đang xem xét") && !page.contains(&format!("/centre/matters/{id}")) && !page.contains("/centre/matters/new"), "{page}");
    // Somebody in the case who stands on no register counts for conflicts too.
    let other = file(&house, "dx-one-to-one", CODES[1]).await;
    let about = house.it.centre.boards.subjects.find(None, SubjectKind::Engagement, other.state.code.as_str()).await.unwrap().unwrap();
    assert_eq!((about.enterprise, about.firms[0].tax_code.as_str(), about.firms[0].email.as_str()), (None, CODES[1], "luon@example.vn"));
    for path in ["/centre/matters/new", "/centre/matters/new?subject_kind=engagement&subject_id=%00", "/centre/matters/new?subject_kind=assessment&subject_id=asmt_1", "/centre/matters/new?subject_kind=grant&subject_id=x"] {
        assert_eq!(officer.get(path).status, 404, "{path}");
    }
    assert_eq!(consultant.get(&way).status, 403);
}

async fn an_expert_is_invited_from_the_matching_and_rated_by_whom_they_served(db: Db) {
    let house = House::open(db).await;
    register(&house, CODES[0], FIRM).await;
    let expert = expert(&house).await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut case, &ADVISED[..3]).await;
    house.follow().await;
    let (id, code) = (case.state.id.to_string(), case.state.code.to_string());
    let mut officer = house.browser();
    officer.sign_in("nhan", "");
    let page = officer.get("/centre/matching").text();
    assert!(page.contains("action=\"/centre/matching/assign\"") && page.contains(&id), "{page}");
    // The director may look at the plan; whether somebody may invite is the case's word.
    let mut director = house.browser();
    director.sign_in("quang", "");
    assert!(!director.get("/centre/matching").text().contains("/centre/matching/assign"));
    let who = expert.to_string();
    let forged = [("case", id.as_str()), ("expert", who.as_str())];
    let refused = director.post("/centre/matching", "/centre/matching/assign", forged);
    assert!(refused.status >= 400, "{}", refused.text());
    let to = officer.post("/centre/matching", "/centre/matching/assign", forged).goes_to();
    assert_eq!(to, format!("/work/cases/{code}?done=invite_expert"));
    case = house.it.services.desk.load(case.state.id).await.unwrap().unwrap();
    let lan = person(&house, "lan").await.account;
    assert!(case.state.is_member("expert", lan));
    // Rated when it is over, by the enterprise's people alone.
    let (mine, rating) = (format!("/my/{code}"), format!("/experts/ratings/{code}"));
    let mut owner = house.browser();
    owner.sign_in("luon", "");
    assert!(!owner.get(&mine).text().contains(&rating), "not before");
    all(&house, &mut case, &ADVISED[3..]).await;
    all(&house, &mut case, CONTRACTED).await;
    all(&house, &mut case, ACCEPTED).await;
    // Weeks have passed.
    owner.sign_in("luon", "");
    let page = owner.get(&mine).text();
    assert!(page.contains(&rating), "{page}");
    let (stars, comment) = (format!("stars-{expert}"), format!("comment-{expert}"));
    let given = [("act", who.as_str()), (stars.as_str(), "4"), (comment.as_str(), "Đúng hẹn")];
    for stranger in ["lan", "minh"] {
        let mut b = house.browser();
        b.sign_in(stranger, "");
        assert_eq!(b.get(&rating).status, 404, "{stranger}");
        assert_eq!(b.post("/my", &rating, given).status, 404, "{stranger}");
    }
    owner.post(&rating, &rating, given).goes_to();
    owner.post(&rating, &rating, given).goes_to();
    let page = house.browser().get(&format!("/experts/{expert}")).text();
    assert!(page.contains("<b>4,0</b> / 5") && page.contains("(1 ") && !page.contains(FIRM) && !page.contains("Đúng hẹn"), "{page}");
    let kept = house.it.centre.boards.expert(expert).await.unwrap();
    assert!(!serde_json::to_string(&kept.ratings).unwrap().contains(CODES[0]), "the record tells clients apart without their codes");
    // After the days of the catalogue it stands.
    house.later(40 * 86_400);
    owner.sign_in("luon", "");
    assert!(!owner.get(&rating).text().contains("type=\"radio\""));
    assert_eq!(owner.post(&mine, &rating, [("act", who.as_str()), (stars.as_str(), "1")]).status, 409);
}

async fn the_consultant_of_an_engagement_opens_its_choice(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], FIRM).await;
    let other = register(&house, CODES[1], "Công ty khác").await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    house.follow().await;
    let choices = |firm| format!("/centre/enterprises/{firm}/choices");
    let mut consultant = house.browser();
    consultant.sign_in("vien", "");
    assert_eq!(consultant.get(&choices(firm)).status, 404, "not appointed yet");
    all(&house, &mut case, ADVISED).await;
    house.follow().await;
    consultant.sign_in("vien", "");
    assert_eq!(consultant.get(&choices(firm)).status, 200);
    assert_eq!(consultant.get(&choices(other)).status, 404, "another enterprise's stays its own");
    // The provider of the case is a member of it and advises nobody.
    all(&house, &mut case, CONTRACTED).await;
    house.follow().await;
    let mut provider = house.browser();
    provider.sign_in("phanmem", "");
    assert_eq!(provider.get(&format!("/my-enterprise/{firm}/choices")).status, 404);
}

fn listing() -> Listing {
    let set = |all: &[&str]| -> BTreeSet<String> { all.iter().map(|s| (*s).to_owned()).collect() };
    Listing {
        name: Text::new("Kho lạnh Mekong", "Mekong cold store"),
        summary: Text::new("Quản lý kho lạnh theo lô.", "Cold stores by lot."),
        sectors: set(&["C"]),
        sizes: set(&["small"]),
        stages: BTreeSet::from([1]),
        types: vec!["wms".into()],
        functions: vec!["Quản lý tồn kho".into()],
        price: Price { model: PriceModel::PerMonth, amount: Dong(300_000), setup: Dong(0), yearly: Dong(0), from: date(2026, 1, 1), note: String::new() },
        hosting: set(&["vn_cloud"]),
        languages: set(&["vi"]),
        integrations: set(&["bank"]),
        data_return: DataReturn::AnyTimeOpen,
        data_return_note: String::new(),
        label: LabelStatus::None,
        label_number: String::new(),
        portal: false,
        support: SupportLine { hours_a_day: 10, days_a_week: 7, emergency: true, contact: "1900 1234".into() },
        accessible: true,
        claims: vec!["Tồn kho theo lô trong một phút".into()],
    }
}

/// The provider of the contract's example with the solution of the decision's example, listed.
async fn listed(house: &House) -> SolutionId {
    let s = &house.it.centre.showroom;
    let (owner, officer) = (person(house, "phanmem").await, person(house, "nhan").await);
    let typed = TypedProfile { name: "Công ty TNHH Phần mềm Đất Phương Nam".into(), tax_code: "0312345673".into(), email: "a@datphuongnam.vn".into(), phone: "0912345678".into(), ..TypedProfile::default() };
    let provider = providers::register(s, &owner, ProviderId::new(uuid::Uuid::now_v7()), typed.checked(date(2026, 11, 21)).unwrap()).await.unwrap();
    let id = SolutionId::new(uuid::Uuid::now_v7());
    solutions::begin(s, &owner, provider.id, id, listing().checked(&s.catalog, date(2026, 11, 21)).unwrap()).await.unwrap();
    solutions::by_provider(s, &owner, id, Fact::Submitted).await.unwrap();
    solutions::by_centre(s, &officer, id, Fact::Taken).await.unwrap();
    for item in &s.catalog.vetting.checklist {
        let checked = Fact::ItemChecked { item: item.code.clone(), result: CheckResult::Pass, note: String::new() };
        solutions::by_centre(s, &officer, id, checked).await.unwrap();
    }
    solutions::by_centre(s, &officer, id, Fact::Listed).await.unwrap();
    id
}

async fn solution(house: &House, id: SolutionId) -> Solution {
    solutions::find(&house.it.centre.showroom, id).await.unwrap().unwrap().solution
}

async fn what_was_measured_counts_for_the_solution_once(db: Db) {
    let house = House::open(db).await;
    let firm = register(&house, CODES[0], FIRM).await;
    let id = listed(&house).await;
    let mut case = file(&house, "dx-one-to-one", CODES[0]).await;
    all(&house, &mut case, &ADVISED[..7]).await;
    act(&house, &mut case, "vien", "note_kpi", json!({"code": "active_licence_share", "moment": "before", "value": 0})).await;
    for acts in [&ADVISED[7..], CONTRACTED, ACCEPTED] {
        all(&house, &mut case, acts).await;
    }
    house.follow().await;
    assert!(solution(&house, id).await.outcomes.is_empty(), "measured before and not after");
    act(&house, &mut case, "vien", "note_kpi", json!({"moment": "m3", "value": 3.28})).await;
    house.follow().await;
    let s = solution(&house, id).await;
    let source = format!("{}/spoilage_return_rate", case.state.code);
    // From 4.1 % to 3.28 %: a fifth less, and less is better.
    assert_eq!(s.outcomes.iter().map(|o| (o.enterprise, o.change, o.kept, o.source.clone())).collect::<Vec<_>>(), [(firm, 2_000, None, source.clone())]);
    // The last measurement counts, and whether it is still used.
    act(&house, &mut case, "vien", "note_kpi", json!({"moment": "m12", "value": 2.05})).await;
    act(&house, &mut case, "vien", "note_kpi", json!({"code": "active_licence_share", "moment": "m12", "value": 80})).await;
    house.follow().await;
    let s = solution(&house, id).await;
    assert_eq!(s.outcomes.iter().map(|o| (o.change, o.kept, o.source.clone())).collect::<Vec<_>>(), [(5_000, Some(true), source.clone())], "nothing before says nothing after");
    // What is corrected in the case follows.
    act(&house, &mut case, "vien", "correct_kpi", json!({"entry": 4, "value": 1.025})).await;
    house.follow().await;
    let s = solution(&house, id).await;
    assert_eq!(s.outcomes.iter().map(|o| (o.change, o.source.clone())).collect::<Vec<_>>(), [(7_500, source)]);
    // Followed again from the beginning: nothing more is written.
    let before = house.journal().await;
    let mut batch = house.it.scope.batch();
    batch.exec("DELETE FROM consumer WHERE province = $1 AND name = 'showroom-outcomes'", store::values![]);
    house.it.scope.commit(batch).await.unwrap();
    house.follow().await;
    assert_eq!(house.journal().await, before);
}
