//! One function for each way a directive changes.

use super::{Act, Directive, DirectiveId, Filed, Order, Origin, Part, decide, store};
use crate::{Course, Failure, Ops, Who, asks::UnitRef};
use ::store::{
    Batch, CommitError,
    files::{Scanned, Stored, Upload},
};
use kernel::{
    Actor, Refusal,
    calendar::Calendar,
    id::{FileId, OfficeCode},
    refusal::Reason,
};
use std::sync::Arc;

/// The largest file of evidence, in bytes.
pub const FILE_MAX: usize = 20 << 20;

impl Ops {
    /// Writes a directive; it is a draft until its giver gives it. Sent twice (same id), there is one.
    pub async fn draft(&self, actor: &Actor, id: DirectiveId, origin: &Origin, order: &Order) -> Result<Directive, Failure> {
        let who = self.who(actor);
        let at = who.author.at;
        let rules = self.catalog.rules(at.date())?.clone();
        if let Some(found) = records::load::<Directive>(&self.scope, &id.to_string()).await? {
            return if found.state.drafter == who.author.account { Ok(found.state) } else { Err(records::gone().into()) };
        }
        // Refused before a number is drawn for it.
        decide::draft(&self.catalog, &rules, id, "", origin, order, &who)?;
        let code = store::next_code(&self.scope, at.date().year()).await?;
        records::change::<Directive>(&self.scope, &id.to_string(), &who.author, |found| match found {
            None => decide::draft(&self.catalog, &rules, id, &code, origin, order, &who).map(Some),
            Some(d) if d.drafter == who.author.account => Ok(None),
            Some(_) => Err(records::gone()),
        })
        .await
    }

    /// Does one act on a directive; decided again when somebody else was first.
    pub async fn act(&self, actor: &Actor, id: DirectiveId, act: &Act) -> Result<Directive, Failure> {
        let who = self.who(actor);
        records::change::<Directive>(&self.scope, &id.to_string(), &who.author, |found| {
            let d = found.ok_or_else(records::gone)?;
            decide::decide(&self.catalog, &*self.calendar_for(d, act)?, d, act, &who)
        })
        .await
    }

    /// The calendar of the office that leads, or that is to lead.
    fn calendar_for(&self, d: &Directive, act: &Act) -> Result<Arc<Calendar>, Refusal> {
        let lead: &UnitRef = match act {
            Act::Reassign { lead, .. } => lead,
            _ => &d.order.lead,
        };
        self.units.calendar(&lead.code)
    }

    /// Does an act that carries a file. The bytes are stored first; the reference and the event are one batch.
    pub async fn act_with(&self, actor: &Actor, id: DirectiveId, upload: Upload, field: &str, act: impl Fn(Filed) -> Act) -> Result<Directive, Failure> {
        let who = self.who(actor);
        let checked = self.checked(upload, field).await?;
        for _ in records::tries() {
            let found = records::load::<Directive>(&self.scope, &id.to_string()).await?.ok_or_else(records::gone)?;
            let mut batch = self.scope.batch();
            let stored = self.files.put(&mut batch, checked.clone(), who.author.at).await?;
            let act = act(filed(stored));
            let calendar = self.calendar_for(&found.state, &act)?;
            let Some(event) = decide::decide(&self.catalog, &calendar, &found.state, &act, &who)? else { return Ok(found.state) };
            let after = records::write(&mut batch, &id.to_string(), Some(&found), &event, &who.author)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Directive>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(records::busy().into())
    }

    /// A directive, if this person may know of it; for anybody else it does not exist.
    pub async fn directive_for(&self, who: &Who, id: DirectiveId) -> Result<(Directive, Part), Failure> {
        let found = records::load::<Directive>(&self.scope, &id.to_string()).await?.ok_or_else(records::gone)?;
        let part = Part::of(&found.state, who);
        if part.sees(found.state.workflow) { Ok((found.state, part)) } else { Err(records::gone().into()) }
    }

    /// A directive for demonstration data or an import, in the caller's batch, decided as for people.
    pub fn course(&self, batch: &mut Batch, who: &Who, id: DirectiveId, code: &str, order: &Order) -> Result<Course<Directive>, Failure> {
        let rules = self.catalog.rules(who.author.at.date())?;
        let mut course = Course::begin(id);
        course.step(batch, &who.author, |_| decide::draft(&self.catalog, rules, id, code, &Origin::Hand, order, who).map(Some))?;
        Ok(course)
    }
    /// The next step of such a directive.
    pub fn course_act(&self, batch: &mut Batch, who: &Who, course: &mut Course<Directive>, act: &Act) -> Result<(), Failure> {
        course.step(batch, &who.author, |found| {
            let d = found.ok_or_else(|| -> Refusal { records::gone() })?;
            decide::decide(&self.catalog, &*self.calendar_for(d, act)?, d, act, who)
        })
    }
    /// A file of such a directive: the bytes are stored now, the reference with the batch.
    pub async fn course_file(&self, batch: &mut Batch, who: &Who, upload: Upload) -> Result<Filed, Failure> {
        Ok(filed(self.files.put(batch, self.checked(upload, "file-product").await?, who.author.at).await?))
    }
    /// The next number of the year.
    pub async fn next_code(&self, year: i16) -> Result<String, Failure> {
        Ok(store::next_code(&self.scope, year).await?)
    }
    pub fn unit_ref(&self, code: &OfficeCode) -> Option<UnitRef> {
        self.units.unit(code.as_str()).map(|u| u.named())
    }
}

fn filed(s: Stored) -> Filed {
    Filed { file: s.id, name: s.name, sha256: s.sha256, media_type: s.media_type }
}

impl Ops {
    /// What the house takes as a file; the fault is said at its field.
    async fn checked(&self, upload: Upload, field: &str) -> Result<Scanned, Refusal> {
        self.files.admit(upload, FILE_MAX).await.map_err(|r| Refusal { reasons: vec![Reason { field: Some(field.to_owned()), message: r.message.clone() }], ..r })
    }
}

/// A file of this directive.
pub fn file_of(d: &Directive, file: FileId) -> Option<&Filed> {
    d.files().find(|f| f.file == file)
}
