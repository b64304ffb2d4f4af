//! Openings: by what right somebody could see a case, and keeping that they did, before they see it.

use crate::{Privacy, store as tables, stored, views};
use casework::{Found, desk, event::People};
use identity::{CaseFacts, CaseFilter, roles};
use kernel::{Actor, Instant, Text, party::Identifier};
use std::collections::BTreeSet;
use store::StoreError;

/// What was shown, by its code, and the file's or document's name where it was one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    pub what: &'a str,
    pub detail: &'a str,
}

/// What the codes are called where people read them.
pub fn what_name(what: &str, detail: &str) -> Text {
    match what {
        "page" => Text::new("Mở trang hồ sơ", "Opened the case"),
        "file" if detail.is_empty() => Text::new("Mở một tệp của hồ sơ", "Opened a file of the case"),
        "file" => Text::new(format!("Mở tệp “{detail}”"), format!("Opened the file “{detail}”")),
        "search" => Text::new("Thấy hồ sơ trong kết quả tìm kiếm", "Saw the case in a search result"),
        "export" => Text::new("Xuất hoặc in danh sách có hồ sơ", "Exported or printed a list with the case"),
        "api" => Text::new("Phần mềm của cơ quan đọc hồ sơ", "A program of the office read the case"),
        other => Text::new(other, other),
    }
}

/// By what right a case could be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    pub code: &'static str,
    pub why: Text,
}

impl Ground {
    fn new(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, why: Text::new(vi, en) }
    }
}

/// The right in words, in the order in which the policies give it: one's appointment, the office of the case, an open request,
/// sight of the whole province, and last an emergency with its reason.
pub fn ground(actor: &Actor, filter: &CaseFilter, facts: &CaseFacts, step: Option<&Text>, emergency: Option<&str>) -> Ground {
    let at = step.map_or_else(|| Text::new("", ""), |s| Text::new(format!("; bước “{}”", s.vi), format!("; step “{}”", s.en)));
    if filter.member.is_some_and(|a| facts.members.contains(&a)) {
        return Ground::new("member", format!("Được phân công vào hồ sơ{}", at.vi), format!("Appointed to the case{}", at.en));
    }
    let of = |office: Option<&kernel::id::OfficeCode>| office.is_some_and(|o| filter.offices.contains(o));
    let place = if of(facts.office_decides.as_ref()) {
        Some(("giải quyết", "decides"))
    } else if of(Some(&facts.office_received)) {
        Some(("tiếp nhận", "received"))
    } else if of(facts.office_helped.as_ref()) {
        Some(("hỗ trợ nộp", "helped to file"))
    } else {
        None
    };
    if let Some((vi, en)) = place {
        let role = role_of(actor, &identity::OFFICE_ROLES);
        return Ground::new("office", format!("{} của cơ quan {vi} hồ sơ{}", role.vi, at.vi), format!("{} of the office that {en} the case{}", role.en, at.en));
    }
    if filter.requested.iter().any(|o| facts.requested_offices.contains(o)) {
        return Ground::new("consulted", "Cơ quan được lấy ý kiến về hồ sơ", "The office was asked for its opinion on the case");
    }
    if filter.all {
        let role = role_of(actor, &["controller", "leader"]);
        return Ground::new("province", format!("{}: được xem mọi hồ sơ của tỉnh", role.vi), format!("{}: may see every case of the province", role.en));
    }
    match emergency {
        Some(reason) => Ground::new("emergency", format!("Mở khẩn cấp. Lý do: {reason}"), format!("Opened in an emergency. Reason: {reason}")),
        None => Ground::new("other", "Quyền khác theo chính sách truy cập", "Another right under the access policies"),
    }
}

/// The first of these roles that the actor holds, with whose it is when it is lent.
fn role_of(actor: &Actor, among: &[&str]) -> Text {
    let Some(role) = among.iter().find(|r| actor.has_role(r)) else { return Text::new("Cán bộ", "Official") };
    let name = roles::name(role);
    match actor.lent.iter().find(|l| l.role.as_str() == *role) {
        Some(lent) => Text::new(format!("{} (ủy quyền của {})", name.vi, lent.giver), format!("{} (lent by {})", name.en, lent.giver)),
        None => name,
    }
}

/// Whom a case is about: applicant, owner and proxy, by party and by personal number.
pub fn subjects(people: &People) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for person in [Some(&people.applicant), Some(&people.owner), people.proxy.as_ref()].into_iter().flatten() {
        all.extend(person.party.map(|p| p.to_string()));
        if let Some(Identifier::PersonalNumber(number)) = &person.identifier {
            all.insert(number.as_str().to_owned());
        }
    }
    all
}

impl Privacy {
    /// One case is about to be shown. Looking again within some minutes is the same opening.
    pub async fn opened(&self, actor: &Actor, found: &Found, shown: Shown<'_>) -> Result<(), StoreError> {
        self.opened_at(actor, found, shown, self.now()).await
    }

