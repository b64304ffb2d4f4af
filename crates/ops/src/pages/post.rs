//! What the forms of a directive's page ask for, and files on their way in and out.

use super::{
    actor, path_of,
    said::{Said, unknown_act},
    series,
    show::{Asked, open, page},
};
use crate::{
    Failure, Ops,
    directive::{Act, Directive, DirectiveId, Due, Filed, Product, Progress, acts::FILE_MAX, acts::file_of, decide::wrong},
};
use axum::{
    body::Body,
    extract::State as Shared,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, id::FileId, time::Date};
use records::refusal_of;
use store::files::Upload;
use web::{
    extract::{FormData, Multipart, Path},
    html::url_part,
    kit,
    problem::PageError,
    visitor::Visitor,
};

/// The directive of an address, if this person may know of it.
async fn found(s: &Ops, me: &Actor, id: &str) -> Result<Directive, PageError> {
    let id: DirectiveId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.directive_for(&s.who(me), id).await?.0)
}

pub async fn act(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let d = found(&s, &me, &id).await?;
    if f.get("act") == Some("series") {
        return recurs(&s, &v, &me, &d, f).await;
    }
    let result = match read(&s, &me, &d, &f).await? {
        Ok(act) => s.act(&me, d.id, &act).await,
        Err(r) => Err(r.into()),
    };
    answer(&s, &v, &id, result, f).await
}

/// Makes it recur; leads to the recurring task.
async fn recurs(s: &Ops, v: &Visitor, me: &Actor, d: &Directive, f: FormData) -> Result<Response, PageError> {
    let begun = match series::ask(&f) {
        Ok(ask) => s.begin_series(me, d.id, ask).await,
        Err(r) => Err(r.into()),
    };
    match begun {
        Ok(x) => Ok(Redirect::to(&format!("{}?done=1", series::path_to(x.id))).into_response()),
        Err(failure) => answer(s, v, &d.id.to_string(), Err(failure), f).await,
    }
}

async fn answer(s: &Ops, v: &Visitor, id: &str, result: Result<Directive, Failure>, f: FormData) -> Result<Response, PageError> {
    match result {
        Ok(d) => Ok(Redirect::to(&format!("{}?done=1", path_of(d.id))).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            let o = open(s, v, id, Asked::default()).await?;
            Ok(said.answer(|said| page(&o, said)))
        }
    }
}

async fn read(s: &Ops, me: &Actor, d: &Directive, f: &FormData) -> Result<Result<Act, Refusal>, PageError> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    Ok(Ok(match f.get("act").unwrap_or_default() {
        "give" => Act::Give,
        "receive" => Act::Receive,
        "refuse" => Act::Refuse { reason: text("refuse_reason") },
        "insist" => Act::Insist { reason: text("insist_reason") },
        "reassign" => match s.units.unit(&text("new_lead")) {
            Some(u) => Act::Reassign { lead: u.named(), reason: text("reassign_reason") },
            None => return Ok(Err(wrong("new_lead", "Chọn đơn vị trong danh sách.", "Choose an office of the list."))),
        },
        "focal" => return focal(s, me, d, f).await,
        "accept" => Act::Accept { quality: text("quality"), note: text("accept_note") },
        "return" => Act::Return { reason: text("return_reason") },
        "grant" => Act::Grant { note: text("grant_note") },
        "refuse-extension" => Act::RefuseExtension { reason: text("extension_refusal") },
        "suspend" => Act::Suspend { reason: text("suspend_reason") },
        "resume" => match day(f, "resume") {
            Ok(day) => Act::Resume { due: day.map(|day| Due::On { day }), reason: text("resume_reason") },
            Err(r) => return Ok(Err(r)),
        },
        "withdraw" => Act::Withdraw { reason: text("withdraw_reason") },
        _ => return Ok(with_file(f, None)),
    }))
}

