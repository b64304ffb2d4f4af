//! One function for each change of an expert's record, and what other rooms may ask.

use super::{Act, Application, Context, Expert, ExpertEvent, ExpertState, Proof, Rating, decide, recognised, views};
use crate::{Boards, Failure};
use records::{Author, Course};
use kernel::{
    Actor, Refusal,
    id::{AccountId, ExpertId, PartyId},
    time::Date,
};
use store::{Batch, CommitError, files::Upload};

/// Largest single paper.
pub const FILE_MAX: usize = 20 << 20;

fn no_party() -> Refusal {
    Refusal::forbidden(
        "no-party",
        "Tài khoản này không đại diện cho cá nhân hoặc tổ chức nào nên không đăng ký được. Cán bộ, công chức không là tư vấn viên cá nhân (Thông tư 06/2022/TT-BKHĐT, Điều 8 khoản 1 điểm a).",
        "This account speaks for no person or organisation and cannot apply. Officials are not individual consultants (Circular 06/2022/TT-BKHĐT Art. 8.1.a).",
    )
}

/// What the support room is told about a consultant on the day of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    pub expert: ExpertId,
    pub name: String,
    pub decision: String,
}

impl Boards {
    /// The record, whoever asks.
    pub async fn expert(&self, id: ExpertId) -> Result<Expert, Failure> {
        records::load::<Expert>(&self.scope, &id.to_string()).await?.map(|f| f.state).ok_or_else(|| records::gone().into())
    }

    /// The actor's own record, if there is one.
    pub async fn own_expert(&self, actor: &Actor) -> Result<Option<Expert>, Failure> {
        let Some(party) = actor.party else { return Ok(None) };
        match views::of_party(&self.scope, party).await? {
            Some(id) => Ok(Some(self.expert(id).await?)),
            None => Ok(None),
        }
    }

    /// Begins or saves the actor's application: one record for one party, however often the form is sent.
    pub async fn save_application(&self, actor: &Actor, application: &Application) -> Result<Expert, Failure> {
        let party = actor.party.ok_or_else(no_party)?;
        if let Some(own) = self.own_expert(actor).await? {
            return self.act_on_expert(actor, own.id, &Act::Save(Box::new(application.clone()))).await;
        }
        let by = Author::new(actor, self.now());
        let id = id_of(party);
        let checked = application.checked(&self.catalog)?;
        let begun = records::change::<Expert>(
            &self.scope,
            &id.to_string(),
            &by,
            |found| Ok(found.is_none().then(|| begin(id, party, actor.account, &checked))),
        )
        .await?;
        // Another window may have begun the same record with other answers: what was typed last is kept.
        if begun.application == checked { Ok(begun) } else { self.act_on_expert(actor, id, &Act::Save(Box::new(checked))).await }
    }

    /// Does one act on a record. What the decision rests on is fetched first; the record itself is read last.
    pub async fn act_on_expert(&self, actor: &Actor, id: ExpertId, act: &Act) -> Result<Expert, Failure> {
        let by = Author::new(actor, self.now());
        let known = self.expert(id).await?;
        let official_account = self.people.is_official(known.account).await?;
        let open_cases = match act {
            Act::Disable { .. } => self.cases.open_of(id).await?.len(),
            _ => 0,
        };
        let cx = Context { catalog: &self.catalog, calendar: &self.calendar, official_account, open_cases };
        records::change::<Expert>(&self.scope, &id.to_string(), &by, |found| decide(&cx, found.ok_or_else(records::gone)?, act, &by)).await
    }

