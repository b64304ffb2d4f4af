//! The rooms of the support centre put together: register and assessments, support money, boards and experts.

use crate::{assembly::Settings, bridges, catalog::Catalog};
use anyhow::Context as _;
use centre::Centre;
use identity::Identity;
use std::{path::Path, sync::Arc};
use store::{Scope, files::Files};
use showroom::{Showroom, solution::link::LinkKey};
use support::Support;
use web::rail::Place;

/// Where the centre's calendar and name come from when the catalogue names no centre.
const CALENDAR: &str = "vn-offices";
/// A role only the centre has: the office of its holders is the centre.
const CENTRE: &str = "centre";

#[derive(Clone)]
pub struct CentreRooms {
    pub centre: Centre,
    pub support: Support,
    pub boards: boards::Boards,
    pub showroom: Showroom,
    desk: casework::Desk,
    rules: Arc<bridges::rules::EngagementRules>,
}

impl CentreRooms {
    /// Followers of the journal, each with its own cursor.
    pub fn consumers(&self) -> Vec<store::consumer::Consumer> {
        let catalog = Arc::new(self.centre.catalog.clone());
        vec![
            bridges::engagements::consumer(&self.centre, &self.desk, &self.rules),
            bridges::outcomes::consumer(&self.showroom, &self.desk, &self.rules, &catalog),
        ]
    }

    /// What these rooms add to the page of a case.
    pub fn beside(&self) -> Arc<dyn services::beside::Beside> {
        Arc::new(bridges::BoardCards { boards: self.boards.clone(), rules: self.rules.clone() })
    }

    /// Where engagements are decided.
    pub fn desk(&self) -> &casework::Desk {
        &self.desk
    }

    /// Starts what these rooms do by themselves.
    pub fn start_work(&self) {
        for consumer in self.consumers() {
            let clock = self.centre.clock.clone();
            consumer.spawn_every(std::time::Duration::from_millis(500), move || clock());
        }
    }
}

pub fn assemble(scope: &Scope, catalog: &Catalog, identity: &Arc<Identity>, desk: &casework::Desk,
    issuing: &issuing::Issuing, documents: &documents::Documents, files: &Files, data: &Path, settings: &Settings) -> anyhow::Result<CentreRooms> {
    let office = catalog.offices.with_function(CENTRE);
    let code = office.map_or("", |o| o.code.as_str()).to_owned();
    let calendar = office.map_or(CALENDAR, |o| o.calendar.as_str());
    let calendar = catalog.calendars.get(calendar).map_err(|e| anyhow::anyhow!(e.to_string())).context("the centre's calendar")?.clone();
    let name = office.map_or_else(|| kernel::Text::new("Trung tâm hỗ trợ", "Support centre"), |o| o.name.clone());
    let clock = settings.clock.clone();
    let register = bridges::Register { scope: scope.clone(), frameworks: Arc::new(catalog.frameworks.clone()), support: catalog.support.clone(), clock: clock.clone(), engagements: catalog.engagements.clone() };
    let engaged = Arc::new(bridges::Engaged {
        register: register.clone(),
        desk: desk.clone(),
        rules: catalog.engagements.clone(),
        boards: catalog.boards.clone(),
        clock: clock.clone(),
    });
    let boards = boards::Boards(Arc::new(boards::Inner {
        scope: scope.clone(),
        files: files.clone(),
        catalog: catalog.boards.clone(),
        calendar: calendar.clone(),
        clock: clock.clone(),
        people: Arc::new(boards::DirectoryPeople { directory: identity.directory().clone(), office: code }),
        cases: engaged.clone(),
        firms: Arc::new(register.clone()),
        records: Arc::new(bridges::BoardRecords(documents.clone())),
        subjects: Arc::new(bridges::Subjects { register: register.clone(), desk: desk.clone(), rules: catalog.engagements.clone(), clock: clock.clone() }),
    }));
    let cards = bridges::BoardCards { boards: boards.clone(), rules: catalog.engagements.clone() };
    let showroom = Showroom::new(showroom::Parts {
        scope: scope.clone(),
        files: files.clone(),
        catalog: catalog.showroom.clone(),
        clock: clock.clone(),
        enterprises: Arc::new(register.clone()),
        needs: Arc::new(bridges::SectorNeeds { register: register.clone(), catalog: Arc::new(catalog.centre.clone()), clock: clock.clone() }),
        before_boards: Arc::new(cards.clone()),
        public_url: settings.public_url.clone(),
        link_key: link_key(data)?,
    });
    let support = Support(Arc::new(support::Inner {
        scope: scope.clone(),
        files: files.clone(),
        clock: clock.clone(),
        rules: catalog.support.clone(),
        calendar,
        agency: name.clone(),
        enterprises: Arc::new(register),
        solutions: Arc::new(bridges::Shown(showroom.clone())),
        consultants: Arc::new(bridges::Network(boards.clone())),
        acceptances: engaged,
        notices: Arc::new(bridges::SupportNotices(documents.clone())),
    }));
    let parent = office.and_then(|o| o.parent.as_ref()).and_then(|p| catalog.offices.get(p.as_str()));
    let centre = Centre(Arc::new(centre::Inner {
        scope: scope.clone(),
        files: files.clone(),
        issuing: issuing.clone(),
        clock,
        catalog: catalog.centre.clone(),
        frameworks: catalog.frameworks.clone(),
        areas: catalog.areas.clone(),
        sizes: Arc::new(bridges::SizeRules(catalog.support.clone())),
        elsewhere: Arc::new(bridges::Elsewhere { scope: scope.clone(), rules: catalog.support.clone(), desk: desk.clone(), clock: settings.clock.clone() }),
        before_boards: Arc::new(cards),
        public_url: settings.public_url.clone(),
        office: office.map(|o| o.code.clone()),
        agency: serde_json::json!({
            "parent": parent.map(|p| &p.name.vi),
            "name": name.vi,
            "place": office.map_or("", |o| o.place.as_str()),
        }),
        demo: settings.demo,
    }));
    Ok(CentreRooms { centre, support, boards, showroom, desk: desk.clone(), rules: catalog.engagements.clone() })
}

