//! What an official sees of the answers to one dossier, and asking again.

use super::{actor, mood};
use crate::{Registers, views};
use axum::{
    extract::State,
    response::Redirect,
};
use casework::Found;
use identity::actions::{CASE_ACT, CASE_VIEW};
use web::{
    extract::Path,
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table, Weight},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The dossier for an official who may see it; for everybody else it is not there.
async fn official(s: &Registers, v: &Visitor, code: &str, action: &'static str) -> Result<Found, PageError> {
    let actor = actor(v)?;
    if !actor.is_official() {
        return Err(PageError::not_found());
    }
    Ok(s.desk.find(&actor, code, action).await?)
}

/// What is known of a dossier is kept under its draft where it had one.
pub async fn dossier_of(s: &Registers, code: &str) -> Result<String, store::StoreError> {
    Ok(views::draft_of(&s.scope, code).await?.unwrap_or_else(|| code.to_owned()))
}

pub async fn show(State(s): State<Registers>, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let found = official(&s, &v, &code, CASE_VIEW).await?;
    let (lang, now) = (v.lang, s.now());
    let dossier = dossier_of(&s, &code).await.map_err(PageError::internal)?;
    let checks = views::checks_of(&s.scope, &dossier).await.map_err(PageError::internal)?;
    let title = v.pick("Dữ liệu thay giấy tờ", "Data instead of papers");
    let rows = checks.iter().map(|c| {
        let name = found.definition.component(&c.component).map_or(c.component.clone(), |x| x.name.get(lang).to_owned());
        let differs: Vec<Html> = c
            .differs
            .iter()
            .map(|d| Html(format!("{}: {} <b>{}</b>, {} <b>{}</b>", esc(&s.field_names(&c.source, std::slice::from_ref(&d.field), lang)), esc(v.pick("cơ sở dữ liệu ghi", "the database says")), esc(&d.database), esc(v.pick("tờ khai ghi", "the form says")), esc(&d.form))))
            .collect();
        let differs = if differs.is_empty() { Html::default() } else { kit::bullets(&differs) };
        let hash = if c.sha256.is_empty() { String::new() } else { format!("<br><code class=\"hash\">{}</code>", esc(&c.sha256)) };
        vec![
            Html::text(&name),
            Html(format!("{}<br><span class=\"muted\">{}</span>{hash}", esc(&s.database_name(&c.source, lang)), when::at_time(c.at, now, lang))),
            Html(format!("{}{differs}", kit::chip(mood(c.outcome), c.outcome.name().get(lang)))),
        ]
    });
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Thành phần", "Component"), ("Nguồn, lúc hỏi", "Source, when asked"), ("Trả lời", "Answer")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.collect(),
        empty: v.pick("Chưa hỏi cơ sở dữ liệu nào cho hồ sơ này.", "No database has been asked for this dossier yet.").to_owned(),
    });
    let owed = owed(&s, &v, &found, checks.iter().any(|c| c.outcome.needs_notice()));
    let again = kit::form(&v, &format!("/work/registers/{}/ask", url_part(&code)), &kit::Button::new(v.pick("Tra cứu lại", "Ask again")).weight(Weight::Quiet).html());
    let note = v.pick("Lần tra cứu của bạn được ghi lại và người dân xem được.", "Your asking is recorded and the person can see it.");
    let looks = views::looks_for(&s.scope, &dossier, 100).await.map_err(PageError::internal)?;
    let asked: Vec<Html> = looks.iter().map(|l| Html(format!("{} · {} · {} <span class=\"muted\">{}</span>", when::at_time(l.asked.at, now, lang), esc(&l.asked.actor_name), esc(&s.database_name(&l.asked.source, lang)), esc(l.asked.outcome.name().get(lang))))).collect();
    let asked = kit::details(v.pick("Mọi lần hỏi cho hồ sơ này", "Every question for this dossier"), &kit::bullets(&asked), false);
    let main = Html(format!("{}{owed}{table}{again}<p class=\"muted\">{note}</p>{asked}", kit::heading(title, Some(found.state.code.as_str()))));
    Ok(Shell::new(&v, title, main).back(format!("/work/cases/{}", url_part(&code)), v.pick("Hồ sơ", "The case")).render())
}

/// What must be sent to the applicant, and until when.
fn owed(s: &Registers, v: &Visitor, found: &Found, missing: bool) -> Html {
    let st = &found.state;
    if !missing || st.supplements.iter().any(|x| x.asked >= st.filed_at) {
        return Html::default();
    }
    let Some((notice, due)) = s.owed(st.channel, &st.offices.received, st.filed_at) else { return Html::default() };
    let late = due < s.now();
    let said = format!("{}: {} ({}).", notice.name.get(v.lang), when::due(due, s.now(), v.lang), s.catalog.missing.legal_basis);
    let more = v.pick("Nêu rõ dữ liệu nào thiếu hoặc sai và nơi người dân đến sửa.", "Say which data are missing or wrong and where the person has them corrected.");
    kit::banner(if late { Mood::Bad } else { Mood::Warn }, v.pick("Dữ liệu thiếu hoặc sai: phải báo cho người nộp", "Data missing or wrong: the applicant must be told"), &Html(format!("<p>{}</p><p>{more}</p>", esc(&said))))
}

pub async fn ask(State(s): State<Registers>, v: Visitor, Path(code): Path<String>) -> Result<Redirect, PageError> {
    let found = official(&s, &v, &code, CASE_ACT).await?;
    let actor = actor(&v)?;
    let dossier = dossier_of(&s, &code).await.map_err(PageError::internal)?;
    s.check(&actor, &found.definition, &dossier, &found.state.answers, s.now()).await.map_err(PageError::internal)?;
    Ok(Redirect::to(&format!("/work/registers/{}", url_part(&code))))
}

