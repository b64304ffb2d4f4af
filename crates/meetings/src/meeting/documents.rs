//! What the documents of a meeting say: data for the templates of the catalogue (Decree 30/2020/NĐ-CP, Annex III, forms 1.4, 1.7
//! and 1.9). Pure; who sets, numbers and signs is another's to know.

use super::{Choice, Conclusion, Item, Meeting, Poll, Reply, Stance, Turn};
use crate::asks::{Person, Unit};
use kernel::{Instant, text::Lang};
use serde_json::{Map, Value, json};
use web::when;

/// Giấy mời.
pub const INVITATION: &str = "admin-invitation";
/// Biên bản cuộc họp.
pub const MINUTES: &str = "admin-minutes";
/// Thông báo kết luận cuộc họp.
pub const CONCLUSIONS: &str = "meeting-conclusion";

/// The data of a document; nothing for a template that is none of a meeting.
pub fn data(m: &Meeting, template: &str, unit: Option<&Unit>, issued_at: Instant, demo: bool) -> Option<Value> {
    let mut all = head(m, unit, issued_at, demo);
    match template {
        INVITATION => invitation(m, &mut all),
        MINUTES => minutes(m, &mut all),
        CONCLUSIONS => conclusions(m, &mut all),
        _ => return None,
    }
    Some(Value::Object(all))
}

fn head(m: &Meeting, unit: Option<&Unit>, issued_at: Instant, demo: bool) -> Map<String, Value> {
    let mut agency = Map::new();
    if let Some(parent) = unit.and_then(|u| u.parent.as_ref()) {
        agency.insert("parent".into(), json!(parent));
    }
    agency.insert("name".into(), json!(unit.map_or(&m.office_name, |u| &u.name.vi)));
    agency.insert("place".into(), json!(unit.map_or("", |u| u.place.as_str())));
    let mut all = Map::new();
    all.insert("agency".into(), Value::Object(agency));
    all.insert("issued_at".into(), json!(issued_at));
    all.insert("demo".into(), json!(demo));
    all
}

/// The chair as texts speak of them: post and name.
fn chair(m: &Meeting) -> String {
    format!("{} {}", m.chair.title, m.chair.name).trim().to_owned()
}

fn signer(p: &Person) -> Value {
    json!({"title": p.title, "name": p.name})
}

fn place(m: &Meeting) -> String {
    match (m.time.place.as_str(), &m.time.link) {
        ("", Some(link)) => format!("họp trực tuyến tại {link}"),
        (place, Some(link)) => format!("{place}; trực tuyến tại {link}"),
        (place, None) => place.to_owned(),
    }
}

/// Where it was held, once it is over: how people came in from outside is no longer of use.
fn venue(m: &Meeting) -> &str {
    if m.time.place.is_empty() { "phòng họp trực tuyến" } else { &m.time.place }
}

fn invitation(m: &Meeting, all: &mut Map<String, Value>) {
    let to: Vec<String> = m.invited.iter().map(|i| i.person.in_full()).chain(m.guests.iter().map(|g| format!("{}, {}", g.name, g.title))).collect();
    let programme: Vec<String> = m.items.iter().map(|i| if i.presenter.is_empty() { i.title.clone() } else { format!("{} ({})", i.title, i.presenter) }).collect();
    let body = "Tài liệu được gửi trên Hệ thống họp không giấy. Đề nghị các đồng chí nghiên cứu tài liệu, cho ý kiến trước phiên họp và xác nhận tham dự trên hệ thống.";
    all.insert("subject".into(), json!(m.title));
    all.insert("to".into(), json!(to));
    all.insert("event".into(), json!({"name": m.title, "guests": "các đồng chí", "chair": format!("Đồng chí {}", chair(m)), "at": m.time.starts, "place": place(m), "programme": programme}));
    all.insert("body".into(), json!([body]));
    all.insert("recipients".into(), json!(["Như trên", "Lưu: VT"]));
    all.insert("signer".into(), signer(&m.chair));
}

