//! What the forms of a meeting's page ask for.

use super::{
    Said, actor, after::CO_BOXES, path_of, refusal_of,
    show::{Asked, found, open, page},
    span, wrong,
};
use crate::{
    Failure, Meetings,
    meeting::{Act, Answer, Choice, Invitation, Meeting, Presence, Stance, Task, Time, UnitRef, Way},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, id::AccountId};
use web::{
    extract::{FormData, Path, Query},
    kit,
    problem::{Fault, PageError},
    visitor::Visitor,
};

/// A form of another page or another time.
fn unknown_act() -> Refusal {
    Refusal::invalid("unknown-act", "Trang không có việc này. Hãy tải lại trang và làm lại.", "This page has no such act. Reload it and do it again.")
}

fn number(f: &FormData, name: &str) -> Option<u32> {
    f.get(name).and_then(|n| n.parse().ok())
}

fn needed(f: &FormData, name: &str) -> Result<u32, Refusal> {
    number(f, name).ok_or_else(unknown_act)
}

/// An item chosen in a list.
fn item(f: &FormData, name: &str) -> Result<u32, Refusal> {
    number(f, name).ok_or_else(|| wrong(name, "Chọn một mục trong chương trình họp.", "Choose an item of the agenda."))
}

fn account(f: &FormData, name: &str) -> Option<AccountId> {
    f.get(name).and_then(|a| a.parse().ok())
}

pub async fn act(Shared(s): Shared<Meetings>, v: Visitor, Path(id): Path<String>, Query(asked): Query<Asked>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let m = found(&s, &me, &id).await?;
    match perform(&s, &me, &m, &f).await {
        Ok(m) => Ok(Redirect::to(&format!("{}?done=1{}", path_of(m.id), anchor(&f))).into_response()),
        Err(PageError(Fault::Refused(refusal))) => {
            let mut refusal = refusal_of(refusal.into())?;
            if f.get("act") == Some("move") {
                rename(&mut refusal);
            }
            let said = Said::refused(f, refusal);
            let o = open(&s, &v, &id, Asked { done: String::new(), ..asked }).await?;
            Ok(said.answer(|said| page(&o, said)))
        }
        Err(e) => Err(e),
    }
}

/// Back to the part of the page one worked in.
fn anchor(f: &FormData) -> &'static str {
    match f.get("act").unwrap_or_default() {
        "invite" | "guest" | "uninvite" | "mark" | "mark-guest" => "#people",
        "opine" => "#agenda",
        "ask" | "call" | "end" | "withdraw" => "#speaking",
        "open-poll" | "vote" | "close-poll" => "#votes",
        "write" | "approve" | "direct" => "#conclusions",
        "issue" => "#documents",
        _ => "",
    }
}

/// The form that moves a meeting has names of its own, so that every id of the page stands once.
fn rename(refusal: &mut Refusal) {
    for reason in &mut refusal.reasons {
        reason.field = reason.field.take().map(|f| match f.as_str() {
            "starts" => "moved".to_owned(),
            "ends" => "moved_until".to_owned(),
            "place" => "moved_place".to_owned(),
            "link" => "moved_link".to_owned(),
            _ => f,
        });
    }
}

async fn perform(s: &Meetings, me: &Actor, m: &Meeting, f: &FormData) -> Result<Meeting, PageError> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let act = match f.get("act").unwrap_or_default() {
        "send" => return Ok(s.send(me, m.id).await?),
        "issue" => return Ok(s.issue(me, m.id, &text("template")).await?),
        "invite" => invitation(s, f).await?,
        "guest" => Act::InviteGuest { name: text("guest_name"), title: text("guest_title"), email: text("guest_email") },
        "uninvite" => Act::Uninvite { account: account(f, "account"), guest: number(f, "guest") },
        "move" => moved(f)?,
        "cancel" => Act::Cancel { reason: text("cancel_reason") },
        "handover" => {
            let chair = account(f, "new_chair").ok_or_else(|| wrong("new_chair", "Chọn người chủ trì mới.", "Choose the new chair."))?;
            Act::HandOver { chair, reason: text("handover_reason") }
        }
        "answer" => answer(s, m, me, f).await?,
        "opine" => opinion(f)?,
        "open" => Act::Open,
        "mark" => {
            let presence = Way::of(&text("way")).map_or(Presence::NotPresent, Presence::Present);
            Act::Mark { account: account(f, "account").ok_or_else(unknown_act)?, presence }
        }
        "mark-guest" => Act::MarkGuest { guest: needed(f, "guest")?, present: f.get("present") == Some("yes") },
        "ask" => Act::AskToSpeak { item: item(f, "speak_item")?, guest: number(f, "speak_guest") },
        "call" => Act::Call { no: needed(f, "no")? },
        "end" => Act::EndSpeech { no: needed(f, "no")? },
        "withdraw" => Act::WithdrawSpeech { no: needed(f, "no")? },
        "open-poll" => Act::OpenPoll { item: item(f, "poll_item")?, text: text("poll_text") },
        "vote" => Act::Vote { poll: needed(f, "poll")?, choice: Choice::of(&text("choice")).ok_or_else(unknown_act)? },
        "close-poll" => Act::ClosePoll { poll: needed(f, "poll")? },
        "close-session" => Act::Close,
        "write" => Act::Write { no: number(f, "no"), item: item(f, "conclusion_item")?, text: text("conclusion"), task: task(s, f)?.map(Box::new) },
        "approve" => Act::Approve { no: needed(f, "no")? },
        "direct" => Act::Direct { no: needed(f, "no")? },
        "conclude" => Act::Conclude,
        _ => return Err(unknown_act().into()),
    };
    Ok(s.act(me, m.id, &act).await?)
}

