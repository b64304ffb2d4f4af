//! The accountant's part of a dossier: pay against notice, contract, acceptance and invoices; release; reverse with reason.

use super::{
    actor,
    desk::dossier_address,
    dossier::{acted, shown_again},
    parts::{Typed, cited, field, given, spelled},
};
use crate::{
    Support,
    dossier::{By, Commitment, Dossier, DossierId, EntryKind, PayPapers, ReversalWhy},
    rules::money,
};
use axum::{extract::State, response::Response};
use kernel::{Refusal, id::GrantId};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Column, Line, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// What the notice granted: content, state amount, other amount, and how the money stands.
pub fn granted(s: &Support, v: &Visitor, d: &Dossier) -> Html {
    let mut out = String::new();
    for a in &d.approvals {
        let Some(l) = d.request.lines.get(a.line) else { continue };
        let facts = kit::summary_list(&[
            Line::new(v.pick("Việc cụ thể", "What exactly"), l.about.as_str()),
            Line::new(v.pick("Nhà nước hỗ trợ", "The state pays"), spelled(a.state, v.lang)),
            Line::new(v.pick("Nguồn khác", "Other money"), spelled(a.other, v.lang)),
            Line::new(v.pick("Căn cứ", "Article"), cited(v, &a.basis)),
        ]);
        out.push_str(&format!("<section class=\"card\"><h2>{}. {}</h2>{facts}</section>", a.line + 1, esc(s.rules.content_name(&l.content).get(v.lang))));
    }
    Html(out)
}

fn is_accountant(v: &Visitor) -> bool {
    v.actor.as_ref().is_some_and(|a| a.has_role(identity::account::roles::ACCOUNTANT))
}

fn label(s: &Support, v: &Visitor, c: &Commitment) -> String {
    let month = c.period.strip_prefix("month:").map_or_else(String::new, |m| format!(" {m}"));
    format!("{}. {}{month}", c.line + 1, s.rules.content_name(&c.content).get(v.lang))
}

/// The commitments and payments of a dossier, and for the accountant the forms of the open ones.
pub async fn forms(s: &Support, v: &Visitor, d: &Dossier, typed: Option<&Typed<'_>>) -> Result<Html, PageError> {
    if d.commitments.is_empty() {
        return Ok(Html::default());
    }
    let mut out = Html(format!("<h2>{}</h2>{}", v.pick("Tiền", "Money"), money_table(s, v, d)));
    out.push(&super::payment::staff(s, v, d, is_accountant(v), typed));
    if !is_accountant(v) {
        return Ok(out);
    }
    let acceptances: Vec<String> = s.acceptances.of(d.enterprise).await?.into_iter().map(|a| format!("{} ({}, {})", a.reference, web::when::day(a.on, v.lang), a.about)).collect();
    for (i, c) in d.commitments.iter().enumerate().filter(|(_, c)| c.open.0 > 0) {
        out.push(&open_forms(s, v, d, (i, c), &acceptances, typed));
    }
    for (i, e) in d.entries.iter().enumerate().filter(|(_, e)| e.kind == EntryKind::Pay) {
        if !d.entries.iter().any(|x| x.reverses == Some(e.id)) {
            out.push(&reverse_form(s, v, d, (i, e), typed));
        }
    }
    Ok(out)
}

fn money_table(s: &Support, v: &Visitor, d: &Dossier) -> Html {
    let row = |c: &Commitment| vec![Html::text(&label(s, v, c)), Html::text(&c.amount.to_string()), Html::text(&c.open.to_string()), Html::text(&c.paid.to_string())];
    kit::table(&Table {
        caption: v.pick("Cam kết và chi", "Committed and paid").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Nội dung", "Content")),
            Column::num(v.pick("Cam kết", "Committed")),
            Column::num(v.pick("Còn phải chi", "Open")),
            Column::num(v.pick("Đã chi", "Paid")),
        ],
        rows: d.commitments.iter().map(row).collect(),
        empty: String::new(),
    })
}

fn open_forms(s: &Support, v: &Visitor, d: &Dossier, (i, c): (usize, &Commitment), acceptances: &[String], typed: Option<&Typed<'_>>) -> Html {
    let (pay, release) = (format!("pay-{i}"), format!("release-{i}"));
    let here = dossier_address(d.id);
    let hidden = |form: &str| {
        let mut h = kit::hidden("form", form);
        h.push(&kit::hidden("commitment", &c.entry.to_string()));
        h.push(&kit::hidden("entry", &GrantId::new(uuid::Uuid::now_v7()).to_string()));
        h
    };
    let amount = |form: &str| {
        let f = field(v, form, "amount", v.pick("Số tiền", "Amount"), typed).width("w20").autocomplete("off");
        if f.values.is_empty() { f.value(c.open.to_string()).input() } else { f.input() }
    };
    let known = if acceptances.is_empty() { String::new() } else { format!("{} {}", v.pick("Biên bản đã có:", "On record:"), acceptances.join("; ")) };
    let body = Html(format!(
        "{}{}{}{}{}{}",
        hidden(&pay),
        amount(&pay),
        field(v, &pay, "contract", v.pick("Hợp đồng (số, ngày)", "Contract (number, date)"), typed).max_length(300).input(),
        field(v, &pay, "acceptance", v.pick("Biên bản nghiệm thu (số, ngày)", "Acceptance record (number, date)"), typed).hint(known).max_length(300).input(),
        field(v, &pay, "invoices", v.pick("Hóa đơn (ký hiệu, số)", "Invoices (series, number)"), typed).max_length(1_000).input(),
        kit::button(v.pick("Chi trả", "Pay")),
    ));
    let basis = Html(format!("<p>{}</p>", cited(v, &s.rules.procedure.payment.legal_basis)));
    let mut out = kit::card(&format!("{} {}", v.pick("Chi trả", "Pay"), label(s, v, c)), &Html(format!("{basis}{}", kit::form(v, &format!("{here}/pay"), &body))));
    let reason = field(v, &release, "reason", v.pick("Lý do", "Reason"), typed).max_length(1_000).input();
    let body = Html(format!("{}{}{reason}{}", hidden(&release), amount(&release), kit::Button::new(v.pick("Giải tỏa", "Release")).weight(Weight::Risk).html()));
    let summary = format!("{} {}", v.pick("Giải tỏa phần không chi:", "Release what will not be paid:"), label(s, v, c));
    out.push(&kit::details(&summary, &kit::form(v, &format!("{here}/release"), &body), typed.is_some_and(|t| t.form == release)));
    out
}

