use super::*;
use crate::{
    catalog::{Catalog, tests::shipped},
    ids::fresh,
    listing::{DataReturn, LabelStatus, Price, PriceModel, SupportLine},
    person::Side,
};
use kernel::{
    Dong,
    id::{AccountId, FileId},
    time::{date, midnight},
};
use std::{collections::BTreeSet, sync::LazyLock};

pub(crate) static CATALOG: LazyLock<Catalog> = LazyLock::new(shipped);

pub(crate) fn person(n: u128) -> Person {
    Person { account: AccountId::new(uuid::Uuid::from_u128(n)), name: format!("Người {n}"), title: None }
}

pub(crate) fn listing() -> Listing {
    let set = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<_>>();
    Listing {
        name: Text::new("Bán hàng Sông Hậu", "Song Hau POS"),
        summary: Text::new("Bán hàng, hóa đơn từ máy tính tiền, tồn kho.", "Sales, cash-register invoices, stock."),
        sectors: set(&["G", "I"]),
        sizes: set(&["household", "micro", "small"]),
        stages: BTreeSet::from([1, 2]),
        types: vec!["pos".into()],
        functions: vec!["Hóa đơn từ máy tính tiền".into()],
        price: Price { model: PriceModel::PerMonth, amount: Dong(300_000), setup: Dong(0), yearly: Dong(0), from: date(2026, 1, 1), note: String::new() },
        hosting: set(&["vn_cloud"]),
        languages: set(&["vi"]),
        integrations: set(&["bank"]),
        data_return: DataReturn::AnyTimeOpen,
        data_return_note: "CSV, JSON".into(),
        label: LabelStatus::None,
        label_number: String::new(),
        portal: false,
        support: SupportLine { hours_a_day: 10, days_a_week: 7, emergency: true, contact: "1900 1234".into() },
        accessible: true,
        claims: vec!["Bán một đơn trong 8 giây".into()],
    }
}

/// A solution walked through facts, each decided first.
struct Walk {
    s: Solution,
    entries: Vec<Entry<Fact>>,
    at: Instant,
}

impl Walk {
    fn new(listing: Listing) -> Self {
        let fact = Fact::Begun {
            id: SolutionId::new(uuid::Uuid::from_u128(1)),
            provider: ProviderId::new(uuid::Uuid::from_u128(2)),
            provider_name: "Công ty A".into(),
            listing: Box::new(listing),
        };
        let first = Entry { at: midnight(date(2026, 11, 2)), by: person(1), side: Side::Provider, fact };
        Self { s: evolve(None, &first).unwrap(), at: first.at, entries: vec![first] }
    }
    fn act_as(&mut self, who: u128, side: Side, fact: Fact) -> Result<(), Refusal> {
        let by = person(who);
        let cx = Context { catalog: &CATALOG, at: self.at, by: &by, side, barred_until: None, provider_tax: "0100109106", provider_email: "a@congtya.vn" };
        decide(&self.s, &fact, &cx)?;
        let entry = Entry { at: self.at, by, side, fact };
        self.s = evolve(Some(self.s.clone()), &entry).unwrap();
        self.entries.push(entry);
        Ok(())
    }
    fn provider(&mut self, fact: Fact) -> Result<(), Refusal> {
        self.act_as(1, Side::Provider, fact)
    }
    fn centre(&mut self, fact: Fact) -> Result<(), Refusal> {
        self.act_as(10, Side::Centre, fact)
    }
    fn pass_all(&mut self) {
        for item in &CATALOG.vetting.checklist {
            self.centre(Fact::ItemChecked { item: item.code.clone(), result: CheckResult::Pass, note: String::new() }).unwrap();
        }
    }
    fn listed() -> Self {
        let mut w = Self::new(listing());
        w.provider(Fact::Submitted).unwrap();
        w.centre(Fact::Taken).unwrap();
        w.pass_all();
        w.centre(Fact::Listed).unwrap();
        w
    }
}

