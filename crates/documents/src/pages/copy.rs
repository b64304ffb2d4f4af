//! `…/copy`: the form by which a document of the office, or one that came in, is copied; and what pages say of copies.

use super::{ROOT, actor, office, room};
use crate::{
    Documents,
    catalog::Start,
    copying::{Asked, Copied, Original, Source, may_copy},
    document::{Document, Stage},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, id::{DocumentId, OfficeCode}};
use records::refusal_of;
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Line, Mood, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// Copies named on the page of what was copied.
const MOST: i64 = 50;

fn path(source: Source) -> String {
    match source {
        Source::Document(id) => format!("{ROOT}/{id}"),
        Source::Arrival(id) => format!("{ROOT}/incoming/{id}"),
    }
}

fn document(id: &str) -> Result<Source, PageError> {
    id.parse().map(Source::Document).map_err(|_| PageError::not_found())
}

fn arrival(id: &str) -> Result<Source, PageError> {
    id.parse().map(Source::Arrival).map_err(|_| PageError::not_found())
}

/// The way to the form, for whoever may copy what can be copied.
pub(super) fn link(v: &Visitor, a: &Actor, s: &Documents, office: &OfficeCode, source: Source, can: bool) -> Html {
    if !can || !may_copy(a, office, s.catalog.signing()) {
        return Html::default();
    }
    Html(format!("<p>{}</p>", kit::link_button(&format!("{}/copy", path(source)), v.pick("Sao văn bản", "Make a copy"), Weight::Quiet)))
}

/// The copies that were made.
pub(super) async fn made(s: &Documents, v: &Visitor, source: Source) -> Result<Html, PageError> {
    let known = views::copies(&s.scope, &source.stream(), MOST).await.map_err(PageError::internal)?;
    if known.is_empty() {
        return Ok(Html::default());
    }
    let items: Vec<Html> = known
        .iter()
        .map(|l| {
            let number = l.number.as_ref().map_or_else(String::new, |(_, n, symbol)| format!(" {}/{symbol}", s.catalog.number(*n)));
            let recalled = if l.stage == Stage::Recalled { format!(" {}", kit::chip(Mood::Bad, v.pick("Đã thu hồi", "Recalled"))) } else { String::new() };
            let word = format!("{}{number}", super::kind_name(s, v, &l.kind));
            Html(format!("{}{recalled} <span class=\"muted\">{}</span>", kit::link(&format!("{ROOT}/{}", l.id), &word), esc(&when::day(l.changed.date(), v.lang))))
        })
        .collect();
    Ok(Html(format!("<h2>{}</h2>{}", v.pick("Bản sao đã phát hành", "Copies that went out"), kit::bullets(&items))))
}

/// On a copy's own page: what it copies, and which file.
pub(super) fn of(s: &Documents, v: &Visitor, o: &Original) -> Vec<Line> {
    let mut lines = said(s, v, o);
    if let Some(first) = lines.first_mut() {
        *first = Line::new(v.pick("Sao từ", "Copy of"), kit::link(&path(o.source), &o.cited(&super::kind_name(s, v, &o.kind))));
    }
    lines
}

/// To anybody: what was copied, and the hash of exactly that file.
pub(super) fn said(s: &Documents, v: &Visitor, o: &Original) -> Vec<Line> {
    let how = if o.whole {
        v.pick("Toàn bộ tệp gốc, giữ nguyên từng byte, thêm chữ ký số của cơ quan sao", "The whole file, byte for byte, with the signature of who copies behind it")
    } else {
        v.pick("Trích một phần, trình bày lại", "A part of it, set anew")
    };
    vec![
        Line::new(v.pick("Sao từ", "Copy of"), Html::text(&o.cited(&super::kind_name(s, v, &o.kind)))),
        Line::new(v.pick("Cách sao", "How"), Html::text(how)),
        Line::new(v.pick("Mã băm tệp gốc (SHA-256)", "Hash of the original (SHA-256)"), Html(format!("<code>{}</code>", esc(&o.sha256)))),
    ]
}

/// A copy stands as long as its original does.
pub(super) async fn original_recalled(s: &Documents, v: &Visitor, o: &Original) -> Result<Html, PageError> {
    let Some(id) = o.issued_as else { return Ok(Html::default()) };
    let found = records::load::<Document>(&s.scope, &id.to_string()).await.map_err(PageError::internal)?;
    Ok(match found.filter(|f| f.state.stage == Stage::Recalled) {
        Some(_) => kit::banner(Mood::Bad, v.pick("Văn bản gốc đã bị thu hồi", "The original was recalled"), &kit::para(v.pick("Bản sao này được lập trước khi thu hồi.", "This copy was made before that."))),
        None => Html::default(),
    })
}

pub async fn form_of_document(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    form(&s, &v, document(&id)?).await
}

pub async fn form_of_arrival(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    form(&s, &v, arrival(&id)?).await
}

pub async fn of_document(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    copy(&s, &v, document(&id)?, f).await
}

pub async fn of_arrival(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    copy(&s, &v, arrival(&id)?, f).await
}

async fn form(s: &Documents, v: &Visitor, source: Source) -> Result<Response, PageError> {
    let a = actor(v)?;
    let copied = match s.copied(&a, source).await {
        Ok(copied) => copied,
        Err(failure) => {
            let said = Said::refused(FormData(Vec::new()), refusal_of(failure)?);
            return Ok(said.answer(refused(v, source, &said)));
        }
    };
    let recipients = super::form::started(s, &a, Start::Recipients, &[]).await?;
    let first = s.catalog.copies_of(&copied.original.kind).next().map(|k| k.code.clone()).unwrap_or_default();
    let pairs = vec![("id".to_owned(), DocumentId::new(uuid::Uuid::now_v7()).to_string()), ("kind".to_owned(), first), ("recipients".to_owned(), recipients)];
    let said = Said { act: "copy".into(), form: FormData(pairs), ..Said::default() };
    Ok(page(s, v, &copied, &said)?.into_response())
}

