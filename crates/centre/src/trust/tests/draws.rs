//! The random re-check: pure, then on both engines.

use super::{arcs, d, ent, fact};
use crate::trust::{
    acts::population,
    draw::{Draw, DrawEvent, DrawId, Drawn, Override, Recheck, draw, fingerprint, fold, how_many, may_override},
    fact::Fact,
    store as tables, views,
};
use kernel::{
    Actor, Instant,
    id::{EnterpriseId, ProvinceCode},
    time::{date, midnight},
};
use proptest::prelude::*;
use store::{CommitError, Db, values};
use uuid::Uuid;

#[test]
fn shares_are_rounded_up() {
    for (population, share, many) in [(0, "5", 0), (1, "5", 1), (20, "5", 1), (21, "5", 2), (11, "10", 2), (100, "7.5", 8), (5_500, "5", 275), (30_001, "0.0001", 1), (1_000_001, "5", 50_001), (3, "100", 3)] {
        assert_eq!(how_many(population, d(share)), many, "{population} × {share} %");
    }
}

#[test]
fn a_draw_known_beforehand() {
    // Computed apart (Python's hashlib): sha256("seed\nent_…") of firms 0 to 9, the smallest first; sha256 of the ids by line.
    let all: Vec<EnterpriseId> = (0..10).map(ent).collect();
    let drawn = draw("Giải đặc biệt 22/11: 48213", &all, d("20"));
    assert_eq!(drawn, [ent(5), ent(0)]);
    assert_eq!(fingerprint(&all), "8ddfe23087beed552b2aefa76b8b496ee40353c079ca2e301f265534b2f2c3d0");
    assert_eq!(drawn, draw("Giải đặc biệt 22/11: 48213", &all, d("20")));
    assert_eq!(drawn[..1], draw("Giải đặc biệt 22/11: 48213", &all, d("10"))[..], "a larger share adds to a smaller one");
    assert_ne!(draw("a", &all, d("50")), draw("b", &all, d("50")));
}

proptest! {
    #[test]
    fn the_draw_depends_on_seed_and_population_alone(seed in ".{0,40}", ids in proptest::collection::vec(any::<u128>(), 1..60), share in 1_i64..=100, swap in any::<u64>()) {
        let all: Vec<EnterpriseId> = ids.into_iter().map(ent).collect();
        let mut shuffled = all.clone();
        shuffled.reverse();
        let at = usize::try_from(swap).unwrap() % shuffled.len();
        shuffled.rotate_left(at);
        // Twice the same firm is one firm.
        shuffled.push(shuffled[0]);
        let share = share.into();
        let drawn = draw(&seed, &all, share);
        prop_assert_eq!(&drawn, &draw(&seed, &shuffled, share));
        prop_assert_eq!(fingerprint(&all), fingerprint(&shuffled));
        let mut distinct = all.clone();
        distinct.sort_unstable_by_key(|e| e.uuid());
        distinct.dedup();
        prop_assert_eq!(drawn.len(), how_many(distinct.len(), share));
        prop_assert!(drawn.iter().all(|e| all.contains(e)));
        // Another population has another fingerprint.
        distinct.pop();
        prop_assert_ne!(fingerprint(&all), fingerprint(&distinct));
    }
}

/// Every firm is drawn about as often as any other: 2,000 seeds, a tenth of 20.
#[test]
fn nobody_is_drawn_more_often() {
    let all: Vec<EnterpriseId> = (0..20).map(ent).collect();
    let mut times = [0_u32; 20];
    for seed in 0..2_000 {
        for e in draw(&seed.to_string(), &all, d("10")) {
            times[usize::try_from(e.uuid().as_u128()).unwrap()] += 1;
        }
    }
    assert_eq!(times.iter().sum::<u32>(), 4_000);
    // 200 expected, standard deviation 13.4: five of them either way.
    assert!(times.iter().all(|n| (133..=267).contains(n)), "{times:?}");
}

