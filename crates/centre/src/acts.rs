//! One function per change: load, decide, one batch; who loses a race decides again.

use crate::{
    Centre, level,
    model::{Assessment, AssessmentEvent, Enterprise, EnterpriseEvent, Profile, fold_assessment, fold_enterprise},
    store as tables,
};
use kernel::{
    Actor, Instant, Refusal,
    id::{AssessmentId, EnterpriseId},
};
use store::{CommitError, StoreError};
use web::problem::Fault;

const TRIES: usize = 8;

/// Why an act of this room did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ActError> for Fault {
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
impl From<CommitError> for ActError {
    fn from(e: CommitError) -> Self {
        match e {
            CommitError::Store(e) => Self::Store(e),
            CommitError::Conflict { .. } => Self::Refused(meanwhile()),
        }
    }
}

fn meanwhile() -> Refusal {
    Refusal::conflict(
        "changed-meanwhile",
        "Người khác vừa thay đổi nội dung này. Mở lại trang rồi làm tiếp.",
        "Somebody else has just changed this. Open the page again and go on.",
    )
}

/// Registers an enterprise; a code that is on the register already is told with what to do.
pub async fn register(c: &Centre, actor: Option<&Actor>, profile: Profile, member: bool, now: Instant) -> Result<Enterprise, ActError> {
    let id = EnterpriseId::new(uuid::Uuid::now_v7());
    let actor_in = actor.filter(|_| member);
    let event = EnterpriseEvent::Registered { profile, member: actor_in.map(|a| a.account), name: actor_in.map(|a| a.name.clone()) };
    let after = fold_enterprise(id, None, &event, now).ok_or_else(|| StoreError::Damaged("a registration made no enterprise".into()))?;
    let mut batch = c.scope.batch();
    tables::write_enterprise(&mut batch, &after, &event, actor);
    match c.scope.commit(batch).await {
        Ok(()) => Ok(after),
        Err(CommitError::Conflict { label }) if label == "enterprise-code" => Err(taken(&after.profile.code).into()),
        Err(e) => Err(e.into()),
    }
}

fn taken(code: &str) -> Refusal {
    Refusal::conflict("enterprise-registered", "Mã số này đã có trong danh sách của trung tâm", "This code is on the centre's register already").because(
        Some("code"),
        format!("Mã {code} đã được đăng ký. Nếu là đơn vị của bạn, hãy gửi đề nghị tham gia (mục Đơn vị của tôi); chi nhánh dùng mã 13 số của chi nhánh."),
        format!("{code} is registered. If it is yours, ask to join it (under My enterprises); a branch uses its own code of 13 digits."),
    )
}

/// Changes an enterprise: `decide` answers the event, or nothing to do.
pub async fn change_enterprise(
    c: &Centre,
    actor: Option<&Actor>,
    id: EnterpriseId,
    now: Instant,
    decide: impl Fn(&Enterprise) -> Result<Option<EnterpriseEvent>, Refusal>,
) -> Result<Enterprise, ActError> {
    change_enterprise_by(c, actor, id, now, |e| Ok(decide(e)?.into_iter().collect())).await
}

/// The same with several events, which happen together or not at all.
pub async fn change_enterprise_by(
    c: &Centre,
    actor: Option<&Actor>,
    id: EnterpriseId,
    now: Instant,
    decide: impl Fn(&Enterprise) -> Result<Vec<EnterpriseEvent>, Refusal>,
) -> Result<Enterprise, ActError> {
    for _ in 0..TRIES {
        let before: Enterprise = tables::load(&c.scope, &id.to_string()).await?.ok_or_else(no_enterprise)?;
        let events = decide(&before)?;
        if events.is_empty() {
            return Ok(before);
        }
        let now = now.max(before.changed_at);
        let (mut batch, mut after) = (c.scope.batch(), before);
        for event in &events {
            after = fold_enterprise(id, Some(after), event, now).ok_or_else(no_enterprise)?;
            tables::write_enterprise(&mut batch, &after, event, actor);
        }
        match tables::commit(&c.scope, batch).await {
            Ok(true) => return Ok(after),
            Ok(false) => {}
            Err(CommitError::Conflict { label }) if label == "enterprise-code" => return Err(taken(&after.profile.code).into()),
            Err(e) => return Err(e.into()),
        }
    }
    Err(meanwhile().into())
}

