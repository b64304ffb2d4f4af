//! One question first: what do you need to get done?

use crate::{Services, form_view::Questions};
use axum::{extract::State, response::IntoResponse, response::Response};
use casework::{
    Definitions,
    definition::{Audience, Channel, Definition, FeeKind, ServiceLevel},
};
use kernel::{
    text::{Lang, fold},
    time::Date,
};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
pub struct Search {
    #[serde(default)]
    q: String,
    /// An event of life or business, by its code.
    #[serde(default, rename = "for")]
    event: String,
}

fn hero(v: &Visitor, q: &str) -> Html {
    Html(format!(
        "<div class=\"hero\"><div class=\"wrap\"><h1>{}</h1><form role=\"search\" action=\"/services\" method=\"get\">\
         <div class=\"grow\"><label for=\"q\">{}</label><input id=\"q\" name=\"q\" type=\"search\" value=\"{}\" autocomplete=\"off\" data-search></div>\
         <button class=\"btn\">{}</button></form></div></div>",
        v.pick("Bạn cần làm việc gì?", "What do you need to get done?"),
        v.pick("Gõ như khi bạn nói, có dấu hoặc không dấu", "Type as you would say it, with or without accents"),
        esc(q),
        v.pick("Tìm", "Search")
    ))
}

pub async fn home(State(s): State<Services>, v: Visitor, Query(query): Query<Search>) -> Result<Response, PageError> {
    if !query.q.trim().is_empty() {
        return Ok(search(State(s), v, Query(query)).await);
    }
    let today = s.now().date();
    let rules = s.desk.rules();
    let mut citizens = event_tiles(&s, &rules.definitions, Audience::Citizen, today, v.lang);
    let rest = citizens.split_off(citizens.len().min(FIRST_TILES)).concat();
    citizens.push(tile("/complaints", v.pick("Phản ánh, kiến nghị", "Complaints and petitions"), v.pick("Gửi, theo dõi, xem trả lời đã công khai", "Send, follow, read published answers")));
    let rest = match rest.is_empty() {
        true => Html::default(),
        false => kit::details(v.pick("Việc khác của người dân", "More for citizens"), &Html(format!("<div class=\"tiles\">{rest}</div>")), false),
    };
    let (citizens, business) = (citizens.concat(), event_tiles(&s, &rules.definitions, Audience::Enterprise, today, v.lang).concat());
    let own = match v.actor.as_ref().and_then(|a| a.party) {
        Some(party) => {
            let rows = casework::views::own_cases(&s.desk, party, None, 5).await.map_err(PageError::internal)?;
            super::case::own_table(&s, &v, &rows)
        }
        None => Html::default(),
    };
    let left = Html(format!(
        "<section><h2>{}</h2>{own}<p><a href=\"/my\">{}</a></p></section>",
        v.pick("Hồ sơ của tôi", "My applications"),
        if own.is_empty() { v.pick("Đăng nhập để xem hồ sơ của bạn", "Sign in to see your applications") } else { v.pick("Xem tất cả", "See all") },
    ));
    let served = Html(format!(
        "<h2>{}</h2><p><a href=\"/law\">{}</a></p><h2>{}</h2><p><a href=\"/performance\">{}</a></p>",
        v.pick("Hỏi đáp pháp luật", "Questions on the law"),
        v.pick("Nguyên văn điều luật đang có hiệu lực vào ngày bạn chọn", "The law's own words, in force on the day you choose"),
        v.pick("Phục vụ ra sao", "How well it serves"),
        v.pick("Đúng hạn, làm từ xa, hài lòng: từng cơ quan và cách tính", "On time, fully online, satisfaction: every office and how it is counted"),
    ));
    let main = Html(format!(
        "{}<div class=\"wrap\"><nav class=\"tiles lift\" aria-label=\"{}\">{citizens}</nav>{rest}\
         <h2 id=\"business\">{}</h2><nav class=\"tiles\" aria-labelledby=\"business\">{business}{}</nav>\
         <div class=\"two\">{left}<section><h2>{}</h2>{}{served}</section></div></div>",
        hero(&v, ""),
        v.pick("Việc của người dân", "For citizens"),
        v.pick("Doanh nghiệp, hộ kinh doanh", "Enterprises and household businesses"),
        more_tiles(&v),
        v.pick("Tra cứu không cần đăng nhập", "Look up without signing in"),
        super::lookup::form(&v, "", &[]),
    ));
    Ok(Shell::new(&v, "", main).width(Width::Full).render().into_response())
}

