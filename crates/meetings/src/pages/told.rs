//! Who was told what, when and by which channel; and what its reader has not read yet.

use super::{off_paper, path_of, show::Open};
use crate::{
    Meetings,
    asks::{Carried, Message},
    meeting::State,
    notice::rows::{self, Told},
};
use kernel::{id::AccountId, text::Lang};
use web::{
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Lines shown of a meeting, and notices of one's own.
pub const SHOWN: i64 = 1_000;
const NEWS: i64 = 10;

/// For who prepares the meeting.
pub fn section(o: &Open<'_>) -> Html {
    let v = o.v;
    if !o.part.prepares() || o.m.sent_at.is_none() {
        return Html::default();
    }
    let table = kit::table(&Table {
        caption: v.pick("Đã báo cho ai", "Who was told").to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Người được báo", "Who")),
            Column::text(v.pick("Nội dung", "What")),
            Column::text(v.pick("Lúc", "When")),
            Column::text(v.pick("Qua kênh", "By what")),
        ],
        rows: o.told.iter().map(|t| row(o, t)).collect(),
        empty: v.pick("Đang gửi thông báo; tải lại trang sau ít giây.", "Notices are being sent; reload the page in a few seconds.").to_owned(),
    });
    let open = o.m.state == State::Sent;
    let body = kit::details(&format!("{} ({})", v.pick("Các thông báo đã gửi", "Notices sent"), o.told.len()), &table, open);
    Html(format!("<h2 id=\"told\">{}</h2>{}", v.pick("Đã báo cho ai", "Who was told"), off_paper(&body)))
}

fn row(o: &Open<'_>, t: &Told) -> Vec<Html> {
    let v = o.v;
    let kind = t.kind.map_or_else(String::new, |k| k.text().get(v.lang).to_owned());
    let said = Html(format!("<b>{}</b><br><span class=\"muted\">{}</span>", esc(&kind), esc(t.said.get(v.lang))));
    vec![Html::text(&t.name), said, when::at_time(t.at, o.now, v.lang), channels(o, t)]
}

fn channels(o: &Open<'_>, t: &Told) -> Html {
    let v = o.v;
    let guest = t.who.starts_with("guest-");
    let mut all: Vec<String> = Vec::new();
    if !guest {
        let read = match t.read_at {
            Some(at) => kit::chip(Mood::Good, &format!("{} · {} {}", v.pick("Trong hệ thống", "In the house"), v.pick("đã đọc", "read"), when::exact(at, v.lang))),
            None => kit::chip(Mood::Info, &format!("{} · {}", v.pick("Trong hệ thống", "In the house"), v.pick("chưa đọc", "not read"))),
        };
        all.push(read.0);
    }
    let outside = o.messages.iter().filter(|m| m.version == t.version && m.who == t.who);
    all.extend(outside.map(|m| message(v, m).0));
    if all.is_empty() {
        return kit::chip(Mood::Warn, v.pick("Không có địa chỉ: hãy báo trực tiếp", "No address: tell them yourself"));
    }
    Html(all.join("<br>"))
}

fn message(v: &Visitor, m: &Message) -> Html {
    let channel = m.channel.get(v.lang);
    let (mood, word) = match m.state {
        Carried::Sent => (Mood::Good, format!("{} {}", v.pick("đã gửi", "sent"), when::exact(m.at, v.lang))),
        Carried::Waiting => (Mood::Info, v.pick("đang chờ gửi", "waits to be sent").to_owned()),
        Carried::GivenUp => (Mood::Bad, v.pick("không gửi được: hãy báo trực tiếp", "could not be sent: tell them yourself").to_owned()),
    };
    Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(mood, &format!("{channel} · {word}")), esc(&m.address)))
}

/// What the reader was told and has not read; opening the meeting reads it.
pub async fn news(s: &Meetings, v: &Visitor, account: AccountId) -> Result<Html, PageError> {
    let all = rows::unread(&s.scope, account, NEWS).await.map_err(PageError::internal)?;
    if all.is_empty() {
        return Ok(Html::default());
    }
    let items: Vec<Html> = all
        .iter()
        .map(|t| {
            let kind = t.kind.map_or_else(String::new, |k| k.text().get(v.lang).to_owned());
            Html(format!("<b>{}</b>: {} <span class=\"muted\">{}</span>", esc(&kind), kit::link(&path_of(t.meeting), t.said.get(v.lang)), when::ago_time(t.at, s.now(), v.lang)))
        })
        .collect();
    let title = match v.lang {
        Lang::Vi => format!("{} thông báo chưa đọc", all.len()),
        Lang::En if all.len() == 1 => "1 notice not read".to_owned(),
        Lang::En => format!("{} notices not read", all.len()),
    };
    Ok(kit::banner(Mood::Info, &title, &kit::bullets(&items)))
}
