//! `/together/{token}`: where somebody outside takes the file, gives it back signed, or refuses. The link is their only key; it shows
//! nothing but this one document.

use super::{UPLOAD_MAX, party, send, show::scan};
use crate::{
    Documents,
    document::{Document, Stage},
    parties::{Given, Standing},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::Refusal;
use records::{Failure, refusal_of};
use web::{
    extract::{Multipart, Path},
    html::Html,
    kit::{self, Line, Mood, Weight},
    page::{Shell, Width},
    problem::PageError,
    said::Said,
    visitor::Visitor,
};

pub async fn show(State(s): State<Documents>, v: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let (d, n) = s.by_token(&token).await?;
    Ok(page(&s, &v, &token, &d, n, &Said::default())?.into_response())
}

fn page(s: &Documents, v: &Visitor, token: &str, d: &Document, n: usize, said: &Said) -> Result<Html, PageError> {
    let p = d.parties.get(n).ok_or_else(PageError::not_found)?;
    let path = format!("/together/{token}");
    let title = v.pick("Cùng ký văn bản", "Sign a document together");
    let mut main = kit::error_summary(v.lang, &said.reasons);
    main.push(&kit::heading(&d.subject, Some(title)));
    if let Some(last) = p.back.last() {
        let mood = if last.outcome.is_taken() { Mood::Good } else { Mood::Warn };
        main.push(&kit::banner(mood, v.pick("Tệp bạn gửi lại", "The file you gave back"), &kit::para(last.outcome.text().get(v.lang))));
    }
    let mut lines = party::facts(s, v, d);
    lines.push(Line::new(v.pick("Bên ký", "Party"), Html::text(&p.name)));
    lines.push(Line::new(v.pick("Tình trạng", "State"), party::chip(v, d, p)));
    main.push(&kit::summary_list(&lines));
    match (d.stage, &p.standing) {
        (Stage::Joining, Standing::Awaited) => main.push(&forms(v, &path, said)),
        (Stage::Joining | Stage::Signed | Stage::Sealing | Stage::Issued, _) => {
            let word = if d.stage == Stage::Issued { v.pick("Mở văn bản đã phát hành (PDF)", "Open the issued document (PDF)") } else { v.pick("Mở văn bản đã ký (PDF)", "Open the signed document (PDF)") };
            main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{path}/file"), word))));
            if let Some(n) = d.numbered.as_ref().filter(|_| d.stage == Stage::Issued) {
                main.push(&Html(format!("<p>{}</p>", kit::link(&format!("/verify/{}", n.code), v.pick("Kiểm tra văn bản", "Verify the document")))));
            }
        }
        (Stage::Recalled | Stage::Dropped, _) => main.push(&kit::para(v.pick("Văn bản không còn hiệu lực.", "The document is not in force any more."))),
        _ => main.push(&kit::para(v.pick("Văn bản đang được cơ quan soạn, ký lại. Mở lại đường dẫn này khi được báo.", "The office is writing or signing the document again. Open this link again when you are told."))),
    }
    Ok(Shell::new(v, title, main).width(Width::Narrow).error(said.is_error()).back("/", v.pick("Trang chủ", "Home")).render())
}

fn forms(v: &Visitor, path: &str, said: &Said) -> Html {
    let take = kit::card(
        v.pick("1. Tải tệp và ký", "1. Take the file and sign it"),
        &Html(format!(
            "{}<p>{}</p>",
            kit::para(v.pick("Ký số bằng chứng thư của bạn trong phần mềm ký PDF. Chỉ ký, không sửa và không lưu lại bằng cách khác.", "Sign with your own certificate in a program that signs PDF files. Only sign; do not change it or save it in another way.")),
            kit::link(&format!("{path}/file"), v.pick("Tải văn bản (PDF)", "Download the document (PDF)"))
        )),
    );
    let field = said.field(v.lang, "give", "file", v.pick("Tệp PDF bạn đã ký", "The PDF you signed")).hint(v.pick("Tối đa 20 MB. Tệp được kiểm tra ngay và lưu lại", "At most 20 MB. It is checked at once and kept")).kind("file").file(".pdf", false);
    let give = kit::card(v.pick("2. Gửi lại tệp đã ký", "2. Give the signed file back"), &kit::upload_form(v, path, &Html(format!("{}{field}{}", kit::hidden("act", "give"), kit::button(v.pick("Gửi và kiểm tra chữ ký", "Give back and check"))))));
    let why = said.field(v.lang, "refuse", "reason", v.pick("Lý do", "Reason")).textarea(3);
    let refuse = kit::upload_form(v, path, &Html(format!("{}{why}{}", kit::hidden("act", "refuse"), kit::Button::new(v.pick("Từ chối ký", "Refuse to sign")).weight(Weight::Risk).html())));
    Html(format!("{take}{give}{}", kit::details(v.pick("Từ chối ký", "Refuse to sign"), &refuse, said.act == "refuse" && said.is_error())))
}

pub async fn act(State(s): State<Documents>, v: Visitor, Path(token): Path<String>, form: Multipart) -> Result<Response, PageError> {
    let (d, n) = s.by_token(&token).await?;
    let sent = form.collect(UPLOAD_MAX).await?;
    let what = sent.fields.get("act").unwrap_or_default().to_owned();
    let acted = match what.as_str() {
        "refuse" => s.refuse_outside(&token, sent.fields.get("reason").unwrap_or_default()).await.map(|_| ()),
        "give" => match sent.files.into_iter().find(|f| !f.bytes.is_empty()) {
            None => Err(Refusal::invalid("file", "Chưa chọn tệp", "No file").because(Some("file"), "Chọn tệp PDF bạn đã ký.", "Choose the PDF you signed.").into()),
            Some(f) => give(&s, &token, f).await,
        },
        _ => Err(Refusal::invalid("act", "Không có thao tác này", "There is no such act").into()),
    };
    match acted {
        Ok(()) => Ok(Redirect::to(&format!("/together/{token}")).into_response()),
        Err(failure) => {
            let said = Said { act: what, ..Said::refused(sent.fields, refusal_of(failure)?) };
            let (now, n) = s.by_token(&token).await.unwrap_or((d, n));
            Ok(said.answer(page(&s, &v, &token, &now, n, &said)?))
        }
    }
}

async fn give(s: &Documents, token: &str, f: web::extract::SentFile) -> Result<(), Failure> {
    let mut more = s.scope.batch();
    let bytes = f.bytes.clone();
    let file = scan(s, &mut more, f).await?;
    s.give_back(token, &Given { file, bytes, more }).await.map(|_| ())
}

pub async fn file(State(s): State<Documents>, Path(token): Path<String>) -> Result<Response, PageError> {
    let (d, _) = s.by_token(&token).await?;
    send(&s, d.issued.as_ref().or(d.signed.as_ref()).ok_or_else(PageError::not_found)?.file).await
}
