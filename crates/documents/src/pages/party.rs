//! Who signs beside the office: named on a draft, listed for the drafter, and `/work/documents/{doc}/party`, where a leader of
//! another office signs or refuses.

use super::{Done, ROOT, actor, done, kind_name, room, send};
use crate::{
    Documents,
    document::{Document, Stage},
    parties::{Named, Outcome, Party, Standing},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::DocumentId};
use records::refusal_of;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Line, Mood, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

pub(super) fn name(d: &Document, n: usize) -> String {
    d.parties.get(n).map(|p| p.name.clone()).unwrap_or_default()
}

/// The form that names them, on the page of a draft whose kind has parties.
pub(super) fn naming(s: &Documents, v: &Visitor, d: &Document, said: &Said) -> Html {
    if !s.catalog.kind(&d.kind).is_some_and(|k| k.parties) {
        return Html::default();
    }
    let sent = said.act == "parties";
    let chosen: Vec<String> = if sent { said.form.all("offices").iter().map(|c| (*c).to_owned()).collect() } else { d.parties.iter().filter_map(|p| Some(p.office()?.to_string())).collect() };
    let outside = if sent { said.value("parties", "outside").to_owned() } else { d.parties.iter().filter(|p| p.token().is_some()).map(|p| p.name.as_str()).collect::<Vec<_>>().join("\n") };
    let offices: Vec<Choice> = s.offices.iter().filter(|o| o.code != d.office).map(|o| Choice::new(o.code.as_str(), o.name.get(v.lang))).collect();
    let inside = kit::Field::new(v.lang, "offices", v.pick("Cơ quan trong tỉnh, thành phố", "Offices of the province")).values(chosen.clone()).errors(said.reasons_of("parties")).optional(true).checkboxes(&offices);
    let inside = kit::details(v.pick("Cơ quan trong tỉnh, thành phố cùng ký", "Offices of the province that sign too"), &inside, !chosen.is_empty());
    let outside = kit::Field::new(v.lang, "outside", v.pick("Doanh nghiệp, tổ chức, người dân", "Enterprises, organisations, people"))
        .hint(v.pick("Mỗi bên một dòng. Sau khi cơ quan ký, gửi cho họ đường dẫn ở trang này để tải tệp, ký và gửi lại", "One a line. After the office has signed, send them the link on this page"))
        .errors(said.reasons_of("parties"))
        .value(outside)
        .optional(true)
        .textarea(3);
    let body = Html(format!("{}{outside}{inside}{}", kit::hidden("act", "parties"), kit::Button::new(v.pick("Lưu các bên", "Save the parties")).weight(Weight::Quiet).html()));
    kit::card(v.pick("Các bên cùng ký", "Who signs too"), &kit::form(v, &format!("{ROOT}/{}", d.id), &body))
}

pub(super) fn named(f: &FormData) -> Named {
    Named {
        offices: f.all("offices").into_iter().map(str::to_owned).collect(),
        outside: f.get("outside").unwrap_or_default().lines().map(str::to_owned).collect(),
    }
}

pub(super) fn chip(v: &Visitor, d: &Document, p: &Party) -> Html {
    match (&p.standing, d.stage) {
        (Standing::Signed { by, at, .. }, _) => Html(format!("{} <span class=\"muted\">{}, {}</span>", kit::chip(Mood::Good, v.pick("Đã ký", "Signed")), esc(by), esc(&when::exact(*at, v.lang)))),
        (Standing::Signing { by }, _) => Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(Mood::Info, v.pick("Đang ký số", "Being signed")), esc(&by.name))),
        (Standing::Awaited, Stage::Joining) => kit::chip(Mood::Warn, v.pick("Đang chờ ký", "Awaited")),
        (Standing::Awaited, _) => kit::chip(Mood::Info, v.pick("Ký sau cơ quan", "Signs after the office")),
    }
}

pub(super) fn outcome(v: &Visitor, o: Outcome) -> Html {
    let (mood, word) = match o {
        Outcome::Checked { verdict } => (if verdict.is_valid() { Mood::Good } else if verdict.is_intact() { Mood::Warn } else { Mood::Bad }, verdict.short().get(v.lang).to_owned()),
        Outcome::NotOurs => (Mood::Bad, v.pick("không phải tệp của cơ quan", "not our file").to_owned()),
        Outcome::NothingAdded => (Mood::Warn, v.pick("chưa có chữ ký", "no signature").to_owned()),
        Outcome::Changed => (Mood::Bad, v.pick("tệp đã bị sửa", "the file was changed").to_owned()),
    };
    kit::chip(mood, &word)
}

/// Who is awaited, for the office that issues it; with the links for those outside.
pub(super) fn list(s: &Documents, v: &Visitor, d: &Document) -> Html {
    if d.parties.is_empty() {
        return Html::default();
    }
    let lines: Vec<Line> = d
        .parties
        .iter()
        .map(|p| {
            let link = p.token().filter(|_| d.stage == Stage::Joining && !p.is_signed()).map_or(String::new(), |t| {
                format!("<br>{}: <code>{}</code>", v.pick("Gửi đường dẫn này cho họ", "Send them this link"), esc(&format!("{}/together/{t}", s.public_url.trim_end_matches('/'))))
            });
            let back: String = p.back.iter().map(|b| format!("<br>{} <span class=\"muted\">{}, {}</span>", outcome(v, b.outcome), esc(b.signer.as_deref().unwrap_or_default()), esc(&when::exact(b.at, v.lang)))).collect();
            Line::new(&*p.name, Html(format!("{}{link}{back}", chip(v, d, p))))
        })
        .collect();
    Html(format!("<h2>{}</h2>{}", v.pick("Các bên cùng ký", "Who signs too"), kit::summary_list(&lines)))
}