#[test]
fn the_population_is_what_was_verified_in_the_days_and_known_then() {
    let at = |n: u128, when: Instant| Fact { verified: true, verified_at: Some(when), ..fact(n, "1") };
    let (from, to) = (date(2026, 11, 1), date(2026, 11, 20));
    let end = midnight(date(2026, 11, 21));
    let facts = arcs([
        at(1, midnight(from)),
        at(2, midnight(from).plus_seconds(-1)),
        at(3, end.plus_seconds(-1)),
        at(4, end),
        Fact { verified: false, ..at(5, midnight(to)) },
        Fact { enterprise: ent(1), ..at(6, midnight(to)) },
    ]);
    assert_eq!(population(&facts, from, to, end.plus_seconds(999)), [ent(1), ent(3)]);
    // What was verified after the draw does not change it.
    assert_eq!(population(&facts, from, to, midnight(date(2026, 11, 10))), [ent(1)]);
}

const START: i64 = 1_793_000_000_000_000;

fn drawn() -> Drawn {
    let all: Vec<EnterpriseId> = (1..=20).map(ent).collect();
    Drawn {
        seed: "s".into(),
        share: d("10"),
        from: date(2026, 11, 1),
        to: date(2026, 11, 20),
        until: Instant::from_micros(START),
        population: 20,
        fingerprint: fingerprint(&all),
        chosen: draw("s", &all, d("10")),
        by: "Giám đốc".into(),
    }
}

fn begun(id: DrawId) -> (Draw, DrawEvent) {
    let event = DrawEvent::Drawn(Box::new(drawn()));
    (fold(id, None, &event, Instant::from_micros(START)).unwrap(), event)
}

fn by_hand(enterprise: EnterpriseId, added: bool, reason: &str) -> Override {
    Override { enterprise, added, reason: reason.into(), by: "Giám đốc".into(), at: Instant::from_micros(START) }
}

#[test]
fn changes_by_hand_need_a_reason_and_are_counted() {
    let id = DrawId::new(Uuid::from_u128(7));
    let (mut one, _) = begun(id);
    let (chosen, other) = (one.drawn.chosen[0], (1..=20).map(ent).find(|e| !one.drawn.chosen.contains(e)).unwrap());
    let why = "Đơn vị đã giải thể từ tháng 10";
    for (o, code) in [
        (by_hand(other, true, "vì thế"), "reason"),
        (by_hand(chosen, true, why), "listed"),
        (by_hand(other, false, why), "not-listed"),
    ] {
        assert_eq!(may_override(&one, &o).unwrap_err().code, code);
    }
    for o in [by_hand(other, true, why), by_hand(chosen, false, why)] {
        may_override(&one, &o).unwrap();
        one = fold(id, Some(one), &DrawEvent::Overridden(o), Instant::from_micros(START)).unwrap();
    }
    assert_eq!(one.list(), [one.drawn.chosen[1], other]);
    assert_eq!((one.overrides.len(), one.version, one.done()), (2, 3, 0));
    // Put back, it is on the list once.
    one = fold(id, Some(one), &DrawEvent::Overridden(by_hand(chosen, true, why)), Instant::from_micros(START)).unwrap();
    assert_eq!(one.list().iter().filter(|e| **e == chosen).count(), 1);
    let recheck = Recheck { confirmed: true, note: "Đã gọi kế toán trưởng".into(), by: "B".into(), at: Instant::from_micros(START) };
    one = fold(id, Some(one), &DrawEvent::Rechecked { enterprise: chosen, recheck }, Instant::from_micros(START)).unwrap();
    assert_eq!(one.done(), 1);
    assert_eq!(may_override(&one, &by_hand(chosen, false, why)).unwrap_err().code, "done");
    assert!(fold(id, None, &DrawEvent::Overridden(by_hand(chosen, true, why)), Instant::from_micros(START)).is_none());
}

async fn scope(db: &Db) -> anyhow::Result<store::Scope> {
    db.migrate(crate::MIGRATIONS).await?;
    Ok(db.province(ProvinceCode::new("79")))
}

