//! The table of components that data replace: from where, on what basis, until when, what nobody has verified.

use crate::{Registers, catalog::{Row, days_between}};
use axum::extract::State;
use casework::Definition;
use kernel::text::{Lang, fold};
use serde::Deserialize;
use std::sync::Arc;
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    source: String,
    show: String,
    q: String,
}

pub async fn show(State(s): State<Registers>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let lang = v.lang;
    let today = s.now().date();
    let definition = |code: &str| s.desk.rules().definitions.current(code, today).cloned();
    let q = fold(&kernel::text::clean(&asked.q).chars().take(100).collect::<String>());
    let named = |r: &Row, d: Option<&Arc<Definition>>| {
        let name = d.map_or("", |d| d.name.vi.as_str());
        let component = d.and_then(|d| d.component(&r.component)).map_or("", |c| c.name.vi.as_str());
        fold(&format!("{} {name} {component} {}", r.procedure, r.component))
    };
    let lapsing: Vec<(&Row, i32)> = s.catalog.lapsing(today).collect();
    let wanted = |r: &&Row| {
        (asked.source.is_empty() || r.source == asked.source)
            && match asked.show.as_str() {
                "unverified" => !r.basis.verified,
                "lapsing" => lapsing.iter().any(|(x, _)| *x == *r),
                _ => true,
            }
            && (q.is_empty() || q.split(' ').all(|w| named(r, definition(&r.procedure).as_ref()).contains(w)))
    };
    let rows: Vec<Vec<Html>> = s.catalog.rows.iter().filter(wanted).map(|r| row(&s, &v, r, definition(&r.procedure).as_ref(), days_left(r, today))).collect();
    let title = v.pick("Dữ liệu thay giấy tờ", "Data instead of papers");
    let shown = rows.len();
    let count = match lang {
        Lang::Vi => format!("{shown} trên {} dòng.", s.catalog.rows.len()),
        Lang::En => format!("{shown} of {} rows.", s.catalog.rows.len()),
    };
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Thủ tục", "Procedure"), ("Thành phần", "Component"), ("Cơ sở dữ liệu, chủ quản", "Database, owner"), ("Hỏi theo, lấy gì", "Asked by, what is taken"), ("Căn cứ", "Basis"), ("Hiệu lực", "In force")]
            .map(|(vi, en)| Column::text(v.pick(vi, en)))
            .to_vec(),
        rows,
        empty: v.pick("Không có dòng nào khớp.", "No row matches.").to_owned(),
    });
    let main = Html(format!(
        "{}{}{}<p role=\"status\" class=\"muted\">{count}</p>{table}",
        kit::heading(title, None),
        warnings(&s, &v, &lapsing),
        filters(&s, &v, &asked),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Wide).back("/admin", v.pick("Quản trị", "Administration")).render())
}

fn days_left(r: &Row, today: kernel::time::Date) -> Option<i32> {
    r.effective.to.map(|to| days_between(today, to))
}

/// What lapses, what nobody verified, what definitions replace by data without a row here.
fn warnings(s: &Registers, v: &Visitor, lapsing: &[(&Row, i32)]) -> Html {
    let today = s.now().date();
    let mut out = Html::default();
    if let Some((row, left)) = lapsing.iter().min_by_key(|(_, left)| *left) {
        let until = row.effective.to.map_or_else(String::new, |d| when::day(d, v.lang));
        let (title, body) = if *left < 0 {
            (v.pick("Có quy định đã hết hiệu lực", "Some rules have lapsed"), v.pick("Từ hôm sau, thành phần này trở lại phải nộp giấy tờ theo bản gốc của thủ tục, cho đến khi có quy định mới.", "From the next day these components are papers again, as in the base version of the procedure, until there is a new rule."))
        } else {
            (v.pick("Sắp hết hiệu lực", "About to lapse"), v.pick("Chuẩn bị bản mới của các thủ tục này hoặc căn cứ mới trước ngày đó.", "Prepare new versions of these procedures, or a new basis, before that day."))
        };
        let said = match v.lang {
            Lang::Vi => format!("{} dòng có ngày cuối gần nhất {until} (còn {left} ngày). {body}", lapsing.len()),
            Lang::En => format!("{} rows, the first on {until} ({left} days left). {body}", lapsing.len()),
        };
        out.push(&kit::banner(if *left < 0 { Mood::Bad } else { Mood::Warn }, title, &Html(format!("<p>{} {}</p>", esc(&said), kit::link("/admin/sources?show=lapsing", v.pick("Xem các dòng này", "See them"))))));
    }
    let unverified = s.catalog.rows.iter().filter(|r| !r.basis.verified).count();
    if unverified > 0 {
        let said = match v.lang {
            Lang::Vi => format!("{unverified} dòng chưa đối chiếu với văn bản gốc."),
            Lang::En => format!("{unverified} rows have not been compared with the legal text."),
        };
        out.push(&kit::inset(&Html(format!("{} {}", esc(&said), kit::link("/admin/sources?show=unverified", v.pick("Xem các dòng này", "See them"))))));
    }
    let without: Vec<Html> = s
        .desk
        .rules()
        .definitions
        .in_force(today)
        // Administrative procedures; an engagement of the centre is none.
        .filter(|d| d.kind == "dossier")
        .flat_map(|d| d.components.iter().filter(|c| c.from_database.is_some()).map(move |c| (d, c)))
        .filter(|(d, c)| s.catalog.rows_of(d.code.as_str(), &c.code, today).next().is_none())
        .map(|(d, c)| Html(format!("{} – {}", esc(d.code.as_str()), esc(c.name.get(v.lang)))))
        .collect();
    if !without.is_empty() {
        out.push(&kit::banner(Mood::Warn, v.pick("Thành phần lấy từ dữ liệu nhưng chưa có dòng trong bảng", "Components replaced by data without a row here"), &kit::bullets(&without)));
    }
    out
}

