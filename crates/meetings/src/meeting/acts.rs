//! One function for each way a meeting changes.

use super::{
    Act, Issued, Meeting, MeetingId, Plan, Version,
    decide::{self, issuable},
    documents,
};
use crate::{
    Failure, Meetings,
    records::{self, Author, Course, busy},
};
use kernel::{
    Actor, Refusal,
    id::{FileId, OfficeCode},
    refusal::Reason,
    time::Date,
};
use store::{
    Batch, CommitError,
    files::{MediaType, Scanned, Upload, pages},
};

/// The largest paper, in bytes.
pub const PAPER_MAX: usize = 20 << 20;

impl Meetings {
    /// Prepares a meeting. Sent twice (same id), there is one.
    pub async fn plan(&self, actor: &Actor, plan: &Plan) -> Result<Meeting, Failure> {
        let by = Author::new(actor, self.now());
        let rules = self.catalog.rules(by.at.date())?;
        records::change::<Meeting>(&self.scope, &plan.id.to_string(), &by, |found| match found {
            None => decide::decide_plan(&self.catalog, rules, plan, &by).map(Some),
            Some(m) if m.created_by == by.account => Ok(None),
            Some(_) => Err(records::gone()),
        })
        .await
    }

    /// Does one act on a meeting; decided again when somebody else was first.
    pub async fn act(&self, actor: &Actor, id: MeetingId, act: &Act) -> Result<Meeting, Failure> {
        let by = Author::new(actor, self.now());
        records::change::<Meeting>(&self.scope, &id.to_string(), &by, |found| decide::decide(&self.catalog, found.ok_or_else(records::gone)?, act, &by)).await
    }

    /// A meeting, if this actor may know of it; for anybody else it does not exist.
    pub async fn meeting_for(&self, actor: &Actor, id: MeetingId) -> Result<Meeting, Failure> {
        let m = self.meeting(id).await?;
        if m.is_seen_by(actor.account) { Ok(m) } else { Err(records::gone().into()) }
    }