/// One entry and one state a change; the same version twice is a conflict; what is read back folds from the journal.
async fn a_draw_is_kept(db: Db) -> anyhow::Result<()> {
    let scope = scope(&db).await?;
    let actor = Actor::system(ProvinceCode::new("79"));
    let id = DrawId::new(Uuid::now_v7());
    let (first, event) = begun(id);
    let mut batch = scope.batch();
    tables::write(&mut batch, &first, &event, &actor);
    scope.commit(batch).await?;
    // Sent again at the same moment.
    let mut batch = scope.batch();
    tables::write(&mut batch, &first, &event, &actor);
    assert!(matches!(scope.commit(batch).await, Err(CommitError::Conflict { .. })));
    let event = DrawEvent::Overridden(by_hand(ent(99), true, "Theo đề nghị của thanh tra"));
    let second = fold(id, Some(first), &event, Instant::from_micros(START + 5)).unwrap();
    let mut batch = scope.batch();
    tables::write(&mut batch, &second, &event, &actor);
    scope.commit(batch).await?;
    assert_eq!(tables::load(&scope, id).await?, Some(second.clone()));
    let mut again: Option<Draw> = None;
    for entry in store::journal::stream(&scope, &id.to_string()).await? {
        again = fold(id, again, &entry.read()?, entry.at);
    }
    assert_eq!(again, Some(second.clone()));
    // A later draw comes first; nothing of other kinds is among them; another province has none.
    let later = DrawId::new(Uuid::now_v7());
    let (third, event) = begun(later);
    let mut batch = scope.batch();
    tables::write(&mut batch, &third, &event, &actor);
    batch.snapshot("drawn_by_somebody_else", 0, 1, "x", "{}");
    batch.snapshot("dra_w", 0, 1, "x", "{}");
    scope.commit(batch).await?;
    let ids: Vec<DrawId> = tables::newest(&scope, 10).await?.iter().map(|x| x.id).collect();
    assert_eq!(ids, [later, id]);
    assert_eq!(tables::newest(&scope, 1).await?.len(), 1);
    assert!(tables::newest(&db.province(ProvinceCode::new("01")), 10).await?.is_empty());
    assert_eq!(tables::load(&scope, DrawId::new(Uuid::nil())).await?, None);
    Ok(())
}

/// Results as the checks read them, and by which ranges.
async fn results_are_read_by_their_ranges(db: Db) -> anyhow::Result<()> {
    let scope = scope(&db).await?;
    let mut batch = scope.batch();
    batch.exec(
        "INSERT INTO enterprise (province, id, version, kind, code, name, folded, vsic, sector, area, stage, stage_since, created_at, changed_at) \
         VALUES ($1, $2, 1, 'enterprise', '0100112437-001', 'Công ty A', 'cong ty a', 'C10', 'C', '', 'assessed', 0, 0, 0)",
        values![ent(1)],
    );
    for (n, status, framework) in [(1_u128, "submitted", "dbi"), (2, "verified", "dbi"), (3, "open", "dbi"), (4, "submitted", "other")] {
        let id = fact(n, "0").id;
        batch.exec(
            "INSERT INTO assessment (province, id, version, owner, enterprise, framework, edition, stage, vsic, size, area, status, tier, answered, started_at, submitted_at) \
             VALUES ($1, $2, $3, $4, $5, $6, '2021', 't0', 'C10', 'small', '', $7, 'self', 0, 0, 5)",
            values![id, i64::try_from(n)?, id.to_string(), ent(1), framework, status],
        );
        batch.snapshot(&id.to_string(), 0, i64::try_from(n)?, "assessment", "{\"answers\": {}}");
    }
    scope.commit(batch).await?;
    let mut heads = views::heads(&scope, "dbi", "2021").await?;
    heads.sort();
    let ids: Vec<String> = [1, 2].map(|n| fact(n, "0").id.to_string()).into();
    assert_eq!(heads, [(ids[0].clone(), 1), (ids[1].clone(), 2)]);
    let records = views::records(&scope, &ids).await?;
    assert_eq!(records.len(), 2);
    let one = records.iter().find(|r| r.fact.version == 2).unwrap();
    assert_eq!((one.fact.firm.as_str(), one.fact.sector.as_str(), one.fact.verified), ("0100112437", "C", true));
    assert_eq!(views::names(&scope, &[ent(1), ent(2)]).await?.get(&ent(1)).map(String::as_str), Some("Công ty A"));
    assert!(views::names(&scope, &[]).await?.is_empty());
    Ok(())
}

testkit::on_each_database!(a_draw_is_kept results_are_read_by_their_ranges);
