//! What a provider does to its own solution.

use super::{
    actor,
    forms::{Again, Done, Sent, done, wrong},
    id, own,
};
use crate::{
    Showroom,
    acts::solutions::{self, FILE_MAX},
    ids::{ProofId, fresh},
    solution::{Fact, NewProof},
    store::ActError,
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use kernel::{
    Refusal,
    id::SolutionId,
    party::{Email, TaxCode},
    text::clean,
};
use store::files::{FileError, Upload};
use web::{
    extract::{FormData, Multipart, Path},
    html::url_part,
    problem::PageError,
    visitor::Visitor,
};

pub async fn act(State(s): State<Showroom>, v: Visitor, Path((sol, act)): Path<(String, String)>, form: FormData) -> Result<Response, PageError> {
    let (who, solution): (_, SolutionId) = (actor(&v)?, id(&sol)?);
    let happened = match fact(&s, &act, &form) {
        Ok(fact) => solutions::by_provider(&s, &who, solution, fact).await.map(|_| ()),
        Err(r) => Err(r.into()),
    };
    match happened {
        Ok(()) => Ok(done(&format!("/provider/solutions/{solution}"))),
        Err(e) => own::show_page(&s, &v, &sol, &Again::after(&act, form, e)?, &Done::default()).await,
    }
}

fn fact(s: &Showroom, act: &str, form: &FormData) -> Result<Fact, Refusal> {
    let sent = Sent { form, prefix: act };
    let today = s.now().date();
    let unknown = || Refusal::not_found("Không có việc này.", "There is no such act.");
    Ok(match act {
        "submit" => Fact::Submitted,
        "withdraw" => Fact::Withdrawn { rule: None, reason: sent.text("reason") },
        "appeal" => Fact::Appealed { text: sent.text("reason"), due: solutions::appeal_due(s, today) },
        "remove-proof" => Fact::ProofRemoved { proof: form.get("proof").and_then(|t| t.parse().ok()).ok_or_else(unknown)? },
        "cancel-invite" => Fact::InviteCancelled { reference: form.get("reference").and_then(|t| t.parse().ok()).ok_or_else(unknown)? },
        "invite" => {
            let named = |field: &str, e: &Refusal| wrong(field, &e.message.vi, &e.message.en);
            let tax_code = sent.get("tax_code").parse::<TaxCode>().map_err(|e| named("tax_code", &e))?;
            let email = sent.get("email").parse::<Email>().map_err(|e| named("email", &e))?;
            let sector = sent.text("sector");
            if !s.catalog.terms.sectors.iter().any(|t| t.code == sector && t.code != "*") {
                return Err(wrong("sector", "Chọn ngành của khách hàng.", "Choose the client's sector."));
            }
            Fact::ClientInvited {
                reference: fresh(),
                client: clean(sent.get("client")),
                tax_code: tax_code.to_string(),
                email: email.to_string(),
                sector,
                expires: solutions::link_expires(s, today),
            }
        }
        _ => return Err(unknown()),
    })
}

pub async fn add_proof(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>, body: Multipart) -> Result<Response, PageError> {
    let solution: SolutionId = id(&sol)?;
    let sent = body.collect(super::UPLOAD_LIMIT).await?;
    let (form, file) = (sent.fields, sent.files.into_iter().next());
    let upload = file.map(|f| Upload { name: f.name, claimed: Some(f.media_type).filter(|t| !t.is_empty()), bytes: f.bytes });
    match take(&s, &v, solution, &form, upload).await {
        Ok(()) => Ok(done(&format!("/provider/solutions/{solution}"))),
        Err(e) => own::show_page(&s, &v, &sol, &Again::after("proof", form, e)?, &Done::default()).await,
    }
}

/// The form is checked before the file is stored; bytes that nobody refers to are harmless.
async fn take(s: &Showroom, v: &Visitor, solution: SolutionId, form: &FormData, upload: Option<Upload>) -> Result<(), ActError> {
    let who = v.actor.clone().ok_or_else(|| Refusal::forbidden("sign-in-needed", "Cần đăng nhập.", "Sign in first."))?;
    let (f, now) = (Sent { form, prefix: "proof" }, s.now());
    let found = solutions::owned(s, &who, solution).await?;
    let upload = upload.ok_or_else(|| wrong("file", "Chọn tệp minh chứng.", "Choose the file of the proof."))?;
    let claims = found.solution.pending.as_ref().unwrap_or(&found.solution.listing).claims.len();
    let mut proof = NewProof {
        id: fresh(),
        kind: f.text("kind"),
        title: f.text("title"),
        file: fresh(),
        file_name: String::new(),
        sha256: String::new(),
        size: 0,
        issued: f.needed_date("issued")?,
        until: f.date("until")?,
        claims: f.all("claims").iter().filter_map(|c| c.parse().ok()).collect(),
    }
    .checked(&s.catalog.proofs, claims, now.date())?;
    if found.provider.profile.founded.is_some_and(|f| proof.issued < f) {
        return Err(wrong("issued", "Ngày cấp không thể trước ngày thành lập của nhà cung cấp; kiểm tra cả hai ngày.", "The paper cannot be older than the provider; check both days.").into());
    }
    let mut batch = s.scope.batch();
    let stored = match s.files.take(&mut batch, upload, FILE_MAX, now).await {
        Ok(stored) => stored,
        Err(FileError::Refused(r)) => return Err(wrong("file", &r.message.vi, &r.message.en).into()),
        Err(FileError::Store(e)) => return Err(e.into()),
    };
    s.scope.commit(batch).await.map_err(|e| store::StoreError::Files(e.to_string()))?;
    (proof.file, proof.file_name, proof.sha256, proof.size) = (stored.id, stored.name, stored.sha256, stored.size);
    solutions::by_provider(s, &who, solution, Fact::ProofAdded { proof }).await?;
    Ok(())
}

pub async fn open_proof(State(s): State<Showroom>, v: Visitor, Path((sol, proof)): Path<(String, String)>) -> Result<Response, PageError> {
    let found = solutions::owned(&s, &*actor(&v)?, id(&sol)?).await?;
    send(&s, &found.solution, id(&proof)?).await
}

/// Sends a proof's file as what it was found to be; the lookup of the solution was the permission check.
pub(super) async fn send(s: &Showroom, x: &crate::solution::Solution, proof: ProofId) -> Result<Response, PageError> {
    let proof = x.proof(proof).ok_or_else(PageError::not_found)?;
    let found = s.files.hand_out(&s.scope, proof.new.file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    let inline = stored.media_type == "application/pdf" || stored.media_type.starts_with("image/");
    let disposition = format!("{}; filename*=UTF-8''{}", if inline { "inline" } else { "attachment" }, url_part(&stored.name));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let value = |text: &str, other: &'static str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(other));
    headers.insert(header::CONTENT_TYPE, value(&stored.media_type, "application/octet-stream"));
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition, "attachment"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
