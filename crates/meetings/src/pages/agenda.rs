//! The agenda on the page of a meeting: items, papers with their versions, opinions before.

use super::{Said, folded, off_paper, paragraphs, show::Open};
use crate::meeting::{Item, Paper, Stance, State};
use web::{
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table, Weight},
    when,
};

pub fn section(o: &Open<'_>, said: &Said) -> Html {
    let items: String = o.m.items.iter().zip(1..).map(|(i, n)| item(o, said, i, n).0).collect();
    Html(format!("<h2 id=\"agenda\">{}</h2>{items}{}", o.v.pick("Chương trình họp, tài liệu", "Agenda and papers"), upload(o, said)))
}

fn item(o: &Open<'_>, said: &Said, item: &Item, n: u32) -> Html {
    let v = o.v;
    let minutes = (item.minutes > 0).then(|| format!("{} {}", item.minutes, v.pick("phút", "minutes")));
    let caption = [Some(item.presenter.clone()).filter(|p| !p.is_empty()), minutes].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let papers: Vec<Html> = item.papers.iter().map(|p| paper(o, p)).collect();
    let list = if papers.is_empty() { Html(format!("<p class=\"none\">{}</p>", v.pick("Chưa có tài liệu.", "No papers yet."))) } else { kit::bullets(&papers) };
    Html(format!(
        "<section class=\"card\"><h3>{n}. {}</h3>{}{list}{}{}</section>",
        esc(&item.title),
        if caption.is_empty() { String::new() } else { format!("<p class=\"muted\">{}</p>", esc(&caption)) },
        opinions(o, item),
        opine(o, said, item),
    ))
}

fn paper(o: &Open<'_>, p: &Paper) -> Html {
    let v = o.v;
    let href = |file: &kernel::id::FileId| format!("{}/papers/{file}", o.path());
    let Some(last) = p.versions.last() else { return Html::default() };
    let new = if p.changed() && o.m.state != State::Drafting { format!(" {}", kit::chip(Mood::Warn, v.pick("mới sau khi gửi", "new since sending"))) } else { String::new() };
    let pages = last.pages.map_or_else(String::new, |n| format!(" · {n} {}", v.pick("trang", "pages")));
    let line = format!("{}{new} <span class=\"muted\">{} {}{pages} · {} · {}</span>", kit::link(&href(&last.file), &p.title), v.pick("bản", "version"), last.no, esc(&last.by_name), when::at_time(last.at, o.now, v.lang));
    if p.versions.len() == 1 {
        return Html(line);
    }
    let all: Vec<Html> = p
        .versions
        .iter()
        .rev()
        .map(|x| {
            // The beginning of the hash is enough to tell two copies apart by eye; the whole of it stands in the journal.
            let hash: String = x.sha256.chars().take(12).collect();
            let label = format!("{} {}: {}", v.pick("Bản", "Version"), x.no, x.name);
            Html(format!("{} <span class=\"muted\">{} · {} · SHA-256 {hash}…</span>", kit::link(&href(&x.file), &label), esc(&x.by_name), when::at_time(x.at, o.now, v.lang)))
        })
        .collect();
    Html(format!("{line}{}", kit::details(v.pick("Các phiên bản", "Versions"), &kit::bullets(&all), false)))
}

/// What others think: counts for everybody, names and words for who leads, and for all once the meeting is open.
fn opinions(o: &Open<'_>, item: &Item) -> Html {
    if item.opinions.is_empty() {
        return Html::default();
    }
    let v = o.v;
    let n = |s: Stance| item.opinions.values().filter(|x| x.stance == s).count();
    let counts: Vec<String> = Stance::ALL.iter().map(|s| format!("{} {}", n(*s), s.text().get(v.lang).to_lowercase())).collect();
    let line = format!("<p>{}: {}</p>", v.pick("Ý kiến trước phiên họp", "Opinions before the meeting"), esc(&counts.join(" · ")));
    if !o.m.shows_opinions_to(o.me.account) {
        return Html(line);
    }
    let rows = item.opinions.values().map(|x| vec![Html::text(&x.name), Html::text(x.stance.text().get(v.lang)), paragraphs(&x.text), when::at_time(x.at, o.now, v.lang)]).collect();
    let table = kit::table(&Table {
        caption: v.pick("Ý kiến trước phiên họp", "Opinions before the meeting").to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Người cho ý kiến", "Who")), Column::text(v.pick("Ý kiến", "Opinion")), Column::text(v.pick("Nội dung", "Words")), Column::text(v.pick("Lúc", "At"))],
        rows,
        ..Table::default()
    });
    Html(format!("{line}{}", kit::details(v.pick("Xem từng ý kiến", "Each opinion"), &table, o.part.leads())))
}