/// Who was present, in the order of the list: chair, secretary, those invited or sent in their place, guests.
fn attendees(m: &Meeting) -> Vec<String> {
    let here = |p: &Person| m.present.contains_key(&p.account);
    let of_invited = m.invited.iter().flat_map(|i| {
        let own = Some(&i.person).filter(|p| here(p) && p.account != m.secretary.account).map(Person::in_full);
        let sent = i.substitute().filter(|p| here(p)).map(|p| format!("{} (dự thay {})", p.in_full(), i.person.name));
        own.into_iter().chain(sent)
    });
    let leads = [&m.chair, &m.secretary].into_iter().filter(|p| here(p)).map(Person::in_full);
    leads.chain(of_invited).chain(m.guests.iter().filter(|g| g.present).map(|g| format!("{}, {}", g.name, g.title))).collect()
}

fn absent(m: &Meeting) -> Vec<String> {
    let line = |name: String, why: Option<&String>| why.map_or_else(|| format!("{name} (không báo lý do)"), |r| format!("{name} (có lý do: {r})"));
    let invited = m.invited.iter().filter(|i| !m.present.contains_key(&i.person.account) && !i.substitute().is_some_and(|p| m.present.contains_key(&p.account)));
    let invited = invited.map(|i| {
        let why = match &i.reply {
            Some(Reply::Absent { reason }) => Some(reason),
            _ => None,
        };
        line(i.person.in_full(), why)
    });
    invited.chain(m.guests.iter().filter(|g| !g.present).map(|g| format!("{}, {}", g.name, g.title))).collect()
}

fn minutes(m: &Meeting, all: &mut Map<String, Value>) {
    let (from, to) = (m.opened_at.unwrap_or(m.time.starts), m.closed_at.unwrap_or(m.time.ends));
    let mut meeting = Map::new();
    meeting.insert("started_at".into(), json!(from));
    meeting.insert("ended_at".into(), json!(to));
    meeting.insert("place".into(), json!(place(m)));
    meeting.insert("attendees".into(), json!(attendees(m)));
    let missing = absent(m);
    if !missing.is_empty() {
        meeting.insert("absent".into(), json!(missing));
    }
    meeting.insert("chair".into(), json!({"name": m.chair.name, "title": m.chair.title}));
    meeting.insert("secretary".into(), json!({"name": m.secretary.name, "title": m.secretary.title}));
    let body: Vec<Value> = m.items.iter().map(|i| json!({"heading": i.title, "level": 2, "paragraphs": course(m, i)})).collect();
    all.insert("subject".into(), json!(m.title));
    all.insert("meeting".into(), Value::Object(meeting));
    all.insert("body".into(), json!(body));
    all.insert("recipients".into(), json!(["Các thành viên dự họp", "Lưu: VT"]));
}

/// How an item went, in sentences: who presented, what was said before and in the session, votes, conclusions.
fn course(m: &Meeting, item: &Item) -> Vec<String> {
    let mut out = Vec::new();
    if !item.presenter.is_empty() {
        out.push(format!("Trình bày: {}.", item.presenter));
    }
    let papers: Vec<String> = item.papers.iter().map(|p| format!("{} (bản {})", p.title, p.versions.last().map_or(1, |v| v.no))).collect();
    if !papers.is_empty() {
        out.push(format!("Tài liệu: {}.", papers.join("; ")));
    }
    if !item.opinions.is_empty() {
        let n = |s: Stance| item.opinions.values().filter(|o| o.stance == s).count();
        out.push(format!(
            "Ý kiến trước phiên họp: {} thống nhất, {} thống nhất và đề nghị chỉnh sửa, {} không thống nhất.",
            n(Stance::Agree),
            n(Stance::WithChanges),
            n(Stance::Disagree)
        ));
        out.extend(item.opinions.values().filter(|o| !o.text.is_empty()).map(|o| format!("{}: {}", o.name, o.text)));
    }
    let spoke: Vec<&str> = m.speakers.iter().filter(|s| s.item == item.no && matches!(s.turn, Turn::Done { .. })).map(|s| s.name.as_str()).collect();
    if !spoke.is_empty() {
        out.push(format!("Phát biểu: {}.", spoke.join(", ")));
    }
    out.extend(m.polls.iter().filter(|p| p.item == item.no).filter_map(vote));
    out.extend(m.conclusions.iter().filter(|c| c.item == item.no && c.approved_at.is_some()).map(conclusion));
    if out.is_empty() {
        out.push("Không có ý kiến.".to_owned());
    }
    out
}

