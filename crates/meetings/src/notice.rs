//! What those invited are told: of the invitation, of papers that come later, of another time or place, of the end. Which event is told to
//! whom, and in which words, is decided with the event; telling is its effect.

pub mod rows;
pub mod tell;
#[cfg(test)]
mod tests;

use crate::meeting::{Meeting, MeetingEvent as E, MeetingId, Reply, State, Time};
use kernel::{
    Instant, Text,
    id::AccountId,
    text::Lang,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Batch, NewEffect};
use web::when;

/// The effect by which people are told; its payload is [`Notice`].
pub const NOTICE: &str = "meeting.notice";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Invited,
    Papers,
    Moved,
    Cancelled,
    Chair,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Invited, Self::Papers, Self::Moved, Self::Cancelled, Self::Chair];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Papers => "papers",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::Chair => "chair",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Invited => Text::new("Giấy mời họp", "Invitation"),
            Self::Papers => Text::new("Tài liệu mới", "New papers"),
            Self::Moved => Text::new("Đổi thời gian, địa điểm", "Moved"),
            Self::Cancelled => Text::new("Hủy cuộc họp", "Called off"),
            Self::Chair => Text::new("Thay người chủ trì", "Another chair"),
        }
    }
}

/// Somebody to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Whom {
    Account { account: AccountId, name: String },
    /// Without an account; an address where one was given.
    Guest { no: u32, name: String, #[serde(default)] email: String },
}

impl Whom {
    /// As rows and messages know them.
    pub fn key(&self) -> String {
        match self {
            Self::Account { account, .. } => account.to_string(),
            Self::Guest { no, .. } => format!("guest-{no}"),
        }
    }
    pub fn name(&self) -> &str {
        match self {
            Self::Account { name, .. } | Self::Guest { name, .. } => name,
        }
    }
}

/// What is told of one event. The same event is told once to each, however often the effect runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub meeting: MeetingId,
    /// Of the meeting's stream.
    pub version: i64,
    pub kind: Kind,
    pub title: String,
    pub said: Text,
    pub office: kernel::id::OfficeCode,
    pub to: Vec<Whom>,
    pub at: Instant,
}

/// What an event is told as; nothing for an event that concerns the room alone.
pub fn of(before: Option<&Meeting>, m: &Meeting, event: &E, version: i64, at: Instant) -> Option<Notice> {
    let told = |kind, said, to: Vec<Whom>| Notice { meeting: m.id, version, kind, title: m.title.clone(), said, office: m.office.clone(), to, at };
    let ahead = m.sent_at.is_some() && m.state == State::Sent;
    let made = match event {
        E::Sent { .. } => told(Kind::Invited, invitation(m), everybody(m)),
        E::Invited { people, guests } if ahead => {
            let new = people.iter().map(|i| account(&i.person)).chain(guests.iter().map(guest)).collect();
            told(Kind::Invited, invitation(m), new)
        }
        E::Answered { reply, .. } if ahead => {
            let Reply::Substitute { person } = &**reply else { return None };
            told(Kind::Invited, invitation(m), vec![account(person)])
        }
        E::PaperAdded { title, version: paper, .. } if ahead => told(Kind::Papers, papers(m, title, paper.no), everybody(m)),
        E::PaperRevised { item, paper, version: new } if ahead => {
            let title = m.item(*item).and_then(|i| i.paper(*paper)).map_or("", |p| p.title.as_str());
            told(Kind::Papers, papers(m, title, new.no), everybody(m))
        }
        E::Moved { reason, .. } if ahead => told(Kind::Moved, moved(m, before.map(|b| &b.time), reason), everybody(m)),
        E::Cancelled { reason, .. } if m.sent_at.is_some() => told(Kind::Cancelled, cancelled(m, reason), everybody(m)),
        E::HandedOver { reason, .. } if ahead => told(Kind::Chair, chair(m, reason), everybody(m)),
        _ => return None,
    };
    (!made.to.is_empty()).then_some(made)
}