fn opine(o: &Open<'_>, said: &Said, item: &Item) -> Html {
    let v = o.v;
    if o.m.state != State::Sent || !o.part.takes_part() {
        return Html::default();
    }
    // One form for each item: the fields carry its number so that every id stands once.
    let (stance, text, no) = (format!("stance-{}", item.no), format!("opinion-{}", item.no), item.no.to_string());
    let own = item.opinions.get(&o.me.account);
    let here = said.act == "opine" && said.form.get("item") == Some(no.as_str());
    let value = |name: &str, old: &str| if here { said.value("opine", name).to_owned() } else { old.to_owned() };
    let choices: Vec<Choice> = Stance::ALL.iter().map(|s| Choice::new(s.code(), s.text().get(v.lang))).collect();
    let body = Html(format!(
        "{}{}{}{}",
        kit::hidden("item", &no),
        said.field(v.lang, "opine", &stance, v.pick("Ý kiến của tôi", "My opinion")).value(value(&stance, own.map_or("", |x| x.stance.code()))).radios(&choices),
        said.field(v.lang, "opine", &text, v.pick("Nội dung", "Words")).hint(v.pick("Sửa được cho đến khi khai mạc", "You may change it until the opening")).value(value(&text, own.map_or("", |x| x.text.as_str()))).optional(true).textarea(3),
        kit::Button::new(v.pick("Gửi ý kiến", "Send the opinion")).weight(Weight::Quiet).html(),
    ));
    let title = if own.is_some() { v.pick("Sửa ý kiến của tôi về mục này", "Change my opinion on this item") } else { v.pick("Cho ý kiến về mục này", "Give an opinion on this item") };
    off_paper(&kit::details(title, &o.form("opine", &body), here && said.is_error()))
}

fn upload(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if !o.part.prepares() || !matches!(m.state, State::Drafting | State::Sent | State::Open) {
        return Html::default();
    }
    let mut slots: Vec<Choice> = Vec::new();
    for (item, n) in m.items.iter().zip(1..) {
        slots.push(Choice::new(format!("{}.0", item.no), format!("{} {n}: {}", v.pick("Tài liệu mới của mục", "A new paper of item"), item.title)));
        slots.extend(item.papers.iter().map(|p| Choice::new(format!("{}.{}", item.no, p.no), format!("{}: {}", v.pick("Phiên bản mới của", "A new version of"), p.title))));
    }
    let body = Html(format!(
        "{}{}{}{}",
        said.field(v.lang, "paper", "slot", v.pick("Là tài liệu nào", "Which paper")).select(&slots),
        said.field(v.lang, "paper", "paper_title", v.pick("Tên tài liệu", "Title")).hint(v.pick("Chỉ cần khi là tài liệu mới", "For a new paper only")).optional(true).max_length(300).input(),
        said.field(v.lang, "paper", "file-paper", v.pick("Tệp PDF", "PDF file")).hint(v.pick("PDF, tối đa 20 MB. Bản trước không bị ghi đè.", "PDF, at most 20 MB. Earlier versions stay.")).kind("file").file(".pdf,application/pdf", false),
        kit::Button::new(v.pick("Tải lên", "Upload")).weight(Weight::Quiet).html(),
    ));
    folded(said, "paper", v.pick("Thêm tài liệu hoặc phiên bản mới", "Add a paper or a new version"), &kit::upload_form(v, &format!("{}/papers", o.path()), &body))
}