    /// Stores a paper and ties it to a competence. The file and the event are one batch.
    pub async fn add_proof(&self, actor: &Actor, id: ExpertId, competence: &str, upload: Upload) -> Result<Expert, Failure> {
        let by = Author::new(actor, self.now());
        if !competence.is_empty() && self.catalog.competence(competence).is_none() {
            return Err(Refusal::invalid("competence", "Chưa nhận được tệp", "The file was not taken").because(Some("competence"), "Chọn năng lực mà giấy tờ chứng minh.", "Choose the competence the paper shows.").into());
        }
        let checked = self.files.admit(upload, FILE_MAX).await.map_err(|r| Refusal { reasons: vec![kernel::refusal::Reason { field: Some("file-proof".into()), message: r.message.clone() }], ..r })?;
        for _ in records::tries() {
            let found = records::load::<Expert>(&self.scope, &id.to_string()).await?.ok_or_else(records::gone)?;
            let mut batch = self.scope.batch();
            let stored = self.files.put(&mut batch, checked.clone(), by.at).await?;
            let proof = Proof { file: stored.id, name: stored.name, sha256: stored.sha256, competence: competence.to_owned(), at: by.at };
            let cx = Context { catalog: &self.catalog, calendar: &self.calendar, official_account: false, open_cases: 0 };
            let Some(event) = decide(&cx, &found.state, &Act::AddProof(proof), &by)? else { return Ok(found.state) };
            let after = records::write(&mut batch, &id.to_string(), Some(&found), &event, &by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Expert>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(records::busy().into())
    }

    /// Whether consulting by this expert is subsidisable on a day: only recognised consultants are (Circular 06/2022
    /// Art. 3.9). For the support room; the refusal says what to do.
    pub async fn subsidisable(&self, id: ExpertId, day: Date) -> Result<Recognised, Failure> {
        let x = self.expert(id).await?;
        if recognised(&x, day) {
            return Ok(Recognised { expert: id, name: x.application.name, decision: x.decision.unwrap_or_default() });
        }
        let day_vi = web::when::day(day, kernel::text::Lang::Vi);
        let day_en = web::when::day(day, kernel::text::Lang::En);
        Err(Refusal::conflict(
            "not-recognised",
            format!("{} không thuộc mạng lưới tư vấn viên được công nhận vào ngày {day_vi} nên chi phí tư vấn không được hỗ trợ (Thông tư 06/2022/TT-BKHĐT, Điều 3 khoản 9). Hãy chọn tư vấn viên trong mạng lưới.", x.application.name),
            format!("{} was not in a recognised network on {day_en}; the consulting is not subsidisable (Circular 06/2022/TT-BKHĐT Art. 3.9). Choose a consultant of the network.", x.application.name),
        )
        .into())
    }

    /// Records what a client says after a case. The caller has seen to it that the case has ended, that the expert worked
    /// on it and that the client is its client.
    pub async fn rate_expert(&self, actor: &Actor, id: ExpertId, case: &str, client: &str, stars: u32, comment: &str) -> Result<Expert, Failure> {
        let rating = Rating { case: case.to_owned(), client: client.to_owned(), stars, comment: comment.to_owned(), at: self.now(), first: None };
        self.act_on_expert(actor, id, &Act::Rate(rating)).await
    }

    /// A record for demonstration data or an import, in the caller's batch.
    pub fn course_expert(&self, batch: &mut Batch, by: &Author, party: PartyId, application: &Application) -> Result<Course<Expert>, Failure> {
        let id = id_of(party);
        let mut course = Course::begin(id);
        course.step(batch, by, |_| Ok(Some(begin(id, party, by.account, &application.checked(&self.catalog)?))))?;
        Ok(course)
    }
    /// The next step of such a record, decided as for people.
    pub fn course_expert_act(&self, batch: &mut Batch, by: &Author, course: &mut Course<Expert>, act: &Act) -> Result<(), Failure> {
        let cx = Context { catalog: &self.catalog, calendar: &self.calendar, official_account: false, open_cases: 0 };
        course.step(batch, by, |found| decide(&cx, found.ok_or_else(records::gone)?, act, by))
    }
}

fn begin(id: ExpertId, party: PartyId, account: AccountId, application: &Application) -> ExpertEvent {
    ExpertEvent::Begun { id, party, account, application: Box::new(application.clone()) }
}

/// One record for one party: the id follows from it, so that two windows cannot begin two.
pub fn id_of(party: PartyId) -> ExpertId {
    ExpertId::new(crate::matter::id_of(&format!("expert of {party}")).uuid())
}

/// Whether the public may see a record: recognised, or removed with its reason.
pub fn is_public(x: &Expert) -> bool {
    matches!(x.state, ExpertState::Active | ExpertState::Suspended | ExpertState::Disabled)
}
