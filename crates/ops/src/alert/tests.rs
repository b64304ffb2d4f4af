#![allow(clippy::unwrap_used)]
use super::{decide::decide, *};
use crate::{
    catalog::{AlertRule, Level},
    fixtures::{at, calendar, catalog, now, unit, who},
};
use kernel::{Instant, Text, id::OfficeCode, refusal::RefusalKind};
use records::Record;
use std::collections::BTreeMap;
use uuid::Uuid;

fn signal(code: &str, office: &str, value: i64, since: Instant) -> Signal {
    Signal { subject: code.into(), office: Some(OfficeCode::new(office)), value, since, label: Text::new(code, code), path: format!("/work/cases/{code}") }
}

fn late(signals: Vec<Signal>) -> BTreeMap<&'static str, Heard> {
    [("dossier.late", Heard { signals, cut: false, list: "/work/board/dossiers?due=late", office_parameter: "unit" })].into()
}

fn steps(heard: &BTreeMap<&str, Heard>, live: &[Line], at: Instant) -> Vec<Step> {
    let c = catalog();
    let rules: Vec<&AlertRule> = c.alerts.on(at.date()).collect();
    let calendar = calendar();
    evaluate::evaluate(&rules, heard, live, at, &|_, from, span| calendar.step_due(from, span).unwrap())
}

fn fired(step: &Step, at: Instant) -> Alert {
    let Step::Fire { cause, place, .. } = step else { panic!("{step:?}") };
    let place = place.as_ref().map(|p| unit(p.as_str()));
    let event = AlertEvent::Fired { id: AlertId::new(Uuid::from_u128(1)), cause: cause.clone(), owner: place.clone().unwrap_or_else(|| unit("H29")), place, name: "Hệ thống".into() };
    Alert::evolve(None, &event, at).unwrap()
}

fn after(a: &Alert, event: &AlertEvent, at: Instant) -> Alert {
    Alert::evolve(Some(a.clone()), event, at).unwrap()
}

fn line(a: &Alert) -> Line {
    Line::of(a)
}

#[test]
fn a_dossier_that_becomes_late_is_one_alert_until_it_is_not() {
    let heard = late(vec![signal("A-1", "H29.02", 2, now())]);
    let found = steps(&heard, &[], now());
    assert_eq!(found.len(), 1);
    let a = fired(&found[0], now());
    assert_eq!((a.cause.rule.as_str(), a.cause.fingerprint.as_str(), a.cause.path.as_str()), ("dossier-late", "dossier-late|H29.02|A-1", "/work/cases/A-1"));
    assert_eq!(steps(&heard, &[line(&a)], now()), Vec::new(), "looked at twice");
    assert_eq!(steps(&BTreeMap::new(), &[line(&a)], now()), Vec::new(), "a source that says nothing ends nothing");
    let cut = [("dossier.late", Heard { cut: true, ..Heard::default() })].into();
    assert_eq!(steps(&cut, &[line(&a)], now()), Vec::new(), "what is not among the first thousands may still be so");
    assert_eq!(steps(&late(Vec::new()), &[line(&a)], now()), vec![Step::End { alert: a.id, why: Ended::Over }]);
}

/// It comes before the next one by working time in its state: a night counts nothing, a silence stands still.
#[test]
fn an_alert_that_waits_comes_before_the_next() {
    let heard = late(vec![signal("A-1", "H29.02", 2, now())]);
    let a = fired(&steps(&heard, &[], now())[0], now());
    let to = |a: &Alert, t: &str| steps(&heard, &[line(a)], at(t));
    // Eight working hours from Monday 9:00 end on Wednesday 9:00, Tuesday 24/11 being a day off.
    assert_eq!(to(&a, "2026-11-25T08:59:00"), Vec::new());
    assert_eq!(to(&a, "2026-11-25T09:00:00"), vec![Step::Escalate { alert: a.id, to: Level::Leader }]);
    let up = after(&a, &AlertEvent::Escalated { to: Level::Leader, name: String::new() }, at("2026-11-25T09:00:00"));
    assert_eq!(to(&up, "2026-11-25T09:30:00"), Vec::new(), "once");
    assert_eq!(to(&up, "2026-11-30T09:00:00"), vec![Step::Escalate { alert: a.id, to: Level::Province }], "the time in its state goes on");
    let silent = after(&a, &AlertEvent::Silenced { until: at("2026-12-01T00:00:00"), reason: "Chờ quy hoạch".into(), name: String::new() }, now());
    assert_eq!(to(&silent, "2026-11-30T09:00:00"), Vec::new());
    assert_eq!(to(&silent, "2026-12-03T09:00:00"), vec![Step::Escalate { alert: a.id, to: Level::Leader }], "counted from the end of the silence");
    let taken = after(&a, &AlertEvent::Acknowledged { note: String::new(), name: String::new() }, now());
    assert_eq!(to(&taken, "2026-11-27T09:00:00"), Vec::new());
}

