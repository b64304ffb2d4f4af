//! The row of clocks over a case: the legal one first, the step, then each opinion asked for.

use super::{room::Room, standing::Standing};
use casework::{
    Found,
    state::{Clock, ClockRun},
};
use kernel::{Instant, calendar::Calendar};
use std::sync::Arc;
use web::{
    html::Html,
    kit::{self, Mood, Shape},
    when,
};

pub fn html(room: &Room<'_>, found: &Found) -> Html {
    let desk = &room.services.desk;
    let calendar = desk.calendar(&found.state.offices.decides).ok();
    let mut cards = Vec::new();
    for (name, decl) in &found.definition.clocks {
        let Some(clock) = found.state.clocks.get(name).filter(|c| c.run != ClockRun::Stopped) else { continue };
        let label = decl.name.get(room.lang()).to_owned();
        cards.push(match clock.run {
            ClockRun::Suspended => suspended(room, found, label, clock),
            _ => running(room, calendar, label, clock.started, clock.due),
        });
    }
    // The statutory time is what everybody waits for; the other clocks follow it.
    let statutory = found.definition.clocks.get("processing").map(|c| c.name.get(room.lang()).to_owned());
    cards.sort_by_key(|c| Some(&c.label) != statutory.as_ref());
    if let Some(step) = found.state.step.as_ref().filter(|_| !waits_on_applicant(found)) {
        let name = found.definition.step(&step.code).map_or(step.code.as_str(), |s| s.name.get(room.lang()));
        let yours = room.actor.has_role(step.role.as_str()) && room.actor.office.as_ref() == Some(&step.office);
        let label = if yours { room.pick("Bước của bạn", "Your step") } else { room.pick("Bước hiện tại", "Present step") };
        cards.push(running(room, calendar, format!("{label}: {name}"), step.since, step.due));
    }
    cards.extend(found.state.open_requests().map(|r| {
        let label = format!("{}: {}", room.pick("Lấy ý kiến", "Opinion asked"), room.office_name(r.office.as_str()));
        opinion(room, found, calendar, label, r.asked, r.due)
    }));
    kit::clocks(room.lang(), &cards)
}

fn waits_on_applicant(found: &Found) -> bool {
    let state = found.definition.state("handling", found.state.track("handling"));
    state.is_some_and(|s| s.waiting_on == casework::definition::WaitingOn::Applicant)
}

fn running(room: &Room<'_>, calendar: Option<&Arc<Calendar>>, label: String, started: Instant, due: Instant) -> kit::Clock {
    let standing = calendar.and_then(|c| Standing::at(c, Some(started), due, room.now));
    let unknown = || {
        let text = room.pick("chưa đếm được giờ làm việc: lịch chưa khai báo năm này", "working time unknown: the calendar lacks this year");
        kit::chip(Mood::Warn, text)
    };
    kit::Clock {
        label,
        text: when::due_time(due, room.now, room.lang()),
        chip: standing.map_or_else(unknown, |s| s.chip(room.lang())),
        used: standing.and_then(Standing::used),
        mood: standing.map_or(Mood::Warn, Standing::mood),
    }
}

/// A clock that stands still says since when and why.
fn suspended(room: &Room<'_>, found: &Found, label: String, clock: &Clock) -> kit::Clock {
    let lang = room.lang();
    let since = clock.suspensions.last().map(|s| s.0);
    let why = match found.state.open_supplement() {
        Some(s) => format!("{} {}", room.pick("chờ bổ sung theo phiếu số", "waiting for the supplement of notice no."), s.number),
        None => found
            .definition
            .state("handling", found.state.track("handling"))
            .map_or_else(|| room.pick("tạm dừng", "suspended").to_owned(), |s| s.name.get(lang).to_lowercase()),
    };
    let left = clock.left_s.map_or_else(String::new, |s| format!(", {}", when::working_left(s, lang)));
    let text = match since {
        Some(at) => {
            let said = format!("{} {}", room.pick("tạm dừng từ", "suspended since"), when::at(at, room.now, lang));
            when::time(at, &said, lang)
        }
        None => Html::text(room.pick("tạm dừng", "suspended")),
    };
    kit::Clock { label, text, chip: kit::chip_with(Mood::Info, Shape::Pause, &format!("{why}{left}")), used: None, mood: Mood::Info }
}

fn opinion(
    room: &Room<'_>,
    found: &Found,
    calendar: Option<&Arc<Calendar>>,
    label: String,
    asked: Instant,
    due: Instant,
) -> kit::Clock {
    let lang = room.lang();
    let standing = calendar.and_then(|c| Standing::at(c, Some(asked), due, room.now));
    // Decree 217/2026/NĐ-CP: silence past the time is consent, where the definition says so.
    let consents = found.definition.clocks.get("consultation").is_some_and(|c| c.on_due.is_some());
    let said = if consents {
        format!("{} {}", room.pick("im lặng đến", "silence until"), when::at(due, room.now, lang))
    } else {
        when::due(due, room.now, lang)
    };
    let chip = if consents {
        kit::chip_with(Mood::Info, Shape::Pause, room.pick("sau đó coi là đồng ý", "then consent is assumed"))
    } else {
        standing.map_or_else(Html::default, |s| s.chip(lang))
    };
    kit::Clock { label, text: when::time(due, &said, lang), chip, used: standing.and_then(Standing::used), mood: Mood::Info }
}