async fn focal(s: &Ops, me: &Actor, d: &Directive, f: &FormData) -> Result<Result<Act, Refusal>, PageError> {
    // Who belongs to other offices is not told apart from who does not exist.
    if me.office.as_ref() != Some(&d.order.lead.code) {
        return Ok(Err(unknown_act()));
    }
    let colleagues = s.people.of_office(&d.order.lead.code, s.now()).await?;
    let person = |name: &str| f.get(name).and_then(|a| a.parse().ok()).and_then(|a| colleagues.iter().find(|p| p.account == a)).cloned();
    let Some(focal) = person("focal") else { return Ok(Err(wrong("focal", "Chọn người làm đầu mối.", "Choose the focal point."))) };
    let substitute = person("substitute");
    if f.filled("substitute").is_some() && substitute.is_none() {
        return Ok(Err(wrong("substitute", "Chọn người thay trong danh sách.", "Choose the substitute of the list.")));
    }
    Ok(Ok(Act::NameFocal { focal, substitute, reason: f.get("focal_reason").unwrap_or_default().to_owned() }))
}

fn day(f: &FormData, name: &str) -> Result<Option<Date>, Refusal> {
    kit::date_answer(f, name).map_err(|_| wrong(name, "Nhập ngày có thật, ví dụ 24 12 2026.", "Enter a date that exists, such as 24 12 2026."))
}

/// An act that may carry a file.
fn with_file(f: &FormData, file: Option<Filed>) -> Result<Act, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    Ok(match f.get("act").unwrap_or_default() {
        "progress" => {
            let percent = f.filled("progress_percent").map(|t| t.trim().trim_end_matches('%').trim().parse::<u32>()).transpose();
            let percent = percent.map_err(|_| wrong("progress_percent", "Nhập số nguyên từ 0 đến 100, ví dụ 60.", "Enter a whole number from 0 to 100, such as 60."))?;
            Act::Progress(Progress { text: text("progress_text"), percent, next: text("progress_next"), obstacle: text("progress_obstacle"), proposal: text("progress_proposal"), file })
        }
        "submit" => Act::Submit(Product { text: text("product_text"), document: text("product_document"), file }),
        "extend" => {
            let day = day(f, "extension")?.ok_or_else(|| wrong("extension", "Nhập ngày đề nghị, ví dụ 24 12 2026.", "Enter the day proposed, such as 24 12 2026."))?;
            Act::AskExtension { day, reason: text("extension_reason"), file }
        }
        _ => return Err(unknown_act()),
    })
}

pub async fn act_with(Shared(s): Shared<Ops>, v: Visitor, Path(id): Path<String>, sent: Multipart) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let d = found(&s, &me, &id).await?;
    // Bytes past the limit are read too, so that the refusal names the file instead of ending the request.
    let sent = sent.collect(FILE_MAX * 2 + 1).await?;
    let f = sent.fields;
    let result = match with_file(&f, None) {
        Err(r) => Err(r.into()),
        Ok(act) => match sent.files.into_iter().next() {
            None => s.act(&me, d.id, &act).await,
            Some(file) => {
                let field = match act {
                    Act::Submit(_) => "file-product",
                    Act::AskExtension { .. } => "file-extension",
                    _ => "file-progress",
                };
                let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
                s.act_with(&me, d.id, upload, field, |filed| carrying(&act, filed)).await
            }
        },
    };
    answer(&s, &v, &id, result, f).await
}

/// The act with its file.
fn carrying(act: &Act, filed: Filed) -> Act {
    let file = Some(filed);
    match act.clone() {
        Act::Progress(p) => Act::Progress(Progress { file, ..p }),
        Act::Submit(p) => Act::Submit(Product { file, ..p }),
        Act::AskExtension { day, reason, .. } => Act::AskExtension { day, reason, file },
        other => other,
    }
}

/// A file for whoever sees the directive; its name is the sender's, its type what it was found to be.
pub async fn send(Shared(s): Shared<Ops>, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let d = found(&s, &me, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    let filed = file_of(&d, file).ok_or_else(PageError::not_found)?;
    let (stored, bytes) = s.files.hand_out(&s.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?.ok_or_else(PageError::not_found)?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    // Only what browsers show without running anything is shown in place.
    let shown = matches!(filed.media_type.as_str(), "application/pdf" | "image/jpeg" | "image/png");
    let disposition = format!("{}; filename*=UTF-8''{}", if shown { "inline" } else { "attachment" }, url_part(&stored.name));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&filed.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