/// Twenty of one office are one alert; those of another office are their own.
#[test]
fn many_of_one_office_are_one_alert() {
    let mut all: Vec<Signal> = (0..20).map(|n| signal(&format!("A-{n}"), "H29.02", 2, now().plus_seconds(n))).collect();
    all.push(signal("B-1", "H29.06", 2, now()));
    let later = now().plus_seconds(60);
    let found = steps(&late(all.clone()), &[], later);
    let rules: Vec<String> = found.iter().map(|s| fired(s, later).cause.fingerprint).collect();
    assert_eq!(rules, ["office-late-many|H29.02|", "dossier-late|H29.06|B-1"]);
    let parent = fired(&found[0], later);
    assert_eq!((parent.cause.value, parent.cause.since, parent.cause.path.as_str()), (20, now().plus_seconds(19), "/work/board/dossiers?due=late&unit=H29.02"));
    // One that was there before stands back, and comes again when they are fewer.
    let child = fired(&steps(&late(vec![all[0].clone()]), &[], now())[0], now());
    assert_eq!(steps(&late(all.clone()), &[line(&parent), line(&child)], later)[0], Step::Inhibit { alert: child.id, by: "office-late-many|H29.02|".into() });
    let back = after(&child, &AlertEvent::Inhibited { by: "office-late-many|H29.02|".into(), name: String::new() }, later);
    let fewer = steps(&late(all[..19].to_vec()), &[line(&parent), line(&back)], later);
    assert!(fewer.contains(&Step::Release { alert: child.id }) && fewer.contains(&Step::End { alert: parent.id, why: Ended::Over }) && fewer.len() == 2 + 18, "{fewer:?}");
    // A parent that somebody found to be false holds nothing back.
    let wrong = after(&parent, &AlertEvent::Closed { outcome: Outcome::False, note: "Đếm trùng".into(), name: String::new() }, later);
    assert_eq!(steps(&late(all), &[line(&wrong)], later).len(), 21);
}

#[test]
fn closed_by_hand_it_stays_closed_until_it_is_over_or_has_lasted() {
    let heard = late(vec![signal("A-1", "H29.02", 2, now())]);
    let a = fired(&steps(&heard, &[], now())[0], now());
    let closed = after(&a, &AlertEvent::Closed { outcome: Outcome::Known, note: String::new(), name: String::new() }, now());
    assert!(!closed.is_open() && closed.holds);
    assert_eq!(steps(&heard, &[line(&closed)], at("2026-11-25T09:00:00")), Vec::new());
    assert_eq!(steps(&heard, &[line(&closed)], at("2026-12-02T09:00:00")), vec![Step::End { alert: a.id, why: Ended::Again }], "five working days later it is told again");
    let over = after(&closed, &AlertEvent::Ended { why: Ended::Over, name: String::new() }, at("2026-11-26T09:00:00"));
    assert_eq!((over.resolved, over.outcome, over.holds), (Some(now()), Some(Outcome::Known), false));
}

#[test]
fn who_may_do_what() {
    let a = fired(&steps(&late(vec![signal("A-1", "H29.02", 2, now())]), &[], now())[0], now());
    let c = catalog();
    let act = |a: &Alert, n: u128, act: &Act| decide(&c.alerts, a, act, &who(n, now()));
    let take = Act::Acknowledge { note: String::new() };
    // 3 leads the office, 5 is its clerk, 7 is a stranger, 8 leads the province, 1 leads another office.
    for (n, fine) in [(3, true), (5, true), (8, true), (7, false), (1, false)] {
        assert_eq!(act(&a, n, &take).is_ok(), fine, "{n}");
    }
    let silence = |days: i64, reason: &str| Act::Silence { until: now().plus_seconds(days * 86_400), reason: reason.into() };
    assert!(act(&a, 3, &silence(3, "Chờ quy hoạch điều chỉnh")).unwrap().is_some());
    assert_eq!(act(&a, 5, &silence(3, "Chờ quy hoạch điều chỉnh")).unwrap_err().kind, RefusalKind::Forbidden, "leaders silence");
    for (days, reason, field) in [(15, "Chờ quy hoạch điều chỉnh", "silence"), (0, "Chờ quy hoạch điều chỉnh", "silence"), (3, "chờ", "silence_reason")] {
        assert_eq!(act(&a, 3, &silence(days, reason)).unwrap_err().reasons[0].field.as_deref(), Some(field), "{days} {reason}");
    }
    // What has come before the province is not the office's to hide.
    let up = after(&a, &AlertEvent::Escalated { to: Level::Province, name: String::new() }, now());
    assert_eq!(act(&up, 3, &silence(3, "Chờ quy hoạch điều chỉnh")).unwrap_err().code, "leaders-decide");
    assert!(act(&up, 8, &silence(3, "Chờ quy hoạch điều chỉnh")).is_ok() && act(&up, 3, &take).is_ok());
    let close = |outcome, note: &str| Act::Close { outcome, note: note.into() };
    assert_eq!(act(&a, 3, &close(Outcome::False, "sai")).unwrap_err().reasons[0].field.as_deref(), Some("close_note"), "why it was false");
    let closed = after(&a, &act(&a, 3, &close(Outcome::Real, "")).unwrap().unwrap(), now());
    assert_eq!(act(&closed, 3, &close(Outcome::Real, "")).unwrap(), None, "twice is once");
    assert_eq!(act(&closed, 3, &take).unwrap_err().code, "alert-over");
    assert!(matches!(act(&closed, 8, &close(Outcome::False, "Lịch làm việc khai sai")).unwrap(), Some(AlertEvent::Judged { .. })));
}

#[test]
fn how_a_rule_does() {
    let a = fired(&steps(&late(vec![signal("A-1", "H29.02", 2, now())]), &[], now())[0], now());
    let take = |seconds| after(&a, &AlertEvent::Acknowledged { note: String::new(), name: String::new() }, now().plus_seconds(seconds));
    let close = |a: &Alert, outcome| after(a, &AlertEvent::Closed { outcome, note: String::new(), name: String::new() }, now().plus_seconds(9_000));
    let lines = [line(&a), line(&close(&take(60), Outcome::False)), line(&close(&take(600), Outcome::Real)), line(&close(&take(6_000), Outcome::Known)), line(&take(1_200))];
    let score = &views::scores(&lines)["dossier-late"];
    assert_eq!((score.fired, score.judged, score.false_ones, score.acknowledged, score.median_seconds), (5, 3, 1, 4, Some(900)));
    assert!(views::scores(&[]).is_empty());
}
