//! What the tests of pure rules share: the catalogue as shipped, a calendar, people.
#![allow(clippy::unwrap_used)]

use crate::{board::{Board, BoardEvent, Opening, Seat, SeatRole, decide_open},
    catalog::{self, Catalog},
    expert::{Application, ExpertKind, Skill}};
use records::{Author, Record};
use kernel::{
    Instant, Text,
    calendar::{Calendar, Calendars},
    catalog::Files,
    id::{AccountId, BoardId},
    time::{Date, date},
};
use std::sync::Arc;
use uuid::Uuid;

pub const TODAY: Date = date(2026, 11, 23);

pub fn files() -> Files {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog");
    let mut files = Files::new();
    let mut add = |path: String| {
        let text = std::fs::read_to_string(format!("{root}/{path}")).unwrap();
        files.insert(path, text);
    };
    for path in ["boards/network.yaml", "boards/competences.yaml", "calendars/vn-offices.yaml"] {
        add(path.to_owned());
    }
    for entry in std::fs::read_dir(format!("{root}/boards/templates")).unwrap() {
        add(format!("boards/templates/{}", entry.unwrap().file_name().to_string_lossy()));
    }
    files
}

pub fn catalog() -> Catalog {
    catalog::load(&files()).unwrap_or_else(|f| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

pub fn calendar() -> Arc<Calendar> {
    Calendars::load(&files()).unwrap().get("vn-offices").unwrap().clone()
}

pub fn account(n: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(n))
}

pub fn noon() -> Instant {
    "2026-11-23T09:00:00+07:00".parse().unwrap()
}

pub fn by(n: u128) -> Author {
    Author { account: account(n), name: format!("Người {n}"), at: noon() }
}

pub fn seat(n: u128, role: SeatRole) -> Seat {
    Seat { account: account(n), name: format!("Người {n}"), expert: None, role, from: date(2026, 11, 1), to: None, competences: Vec::new(), decision: "12/QĐ".into() }
}

pub fn opening(seats: Vec<Seat>) -> Opening {
    Opening { id: BoardId::new(Uuid::from_u128(77)), name: Text::new("Ban thử", "Trial board"), field: "agri_food".into(), from: date(2026, 11, 1), to: None, seats, limits: Vec::new() }
}

/// Chair 1, deputy 2, members 3, 4, 5.
pub fn board() -> Board {
    let seats = vec![seat(1, SeatRole::Chair), seat(2, SeatRole::Deputy), seat(3, SeatRole::Member), seat(4, SeatRole::Member), seat(5, SeatRole::Member)];
    let catalog = catalog();
    let event: BoardEvent = decide_open(&catalog, catalog.template("agriculture-food").unwrap(), &opening(seats), account(9), TODAY).unwrap();
    Board::evolve(None, &event, noon()).unwrap()
}

pub fn application() -> Application {
    Application {
        kind: ExpertKind::Individual,
        name: "Đỗ Thị Hạnh".into(),
        phone: "0901234567".into(),
        email: "hanh@tuvan.example.vn".into(),
        address: "12 Nguyễn Huệ, khu phố 3".into(),
        area: "27139".into(),
        fields: vec!["agri_food".into()],
        sectors: vec!["agriculture-aquaculture".into()],
        languages: vec!["vi".into()],
        skills: vec![Skill { competence: "traceability".into(), level: 4 }],
        hours: 40,
        summary: "Mười năm làm truy xuất nguồn gốc thủy sản.".into(),
        ..Application::default()
    }
}