    /// A meeting, whoever asks: for bridges.
    pub async fn meeting(&self, id: MeetingId) -> Result<Meeting, Failure> {
        let found = records::load::<Meeting>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).ok_or_else(|| records::gone().into())
    }

    /// Sends the invitations, with the working days that are left until the meeting.
    pub async fn send(&self, actor: &Actor, id: MeetingId) -> Result<Meeting, Failure> {
        let m = self.meeting_for(actor, id).await?;
        let days_ahead = self.days_ahead(self.now().date(), m.time.starts.date());
        self.act(actor, id, &Act::Send { days_ahead }).await
    }

    /// Working days from the one after `from` up to the day before `to`, and that day itself: a meeting on Thursday whose papers
    /// went out on Monday has three. Nothing when the calendar does not know the year.
    fn days_ahead(&self, from: Date, to: Date) -> Option<u32> {
        let (mut day, mut days) = (from, 0u32);
        while day < to {
            day = day.tomorrow().ok()?;
            days += u32::from(self.calendar.is_working_day(day).ok()?);
        }
        Some(days)
    }

    /// Stores a paper, or a later version of one, and ties it to its item. The file and the event are one batch.
    pub async fn file_paper(&self, actor: &Actor, id: MeetingId, item: u32, paper: Option<u32>, title: &str, upload: Upload) -> Result<Meeting, Failure> {
        let by = Author::new(actor, self.now());
        let checked = self.checked(upload).await?;
        let counted = pages(checked.media_type.mime(), &checked.bytes);
        for _ in records::tries() {
            let found = records::load::<Meeting>(&self.scope, &id.to_string()).await?.ok_or_else(records::gone)?;
            let mut batch = self.scope.batch();
            let stored = self.files.put(&mut batch, checked.clone(), by.at).await?;
            let version = Version {
                no: 0,
                file: stored.id,
                name: stored.name,
                sha256: stored.sha256,
                size: stored.size,
                pages: counted,
                by: by.account,
                by_name: by.name.clone(),
                at: by.at,
                after_sending: false,
            };
            let act = Act::File { item, paper, title: title.to_owned(), version: Box::new(version) };
            let Some(event) = decide::decide(&self.catalog, &found.state, &act, &by)? else { return Ok(found.state) };
            let after = records::write(&mut batch, &id.to_string(), Some(&found), &event, &by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Meeting>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    /// Issues a document of the meeting: set, numbered and signed by whoever keeps documents, then noted here.
    pub async fn issue(&self, actor: &Actor, id: MeetingId, template: &str) -> Result<Meeting, Failure> {
        let m = self.meeting_for(actor, id).await?;
        issuable(&m, m.part(actor.account), template)?;
        if m.document(template).is_some() {
            return Ok(m);
        }
        let at = self.now();
        let unit = self.units.unit(m.office.as_str());
        let data = documents::data(&m, template, unit.as_ref(), at, self.demo).ok_or_else(records::gone)?;
        let link = self.papers.issue(id, template, data, &m.office, &others(&m), actor).await?;
        let issued = Issued { template: template.to_owned(), link, by: actor.name.clone(), at };
        self.act(actor, id, &Act::Note(Box::new(issued))).await
    }

    /// A meeting for demonstration data or an import, in the caller's batch, decided as for people.
    pub fn course(&self, batch: &mut Batch, by: &Author, plan: &Plan) -> Result<Course<Meeting>, Failure> {
        let rules = self.catalog.rules(by.at.date())?;
        let mut course = Course::begin(plan.id);
        course.step(batch, by, |_| decide::decide_plan(&self.catalog, rules, plan, by).map(Some))?;
        Ok(course)
    }
    /// The next step of such a meeting.
    pub fn course_act(&self, batch: &mut Batch, by: &Author, course: &mut Course<Meeting>, act: &Act) -> Result<(), Failure> {
        course.step(batch, by, |found| decide::decide(&self.catalog, found.ok_or_else(|| -> Refusal { records::gone() })?, act, by))
    }
    /// A paper of such a meeting: the bytes are stored now, the reference with the batch.
    pub async fn course_paper(&self, batch: &mut Batch, by: &Author, upload: Upload) -> Result<Version, Failure> {
        let checked = self.checked(upload).await?;
        let counted = pages(checked.media_type.mime(), &checked.bytes);
        let s = self.files.put(batch, checked, by.at).await?;
        Ok(Version { no: 0, file: s.id, name: s.name, sha256: s.sha256, size: s.size, pages: counted, by: by.account, by_name: by.name.clone(), at: by.at, after_sending: false })
    }
}

/// The offices of those invited, without the one that holds the meeting.
fn others(m: &Meeting) -> Vec<OfficeCode> {
    let mut offices: Vec<OfficeCode> = m.invited.iter().map(|i| i.person.office.clone()).filter(|o| *o != m.office).collect();
    offices.sort();
    offices.dedup();
    offices
}

impl Meetings {
    /// A paper is a PDF that anybody invited can open; the fault is said at its field.
    async fn checked(&self, upload: Upload) -> Result<Scanned, Refusal> {
        let at_field = |r: Refusal| Refusal { reasons: vec![Reason { field: Some("file-paper".into()), message: r.message.clone() }], ..r };
        let checked = self.files.admit(upload, PAPER_MAX).await.map_err(at_field)?;
        if checked.media_type == MediaType::Pdf {
            return Ok(checked);
        }
        Err(at_field(Refusal::invalid(
            "not-pdf",
            format!("Tài liệu họp phải là PDF; “{}” là loại tệp khác. Hãy xuất ra PDF rồi gửi lại.", checked.name),
            format!("A paper is a PDF; “{}” is another kind of file. Export it as PDF and send it again.", checked.name),
        )))
    }
}

/// Whether a file is a paper or a document of this meeting.
pub fn has_file(m: &Meeting, file: FileId) -> bool {
    m.items.iter().flat_map(|i| &i.papers).flat_map(|p| &p.versions).any(|v| v.file == file) || m.issued.iter().any(|d| d.link.file == Some(file))
}