use kernel::Refusal;
const WHY: &str = "Lý do đủ dài để hiểu được";
fn why() -> String {
    WHY.into()
}
pub(crate) fn proof(kind: &str, until: Option<kernel::time::Date>) -> NewProof {
    NewProof {
        id: fresh(),
        kind: kind.into(),
        title: "Giấy tờ".into(),
        file: FileId::new(uuid::Uuid::now_v7()),
        file_name: "a.pdf".into(),
        sha256: "0".repeat(64),
        size: 10,
        issued: date(2026, 1, 1),
        until,
        claims: vec![0],
    }
}

#[test]
fn every_step_is_allowed_in_its_stage_only() {
    let facts: [(&str, Side, fn() -> Fact); 8] = [
        ("submit", Side::Provider, || Fact::Submitted),
        ("take", Side::Centre, || Fact::Taken),
        ("list", Side::Centre, || Fact::Listed),
        ("return", Side::Centre, || Fact::Returned { reason: why() }),
        ("suspend", Side::Centre, || Fact::Suspended { rule: "no-support".into(), reason: why() }),
        ("reinstate", Side::Centre, || Fact::Reinstated { reason: why() }),
        ("withdraw", Side::Provider, || Fact::Withdrawn { rule: None, reason: why() }),
        ("describe", Side::Provider, || Fact::Described { listing: Box::new(listing()) }),
    ];
    let table = [
        (Stage::Draft, "submit withdraw describe"),
        (Stage::Submitted, "take return withdraw"),
        (Stage::Checking, "list return withdraw"),
        (Stage::Listed, "suspend withdraw describe"),
        (Stage::Suspended, "reinstate withdraw describe"),
        (Stage::Withdrawn, ""),
    ];
    for (stage, allowed) in table {
        for (name, side, fact) in &facts {
            let mut w = Walk::listed();
            w.s.stage = stage;
            let done = w.act_as(10, *side, fact()).is_ok();
            assert_eq!(done, allowed.split(' ').any(|a| a == *name), "{name} in {stage:?}");
        }
    }
}

#[test]
fn the_way_through_and_back_and_the_journal_gives_the_state() {
    let mut w = Walk::listed();
    assert_eq!((w.s.stage, w.s.officer.as_ref().map(|p| p.account)), (Stage::Listed, Some(person(10).account)));
    w.centre(Fact::Suspended { rule: "data-withheld".into(), reason: why() }).unwrap();
    w.centre(Fact::Reinstated { reason: why() }).unwrap();
    assert_eq!(w.s.decision, None);
    w.centre(Fact::Withdrawn { rule: Some("false-claim".into()), reason: why() }).unwrap();
    let again = w.entries.iter().fold(None, |s, e| evolve(s, e)).unwrap();
    assert_eq!(again, w.s);
    let text = serde_json::to_string(&w.entries).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Entry<Fact>>>(&text).unwrap(), w.entries);
    assert_eq!(serde_json::from_str::<Solution>(&serde_json::to_string(&w.s).unwrap()).unwrap(), w.s);
}

#[test]
fn a_measure_needs_its_published_rule_and_a_reason() {
    let mut w = Walk::listed();
    for (rule, reason) in [("", WHY), ("false-claim", WHY), ("no-support", ""), ("no-support", "  ngắn  ")] {
        assert!(w.centre(Fact::Suspended { rule: rule.into(), reason: reason.into() }).is_err(), "{rule} {reason}");
    }
    assert!(w.centre(Fact::Withdrawn { rule: None, reason: why() }).is_err(), "the centre needs a rule");
    assert!(w.centre(Fact::Withdrawn { rule: Some("no-support".into()), reason: why() }).is_err(), "that rule only suspends");
    assert_eq!(w.provider(Fact::Suspended { rule: "no-support".into(), reason: why() }).unwrap_err().code, "not-your-side");
}

#[test]
fn nothing_is_listed_before_the_checklist_is_passed() {
    let mut w = Walk::new(listing());
    w.provider(Fact::Submitted).unwrap();
    w.centre(Fact::Taken).unwrap();
    let refusal = w.centre(Fact::Listed).unwrap_err();
    assert_eq!(refusal.reasons.len(), CATALOG.vetting.checklist.iter().filter(|i| i.must).count());
    w.pass_all();
    w.centre(Fact::ItemChecked { item: "demo".into(), result: CheckResult::Fail, note: why() }).unwrap();
    assert_eq!(w.centre(Fact::Listed).unwrap_err().reasons.len(), 1);
    assert!(w.centre(Fact::ItemChecked { item: "demo".into(), result: CheckResult::Fail, note: String::new() }).is_err(), "a failure says why");
    assert!(w.centre(Fact::ItemChecked { item: "nothing".into(), result: CheckResult::Pass, note: String::new() }).is_err());
}

