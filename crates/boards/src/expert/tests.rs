#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixtures::{account, application, by, calendar, catalog, noon};
use records::{Author, Record};
use kernel::{Instant, Refusal, id::{FileId, PartyId}, time::date};
use uuid::Uuid;

const APPLICANT: u128 = 50;
const OFFICER: u128 = 60;
const DIRECTOR: u128 = 61;

struct Run {
    x: Expert,
    at: Instant,
    open: usize,
    official: bool,
}

impl Run {
    fn new() -> Self {
        let party = PartyId::new(Uuid::from_u128(5));
        let begun = ExpertEvent::Begun { id: id_of(party), party, account: account(APPLICANT), application: Box::new(application().checked(&catalog()).unwrap()) };
        Self { x: Expert::evolve(None, &begun, noon()).unwrap(), at: noon(), open: 0, official: false }
    }
    fn act(&mut self, n: u128, act: &Act) -> Result<bool, Refusal> {
        let (catalog, calendar) = (catalog(), calendar());
        let cx = Context { catalog: &catalog, calendar: &calendar, official_account: self.official, open_cases: self.open };
        let author = Author { at: self.at, ..by(n) };
        let Some(event) = decide(&cx, &self.x, act, &author)? else { return Ok(false) };
        self.x = Expert::evolve(Some(self.x.clone()), &event, self.at).unwrap();
        Ok(true)
    }
    fn ok(&mut self, n: u128, act: &Act) -> &mut Self {
        assert!(self.act(n, act).unwrap_or_else(|r| panic!("{act:?}: {r:?}")), "{act:?} changed nothing");
        self
    }
    fn refused(&mut self, n: u128, act: &Act) -> String {
        self.act(n, act).expect_err("refused").code
    }
    fn at(&mut self, text: &str) -> &mut Self {
        self.at = format!("{text}+07:00").parse().unwrap();
        self
    }
    fn to_active(&mut self) -> &mut Self {
        self.ok(APPLICANT, &proof(1)).ok(APPLICANT, &Act::Submit).ok(OFFICER, &Act::Take).ok(OFFICER, &appraise()).ok(DIRECTOR, &approve())
    }
}

fn proof(n: u128) -> Act {
    Act::AddProof(Proof { file: FileId::new(Uuid::from_u128(n)), name: "bang.pdf".into(), sha256: n.to_string(), competence: "traceability".into(), at: noon() })
}
fn appraise() -> Act {
    Act::Appraise { mark: 78, recommends: true, note: "Đủ kinh nghiệm".into() }
}
fn approve() -> Act {
    Act::Approve { decision: "15/QĐ-TTHT".into() }
}
fn why(text: &str) -> String {
    text.to_owned()
}

#[test]
fn the_whole_way_and_back() {
    let mut r = Run::new();
    assert_eq!(r.refused(APPLICANT, &Act::Submit), "proofs");
    r.to_active();
    assert_eq!(r.x.state, ExpertState::Active);
    r.ok(OFFICER, &Act::Suspend { reason: why("Khiếu nại") }).at("2026-12-01T09:00:00").ok(OFFICER, &Act::Resume { note: String::new() });
    r.ok(OFFICER, &Act::Disable { reason: why("Xin rút"), own_wish: true });
    assert_eq!(r.x.state, ExpertState::Disabled);
    assert_eq!(r.act(OFFICER, &Act::Disable { reason: why("lần nữa"), own_wish: true }), Ok(false));
    // A removed expert applies again and goes the whole way.
    r.ok(APPLICANT, &Act::Submit);
    assert_eq!(r.x.state, ExpertState::AwaitingAppraisal);
}

/// Every act outside of its states is refused and changes nothing.
#[test]
fn acts_belong_to_states() {
    use ExpertState as S;
    let acts: Vec<(Act, &[ExpertState])> = vec![
        (Act::Take, &[S::AwaitingAppraisal, S::Appraising]),
        (Act::AskDocuments { what: why("CV") }, &[S::Appraising]),
        (Act::Resubmit { note: why("đây") }, &[S::MoreDocuments]),
        (appraise(), &[S::Appraising]),
        (Act::SendBack { reason: why("xem lại") }, &[S::AwaitingApproval]),
        (approve(), &[S::AwaitingApproval]),
        (Act::Refuse { reason: why("thiếu") }, &[S::Appraising, S::AwaitingApproval]),
        (Act::Suspend { reason: why("x") }, &[S::Active]),
        (Act::Resume { note: why("") }, &[S::Suspended]),
        (Act::Disable { reason: why("x"), own_wish: false }, &[S::Active, S::Suspended, S::Disabled]),
    ];
    for state in ExpertState::ALL {
        for (act, allowed) in &acts {
            let mut r = Run::new();
            r.x.state = state;
            let before = r.x.clone();
            let found = r.act(DIRECTOR, act);
            assert_eq!(found.is_ok(), allowed.contains(&state), "{act:?} in {state:?}: {found:?}");
            assert!(found.is_ok() || r.x == before);
        }
    }
}

