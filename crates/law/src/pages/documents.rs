//! The documents: a list that is searched by number and name, one document with its tree, one article with its versions.

use super::{HOME, day, day_of, document_path, paragraphs, shell, span, status_chip, unit_path, versions};
use crate::{
    Law,
    document::{Article, Document},
    library::Library,
};
use axum::{
    extract::State as Shared,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::time::Date;
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Column, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// Lines of the list.
const MOST: usize = 200;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    on: String,
    /// The day it is compared with.
    with: String,
}

impl Asked {
    fn day(&self, s: &Law) -> Date {
        day_of(&self.on).unwrap_or_else(|| s.now().date())
    }
}

pub async fn list(Shared(s): Shared<Law>, v: Visitor, Query(a): Query<Asked>) -> Result<Html, PageError> {
    let library = s.library().await?;
    let on = a.day(&s);
    let found: Vec<&Document> = if a.q.trim().is_empty() {
        library.documents.iter().rev().collect()
    } else {
        library.find_documents(&a.q.chars().take(200).collect::<String>(), &s.catalog)
    };
    let title = v.pick("Văn bản pháp luật", "Legal documents");
    let field = kit::Field::new(v.lang, "q", v.pick("Số, một phần số hoặc tên", "Number, part of it, or name")).value(&a.q).max_length(200).optional(true).input();
    let form = kit::search_form(&format!("{HOME}/documents"), &Html(format!("{field}{}", kit::Button::new(v.pick("Tìm", "Find")).weight(Weight::Quiet).html())));
    let rows = found
        .iter()
        .take(MOST)
        .map(|d| {
            vec![
                kit::link(&document_path(d), &d.title),
                Html::text(d.number.as_deref().unwrap_or("–")),
                Html::text(&d.issued.map_or_else(|| "–".into(), |i| day(&v, i))),
                status_chip(&v, d.status(on)),
            ]
        })
        .collect();
    let table = Table {
        caption: format!("{} {}", found.len(), v.pick("văn bản", "documents")),
        columns: vec![Column::text(v.pick("Văn bản", "Document")), Column::text(v.pick("Số, ký hiệu", "Number")), Column::text(v.pick("Ban hành", "Issued")), Column::text(v.pick("Hiệu lực hôm nay", "Today"))],
        rows,
        empty: v.pick("Không có văn bản nào khớp. Thử một phần số, ví dụ 31/2024.", "No document fits. Try a part of the number, such as 31/2024.").to_owned(),
        ..Table::default()
    };
    let main = Html(format!("{}{form}{}<p>{}</p>", kit::heading(title, None), kit::table(&table), kit::link(HOME, v.pick("Hỏi bằng câu hỏi", "Ask a question"))));
    Ok(shell(&v, title, main).render())
}

fn found<'a>(library: &'a Library, slug: &str) -> Result<&'a Document, PageError> {
    library.by_slug(slug).ok_or_else(PageError::not_found)
}

