//! Whose dossier is taken up next: the clock, then priority, then the order received.

use crate::fixture::*;
use kernel::Instant;
use store::Db;
use support::{
    dossier::{By, Dossier, DossierId},
    facts::{EnterpriseFacts, Ownership},
    catalog::Percent,
    queue::{self, Place},
};
use testkit::on_each_database;
use uuid::Uuid;

on_each_database! {
    the_clock_then_priority_then_the_order_received
}

async fn received(room: &Room, facts: EnterpriseFacts, at: &str) -> Dossier {
    let owner = owner();
    let at: Instant = at.parse().unwrap();
    let id = DossierId::new(Uuid::now_v7());
    room.support.request(id, facts, request(vec![line("ip-consulting", million(4))]), By { actor: &owner, at }).await.unwrap()
}

async fn the_clock_then_priority_then_the_order_received(db: Db) {
    let room = room(&db).await;
    let (s, women) = (&room.support, Some(Ownership { women_capital: Percent::of(60), woman_manages: true }));
    let plain = received(&room, facts(), "2026-11-12T09:00:00+07:00").await;
    let hard = received(&room, EnterpriseFacts { hard_area: true, ..facts() }, "2026-11-16T09:00:00+07:00").await;
    let urgent = received(&room, facts(), "2026-11-02T09:00:00+07:00").await;
    let led_by_women = received(&room, EnterpriseFacts { ownership: women, priority_sector: true, ..facts() }, "2026-11-17T09:00:00+07:00").await;
    let last = received(&room, facts(), "2026-11-17T10:00:00+07:00").await;
    let before = s.urgent_before(now());
    let all = queue::waiting(&s.scope, before, &Place::first(), 10).await.unwrap();
    let order: Vec<DossierId> = all.iter().map(|i| i.id).collect();
    assert_eq!(order, [urgent.id, hard.id, led_by_women.id, plain.id, last.id]);
    let turns: Vec<i64> = all.iter().map(|i| queue::turn(i, before)).collect();
    assert_eq!(turns, [0, 1, 1, 2, 2]);
    // Page by page it is the same list.
    let (mut place, mut paged) = (Place::first(), Vec::new());
    while let Some(i) = queue::waiting(&s.scope, before, &place, 1).await.unwrap().pop() {
        let text = Place { turn: queue::turn(&i, before), at: i.received_at.micros(), id: i.id.to_string() }.to_string();
        place = Place::read(&text).unwrap();
        paged.push(i.id);
    }
    assert_eq!(paged, order);
    for wrong in ["", "x~1~a", "1~x~a", "1~2", "1~2~a'b"] {
        assert!(Place::read(wrong).is_none(), "{wrong}");
    }
    let words = |d: &Dossier| s.why_first(d).iter().map(|t| t.vi.clone()).collect::<Vec<_>>();
    assert_eq!(words(&led_by_women), ["doanh nghiệp do phụ nữ làm chủ", "ngành ưu tiên"]);
    assert_eq!(words(&hard), ["trụ sở ở địa bàn khó khăn"]);
    assert!(words(&plain).is_empty());
}

/// The lists are dated: a place has priority from the day its list is in force.
#[test]
fn places_and_sectors_go_first_from_their_day() {
    let first = rules().priorities;
    let (day, before) = (kernel::time::date(2026, 7, 1), kernel::time::date(2026, 6, 30));
    assert!(first.hard_area("27676", day) && !first.hard_area("27676", before) && !first.hard_area("27139", day));
    assert!(first.priority_sector("C10", day) && first.priority_sector("A03", day) && !first.priority_sector("G47", day) && !first.priority_sector("C10", before));
    assert!(first.startup_grounds.iter().all(|g| !g.name.vi.is_empty() && !g.name.en.is_empty()));
}
