use super::*;
use crate::model::{EnterpriseKind, Profile, fold_enterprise};
use uuid::Uuid;

fn account(n: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(n))
}

fn at(seconds: i64) -> Instant {
    Instant::from_micros(1_780_000_000_000_000).plus_seconds(seconds)
}

/// The history of one enterprise: every event is also read back from its JSON, as the journal does.
struct Firm {
    e: Enterprise,
    events: Vec<EnterpriseEvent>,
}

impl Firm {
    fn registered(member: Option<AccountId>) -> Self {
        let profile = Profile {
            kind: EnterpriseKind::Enterprise,
            code: "0100112437".into(),
            name: "Công ty Lươn".into(),
            vsic: "C10".into(),
            area: "27139".into(),
            founded: None,
            phone: None,
            address: None,
            women_owned: false,
            social_enterprise: false,
        };
        let event = EnterpriseEvent::Registered { profile, member, name: member.map(|_| "Người lạ".into()) };
        let e = fold_enterprise(EnterpriseId::new(Uuid::from_u128(9)), None, &event, at(0)).unwrap();
        Self { e, events: vec![event] }
    }
    fn say(&mut self, event: EnterpriseEvent) {
        let read: EnterpriseEvent = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
        assert_eq!(read, event);
        self.e = fold_enterprise(self.e.id, Some(self.e.clone()), &read, at(self.e.version)).unwrap();
        self.events.push(event);
        // The state is kept as JSON too.
        assert_eq!(serde_json::from_str::<Enterprise>(&serde_json::to_string(&self.e).unwrap()).unwrap(), self.e);
    }
    fn claims(&mut self, n: u128, role: MemberRole) -> Result<String, Refusal> {
        self.say(ask(&self.e, &claim(n, role))?);
        Ok(self.e.claims.last().unwrap().id.clone())
    }
    fn answered(&mut self, id: &str, yes: bool, by: By<'_>) -> Result<(), Refusal> {
        for event in answer(&self.e, id, yes, if yes { "" } else { "Giấy tờ không khớp" }, by)? {
            self.say(event);
        }
        Ok(())
    }
}

fn claim(n: u128, role: MemberRole) -> Claim {
    Claim {
        id: String::new(),
        account: account(n),
        name: format!("Người {n}"),
        personal_number: Some("079184000044".into()),
        asked_code: "0100112437".into(),
        role,
        note: String::new(),
        proof: Proof { file: FileId::new(Uuid::from_u128(1)), name: "gcn.pdf".into(), sha256: "0".into() },
        at: at(0),
        answer: None,
        withdrawn: None,
    }
}

const fn centre(account: AccountId) -> By<'static> {
    By { account, name: "Phùng Thanh Nhàn", centre: true }
}
const fn member(account: AccountId) -> By<'static> {
    By { account, name: "Thành viên", centre: false }
}

#[test]
fn an_imported_firm_is_claimed_and_the_answer_makes_a_member() {
    let mut firm = Firm::registered(None);
    let id = firm.claims(1, MemberRole::LegalRepresentative).unwrap();
    assert_eq!((firm.e.members.len(), firm.e.claims[0].open()), (0, true));
    assert_eq!(firm.claims(1, MemberRole::Staff).unwrap_err().code, "claim-open", "one at a time");
    assert_eq!(firm.answered(&id, false, centre(account(1))).unwrap_err().code, "own-claim");
    let short = answer(&firm.e, &id, false, " ngắn", centre(account(8))).unwrap_err();
    assert_eq!(short.reasons[0].field.as_deref(), Some("reason"), "no without a reason is no answer");
    firm.answered(&id, true, centre(account(8))).unwrap();
    assert_eq!((firm.e.members.clone(), firm.e.role_of(account(1))), (vec![account(1)], Some(MemberRole::LegalRepresentative)));
    assert!(firm.e.claims[0].answer.as_ref().is_some_and(|a| a.accepted && a.centre));
    assert_eq!(firm.answered(&id, true, centre(account(8))).unwrap_err().code, "claim-closed", "answered once");
    assert_eq!(firm.claims(1, MemberRole::LegalRepresentative).unwrap_err().code, "member-already");
    // The journal replays to the same.
    let replayed = firm.events.iter().enumerate().fold(None, |s, (n, x)| fold_enterprise(firm.e.id, s, x, at(i64::try_from(n).unwrap())));
    assert_eq!(replayed, Some(firm.e));
}

#[test]
fn a_personal_number_is_kept_of_a_legal_representative_alone() {
    let firm = Firm::registered(None);
    for (role, kept) in [(MemberRole::LegalRepresentative, true), (MemberRole::Authorised, false), (MemberRole::Staff, false)] {
        let EnterpriseEvent::ClaimAsked { claim } = ask(&firm.e, &claim(1, role)).unwrap() else { panic!("another event") };
        assert_eq!(claim.personal_number.is_some(), kept, "{role:?}");
    }
}