/// Why it cannot be copied, and the way back.
fn refused(v: &Visitor, source: Source, said: &Said) -> Html {
    let title = v.pick("Sao văn bản", "Make a copy");
    let main = Html(format!("{}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, None)));
    room(v, title, main).error(true).back(path(source), v.pick("Văn bản gốc", "The original")).render()
}

fn page(s: &Documents, v: &Visitor, copied: &Copied, said: &Said) -> Result<Html, PageError> {
    let here = office(&*actor(v)?)?;
    let o = &copied.original;
    let title = v.pick("Sao văn bản", "Make a copy");
    let kinds: Vec<Choice> = s
        .catalog
        .copies_of(&o.kind)
        .map(|k| {
            let whole = k.copy.as_ref().is_some_and(|c| c.whole);
            let hint = if whole {
                v.pick("Cả tệp; con dấu số ở góc trên bên phải trang đầu", "The whole file; the digital seal at the upper right corner of the first page")
            } else {
                v.pick("Chỉ phần nội dung chép ở dưới; trình bày lại, ký và đóng dấu số", "Only the part typed below; set anew, signed and sealed")
            };
            Choice::new(k.code.as_str(), k.name.get(v.lang)).hint(hint)
        })
        .collect();
    let field = |name: &str, label: &str| said.field(v.lang, "copy", name, label);
    let extracts = s.catalog.copies_of(&o.kind).any(|k| k.copy.as_ref().is_some_and(|c| !c.whole));
    let body = if extracts {
        field("body", v.pick("Nội dung trích", "The part that is copied")).optional(true).hint(v.pick("Chỉ khi trích sao: chép nguyên văn, mỗi dòng là một đoạn", "Only for an extract: word by word, each line is a paragraph")).textarea(8)
    } else {
        Html::default()
    };
    let offices: Vec<Choice> = s.offices.iter().filter(|x| x.code != here).map(|x| Choice::new(x.code.as_str(), x.name.get(v.lang))).collect();
    let chosen: Vec<String> = said.form.all("deliver").iter().map(|c| (*c).to_owned()).collect();
    let deliver = kit::Field::new(v.lang, "deliver", v.pick("Gửi đến các cơ quan", "Deliver to")).values(chosen.clone()).errors(said.reasons_of("copy")).checkboxes(&offices);
    let deliver = kit::details(v.pick("Gửi qua hệ thống đến cơ quan trong tỉnh, thành phố", "Deliver to offices of the province through the system"), &deliver, !chosen.is_empty());
    let fields = Html(format!(
        "{}{}{}{body}{}{deliver}{}",
        kit::hidden("act", "copy"),
        kit::hidden("id", said.value("copy", "id")),
        field("kind", v.pick("Hình thức sao", "Kind of copy")).radios(&kinds),
        field("recipients", v.pick("Nơi nhận bản sao", "Recipients of the copy")).optional(true).hint(v.pick("Mỗi nơi nhận một dòng", "One a line")).textarea(3),
        kit::button(v.pick("Lập bản sao", "Begin the copy"))
    ));
    let about = kit::summary_list(&[
        Line::new(v.pick("Văn bản gốc", "The original"), Html::text(&o.cited(copied.kind.get(v.lang)))),
        Line::new(v.pick("Trích yếu", "Subject"), Html::text(&o.subject)),
    ]);
    let note = kit::para(v.pick(
        "Bản sao được người có thẩm quyền ký duyệt, lấy số trong sổ bản sao rồi văn thư đóng dấu số. Văn bản gốc không thay đổi.",
        "The copy is decided by whoever may sign it, numbered in the register of copies and sealed by the clerk. The original does not change.",
    ));
    let secret = kit::para(v.pick("Không sao văn bản có nội dung bí mật nhà nước trên hệ thống này.", "Nothing that is a state secret is copied on this system."));
    let main = Html(format!("{}{}{about}{note}{secret}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, None), kit::form(v, &format!("{}/copy", path(o.source)), &fields)));
    Ok(room(v, title, main).error(said.is_error()).back(path(o.source), v.pick("Văn bản gốc", "The original")).render())
}

async fn copy(s: &Documents, v: &Visitor, source: Source, f: FormData) -> Result<Response, PageError> {
    let a = actor(v)?;
    let typed = ["body", "recipients"].into_iter().filter_map(|p| Some((p.to_owned(), f.get(p)?.to_owned()))).collect();
    let asked = Asked {
        id: f.get("id").and_then(|t| t.parse().ok()).unwrap_or_else(|| DocumentId::new(uuid::Uuid::now_v7())),
        kind: f.get("kind").unwrap_or_default().to_owned(),
        typed,
        deliver: f.all("deliver").into_iter().map(str::to_owned).collect(),
    };
    match s.copy(&a, source, &asked).await {
        Ok(d) => Ok(Redirect::to(&format!("{ROOT}/{}?done=1", d.id)).into_response()),
        Err(failure) => {
            let said = Said { act: "copy".into(), ..Said::refused(f, refusal_of(failure)?) };
            match s.copied(&a, source).await {
                Ok(copied) => Ok(said.answer(page(s, v, &copied, &said)?)),
                Err(_) => Ok(said.answer(refused(v, source, &said))),
            }
        }
    }
}
