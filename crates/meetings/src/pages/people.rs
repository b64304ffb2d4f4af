//! Who is invited, what they answered, who is present; inviting more.

use super::{Said, folded, off_paper, show::Open};
use crate::meeting::{Invitee, Reply, State};
use kernel::id::AccountId;
use web::{
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table, Weight},
    when,
};

pub fn section(o: &Open<'_>, said: &Said) -> Html {
    let v = o.v;
    Html(format!(
        "<h2 id=\"people\">{}</h2>{}{}{}",
        v.pick("Thành phần dự họp", "Who attends"),
        table(o),
        guests(o),
        invite(o, said),
    ))
}

fn table(o: &Open<'_>) -> Html {
    let (v, m) = (o.v, &o.m);
    let mut rows = vec![
        line(o, &m.chair.in_full(), v.pick("chủ trì", "chair"), Html::text("–"), m.chair.account),
        line(o, &m.secretary.in_full(), v.pick("thư ký", "secretary"), Html::text("–"), m.secretary.account),
    ];
    for i in m.invited.iter().filter(|i| i.person.account != m.secretary.account) {
        let part = if i.votes { v.pick("thành viên", "member") } else { v.pick("mời dự", "invited") };
        rows.push(line(o, &i.person.in_full(), part, reply(o, i), i.person.account));
        if let Some(p) = i.substitute() {
            let part = format!("{} {}", v.pick("dự thay", "in place of"), i.person.name);
            rows.push(line(o, &p.in_full(), &part, Html::text("–"), p.account));
        }
    }
    kit::table(&Table {
        caption: v.pick("Thành phần dự họp", "Who attends").to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Họ tên, chức vụ", "Name and post")), Column::text(v.pick("Tư cách", "Part")), Column::text(v.pick("Trả lời", "Answer")), Column::text(v.pick("Điểm danh", "Attendance"))],
        rows,
        ..Table::default()
    })
}

fn line(o: &Open<'_>, name: &str, part: &str, reply: Html, account: AccountId) -> Vec<Html> {
    vec![Html::text(name), Html::text(part), reply, presence(o, account, name)]
}

fn reply(o: &Open<'_>, i: &Invitee) -> Html {
    let v = o.v;
    match &i.reply {
        None => Html::text(v.pick("chưa trả lời", "no answer yet")),
        Some(Reply::Coming) => kit::chip(Mood::Good, v.pick("tham dự", "coming")),
        // Why somebody cannot come is told to who leads and to themselves.
        Some(Reply::Absent { reason }) if o.part.leads() || i.person.account == o.me.account => Html(format!("{} {}", kit::chip(Mood::Warn, v.pick("vắng có lý do", "excused")), esc(reason))),
        Some(Reply::Absent { .. }) => kit::chip(Mood::Warn, v.pick("vắng có lý do", "excused")),
        Some(Reply::Substitute { person }) => Html::text(&format!("{} {}", v.pick("cử người dự thay:", "sends"), person.name)),
    }
}

/// The mark, or the buttons that set it.
fn presence(o: &Open<'_>, account: AccountId, name: &str) -> Html {
    let (v, m) = (o.v, &o.m);
    let leads = m.state == State::Open && o.part.leads() && m.may_attend(account);
    let hidden = |way: &str| [("account", account.to_string()), ("way", way.to_owned())];
    match m.present.get(&account) {
        Some(mark) => {
            let said = format!("{} <span class=\"muted\">{}</span>", kit::chip(Mood::Good, mark.way.text().get(v.lang)), when::at_time(mark.at, o.now, v.lang));
            let voted = m.open_poll().is_some() || m.polls.iter().any(|p| p.ballots.contains_key(&account));
            let undo = if leads && !voted { o.press_of("mark", &hidden("none"), ("Bỏ điểm danh", "Undo"), name).0 } else { String::new() };
            Html(format!("{said}{undo}"))
        }
        None if leads => kit::button_group(&[o.press_of("mark", &hidden("in_room"), ("Tại phòng họp", "In the room"), name), o.press_of("mark", &hidden("online"), ("Trực tuyến", "Online"), name)]),
        None if m.state.held() && m.state != State::Open => Html::text(v.pick("vắng", "absent")),
        None if m.state == State::Drafting && o.part.prepares() && m.invitee(account).is_some() => o.press_of("uninvite", &[("account", account.to_string())], ("Bỏ khỏi danh sách", "Remove"), name),
        None => Html::text("–"),
    }
}

