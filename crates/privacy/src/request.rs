//! Asking for an explanation of one look at one's data: it becomes a request of the data subject, a case with its clocks.

use crate::{Privacy, looks::Seen, store as tables, views::{self, Whose}};
use casework::{
    DeskError, Once,
    definition::Channel,
    desk::Done,
    event::{Filing, People, Person},
};
use kernel::{
    Actor, Instant, Refusal,
    id::{CaseCode, OfficeCode},
    party::Identifier,
    text::Lang,
};
use serde_json::json;
use store::StoreError;
use web::when;

/// Characters of a question.
pub const QUESTION: usize = 1000;

impl Privacy {
    /// Whose openings an account may read: its own.
    pub fn whose(actor: &Actor) -> Whose {
        Whose { party: actor.party, number: actor.personal_number.clone() }
    }

    /// Looks at somebody's data from all who keep some, newest first.
    pub async fn seen(&self, whose: &Whose, before: (Instant, &str), case: Option<&str>, limit: i64) -> Result<Vec<Seen>, StoreError> {
        let mut all = views::openings(&self.scope, whose, before, case, limit).await?;
        if let Some(number) = &whose.number {
            all.extend(self.looks.page(number, before, case, limit).await?);
        }
        all.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(all)
    }

    /// One entry of somebody's own list.
    pub async fn entry(&self, whose: &Whose, at: Instant, id: &str) -> Result<Option<Seen>, StoreError> {
        let from = (Instant::from_micros(at.micros().saturating_add(1)), "");
        let near = self.seen(whose, from, None, 500).await?;
        Ok(near.into_iter().find(|s| s.id == id && s.at == at))
    }

    /// Files the request. Asking twice about one entry gives the same case.
    pub async fn ask_why(&self, actor: &Actor, seen: &Seen, question: &str, now: Instant) -> Result<Done, DeskError> {
        let code = self.catalog.rules.explanation.definition.as_str();
        let definition = self.desk.rules().definitions.current(code, now.date()).cloned();
        let d = definition.ok_or_else(|| Refusal::conflict("not-in-force", "Hiện chưa nhận yêu cầu giải thích ở đây", "Explanations cannot be asked for here at present"))?;
        let person = self.person(actor).await?;
        let office = self.desk.identity().office_ever(&seen.office).map_or_else(String::new, |o| format!(", {}", o.name.vi));
        let who = if seen.name.is_empty() { "không rõ tên" } else { seen.name.as_str() };
        let subject: String = format!("Lần xem lúc {} của {who}{office}", when::exact(seen.at, Lang::Vi)).chars().take(200).collect();
        let mut answers = json!({"subject": subject, "entry": seen.id, "looked": seen.what.vi, "ground": seen.why.vi.chars().take(500).collect::<String>()});
        if casecode(&seen.code) {
            answers["dossier"] = json!(seen.code);
        }
        if !seen.office.is_empty() {
            answers["office"] = json!(seen.office);
        }
        if !question.is_empty() {
            answers["question"] = json!(question);
        }
        let received = d.received_by.clone().unwrap_or_else(|| OfficeCode::new(""));
        let filing = Filing {
            code: CaseCode::new("-"),
            definition: d.code.clone(),
            version: d.version.clone(),
            title: subject,
            channel: Channel::Online,
            people: People { applicant: person.clone(), owner: person, proxy: None, assisted_by: None },
            offices: d.offices(None, received),
            answers,
            files: Vec::new(),
            waived: Vec::new(),
            lang: None,
            set: None,
        };
        let once = Some(Once { key: format!("explain-{}", seen.id), request: seen.id.clone() });
        let done = self.desk.file(actor, filing, now, once, None).await?;
        // The list's button becomes a link; a crash before this leaves the button, which leads to the same case.
        let mut batch = self.scope.batch();
        tables::asked(&mut batch, actor, &seen.id, done.found.state.code.as_str(), now);
        self.scope.commit(batch).await.map_err(crate::stored)?;
        Ok(done)
    }

    async fn person(&self, actor: &Actor) -> Result<Person, DeskError> {
        let account = self.desk.identity().directory().account(actor.account).await?;
        Ok(Person {
            party: actor.party,
            name: actor.name.clone(),
            identifier: actor.personal_number.as_deref().and_then(|n| Identifier::parse("personal_number", n).ok()),
            phone: account.as_ref().and_then(|a| a.phone.clone()),
            email: account.and_then(|a| a.email),
            address: None,
        })
    }
}

/// A case's code, and not a draft's id.
pub fn casecode(text: &str) -> bool {
    text.starts_with('H') && text.contains('-')
}