#[test]
fn officials_are_no_individual_consultants() {
    let mut r = Run::new();
    r.ok(APPLICANT, &proof(1));
    r.x.application.official = true;
    assert_eq!(r.refused(APPLICANT, &Act::Submit), "official");
    r.x.application.official = false;
    r.official = true;
    assert_eq!(r.refused(APPLICANT, &Act::Submit), "official", "an account of an official is one whatever is declared");
    // Appointed an official after submitting: the approval looks again.
    let mut r = Run::new();
    r.ok(APPLICANT, &proof(1)).ok(APPLICANT, &Act::Submit).ok(OFFICER, &Act::Take).ok(OFFICER, &appraise());
    r.official = true;
    assert_eq!(r.refused(DIRECTOR, &approve()), "official");
    // An organisation may employ officials' relatives or be represented by anybody; the bar is on individuals.
    let mut a = application();
    (a.kind, a.tax_code, a.official) = (ExpertKind::Organisation, "0301234567".into(), true);
    let rules = catalog().recognition(noon().date()).unwrap().clone();
    assert!(checks(&a, true, &rules).is_ok());
    a.tax_code.clear();
    assert!(checks(&a, false, &rules).is_err());
}

#[test]
fn four_eyes_and_nobody_judges_themselves() {
    let mut r = Run::new();
    r.ok(APPLICANT, &proof(1)).ok(APPLICANT, &Act::Submit);
    assert_eq!(r.refused(APPLICANT, &Act::Take), "own-record");
    r.ok(OFFICER, &Act::Take).ok(OFFICER, &appraise());
    assert_eq!(r.refused(OFFICER, &approve()), "four-eyes");
    r.ok(DIRECTOR, &approve());
}

#[test]
fn ten_working_days_stand_still_while_papers_are_missing() {
    let mut r = Run::new();
    // Monday 23 November 2026, 9:00; Tuesday is Culture Day.
    r.ok(APPLICANT, &proof(1)).ok(APPLICANT, &Act::Submit);
    assert_eq!(r.x.clock, Some(Clock::Until("2026-12-08T09:00:00+07:00".parse().unwrap())));
    r.ok(OFFICER, &Act::Take).at("2026-11-25T09:00:00").ok(OFFICER, &Act::AskDocuments { what: why("Bản sao bằng") });
    assert_eq!(r.x.clock, Some(Clock::Left { seconds: 9 * 8 * 3600 }));
    r.at("2026-12-07T09:00:00").ok(APPLICANT, &Act::Resubmit { note: why("Đã gửi") });
    assert_eq!(r.x.clock, Some(Clock::Until("2026-12-18T09:00:00+07:00".parse().unwrap())), "nine working days from the answer");
    // Three rounds, then a decision.
    for _ in 0..2 {
        r.ok(OFFICER, &Act::AskDocuments { what: why("nữa") }).ok(APPLICANT, &Act::Resubmit { note: why("") });
    }
    assert_eq!(r.refused(OFFICER, &Act::AskDocuments { what: why("lần tư") }), "rounds");
}

#[test]
fn a_year_nobody_declared_promises_nothing_and_loses_nothing() {
    let mut r = Run::new();
    r.at("2055-03-01T09:00:00").ok(APPLICANT, &proof(1)).ok(APPLICANT, &Act::Submit);
    assert_eq!((r.x.state, r.x.clock), (ExpertState::AwaitingAppraisal, Some(Clock::Unknown)));
}

#[test]
fn a_refusal_cools_down_for_six_months_to_the_day() {
    let mut r = Run::new();
    r.at("2026-08-31T09:00:00").ok(APPLICANT, &proof(1)).ok(APPLICANT, &Act::Submit).ok(OFFICER, &Act::Take);
    r.ok(OFFICER, &Act::Refuse { reason: why("Chưa đủ kinh nghiệm") });
    assert_eq!(reopen_day(date(2026, 8, 31), catalog().recognition(date(2026, 9, 1)).unwrap()), date(2027, 2, 28), "no 31 February");
    r.at("2027-02-27T23:59:00");
    assert_eq!(r.refused(APPLICANT, &Act::Submit), "cool-down");
    r.at("2027-02-28T00:00:00").ok(APPLICANT, &Act::Submit);
    assert_eq!((r.x.state, r.x.rounds), (ExpertState::AwaitingAppraisal, 0));
}

#[test]
fn recognition_has_days() {
    let mut r = Run::new();
    r.to_active().at("2026-12-10T09:00:00").ok(OFFICER, &Act::Suspend { reason: why("x") });
    r.at("2027-01-05T09:00:00").ok(OFFICER, &Act::Resume { note: why("") });
    for (day, yes) in [(date(2026, 11, 22), false), (date(2026, 11, 23), true), (date(2026, 12, 9), true), (date(2026, 12, 10), false), (date(2027, 1, 4), false), (date(2027, 1, 5), true)] {
        assert_eq!(recognised(&r.x, day), yes, "{day}");
    }
}

