//! A case that goes to another province: its history is copied, one entry of the reorganisation follows there, one closes it here.
//!
//! The sealed entries of the province it leaves stay. Everything is one batch across the two provinces, guarded by the version of
//! the case: an act at the same moment either comes before it, and goes along, or finds the case gone and is told where to.

use super::{
    Desk, DeskError, Found, json_text,
    refusals::{moved_away, no_such_case},
};
use crate::{
    decide,
    event::{Person, Transfer},
    state::{CaseState, evolve},
    store as tables,
};
use identity::{CaseFacts, Subject};
use kernel::{
    Actor, Instant, Refusal,
    id::{CaseId, OfficeCode, PartyId, ProvinceCode},
};
use store::{Batch, NewEntry, Row, Scope, StoreError, values};

/// Where a case is that is no longer here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    pub case: CaseId,
    pub code: String,
    pub definition: String,
    pub received: OfficeCode,
    pub decides: OfficeCode,
    pub parties: Vec<PartyId>,
    pub to: ProvinceCode,
    pub plan: String,
    pub document: String,
    pub at: Instant,
    tails: String,
}

impl Gone {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            case: row.id("case_id")?,
            code: row.string("code")?,
            definition: row.string("definition")?,
            received: OfficeCode::new(row.text("received")?),
            decides: OfficeCode::new(row.text("decides")?),
            parties: row.text("parties")?.split(' ').filter_map(|p| p.parse().ok()).collect(),
            to: ProvinceCode::new(row.text("to_province")?),
            plan: row.string("plan")?,
            document: row.string("document")?,
            at: row.instant("at")?,
            tails: row.string("tails")?,
        })
    }
    /// Whether one of the phones in the case ends so.
    pub fn phone_ends(&self, last: &str) -> bool {
        !last.is_empty() && self.tails.split(' ').any(|t| t == last)
    }
    /// What is said of it to those who may know.
    pub fn told(&self) -> Refusal {
        moved_away(self)
    }
}

const GONE: &str = "case_id, code, definition, received, decides, parties, tails, to_province, plan, document, at";
/// The tables of this crate that hold rows of a case and are written anew in the receiving province.
const OWN: [&str; 4] = ["case_view", "case_person", "work_item", "case_member"];

/// The tables that [`Desk::hand_over`] itself moves: others move theirs beside it.
pub fn own_tables() -> impl Iterator<Item = &'static str> {
    OWN.into_iter().chain(["case_find", "case_gone", "journal", "snapshot"])
}

impl Desk {
    /// Where a case went that had this code here.
    pub async fn gone_code(&self, code: &str) -> Result<Option<Gone>, StoreError> {
        let code = kernel::text::clean(code).to_uppercase();
        let sql = format!("SELECT {GONE} FROM case_gone WHERE province = $1 AND code = $2");
        self.scope.one(&sql, values![code]).await?.as_ref().map(Gone::of).transpose()
    }

    pub async fn gone(&self, id: CaseId) -> Result<Option<Gone>, StoreError> {
        let sql = format!("SELECT {GONE} FROM case_gone WHERE province = $1 AND case_id = $2");
        self.scope.one(&sql, values![id]).await?.as_ref().map(Gone::of).transpose()
    }

    /// The answer about a case that somebody held in hands a moment ago.
    pub(super) async fn gone_or_unknown(&self, id: CaseId) -> Result<Refusal, StoreError> {
        Ok(self.gone(id).await?.map_or_else(|| no_such_case(&id.to_string()), |g| g.told()))
    }

    /// The answer about a code that is not here: where the case went is told to those who might have seen it.
    pub(super) async fn not_here(&self, actor: &Actor, code: &str, action: &'static str) -> Result<Refusal, StoreError> {
        let Some(gone) = self.gone_code(code).await? else { return Ok(no_such_case(code)) };
        let party = actor.party.filter(|p| gone.parties.contains(p));
        let facts = CaseFacts {
            office_decides: Some(gone.decides.clone()),
            applicant: party,
            ..CaseFacts::at(self.scope.province().clone(), &gone.definition, gone.received.clone())
        };
        let may = actor.is_system() || self.identity.permits(Some(actor), action, &Subject::from(facts));
        Ok(if may { gone.told() } else { no_such_case(code) })
    }

