//! `/work/meetings/{meeting}`: one page for everybody, with the acts that are open to its reader.

use super::{HOME, Said, actor, after, agenda, day, done, folded, form, list::chip, off_paper, paragraphs, path_of, people, press, press_of, session, shell, told};
use crate::{
    Meetings,
    asks::{Person, Unit},
    meeting::{Issued, Meeting, MeetingId, Part, Reply, State, documents},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Response},
};
use kernel::{Actor, Instant};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Line, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Asked {
    pub done: String,
    /// Words that officials are searched by.
    pub q: String,
    /// A conclusion to write anew.
    pub edit: String,
}

/// What the page needs beside the meeting.
pub struct Open<'a> {
    pub s: &'a Meetings,
    pub v: &'a Visitor,
    pub m: Meeting,
    pub me: Actor,
    pub part: Part,
    pub now: Instant,
    pub asked: Asked,
    /// Officials found for an invitation.
    pub candidates: Vec<Person>,
    /// Who may be sent in one's place.
    pub colleagues: Vec<Person>,
    pub units: Vec<Unit>,
    /// Who was told what, for who prepares the meeting; and how it left the house.
    pub told: Vec<crate::notice::rows::Told>,
    pub messages: Vec<crate::asks::Message>,
}

impl Open<'_> {
    pub fn path(&self) -> String {
        path_of(self.m.id)
    }
    pub fn press(&self, act: &str, hidden: &[(&str, String)], vi: &str, en: &str, weight: Weight) -> Html {
        press(self.v, &self.path(), act, hidden, self.v.pick(vi, en), weight)
    }
    /// A button in a row of many, with of whom it speaks.
    pub fn press_of(&self, act: &str, hidden: &[(&str, String)], (vi, en): (&str, &str), of: &str) -> Html {
        press_of(self.v, &self.path(), act, hidden, self.v.pick(vi, en), of)
    }
    pub fn form(&self, act: &str, body: &Html) -> Html {
        form(self.v, &self.path(), act, body)
    }
    /// Items of the agenda to choose from.
    pub fn items(&self) -> Vec<Choice> {
        self.m.items.iter().zip(1..).map(|(i, n)| Choice::new(i.no.to_string(), format!("{n}. {}", i.title))).collect()
    }
    /// An item as the page names it.
    pub fn item_name(&self, no: u32) -> String {
        self.m.items.iter().zip(1..).find(|(i, _)| i.no == no).map_or_else(String::new, |(i, n)| format!("{n}. {}", i.title))
    }
}

/// The meeting of an address, if this actor may know of it.
pub async fn found(s: &Meetings, me: &Actor, id: &str) -> Result<Meeting, PageError> {
    let id: MeetingId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.meeting_for(me, id).await?)
}

pub async fn open<'a>(s: &'a Meetings, v: &'a Visitor, id: &str, asked: Asked) -> Result<Open<'a>, PageError> {
    let me = actor(v)?;
    let m = found(s, &me, id).await?;
    let (part, now) = (m.part(me.account), s.now());
    let invites = part.prepares() && matches!(m.state, State::Drafting | State::Sent);
    let candidates = if invites && !asked.q.trim().is_empty() { s.people.search(&asked.q, now).await? } else { Vec::new() };
    let answers = part.invited && matches!(m.state, State::Sent | State::Open);
    let colleagues = match m.invitee(me.account).filter(|_| answers) {
        Some(i) => s.people.of_office(&i.person.office, now).await?,
        None => Vec::new(),
    };
    let writes = part.leads() && matches!(m.state, State::Open | State::Closed);
    let units = if writes { s.units.all() } else { Vec::new() };
    let (mut told, mut messages) = (Vec::new(), Vec::new());
    if part.prepares() && m.sent_at.is_some() {
        told = crate::notice::rows::of_meeting(&s.scope, m.id, super::told::SHOWN).await.map_err(PageError::internal)?;
        messages = s.messengers.carried(m.id).await?;
    }
    Ok(Open { s, v, m, me: (*me).clone(), part, now, asked, candidates, colleagues, units, told, messages })
}

pub async fn show(Shared(s): Shared<Meetings>, v: Visitor, Path(id): Path<String>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id, q).await?;
    crate::notice::rows::read(&s.scope, o.m.id, o.me.account, o.now).await.map_err(PageError::internal)?;
    Ok(page(&o, &Said::default()).into_response())
}

