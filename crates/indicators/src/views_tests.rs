//! Sums, lists and plans on both engines.

use super::*;
use crate::{
    MIGRATIONS,
    count::{Deltas, Find, MEASURES},
    fact::{Fact, tests::{Told, at}},
    store as tables,
};
use ::store::Db;
use serde_json::json;
use std::collections::BTreeSet;

const OFFICES: [&str; 3] = ["H29.161", "H29.162", "H29.02"];

/// Some dossiers at every stage, over three offices and two procedures.
fn facts() -> Vec<Fact> {
    let mut all = Vec::new();
    for n in 0..60_u32 {
        let mut t = Told::filed_by(&format!("{:02} 08:{:02}", 2 + n % 9, n % 60), if n % 3 == 0 { "counter" } else { "online" }, n);
        if n % 10 != 9 {
            t.receive(&format!("{:02} 09:{:02}", 2 + n % 9, n % 60), &format!("{:02} {:02}:{:02}", 10 + n % 9, 8 + n % 8, n % 60));
        }
        t.act("assign", "11 08:00", json!([{"change": "assigned", "to": format!("acct_{:032x}", n % 4), "name": format!("Cán bộ {}", n % 4)}]));
        match n % 6 {
            0 => t.issue(&format!("{:02} 10:00", 9 + n % 9)),
            1 => t.ask("12 10:00"),
            2 if n % 10 != 9 => {
                t.ask("12 10:00");
                t.give("13 10:00", "20 10:30");
                t.ask("13 11:00");
            }
            3 => t.move_to("12 09:00", "withdrawing"),
            _ => {}
        }
        let mut fact = t.fact().clone();
        fact.decides = OFFICES[n as usize % 3].to_owned();
        fact.received = fact.decides.clone();
        fact.official = fact.official.map(|_| format!("{}|acct_{:032x}", fact.decides, n % 4));
        fact.definition = if n % 2 == 0 { "1.013225" } else { "1.001193" }.to_owned();
        fact.memo.synchronised = n % 4 != 0;
        all.push(fact);
    }
    all
}

async fn filled(db: Db) -> (Scope, Vec<Fact>) {
    db.migrate(MIGRATIONS).await.unwrap();
    let scope = db.province("79".into());
    let facts = facts();
    // In two steps, so that the second replaces what the first wrote.
    for version in [1, 2] {
        let mut batch = scope.batch();
        let mut deltas = Deltas::default();
        for f in &facts {
            let early = { let mut e = Told::filed_by("02 08:00", &f.channel, 1).fact().clone(); (e.case_id, e.code, e.decides, e.received, e.definition) = (f.case_id.clone(), f.code.clone(), f.decides.clone(), f.received.clone(), f.definition.clone()); e.filed_at = f.filed_at; e };
            if version == 1 {
                deltas.change(None, &early);
                tables::put(&mut batch, &early);
            } else {
                deltas.change(Some(&early), f);
                tables::put(&mut batch, f);
            }
        }
        tables::add(&mut batch, &deltas);
        scope.commit(batch).await.unwrap();
    }
    (scope, facts)
}

fn wheres() -> Vec<Whose> {
    let mut all = vec![Whose::Province, Whose::Procedure("1.001193".into()), Whose::OfficeProcedure("H29.161".into(), "1.013225".into())];
    all.extend(OFFICES.map(|o| Whose::Office(o.into())));
    all.push(Whose::Official(format!("H29.161|acct_{:032x}", 0)));
    all
}

testkit::on_each_database!(a_figure_and_its_list_agree facts_come_back_as_they_were the_board_adds_up plans_use_their_indexes);

async fn facts_come_back_as_they_were(db: Db) {
    let (scope, facts) = filled(db).await;
    let ids: Vec<String> = facts.iter().map(|f| f.case_id.clone()).collect();
    let found = tables::facts(&scope, &ids).await.unwrap();
    assert_eq!(found.len(), facts.len());
    for f in &facts {
        assert_eq!(found.get(&f.case_id), Some(f));
    }
}

/// Each measure of each part in each period at several instants: the sum is the number of dossiers in its list, page by page.
async fn a_figure_and_its_list_agree(db: Db) {
    let (scope, _) = filled(db).await;
    for now in ["10 09:17", "12 12:00", "15 08:30", "30 23:59"].map(at) {
        for period in ["2026-11", "2026-Q4", "2026", "2026-10"].map(|p| p.parse::<Period>().unwrap()) {
            for whose in wheres() {
                let counted = counted(&scope, &whose, period, now).await.unwrap();
                for m in MEASURES.into_iter().filter(|m| m.find != Find::Sum) {
                    let b = Behind { whose: whose.clone(), period, measure: m.name, minus: None, now };
                    let n = walked(&scope, &b).await;
                    assert_eq!(n, counted.get(m.name), "{} of {whose:?} in {period} at {now}", m.name);
                }
                let rest = walked(&scope, &Behind { whose: whose.clone(), period, measure: "received", minus: Some("on_time"), now }).await;
                assert_eq!(rest, counted.get("received") - counted.get("on_time"), "the difference of {whose:?} in {period} at {now}");
                assert_eq!(counted.get("received"), counted.get("on_time") + counted.get("late"), "{whose:?} {period}");
            }
            // The parts add up to the whole.
            let whole = super::counted(&scope, &Whose::Province, period, now).await.unwrap();
            for kind in ["o", "d"] {
                let parts = parts(&scope, kind, "", period, now).await.unwrap();
                for name in ["received", "on_time", "late", "legal_on_time", "legal_late", "ended"] {
                    assert_eq!(parts.iter().map(|p| p.get(name)).sum::<i64>(), whole.get(name), "{name} by {kind} in {period} at {now}");
                }
            }
            let office = super::counted(&scope, &Whose::Office("H29.161".into()), period, now).await.unwrap();
            for kind in ["c", "u"] {
                let parts = super::parts(&scope, kind, "H29.161|", period, now).await.unwrap();
                assert_eq!(parts.iter().map(|p| p.get("late")).sum::<i64>(), office.get("late"), "late by {kind}");
            }
        }
    }
}

