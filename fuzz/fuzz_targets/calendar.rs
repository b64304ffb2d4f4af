//! A working calendar, and a promise counted in it.
#![no_main]

use kernel::{
    Instant,
    calendar::{Calendars, Span},
    catalog::Files,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut files = Files::new();
    files.insert("calendars/x.yaml", text);
    let Ok(calendars) = Calendars::load(&files) else { return };
    let now = Instant::from_micros(1_795_000_000_000_000);
    for calendar in calendars.0.values() {
        for span in [Span::hours(8), Span::working_days(7), Span::calendar_days(10)] {
            assert!(calendar.due(now, span).is_ok_and(|due| due >= now) || calendar.due(now, span).is_err());
        }
    }
});