async fn invitation(s: &Meetings, f: &FormData) -> Result<Act, PageError> {
    let mut people = Vec::new();
    for chosen in f.all("who").into_iter().take(100) {
        let person = match chosen.parse::<AccountId>() {
            Ok(account) => s.people.person(account, s.now()).await?,
            Err(_) => None,
        };
        let person = person.ok_or_else(|| wrong("who", "Chọn người trong danh sách tìm được.", "Choose people of the list found."))?;
        people.push(Invitation { person, votes: f.get("as") != Some("guest") });
    }
    Ok(Act::Invite(people))
}

fn moved(f: &FormData) -> Result<Act, Failure> {
    let mut reasons = Vec::new();
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let Some((starts, ends)) = span(f, ["moved", "moved_from", "moved_until"], &mut reasons) else {
        let mut refusal = Refusal::invalid("meeting-form", "Chưa dời được cuộc họp: có chỗ cần sửa", "The meeting is not moved: something needs correcting");
        refusal.reasons = reasons;
        return Err(refusal.into());
    };
    let time = Time { starts, ends, place: text("moved_place"), link: f.filled("moved_link").map(str::to_owned) };
    Ok(Act::Move { time, reason: text("move_reason") })
}

async fn answer(s: &Meetings, m: &Meeting, me: &Actor, f: &FormData) -> Result<Act, PageError> {
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    Ok(Act::Answer(match f.get("answer").unwrap_or_default() {
        "coming" => Answer::Coming,
        "absent" => Answer::Absent { reason: text("absent_reason") },
        "substitute" => {
            let nobody = || wrong("substitute", "Chọn một người cùng cơ quan.", "Choose somebody of your office.");
            let account = account(f, "substitute").ok_or_else(nobody)?;
            let office = m.invitee(me.account).map(|i| &i.person.office);
            let person = s.people.person(account, s.now()).await?.filter(|p| Some(&p.office) == office).ok_or_else(nobody)?;
            Answer::Substitute { person }
        }
        _ => return Err(wrong("answer", "Chọn tham dự, vắng mặt hoặc cử người dự thay.", "Choose coming, absent or a substitute.").into()),
    }))
}

fn opinion(f: &FormData) -> Result<Act, Failure> {
    let item = needed(f, "item")?;
    let name = format!("stance-{item}");
    let stance = f.get(&name).and_then(Stance::of).ok_or_else(|| wrong(&name, "Chọn một ý kiến.", "Choose an opinion."))?;
    Ok(Act::Opine { item, stance, text: f.get(&format!("opinion-{item}")).unwrap_or_default().to_owned() })
}

/// The task of a conclusion; none when neither a unit nor a deadline is given.
fn task(s: &Meetings, f: &FormData) -> Result<Option<Task>, Failure> {
    let due = kit::date_answer(f, "due").map_err(|_| wrong("due", "Nhập ngày có thật, ví dụ 24 12 2026.", "Enter a date that exists, such as 24 12 2026."))?;
    let unit = |name: &str| -> Result<Option<UnitRef>, Refusal> {
        let Some(code) = f.filled(name) else { return Ok(None) };
        let found = s.units.unit(code).ok_or_else(|| wrong(name, "Chọn một đơn vị trong danh sách.", "Choose a unit of the list."))?;
        Ok(Some(UnitRef { code: found.code, name: found.name.vi }))
    };
    let lead = unit("lead")?;
    let mut co = Vec::new();
    for i in 1..=CO_BOXES {
        co.extend(unit(&format!("co-{i}"))?);
    }
    let result = f.get("result").unwrap_or_default().to_owned();
    match (lead, due) {
        (None, None) if co.is_empty() && result.is_empty() => Ok(None),
        (Some(lead), Some(due)) => Ok(Some(Task { lead, co, due, result })),
        (None, _) => Err(wrong("lead", "Chọn đơn vị chủ trì; mỗi nhiệm vụ có đúng một đơn vị chủ trì.", "Choose the leading unit; a task has exactly one.").into()),
        (Some(_), None) => Err(wrong("due", "Ghi thời hạn hoàn thành.", "Give the deadline.").into()),
    }
}