/// Every dossier of a list by pages of seven, none twice.
async fn walked(scope: &Scope, b: &Behind) -> i64 {
    let (mut after, mut seen) = (None::<After>, BTreeSet::new());
    loop {
        let page = behind_figure(scope, b, after.as_ref(), 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        for d in &page {
            assert!(seen.insert(d.case_id.clone()), "{} is listed twice", d.code);
        }
    }
    i64::try_from(seen.len()).unwrap()
}

async fn the_board_adds_up(db: Db) {
    let (scope, facts) = filled(db).await;
    let now = at("15 10:20");
    let days = Days { now, ends: ["16 00:00", "17 00:00", "18 00:00", "19 00:00"].map(at) };
    let whole = board(&scope, "p", "", days).await.unwrap().remove("").unwrap();
    let live: Vec<&Fact> = facts.iter().filter(|f| f.live()).collect();
    assert_eq!(whole.running, i64::try_from(live.len()).unwrap());
    assert_eq!(whole.late, i64::try_from(live.iter().filter(|f| f.live_due().is_some_and(|d| d < now)).count()).unwrap());
    assert_eq!(whole.waiting.values().sum::<i64>(), whole.running);
    for (column, n) in [("late", whole.late), ("today", whole.today), ("1", whole.next[0]), ("2", whole.next[1]), ("3", whole.next[2])] {
        let q = OnDesk { due: days.range(column), ..OnDesk::default() };
        assert_eq!(i64::try_from(on_desk(&scope, &q, None, 100).await.unwrap().len()).unwrap(), n, "{column}");
    }
    // Everything, page by page: what stands still comes behind what is due.
    let (mut seen, mut after) = (std::collections::BTreeSet::new(), None);
    loop {
        let page = on_desk(&scope, &OnDesk::default(), after.as_ref(), 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        for d in &page {
            assert!(seen.insert(d.case_id.clone()), "{} is listed twice", d.code);
        }
    }
    assert_eq!(i64::try_from(seen.len()).unwrap(), whole.running);
    for (code, n) in &whole.waiting {
        let q = OnDesk { waiting: Some(code), ..OnDesk::default() };
        assert_eq!(i64::try_from(on_desk(&scope, &q, None, 100).await.unwrap().len()).unwrap(), *n, "waiting on {code}");
    }
    let units = board(&scope, "o", "", days).await.unwrap();
    assert_eq!(units.values().map(|d| d.late).sum::<i64>(), whole.late);
    let people = board(&scope, "u", "H29.161|", days).await.unwrap();
    assert_eq!(people.values().map(|d| d.running).sum::<i64>(), units.get("H29.161").map_or(0, |d| d.running));
    assert_eq!(received_on(&scope, None, at("03 12:00")).await.unwrap(), i64::try_from(facts.iter().filter(|f| f.memo.received_at.is_some_and(|r| r.date() == at("03 12:00").date())).count()).unwrap());
}

/// No list sorts or scans: each range comes out of an index in its order.
async fn plans_use_their_indexes(db: Db) {
    let (scope, _) = filled(db.clone()).await;
    let how = db.engine().pick("EXPLAIN QUERY PLAN ", "EXPLAIN ");
    let period: Period = "2026-11".parse().unwrap();
    if db.engine() == ::store::Engine::Postgres {
        // A table of sixty rows is scanned whatever there is; the planner is asked as it would be for a large one.
        db.query("SELECT set_config('enable_seqscan', 'off', false)", &[]).await.unwrap();
    }
    for whose in wheres() {
        for (measure, minus) in [("received", None), ("late", None), ("received", Some("on_time")), ("with_result", Some("e_result")), ("duty", None)] {
            for (sql, params, _) in queries(db.engine(), &Behind { whose: whose.clone(), period, measure, minus, now: at("15 10:20") }, None, 50) {
                let rows = scope.query(&format!("{how}{sql}"), params).await.unwrap();
                let plan = format!("{rows:?}");
                if db.engine() == ::store::Engine::Sqlite {
                    assert!(plan.contains("USING INDEX index_fact_"), "{measure} of {whose:?}: {plan}");
                    assert!(!plan.contains("SCAN"), "{measure} of {whose:?}: {plan}");
                    assert!(!plan.contains("TEMP B-TREE"), "{measure} of {whose:?}: {plan}");
                }
            }
        }
    }
}
