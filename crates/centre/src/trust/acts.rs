//! Drawing, changing the list by hand, writing down a re-check.

use super::{
    draw::{self, Draw, DrawEvent, DrawId, Drawn, Override, Recheck},
    fact::Fact,
    known::Findings,
    rules::Rules,
    store as tables,
};
use crate::{Centre, acts::ActError};
use kernel::{
    Actor, Instant, Refusal,
    id::EnterpriseId,
    time::{Date, midnight},
};
use scoring::Decimal;
use std::sync::Arc;
use store::StoreError;

const TRIES: usize = 8;
/// Characters of a remark that says something.
const REMARK: usize = 10;

/// Enterprises with a result verified in these days and known at the instant.
pub fn population(facts: &[Arc<Fact>], from: Date, to: Date, until: Instant) -> Vec<EnterpriseId> {
    let end = to.tomorrow().map_or(until, midnight);
    let within = |f: &&Arc<Fact>| f.verified && f.verified_at.is_some_and(|at| at >= midnight(from) && at < end && at <= until);
    let mut all: Vec<EnterpriseId> = facts.iter().filter(within).map(|f| f.enterprise).collect();
    all.sort_unstable_by_key(|e| e.uuid());
    all.dedup();
    all
}

/// What a draw is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub share: String,
    /// Empty: the program makes one.
    pub seed: String,
}

fn need(refusal: Option<Refusal>, field: &str, vi: impl Into<String>, en: impl Into<String>) -> Option<Refusal> {
    let refusal = refusal.unwrap_or_else(|| Refusal::invalid("draw", "Chưa rút được", "Nothing was drawn"));
    Some(refusal.because(Some(field), vi, en))
}

/// Draws once for an id: sent again, the first draw is answered.
///
/// # Errors
/// What of the request is wrong and what to do.
pub async fn draw(c: &Centre, actor: &Actor, rules: &Rules, found: &Findings, id: DrawId, asked: &Asked) -> Result<Draw, ActError> {
    if let Some(there) = tables::load(&c.scope, id).await? {
        return Ok(there);
    }
    let now = c.now();
    let mut bad = None;
    let share = Decimal::typed(&asked.share);
    let (least, most) = (rules.recheck.least, rules.recheck.most);
    match &share {
        Err(reason) => bad = need(bad, "share", reason.vi.clone(), reason.en.clone()),
        Ok(share) if *share < least || *share > most => {
            bad = need(bad, "share", format!("Tỷ lệ phải từ {least} đến {most} %."), format!("The share has to be from {least} to {most} %."));
        }
        Ok(_) => {}
    }
    if asked.from.is_none() {
        bad = need(bad, "from", "Ghi ngày bắt đầu, ví dụ 1 / 9 / 2026.", "Give the first day, for example 1 / 9 / 2026.");
    }
    if asked.to.is_none() {
        bad = need(bad, "to", "Ghi ngày kết thúc.", "Give the last day.");
    }
    if let (Some(from), Some(to)) = (asked.from, asked.to) {
        if from > to {
            bad = need(bad, "to", "Ngày kết thúc phải từ ngày bắt đầu trở đi.", "The last day may not be before the first.");
        } else if to > now.date() {
            bad = need(bad, "to", "Ngày kết thúc không được ở tương lai.", "The last day may not be in the future.");
        }
    }
    if asked.seed.chars().count() > draw::SEED {
        bad = need(bad, "seed", format!("Hạt giống dài nhất {} ký tự.", draw::SEED), format!("A seed has at most {} characters.", draw::SEED));
    }
    let (None, Ok(share), Some(from), Some(to)) = (&bad, share, asked.from, asked.to) else { return Err(bad.unwrap_or_else(again).into()) };
    let population = population(&found.facts, from, to, now);
    if population.is_empty() {
        let refusal = need(
            None,
            "from",
            "Trong các ngày này chưa có kết quả nào được xác nhận; hãy chọn khoảng ngày khác.",
            "No result was verified in these days; choose other days.",
        );
        return Err(refusal.unwrap_or_else(again).into());
    }
    let seed = if asked.seed.is_empty() { uuid::Uuid::new_v4().to_string() } else { asked.seed.clone() };
    let drawn = Drawn {
        chosen: draw::draw(&seed, &population, share),
        seed,
        share,
        from,
        to,
        until: now,
        population: population.len(),
        fingerprint: draw::fingerprint(&population),
        by: actor.name.clone(),
    };
    let event = DrawEvent::Drawn(Box::new(drawn));
    let after = draw::fold(id, None, &event, now).ok_or_else(|| StoreError::Damaged("a draw made nothing".into()))?;
    let mut batch = c.scope.batch();
    tables::write(&mut batch, &after, &event, actor);
    if crate::store::commit(&c.scope, batch).await? {
        return Ok(after);
    }
    // Somebody sent the same form at the same moment.
    tables::load(&c.scope, id).await?.ok_or_else(|| again().into())
}

