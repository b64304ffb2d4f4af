//! What the centre does to a solution from its desk.

use super::{
    actor,
    forms::{self, Again, Done, Sent, done},
    id, officer, own_acts,
};
use crate::{
    Showroom,
    acts::solutions,
    solution::{CheckResult, Fact},
    store::ActError,
};
use axum::{extract::State, response::Response};
use kernel::{Refusal, id::SolutionId};
use web::{
    extract::{FormData, Path},
    problem::PageError,
    visitor::Visitor,
};

pub async fn open_proof(State(s): State<Showroom>, v: Visitor, Path((sol, proof)): Path<(String, String)>) -> Result<Response, PageError> {
    actor(&v)?;
    let found = solutions::vetted(&s, id(&sol)?).await?;
    own_acts::send(&s, &found.solution, id(&proof)?).await
}

pub async fn act(State(s): State<Showroom>, v: Visitor, Path((sol, act)): Path<(String, String)>, form: FormData) -> Result<Response, PageError> {
    let solution: SolutionId = id(&sol)?;
    let prefix = if act == "proof" { form.get("prefix").unwrap_or("proof0").to_owned() } else { act.clone() };
    match happen(&s, &v, solution, &act, &prefix, &form).await {
        Ok(()) => Ok(done(&format!("/centre/solutions/{solution}"))),
        Err(e) => officer::show_page(&s, &v, &sol, &Again::after(&prefix, form, e)?, &Done::default()).await,
    }
}

async fn happen(s: &Showroom, v: &Visitor, solution: SolutionId, act: &str, prefix: &str, form: &FormData) -> Result<(), ActError> {
    let who = v.actor.clone().ok_or_else(|| Refusal::forbidden("sign-in-needed", "Cần đăng nhập.", "Sign in first."))?;
    let sent = Sent { form, prefix };
    let reason = sent.text("reason");
    let fact = match act {
        "take" => Fact::Taken,
        "list" => Fact::Listed,
        "return" => Fact::Returned { reason },
        "accept-change" => Fact::ChangeAccepted,
        "refuse-change" => Fact::ChangeRefused { reason },
        "suspend" => Fact::Suspended { rule: sent.text("rule"), reason },
        "reinstate" => Fact::Reinstated { reason },
        "withdraw" => Fact::Withdrawn { rule: Some(sent.text("rule")), reason },
        "answer" => match sent.get("overturned") {
            "yes" => Fact::AppealAnswered { overturned: true, reason },
            "no" => Fact::AppealAnswered { overturned: false, reason },
            _ => return Err(forms::wrong("overturned", "Chọn chấp nhận hay không.", "Say whether it is upheld.").into()),
        },
        "proof" => {
            let proof =
                form.get("proof").and_then(|t| t.parse().ok()).ok_or_else(|| Refusal::not_found("Không có minh chứng này.", "There is no such proof."))?;
            Fact::ProofChecked { proof, accepted: form.get("accepted") == Some("yes"), reason }
        }
        "check" => return check(s, &who, solution, &sent).await,
        _ => return Err(Refusal::not_found("Không có việc này.", "There is no such act.").into()),
    };
    solutions::by_centre(s, &who, solution, fact).await?;
    Ok(())
}

/// Each item that was answered differently from what is kept is a fact of its own.
async fn check(s: &Showroom, who: &kernel::Actor, solution: SolutionId, sent: &Sent<'_>) -> Result<(), ActError> {
    let kept = solutions::vetted(s, solution).await?.solution.checks;
    for item in &s.catalog.vetting.checklist {
        let Some(result) = CheckResult::parse(sent.get(&format!("{}-result", item.code))) else { continue };
        let note = sent.text(&format!("{}-note", item.code));
        if kept.get(&item.code).is_some_and(|k| k.result == result && k.note == note) {
            continue;
        }
        let fact = Fact::ItemChecked { item: item.code.clone(), result, note };
        solutions::by_centre(s, who, solution, fact).await.map_err(|e| match e {
            // The reason belongs to this item's note.
            ActError::Refused(mut r) => {
                r.reasons.iter_mut().for_each(|x| x.field = Some(format!("{}-note", item.code)));
                ActError::Refused(r)
            }
            other => other,
        })?;
    }
    Ok(())
}