    /// The same at an instant of its own: the demonstration's officials open what they work on.
    pub async fn opened_at(&self, actor: &Actor, found: &Found, shown: Shown<'_>, now: Instant) -> Result<(), StoreError> {
        let since = now.plus_seconds(-60 * i64::from(self.catalog.rules.openings.again_minutes));
        if views::opened_since(&self.scope, actor.account, found.state.id, shown, since).await? {
            return Ok(());
        }
        let row = self.opening(actor, found, shown, now).await?;
        let mut batch = self.scope.batch();
        tables::opened(&mut batch, &row, actor, now);
        self.scope.commit(batch).await.map_err(stored)
    }

    /// Several cases are about to be listed: one entry of the journal, a row for each that was not listed just before.
    pub async fn listed(&self, actor: &Actor, codes: &[&str], shown: Shown<'_>) -> Result<(), StoreError> {
        let now = self.now();
        let since = now.plus_seconds(-60 * i64::from(self.catalog.rules.openings.again_minutes));
        let before = views::listed_since(&self.scope, actor.account, shown.what, since).await?;
        let fresh: Vec<&str> = codes.iter().copied().filter(|c| !before.contains(*c)).collect();
        for part in fresh.chunks(tables::LISTED) {
            let mut rows = Vec::with_capacity(part.len());
            for found in views::cases(&self.desk, part).await? {
                if !found.state.is_own(actor) {
                    rows.push(self.opening(actor, &found, shown, now).await?);
                }
            }
            if !rows.is_empty() {
                let mut batch = self.scope.batch();
                tables::listed(&mut batch, &rows, shown, actor, now);
                self.scope.commit(batch).await.map_err(stored)?;
            }
        }
        Ok(())
    }

    async fn opening(&self, actor: &Actor, found: &Found, shown: Shown<'_>, now: Instant) -> Result<tables::Opening, StoreError> {
        let s = &found.state;
        let filter = CaseFilter { party: None, ..self.desk.identity().case_filter(actor) };
        let facts = desk::facts(found, &self.scope);
        let emergency = if filter.contains(&facts) { None } else { views::emergency(&self.scope, actor.account, s.id, now).await? };
        let own_step = s.step.as_ref().filter(|x| Some(&x.office) == actor.office.as_ref());
        let step = own_step.and_then(|x| found.definition.step(&x.code)).map(|x| &x.name);
        Ok(tables::Opening {
            case: s.id,
            code: s.code.to_string(),
            definition: s.definition.to_string(),
            what: shown.what.to_owned(),
            detail: shown.detail.chars().take(200).collect(),
            ground: ground(actor, &filter, &facts, step, emergency.as_deref()),
            subjects: subjects(&s.people),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::{AccountId, OfficeCode, ProvinceCode, RoleCode};
    use std::collections::BTreeSet;

    fn actor(role: &str, office: &str) -> Actor {
        let mut a = Actor::system(ProvinceCode::new("79"));
        a.account = AccountId::new(uuid::Uuid::from_u128(7));
        a.roles = BTreeSet::from([RoleCode::new(role)]);
        a.office = Some(OfficeCode::new(office));
        a
    }

    #[test]
    fn every_right_is_told_in_words() {
        let facts = CaseFacts { office_decides: Some(OfficeCode::new("H29.161")), ..CaseFacts::at(ProvinceCode::new("79"), "1", OfficeCode::new("H29.01")) };
        let own = |office: &str| CaseFilter { offices: vec![OfficeCode::new(office)], ..CaseFilter::default() };
        let step = Text::new("Thẩm định", "Appraise");
        let said = |who: &Actor, filter: &CaseFilter, facts: &CaseFacts, emergency: Option<&str>| {
            let g = ground(who, filter, facts, Some(&step), emergency);
            (g.code, g.why.vi)
        };
        let duc = actor("specialist", "H29.161");
        assert_eq!(said(&duc, &own("H29.161"), &facts, None), ("office", "Chuyên viên thụ lý của cơ quan giải quyết hồ sơ; bước “Thẩm định”".to_owned()));
        assert_eq!(said(&actor("one_stop", "H29.01"), &own("H29.01"), &facts, None).1, "Cán bộ một cửa của cơ quan tiếp nhận hồ sơ; bước “Thẩm định”");
        let asked = CaseFacts { requested_offices: BTreeSet::from([OfficeCode::new("H29.05")]), ..facts.clone() };
        let consulted = CaseFilter { requested: vec![OfficeCode::new("H29.05")], ..CaseFilter::default() };
        assert_eq!(said(&actor("consulted", "H29.05"), &consulted, &asked, None).0, "consulted");
        assert_eq!(said(&actor("controller", "H29.01"), &CaseFilter { all: true, ..CaseFilter::default() }, &facts, None).0, "province");
        let head = actor("head", "H29.02");
        assert_eq!(said(&head, &own("H29.02"), &facts, Some("cháy chung cư")), ("emergency", "Mở khẩn cấp. Lý do: cháy chung cư".to_owned()));
        assert_eq!(said(&head, &own("H29.02"), &facts, None).0, "other");
        let appointed = CaseFacts { members: BTreeSet::from([duc.account]), ..facts };
        assert_eq!(said(&duc, &CaseFilter { member: Some(duc.account), ..own("H29.161") }, &appointed, None).0, "member");
    }
}