/// Draws again from what was stored: whether the population is the same, and whether the same come out.
pub fn again_from(draw: &Draw, facts: &[Arc<Fact>]) -> (bool, bool) {
    let drawn = &draw.drawn;
    let now = population(facts, drawn.from, drawn.to, drawn.until);
    (draw::fingerprint(&now) == drawn.fingerprint, draw::draw(&drawn.seed, &now, drawn.share) == drawn.chosen)
}

fn again() -> Refusal {
    Refusal::conflict("changed-meanwhile", "Người khác vừa thay đổi nội dung này. Mở lại trang rồi làm tiếp.", "Somebody else has just changed this. Open the page again and go on.")
}

pub fn no_draw() -> Refusal {
    Refusal::not_found("Không có lần rút này", "There is no such draw")
}

async fn change(c: &Centre, actor: &Actor, id: DrawId, decide: impl Fn(&Draw, Instant) -> Result<Option<DrawEvent>, Refusal>) -> Result<Draw, ActError> {
    for _ in 0..TRIES {
        let before = tables::load(&c.scope, id).await?.ok_or_else(no_draw)?;
        let now = c.now().max(before.changed_at);
        let Some(event) = decide(&before, now)? else { return Ok(before) };
        let after = draw::fold(id, Some(before), &event, now).ok_or_else(no_draw)?;
        let mut batch = c.scope.batch();
        tables::write(&mut batch, &after, &event, actor);
        if crate::store::commit(&c.scope, batch).await? {
            return Ok(after);
        }
    }
    Err(again().into())
}

/// Adds an enterprise to the list or takes it out, with a reason.
///
/// # Errors
/// [`draw::may_override`].
pub async fn override_list(c: &Centre, actor: &Actor, id: DrawId, enterprise: EnterpriseId, added: bool, reason: &str) -> Result<Draw, ActError> {
    change(c, actor, id, |draw, now| {
        let o = Override { enterprise, added, reason: reason.to_owned(), by: actor.name.clone(), at: now };
        draw::may_override(draw, &o)?;
        Ok(Some(DrawEvent::Overridden(o)))
    })
    .await
}

/// Writes down that a firm was checked again, by somebody who did not verify its result.
///
/// # Errors
/// Not on the list, done already with another outcome, the same assessor, no remark.
pub async fn recheck(c: &Centre, actor: &Actor, found: &Findings, id: DrawId, enterprise: EnterpriseId, confirmed: bool, note: &str) -> Result<Draw, ActError> {
    let own = actor.account.to_string();
    let verified = found.facts.iter().any(|f| f.enterprise == enterprise && f.verified && f.consultant.as_ref().is_some_and(|who| who.0 == own));
    change(c, actor, id, |draw, now| {
        if !draw.list().contains(&enterprise) {
            return Err(Refusal::not_found("Đơn vị này không có trong danh sách kiểm tra lại", "This enterprise is not on the list"));
        }
        if let Some(done) = draw.recheck(enterprise) {
            let same = done.confirmed == confirmed && done.note == note;
            let told = Refusal::conflict("done", "Đơn vị này đã được kiểm tra lại", "This enterprise has been checked again already");
            return if same { Ok(None) } else { Err(told) };
        }
        if verified {
            return Err(Refusal::forbidden("same-assessor", "Bạn đã xác nhận kết quả của đơn vị này; người khác phải kiểm tra lại", "You verified this enterprise's result; somebody else has to check it again"));
        }
        if note.chars().count() < REMARK {
            return Err(Refusal::invalid("note", "Chưa ghi điều đã kiểm tra", "What was checked is not written down").because(
                Some("note"),
                "Ghi đã hỏi ai, xem gì, thấy gì (ít nhất 10 ký tự).",
                "Say whom you asked, what you saw (at least 10 characters).",
            ));
        }
        let recheck = Recheck { confirmed, note: note.to_owned(), by: actor.name.clone(), at: now };
        Ok(Some(DrawEvent::Rechecked { enterprise, recheck }))
    })
    .await
}
