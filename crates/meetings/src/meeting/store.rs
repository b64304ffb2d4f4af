//! The rows of meetings, and the effect of a directive.

use super::{Directive, DirectiveNotice, Meeting, MeetingEvent};
use kernel::Instant;
use std::collections::BTreeMap;
use store::{Batch, NewEffect, values};

pub fn rows(batch: &mut Batch, before: Option<&Meeting>, after: &Meeting, event: &MeetingEvent, version: i64, at: Instant) {
    line(batch, before.is_none(), after);
    people(batch, before, after);
    if let Some(notice) = crate::notice::of(before, after, event, version, at) {
        crate::notice::ask(batch, &notice);
    }
    if let MeetingEvent::Directed { conclusion, item, text, directive } = event {
        directed(batch, after, (*conclusion, *item), text, directive, at);
    }
}

fn line(batch: &mut Batch, new: bool, m: &Meeting) {
    let (pages, uncounted) = m.pages();
    let readers = i64::try_from(m.invited.len()).unwrap_or(i64::MAX);
    let sql = if new {
        "INSERT INTO meeting (province, id, kind, title, state, starts, ends, place, online, chair, readers, pages, uncounted, office) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    } else {
        "UPDATE meeting SET kind = $3, title = $4, state = $5, starts = $6, ends = $7, place = $8, online = $9, chair = $10, readers = $11, \
         pages = $12, uncounted = $13, office = $14 WHERE province = $1 AND id = $2"
    };
    batch.exec(
        sql,
        values![
            m.id, &m.kind, &m.title, m.state.code(), m.time.starts, m.time.ends, &m.time.place, m.time.link.is_some(), &m.chair.name, readers,
            i64::from(pages), i64::from(uncounted), &m.office
        ],
    );
}

fn people(batch: &mut Batch, before: Option<&Meeting>, after: &Meeting) {
    let old = before.map_or_else(BTreeMap::new, Meeting::readers);
    let new = after.readers();
    for (account, part) in new.iter().filter(|(a, p)| old.get(*a) != Some(*p)) {
        batch.exec(
            "INSERT INTO meeting_person (province, meeting, account, part) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (province, meeting, account) DO UPDATE SET part = excluded.part",
            values![after.id, *account, *part],
        );
    }
    for account in old.keys().filter(|a| !new.contains_key(a)) {
        batch.exec("DELETE FROM meeting_person WHERE province = $1 AND meeting = $2 AND account = $3", values![after.id, *account]);
    }
}

/// The row, and the effect by which the operations room takes the directive up: both with the event, or neither.
fn directed(batch: &mut Batch, m: &Meeting, (conclusion, item): (u32, u32), text: &str, d: &Directive, at: Instant) {
    let notice = DirectiveNotice {
        meeting: m.id,
        title: m.title.clone(),
        office: m.office.clone(),
        item,
        conclusion,
        lead: d.task.lead.code.clone(),
        co: d.task.co.iter().map(|u| u.code.clone()).collect(),
        due: d.task.due,
        text: text.to_owned(),
        result: d.task.result.clone(),
        by: d.by,
        by_name: d.by_name.clone(),
        at,
    };
    let co = notice.co.iter().map(kernel::id::OfficeCode::as_str).collect::<Vec<_>>().join(" ");
    batch.unique(
        "INSERT INTO meeting_directive (province, meeting, conclusion, item, office, lead, co, deadline, text, result, given_by, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values![
            m.id, i64::from(conclusion), i64::from(item), &m.office, &notice.lead, co, d.task.due, text, &d.task.result, d.by, at
        ],
        "directive",
    );
    let payload = serde_json::json!(notice).to_string();
    batch.effect(NewEffect { kind: crate::DIRECTIVE.to_owned(), stream: m.id.to_string(), payload, due: at, dedup_key: Some(notice.key()) });
}