/// The enterprise if the actor is one of its members; for anybody else it does not exist.
pub async fn own_enterprise(c: &Centre, actor: &Actor, id: EnterpriseId) -> Result<Enterprise, ActError> {
    let found: Option<Enterprise> = tables::load(&c.scope, &id.to_string()).await?;
    found.filter(|e| e.members.contains(&actor.account)).ok_or_else(|| no_enterprise().into())
}

pub async fn enterprise(c: &Centre, id: EnterpriseId) -> Result<Enterprise, ActError> {
    tables::load(&c.scope, &id.to_string()).await?.ok_or_else(|| no_enterprise().into())
}

pub fn no_enterprise() -> Refusal {
    Refusal::not_found("Không có đơn vị này, hoặc bạn không được xem", "There is no such enterprise, or you may not see it")
}
pub fn no_assessment() -> Refusal {
    Refusal::not_found(
        "Không có bài đánh giá này, hoặc đường dẫn đã hết hạn. Hãy dùng đúng đường dẫn đã lưu.",
        "There is no such assessment, or the link has run out. Use the link you kept.",
    )
}

pub async fn start(c: &Centre, actor: Option<&Actor>, started: crate::model::Started, now: Instant) -> Result<Assessment, ActError> {
    let id = AssessmentId::new(uuid::Uuid::now_v7());
    let event = AssessmentEvent::Started(Box::new(started));
    let after = fold_assessment(id, None, &event, now).ok_or_else(no_assessment)?;
    let figures = c.figures(&after, None);
    let mut batch = c.scope.batch();
    tables::write_assessment(&mut batch, &after, &figures, &event, actor);
    c.scope.commit(batch).await?;
    Ok(after)
}

/// Changes an assessment. When a result changes that an enterprise goes by, its level follows in the same batch.
pub async fn change_assessment(
    c: &Centre,
    actor: Option<&Actor>,
    id: AssessmentId,
    now: Instant,
    decide: impl Fn(&Assessment) -> Result<Option<AssessmentEvent>, Refusal>,
) -> Result<Assessment, ActError> {
    change_once(c, actor, id, now, None, decide).await
}

/// The same, once for a key that a device gave: sent again it answers what is there, and `decide` is not asked.
pub async fn change_once(
    c: &Centre,
    actor: Option<&Actor>,
    id: AssessmentId,
    now: Instant,
    key: Option<&str>,
    decide: impl Fn(&Assessment) -> Result<Option<AssessmentEvent>, Refusal>,
) -> Result<Assessment, ActError> {
    for _ in 0..TRIES {
        if let Some(key) = key
            && tables::sent(&c.scope, id, key).await?.is_some()
        {
            return tables::load(&c.scope, &id.to_string()).await?.ok_or_else(|| no_assessment().into());
        }
        let before: Assessment = tables::load(&c.scope, &id.to_string()).await?.ok_or_else(no_assessment)?;
        let Some(event) = decide(&before)? else { return Ok(before) };
        let now = now.max(before.changed_at);
        let after = fold_assessment(id, Some(before), &event, now).ok_or_else(no_assessment)?;
        let firm: Option<Enterprise> = match after.enterprise {
            Some(e) => tables::load(&c.scope, &e.to_string()).await?,
            None => None,
        };
        let figures = c.figures(&after, firm.as_ref().and_then(|e| e.size().map(str::to_owned)));
        let mut batch = c.scope.batch();
        tables::write_assessment(&mut batch, &after, &figures, &event, actor);
        if let (Some(firm), Some(f)) = (firm, c.framework(&after))
            && let Some(followed) = level::follows(&c.catalog, f, &after, &figures, &event, &firm)
        {
            let at = now.max(firm.changed_at);
            let firm = fold_enterprise(firm.id, Some(firm), &followed, at).ok_or_else(no_enterprise)?;
            tables::write_enterprise(&mut batch, &firm, &followed, actor);
        }
        if let Some(key) = key {
            tables::remember_sent(&mut batch, &after, key);
        }
        if tables::commit(&c.scope, batch).await? {
            return Ok(after);
        }
    }
    Err(meanwhile().into())
}