/// Tiles of citizens that stand open; the rest folds out.
const FIRST_TILES: usize = 7;

/// What an enterprise finds here besides procedures.
fn more_tiles(v: &Visitor) -> String {
    let tiles = [
        ("/assess", v.pick("Tự đánh giá chuyển đổi số", "How digital are you?"), v.pick("7 phút, không cần tài khoản", "7 minutes, no account")),
        ("/showroom", v.pick("Giải pháp số cho doanh nghiệp", "Digital solutions"), v.pick("Đã kiểm tra minh chứng", "Proofs checked")),
        ("/support", v.pick("Mức hỗ trợ doanh nghiệp", "Support for enterprises"), v.pick("Theo quy mô, kèm điều luật", "By size, with the article")),
        ("/my-enterprises", v.pick("Đơn vị của tôi", "My enterprises"), v.pick("Đăng ký, đánh giá, lựa chọn, hỗ trợ", "Register, assess, choose, support")),
        ("/services", v.pick("Tất cả thủ tục", "All procedures"), v.pick("Cần gì, bao lâu, mất bao nhiêu", "What is needed, how long, how much")),
    ];
    tiles.into_iter().map(|(href, title, hint)| tile(href, title, hint)).collect()
}

fn tile(href: &str, title: &str, hint: &str) -> String {
    format!("<a class=\"card tile\" href=\"{}\"><b>{}</b><span class=\"muted\">{}</span></a>", esc(href), esc(title), esc(hint))
}

/// Events that have a procedure today. One with a single procedure leads straight to it.
fn event_tiles(s: &Services, all: &Definitions, whose: Audience, today: Date, lang: Lang) -> Vec<String> {
    let events = s.life_events.life_events.iter().filter(|e| e.audience == whose);
    events
        .filter_map(|e| {
            let mut inside = all.in_force(today).filter(|d| d.life_events.contains(&e.code));
            let first = inside.next()?;
            let href = match inside.next() {
                None => format!("/services/{}", first.code),
                Some(_) => format!("/services?for={}", e.code),
            };
            Some(tile(&href, e.name.get(lang), e.hint.get(lang)))
        })
        .collect()
}

/// Definitions in force that meet the words, best first: a word may stand anywhere in name, purpose or keywords.
pub fn find<'a>(all: impl Iterator<Item = &'a Arc<Definition>>, q: &str) -> Vec<&'a Arc<Definition>> {
    let q = fold(q);
    let words: Vec<&str> = q.split(' ').filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return all.collect();
    }
    let mut scored: Vec<(usize, &Arc<Definition>)> = all
        .filter_map(|d| {
            let text = &d.compiled.search;
            let met = words.iter().filter(|w| text.split([' ', '|']).any(|t| t.starts_with(**w))).count();
            let phrase = if text.contains(&q) { words.len() * 2 } else { 0 };
            let code = if d.code.as_str() == q.replace(' ', ".") { 100 } else { 0 };
            (met * 2 > words.len() || code > 0).then_some((met + phrase + code, d))
        })
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.code.cmp(&b.1.code)));
    scored.into_iter().map(|s| s.1).collect()
}

pub async fn search(State(s): State<Services>, v: Visitor, Query(query): Query<Search>) -> Response {
    let q: String = kernel::text::clean(&query.q).chars().take(200).collect();
    let today = s.now().date();
    let rules = s.desk.rules();
    let event = s.life_events.get(&query.event);
    let within = rules.definitions.in_force(today).filter(|d| event.is_none_or(|e| d.life_events.contains(&e.code)));
    let found = find(within, &q);
    let list: String = found.iter().map(|d| result(d, v.lang)).collect();
    let none = match (found.is_empty(), v.lang) {
        (false, _) => String::new(),
        (true, Lang::Vi) => format!(
            "<p>Không tìm thấy thủ tục nào với “{}”. Thử từ khác, ví dụ “khai sinh”, “xây nhà”, hoặc <a href=\"/services\">xem tất cả thủ tục</a>.</p>",
            esc(&q)
        ),
        (true, Lang::En) => format!(
            "<p>Nothing was found for “{}”. Try other words, such as “birth” or “build a house”, or <a href=\"/services\">see all procedures</a>.</p>",
            esc(&q)
        ),
    };
    let all = v.pick("Xem tất cả thủ tục", "See all procedures");
    let about = event.map_or_else(String::new, |e| format!("<h2>{}</h2><p><a href=\"/services\">{all}</a></p>", esc(e.name.get(v.lang))));
    let count = match v.lang {
        Lang::Vi => format!("{} thủ tục", found.len()),
        Lang::En => format!("{} procedures", found.len()),
    };
    let main = Html(format!(
        "{}<div class=\"wrap narrow\">{about}<p class=\"muted\" role=\"status\">{count}</p>{none}<ol class=\"results\">{list}</ol></div>",
        hero(&v, &q)
    ));
    Shell::new(&v, event.map_or(v.pick("Tìm thủ tục", "Find a procedure"), |e| e.name.get(v.lang)), main).width(Width::Full).render().into_response()
}

