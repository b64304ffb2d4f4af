//! What happened to a case, newest first, and what comes next.

use super::room::Room;
use casework::{Change, Event, Found, decide::{CAME, DOCUMENT_FILED, OFFICE_SUCCEEDED}};
use web::{
    html::{Html, esc},
    kit::{self, Moment},
    when,
};

/// Words of an act shown before they are cut; the whole is in the documents.
const WORDS_MAX: usize = 240;

pub fn html(room: &Room<'_>, found: &Found, history: &[Event]) -> Html {
    let shown = history.iter().rev().filter(|e| e.act != DOCUMENT_FILED);
    let mut moments: Vec<Moment> = shown.map(|e| moment(room, found, e)).collect();
    if let Some(next) = next_steps(room, found) {
        moments.push(next);
    }
    kit::timeline(&moments)
}

fn moment(room: &Room<'_>, found: &Found, event: &Event) -> Moment {
    let lang = room.lang();
    let title = match found.definition.acts.get(&event.act) {
        Some(a) => a.done.get(lang),
        None if event.act == OFFICE_SUCCEEDED => lang.pick("Hồ sơ chuyển sang cơ quan kế thừa", "The case went to the office that took over"),
        None if event.act == CAME => lang.pick("Hồ sơ chuyển từ tỉnh khác sang do sắp xếp đơn vị hành chính", "The case came from another province with a reorganisation"),
        None => event.act.as_str(),
    };
    let mut body = String::new();
    for change in &event.changes {
        match change {
            Change::DocumentIssued { document, number, symbol } => {
                body.push_str(&format!("<p>{}</p>", document_link(room, found, document, *number, symbol)));
            }
            Change::Assigned { to: Some(_), name } => {
                body.push_str(&format!("<p>→ {}</p>", esc(name)));
            }
            Change::OfficeSucceeded { from, to } => {
                body.push_str(&format!("<p>{} → {}</p>", esc(&room.office_name(from.as_str())), esc(&room.office_name(to.as_str()))));
            }
            Change::CameFrom(t) => {
                for (from, to) in &t.offices {
                    body.push_str(&format!("<p>{} → {}</p>", esc(&room.office_name(from.as_str())), esc(&room.office_name(to.as_str()))));
                }
            }
            other => {
                if let Some(said) = super::registers::added(&found.definition, other, lang) {
                    body.push_str(&format!("<p>{}</p>", esc(&cut(&said))));
                }
            }
        }
    }
    let words = ["reason", "question", "text", "note"].iter().find_map(|k| event.input.get(*k)?.as_str());
    if let Some(words) = words.filter(|w| !w.is_empty()) {
        body.push_str(&format!("<p>{}</p>", esc(&cut(words))));
    }
    let by = &event.by;
    let mut who = vec![by.name.clone()];
    who.extend(by.title.clone());
    who.extend(by.office.as_ref().map(|o| room.office_name(o.as_str())));
    who.extend(by.authority.as_ref().map(|a| under(a, lang)));
    let when = format!("{} · {}", esc(&who.join(", ")), when::ago_time(event.at, room.now, lang));
    Moment { title: title.to_owned(), body: Html(body), when: Html(when), next: false }
}

/// Whose power was used, and what it rests on: `TUQ. Chủ tịch Bùi Quốc Khánh (Giấy ủy quyền số 12)`.
fn under(a: &casework::event::Authority, lang: kernel::text::Lang) -> String {
    let paper = if a.document.is_empty() { String::new() } else { format!(" ({} {})", lang.pick("theo", "under"), a.document) };
    format!("{} {} {}{paper}", a.capacity.letters(), a.giver_title, a.giver)
}

/// A document by its name, number and symbol.
pub fn document_link(room: &Room<'_>, found: &Found, document: &str, number: u64, symbol: &str) -> Html {
    let name = found.definition.documents.get(document).map_or(document, |d| d.name.get(room.lang()));
    let href = format!("/documents/{}/{}/{number}", web::html::url_part(found.state.code.as_str()), web::html::url_part(document));
    kit::link(&href, &format!("{name}, {} {number}/{symbol}", room.pick("số", "no.")))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WORDS_MAX {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(WORDS_MAX).collect();
    out.push('…');
    out
}

/// The steps after the present one.
fn next_steps(room: &Room<'_>, found: &Found) -> Option<Moment> {
    let here = found.state.step.as_ref()?;
    let at = found.definition.steps.iter().position(|s| s.code == here.code)?;
    let names: Vec<&str> = found.definition.steps.iter().skip(at + 1).map(|s| s.name.get(room.lang())).collect();
    let (first, rest) = names.split_first()?;
    let body = if rest.is_empty() { Html::default() } else { Html(format!("<p>{}</p>", esc(&format!("→ {}", rest.join(" → "))))) };
    let title = format!("{}: {first}", room.pick("Tiếp theo", "Next"));
    Some(Moment { title, body, when: Html::default(), next: true })
}
