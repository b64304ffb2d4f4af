//! In session: the speaking list and votes.

use super::{Said, folded, show::Open};
use crate::meeting::{Choice as Vote, Count, Poll, Speaker, State, Turn};
use web::{
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table, Weight},
    when,
};

/// What is voted on now, and what was.
pub fn votes(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if !m.state.held() || (m.polls.is_empty() && m.state != State::Open) {
        return Html::default();
    }
    // The one that is open comes first; those closed follow in order.
    let open: String = m.open_poll().map_or_else(String::new, |p| open_poll(o, p).0);
    let closed: String = m.polls.iter().filter(|p| p.result.is_some()).map(|p| closed_poll(o, p).0).collect();
    let standing = if m.state == State::Open { quorum(o, &m.count(None)) } else { Html::default() };
    Html(format!("<h2 id=\"votes\">{}</h2>{standing}{open}{}{closed}", v.pick("Biểu quyết", "Votes"), ask(o, said)))
}

fn quorum(o: &Open<'_>, c: &Count) -> Html {
    let v = o.v;
    let chip = if c.quorum { kit::chip(Mood::Good, v.pick("đủ số người để biểu quyết", "quorum")) } else { kit::chip(Mood::Warn, v.pick("chưa đủ số người để biểu quyết", "no quorum")) };
    Html(format!("<p>{}: <b>{}/{}</b> ({} {}) {chip}</p>", v.pick("Thành viên có mặt", "Members present"), c.present, c.members, v.pick("cần", "needed"), c.quorum_needed))
}

fn open_poll(o: &Open<'_>, p: &Poll) -> Html {
    let (v, m) = (o.v, &o.m);
    let c = m.count(Some(p));
    let own = p.ballots.get(&o.me.account);
    let may = m.has_vote(o.me.account) && m.present.contains_key(&o.me.account);
    let cast = c.agree + c.against + c.abstain;
    let mut body = format!("<p><b>{}</b></p><p class=\"muted\">{} · {}: {cast}/{}</p>", esc(&p.text), esc(&o.item_name(p.item)), v.pick("Đã biểu quyết", "Voted"), c.present);
    if may {
        let buttons: Vec<Html> = Vote::ALL.iter().map(|c| kit::Button::new(c.text().get(v.lang)).weight(Weight::Quiet).named("choice", c.code()).html()).collect();
        if let Some(b) = own {
            body.push_str(&kit::para(&format!("{}: {}. {}", v.pick("Phiếu của tôi", "My vote"), b.choice.text().get(v.lang), v.pick("Đổi được cho đến khi kết thúc biểu quyết.", "You may change it until the vote is closed."))).0);
        }
        body.push_str(&o.form("vote", &Html(format!("{}{}", kit::hidden("poll", &p.no.to_string()), kit::button_group(&buttons)))).0);
    }
    if o.part.chair {
        body.push_str(&o.press("close-poll", &[("poll", p.no.to_string())], "Kết thúc biểu quyết", "Close the vote", Weight::Main).0);
    }
    kit::card(v.pick("Đang biểu quyết", "Vote open"), &Html(body))
}

/// A closed vote: the outcome with the figures it rests on, and every ballot by name.
fn closed_poll(o: &Open<'_>, p: &Poll) -> Html {
    let v = o.v;
    let Some(c) = &p.result else { return Html::default() };
    let mood = if c.outcome == crate::meeting::Outcome::Approved { Mood::Good } else { Mood::Bad };
    let rows = p.ballots.values().map(|b| vec![Html::text(&b.name), Html::text(b.choice.text().get(v.lang)), when::at_time(b.at, o.now, v.lang)]).collect();
    let table = kit::table(&Table {
        caption: format!("{}: {}", v.pick("Phiếu", "Ballots"), p.text),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Thành viên", "Member")), Column::text(v.pick("Ý kiến", "Vote")), Column::text(v.pick("Lúc", "At"))],
        rows,
        empty: v.pick("Không có phiếu.", "No ballots.").to_owned(),
    });
    Html(format!(
        "<section class=\"card\"><h3>{} {}</h3><p class=\"muted\">{}</p><p>{} {} · {} {} · {} {} · {} {}/{} · {} {}</p>{}</section>",
        esc(&p.text),
        kit::chip(mood, c.outcome.text().get(v.lang)),
        esc(&o.item_name(p.item)),
        c.agree,
        v.pick("tán thành", "for"),
        c.against,
        v.pick("không tán thành", "against"),
        c.abstain,
        v.pick("không biểu quyết", "abstaining"),
        v.pick("có mặt", "present"),
        c.present,
        c.members,
        v.pick("cần", "needed"),
        c.needed,
        kit::details(v.pick("Phiếu của từng người", "Each ballot"), &table, false),
    ))
}

