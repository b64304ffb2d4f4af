//! What the tests of pure rules share: the catalogue as shipped, people, a directive given.
#![allow(clippy::unwrap_used)]

use crate::{
    Author, Who,
    asks::{Person, UnitRef},
    catalog::{self, Catalog},
    directive::{Act, Directive, DirectiveId, Due, Order, Origin, decide},
};
use kernel::{
    Instant, Refusal,
    calendar::{Calendar, Calendars},
    catalog::Files,
    id::{AccountId, OfficeCode},
    time::date,
};
use records::Record;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

pub fn files() -> Files {
    [
        (catalog::DIRECTIVES, include_str!("../../../catalog/ops/directives.yaml")),
        (catalog::FRONTS, include_str!("../../../catalog/ops/fronts.yaml")),
        (catalog::WALLS, include_str!("../../../catalog/ops/walls.yaml")),
        (catalog::FIGURES, include_str!("../../../catalog/ops/figures.yaml")),
        (catalog::ALERTS, include_str!("../../../catalog/ops/alerts.yaml")),
    ]
    .into_iter()
    .map(|(p, t)| (p.to_owned(), t.to_owned()))
    .collect()
}

pub fn catalog() -> Catalog {
    static READ: LazyLock<Catalog> =
        LazyLock::new(|| catalog::load(&files()).unwrap_or_else(|f| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))));
    READ.clone()
}

pub fn calendar() -> Arc<Calendar> {
    static READ: LazyLock<Arc<Calendar>> = LazyLock::new(|| {
        let files: Files = [("calendars/vn-offices.yaml".to_owned(), include_str!("../../../catalog/calendars/vn-offices.yaml").to_owned())].into_iter().collect();
        Calendars::load(&files).unwrap().get("vn-offices").unwrap().clone()
    });
    READ.clone()
}

pub fn account(n: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(n))
}

pub fn at(text: &str) -> Instant {
    format!("{text}+07:00").parse().unwrap()
}

/// A Monday.
pub fn now() -> Instant {
    at("2026-11-23T09:00:00")
}

/// 1 leads the office that gives, 2 its clerk; 3 leads the office that works, 4 works there, 5 is its clerk; 6 of an office that
/// takes part; 7 of no office of it; 8 leads the province.
pub fn who(n: u128, at: Instant) -> Who {
    let (office, leads, manages, oversees) = match n {
        1 => ("H29.01", true, true, false),
        2 => ("H29.01", false, true, false),
        3 => ("H29.02", true, true, false),
        4 => ("H29.02", false, false, false),
        5 => ("H29.02", false, true, false),
        6 => ("H29.06", false, true, false),
        8 => ("H29", true, true, true),
        _ => ("H29.08", true, true, false),
    };
    Who { author: Author { account: account(n), name: format!("Người {n}"), at }, office: Some(OfficeCode::new(office)), leads, manages, oversees }
}

pub fn person(n: u128) -> Person {
    let office = who(n, now()).office.unwrap();
    Person { account: account(n), name: format!("Người {n}"), title: "Chuyên viên".into(), office_name: office.to_string(), office, role: "leader".into() }
}

pub fn unit(code: &str) -> UnitRef {
    UnitRef { code: OfficeCode::new(code), name: format!("Cơ quan {code}") }
}

/// Until Friday.
pub fn order() -> Order {
    Order {
        text: "Số hóa hồ sơ cấp phép".into(),
        product: "Báo cáo".into(),
        target: String::new(),
        urgency: "normal".into(),
        limited: false,
        front: String::new(),
        assigner: person(1),
        lead: unit("H29.02"),
        partners: vec![unit("H29.06")],
        monitor: None,
        source: None,
        due: Due::On { day: date(2026, 11, 27) },
    }
}

pub fn drafted(order: &Order) -> Directive {
    let c = catalog();
    let event = decide::draft(&c, c.rules(now().date()).unwrap(), DirectiveId::new(Uuid::from_u128(99)), "NV-2026-000001", &Origin::Hand, order, &who(2, now())).unwrap();
    Directive::evolve(None, &event, now()).unwrap()
}

/// Does an act as person `n` at an instant; the directive after it.
pub fn act_at(d: &Directive, n: u128, at: Instant, act: &Act) -> Result<Directive, Refusal> {
    let event = decide::decide(&catalog(), &calendar(), d, act, &who(n, at))?;
    Ok(event.map_or_else(|| d.clone(), |e| Directive::evolve(Some(d.clone()), &e, at).unwrap()))
}

pub fn act(d: &Directive, n: u128, act: &Act) -> Result<Directive, Refusal> {
    act_at(d, n, now(), act)
}

pub fn given() -> Directive {
    act(&drafted(&order()), 1, &Act::Give).unwrap()
}