/// A closed vote with every ballot by name.
fn vote(p: &Poll) -> Option<String> {
    let c = p.result.as_ref()?;
    let by = |choice: Choice| p.ballots.values().filter(|b| b.choice == choice).map(|b| b.name.as_str()).collect::<Vec<_>>().join(", ");
    let named = |n: u32, word: &str, choice: Choice| if n == 0 { format!("{n} {word}") } else { format!("{n} {word} ({})", by(choice)) };
    Some(format!(
        "Biểu quyết: {} Kết quả: {}; {}; {}; có mặt {}/{} thành viên. {}.",
        sentence(&p.text),
        named(c.agree, "tán thành", Choice::Agree),
        named(c.against, "không tán thành", Choice::Against),
        named(c.abstain, "không biểu quyết", Choice::Abstain),
        c.present,
        c.members,
        c.outcome.text().vi
    ))
}

/// A text that something follows: it ends like a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn conclusion(c: &Conclusion) -> String {
    let Some(t) = &c.task else { return format!("Kết luận: {}", sentence(&c.text)) };
    let co = if t.co.is_empty() { String::new() } else { format!(" Phối hợp: {}.", t.co.iter().map(|u| u.name.as_str()).collect::<Vec<_>>().join("; ")) };
    format!("Kết luận: {} Chủ trì: {}.{co} Thời hạn: {}.", sentence(&c.text), t.lead.name, when::day(t.due, Lang::Vi))
}

fn conclusions(m: &Meeting, all: &mut Map<String, Value>) {
    let held_on = m.opened_at.unwrap_or(m.time.starts).date();
    let approved = || m.conclusions.iter().filter(|c| c.approved_at.is_some());
    let tasks: Vec<Value> = approved().filter_map(|c| c.task.as_ref().map(|t| (c, t))).map(|(c, t)| {
        let mut line = Map::new();
        line.insert("text".into(), json!(c.text));
        line.insert("focal_point".into(), json!(t.lead.name));
        if !t.co.is_empty() {
            line.insert("partners".into(), json!(t.co.iter().map(|u| &u.name).collect::<Vec<_>>()));
        }
        line.insert("deadline".into(), json!(t.due));
        if !t.result.is_empty() {
            line.insert("product".into(), json!(t.result));
        }
        Value::Object(line)
    }).collect();
    let said: Vec<&String> = approved().filter(|c| c.task.is_none()).map(|c| &c.text).collect();
    let basis = format!("Sau khi nghe báo cáo và ý kiến của các đại biểu, {} kết luận:", chair(m));
    all.insert("subject".into(), json!(format!("Kết luận của {}\ntại cuộc họp: {}", chair(m), m.title)));
    all.insert("meeting".into(), json!({"name": format!("cuộc họp: {}", m.title), "held_on": held_on, "place": venue(m), "chair": chair(m), "attendees": attendees(m), "basis": basis}));
    if !said.is_empty() {
        all.insert("body".into(), json!(said));
    }
    all.insert("conclusions".into(), json!(tasks));
    all.insert("follow_up".into(), json!(format!("giao {} theo dõi, đôn đốc, cập nhật kết quả trên hệ thống theo dõi nhiệm vụ", m.office_name)));
    all.insert("recipients".into(), json!(["Như thành phần dự họp", "Lưu: VT"]));
    all.insert("signer".into(), signer(&m.chair));
}
