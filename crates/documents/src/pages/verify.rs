//! `/verify/{code}`: what the register says of a document, to anybody who has its code. Nothing of what is in it but its subject; of
//! a document of a case not even that, for it may name somebody.

use crate::{Documents, document::{Document, Mark, Stage}, parties::Standing, views};
use async_trait::async_trait;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Instant, Text};
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Line, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// A document that a case issued, as its code tells it.
pub struct OfCase {
    pub kind: Text,
    pub number: Option<String>,
    pub office: String,
    pub at: Instant,
    /// Who signed and in what authority, as printed.
    pub signed_by: Option<String>,
    /// The digital signatures: whose, when, and whether of a trial key.
    pub marks: Vec<(String, Instant, bool)>,
}

/// Documents that cases issued: slips, decisions, certificates.
#[async_trait]
pub trait OfCases: Send + Sync {
    async fn by_code(&self, code: &str) -> Result<Option<OfCase>, PageError>;
}

pub async fn show(State(s): State<Documents>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let code = code.trim().to_uppercase();
    let shaped = code.len() == 10 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let found = if shaped { views::by_code(&s.scope, &code).await.map_err(PageError::internal)? } else { None };
    let of_case = match s.of_cases.get() {
        Some(cases) if shaped && found.is_none() => cases.by_code(&code).await?,
        _ => None,
    };
    let title = v.pick("Kiểm tra văn bản", "Check a document");
    let (status, body) = match found.filter(|d| matches!(d.stage, Stage::Issued | Stage::Recalled)) {
        Some(d) => (StatusCode::OK, known(&s, &v, &d).await?),
        None if of_case.is_some() => (StatusCode::OK, of_case.map(|d| issued_by_case(&v, &d)).unwrap_or_default()),
        None => (StatusCode::NOT_FOUND, unknown(&v, &code)),
    };
    let main = Html(format!("{}{body}", kit::heading(title, None)));
    Ok((status, Shell::new(&v, title, main).width(Width::Narrow).back("/verify", v.pick("Kiểm tra bằng tệp", "Check by file")).render()).into_response())
}

fn unknown(v: &Visitor, code: &str) -> Html {
    let said = v.pick(
        "Không có văn bản nào mang mã này, hoặc văn bản chưa được phát hành. Kiểm tra lại từng ký tự của mã in cạnh mã QR.",
        "No document has this code, or it is not issued yet. Compare each sign with the code printed beside the QR code.",
    );
    kit::banner(Mood::Warn, &format!("{} {code}", v.pick("Không tìm thấy mã", "There is no code")), &kit::para(said))
}

fn issued_by_case(v: &Visitor, d: &OfCase) -> Html {
    let mut lines = vec![
        Line::new(v.pick("Loại văn bản", "Kind"), Html::text(d.kind.get(v.lang))),
        Line::new(v.pick("Nơi ban hành", "Issued by"), Html::text(&d.office)),
        Line::new(v.pick("Số, ký hiệu", "Number"), Html::text(d.number.as_deref().unwrap_or("–"))),
        Line::new(v.pick("Ngày", "Date"), Html::text(&when::day(d.at.date(), v.lang))),
    ];
    if let Some(by) = &d.signed_by {
        lines.push(Line::new(v.pick("Người ký", "Signed by"), Html::text(by)));
    }
    lines.extend(d.marks.iter().map(|(name, at, trial)| Line::new(v.pick("Chữ ký số", "Signature"), mark(v, name, *at, *trial))));
    let title = v.pick("Có trong sổ văn bản đã phát hành", "In the register of issued documents");
    Html(format!("{}{}{}", kit::banner(Mood::Good, title, &Html::default()), kit::summary_list(&lines), advice(v)))
}

fn advice(v: &Visitor) -> Html {
    let said = kit::para(v.pick(
        "So sánh các thông tin trên với văn bản bạn có. Để chắc chắn tệp không bị sửa, kiểm tra chính tệp đó.",
        "Compare this with the document you have. To be sure that a file was not changed, check the file itself.",
    ));
    Html(format!("{said}<p>{}</p>", kit::link("/verify", v.pick("Kiểm tra tệp", "Check a file"))))
}

async fn known(s: &Documents, v: &Visitor, d: &Document) -> Result<Html, PageError> {
    let lang = v.lang;
    let (mood, title) = match d.stage {
        Stage::Recalled => (Mood::Bad, v.pick("Văn bản đã bị thu hồi", "This document was recalled")),
        _ => (Mood::Good, v.pick("Có trong sổ văn bản đã phát hành", "In the register of issued documents")),
    };
    let recalled = d.recalled.as_ref().map_or(Html::default(), |r| kit::para(&when::exact(r.at, lang)));
    let mut lines = vec![
        Line::new(v.pick("Loại văn bản", "Kind"), Html::text(&super::kind_name(s, v, &d.kind))),
        Line::new(v.pick("Trích yếu", "Subject"), Html::text(&d.subject)),
        Line::new(v.pick("Nơi ban hành", "Issued by"), Html::text(&s.office_name(&d.office))),
    ];
    if let Some(n) = &d.numbered {
        if let Some(cited) = s.catalog.cited(n) {
            lines.push(Line::new(v.pick("Số, ký hiệu", "Number"), Html::text(&cited)));
        }
        lines.push(Line::new(v.pick("Ngày", "Date"), Html::text(&when::day(n.at.date(), lang))));
    }
    let mut warning = Html::default();
    if let Some(original) = &d.copy {
        lines.extend(super::copy::said(s, v, original));
        warning = super::copy::original_recalled(s, v, original).await?;
    }
    if let Some(by) = d.signed_in_words() {
        lines.push(Line::new(v.pick("Người ký", "Signed by"), Html::text(&by)));
    }
    for party in &d.parties {
        if let Standing::Signed { by, at, .. } = &party.standing {
            lines.push(Line::new(v.pick("Bên cùng ký", "Signed too by"), Html(format!("{}<br><span class=\"muted\">{}, {}</span>", esc(&party.name), esc(by), esc(&when::exact(*at, v.lang))))));
        }
    }
    let marks = [d.signed.as_ref(), d.issued.as_ref()].into_iter().flatten().filter_map(|f| f.mark.as_ref());
    for mark in marks {
        lines.push(Line::new(v.pick("Chữ ký số", "Signature"), signature(v, mark)));
    }
    Ok(Html(format!("{}{warning}{}{}", kit::banner(mood, title, &recalled), kit::summary_list(&lines), advice(v))))
}

fn signature(v: &Visitor, m: &Mark) -> Html {
    mark(v, &m.name, m.at, m.trial)
}

fn mark(v: &Visitor, name: &str, at: Instant, trial: bool) -> Html {
    let trial = if trial { format!(" {}", kit::chip(Mood::Info, v.pick("dùng thử, không có giá trị pháp lý", "trial, no legal effect"))) } else { String::new() };
    Html(format!("{}<br><span class=\"muted\">{}</span>{trial}", esc(name), esc(&when::exact(at, v.lang))))
}
