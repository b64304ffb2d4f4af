//! An enterprise asks to be called: only with its consent, which it can take back.

use super::{Written, commit, missing, solutions};
use crate::{
    Showroom,
    ids::LeadId,
    store::{ActError, json},
};
use ::store::{NewEntry, values};
use kernel::{Actor, Refusal, id::SolutionId, party::Phone, text::clean};

/// What the enterprise types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedLead {
    pub enterprise: String,
    pub name: String,
    pub phone: String,
    pub message: String,
    /// The person ticked that the provider may have these.
    pub consent: bool,
}

/// Passes the contact to the provider. The same id sent twice is the same wish.
pub async fn ask(s: &Showroom, actor: &Actor, solution: SolutionId, id: LeadId, typed: &TypedLead) -> Result<(), ActError> {
    let found = solutions::public(s, solution).await?;
    let mut r = Refusal::invalid("bad-lead", "Chưa gửi được; sửa các mục dưới đây.", "This cannot be sent yet; correct what is listed below.");
    let mut no = |field: &str, vi: &str, en: &str| crate::listing::refuse(&mut r, field, vi, en);
    let name = kernel::party::name(&typed.name).ok();
    if name.is_none() {
        no("name", "Nhập họ tên người liên hệ.", "Enter the name of the person to call.");
    }
    let phone = typed.phone.parse::<Phone>().ok();
    if phone.is_none() {
        no("phone", "Nhập số điện thoại Việt Nam, ví dụ 0912 345 678.", "Enter a Vietnamese telephone number, such as 0912 345 678.");
    }
    let (enterprise, message) = (clean(&typed.enterprise), clean(&typed.message));
    if enterprise.chars().count() > 200 || message.chars().count() > 1_000 {
        no("message", "Tên đơn vị tối đa 200, lời nhắn tối đa 1.000 ký tự.", "The enterprise's name has at most 200, the message at most 1,000 characters.");
    }
    if !typed.consent {
        no("consent", "Cần bạn đồng ý thì chúng tôi mới chuyển liên hệ cho nhà cung cấp.", "We pass your contact to the provider only if you agree.");
    }
    let (Some(name), Some(phone)) = (name.filter(|_| r.reasons.is_empty()), phone) else { return Err(r.into()) };
    let (at, stream) = (s.now(), id.to_string());
    let mut batch = s.scope.batch();
    // Contact data stays in its own row, which can be emptied; the journal says that consent was given and for what.
    batch.append(NewEntry {
        stream: stream.clone(),
        version: 1,
        kind: "lead.asked".into(),
        at,
        actor: actor.account.to_string(),
        on_behalf: None,
        key: None,
        payload: json(&serde_json::json!({"solution": solution, "provider": found.provider.id, "consent": true})),
    });
    batch.exec(
        "INSERT INTO lead (province, lead, provider, solution, account, enterprise, name, phone, message, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![id, found.provider.id, solution, actor.account, enterprise, name, phone.to_string(), message, at],
    );
    match commit(&s.scope, batch).await? {
        Written::Done | Written::Again => Ok(()),
    }
}

/// Takes the consent back: the provider sees nothing of it any more.
pub async fn withdraw(s: &Showroom, actor: &Actor, id: LeadId) -> Result<(), ActError> {
    let at = s.now();
    let mut batch = s.scope.batch();
    batch.append(NewEntry {
        stream: id.to_string(),
        version: 2,
        kind: "lead.withdrawn".into(),
        at,
        actor: actor.account.to_string(),
        on_behalf: None,
        key: None,
        payload: "{}".into(),
    });
    batch.guard(
        "UPDATE lead SET withdrawn_at = $4, enterprise = '', name = '', phone = '', message = '' WHERE province = $1 AND lead = $2 AND account = $3 AND withdrawn_at IS NULL",
        values![id, actor.account, at],
        1,
        "lead",
    );
    match s.scope.commit(batch).await {
        Ok(()) => Ok(()),
        Err(::store::CommitError::Conflict { .. }) => Err(missing().into()),
        Err(::store::CommitError::Store(e)) => Err(e.into()),
    }
}
