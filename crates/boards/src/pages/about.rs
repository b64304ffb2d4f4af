//! Matters about one thing of another room: on that thing's page, and the way from there to a board.

use super::{actor, centre};
use crate::{
    Boards, Failure,
    board::views as boards_views,
    matter::{MatterState, SubjectKind, views},
};
use axum::extract::State;
use kernel::id::{BoardId, MatterId};
use serde::Deserialize;
use web::{
    Page,
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What another page hands over.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    subject_kind: String,
    subject_id: String,
}

fn query(kind: SubjectKind, id: &str) -> String {
    format!("subject_kind={}&subject_id={}", kind.code(), url_part(id))
}

fn chip(v: &Visitor, state: &str) -> Html {
    let Some(state) = MatterState::of(state) else { return Html::text(state) };
    let mood = match state {
        MatterState::Open => Mood::Info,
        MatterState::Decided => Mood::Good,
        MatterState::Withdrawn => Mood::Warn,
    };
    kit::chip(mood, state.text().get(v.lang))
}

/// The outcome where it is concluded, and whether the visitor may open it.
async fn seen(s: &Boards, v: &Visitor, id: MatterId) -> Result<(Option<String>, bool), Failure> {
    let Some(me) = v.actor.as_deref() else { return Ok((None, false)) };
    match s.matter_for(me, id).await {
        Ok((_, m)) => Ok((m.decision.map(|d| d.outcome.text().get(v.lang).to_owned()), true)),
        Err(Failure::Refused(_)) => Ok((None, false)),
        Err(e) => Err(e),
    }
}

/// What boards have before them about a thing, for the card on its page; officers may put it before a board. Nothing when there
/// is neither. Who may not open a matter still reads that it is there and how far it is: votes and reasons stay with the board.
pub async fn card(s: &Boards, v: &Visitor, kind: SubjectKind, id: &str) -> Result<Html, Failure> {
    let officer = v.actor.as_deref().is_some_and(Boards::is_officer);
    let mut items = Vec::new();
    for line in views::about(&s.scope, kind.code(), id).await? {
        let (outcome, opens) = seen(s, v, line.id).await?;
        let title = if opens { kit::link(&format!("/centre/matters/{}", line.id), &line.title) } else { Html::text(&line.title) };
        let outcome = outcome.map_or_else(String::new, |o| format!(" · {}", esc(&o)));
        items.push(Html(format!(
            "{title} {}{outcome} <span class=\"muted\">{} · {}</span>",
            chip(v, &line.state),
            esc(line.board_name.get(v.lang)),
            when::day(line.opened_at.date(), v.lang)
        )));
    }
    if items.is_empty() && !officer {
        return Ok(Html::default());
    }
    let list = if items.is_empty() { kit::para(v.pick("Chưa đưa ra ban nào.", "Not before any board yet.")) } else { kit::bullets(&items) };
    let button = if officer {
        let way = kit::link_button(&format!("/centre/matters/new?{}", query(kind, id)), v.pick("Đưa ra ban tư vấn", "Put before a board"), Weight::Quiet);
        Html(format!("<p>{way}</p>"))
    } else {
        Html::default()
    };
    Ok(kit::card(v.pick("Ban tư vấn", "Consulting boards"), &Html(format!("{list}{button}"))))
}

/// `/centre/matters/new`: which board the thing goes to. Only boards that work today and take what is usually asked about it.
pub async fn choose(State(s): State<Boards>, v: Visitor, Query(q): Query<Asked>) -> Page {
    let me = actor(&v)?;
    let kind = SubjectKind::of(&q.subject_kind).ok_or_else(PageError::not_found)?;
    let about = s.subjects.find(Some(&me), kind, &q.subject_id).await?.ok_or_else(PageError::not_found)?;
    let today = s.now().date();
    let mut rows = Vec::new();
    for line in boards_views::boards(&s.scope, today, 500).await.map_err(PageError::internal)?.iter().filter(|b| !b.closed) {
        let id: BoardId = line.id;
        let board = s.board(id).await?;
        if !board.works_on(today) || kind.usual().is_some_and(|k| !board.rules.kinds.contains(&k)) {
            continue;
        }
        let kinds: Vec<String> = board.rules.kinds.iter().map(|k| k.text().get(v.lang).to_owned()).collect();
        rows.push(vec![
            kit::link(&format!("/centre/boards/{id}/matters/new?{}", query(kind, &about.id)), board.name.get(v.lang)),
            Html::text(super::named(&s.catalog.competences.fields, &line.field).get(v.lang)),
            Html::text(&kinds.join("; ")),
        ]);
    }
    let title = v.pick("Đưa ra ban tư vấn", "Put before a board");
    let c = |vi: &'static str, en: &'static str| Column::text(v.pick(vi, en));
    let main = Html(format!(
        "{}{}<p>{}</p>{}<p>{}</p>",
        kit::heading(title, Some(kind.text().get(v.lang))),
        kit::inset(&kit::link(&about.path, &about.title)),
        v.pick("Chọn ban; nội dung của đối tượng được điền sẵn ở bước sau.", "Choose the board; the next step is filled in."),
        kit::table(&Table {
            caption: v.pick("Ban nhận loại việc này", "Boards that take it").to_owned(),
            columns: vec![c("Ban", "Board"), c("Lĩnh vực", "Field"), c("Loại việc nhận", "Takes")],
            rows,
            empty: v.pick("Chưa có ban nào đang trong nhiệm kỳ nhận loại việc này. Hãy lập ban hoặc kéo dài nhiệm kỳ.", "No board in its term takes this. Open a board or extend a term.").to_owned(),
            ..Table::default()
        }),
        kit::link("/centre/boards", v.pick("Tất cả các ban", "All boards")),
    ));
    Ok(centre(&v, title, main).back(about.path.clone(), about.title.as_str()).render())
}