#[test]
fn a_traceability_service_needs_the_portal_proof_in_date() {
    let mut l = listing();
    l.types = vec!["traceability".into()];
    let mut w = Walk::new(l);
    let refusal = w.provider(Fact::Submitted).unwrap_err();
    assert!(refusal.reasons[0].message.vi.contains("Điều 26–27"), "{refusal:?}");
    let p = proof("traceability_portal", Some(date(2026, 11, 30)));
    w.provider(Fact::ProofAdded { proof: p.clone() }).unwrap();
    w.provider(Fact::Submitted).unwrap();
    w.centre(Fact::Taken).unwrap();
    w.pass_all();
    assert!(w.centre(Fact::Listed).is_err(), "not checked yet");
    assert!(w.centre(Fact::ProofChecked { proof: p.id, accepted: false, reason: String::new() }).is_err(), "a rejection says why");
    w.centre(Fact::ProofChecked { proof: p.id, accepted: true, reason: String::new() }).unwrap();
    w.centre(Fact::Listed).unwrap();
    assert!(w.provider(Fact::ProofRemoved { proof: p.id }).is_err(), "in use");
    // After its last day it is suspended, and not reinstated without a new one.
    w.at = midnight(date(2026, 12, 1));
    w.centre(Fact::Suspended { rule: "proof-expired".into(), reason: why() }).unwrap();
    assert_eq!(w.centre(Fact::Reinstated { reason: why() }).unwrap_err().code, "proofs-missing");
    assert!(w.centre(Fact::ProofChecked { proof: p.id, accepted: true, reason: String::new() }).is_err(), "out of date");
}

#[test]
fn a_change_of_what_is_listed_waits_for_its_check() {
    let mut w = Walk::listed();
    let mut new = listing();
    new.price.amount = Dong(999_000);
    assert!(w.centre(Fact::ChangeAccepted).is_err());
    w.provider(Fact::Described { listing: Box::new(new.clone()) }).unwrap();
    assert_eq!(w.s.listing.price.amount, Dong(300_000), "the public still sees what was checked");
    w.centre(Fact::ChangeRefused { reason: why() }).unwrap();
    assert_eq!((w.s.pending.clone(), w.s.stage), (None, Stage::Listed));
    w.provider(Fact::Described { listing: Box::new(new) }).unwrap();
    w.centre(Fact::ChangeAccepted).unwrap();
    assert_eq!((w.s.listing.price.amount, w.s.pending.is_some()), (Dong(999_000), false));
}

#[test]
fn an_appeal_is_answered_by_another_person_and_in_time() {
    let mut w = Walk::listed();
    assert!(w.provider(Fact::Appealed { text: why(), due: date(2026, 11, 20) }).is_err(), "nothing to appeal");
    w.centre(Fact::Suspended { rule: "no-support".into(), reason: why() }).unwrap();
    let decided = w.at;
    w.at = midnight(date(2026, 12, 3));
    assert_eq!(w.provider(Fact::Appealed { text: why(), due: date(2026, 12, 18) }).unwrap_err().code, "no-appeal", "31 days later");
    w.at = decided;
    w.provider(Fact::Appealed { text: why(), due: date(2026, 11, 17) }).unwrap();
    assert!(w.provider(Fact::Appealed { text: why(), due: date(2026, 11, 17) }).is_err(), "once");
    assert_eq!(w.centre(Fact::AppealAnswered { overturned: true, reason: why() }).unwrap_err().code, "own-decision");
    w.act_as(11, Side::Centre, Fact::AppealAnswered { overturned: true, reason: why() }).unwrap();
    assert_eq!(w.s.stage, Stage::Listed);
    assert!(w.act_as(11, Side::Centre, Fact::AppealAnswered { overturned: false, reason: why() }).is_err(), "answered once");
    // Dismissed: it stays as it was.
    let mut w = Walk::listed();
    w.centre(Fact::Withdrawn { rule: Some("false-claim".into()), reason: why() }).unwrap();
    w.provider(Fact::Appealed { text: why(), due: date(2026, 11, 17) }).unwrap();
    w.act_as(11, Side::Centre, Fact::AppealAnswered { overturned: false, reason: why() }).unwrap();
    assert_eq!(w.s.stage, Stage::Withdrawn);
}