fn reverse_form(s: &Support, v: &Visitor, d: &Dossier, (i, e): (usize, &crate::dossier::Entry), typed: Option<&Typed<'_>>) -> Html {
    let name = format!("reverse-{i}");
    let choices = [
        Choice::new("error", v.pick("Ghi sai", "A slip")),
        Choice::new("clawback", v.pick("Thu hồi", "Money taken back")).hint(s.rules.procedure.clawback.legal_basis.to_string()),
    ];
    let mut hidden = kit::hidden("form", &name);
    hidden.push(&kit::hidden("of", &e.id.to_string()));
    hidden.push(&kit::hidden("entry", &GrantId::new(uuid::Uuid::now_v7()).to_string()));
    let body = Html(format!(
        "{hidden}{}{}{}",
        field(v, &name, "why", v.pick("Loại", "Kind"), typed).radios(&choices),
        field(v, &name, "reason", v.pick("Lý do", "Reason"), typed).max_length(1_000).input(),
        kit::Button::new(v.pick("Đảo bút toán", "Reverse the entry")).weight(Weight::Risk).html(),
    ));
    let summary = format!("{} {} · {}", v.pick("Đảo khoản chi", "Reverse the payment of"), e.amount, e.contract);
    kit::details(&summary, &kit::form(v, &format!("{}/reverse", dossier_address(d.id)), &body), typed.is_some_and(|t| t.form == name))
}

/// Hidden ids that do not read: somebody made the form by hand.
fn id(form: &FormData, name: &str) -> Result<GrantId, Refusal> {
    form.get(name).and_then(|t| t.parse().ok()).ok_or_else(|| {
        Refusal::invalid("bad-form", "Biểu mẫu không đọc được. Tải lại trang rồi thử lại.", "The form could not be read. Reload the page and try again.")
    })
}

/// The form's own name, so that it comes back open with what was typed.
fn name(form: &FormData, kind: &str) -> String {
    let plain = |n: &&str| n.len() < 20 && n.starts_with(kind) && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    form.get("form").filter(plain).unwrap_or(kind).to_owned()
}

pub async fn pay(State(s): State<Support>, v: Visitor, Path(dossier): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let name = name(&form, "pay");
    let (entry, commitment) = (id(&form, "entry")?, id(&form, "commitment")?);
    let amount = match money::parse(given(&form, &name, "amount"), "amount") {
        Ok(amount) => amount,
        Err(refusal) => return shown_again(&s, &v, dossier, &name, &form, &refusal).await,
    };
    let text = |field: &str| given(&form, &name, field).to_owned();
    let papers = PayPapers { contract: text("contract"), acceptance: text("acceptance"), invoices: text("invoices") };
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, dossier, &name, &form, s.pay(dossier, entry, commitment, amount, &papers, by)).await
}

pub async fn release(State(s): State<Support>, v: Visitor, Path(dossier): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let name = name(&form, "release");
    let (entry, commitment) = (id(&form, "entry")?, id(&form, "commitment")?);
    let amount = match money::parse(given(&form, &name, "amount"), "amount") {
        Ok(amount) => amount,
        Err(refusal) => return shown_again(&s, &v, dossier, &name, &form, &refusal).await,
    };
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, dossier, &name, &form, s.release(dossier, entry, commitment, amount, given(&form, &name, "reason"), by)).await
}

pub async fn reverse(State(s): State<Support>, v: Visitor, Path(dossier): Path<DossierId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let name = name(&form, "reverse");
    let (entry, of) = (id(&form, "entry")?, id(&form, "of")?);
    let why = match given(&form, &name, "why") {
        "error" => ReversalWhy::Error,
        "clawback" => ReversalWhy::Clawback,
        _ => {
            let (vi, en) = ("Chọn loại đảo bút toán.", "Choose the kind of reversal.");
            let refusal = Refusal::invalid("choose", vi, en).because(Some("why"), vi, en);
            return shown_again(&s, &v, dossier, &name, &form, &refusal).await;
        }
    };
    let by = By { actor: &actor, at: s.now() };
    acted(&s, &v, dossier, &name, &form, s.reverse(dossier, entry, of, why, given(&form, &name, "reason"), by)).await
}