pub fn page(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    let kind = o.s.catalog.kind(&m.kind).map_or(m.kind.as_str(), |k| k.name.get(v.lang));
    let main = Html(format!(
        "{}{}{}{}{}{}{}{}{}{}{}{}{}{}",
        kit::error_summary(v.lang, &said.reasons),
        done(v, &o.asked.done),
        kit::heading(&m.title, Some(&format!("{kind} · {}", m.office_name))),
        kit::summary_list(&facts(o)),
        next(o),
        mine(o, said),
        session::votes(o, said),
        agenda::section(o, said),
        session::speaking(o, said),
        after::section(o, said),
        people::section(o, said),
        told::section(o),
        issued(o),
        tools(o, said),
    ));
    shell(v, &m.title, main).error(said.is_error()).back(HOME, v.pick("Cuộc họp của tôi", "My meetings")).render()
}

fn facts(o: &Open<'_>) -> Vec<Line> {
    let (v, m) = (o.v, &o.m);
    let mut out = vec![
        Line::new(v.pick("Trạng thái", "State"), chip(v, m.state)),
        Line::new(v.pick("Thời gian", "Time"), Html(format!("{} – {}, {}", esc(&when::clock(m.time.starts)), esc(&when::clock(m.time.ends)), esc(&day(v, m.time.starts.date()))))),
    ];
    if !m.time.place.is_empty() {
        out.push(Line::new(v.pick("Địa điểm", "Place"), m.time.place.as_str()));
    }
    if let Some(link) = &m.time.link {
        out.push(Line::new(v.pick("Họp trực tuyến", "Conference"), Html(format!("<a href=\"{}\" rel=\"noopener noreferrer external\">{}</a>", esc(link), esc(link)))));
    }
    out.push(Line::new(v.pick("Chủ trì", "Chair"), m.chair.in_full()));
    out.push(Line::new(v.pick("Thư ký", "Secretary"), m.secretary.in_full()));
    if let Some(sent) = m.sent_at {
        let late = m.days_ahead.filter(|d| *d < m.rules.papers_days_ahead).map_or_else(String::new, |d| {
            let word = format!("{} {d}/{} {}", v.pick("gửi trước", "sent ahead"), m.rules.papers_days_ahead, v.pick("ngày làm việc theo quy định", "working days of the rule"));
            format!(" {}", kit::chip(Mood::Warn, &word))
        });
        out.push(Line::new(v.pick("Đã gửi giấy mời", "Invitations sent"), Html(format!("{}{late}", when::at_time(sent, o.now, v.lang)))));
    }
    if let Some((from, to)) = m.took() {
        out.push(Line::new(v.pick("Khai mạc – bế mạc", "Opened – closed"), format!("{} – {}", when::exact(from, v.lang), when::clock(to))));
    }
    for moved in &m.moves {
        out.push(Line::new(
            v.pick("Đã dời lịch", "Moved"),
            format!("{} {}, {}: {} ({})", v.pick("trước đây", "before"), when::exact(moved.before.starts, v.lang), moved.before.place, moved.reason, moved.by),
        ));
    }
    for h in &m.handed_over {
        out.push(Line::new(v.pick("Thay người chủ trì", "Chair handed over"), format!("{} ({}, {})", h.text, h.by, when::exact(h.at, v.lang))));
    }
    if let Some(c) = &m.cancelled {
        out.push(Line::new(v.pick("Lý do hủy", "Cancelled because"), format!("{} ({}, {})", c.text, c.by, when::exact(c.at, v.lang))));
    }
    out
}

/// The step that comes next, for who may take it.
fn next(o: &Open<'_>) -> Html {
    let (v, m) = (o.v, &o.m);
    let mut steps = Vec::new();
    match m.state {
        State::Drafting if o.part.prepares() => {
            steps.push(kit::link_button(&format!("{}/edit", o.path()), v.pick("Sửa thông tin, chương trình", "Change details and agenda"), Weight::Quiet));
            if !m.invited.is_empty() {
                steps.push(o.press("send", &[], "Gửi giấy mời và tài liệu", "Send invitations and papers", Weight::Main));
            }
        }
        State::Sent if o.part.chair => steps.push(o.press("open", &[], "Khai mạc", "Open the session", Weight::Main)),
        State::Open if o.part.chair && m.open_poll().is_none() => steps.push(o.press("close-session", &[], "Bế mạc", "Close the session", Weight::Quiet)),
        State::Closed if o.part.chair && !m.conclusions.is_empty() && m.conclusions.iter().all(|c| c.approved_at.is_some()) => {
            steps.push(o.press("conclude", &[], "Ban hành kết luận", "Issue the conclusions", Weight::Main));
        }
        _ => {}
    }
    if steps.is_empty() { Html::default() } else { off_paper(&kit::button_group(&steps)) }
}

