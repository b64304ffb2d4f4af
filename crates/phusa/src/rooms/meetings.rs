//! The room of meetings put together: officials come from the directory, units from the catalogue.

use super::Foundations;
use crate::bridges::{MeetingMessengers, MeetingPapers, MeetingPeople, MeetingUnits};
use ::meetings::{Inner, Meetings};
use anyhow::Context as _;
use std::sync::Arc;

/// Working days between an invitation and its meeting are those of offices.
const CALENDAR: &str = "vn-offices";

pub fn assemble(f: &Foundations<'_>, care: &::citizen_care::Care) -> anyhow::Result<Meetings> {
    let calendar = f.catalog.calendars.get(CALENDAR).map_err(|e| anyhow::anyhow!(e.to_string())).context("the calendar of meetings")?.clone();
    let files = f.services.files.clone();
    Ok(Meetings(Arc::new(Inner {
        scope: f.scope.clone(),
        files,
        catalog: f.catalog.rooms.meetings.clone(),
        calendar,
        clock: f.settings.clock.clone(),
        people: Arc::new(MeetingPeople(f.identity.clone())),
        units: Arc::new(MeetingUnits(f.identity.clone())),
        papers: Arc::new(MeetingPapers(f.documents.clone())),
        messengers: Arc::new(MeetingMessengers { care: care.clone(), identity: f.identity.clone() }),
        demo: f.settings.demo,
    })))
}