/// The places of the centre's rooms, in the order of the work; each is shown to those whom its pages let in.
pub fn rail() -> Vec<Place> {
    use identity::roles::{ACCOUNTANT, AUDITOR, BOARD_CHAIR, BOARD_MEMBER, CENTRE_DIRECTOR, CENTRE_OFFICER, CONSULTANT, LEADER, SUPPORT_OFFICER};
    const STAFF: &[&str] = &[CENTRE_OFFICER, CONSULTANT, BOARD_CHAIR, BOARD_MEMBER, SUPPORT_OFFICER, ACCOUNTANT, CENTRE_DIRECTOR];
    const KEEPERS: &[&str] = &[CENTRE_OFFICER, CENTRE_DIRECTOR];
    const MONEY: &[&str] = &[SUPPORT_OFFICER, ACCOUNTANT, CENTRE_DIRECTOR];
    vec![
        Place::new("/centre", "Việc hôm nay", "Today", STAFF),
        Place::new("/work", "Đợt hỗ trợ", "Engagements", &[CENTRE_OFFICER, CONSULTANT, BOARD_CHAIR, CENTRE_DIRECTOR]),
        Place::new("/centre/enterprises", "Doanh nghiệp", "Enterprises", STAFF).also(&["/centre/import"]),
        Place::new("/centre/assessments", "Đánh giá", "Assessments", STAFF),
        Place::new("/centre/checks", "Kiểm tra kết quả", "Checks of results", &[CENTRE_DIRECTOR, AUDITOR]),
        Place::new("/centre/rechecks", "Đánh giá lại", "Re-checks", &[CENTRE_OFFICER, CONSULTANT]),
        Place::new("/centre/solutions", "Giải pháp", "Solutions", KEEPERS),
        Place::new("/centre/boards", "Ban tư vấn", "Boards", STAFF),
        Place::new("/centre/matters", "Việc của ban", "Board matters", &[BOARD_CHAIR, BOARD_MEMBER, CENTRE_OFFICER, CENTRE_DIRECTOR]),
        Place::new("/centre/experts", "Chuyên gia", "Experts", KEEPERS),
        Place::new("/centre/matching", "Phân công chuyên gia", "Matching", KEEPERS),
        Place::new("/centre/support", "Hồ sơ kinh phí", "Support dossiers", MONEY),
        Place::new("/centre/support/pay", "Chờ chi trả", "To be paid", MONEY),
        Place::new("/centre/support/publish", "Chờ công bố", "To be published", MONEY),
        Place::new("/centre/support/report/now", "Báo cáo năm", "Yearly report", MONEY).also(&["/centre/support/report"]),
        Place::new("/centre/director", "Điều hành", "Direction", &[CENTRE_DIRECTOR, AUDITOR, LEADER]),
    ]
}

/// The installation's key for clients' links: made once, kept beside the other keys.
fn link_key(data: &Path) -> anyhow::Result<LinkKey> {
    let folder = data.join("keys");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("links.key");
    if !file.exists() {
        let secret: [u8; 32] = rand::random();
        let mut new = crate::commands::private_file(&file).with_context(|| file.display().to_string())?;
        std::io::Write::write_all(&mut new, &secret)?;
    }
    let secret = std::fs::read(&file).with_context(|| file.display().to_string())?;
    anyhow::ensure!(secret.len() >= 32, "{} is shorter than 32 bytes; remove it and start again: links sent so far will no longer open", file.display());
    Ok(LinkKey::new(secret))
}