/// The reader's own answer, and marking oneself present.
fn mine(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    let mut out = Html::default();
    let account = o.me.account;
    if m.state == State::Open && m.may_attend(account) && !m.present.contains_key(&account) {
        let own = |way: &str| [("account", account.to_string()), ("way", way.to_owned())];
        let buttons = [o.press("mark", &own("in_room"), "Tôi có mặt tại phòng họp", "I am in the room", Weight::Quiet), o.press("mark", &own("online"), "Tôi dự trực tuyến", "I am online", Weight::Quiet)];
        out.push(&Html(format!("<h2>{}</h2>{}", v.pick("Điểm danh", "Attendance"), kit::button_group(&buttons))));
    }
    let Some(invitee) = m.invitee(account).filter(|_| matches!(m.state, State::Sent | State::Open) && !m.present.contains_key(&account)) else { return out };
    let (start, reason, sent) = match &invitee.reply {
        None => ("", "", None),
        Some(Reply::Coming) => ("coming", "", None),
        Some(Reply::Absent { reason }) => ("absent", reason.as_str(), None),
        Some(Reply::Substitute { person }) => ("substitute", "", Some(person)),
    };
    let typed = said.act == "answer";
    let value = |name: &str, old: &str| if typed { said.value("answer", name).to_owned() } else { old.to_owned() };
    let choices = [
        Choice::new("coming", v.pick("Tôi tham dự", "I shall come")),
        Choice::new("absent", v.pick("Tôi vắng mặt có lý do", "I cannot come")),
        Choice::new("substitute", v.pick("Tôi cử người dự thay", "I send a substitute")),
    ];
    let others: Vec<Choice> = o.colleagues.iter().filter(|p| p.account != account).map(|p| Choice::new(p.account.to_string(), format!("{} – {}", p.name, p.title))).collect();
    let body = Html(format!(
        "{}{}{}{}",
        said.field(v.lang, "answer", "answer", v.pick("Trả lời giấy mời", "Answer")).value(value("answer", start)).radios(&choices),
        said.field(v.lang, "answer", "absent_reason", v.pick("Lý do vắng mặt", "Reason")).value(value("absent_reason", reason)).shows_when("answer=absent").optional(true).max_length(1000).input(),
        said.field(v.lang, "answer", "substitute", v.pick("Người dự thay", "Substitute")).value(value("substitute", &sent.map_or_else(String::new, |p| p.account.to_string()))).shows_when("answer=substitute").optional(true).select(&others),
        kit::Button::new(v.pick("Gửi trả lời", "Send the answer")).weight(Weight::Quiet).html(),
    ));
    let title = v.pick("Xác nhận tham dự", "Will you come?");
    let form = o.form("answer", &body);
    out.push(&if invitee.reply.is_none() { Html(format!("<h2>{title}</h2>{form}")) } else { folded(said, "answer", v.pick("Đổi câu trả lời giấy mời", "Change the answer"), &form) });
    out
}

/// Documents issued, and those that may be.
fn issued(o: &Open<'_>) -> Html {
    let (v, m) = (o.v, &o.m);
    let name = |template: &str| match template {
        documents::INVITATION => v.pick("Giấy mời", "Invitation"),
        documents::MINUTES => v.pick("Biên bản cuộc họp", "Minutes"),
        _ => v.pick("Thông báo kết luận cuộc họp", "Notice of conclusions"),
    };
    let line = |d: &Issued| {
        let href = d.link.file.map_or_else(|| d.link.path.clone(), |file| format!("{}/documents/{file}", o.path()));
        Line::new(name(&d.template), Html(format!("{} <span class=\"muted\">{} · {}</span>", kit::link(&href, &d.link.label), esc(&d.by), when::at_time(d.at, o.now, v.lang))))
    };
    let mut lines: Vec<Line> = m.issued.iter().map(line).collect();
    for template in [documents::INVITATION, documents::MINUTES, documents::CONCLUSIONS] {
        if m.document(template).is_none() && crate::meeting::decide::issuable(m, o.part, template).is_ok() {
            let label = format!("{}: {}", v.pick("Phát hành", "Issue"), name(template));
            lines.push(Line::new(name(template), press(v, &o.path(), "issue", &[("template", template.to_owned())], &label, Weight::Quiet)));
        }
    }
    if lines.is_empty() {
        return Html::default();
    }
    Html(format!("<h2 id=\"documents\">{}</h2>{}", v.pick("Văn bản", "Documents"), kit::summary_list(&lines)))
}