async fn open(s: &Documents, v: &Visitor, id: &str) -> Result<(Document, usize), PageError> {
    let id: DocumentId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.as_party(&*actor(v)?, id).await?)
}

pub async fn show(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let (d, n) = open(&s, &v, &id).await?;
    Ok(page(&s, &v, &d, n, &Said::default(), &q.done)?.into_response())
}

pub(super) fn facts(s: &Documents, v: &Visitor, d: &Document) -> Vec<Line> {
    let mut lines = vec![
        Line::new(v.pick("Loại văn bản", "Kind"), Html::text(&kind_name(s, v, &d.kind))),
        Line::new(v.pick("Nơi ban hành", "Issued by"), Html::text(&s.office_name(&d.office))),
    ];
    if let Some(n) = &d.numbered {
        if let Some(cited) = s.catalog.cited(n) {
            lines.push(Line::new(v.pick("Số, ký hiệu", "Number"), Html::text(&cited)));
        }
        lines.push(Line::new(v.pick("Ngày", "Date"), Html::text(&when::day(n.at.date(), v.lang))));
    }
    if let Some((p, _)) = &d.signed_by {
        lines.push(Line::new(v.pick("Người ký", "Signed by"), Html::text(&p.name)));
    }
    lines
}

fn page(s: &Documents, v: &Visitor, d: &Document, n: usize, said: &Said, just: &str) -> Result<Html, PageError> {
    let a = actor(v)?;
    let p = d.parties.get(n).ok_or_else(PageError::not_found)?;
    let path = format!("{ROOT}/{}/party", d.id);
    let mut main = done(v, just);
    main.push(&kit::error_summary(v.lang, &said.reasons));
    main.push(&kit::heading(&d.subject, Some(v.pick("Cùng ký văn bản", "Sign a document together"))));
    if let Some(r) = d.returned.as_ref().filter(|_| p.standing == Standing::Awaited) {
        main.push(&kit::banner(Mood::Warn, v.pick("Chưa ký số được", "Not signed"), &kit::para(&r.reason)));
    }
    let mut lines = facts(s, v, d);
    lines.push(Line::new(&*p.name, chip(v, d, p)));
    main.push(&kit::summary_list(&lines));
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{path}/file"), v.pick("Mở văn bản đã ký (PDF)", "Open the signed document (PDF)")))));
    if d.stage == Stage::Joining && p.standing == Standing::Awaited && s.catalog.signing().leads(&a) {
        let note = kit::para(v.pick("Chữ ký của bạn và con dấu số của cơ quan bạn được đặt thêm vào tệp; nội dung và các chữ ký đã có không đổi.", "Your signature and your office's seal are added to the file; its content and the signatures in it do not change."));
        main.push(&kit::card(v.pick("Ký với tư cách một bên", "Sign as a party"), &kit::form(v, &path, &Html(format!("{}{note}{}", kit::hidden("act", "sign"), kit::button(v.pick("Ký văn bản", "Sign the document")))))));
        let why = said.field(v.lang, "refuse", "reason", v.pick("Lý do", "Reason")).textarea(3);
        let form = kit::form(v, &path, &Html(format!("{}{why}{}", kit::hidden("act", "refuse"), kit::Button::new(v.pick("Từ chối ký", "Refuse to sign")).weight(Weight::Risk).html())));
        main.push(&kit::details(v.pick("Từ chối ký", "Refuse to sign"), &form, said.act == "refuse" && said.is_error()));
    }
    Ok(room(v, &d.subject, main).error(said.is_error()).back(ROOT, v.pick("Văn bản", "Documents")).render())
}

pub async fn act(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let (d, n) = open(&s, &v, &id).await?;
    let a = actor(&v)?;
    let acted = match f.get("act").unwrap_or_default() {
        "sign" => s.sign_as_party(&a, d.id).await,
        "refuse" => s.refuse_as_party(&a, d.id, f.get("reason").unwrap_or_default()).await,
        _ => Err(Refusal::invalid("act", "Không có thao tác này", "There is no such act").into()),
    };
    match acted {
        Ok(after) if after.seen_as_party(&a, s.catalog.signing()).is_some() => Ok(Redirect::to(&format!("{ROOT}/{}/party?done=1", d.id)).into_response()),
        Ok(_) => Ok(Redirect::to(ROOT).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            let (now, n) = s.as_party(&a, d.id).await.unwrap_or((d, n));
            Ok(said.answer(page(&s, &v, &now, n, &said, "")?))
        }
    }
}

pub async fn file(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let (d, _) = open(&s, &v, &id).await?;
    send(&s, d.issued.as_ref().or(d.signed.as_ref()).ok_or_else(PageError::not_found)?.file).await
}