fn guests(o: &Open<'_>) -> Html {
    let (v, m) = (o.v, &o.m);
    if m.guests.is_empty() {
        return Html::default();
    }
    let rows = m
        .guests
        .iter()
        .map(|g| {
            let hidden = |present: &str| [("guest", g.no.to_string()), ("present", present.to_owned())];
            let state = match (g.present, m.state) {
                (true, State::Open) if o.part.leads() => Html(format!("{} {}", kit::chip(Mood::Good, v.pick("có mặt", "present")), o.press_of("mark-guest", &hidden("no"), ("Bỏ điểm danh", "Undo"), &g.name))),
                (true, _) => kit::chip(Mood::Good, v.pick("có mặt", "present")),
                (false, State::Open) if o.part.leads() => o.press_of("mark-guest", &hidden("yes"), ("Có mặt", "Present"), &g.name),
                (false, State::Drafting) if o.part.prepares() => o.press_of("uninvite", &[("guest", g.no.to_string())], ("Bỏ khỏi danh sách", "Remove"), &g.name),
                (false, s) if s.held() && s != State::Open => Html::text(v.pick("vắng", "absent")),
                _ => Html::text("–"),
            };
            vec![Html::text(&g.name), Html::text(&g.title), state]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Khách mời, không biểu quyết", "Guests, without a vote").to_owned(),
        columns: vec![Column::text(v.pick("Họ tên", "Name")), Column::text(v.pick("Chức vụ, cơ quan", "Post and agency")), Column::text(v.pick("Điểm danh", "Attendance"))],
        rows,
        ..Table::default()
    })
}

/// Searching officials and inviting those found; guests by name.
fn invite(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if !o.part.prepares() || !matches!(m.state, State::Drafting | State::Sent) {
        return Html::default();
    }
    let q = kit::Field::new(v.lang, "q", v.pick("Tìm cán bộ theo tên hoặc cơ quan", "Search officials by name or office")).value(o.asked.q.as_str()).max_length(100).input();
    let search = kit::search_form(&o.path(), &Html(format!("{q}{}", kit::Button::new(v.pick("Tìm", "Search")).weight(Weight::Quiet).html())));
    let guest = Html(format!(
        "{}{}{}{}",
        said.field(v.lang, "guest", "guest_name", v.pick("Họ tên khách mời", "Guest")).max_length(300).input(),
        said.field(v.lang, "guest", "guest_title", v.pick("Chức vụ, cơ quan", "Post and agency")).max_length(300).input(),
        said.field(v.lang, "guest", "guest_email", v.pick("Thư điện tử để báo lịch họp", "E-mail, to be told of the meeting")).optional(true).kind("email").max_length(120).input(),
        kit::Button::new(v.pick("Mời khách", "Invite the guest")).weight(Weight::Quiet).html(),
    ));
    let body = Html(format!("{search}{}", found(o, said)));
    let searching = !o.asked.q.is_empty() || (said.act == "invite" && said.is_error()) || (m.state == State::Drafting && m.invited.is_empty());
    Html(format!(
        "{}{}",
        off_paper(&kit::details(v.pick("Mời người dự họp", "Invite people"), &body, searching)),
        folded(said, "guest", v.pick("Mời khách ngoài hệ thống", "Invite a guest by name"), &o.form("guest", &guest)),
    ))
}

fn found(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if o.asked.q.trim().is_empty() {
        return Html::default();
    }
    let known = |a: AccountId| m.chair.account == a || m.invitee(a).is_some() || m.in_place_of(a).is_some();
    let people: Vec<Choice> = o.candidates.iter().filter(|p| !known(p.account)).map(|p| Choice::new(p.account.to_string(), p.name.as_str()).hint(format!("{}, {}", p.title, p.office_name))).collect();
    if people.is_empty() {
        return Html(format!("<p class=\"none\">{}</p>", v.pick("Không tìm thấy cán bộ nào chưa được mời.", "Nobody was found who is not invited yet.")));
    }
    let parts = [Choice::new("member", v.pick("Thành viên, có quyền biểu quyết", "Members, with a vote")), Choice::new("guest", v.pick("Mời dự, không biểu quyết", "Invited, without a vote"))];
    let body = Html(format!(
        "{}{}{}",
        said.field(v.lang, "invite", "who", v.pick("Người được mời", "Whom to invite")).values(said.form.all("who").into_iter().map(str::to_owned).collect()).checkboxes(&people),
        said.field(v.lang, "invite", "as", v.pick("Tư cách", "Part")).value(if said.value("invite", "as").is_empty() { "member" } else { said.value("invite", "as") }).radios(&parts),
        kit::Button::new(v.pick("Mời", "Invite")).weight(Weight::Quiet).html(),
    ));
    // What was searched for stays when the form is refused.
    super::form(v, &format!("{}?q={}", o.path(), web::html::url_part(&o.asked.q)), "invite", &body)
}