    /// The batch by which a case goes to another province, and the case as it stands there. To be committed across provinces;
    /// conflict label `version` when somebody acted meanwhile, `code` when the receiving province has a case of that code.
    pub fn hand_over(&self, found: Found, transfer: Transfer, to: &Scope, now: Instant) -> Result<(Batch, CaseState), DeskError> {
        let Found { state: before, definition } = found;
        let from = &self.scope;
        let actor = Actor::system(from.province().clone());
        let (went, came) = decide::transfer(&before, transfer.clone(), &actor, now);
        let after = evolve(before.id, Some(before.clone()), &came).ok_or_else(|| StoreError::Damaged("an event made no case".into()))?;
        let (stream, seen, version) = (tables::stream(before.id), before.version as i64, after.version as i64);
        let mut batch = from.db().batch();
        let mut leaving = from.batch();
        // First the entry that takes the version: whoever acts at the same moment meets it before anything has moved.
        leaving.append(entry(&stream, version, &definition.kind, &went, &before));
        leaving.guard("DELETE FROM snapshot WHERE province = $1 AND stream = $2 AND version = $3", values![stream.as_str(), seen], 1, "version");
        for table in ["case_view", "work_item"] {
            leaving.exec(format!("DELETE FROM {table} WHERE province = $1 AND case_id = $2"), values![before.id]);
        }
        // These two are ordered by whose they are: looked for by the case alone, a whole province would be read for each.
        for party in tables::parties(&before) {
            let whose = values![party, before.filed_at, before.id];
            leaving.exec("DELETE FROM case_person WHERE province = $1 AND party = $2 AND filed_at = $3 AND case_id = $4", whose);
        }
        for member in before.members.values().flatten() {
            leaving.exec("DELETE FROM case_member WHERE province = $1 AND account = $2 AND case_id = $3", values![member.account, before.id]);
        }
        crate::views_find::forget(&mut leaving, &before);
        remember(&mut leaving, &before, &transfer, went.at);
        batch.absorb(leaving);
        batch.guard(
            "INSERT INTO journal (province, stream, version, kind, at, actor, on_behalf, key, payload) \
             SELECT CAST($2 AS TEXT), stream, version, kind, at, actor, on_behalf, key, payload FROM journal \
             WHERE province = $1 AND stream = $3 AND version <= $4 ORDER BY version",
            values![from.province(), to.province(), stream.as_str(), seen],
            before.version,
            "version",
        );
        let mut coming = to.batch();
        coming.append(entry(&stream, version, &definition.kind, &came, &after));
        coming.snapshot(&stream, 0, version, &definition.kind, json_text(&after));
        tables::write_views(&mut coming, &definition, None, &after);
        tables::write_all_members(&mut coming, &after);
        // A case that comes back is here again.
        coming.exec("DELETE FROM case_gone WHERE province = $1 AND case_id = $2", values![after.id]);
        batch.absorb(coming);
        // What waits to be done for the case is done where it is. Keys of effects begin with the stream.
        batch.exec(
            "UPDATE effect SET province = $2 WHERE province = $1 AND stream = $3 AND state <> 'done'",
            values![from.province(), to.province(), stream.as_str()],
        );
        Ok((batch, after))
    }
}

fn entry(stream: &str, version: i64, kind: &str, event: &crate::Event, state: &CaseState) -> NewEntry {
    NewEntry {
        stream: stream.to_owned(),
        version,
        kind: format!("{kind}.{}", event.act),
        at: event.at,
        actor: event.by.account.to_string(),
        on_behalf: state.people.applicant.party.map(|p| p.to_string()),
        key: None,
        payload: json_text(event),
    }
}

fn remember(batch: &mut Batch, s: &CaseState, t: &Transfer, at: Instant) {
    let p = &s.people;
    let tail = |x: &Person| {
        let phone = x.phone.as_deref()?;
        let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
        Some(digits.get(digits.len().checked_sub(4)?..)?.iter().collect::<String>())
    };
    let tails: Vec<String> = [Some(&p.applicant), Some(&p.owner), p.proxy.as_ref()].into_iter().flatten().filter_map(tail).collect();
    batch.unique(
        "INSERT INTO case_gone (province, case_id, code, definition, received, decides, parties, tails, to_province, plan, document, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values![
            s.id,
            s.code.as_str(),
            s.definition.as_str(),
            &s.offices.received,
            &s.offices.decides,
            tables::parties(s).join(" "),
            tails.join(" "),
            &t.to,
            t.plan.as_str(),
            t.document.as_str(),
            at
        ],
        "gone",
    );
}