fn result(d: &Definition, lang: Lang) -> String {
    format!(
        "<li><h2><a href=\"/services/{}\">{}</a></h2><p>{}</p><p class=\"muted\">{} · {}</p></li>",
        esc(d.code.as_str()),
        esc(d.name.get(lang)),
        esc(d.about.get(lang)),
        esc(d.time.span.text().get(lang)),
        esc(&cost(d, lang))
    )
}

/// What it costs today through the first channel, in one phrase.
fn cost(d: &Definition, lang: Lang) -> String {
    let today_free = d.fees.iter().filter(|f| f.when.is_none()).all(|f| f.is_free(Channel::Online));
    if d.fees.is_empty() && !d.set.is_empty() {
        return lang.pick("Theo từng thủ tục trong bộ", "What each procedure of the set costs").into();
    }
    match (d.fees.is_empty() || today_free, d.fees.iter().find(|f| f.when.is_none()), lang) {
        (true, _, Lang::Vi) => "Không mất phí".into(),
        (true, _, Lang::En) => "Free".into(),
        (_, Some(f), _) => f.said(Channel::Online).get(lang).to_owned(),
        (_, None, Lang::Vi) => "Có thể có lệ phí".into(),
        (_, None, Lang::En) => "A charge may apply".into(),
    }
}

/// The public page of a procedure: what is needed, how long, how much, and on which law.
pub async fn service(State(s): State<Services>, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let today = s.now().date();
    let d = &crate::instead::current(&s.desk.rules().definitions, &code, today)?;
    let start = kit::form(&v, &format!("/services/{}/start", d.code), &kit::button(v.pick("Nộp hồ sơ trực tuyến", "Apply online")));
    let opened = opened(&s, d, today).await;
    let main = procedure_page(&v, d, &start, &format!("/documents/process/{}", d.code), &opened);
    Ok(Shell::new(&v, d.name.get(v.lang), main)
        .width(Width::Narrow)
        .back("/services", v.pick("Tất cả thủ tục", "All procedures"))
        .render()
        .into_response())
}

/// Where the legal bases of a procedure can be read; without the law at hand they are text.
async fn opened(s: &Services, d: &Definition, today: kernel::time::Date) -> Opened {
    let Some(citations) = &s.citations else { return Opened::new() };
    citations.addresses(&d.legal_basis, today).await.unwrap_or_else(|e| {
        tracing::error!("legal bases of {}: {e:#}", d.code);
        Opened::new()
    })
}

/// Legal bases that can be opened, with their address.
pub type Opened = std::collections::HashMap<kernel::catalog::LegalBasis, String>;

/// What the public page says of a definition, whichever version it is. `process`: the address of the printed internal process.
pub fn procedure_page(v: &Visitor, d: &Definition, start: &Html, process: &str, opened: &Opened) -> Html {
    let lang = v.lang;
    let level = match d.service_level {
        ServiceLevel::Full => kit::chip(Mood::Good, v.pick("Toàn trình", "Fully online")),
        ServiceLevel::Partial => kit::chip(Mood::Warn, v.pick("Một phần", "Partly online")),
    };
    let partial = d.partial_reason.as_ref().map_or_else(Html::default, |r| kit::para(r.get(lang)));
    let facts = kit::summary_list(&[
        Line::new(v.pick("Thời hạn giải quyết", "Time limit"), time_of(d, lang)),
        Line::new(v.pick("Chi phí", "Cost"), fees(d, lang)),
        Line::new(v.pick("Kết quả", "Result"), Html::text(d.result.name.get(lang))),
        Line::new(v.pick("Cách nộp", "How to apply"), Html::text(&d.channels.iter().map(|c| c.name().get(lang).to_owned()).collect::<Vec<_>>().join("; "))),
        Line::new(v.pick("Mức độ", "Service level"), Html(format!("{level}{partial}"))),
        Line::new(v.pick("Mã thủ tục", "Procedure code"), Html::text(d.code.as_str())),
    ]);
    let eligibility = d.eligibility.as_ref().map_or_else(String::new, |e| {
        format!("<h2>{}</h2><p>{}</p>", v.pick("Ai được làm thủ tục này", "Who qualifies"), esc(e.get(lang)))
    });
    let process = Html(format!(
        "<p><a href=\"{}\">{}</a></p>{}",
        esc(process),
        v.pick("Quyết định quy trình nội bộ (PDF)", "Internal process decision (PDF)"),
        steps(d, lang)
    ));
    Html(format!(
        "<p class=\"muted\">{}</p><h1>{}</h1><p class=\"lead\">{}</p>{start}<h2>{}</h2>{facts}{eligibility}<h2>{}</h2>{}<h2>{}</h2>{}{}{}",
        esc(d.sector.name.get(lang)),
        esc(d.name.get(lang)),
        esc(d.about.get(lang)),
        v.pick("Tóm tắt", "In short"),
        v.pick("Bạn cần chuẩn bị", "What you need"),
        papers(d, lang),
        v.pick("Bạn sẽ được hỏi", "What you will be asked"),
        asked(d, lang),
        kit::details(v.pick("Cơ quan giải quyết qua những bước nào", "The steps inside the office"), &process, false),
        kit::details(v.pick("Căn cứ pháp lý", "Legal basis"), &legal(d, lang, opened), false),
    ))
}