#[test]
fn removal_waits_for_open_cases() {
    let mut r = Run::new();
    r.to_active();
    r.open = 2;
    assert_eq!(r.refused(OFFICER, &Act::Disable { reason: why("x"), own_wish: false }), "cases-open");
    r.ok(OFFICER, &Act::Suspend { reason: why("không nhận việc mới") });
    r.open = 0;
    r.ok(OFFICER, &Act::Disable { reason: why("x"), own_wish: false });
}

#[test]
fn a_rating_is_a_clients_or_nothing() {
    let rating = |case: &str, stars| Act::Rate(Rating { case: case.into(), client: "ent_1".into(), stars, comment: " tốt ".into(), at: noon(), first: None });
    let mut r = Run::new();
    assert_eq!(r.refused(1, &rating("c1", 5)), "wrong-state", "before recognition there is no case");
    r.to_active();
    assert_eq!(r.x.rating(), (0, 0), "no rating, whatever the appraisal said");
    assert_eq!(r.refused(1, &rating("c1", 0)), "stars");
    assert_eq!(r.refused(1, &rating("c1", 6)), "stars");
    assert_eq!(r.refused(1, &rating("", 5)), "no-case");
    r.ok(1, &rating("c1", 4)).ok(1, &rating("c2", 5));
    assert_eq!(r.act(1, &rating("c1", 4)), Ok(false), "the same form sent twice");
    assert_eq!(r.x.rating(), (9, 2));
    // It may be changed while the catalogue lets it be, counted from the day it was first given; it stays one.
    let later = |days: i64, stars| match rating("c1", stars) {
        Act::Rate(given) => Act::Rate(Rating { at: given.at.plus_seconds(days * 86_400), ..given }),
        act => act,
    };
    r.ok(1, &later(20, 1)).ok(1, &later(30, 3));
    assert_eq!(r.x.rating(), (8, 2));
    assert_eq!(r.x.rated("c1", "ent_1").map(|x| x.first), Some(Some(noon())));
    assert_eq!(r.refused(1, &later(31, 5)), "rated");
    assert_eq!(r.refused(APPLICANT, &rating("c3", 5)), "own-record", "nobody rates themselves");
    assert_eq!(r.x.appraisal.as_ref().unwrap().mark, 78, "kept apart");
}

#[test]
fn what_the_centre_found_goes_before_what_was_claimed() {
    let mut r = Run::new();
    assert_eq!(r.x.skills(), [("traceability".to_owned(), 4, Grade::Declared)]);
    r.ok(APPLICANT, &proof(1));
    assert_eq!(r.x.skills()[0].2, Grade::Attached);
    r.ok(APPLICANT, &Act::Submit).ok(OFFICER, &Act::Take);
    r.ok(OFFICER, &Act::Check { competence: "traceability".into(), level: 3 });
    assert_eq!(r.x.skills(), [("traceability".to_owned(), 3, Grade::Checked)]);
    assert_eq!(r.refused(OFFICER, &Act::Check { competence: "erp".into(), level: 3 }), "competence");
    r.ok(OFFICER, &Act::Check { competence: "traceability".into(), level: 0 });
    assert!(r.x.skills().is_empty());
}

#[test]
fn a_recognised_expert_keeps_contact_up_to_date_and_nothing_else() {
    let mut r = Run::new();
    r.to_active();
    let mut a = r.x.application.clone();
    a.hours = 20;
    r.ok(APPLICANT, &Act::Save(Box::new(a.clone())));
    a.skills[0].level = 5;
    assert_eq!(r.refused(APPLICANT, &Act::Save(Box::new(a))), "recognised-as-is");
}

#[test]
fn bad_input_is_named_and_good_input_is_made_canonical() {
    let c = catalog();
    let mut a = application();
    a.name = "Đo\u{302}\u{303} Thị  Hạnh".into();
    let good = a.checked(&c).unwrap();
    assert_eq!((good.name.as_str(), good.phone.as_str()), ("Đỗ Thị Hạnh", "+84901234567"), "NFD and NFC are one name");
    let mut bad = application();
    bad.name = "😀".into();
    bad.phone = "12".into();
    bad.email = "x".into();
    bad.area = "1".into();
    bad.hours = 999;
    (bad.fields, bad.languages, bad.skills) = (vec!["<script>".into()], vec![], vec![Skill { competence: "erp".into(), level: 0 }]);
    (bad.foreigner, bad.tax_code, bad.address, bad.summary) = (true, "123".into(), String::new(), " ".into());
    let refused = bad.checked(&c).unwrap_err();
    let fields: std::collections::BTreeSet<_> = refused.reasons.iter().filter_map(|r| r.field.as_deref()).collect();
    for f in ["name", "phone", "email", "area", "hours", "fields", "languages", "skills", "work_permit", "tax_code", "address", "summary"] {
        assert!(fields.contains(f), "{f}: {fields:?}");
    }
}
