//! `/centre/boards/{board}/matters/new`: an officer puts a matter before a board, or takes an old one up again.

use super::{Said, actor, board_new::amount, centre, refusal_of};
use crate::{
    Boards, Failure,
    asks::About,
    board::Board,
    matter::{Matter, MatterKind, Proposal, Subject, SubjectKind},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Actor, Refusal,
    id::{BoardId, MatterId},
};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Choice},
    problem::PageError,
    visitor::Visitor,
};

/// What another page may hand over in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Given {
    kind: String,
    subject_kind: String,
    subject_id: String,
    title: String,
    path: String,
    amount: String,
    reopens: String,
}

async fn found(s: &Boards, id: &str) -> Result<Board, PageError> {
    let id: BoardId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.board(id).await?)
}

/// The matter to take up again, if it is one of this board.
async fn old(s: &Boards, board: &Board, id: &str) -> Result<Option<Matter>, PageError> {
    let Ok(id) = id.parse::<MatterId>() else { return Ok(None) };
    Ok(Some(s.matter(id).await?).filter(|m| m.proposal.board == board.id))
}

/// What the form speaks of, when its own room knows it and the actor may know of it.
async fn known(s: &Boards, actor: &Actor, f: &FormData) -> Result<Option<(SubjectKind, About)>, PageError> {
    let (kind, id) = (SubjectKind::of(f.get("subject_kind").unwrap_or_default()), f.filled("subject_id").unwrap_or_default());
    let Some(kind) = kind.filter(|_| !id.is_empty()) else { return Ok(None) };
    Ok(s.subjects.find(Some(actor), kind, id).await.map_err(PageError::from)?.map(|about| (kind, about)))
}

pub async fn form(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, Query(q): Query<Given>) -> Result<Response, PageError> {
    let b = found(&s, &id).await?;
    let old = old(&s, &b, &q.reopens).await?;
    let mut pairs = vec![("id".to_owned(), MatterId::new(uuid::Uuid::now_v7()).to_string())];
    let mut put = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
    match &old {
        Some(m) => {
            let p = &m.proposal;
            put("kind", p.kind.code());
            put("subject_kind", &p.subject.kind);
            put("subject_id", &p.subject.id);
            put("title", &p.subject.title);
            put("path", &p.subject.path);
            put("question", &p.question);
            put("reopens", &p.id.to_string());
            if let Some(a) = p.amount {
                put("amount", &a.0.to_string());
            }
        }
        None => {
            for (name, value) in [("kind", &q.kind), ("subject_kind", &q.subject_kind), ("subject_id", &q.subject_id), ("title", &q.title), ("path", &q.path), ("amount", &q.amount)] {
                put(name, value);
            }
        }
    }
    let mut said = Said { act: "open".into(), form: FormData(pairs), ..Said::default() };
    let about = known(&s, &*actor(&v)?, &said.form).await?;
    if let Some((kind, a)) = &about {
        let given = |name: &str| said.form.filled(name).is_some();
        let usual = kind.usual().filter(|k| !given("kind") && b.rules.kinds.contains(k)).map(|k| ("kind".to_owned(), k.code().to_owned()));
        let title = Some(("title".to_owned(), a.title.clone())).filter(|_| !given("title"));
        said.form.0.retain(|(name, value)| !(value.is_empty() && (name == "kind" || name == "title")));
        said.form.0.extend(usual.into_iter().chain(title));
    }
    Ok(page(&v, &b, old.as_ref(), about.as_ref(), &said).into_response())
}

/// What it is about: found by the program and not to be typed, or what an officer knows of it.
fn subject_fields(v: &Visitor, about: Option<&(SubjectKind, About)>, said: &Said) -> Html {
    let field = |name: &str, vi: &str, en: &str| said.field(v.lang, "open", name, v.pick(vi, en)).optional(true);
    if let Some((kind, a)) = about {
        let firms: Vec<&str> = a.firms.iter().map(|f| f.name.as_str()).collect();
        let firms = if firms.is_empty() { Html::default() } else { Html(format!("<br>{} {}", v.pick("Xét xung đột lợi ích với:", "Conflicts are looked for with:"), esc(&firms.join(", ")))) };
        return Html(format!(
            "{}{}{}",
            kit::hidden("subject_kind", kind.code()),
            kit::hidden("subject_id", &a.id),
            kit::inset(&Html(format!("{}: {}{firms}", esc(kind.text().get(v.lang)), kit::link(&a.path, &a.title)))),
        ));
    }
    let kinds: Vec<Choice> = SubjectKind::ALL.iter().map(|k| Choice::new(k.code(), k.text().get(v.lang))).collect();
    Html(format!(
        "{}{}{}",
        field("subject_kind", "Loại đối tượng", "Kind of subject").hint(v.pick("Để trống khi việc không gắn với một đối tượng trong chương trình", "Empty when it is about nothing kept in the program")).select(&kinds),
        field("subject_id", "Mã đối tượng", "Id of the subject").hint(v.pick("Mã hồ sơ, hoặc phần cuối của địa chỉ trang; dễ hơn: mở trang của đối tượng rồi bấm “Đưa ra ban tư vấn”", "The case code, or the end of the page's address; easier: open the subject's page and press “Put before a board”")).max_length(120).input(),
        field("path", "Đường dẫn trong trang này", "Path on this site").hint(v.pick("Chỉ khi không có mã", "Only when there is no id")).max_length(300).input(),
    ))
}