fn ask(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if m.state != State::Open || !o.part.chair || m.open_poll().is_some() {
        return Html::default();
    }
    let body = Html(format!(
        "{}{}{}",
        said.field(v.lang, "open-poll", "poll_item", v.pick("Mục", "Item")).select(&o.items()),
        said.field(v.lang, "open-poll", "poll_text", v.pick("Nội dung biểu quyết", "What is voted on")).textarea(2),
        kit::Button::new(v.pick("Mở biểu quyết", "Open the vote")).weight(Weight::Quiet).html(),
    ));
    folded(said, "open-poll", v.pick("Lấy biểu quyết", "Put to the vote"), &o.form("open-poll", &body))
}

/// The speaking list, and asking for a turn.
pub fn speaking(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    let asks = matches!(m.state, State::Sent | State::Open) && o.part.takes_part();
    if m.speakers.is_empty() && !asks {
        return Html::default();
    }
    let rows = m.speakers.iter().filter(|s| s.turn != Turn::Withdrawn).map(|s| vec![Html::text(&s.name), Html::text(&o.item_name(s.item)), turn(o, s), steps(o, s)]).collect();
    let table = kit::table(&Table {
        caption: v.pick("Danh sách phát biểu", "Speaking list").to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Người phát biểu", "Speaker")), Column::text(v.pick("Mục", "Item")), Column::text(v.pick("Tình trạng", "State")), Column::text(v.pick("Thao tác", "Act"))],
        rows,
        empty: v.pick("Chưa có ai đăng ký phát biểu.", "Nobody has asked to speak.").to_owned(),
    });
    let limit = format!("{} {} {}", v.pick("Mỗi lượt không quá", "A turn lasts at most"), m.rules.speaking_minutes, v.pick("phút.", "minutes."));
    Html(format!("<h2 id=\"speaking\">{}</h2><p class=\"muted\">{limit}</p>{table}{}", v.pick("Đăng ký phát biểu", "Speaking list"), if asks { request(o, said) } else { Html::default() }))
}

fn turn(o: &Open<'_>, s: &Speaker) -> Html {
    let v = o.v;
    match s.turn {
        Turn::Waiting => Html::text(v.pick("chờ phát biểu", "waiting")),
        Turn::Withdrawn => Html::text(v.pick("đã rút", "withdrawn")),
        Turn::Speaking { since } => {
            let minutes = o.now.seconds_since(since) / 60;
            let over = minutes >= i64::from(o.m.rules.speaking_minutes);
            let word = format!("{} ({minutes} {})", v.pick("đang phát biểu", "speaking"), v.pick("phút", "minutes"));
            kit::chip(if over { Mood::Warn } else { Mood::Info }, &word)
        }
        Turn::Done { since, until } => {
            let minutes = (until.seconds_since(since) + 59) / 60;
            Html::text(&format!("{} ({minutes} {})", v.pick("đã phát biểu", "spoke"), v.pick("phút", "minutes")))
        }
    }
}

fn steps(o: &Open<'_>, s: &Speaker) -> Html {
    let no = || [("no", s.no.to_string())];
    let (open, own) = (o.m.state == State::Open, s.account == Some(o.me.account));
    let mut out = Vec::new();
    match s.turn {
        Turn::Waiting => {
            if open && o.part.leads() {
                out.push(o.press_of("call", &no(), ("Mời phát biểu", "Call"), &s.name));
            }
            if matches!(o.m.state, State::Sent | State::Open) && (own || o.part.leads()) {
                out.push(o.press_of("withdraw", &no(), ("Rút", "Withdraw"), &s.name));
            }
        }
        Turn::Speaking { .. } if open && (own || o.part.leads()) => out.push(o.press_of("end", &no(), ("Kết thúc lượt", "End the turn"), &s.name)),
        _ => {}
    }
    if out.is_empty() { Html::text("–") } else { kit::button_group(&out) }
}

fn request(o: &Open<'_>, said: &Said) -> Html {
    let v = o.v;
    let guests: Vec<Choice> = o.m.guests.iter().map(|g| Choice::new(g.no.to_string(), format!("{} – {}", g.name, g.title))).collect();
    let guest = if o.part.leads() && !guests.is_empty() {
        said.field(v.lang, "ask", "speak_guest", v.pick("Ghi cho khách mời", "For a guest")).hint(v.pick("Để trống nếu là chính bạn", "Leave empty for yourself")).optional(true).select(&guests)
    } else {
        Html::default()
    };
    let body = Html(format!(
        "{}{guest}{}",
        said.field(v.lang, "ask", "speak_item", v.pick("Phát biểu về mục", "On item")).select(&o.items()),
        kit::Button::new(v.pick("Đăng ký phát biểu", "Ask to speak")).weight(Weight::Quiet).html(),
    ));
    o.form("ask", &body)
}
