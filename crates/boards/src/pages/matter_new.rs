//! `/centre/boards/{board}/matters/new`: an officer puts a matter before a board, or takes an old one up again.

use super::{Said, actor, board_new::amount, centre, refusal_of};
use crate::{
    Boards,
    board::Board,
    matter::{Matter, MatterKind, Proposal, Subject},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{
    Refusal,
    id::{BoardId, MatterId},
};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::Html,
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
    let said = Said { act: "open".into(), form: FormData(pairs), ..Said::default() };
    Ok(page(&v, &b, old.as_ref(), &said).into_response())
}

fn page(v: &Visitor, b: &Board, old: Option<&Matter>, said: &Said) -> Html {
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
        "{}{}{}{facts}{}{}{}{}{}{}{}{}",
        kit::hidden("act", "open"),
        kit::hidden("id", said.value("open", "id")),
        kit::hidden("reopens", said.value("open", "reopens")),
        field("kind", "Loại việc", "Kind").select(&kinds),
        field("title", "Tên việc", "Title").hint(v.pick("Ví dụ: Lộ trình chuyển đổi số của HTX Lươn Vàng", "For example: road map of a cooperative")).max_length(300).input(),
        field("question", "Ban được hỏi ý kiến về điều gì", "What the board is asked to agree to").textarea(5),
        field("amount", "Số tiền liên quan, đồng", "Amount concerned, đồng").hint(v.pick("Dùng để xét mức ủy quyền ký của trưởng ban", "Decides whether the chair may sign alone")).optional(true).numeric().width("w20").input(),
        field("subject_kind", "Loại đối tượng", "Kind of subject").hint("assessment, engagement, choice, grant, framework").optional(true).width("w20").input(),
        field("subject_id", "Mã đối tượng", "Id of the subject").optional(true).width("w20").input(),
        field("path", "Đường dẫn trong trang này", "Path on this site").optional(true).max_length(300).input(),
        kit::button(v.pick("Đưa ra ban", "Put before the board")),
    ));
    let title = v.pick("Đưa việc ra ban", "Open a matter");
    let path = format!("/centre/boards/{}", b.id);
    let main = Html(format!("{}{}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, Some(b.name.get(v.lang))), kit::form(v, &format!("{path}/matters/new"), &body)));
    centre(v, title, main).error(said.is_error()).back(path, b.name.get(v.lang)).render()
}

fn read(b: &Board, f: &FormData) -> Result<Proposal, Refusal> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let kind = MatterKind::of(&text("kind")).ok_or_else(|| Refusal::invalid("kind", "Chưa chọn loại việc", "No kind is chosen").because(Some("kind"), "Chọn một loại việc trong danh sách.", "Choose a kind from the list."))?;
    let money = match f.filled("amount") {
        None => None,
        Some(typed) => Some(amount(typed).ok_or_else(|| Refusal::invalid("amount", "Số tiền chưa đúng", "The amount is not right").because(Some("amount"), "Nhập số đồng nguyên, ví dụ 50.000.000.", "Enter whole đồng, such as 50.000.000."))?),
    };
    let id = text("id").parse().unwrap_or_else(|_| MatterId::new(uuid::Uuid::now_v7()));
    let subject_id = text("subject_id");
    let enterprise = subject_id.parse().ok();
    Ok(Proposal { id, board: b.id, kind, subject: Subject { kind: text("subject_kind"), id: subject_id, title: text("title"), path: text("path"), enterprise }, question: text("question"), amount: money })
}

pub async fn open(State(s): State<Boards>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let b = found(&s, &id).await?;
    let actor = actor(&v)?;
    let old = old(&s, &b, f.get("reopens").unwrap_or_default()).await?;
    let opened = match (read(&b, &f), &old) {
        (Err(refusal), _) => Err(refusal.into()),
        (Ok(p), None) => s.open_matter(&actor, &p).await,
        (Ok(p), Some(m)) => s.reopen_matter(&actor, m.proposal.id, &p, f.get("facts").unwrap_or_default()).await,
    };
    match opened {
        Ok(m) => Ok(Redirect::to(&format!("/centre/matters/{}?done=1", m.proposal.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(page(&v, &b, old.as_ref(), &said)))
        }
    }
}