#[test]
fn whoever_typed_the_code_first_keeps_nobody_out() {
    let (stranger, owner) = (account(1), account(2));
    let mut firm = Firm::registered(Some(stranger));
    assert!(firm.e.keeps(stranger), "as long as nobody heads it");
    let id = firm.claims(2, MemberRole::LegalRepresentative).unwrap();
    assert_eq!(firm.answered(&id, false, member(stranger)).unwrap_err().code, "claim-of-the-centre");
    firm.answered(&id, true, centre(account(8))).unwrap();
    assert!(firm.e.keeps(owner) && !firm.e.keeps(stranger));
    assert_eq!(remove(&firm.e, owner, "", member(stranger)).unwrap_err().code, "may-not-remove");
    firm.say(remove(&firm.e, stranger, "", member(owner)).unwrap().unwrap());
    assert_eq!(firm.e.members, [owner]);
    assert_eq!(remove(&firm.e, stranger, "", member(owner)).unwrap(), None, "gone already");
    assert_eq!(remove(&firm.e, owner, "", member(owner)).unwrap_err().code, "may-not-remove", "a legal representative stays");
    assert!(remove(&firm.e, owner, "", centre(account(8))).is_err(), "the centre gives a reason");
    firm.say(remove(&firm.e, owner, "Đã thôi là người đại diện từ 01/11", centre(account(8))).unwrap().unwrap());
    assert!(firm.e.members.is_empty());
    assert_eq!((firm.e.office_acts.len(), firm.e.office_acts[0].whom.as_str()), (1, "Người 2"), "told to whoever comes after");
}

#[test]
fn after_a_refusal_by_a_member_the_centre_answers() {
    let (head, other) = (account(1), account(3));
    let mut firm = Firm::registered(None);
    let id = firm.claims(1, MemberRole::Authorised).unwrap();
    firm.answered(&id, true, centre(account(8))).unwrap();
    let id = firm.claims(3, MemberRole::Staff).unwrap();
    firm.answered(&id, false, member(head)).unwrap();
    assert!(!firm.e.members.contains(&other) && firm.e.claims[1].answer.as_ref().is_some_and(|a| a.reason == "Giấy tờ không khớp"));
    let again = firm.claims(3, MemberRole::Staff).unwrap();
    assert_eq!(firm.answered(&again, false, member(head)).unwrap_err().code, "claim-of-the-centre");
    firm.answered(&again, true, centre(account(8))).unwrap();
    // Staff do not keep the list, and may leave it.
    assert_eq!(remove(&firm.e, head, "", member(other)).unwrap_err().code, "may-not-remove");
    firm.say(remove(&firm.e, other, "", member(other)).unwrap().unwrap());
    assert_eq!(firm.e.members, [head]);
}

#[test]
fn claims_are_bounded_and_withdrawn_by_their_own_alone() {
    let mut firm = Firm::registered(None);
    let id = firm.claims(1, MemberRole::Staff).unwrap();
    assert_eq!(withdraw(&firm.e, &id, account(2)).unwrap_err().code, "not-found");
    firm.say(withdraw(&firm.e, &id, account(1)).unwrap());
    assert_eq!(firm.answered(&id, true, centre(account(8))).unwrap_err().code, "claim-closed");
    for _ in 1..TIMES {
        let id = firm.claims(1, MemberRole::Staff).unwrap();
        firm.say(withdraw(&firm.e, &id, account(1)).unwrap());
    }
    assert_eq!(firm.claims(1, MemberRole::Staff).unwrap_err().code, "claim-times");
    for n in 0..OPEN {
        firm.claims(100 + n as u128, MemberRole::Staff).unwrap();
    }
    assert_eq!(firm.claims(99, MemberRole::Staff).unwrap_err().code, "claims-full");
}

#[test]
fn a_link_opens_once_and_until_its_day() {
    let mut firm = Firm::registered(Some(account(1)));
    let link = |hash: &str| Some(MemberLink { hash: hash.into(), role: MemberRole::Staff, by: "Chủ".into(), until: at(1_000) });
    firm.say(EnterpriseEvent::LinkMade { link: link("a") });
    firm.say(EnterpriseEvent::LinkMade { link: link("b") });
    assert!(join(&firm.e, "a", account(2), "Hoa", at(10)).is_err(), "a new one ends the old one");
    assert!(join(&firm.e, "b", account(2), "Hoa", at(1_000)).is_err(), "run out");
    assert_eq!(join(&firm.e, "b", account(1), "Chủ", at(10)).unwrap(), None, "a member stays what they are");
    firm.say(join(&firm.e, "b", account(2), "Hoa", at(10)).unwrap().unwrap());
    assert_eq!((firm.e.role_of(account(2)), firm.e.link.is_none()), (Some(MemberRole::Staff), true));
    assert!(join(&firm.e, "b", account(3), "Minh", at(10)).is_err(), "used");
}

#[test]
fn entries_of_before_are_read_as_they_stand() {
    let member = account(1);
    let read: EnterpriseEvent = serde_json::from_str(&format!(r#"{{"event":"joined","member":"{member}"}}"#)).unwrap();
    assert_eq!(read, EnterpriseEvent::Joined { member, name: String::new(), role: None, personal_number: None, claim: None });
    let mut state = serde_json::to_value(Firm::registered(Some(member)).e).unwrap();
    for new in ["people", "claims", "link", "office_acts", "distinct"] {
        state.as_object_mut().unwrap().remove(new);
    }
    let e: Enterprise = serde_json::from_value(state).unwrap();
    assert!(e.members == [member] && e.people.is_empty() && e.keeps(member), "a member of before keeps the list as whoever registered it does");
}