pub async fn show(Shared(s): Shared<Law>, v: Visitor, Path(slug): Path<String>, Query(a): Query<Asked>) -> Result<Html, PageError> {
    let library = s.library().await?;
    let d = found(&library, &slug)?;
    let on = a.day(&s);
    let mut lines = vec![
        kit::Line::new(v.pick("Số, ký hiệu", "Number"), Html::text(d.number.as_deref().unwrap_or("–"))),
        kit::Line::new(v.pick("Cơ quan ban hành", "Issuer"), Html::text(d.issuer.as_deref().unwrap_or("–"))),
        kit::Line::new(v.pick("Ngày ban hành", "Issued"), Html::text(&d.issued.map_or_else(|| "–".into(), |i| day(&v, i)))),
        kit::Line::new(v.pick("Hiệu lực", "In force"), Html::text(&span(&v, (d.effective, d.until)))),
        kit::Line::new(v.pick("Trạng thái", "Status"), Html(format!("{} <span class=\"caption\">{}</span>", status_chip(&v, d.status(on)), esc(&day(&v, on))))),
        kit::Line::new(v.pick("Nguồn", "Source"), Html::text(&d.source)),
    ];
    if d.excerpt {
        lines.push(kit::Line::new(v.pick("Lưu ý", "Note"), Html::text(v.pick("Chỉ là bản trích một số điều.", "An excerpt of some articles only."))));
    }
    let plain = kit::search_form(&document_path(d), &Html(format!("{}{}", date_field(&v, on), kit::Button::new(v.pick("Xem theo ngày", "Show this day")).weight(Weight::Quiet).html())));
    let with = day_of(&a.with);
    let changes = d.articles.iter().any(|x| x.from.is_some() || x.until.is_some());
    let form = if changes { versions::form(&v, &document_path(d), on, with) } else { plain };
    let compared = with.filter(|_| changes).map_or_else(Html::default, |with| versions::of_document(&v, d, on, with));
    let akn = kit::link(&format!("{}/akn?on={on}", document_path(d)), v.pick("Tải bản Akoma Ntoso (XML)", "Download as Akoma Ntoso (XML)"));
    let main = Html(format!("{}{}{form}{}{}{}<p>{akn}</p>", kit::heading(&d.title, d.number.as_deref()), kit::summary_list(&lines), compared, tree(&v, d, on), relations(&v, &library, d)));
    Ok(shell(&v, &d.title, main).back(format!("{HOME}/documents"), v.pick("Danh sách văn bản", "All documents")).render())
}

fn date_field(v: &Visitor, on: Date) -> Html {
    kit::Field::new(v.lang, "on", v.pick("Ngày", "Day")).kind("date").value(&on.to_string()).width("w10").input()
}

/// Headings and articles of a day, each article once.
fn tree(v: &Visitor, d: &Document, on: Date) -> Html {
    let mut out = format!("<h2>{}</h2>", v.pick("Mục lục", "Contents"));
    let mut path: &[String] = &[];
    let mut seen = std::collections::HashSet::new();
    let mut open = false;
    for a in &d.articles {
        if !seen.insert(a.eid.as_str()) {
            continue;
        }
        if a.path != path {
            if open {
                out.push_str("</ul>");
                open = false;
            }
            for (n, heading) in a.path.iter().enumerate().filter(|(n, h)| path.get(*n) != Some(*h)) {
                let _ = n;
                out.push_str(&format!("<h3 lang=\"vi\">{}</h3>", esc(heading)));
            }
            path = &a.path;
        }
        if !open {
            out.push_str("<ul>");
            open = true;
        }
        let shown = d.article(&a.eid, on).unwrap_or(a);
        let status = d.article_status(shown, on);
        let label = if shown.heading.is_empty() { shown.label.clone() } else { format!("{}. {}", shown.label, shown.heading) };
        let mark = if status == d.status(on) || matches!((status, d.status(on)), (crate::document::Status::InForce, crate::document::Status::Partly)) { Html::default() } else { status_chip(v, status) };
        out.push_str(&format!("<li lang=\"vi\">{} {mark}</li>", kit::link(&unit_path(d, shown, on), &label)));
    }
    if open {
        out.push_str("</ul>");
    }
    Html(out)
}

/// What this document did to others, and others to it.
fn relations(v: &Visitor, library: &Library, d: &Document) -> Html {
    let mut items: Vec<Html> = Vec::new();
    let mut said = std::collections::HashSet::new();
    for (o, _) in library.operations.iter().filter(|(o, _)| o.source == d.key || o.target == d.key) {
        let (other, words) = if o.source == d.key {
            (&o.target, if o.path.steps.is_empty() { v.pick("Bãi bỏ, thay thế", "Repeals or replaces") } else { v.pick("Sửa đổi, bãi bỏ một phần", "Amends or repeals a part of") })
        } else {
            (&o.source, if o.path.steps.is_empty() { v.pick("Bị bãi bỏ, thay thế bởi", "Repealed or replaced by") } else { v.pick("Được sửa đổi bởi", "Amended by") })
        };
        if let Some(other) = library.get(other).filter(|x| x.key != d.key && said.insert((x.key.clone(), words))) {
            items.push(Html(format!("{} {}", esc(words), kit::link(&document_path(other), &other.cited()))));
        }
    }
    if items.is_empty() { Html::default() } else { Html(format!("<h2>{}</h2>{}", v.pick("Quan hệ với văn bản khác", "Relations"), kit::bullets(&items))) }
}

