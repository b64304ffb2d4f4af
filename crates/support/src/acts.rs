//! One function per change. Each reads, decides purely and commits one batch; a version conflict reloads and decides again.

mod papers;
mod promise;

pub use papers::FILE_MAX;

use promise::{code_of, contract_key, promise, refuse_failed};

use crate::{
    Support,
    dossier::{
        By, Decision, Dossier, DossierId, Event, PayPapers, Recorded, Request, ReversalWhy, after_founding, checked_request, with_head,
    },
    facts::{ConsultantFacts, EnterpriseFacts, SolutionFacts},
    papers::{Part, Tray, TrayEvent},
    rules::{
        eligibility::{Asking, Judged, LedgerFacts, judge_all},
        size::{groups_of, size_class},
    },
    store::{self as tables, NewElsewhere},
    views,
};
use ::store::{CommitError, StoreError};
use kernel::{
    Dong, Instant, Refusal,
    id::{EnterpriseId, GrantId},
    time::Date,
};

/// How often a change is decided anew when somebody else was first.
const TRIES: usize = 12;

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another room did not answer.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl ActError {
    /// The refusal, if it is one.
    pub fn refusal(self) -> Result<Refusal, Self> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            other => Err(other),
        }
    }
}

fn no_dossier() -> Refusal {
    Refusal::not_found("Không có hồ sơ hỗ trợ này, hoặc bạn không có quyền xem.", "There is no such support dossier, or you may not see it.")
}

fn crowded() -> Refusal {
    Refusal::conflict(
        "changed-meanwhile",
        "Hồ sơ vừa được người khác xử lý. Tải lại trang để xem tình trạng mới rồi làm tiếp.",
        "Somebody else has just worked on this dossier. Reload to see how it stands, then go on.",
    )
}

/// What a conflict of the ledger means; `None`: another version, decide again.
fn meaning(label: &str) -> Option<Refusal> {
    Some(match label {
        tables::CAP => Refusal::conflict(
            "cap-reached",
            "Số tiền này vượt mức trần còn lại: một khoản khác vừa được cam kết. Tải lại trang để tính lại số còn được hỗ trợ.",
            "The amount is above what is left under the cap: another grant has just been committed. Reload to compute what is left.",
        ),
        tables::ELSEWHERE => Refusal::conflict(
            "supported-elsewhere",
            "Cùng nội dung đã được hỗ trợ hoặc đang chờ ở một cơ quan khác trong năm nay nên không thể nhận thêm ở đây.",
            "The same content was supported by or is waiting at another agency this year, so it cannot be taken here as well.",
        ),
        tables::COURSES => Refusal::conflict("courses-reached", "Đã đủ số khóa được hỗ trợ trong năm.", "The courses supported a year are used up."),
        tables::LEDGER => Refusal::conflict(
            "ledger-mismatch",
            "Sổ hỗ trợ đã thay đổi nên bút toán này không khớp. Tải lại trang rồi kiểm tra số tiền.",
            "The ledger has changed and this entry does not fit. Reload and check the amount.",
        ),
        tables::ENTRY => Refusal::conflict("entry-exists", "Bút toán này đã được ghi.", "This entry has been written already."),
        _ => return None,
    })
}

/// What another room says of the lines, gathered before the pure rules run.
pub struct Gathered {
    pub facts: EnterpriseFacts,
    pub lines: Vec<(Option<SolutionFacts>, Option<ConsultantFacts>)>,
    pub ledger: LedgerFacts,
}

impl Support {
    /// 14 working days from receipt (Decree 80/2021 Art. 32.3.a), in the calendar of the office.
    pub fn decide_due(&self, received: Instant) -> Result<Instant, Refusal> {
        Ok(self.calendar.due(received, self.rules.procedure.decide.span)?)
    }

    /// 30 days after approval (Law 04/2017 Art. 29.3).
    pub fn publish_due(&self, approved: Instant) -> Result<Instant, Refusal> {
        Ok(self.calendar.due(approved, self.rules.procedure.publish.span)?)
    }

    /// Committed, paid and planned money of a year by content: the director's figures. Their rows are the yearly report and
    /// the ledgers.
    pub async fn totals(&self, year: i16) -> Result<Vec<views::ContentTotal>, StoreError> {
        views::year_totals(&self.scope, year).await
    }

