//! One function per change. Each reads, decides purely and commits one batch; a version conflict reloads and decides again.

use crate::{
    Payments,
    catalog::MoneyKind,
    ledger::{Asked, Credit, CreditState, Due, Event, Recorded, Try, TryState, decide::Arrived, reference_of, suspense_id},
    store::{self as tables, By},
    views,
};
use ::store::{CommitError, StoreError};
use kernel::{
    Actor, Dong, Instant, Refusal, Text,
    id::{CaseCode, DueId, OfficeCode, PaymentId},
};

/// How often a change is decided anew when somebody else was first.
const TRIES: usize = 16;

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ActError> for web::problem::Fault {
    fn from(e: ActError) -> Self {
        match e {
            ActError::Refused(r) => r.into(),
            ActError::Store(e) => Self::Internal(e.into()),
        }
    }
}
impl From<ActError> for web::problem::PageError {
    fn from(e: ActError) -> Self {
        Self(e.into())
    }
}
impl From<ActError> for web::problem::ApiError {
    fn from(e: ActError) -> Self {
        Self(e.into())
    }
}

pub fn no_due() -> Refusal {
    Refusal::not_found("Không có khoản phải nộp này, hoặc bạn không có quyền xem.", "There is no such due, or you may not see it.")
}

fn crowded() -> Refusal {
    Refusal::conflict("changed-meanwhile", "Khoản này vừa được người khác xử lý. Hãy tải lại trang.", "Somebody else has just worked on this. Reload the page.")
}

/// What became of money that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    New(Box<Due>, CreditState),
    /// The same transaction was told before.
    Known,
    /// The same number of a transaction with another amount or reference: kept as an alarm, nothing changed.
    Contradicts,
}

impl Payments {
    pub fn system(&self) -> Actor {
        Actor::system(self.scope.province().clone())
    }

    pub async fn due(&self, id: DueId) -> Result<Due, ActError> {
        Ok(views::due(&self.scope, id).await?.ok_or_else(no_due)?)
    }

    fn ask_after(&self) -> i64 {
        self.catalog.gateway.ask_after_s.first().copied().unwrap_or(60)
    }