/// Puts the effect beside the event.
pub fn ask(batch: &mut Batch, notice: &Notice) {
    batch.effect(NewEffect {
        kind: NOTICE.to_owned(),
        stream: notice.meeting.to_string(),
        payload: serde_json::json!(notice).to_string(),
        due: notice.at,
        dedup_key: Some(format!("{}/notice/{}", notice.meeting, notice.version)),
    });
}

fn account(p: &crate::asks::Person) -> Whom {
    Whom::Account { account: p.account, name: p.name.clone() }
}

fn guest(g: &crate::meeting::Guest) -> Whom {
    Whom::Guest { no: g.no, name: g.name.clone(), email: g.email.clone() }
}

/// Chair, secretary, all who are invited or sent in somebody's place, and guests; each once.
fn everybody(m: &Meeting) -> Vec<Whom> {
    let people = [&m.chair, &m.secretary].into_iter().chain(m.invited.iter().flat_map(|i| std::iter::once(&i.person).chain(i.substitute())));
    let each: BTreeMap<AccountId, Whom> = people.map(|p| (p.account, account(p))).collect();
    each.into_values().chain(m.guests.iter().map(guest)).collect()
}

fn time_said(t: &Time, lang: Lang) -> String {
    let place = match (t.place.as_str(), lang) {
        ("", Lang::Vi) => ", họp trực tuyến".to_owned(),
        ("", Lang::En) => ", online".to_owned(),
        (place, Lang::Vi) => format!(", tại {place}"),
        (place, Lang::En) => format!(", at {place}"),
    };
    format!("{} – {}, {}{place}", when::clock(t.starts), when::clock(t.ends), when::day(t.starts.date(), lang))
}

fn both(vi: impl Fn(&str) -> String, en: impl Fn(&str) -> String, t: &Time) -> Text {
    Text::new(vi(&time_said(t, Lang::Vi)), en(&time_said(t, Lang::En)))
}

fn invitation(m: &Meeting) -> Text {
    both(|t| format!("Kính mời dự họp: {}. Thời gian, địa điểm: {t}. Chủ trì: {}.", m.title, m.chair.name), |t| format!("You are invited to: {}. When and where: {t}. Chair: {}.", m.title, m.chair.name), &m.time)
}

fn papers(m: &Meeting, title: &str, version: u32) -> Text {
    let (vi, en) = if version > 1 { (format!("“{title}”, phiên bản {version}"), format!("“{title}”, version {version}")) } else { (format!("“{title}”"), format!("“{title}”")) };
    both(|t| format!("Cuộc họp {} có tài liệu mới: {vi}. Họp lúc {t}.", m.title), |t| format!("The meeting {} has new papers: {en}. It is held at {t}.", m.title), &m.time)
}

fn moved(m: &Meeting, before: Option<&Time>, reason: &str) -> Text {
    let was = |lang| before.map(|b| time_said(b, lang)).unwrap_or_default();
    both(
        |t| format!("Cuộc họp {} đổi sang: {t} (trước đó: {}). Lý do: {reason}.", m.title, was(Lang::Vi)),
        |t| format!("The meeting {} is moved to: {t} (before: {}). Reason: {reason}.", m.title, was(Lang::En)),
        &m.time,
    )
}

fn cancelled(m: &Meeting, reason: &str) -> Text {
    both(|t| format!("Cuộc họp {} ({t}) đã hủy. Lý do: {reason}.", m.title), |t| format!("The meeting {} ({t}) is called off. Reason: {reason}.", m.title), &m.time)
}

fn chair(m: &Meeting, reason: &str) -> Text {
    both(|t| format!("Cuộc họp {} ({t}) do {} chủ trì. Lý do: {reason}.", m.title, m.chair.name), |t| format!("The meeting {} ({t}) is chaired by {}. Reason: {reason}.", m.title, m.chair.name), &m.time)
}
