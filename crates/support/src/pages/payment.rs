//! The file for payment: the enterprise sends contract, acceptance, invoices and notice; the accountant reads it and pays, or
//! sends it back with what is missing (Decree 80/2021 Art. 32.5).

use super::{
    actor,
    desk::dossier_address,
    dossier::acted,
    mine,
    papers::{self, Sending},
    parts::{Typed, field, given},
};
use crate::{
    Support,
    dossier::{By, Dossier, DossierId},
    papers::Tray,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{id::EnterpriseId, refusal::Reason};
use web::{
    extract::{FormData, Path},
    gate::see_other,
    html::{Html, esc},
    kit::{self, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

fn codes(s: &Support) -> Vec<&str> {
    s.rules.procedure.payment_papers.iter().map(|p| p.code.as_str()).collect()
}

/// On the enterprise's page: what was sent to be paid, and the form while one is taken.
pub fn own(s: &Support, v: &Visitor, d: &Dossier, tray: &Tray, reasons: &[Reason]) -> Html {
    if d.payment.sent_at.is_none() && !d.payment_open() {
        return Html::default();
    }
    let here = format!("{}/{}", mine::address(d.enterprise), d.id);
    let mut out = Html(format!("<h2 id=\"payment\">{}</h2>{}", v.pick("Hồ sơ thanh toán", "File for payment"), standing(s, v, &here, d)));
    if d.payment_open() {
        let wanted: Vec<(&str, bool)> = codes(s).into_iter().map(|c| (c, true)).collect();
        let buttons = kit::button_group(&[
            kit::button(v.pick("Gửi hồ sơ thanh toán", "Send the file for payment")),
            kit::Button::new(v.pick("Lưu tệp, chưa gửi", "Keep the files, do not send")).weight(Weight::Quiet).named("do", "keep").html(),
        ]);
        let body = Html(format!("{}{buttons}", papers::boxes(s, v, tray, &wanted, reasons)));
        out.push(&kit::upload_form(v, &format!("{here}/payment"), &body));
    }
    out
}

/// What was sent and how it stands, for both sides.
pub fn standing(s: &Support, v: &Visitor, base: &str, d: &Dossier) -> Html {
    let p = &d.payment;
    let mut out = Html::default();
    if let Some((at, note)) = &p.returned {
        let body = Html(format!("<p>{}</p><p class=\"muted\">{}</p>", esc(note), when::at_time(*at, s.now(), v.lang)));
        out.push(&kit::banner(Mood::Warn, v.pick("Kế toán trả lại hồ sơ thanh toán", "The accountant sent the file for payment back"), &body));
    } else if let (true, Some(at)) = (p.waits, p.sent_at) {
        out.push(&Html(format!("<p>{} {}</p>", kit::chip(Mood::Info, v.pick("chờ kế toán", "waits for the accountant")), when::at_time(at, s.now(), v.lang))));
    }
    if p.sent_at.is_some() {
        out.push(&papers::sent_list(s, v, base, &p.papers, &codes(s)));
    }
    out
}

/// On the staff's page: the file, and for the accountant the way to send it back.
pub fn staff(s: &Support, v: &Visitor, d: &Dossier, accountant: bool, typed: Option<&Typed<'_>>) -> Html {
    let here = dossier_address(d.id);
    let mut out = Html(format!("<h3>{}</h3>", v.pick("Hồ sơ thanh toán", "File for payment")));
    if d.payment.sent_at.is_none() {
        out.push(&kit::para(v.pick("Doanh nghiệp chưa gửi hồ sơ thanh toán. Chi theo bản giấy thì ghi số của từng giấy tờ.", "The enterprise has sent no file for payment. When paying against paper, write down the numbers.")));
        return out;
    }
    out.push(&standing(s, v, &here, d));
    if accountant && d.payment.waits {
        let note = field(v, "return", "note", v.pick("Giấy tờ nào cần sửa hoặc thêm", "Which paper has to be corrected or added"), typed).max_length(2_000).textarea(3);
        let body = Html(format!("{note}{}", kit::Button::new(v.pick("Trả lại để bổ sung", "Send back")).weight(Weight::Quiet).html()));
        let open = typed.is_some_and(|t| t.form == "return");
        out.push(&kit::details(v.pick("Trả lại hồ sơ thanh toán", "Send the file for payment back"), &kit::form(v, &format!("{here}/return"), &body), open));
    }
    out
}

pub async fn send(State(s): State<Support>, v: Visitor, Path((ent, id)): Path<(EnterpriseId, DossierId)>, Sending(sent): Sending) -> Result<Response, PageError> {
    mine::own_dossier(&s, &v, ent, id).await?;
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    let (fields, mut reasons) = papers::take(&s, ent, id, sent, by).await?;
    if reasons.is_empty() && fields.get("do") != Some("keep") {
        match s.send_payment(id, by).await {
            Ok(_) => return Ok(see_other(&format!("{}/{id}#payment", mine::address(ent)))),
            Err(error) => {
                let refusal = error.refusal()?;
                reasons = if refusal.reasons.is_empty() { vec![Reason { field: None, message: refusal.message }] } else { refusal.reasons };
            }
        }
    }
    if reasons.is_empty() {
        return Ok(see_other(&format!("{}/{id}#payment", mine::address(ent))));
    }
    let d = s.dossier(id).await?;
    let tray = s.tray(id, ent).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, mine::page(&s, &v, &d, &tray, None, &reasons).await?).into_response())
}

pub async fn send_back(State(s): State<Support>, v: Visitor, Path(id): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, id, "return", &form, s.return_payment(id, given(&form, "return", "note"), by)).await
}