    /// A dossier, whoever asks: the caller has decided that they may see it.
    pub async fn dossier(&self, id: DossierId) -> Result<Dossier, ActError> {
        Ok(views::dossier(&self.scope, id).await?.ok_or_else(no_dossier)?)
    }

    fn has_priority(&self, facts: &EnterpriseFacts, on: Date) -> bool {
        let size = facts.size.as_ref().and_then(|s| size_class(s, &self.rules, on).ok());
        let groups = self.rules.size_edition(on).map(|e| groups_of(e, facts, size.as_ref())).unwrap_or_default();
        !groups.is_empty() || facts.hard_area || facts.priority_sector
    }

    /// Files a request. `id` makes the form idempotent: the same one sent twice is one dossier. Access is the caller's:
    /// `facts` come from [`crate::facts::Enterprises::own`].
    pub async fn request(&self, id: DossierId, facts: EnterpriseFacts, request: Request, by: By<'_>) -> Result<Dossier, ActError> {
        checked_request(&request, &self.rules)?;
        after_founding(&request, &facts)?;
        with_head(&facts)?;
        let due = self.decide_due(by.at)?;
        let priority = self.has_priority(&facts, by.at.date());
        let enterprise = facts.id;
        for attempt in 0..TRIES {
            let code = code_of(id, by.at, attempt);
            let tray = self.tray(id, enterprise).await?;
            let papers = tray.part(Part::Request, &self.rules);
            let event = Event::Requested { id, code, facts: Box::new(facts.clone()), request: request.clone(), priority, due, papers };
            let recorded = Recorded::new(event, by);
            let Some(after) = Dossier::after(None, &recorded) else { break };
            match self.commit(None, &after, &recorded, Some(&tray), by).await? {
                Committed::Done => return Ok(after),
                Committed::Conflict(label) if label == tables::CODE => {}
                Committed::Conflict(label) => {
                    if let Some(refusal) = meaning(&label) {
                        return Err(refusal.into());
                    }
                    // The same form once more: the dossier is there already, if it is really the same.
                    let Some(there) = views::dossier(&self.scope, id).await? else { continue };
                    return if there.enterprise == enterprise && there.created_by == by.actor.account { Ok(there) } else { Err(no_dossier().into()) };
                }
            }
        }
        Err(crowded().into())
    }

    /// Decides on the newest state and commits; again when somebody was first.
    async fn change(&self, id: DossierId, by: By<'_>, decide: impl Fn(&Dossier) -> Result<Event, Refusal>) -> Result<Dossier, ActError> {
        for _ in 0..TRIES {
            let before = self.dossier(id).await?;
            let recorded = Recorded::new(decide(&before)?, by);
            let Some(after) = Dossier::after(Some(before.clone()), &recorded) else { break };
            match self.commit(Some(&before), &after, &recorded, None, by).await? {
                Committed::Done => return Ok(after),
                Committed::Conflict(label) => {
                    if let Some(refusal) = meaning(&label) {
                        return Err(refusal.into());
                    }
                }
            }
        }
        Err(crowded().into())
    }

