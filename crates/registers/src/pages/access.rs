//! Who looked at my data (Law 91/2025/QH15): every question about me, by whom, why, which fields.

use super::{PAGE, actor, place};
use crate::{Registers, follow::JOURNAL, model::Outcome, views::{self, Look}};
use axum::extract::State;
use kernel::text::Lang;
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
}

pub fn mood(o: Outcome) -> Mood {
    match o {
        Outcome::Found => Mood::Good,
        Outcome::Waiting | Outcome::NotConnected | Outcome::NoKey => Mood::Info,
        Outcome::Partial | Outcome::NotFound => Mood::Warn,
        Outcome::Differs => Mood::Bad,
    }
}

/// The fields of a database in the words people read.
pub fn fields(s: &Registers, source: &str, fields: &[String], lang: Lang) -> String {
    let db = s.catalog.database(source);
    let named: Vec<&str> = fields.iter().map(|f| db.and_then(|d| d.fields.get(f)).map_or(f.as_str(), |t| t.get(lang))).collect();
    named.join(", ")
}

pub fn database(s: &Registers, source: &str, lang: Lang) -> String {
    if source == JOURNAL {
        return lang.pick("Nhật ký hệ thống", "The system's journal").to_owned();
    }
    s.catalog.database(source).map_or_else(|| source.to_owned(), |d| d.name.get(lang).to_owned())
}

pub async fn show(State(s): State<Registers>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let before = place(&asked.after);
    let rows = match &actor.personal_number {
        Some(number) => views::looks_at(&s.scope, number, (before.0, &before.1), PAGE).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    let next = rows.last().filter(|_| full).map(|r| format!("/my/data-access?after={}~{}", r.asked.at.micros(), url_part(&r.asked.id)));
    let title = v.pick("Ai đã xem dữ liệu của tôi", "Who looked at my data");
    let lead = v.pick(
        "Mỗi lần hệ thống hoặc cán bộ hỏi cơ sở dữ liệu của Nhà nước về bạn, và mỗi lần người kiểm tra mở nội dung cá nhân của bạn trong nhật ký, đều được ghi ở đây: ai hỏi, để làm gì, hỏi những mục nào.",
        "Every time the system or an official asks a database of the State about you, and every time an auditor opens personal values of yours in the journal, it is written here: who asked, what for, which fields.",
    );
    let wrong = v.pick(
        "Nếu thấy một lần tra cứu bạn không hiểu lý do, hãy gửi phản ánh kèm ngày giờ của lần đó.",
        "If you see one whose reason you do not understand, send a complaint with its date and time.",
    );
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Lúc", "When"), ("Ai", "Who"), ("Để làm gì", "What for"), ("Hỏi gì, ở đâu", "What was asked, where"), ("Trả lời", "Answer")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.iter().map(|r| row(&s, &v, &actor.account.to_string(), r)).collect(),
        empty: v.pick("Chưa có lần tra cứu nào về bạn.", "Nobody has asked about you yet.").to_owned(),
    });
    let main = Html(format!("<h1>{title}</h1><p class=\"lead\">{lead}</p>{table}{}<p class=\"muted\">{wrong}</p>", kit::pagination(v.lang, None, next.as_deref())));
    Ok(Shell::new(&v, title, main).back("/my", v.pick("Hồ sơ của tôi", "My applications")).render())
}

fn row(s: &Registers, v: &Visitor, me: &str, r: &Look) -> Vec<Html> {
    let lang = v.lang;
    let a = &r.asked;
    let who = if a.actor == me {
        esc(v.pick("Bạn (điền và nộp tờ khai)", "You (filling in and sending a form)"))
    } else if a.office.is_empty() {
        format!("{} <span class=\"muted\">{}</span>", esc(&a.actor_name), esc(v.pick("(không phải cán bộ)", "(not an official)")))
    } else {
        let office = s.desk.identity().offices().get(&a.office).map_or(a.office.clone(), |o| o.name.get(lang).to_owned());
        format!("{}<br><span class=\"muted\">{}</span>", esc(&a.actor_name), esc(&office))
    };
    let dossier = match &r.code {
        Some(code) => format!("<br>{} {}", esc(v.pick("Hồ sơ", "Case")), kit::link(&format!("/my/{}", url_part(code)), code)),
        None if a.dossier.starts_with("draft") => format!("<br><span class=\"muted\">{}</span>", esc(v.pick("bản nháp", "a draft"))),
        None => format!("<br><span class=\"muted\">{}</span>", esc(&a.dossier)),
    };
    vec![
        when::at_time(a.at, s.now(), lang),
        Html(who),
        Html(format!("{}{dossier}", esc(a.purpose.get(lang)))),
        Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&database(s, &a.source, lang)), esc(&fields(s, &a.source, &a.fields, lang)))),
        kit::chip(mood(a.outcome), a.outcome.name().get(lang)),
    ]
}