/// Moving and cancelling.
fn tools(o: &Open<'_>, said: &Said) -> Html {
    let (v, m) = (o.v, &o.m);
    if !o.part.prepares() || !matches!(m.state, State::Drafting | State::Sent) {
        return Html::default();
    }
    let field = |act: &str, name: &str, vi: &str, en: &str| said.field(v.lang, act, name, v.pick(vi, en));
    let or = |name: &str, old: String| if said.act == "move" { said.value("move", name).to_owned() } else { old };
    let quiet = |vi: &str, en: &str, weight: Weight| kit::Button::new(v.pick(vi, en)).weight(weight).html();
    let moved = Html(format!(
        "{}{}{}{}{}{}{}",
        said.date(v.lang, "move", "moved", v.pick("Ngày họp mới", "New day"), Some(m.time.starts.date())).date(),
        field("move", "moved_from", "Giờ bắt đầu", "Starts at").value(or("moved_from", when::clock(m.time.starts))).width("w10").max_length(10).input(),
        field("move", "moved_until", "Giờ kết thúc dự kiến", "Planned end").value(or("moved_until", when::clock(m.time.ends))).width("w10").max_length(10).input(),
        field("move", "moved_place", "Địa điểm", "Place").value(or("moved_place", m.time.place.clone())).optional(true).max_length(300).input(),
        field("move", "moved_link", "Đường dẫn họp trực tuyến", "Conference link").value(or("moved_link", m.time.link.clone().unwrap_or_default())).optional(true).max_length(500).input(),
        field("move", "move_reason", "Lý do", "Reason").textarea(2),
        quiet("Dời cuộc họp", "Move the meeting", Weight::Quiet),
    ));
    let cancel = Html(format!("{}{}", field("cancel", "cancel_reason", "Lý do", "Reason").textarea(2), quiet("Hủy cuộc họp", "Cancel the meeting", Weight::Risk)));
    let chairs: Vec<Choice> = m.invited.iter().filter(|i| i.substitute().is_none() && i.person.account != m.secretary.account).map(|i| Choice::new(i.person.account.to_string(), i.person.in_full())).collect();
    let handover = if m.state == State::Sent {
        let body = Html(format!(
            "{}{}{}",
            field("handover", "new_chair", "Người chủ trì mới", "New chair").select(&chairs),
            field("handover", "handover_reason", "Lý do", "Reason").textarea(2),
            quiet("Thay người chủ trì", "Hand over the chair", Weight::Quiet),
        ));
        folded(said, "handover", v.pick("Thay người chủ trì", "Hand over the chair"), &o.form("handover", &body))
    } else {
        Html::default()
    };
    let rules = Html(format!(
        "{}{}",
        paragraphs(&format!(
            "{}: {}\n{}: {}\n{}: {} {}",
            v.pick("Số thành viên phải có mặt", "Quorum"),
            m.rules.quorum.text().get(v.lang),
            v.pick("Thông qua khi tán thành", "Carried by"),
            m.rules.majority.text().get(v.lang),
            v.pick("Gửi tài liệu trước", "Papers sent ahead"),
            m.rules.papers_days_ahead,
            v.pick("ngày làm việc", "working days")
        )),
        super::sources(v, o.s.catalog.sources(m.created_at.date())[0]),
    ));
    Html(format!(
        "{}{handover}{}{}",
        folded(said, "move", v.pick("Dời cuộc họp", "Move the meeting"), &o.form("move", &moved)),
        folded(said, "cancel", v.pick("Hủy cuộc họp", "Cancel the meeting"), &o.form("cancel", &cancel)),
        kit::details(v.pick("Quy định áp dụng cho cuộc họp này", "Rules of this meeting"), &rules, false),
    ))
}