fn filters(s: &Registers, v: &Visitor, asked: &Asked) -> Html {
    let lang = v.lang;
    let sources: Vec<Choice> = s.catalog.databases.values().map(|d| Choice::new(&d.code, d.name.get(lang))).collect();
    let shows = [Choice::new("lapsing", v.pick("Sắp hoặc đã hết hiệu lực", "Lapsing or lapsed")), Choice::new("unverified", v.pick("Chưa đối chiếu", "Not verified"))];
    let q = Field::new(lang, "q", v.pick("Thủ tục hoặc thành phần", "Procedure or component")).optional(true).value(&asked.q).max_length(100);
    let source = Field::new(lang, "source", v.pick("Cơ sở dữ liệu", "Database")).optional(true).value(&asked.source);
    let show = Field::new(lang, "show", v.pick("Chỉ những dòng", "Only rows")).optional(true).value(&asked.show);
    kit::search_form("/admin/sources", &Html(format!("<div class=\"source-filters\">{}{}{}</div>{}", q.input(), source.select(&sources), show.select(&shows), kit::Button::new(v.pick("Lọc", "Filter")).weight(Weight::Quiet).html())))
}

fn row(s: &Registers, v: &Visitor, r: &Row, d: Option<&Arc<Definition>>, left: Option<i32>) -> Vec<Html> {
    let lang = v.lang;
    let db = s.catalog.database(&r.source);
    let name = d.map_or("–", |d| d.name.get(lang));
    let component = d.and_then(|d| d.component(&r.component)).map_or(r.component.as_str(), |c| c.name.get(lang));
    let connected = s.simulator.is_some() && crate::base::simulator::SOURCES.contains(&r.source.as_str()) || s.simulator.is_none() && s.register.is_some();
    let line = if connected { kit::chip(Mood::Good, v.pick("đã kết nối", "connected")) } else { kit::chip(Mood::Info, v.pick("chưa kết nối", "not connected")) };
    let keys: Vec<String> = r.keys.iter().map(|k| d.and_then(|d| d.form.field(k)).map_or_else(|| v.pick("người nộp", "the applicant").to_owned(), |f| f.title.get(lang).to_owned())).collect();
    let mark = if r.basis.verified { String::new() } else { format!(" {}", kit::chip(Mood::Warn, v.pick("chưa đối chiếu", "not verified"))) };
    let force = match (r.effective.to, left) {
        (Some(to), Some(left)) => {
            let mood = if left < 0 { Mood::Bad } else if left <= s.catalog.warn_days { Mood::Warn } else { Mood::Info };
            let word = match (lang, left < 0) {
                (Lang::Vi, true) => "đã hết hiệu lực".to_owned(),
                (Lang::En, true) => "lapsed".to_owned(),
                (Lang::Vi, false) => format!("còn {left} ngày"),
                (Lang::En, false) => format!("{left} days left"),
            };
            Html(format!("{} – {}<br>{}", when::day(r.effective.from, lang), when::day(to, lang), kit::chip(mood, &word)))
        }
        _ => Html::text(&format!("{} {}", v.pick("từ", "from"), when::day(r.effective.from, lang))),
    };
    vec![
        Html(format!("<a href=\"/services/{}\">{}</a><br>{}", url_part(&r.procedure), esc(&r.procedure), esc(name))),
        Html::text(component),
        Html(format!("{}<br><span class=\"muted\">{}</span><br>{line}", esc(db.map_or(r.source.as_str(), |d| d.name.get(lang))), esc(db.map_or("", |d| d.owner.get(lang))))),
        Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&keys.join(v.pick(" hoặc ", " or "))), esc(&s.field_names(&r.source, &r.fields, lang)))),
        Html(format!("{}{mark}", esc(&r.basis.to_string()))),
        force,
    ]
}