fn invite(tax: &str, email: &str) -> Fact {
    Fact::ClientInvited {
        reference: fresh(),
        client: "Cửa hàng Hậu Giang".into(),
        tax_code: tax.into(),
        email: email.into(),
        sector: "G47".into(),
        expires: date(2026, 12, 2),
    }
}
fn answer() -> TypedAnswer {
    TypedAnswer {
        using: "yes".into(),
        months: "8".into(),
        gain: "20 %".into(),
        satisfied: "yes".into(),
        comment: "Dễ dùng, hỗ trợ nhanh, đỡ nhầm hóa đơn.".into(),
        person: "Trần Thị Hạnh".into(),
        position: "Chủ cửa hàng".into(),
        authorised: true,
    }
}

#[test]
fn a_client_answers_once_and_is_not_the_provider() {
    let mut w = Walk::new(listing());
    for (tax, email) in [("0100109106", "b@khach.vn"), ("0300588569", "b@congtya.vn"), ("0300588569", "A@congtya.vn")] {
        assert!(w.provider(invite(tax, email)).is_err(), "{tax} {email}");
    }
    w.provider(invite("0300588569", "b@khach.vn")).unwrap();
    assert!(w.provider(invite("0300588569", "c@khach.vn")).is_err(), "invited already");
    let id = w.s.references[0].id;
    let said = answer().checked().unwrap();
    assert!(w.provider(Fact::ClientAnswered { reference: id, answer: said.clone() }).is_err(), "the provider cannot answer for the client");
    w.at = midnight(date(2026, 12, 3));
    assert_eq!(w.act_as(90, Side::Client, Fact::ClientAnswered { reference: id, answer: said.clone() }).unwrap_err().code, "link-expired");
    w.at = midnight(date(2026, 12, 2));
    w.act_as(90, Side::Client, Fact::ClientAnswered { reference: id, answer: said.clone() }).unwrap();
    assert_eq!(w.act_as(90, Side::Client, Fact::ClientAnswered { reference: id, answer: said }).unwrap_err().code, "already-answered");
    assert_eq!(w.s.facts().references, [Referred { sector: "G47".into(), months: 8, using: true }]);
}

#[test]
fn the_same_words_at_two_clients_are_noticed() {
    let mut w = Walk::new(listing());
    for (i, tax) in ["0300588569", "0301464823", "0302634813"].iter().enumerate() {
        w.provider(invite(tax, "b@khach.vn")).unwrap();
        let mut said = answer();
        if i == 2 {
            said.comment = "Chúng tôi thấy ổn, thỉnh thoảng chậm.".into();
        } else if i == 1 {
            said.comment = "DỄ DÙNG; hỗ trợ nhanh; đỡ nhầm hoá đơn".into();
        }
        let reference = w.s.references[i].id;
        w.act_as(90, Side::Client, Fact::ClientAnswered { reference, answer: said.checked().unwrap() }).unwrap();
    }
    assert_eq!(same_words(&w.s.references), [w.s.references[0].id, w.s.references[1].id]);
}

#[test]
fn strange_answers_are_refused_with_their_field() {
    let cases: [(&str, fn(&mut TypedAnswer)); 8] = [
        ("using", |a| a.using = "maybe".into()),
        ("months", |a| a.months = "-1".into()),
        ("months", |a| a.months = "9999".into()),
        ("gain", |a| a.gain = "5000 %".into()),
        ("gain", |a| a.gain = "nhiều".into()),
        ("person", |a| a.person = "🙂".into()),
        ("position", |a| a.position = "  ".into()),
        ("authorised", |a| a.authorised = false),
    ];
    for (field, change) in cases {
        let mut a = answer();
        change(&mut a);
        let refusal = a.checked().unwrap_err();
        assert_eq!(refusal.reasons[0].field.as_deref(), Some(field));
    }
    let mut a = answer();
    a.gain = String::new();
    assert_eq!(a.checked().unwrap().gain, None, "not measured is not zero");
}