fn time_of(d: &Definition, lang: Lang) -> Html {
    let line = |what: &str, span: &kernel::calendar::Span, basis: Option<&kernel::catalog::LegalBasis>| {
        let basis = basis.map_or_else(String::new, |b| format!(" <span class=\"frac\">({})</span>", esc(&citation(b, lang))));
        format!("<br>{}: {}{basis}", esc(what), esc(span.text().get(lang)))
    };
    let mut more: String = d.time.cases.iter().map(|c| line(c.name.get(lang), &c.span, c.legal_basis.as_ref())).collect();
    if let Some(v) = &d.time.verification {
        more.push_str(&line(lang.pick("Khi phải xác minh, thêm", "When something is verified, in addition"), &v.span, Some(&v.legal_basis)));
    }
    if let Some(silence) = &d.silence {
        more.push_str(&format!("<br>{} <span class=\"frac\">({})</span>", esc(silence.text.get(lang)), esc(&citation(&silence.legal_basis, lang))));
    }
    let note = d.time.note.as_ref().map_or_else(String::new, |n| format!("<br><span class=\"muted\">{}</span>", esc(n.get(lang))));
    Html(format!("{} <span class=\"frac\">({})</span>{more}{note}", esc(d.time.span.text().get(lang)), esc(&citation(&d.time.legal_basis, lang))))
}

/// A legal basis as people cite it; what has not been checked against the text says so.
pub fn citation(b: &kernel::catalog::LegalBasis, lang: Lang) -> String {
    let article = b.article.as_ref().map_or_else(String::new, |a| format!(", {a}"));
    let mark = if b.verified { "" } else { lang.pick(" – chưa kiểm chứng", " – not verified") };
    format!("{}{article}{mark}", b.document)
}

/// Of a set, each member costs what it costs by itself.
fn fees_of_members(d: &Definition, lang: Lang) -> Html {
    let one = |m: &casework::definition::SetMember| kit::link(&format!("/services/{}", m.definition), m.name.get(lang));
    let said = lang.pick("Theo phí, lệ phí của từng thủ tục trong bộ:", "What each procedure of the set costs:");
    Html(format!("{said}{}", kit::bullets(&d.set.iter().map(one).collect::<Vec<_>>())))
}

fn fees(d: &Definition, lang: Lang) -> Html {
    if d.fees.is_empty() && !d.set.is_empty() {
        return fees_of_members(d, lang);
    }
    if d.fees.is_empty() {
        return Html::text(lang.pick("Không mất phí", "Free"));
    }
    let lines: Vec<Html> = d
        .fees
        .iter()
        .map(|f| {
            let kind = match f.kind {
                FeeKind::Fee => lang.pick("phí", "fee"),
                FeeKind::Charge => lang.pick("lệ phí", "charge"),
                FeeKind::Obligation => lang.pick("nghĩa vụ tài chính", "financial obligation"),
            };
            let said = f.said(Channel::Counter);
            let online = Some(f.said(Channel::Online)).filter(|o| *o != said);
            let online = online.map_or_else(String::new, |o| format!(" ({}: {})", lang.pick("trực tuyến", "online"), esc(o.get(lang))));
            let note = f.note.as_ref().map_or_else(String::new, |n| format!(" {}", esc(n.get(lang))));
            Html(format!(
                "{}: <b>{}</b>{online} <span class=\"frac\">({kind}, {})</span>{note}",
                esc(f.name.get(lang)),
                if f.is_free(Channel::Counter) { lang.pick("miễn", "exempt").to_owned() } else { esc(said.get(lang)) },
                esc(&citation(&f.legal_basis, lang))
            ))
        })
        .collect();
    kit::bullets(&lines)
}