    /// With `tray`, what lay in it is marked as sent in the same batch.
    async fn commit(&self, before: Option<&Dossier>, after: &Dossier, recorded: &Recorded, tray: Option<&Tray>, by: By<'_>) -> Result<Committed, StoreError> {
        let mut batch = self.scope.batch();
        tables::write(&mut batch, before, after, recorded, by)?;
        if let Some(tray) = tray.filter(|t| t.version > 0) {
            let event = TrayEvent::Sent { version: after.version };
            tables::tray(&mut batch, tray, &tray.clone().after(&event), &event, by)?;
        }
        match self.scope.commit(batch).await {
            Ok(()) => Ok(Committed::Done),
            Err(CommitError::Conflict { label }) => Ok(Committed::Conflict(label)),
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    pub async fn guide(&self, id: DossierId, missing: Vec<String>, note: &str, by: By<'_>) -> Result<Dossier, ActError> {
        self.change(id, by, |d| d.guide(missing.clone(), note)).await
    }

    pub async fn supplement(&self, id: DossierId, facts: EnterpriseFacts, request: Request, by: By<'_>) -> Result<Dossier, ActError> {
        let due = self.decide_due(by.at)?;
        let priority = self.has_priority(&facts, by.at.date());
        self.change_with_tray(id, by, |d, tray| {
            let papers = tray.part(Part::Request, &self.rules);
            d.supplement(facts.clone(), request.clone(), priority, due, papers, &self.rules)
        })
        .await
    }

    pub async fn refuse(&self, id: DossierId, number: &str, text: &str, by: By<'_>) -> Result<Dossier, ActError> {
        self.change(id, by, |d| d.refuse(number, text)).await
    }

    pub async fn withdraw(&self, id: DossierId, reason: &str, by: By<'_>) -> Result<Dossier, ActError> {
        self.change(id, by, |d| d.withdraw(reason)).await
    }

    pub async fn appeal(&self, id: DossierId, text: &str, by: By<'_>) -> Result<Dossier, ActError> {
        self.change(id, by, |d| d.appeal(text)).await
    }

    pub async fn answer_appeal(&self, id: DossierId, text: &str, upheld: bool, by: By<'_>) -> Result<Dossier, ActError> {
        let due = self.decide_due(by.at)?;
        self.change(id, by, |d| d.answer_appeal(text, upheld, due)).await
    }

    pub async fn publish(&self, id: DossierId, by: By<'_>) -> Result<Dossier, ActError> {
        self.change(id, by, Dossier::publish).await
    }

    /// What the register, the showroom, the network and the ledger say of a dossier now.
    pub async fn gather(&self, d: &Dossier, on: Date) -> Result<Gathered, ActError> {
        let facts = self.enterprises.find(d.enterprise, on.year()).await?.unwrap_or_else(|| d.facts.clone());
        let mut lines = Vec::new();
        for line in &d.request.lines {
            let solution = match line.solution {
                Some(id) => self.solutions.solution(id).await?,
                None => None,
            };
            let consultant = match line.consultant {
                Some(id) => self.consultants.consultant(id, on).await?,
                None => None,
            };
            lines.push((solution, consultant));
        }
        let ledger = views::ledger_facts(&self.scope, facts.holder()).await?;
        Ok(Gathered { facts, lines, ledger })
    }

    /// All checks and amounts of a dossier, as they stand on a day.
    pub fn judged(&self, d: &Dossier, g: &Gathered, on: Date) -> Vec<Judged> {
        let keys: Vec<String> = (0..d.request.lines.len()).map(|i| contract_key(d.id, i)).collect();
        let askings = d.request.lines.iter().zip(&g.lines).zip(&keys).map(|((line, (solution, consultant)), key)| Asking {
            facts: &g.facts,
            request: &d.request,
            line,
            solution: solution.as_ref(),
            consultant: consultant.as_ref(),
            province: self.province(),
            contract_key: key,
            on,
        });
        judge_all(askings, &self.rules, &g.ledger)
    }

    /// Approves with the amounts computed now, each line at most `limit` where the examiner grants less. The notice states
    /// content, state amount and other amount; the commitments are written under their caps in the same batch.
    pub async fn approve(&self, id: DossierId, number: &str, text: &str, limits: &[Option<Dong>], by: By<'_>) -> Result<Dossier, ActError> {
        let on = by.at.date();
        let publish_due = self.publish_due(by.at)?;
        let d = self.dossier(id).await?;
        let gathered = self.gather(&d, on).await?;
        let judged = self.judged(&d, &gathered, on);
        refuse_failed(&judged)?;
        let (mut approvals, mut commitments) = (Vec::new(), Vec::new());
        for (i, j) in judged.iter().enumerate() {
            promise(self, &d, gathered.facts.holder(), i, j, limits.get(i).copied().flatten(), &mut approvals, &mut commitments)?;
        }
        let decision = Decision { number: number.to_owned(), text: text.to_owned(), approvals, commitments, publish_due };
        self.change(id, by, |now| {
            // What was judged must still be what is decided.
            if now.version == d.version { now.approve(decision.clone()) } else { now.approve(decision.clone()).and(Err(crowded())) }
        })
        .await
    }

    /// Pays an open commitment. `entry` makes the form idempotent.
    pub async fn pay(&self, id: DossierId, entry: GrantId, commitment: GrantId, amount: Dong, papers: &PayPapers, by: By<'_>) -> Result<Dossier, ActError> {
        match self.written(id, entry).await? {
            Some(d) => Ok(d),
            None => self.change(id, by, |d| d.pay(entry, commitment, amount, papers, by)).await,
        }
    }

    pub async fn release(&self, id: DossierId, entry: GrantId, commitment: GrantId, amount: Dong, reason: &str, by: By<'_>) -> Result<Dossier, ActError> {
        match self.written(id, entry).await? {
            Some(d) => Ok(d),
            None => self.change(id, by, |d| d.release(entry, commitment, amount, reason, by)).await,
        }
    }

    pub async fn reverse(&self, id: DossierId, entry: GrantId, of: GrantId, why: ReversalWhy, reason: &str, by: By<'_>) -> Result<Dossier, ActError> {
        match self.written(id, entry).await? {
            Some(d) => Ok(d),
            None => self.change(id, by, |d| d.reverse(entry, of, why, reason, by)).await,
        }
    }

    async fn written(&self, id: DossierId, entry: GrantId) -> Result<Option<Dossier>, ActError> {
        Ok(Some(self.dossier(id).await?).filter(|d| d.entry(entry).is_some()))
    }

    /// Records support of another agency. Ours may overlap with it: the record says so, and the officer clears it up.
    pub async fn record_elsewhere(&self, e: &NewElsewhere, by: By<'_>) -> Result<(), ActError> {
        let mut r = Refusal::invalid("elsewhere-incomplete", "Có chỗ cần sửa.", "Something has to be corrected.");
        if self.rules.content(&e.content).is_none() {
            r = r.because(Some("content"), "Chọn nội dung hỗ trợ.", "Choose the content.");
        }
        if e.agency.trim().is_empty() {
            r = r.because(Some("agency"), "Ghi tên cơ quan đã hỗ trợ.", "Name the agency.");
        }
        if !year_is_plausible(e.year) {
            r = r.because(Some("year"), "Năm không hợp lệ.", "The year is not valid.");
        }
        if !r.reasons.is_empty() {
            return Err(r.into());
        }
        let mut batch = self.scope.batch();
        tables::elsewhere(&mut batch, e, by)?;
        self.plain(batch).await
    }

    pub async fn withdraw_elsewhere(&self, enterprise: EnterpriseId, id: GrantId, why: &str, by: By<'_>) -> Result<(), ActError> {
        let all = views::elsewhere(&self.scope, enterprise).await?;
        let found = all.into_iter().find(|o| o.what.id == id && o.withdrawn_at.is_none()).ok_or_else(no_dossier)?;
        let why = kernel::text::clean(why);
        if why.is_empty() {
            let (vi, en) = ("Nêu lý do bỏ ghi nhận.", "Give the reason.");
            return Err(Refusal::invalid("text-missing", vi, en).because(Some("why"), vi, en).into());
        }
        let mut batch = self.scope.batch();
        tables::withdraw_elsewhere(&mut batch, &found.what, &why, by);
        self.plain(batch).await
    }

    /// Sets the plan of a year for a content.
    pub async fn set_budget(&self, year: i16, content: &str, amount: Dong, by: By<'_>) -> Result<(), ActError> {
        if self.rules.content(content).is_none() || !year_is_plausible(year) || amount.0 < 0 {
            let (vi, en) = ("Kiểm tra lại năm, nội dung và số tiền kế hoạch.", "Check the year, the content and the amount.");
            return Err(Refusal::invalid("bad-budget", vi, en).because(Some("amount"), vi, en).into());
        }
        for _ in 0..TRIES {
            let version = tables::budget_version(&self.scope, year).await? + 1;
            let mut batch = self.scope.batch();
            tables::budget(&mut batch, version, year, content, amount, by);
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(crowded().into())
    }

    async fn plain(&self, batch: ::store::Batch) -> Result<(), ActError> {
        self.scope.commit(batch).await.map_err(|e| match e {
            CommitError::Conflict { label } => meaning(&label).unwrap_or_else(crowded).into(),
            CommitError::Store(e) => e.into(),
        })
    }
}

enum Committed {
    Done,
    Conflict(String),
}

/// Support by this law began with 2018; later than a lifetime is a slip.
pub fn year_is_plausible(year: i16) -> bool {
    (2018..=2100).contains(&year)
}
