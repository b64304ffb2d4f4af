//! What the gateway tells us: the door its notices come in by, and the questions we ask when it says nothing.

use super::{Notice, NoticeStatus, SIGNATURE};
use crate::{
    Payments,
    acts::{ActError, Taken},
    ledger::{FoundBy, How, decide::Arrived},
    store::{self as tables, By},
    views,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use kernel::{Instant, Refusal};
use serde_json::json;
use std::sync::Arc;
use web::{
    problem::{ApiError, Fault},
    visitor::{Via, Visitor},
};

/// A notice is small.
pub const LIMIT: usize = 64 << 10;
/// Codes looked at in one sweep.
const SWEEP: i64 = 200;

/// Machines speak without a session: no cookie of theirs counts, so no form token can be asked. The signature is the proof.
pub async fn machine(mut request: Request, next: Next) -> Response {
    let was = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let visitor = Visitor { actor: None, via: Via::Token, ..was };
    request.extensions_mut().insert(visitor.clone());
    visitor.enter(request, next).await
}

/// `POST /api/v1/payments/notices`
pub async fn receive(State(s): State<Payments>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let now = s.now();
    let given = headers.get(SIGNATURE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let known = s.key.as_ref().is_some_and(|k| k.verifies(&body, given));
    if !known {
        // One row whatever was sent: a flood of forgeries fills no table, and nothing of it stands in the log.
        s.alarm("bad-mac", "notices", &format!("{} byte", body.len()), now).await.map_err(ApiError::internal)?;
        return Err(ApiError(Fault::Status(
            StatusCode::UNAUTHORIZED,
            Refusal::forbidden("bad-mac", "Mã xác thực của tin báo không đúng; tin bị từ chối.", "The signature of the notice is wrong; it was refused."),
        )));
    }
    let notice: Notice = serde_json::from_slice(&body).map_err(|e| {
        Refusal::invalid("bad-notice", "Tin báo không đúng mẫu.", "The notice does not have the form agreed.").because(None, e.to_string(), e.to_string())
    })?;
    let taken = s.hear(&notice, FoundBy::Notice, now).await?;
    Ok((StatusCode::OK, axum::Json(json!({ "result": taken }))).into_response())
}

impl Payments {
    /// What a notice changes; the word tells the gateway (and tests) what became of it.
    pub async fn hear(&self, n: &Notice, found_by: FoundBy, now: Instant) -> Result<&'static str, ActError> {
        let plain = |t: &str, max: usize| !t.is_empty() && t.len() <= max && t.bytes().all(|b| b.is_ascii_graphic());
        if !plain(&n.transaction, 64) || n.reference.len() > 64 || n.reference.bytes().any(|b| b.is_ascii_control()) || n.amount.0 <= 0 {
            let refusal = Refusal::invalid("bad-notice", "Tin báo có mã giao dịch, nội dung hoặc số tiền không hợp lệ.", "The notice has a bad transaction number, reference or amount.");
            return Err(refusal.into());
        }
        if n.status != NoticeStatus::Paid {
            // Money that is here does not become undone by an older word.
            if views::credit(&self.scope, &n.transaction).await?.is_some() {
                self.alarm("older-event", &n.transaction, &format!("{:?} sau khi đã nhận tiền", n.status), now).await?;
                return Ok("older");
            }
            return Ok("noted");
        }
        let arrived = Arrived {
            tx: n.transaction.clone(),
            amount: n.amount,
            at: n.paid_at,
            how: How::Gateway,
            found_by,
            reference: n.reference.clone(),
            note: String::new(),
            paper: None,
        };
        let system = self.system();
        Ok(match self.take(&arrived, By { actor: &system, at: now }).await? {
            Taken::New(..) => "taken",
            Taken::Known => "known",
            Taken::Contradicts => "contradicts",
        })
    }

    /// Codes that ran out are closed, and the gateway is asked about those it has told nothing of; answers how many codes
    /// were looked at.
    pub async fn sweep(&self, now: Instant) -> Result<usize, ActError> {
        let system = self.system();
        let expired = views::expired(&self.scope, now, SWEEP).await?;
        for id in &expired {
            self.change(*id, By { actor: &system, at: now }, |d| Ok(d.expire(now))).await?;
        }
        let waiting = views::to_ask(&self.scope, now, SWEEP).await?;
        let Some(gateway) = self.gateway.clone() else { return Ok(expired.len()) };
        for code in &waiting {
            self.ask_about(&*gateway, code, now).await?;
        }
        Ok(expired.len() + waiting.len())
    }

    async fn ask_about(&self, gateway: &dyn super::Gateway, code: &views::ToAsk, now: Instant) -> Result<(), ActError> {
        let mut batch = self.scope.batch();
        match gateway.ask(&code.reference).await {
            Ok(notices) => {
                for notice in &notices {
                    if let Err(ActError::Store(e)) = self.hear(notice, FoundBy::Asked, now).await {
                        return Err(e.into());
                    }
                }
                // The next mark of the schedule.
                let marks = &self.catalog.gateway.ask_after_s;
                let at = usize::try_from(code.asks).unwrap_or(usize::MAX);
                let next = marks.get(at.saturating_add(1)).and_then(|to| Some(to - marks.get(at)?)).map(|s| now.plus_seconds(s));
                tables::asked(&mut batch, code.payment, next);
            }
            // A gateway that is down uses no mark up.
            Err(e) => {
                tracing::warn!(reference = code.reference, %e, "the gateway did not answer");
                tables::ask_again(&mut batch, code.payment, now.plus_seconds(60));
            }
        }
        self.scope.commit(batch).await.map_err(|e| ::store::StoreError::Database(e.to_string()))?;
        Ok(())
    }

    /// Asks about one due now, because somebody who paid is looking.
    pub async fn check_now(&self, due: &crate::ledger::Due, now: Instant) -> Result<(), ActError> {
        let Some(gateway): Option<Arc<dyn super::Gateway>> = self.gateway.clone() else { return Ok(()) };
        for t in due.tries.iter().rev().take(3) {
            match gateway.ask(&t.reference).await {
                Ok(notices) => {
                    for n in &notices {
                        self.hear(n, FoundBy::Asked, now).await?;
                    }
                }
                Err(e) => tracing::warn!(reference = t.reference, %e, "the gateway did not answer"),
            }
        }
        Ok(())
    }
}