fn papers(d: &Definition, lang: Lang) -> Html {
    let rows = d.components.iter().map(|c| {
        let source = match &c.from_database {
            Some(db) => Html(format!("{} {}", kit::chip(Mood::Good, lang.pick("không cần nộp", "not needed")), esc(db.name.get(lang)))),
            None => match &c.required {
                casework::definition::Required::Fixed(false) => Html::text(lang.pick("nếu có", "if you have it")),
                casework::definition::Required::When(_) => Html::text(lang.pick("tùy trường hợp", "in some cases")),
                _ => Html::text(lang.pick("bắt buộc", "required")),
            },
        };
        let hint = c.hint.as_ref().map_or_else(String::new, |h| format!("<br><span class=\"muted\">{}</span>", esc(h.get(lang))));
        let kind = if c.original { lang.pick("bản chính", "original") } else { lang.pick("bản sao hoặc bản chụp", "copy") };
        vec![Html(format!("{}{hint}", esc(c.name.get(lang)))), Html::text(&format!("{} {kind}", c.copies)), source]
    });
    kit::table(&Table {
        caption: lang.pick("Thành phần hồ sơ", "Papers").into(),
        caption_hidden: true,
        columns: vec![Column::text(lang.pick("Giấy tờ", "Paper")), Column::text(lang.pick("Số lượng", "Copies")), Column::text(lang.pick("Cần nộp", "Needed"))],
        rows: rows.collect(),
        empty: lang.pick("Không cần nộp giấy tờ nào.", "No papers are needed.").into(),
    })
}

fn asked(d: &Definition, lang: Lang) -> Html {
    kit::bullets(&d.form.sections.iter().map(|s| Html::text(s.title.get(lang))).collect::<Vec<_>>())
}

fn steps(d: &Definition, lang: Lang) -> Html {
    let rows = d.steps.iter().enumerate().map(|(i, s)| {
        // The hours of an internal process that nobody has compared with a published decision say so.
        let mark = if s.verified == Some(false) { lang.pick(" – chưa kiểm chứng", " – not verified") } else { "" };
        vec![Html::text(&format!("{}. {}", i + 1, s.name.get(lang))), Html::text(&format!("{}{mark}", s.budget.text().get(lang))), Html::text(s.product.get(lang))]
    });
    kit::table(&Table {
        caption: lang.pick("Các bước xử lý", "Steps").into(),
        caption_hidden: true,
        columns: vec![Column::text(lang.pick("Bước", "Step")), Column::text(lang.pick("Thời gian", "Time")), Column::text(lang.pick("Kết quả của bước", "Product"))],
        rows: rows.collect(),
        empty: String::new(),
    })
}

fn legal(d: &Definition, lang: Lang, opened: &Opened) -> Html {
    let one = |b: &kernel::catalog::LegalBasis| {
        let said = citation(b, lang);
        opened.get(b).map_or_else(|| Html::text(&said), |href| kit::link(href, &said))
    };
    kit::bullets(&d.legal_basis.iter().map(one).collect::<Vec<_>>())
}

/// Questions without reasons to show: for pages that only look answers over.
pub fn questions<'a>(s: &'a Services, d: &'a Definition, lang: Lang) -> Questions<'a> {
    Questions { definition: d, offices: s.desk.identity().offices(), lang, reasons: &[] }
}

/// All answers of a case by section, to look over.
pub fn answers(s: &Services, d: &Definition, values: &Value, lang: Lang, mask: bool) -> Html {
    let q = questions(s, d, lang);
    let mut out = Html::default();
    for section in &d.form.sections {
        let lines = q.summary(section, values, None, mask);
        if !lines.is_empty() {
            out.push(&Html(format!("<h3>{}</h3>{lines}", esc(section.title.get(lang)))));
        }
    }
    out
}

/// A quiet button of a form of its own.
pub fn small_post(v: &Visitor, action: &str, label: &str, weight: Weight) -> Html {
    kit::form(v, action, &kit::Button::new(label).weight(weight).html())
}