fn page(v: &Visitor, b: &Board, old: Option<&Matter>, about: Option<&(SubjectKind, About)>, said: &Said) -> Html {
    let kinds: Vec<Choice> = b.rules.kinds.iter().map(|k| Choice::new(k.code(), k.text().get(v.lang))).collect();
    let field = |name: &str, vi: &str, en: &str| said.field(v.lang, "open", name, v.pick(vi, en));
    let facts = old.map_or_else(Html::default, |m| {
        Html(format!(
            "{}{}",
            kit::inset(&Html(format!("{} {}", v.pick("Đưa ra lại việc:", "Taking up again:"), kit::link(&format!("/centre/matters/{}", m.proposal.id), &m.proposal.subject.title)))),
            field("facts", "Tình tiết mới", "What is new").hint(v.pick("Vì sao phải xem xét lại", "Why it must be considered again")).textarea(3)
        ))
    });
    let body = Html(format!(
        "{}{}{}{facts}{}{}{}{}{}{}",
        kit::hidden("act", "open"),
        kit::hidden("id", said.value("open", "id")),
        kit::hidden("reopens", said.value("open", "reopens")),
        subject_fields(v, about, said),
        field("kind", "Loại việc", "Kind").select(&kinds),
        field("title", "Tên việc", "Title").hint(v.pick("Ví dụ: Lộ trình chuyển đổi số của HTX Lươn Vàng", "For example: road map of a cooperative")).max_length(300).input(),
        field("question", "Ban được hỏi ý kiến về điều gì", "What the board is asked to agree to").textarea(5),
        field("amount", "Số tiền liên quan, đồng", "Amount concerned, đồng").hint(v.pick("Dùng để xét mức ủy quyền ký của trưởng ban", "Decides whether the chair may sign alone")).optional(true).numeric().width("w20").input(),
        kit::button(v.pick("Đưa ra ban", "Put before the board")),
    ));
    let title = v.pick("Đưa việc ra ban", "Open a matter");
    let path = format!("/centre/boards/{}", b.id);
    let main = Html(format!("{}{}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, Some(b.name.get(v.lang))), kit::form(v, &format!("{path}/matters/new"), &body)));
    centre(v, title, main).error(said.is_error()).back(path, b.name.get(v.lang)).render()
}

/// A subject of another room is found there with its enterprise: nobody types whom conflicts are looked for with. What is kept
/// nowhere in the program stays as it was told.
fn subject(f: &FormData, about: Option<&(SubjectKind, About)>, old: Option<&Matter>) -> Result<Subject, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let (kind, id, title) = (text("subject_kind"), text("subject_id"), text("title"));
    if let Some((kind, a)) = about {
        let title = if title.is_empty() { a.title.clone() } else { title };
        return Ok(Subject { kind: kind.code().to_owned(), id: a.id.clone(), title, path: a.path.clone(), enterprise: a.enterprise });
    }
    let before = old.map(|m| &m.proposal.subject).filter(|x| SubjectKind::of(&x.kind).is_none());
    if let Some(before) = before.filter(|_| SubjectKind::of(&kind).is_none()) {
        return Ok(Subject { title, path: text("path"), ..before.clone() });
    }
    if SubjectKind::of(&kind).is_some() || !id.is_empty() {
        return Err(Refusal::invalid("subject", "Không tìm thấy đối tượng này", "This subject is not found").because(
            Some("subject_id"),
            "Chọn loại và nhập mã của đối tượng; không có đối tượng loại này với mã đã nhập, hoặc bạn không được xem. Mở trang của đối tượng rồi bấm “Đưa ra ban tư vấn”.",
            "Choose the kind and give the id; there is nothing of this kind with that id, or you may not see it. Open the subject's page and press “Put before a board”.",
        ));
    }
    Ok(Subject { kind: String::new(), id, title, path: text("path"), enterprise: None })
}

fn read(b: &Board, f: &FormData, subject: Subject) -> Result<Proposal, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let kind = MatterKind::of(&text("kind")).ok_or_else(|| Refusal::invalid("kind", "Chưa chọn loại việc", "No kind is chosen").because(Some("kind"), "Chọn một loại việc trong danh sách.", "Choose a kind from the list."))?;
    let money = match f.filled("amount") {
        None => None,
        Some(typed) => Some(amount(typed).ok_or_else(|| Refusal::invalid("amount", "Số tiền chưa đúng", "The amount is not right").because(Some("amount"), "Nhập số đồng nguyên, ví dụ 50.000.000.", "Enter whole đồng, such as 50.000.000."))?),
    };
    let id = text("id").parse().unwrap_or_else(|_| MatterId::new(uuid::Uuid::now_v7()));
    Ok(Proposal { id, board: b.id, kind, subject, question: text("question"), amount: money })
}

pub async fn open(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let b = found(&s, &id).await?;
    let actor = actor(&v)?;
    let old = old(&s, &b, f.get("reopens").unwrap_or_default()).await?;
    let about = known(&s, &actor, &f).await?;
    let proposal = subject(&f, about.as_ref(), old.as_ref()).and_then(|subject| read(&b, &f, subject));
    let opened: Result<Matter, Failure> = match (proposal, &old) {
        (Err(refusal), _) => Err(refusal.into()),
        (Ok(p), None) => s.open_matter(&actor, &p).await,
        (Ok(p), Some(m)) => s.reopen_matter(&actor, m.proposal.id, &p, f.get("facts").unwrap_or_default()).await,
    };
    match opened {
        Ok(m) => Ok(Redirect::to(&format!("/centre/matters/{}?done=1", m.proposal.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(page(&v, &b, old.as_ref(), about.as_ref(), &said)))
        }
    }
}