#[test]
fn a_proof_takes_its_expiry_from_its_kind() {
    let today = date(2026, 11, 21);
    let check = |p: NewProof| p.checked(&CATALOG.proofs, 1, today);
    assert_eq!(check(proof("manual", Some(date(2027, 1, 1)))).unwrap().until, None, "never expires");
    assert_eq!(check(proof("test_report", None)).unwrap().until, Some(date(2027, 1, 1)), "365 days from issue");
    assert!(check(proof("certificate", None)).is_err(), "the paper must name it");
    assert!(check(proof("certificate", Some(date(2026, 11, 20)))).is_err(), "out of date");
    assert!(check(proof("certificate", Some(date(2025, 1, 1)))).is_err(), "before issue");
    assert!(check(proof("photo", None)).is_err(), "no such kind");
    let mut p = proof("manual", None);
    (p.issued, p.claims) = (date(2026, 11, 22), vec![0, 7]);
    assert!(check(p.clone()).is_err(), "issued tomorrow");
    p.issued = today;
    assert_eq!(check(p).unwrap().claims, [0], "there is no eighth claim");
}

#[test]
fn listings_survive_what_people_paste() {
    let today = date(2026, 11, 21);
    let mut l = listing();
    l.name.vi = "  Phần  mềm Thu\u{309}y sản 🐟 <b>số 1</b>\u{202e} ".into();
    l.summary.vi = "<script>alert(1)</script> Ba\u{301}n ha\u{300}ng".into();
    let kept = l.checked(&CATALOG, today).unwrap();
    assert_eq!(kept.name.vi, "Phần mềm Thủy sản 🐟 <b>số 1</b>", "composed, direction marks gone, markup stays text");
    assert_eq!(kept.summary.vi, "<script>alert(1)</script> Bán hàng");
    let search = kept.search_text("Công ty A", &CATALOG);
    assert!(search.contains("phan mem thuy san") && search.contains("ban hang"), "{search}");
    let bad: [(&str, fn(&mut Listing)); 12] = [
        ("name_vi", |l| l.name.vi = "🙂🙂".into()),
        ("name_vi", |l| l.name.vi = "a".repeat(121)),
        ("sectors", |l| l.sectors = BTreeSet::from(["X99".into()])),
        ("sizes", |l| l.sizes.clear()),
        ("stages", |l| l.stages = BTreeSet::from([4])),
        ("types", |l| l.types.clear()),
        ("types", |l| l.types = vec!["pos".into(), "pos".into()]),
        ("types", |l| l.types = vec!["Không Có".into()]),
        ("price_amount", |l| l.price.amount = Dong(0)),
        ("price_amount", |l| l.price.amount = Dong(-1)),
        ("price_from", |l| l.price.from = date(2030, 1, 1)),
        ("label_number", |l| l.label = LabelStatus::Granted),
    ];
    for (field, change) in bad {
        let mut l = listing();
        change(&mut l);
        let refusal = l.checked(&CATALOG, today).unwrap_err();
        assert!(refusal.reasons.iter().any(|r| r.field.as_deref() == Some(field)), "{field}: {refusal:?}");
    }
}

#[test]
fn an_outcome_is_recorded_once_a_source_and_never_by_the_provider() {
    let mut w = Walk::listed();
    let fact = |change, kept| Fact::OutcomeRecorded { enterprise: EnterpriseId::new(uuid::Uuid::from_u128(9)), change, kept, source: "HS-1/KPI-2".into() };
    assert!(w.provider(fact(1500, None)).is_err());
    w.act_as(0, Side::System, fact(1500, None)).unwrap();
    w.act_as(0, Side::System, fact(1200, Some(true))).unwrap();
    assert_eq!(w.s.outcome_sum(), OutcomeSum { cases: 1, change: 1200, followed: 1, kept: 1 });
    assert!(w.act_as(0, Side::System, fact(2_000_000, None)).is_err());
}
