//! `/work/law`: questions that were handed over, and the answers of named officials.

use super::{WORK, actor, day, paragraphs, shell};
use crate::{
    Law,
    question::{QUESTION, Question, QuestionId, State, views},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Table, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
};

/// Lines of the list; the rest is reached by answering.
const MOST: i64 = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    which: String,
}

pub async fn list(Shared(s): Shared<Law>, v: Visitor, Query(a): Query<Asked>) -> Result<Html, PageError> {
    let me = actor(&v)?;
    let state = if a.which == "answered" { State::Answered } else { State::Open };
    let lines = match &me.office {
        Some(office) => views::list(&s.scope, office, state, MOST).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let title = v.pick("Hỏi đáp pháp luật: câu hỏi gửi tới cơ quan", "Questions on the law handed to the office");
    let tab = |code: &str, label: &str, here: bool| format!("<li><a href=\"{WORK}?which={code}\"{}>{label}</a></li>", if here { " aria-current=\"page\"" } else { "" });
    let tabs = format!(
        "<nav class=\"tabs\" aria-label=\"{}\"><ul>{}{}</ul></nav>",
        v.pick("Trạng thái", "State"),
        tab("open", v.pick("Chờ trả lời", "Open"), state == State::Open),
        tab("answered", v.pick("Đã trả lời", "Answered"), state == State::Answered)
    );
    let rows = lines
        .iter()
        .map(|l| {
            let short: String = l.text.chars().take(140).collect();
            vec![kit::link(&format!("{WORK}/questions/{}", l.id), &short), Html::text(&l.code), Html::text(&day(&v, l.asked.date()))]
        })
        .collect();
    let table = Table {
        caption: v.pick("Câu hỏi", "Questions").to_owned(),
        columns: vec![Column::text(v.pick("Câu hỏi", "Question")), Column::text(v.pick("Mã", "Code")), Column::text(v.pick("Gửi ngày", "Sent"))],
        rows,
        empty: v.pick("Không có câu hỏi nào.", "There are no questions.").to_owned(),
        ..Table::default()
    };
    let library = s.library().await?;
    let mut links = vec![kit::link_button(&format!("{WORK}/check"), v.pick("Kiểm tra dự thảo", "Check a draft"), Weight::Main)];
    if Law::may_keep(&me) {
        links.push(kit::link_button(&format!("{WORK}/import"), v.pick("Nhập văn bản", "Import documents"), Weight::Quiet));
    }
    if ["specialist", "head", "leader"].iter().any(|r| me.has_role(r)) {
        links.push(kit::link_button(&format!("{WORK}/findings"), v.pick("Rà soát mâu thuẫn", "Contradictions"), Weight::Quiet));
    }
    links.push(kit::link_button("/law/documents", v.pick("Tra cứu văn bản", "Look documents up"), Weight::Quiet));
    let size = format!("{} {} {} {}", library.documents.len(), v.pick("văn bản,", "documents,"), library.articles(), v.pick("điều, phụ lục trong kho.", "articles and annexes in the corpus."));
    let main = Html(format!("{}{}{}{tabs}{}", kit::heading(title, None), kit::para(&size), kit::button_group(&links), kit::table(&table)));
    Ok(shell(&v, title, main).render())
}

async fn found(s: &Law, v: &Visitor, id: &str) -> Result<(Question, QuestionId), PageError> {
    let id: QuestionId = id.parse().map_err(|_| PageError::not_found())?;
    Ok((s.question_for(&*actor(v)?, id).await?, id))
}

pub async fn show(Shared(s): Shared<Law>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let (q, id) = found(&s, &v, &id).await?;
    Ok(page(&v, &q, id, &Said::default()))
}

fn page(v: &Visitor, q: &Question, id: QuestionId, said: &Said) -> Response {
    let title = v.pick("Trả lời câu hỏi", "Answer a question");
    let mut main = Html::default();
    if said.is_error() {
        main.push(&kit::error_summary(v.lang, &said.reasons));
    }
    main.push(&kit::heading(title, Some(&q.asked.code)));
    let why = match q.asked.why.as_str() {
        "personal" => v.pick("Hỏi về một vụ việc cụ thể", "Asks about a single case"),
        "unsupported" => v.pick("Kho văn bản không đủ căn cứ", "The corpus does not support an answer"),
        "empty" => v.pick("Câu hỏi chưa rõ", "Not clear"),
        _ => v.pick("Người dân chọn hỏi cán bộ", "The citizen chose to ask an official"),
    };
    let shown: Vec<Html> = q.asked.shown.iter().map(|c| Html::text(c)).collect();
    main.push(&kit::summary_list(&[
        kit::Line::new(v.pick("Câu hỏi", "Question"), Html::text(&q.asked.text)),
        kit::Line::new(v.pick("Hỏi về ngày", "About the day"), Html::text(&day(v, q.asked.on))),
        kit::Line::new(v.pick("Vì sao chuyển", "Why it came here"), Html::text(why)),
        kit::Line::new(v.pick("Đã hiện cho người dân", "Shown to the citizen"), if shown.is_empty() { Html::text("–") } else { kit::bullets(&shown) }),
        kit::Line::new(v.pick("Tra cứu", "Look up"), kit::link(&format!("/law?q={}&on={}", url_part(&q.asked.text.chars().take(QUESTION / 4).collect::<String>()), q.asked.on), v.pick("Mở câu hỏi trong kho văn bản", "Open the question in the corpus"))),
    ]));
    match &q.answer {
        Some(a) => main.push(&kit::card(v.pick("Đã trả lời", "Answered"), &Html(format!("{}<p class=\"caption\">{}, {}</p>", paragraphs(&a.text), esc(&a.by), esc(&a.title))))),
        None => {
            let field = said
                .field(v.lang, "answer", "answer", v.pick("Câu trả lời", "Answer"))
                .hint(v.pick("Dẫn đúng điều, khoản và tên văn bản: mỗi viện dẫn được kiểm tra còn hiệu lực vào ngày được hỏi.", "Cite article and document: each citation is checked to be in force on the day asked about."))
                .textarea(8);
            let body = Html(format!("{}{field}{}", kit::hidden("act", "answer"), kit::Button::new(v.pick("Gửi trả lời", "Send the answer")).weight(Weight::Main).html()));
            main.push(&kit::form(v, &format!("{WORK}/questions/{id}"), &body));
        }
    }
    said.answer(shell(v, title, main).back(WORK, v.pick("Các câu hỏi", "All questions")).error(said.is_error()).render())
}

pub async fn answer(Shared(s): Shared<Law>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let (q, id) = found(&s, &v, &id).await?;
    let me = actor(&v)?;
    match s.answer_question(&me, id, f.get("answer").unwrap_or_default()).await {
        Ok(_) => Ok(Redirect::to(&format!("{WORK}/questions/{id}")).into_response()),
        Err(failure) => Ok(page(&v, &q, id, &Said::refused(f, refusal_of(failure)?))),
    }
}