    /// Decides on a due and commits; nothing decided is nothing written.
    pub async fn change(&self, id: DueId, by: By<'_>, decide: impl Fn(&Due) -> Result<Vec<Event>, Refusal>) -> Result<Due, ActError> {
        for _ in 0..TRIES {
            let before = self.due(id).await?;
            let events = decide(&before)?;
            if events.is_empty() {
                return Ok(before);
            }
            match self.commit(Some(before), Recorded { by: by.actor.name.clone(), events }, by).await {
                Ok(after) => return Ok(after),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(crowded().into())
    }

    async fn commit(&self, before: Option<Due>, recorded: Recorded, by: By<'_>) -> Result<Due, CommitError> {
        let after = Due::evolve(before.clone(), &recorded, by.at).ok_or_else(|| StoreError::Damaged("an event made no due".into()))?;
        let mut batch = self.scope.batch();
        tables::write(&mut batch, before.as_ref(), &after, &recorded, by, self.ask_after(), None)?;
        self.scope.commit(batch).await?;
        Ok(after)
    }

    /// What a case asks for, made or changed: the same told twice is nothing.
    pub async fn ask(&self, asked: &Asked, at: Instant) -> Result<Due, ActError> {
        let system = self.system();
        let by = By { actor: &system, at };
        for _ in 0..TRIES {
            let before = views::due(&self.scope, asked.id).await?;
            let events = match &before {
                None => vec![Event::Asked { asked: Box::new(asked.clone()) }],
                Some(due) => due.heard(asked),
            };
            match (before, events.is_empty()) {
                (Some(due), true) => return Ok(due),
                (before, _) => match self.commit(before, Recorded { by: system.name.clone(), events }, by).await {
                    Ok(after) => return Ok(after),
                    Err(CommitError::Conflict { .. }) => {}
                    Err(CommitError::Store(e)) => return Err(e.into()),
                },
            }
        }
        Err(crowded().into())
    }

    /// The code of a due: the open one while it is good, otherwise a new one.
    pub async fn open(&self, id: DueId, by: By<'_>) -> Result<Due, ActError> {
        for _ in 0..TRIES {
            let due = self.due(id).await?;
            let account = self.catalog.account(due.office.as_str(), due.kind, by.at.date())?;
            let payment = PaymentId::new(uuid::Uuid::now_v7());
            let attempt = Try {
                id: payment,
                reference: reference_of(payment),
                amount: due.amount,
                bank: account.bank.bin.clone(),
                account: account.number.clone(),
                opened_at: by.at,
                expires_at: by.at.plus_seconds(self.catalog.gateway.qr_minutes * 60),
                state: TryState::Open,
            };
            let events = due.open(attempt, by.at)?;
            if events.is_empty() {
                return Ok(due);
            }
            match self.commit(Some(due), Recorded { by: by.actor.name.clone(), events }, by).await {
                Ok(after) => return Ok(after),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(crowded().into())
    }

    /// Takes money that somebody told of. It is never refused: what settles nothing waits for a person. One transaction
    /// counts once, however often and by whatever way it is told.
    pub async fn take(&self, arrived: &Arrived, by: By<'_>) -> Result<Taken, ActError> {
        for _ in 0..TRIES {
            if let Some(known) = views::credit(&self.scope, &arrived.tx).await? {
                return self.told_again(&known, arrived, by).await;
            }
            let id = match views::by_reference(&self.scope, &arrived.reference).await? {
                Some((due, _)) => due,
                None => suspense_id(&arrived.tx),
            };
            match self.take_for(id, arrived, by).await {
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
                Ok(taken) => return Ok(taken),
            }
        }
        Err(crowded().into())
    }

    /// Money of which the case itself says which due it paid.
    pub async fn take_known(&self, id: DueId, arrived: &Arrived, by: By<'_>) -> Result<(), ActError> {
        for _ in 0..TRIES {
            if views::credit(&self.scope, &arrived.tx).await?.is_some() {
                return Ok(());
            }
            match self.take_for(id, arrived, by).await {
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
                Ok(_) => return Ok(()),
            }
        }
        Err(crowded().into())
    }

    async fn take_for(&self, id: DueId, arrived: &Arrived, by: By<'_>) -> Result<Taken, CommitError> {
        let (before, mut events) = match views::due(&self.scope, id).await? {
            // Told at the same moment by another way, and written since its row was looked for.
            Some(due) if due.credit(&arrived.tx).is_some() => return Err(CommitError::Conflict { label: tables::TX.to_owned() }),
            Some(due) => (Some(due), Vec::new()),
            None => (None, vec![Event::Asked { asked: Box::new(suspense(id, arrived)) }]),
        };
        let event = match &before {
            Some(due) => due.credit_event(arrived, by.at),
            None => {
                let first = Recorded { by: String::new(), events: events.clone() };
                let due = Due::evolve(None, &first, by.at).ok_or_else(|| StoreError::Damaged("no suspense".into()))?;
                due.credit_event(arrived, by.at)
            }
        };
        let state = match &event {
            Event::Credited { credit } => credit.state.clone(),
            _ => CreditState::Settles,
        };
        events.push(event);
        let after = self.commit(before, Recorded { by: by.actor.name.clone(), events }, by).await?;
        Ok(Taken::New(Box::new(after), state))
    }

    async fn told_again(&self, known: &views::CreditRow, arrived: &Arrived, by: By<'_>) -> Result<Taken, ActError> {
        if known.amount == arrived.amount && (known.reference == arrived.reference || arrived.reference.is_empty()) {
            return Ok(Taken::Known);
        }
        let detail = format!("{} {} → {} {}", known.reference, known.amount, arrived.reference, arrived.amount);
        self.alarm("contradiction", &arrived.tx, &detail, by.at).await?;
        Ok(Taken::Contradicts)
    }

    /// Money taken by a person for a due: cash at the desk, or the proof of a transfer while the gateway is down.
    pub async fn take_at_desk(&self, id: DueId, arrived: Arrived, by: By<'_>) -> Result<Taken, ActError> {
        if arrived.paper.is_some() {
            self.catalog.paper(by.at.date())?;
        }
        for _ in 0..TRIES {
            if let Some(known) = views::credit(&self.scope, &arrived.tx).await? {
                return self.told_again(&known, &arrived, by).await;
            }
            // At the desk a wrong amount is not taken at all: the person stands there.
            let due = self.due(id).await?;
            if !matches!(due.judge(&arrived), CreditState::Settles) {
                return Err(Refusal::conflict(
                    "desk-mismatch",
                    format!("Khoản này cần đúng {} và còn phải nộp. Hãy kiểm tra lại số tiền và tình trạng.", due.amount),
                    format!("This due takes exactly {} and only while it is owed. Check the amount and the state.", due.amount),
                )
                .into());
            }
            match self.take_for(id, &arrived, by).await {
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
                Ok(taken) => return Ok(taken),
            }
        }
        Err(crowded().into())
    }

    /// Gives money that waits to the due it was meant for: both change in one batch.
    pub async fn move_money(&self, from: DueId, tx: &str, to: DueId, note: &str, by: By<'_>) -> Result<Due, ActError> {
        for _ in 0..TRIES {
            let (source, target) = (self.due(from).await?, self.due(to).await?);
            let (events, credit) = source.move_to(tx, to, note)?;
            let state = CreditState::Settles;
            let fits = target.status == crate::ledger::Status::Owed && target.amount == credit.amount;
            if !fits {
                return Err(Refusal::conflict("does-not-fit", "Khoản được chọn không còn phải nộp hoặc khác số tiền.", "The chosen due is not owed any more, or has another amount.").into());
            }
            let credit = Credit { state, note: note.to_owned(), ..credit };
            let (given, got) = (Recorded { by: by.actor.name.clone(), events }, Recorded { by: by.actor.name.clone(), events: vec![Event::Credited { credit }] });
            let missing = || StoreError::Damaged("an event made no due".into());
            let after_source = Due::evolve(Some(source.clone()), &given, by.at).ok_or_else(missing)?;
            let after = Due::evolve(Some(target.clone()), &got, by.at).ok_or_else(missing)?;
            let mut batch = self.scope.batch();
            tables::write(&mut batch, Some(&source), &after_source, &given, by, self.ask_after(), None)?;
            tables::write(&mut batch, Some(&target), &after, &got, by, self.ask_after(), Some(tx))?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after),
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e.into()),
            }
        }
        Err(crowded().into())
    }

    pub async fn alarm(&self, kind: &str, subject: &str, detail: &str, at: Instant) -> Result<(), StoreError> {
        tracing::warn!(kind, subject, detail, "payments alarm");
        let mut batch = self.scope.batch();
        tables::alarm(&mut batch, kind, subject, detail, at);
        match self.scope.commit(batch).await {
            Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
            Err(CommitError::Store(e)) => Err(e),
        }
    }
}

fn suspense(id: DueId, a: &Arrived) -> Asked {
    Asked {
        id,
        case: None,
        case_code: CaseCode::new(""),
        office: OfficeCode::new(""),
        procedure: String::new(),
        kind: MoneyKind::Suspense,
        code: a.tx.clone(),
        name: Text::new(format!("Giao dịch {}", a.tx), format!("Transaction {}", a.tx)),
        amount: Dong(0),
        before: String::new(),
        why: Text::default(),
        basis: None,
        notice: None,
        payer: String::new(),
        parties: Vec::new(),
        refundable: true,
    }
}