pub async fn unit(Shared(s): Shared<Law>, v: Visitor, Path((slug, eid)): Path<(String, String)>, Query(a): Query<Asked>) -> Result<Html, PageError> {
    let library = s.library().await?;
    let d = found(&library, &slug)?;
    let on = a.day(&s);
    let shown = d.article(&eid, on).ok_or_else(PageError::not_found)?;
    let title = if shown.heading.is_empty() { shown.label.clone() } else { format!("{}. {}", shown.label, shown.heading) };
    let all: Vec<&Article> = d.articles.iter().filter(|x| x.eid == eid).collect();
    let status = d.article_status(shown, on);
    let copy = format!("{} {}", shown.label, d.cited());
    let form = kit::search_form(&format!("{}/units/{}", document_path(d), web::html::url_part(&eid)), &Html(format!("{}{}", date_field(&v, on), kit::Button::new(v.pick("Xem theo ngày", "Show this day")).weight(Weight::Quiet).html())));
    let mut main = kit::heading(&title, Some(&d.title));
    main.push(&Html(format!("<p>{} <span class=\"num\">{}</span></p>", status_chip(&v, status), esc(&span(&v, d.span(shown))))));
    if !shown.path.is_empty() {
        main.push(&Html(format!("<p class=\"caption\" lang=\"vi\">{}</p>", esc(&shown.path.join(" › ")))));
    }
    main.push(&paragraphs(&shown.text));
    main.push(&kit::summary_list(&[
        kit::Line::new(v.pick("Cách dẫn", "Cite as"), Html(format!("<code lang=\"vi\">{}</code>", esc(&copy)))),
        kit::Line::new(v.pick("Văn bản", "Document"), kit::link(&format!("{}?on={on}", document_path(d)), &d.title)),
    ]));
    if all.len() > 1 {
        let items: Vec<Html> = all
            .iter()
            .map(|x| {
                let from = d.span(x).0.unwrap_or(on);
                let by = x.by.as_deref().filter(|_| x.from.is_some()).and_then(|k| library.get(k)).map(|b| format!(" – {}", b.cited())).unwrap_or_default();
                Html(format!("{}{}", kit::link(&unit_path(d, x, from), &span(&v, d.span(x))), esc(&by)))
            })
            .collect();
        main.push(&Html(format!("<h2>{}</h2>{}", v.pick("Các phiên bản của điều này", "Versions of this article"), kit::bullets(&items))));
    }
    if all.len() < 2 {
        main.push(&form);
    } else {
        let with = day_of(&a.with);
        main.push(&versions::form(&v, &format!("{}/units/{}", document_path(d), web::html::url_part(&eid)), on, with));
        if let Some(with) = with {
            main.push(&versions::of_article(&v, d, shown, on, with));
        }
    }
    Ok(shell(&v, &title, main).back(format!("{}?on={on}", document_path(d)), v.pick("Cả văn bản", "The whole document")).render())
}

pub async fn akn(Shared(s): Shared<Law>, Path(slug): Path<String>, Query(a): Query<Asked>) -> Result<Response, PageError> {
    let library = s.library().await?;
    let d = found(&library, &slug)?;
    let xml = crate::akn::export(d, a.day(&s));
    let mut response = xml.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"));
    let name = format!("attachment; filename=\"{}.xml\"", d.slug());
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment")));
    Ok(response)
}
