//! The rooms of the support centre put together: register and assessments, support money, boards and experts.

use crate::{assembly::Settings, bridges, catalog::Catalog};
use anyhow::Context as _;
use centre::Centre;
use identity::Identity;
use std::{path::Path, sync::Arc};
use store::{Scope, files::Files};
use showroom::{Showroom, solution::link::LinkKey};
use support::Support;

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
}

pub fn assemble(scope: &Scope, catalog: &Catalog, identity: &Arc<Identity>, data: &Path, settings: &Settings) -> anyhow::Result<CentreRooms> {
    let office = catalog.offices.with_function(CENTRE);
    let code = office.map_or("", |o| o.code.as_str()).to_owned();
    let calendar = office.map_or(CALENDAR, |o| o.calendar.as_str());
    let calendar = catalog.calendars.get(calendar).map_err(|e| anyhow::anyhow!(e.to_string())).context("the centre's calendar")?.clone();
    let name = office.map_or_else(|| kernel::Text::new("Trung tâm hỗ trợ", "Support centre"), |o| o.name.clone());
    let clock = settings.clock.clone();
    let register = bridges::Register { scope: scope.clone(), frameworks: Arc::new(catalog.frameworks.clone()), support: catalog.support.clone() };
    let boards = boards::Boards(Arc::new(boards::Inner {
        scope: scope.clone(),
        files: Files::local(&data.join("files"))?,
        catalog: catalog.boards.clone(),
        calendar: calendar.clone(),
        clock: clock.clone(),
        people: Arc::new(boards::DirectoryPeople { directory: identity.directory().clone(), office: code }),
        cases: Arc::new(boards::NoCases),
        firms: Arc::new(register.clone()),
    }));
    let showroom = Showroom::new(showroom::Parts {
        scope: scope.clone(),
        files: Files::local(&data.join("files"))?,
        catalog: catalog.showroom.clone(),
        clock: clock.clone(),
        enterprises: Arc::new(register.clone()),
        needs: Arc::new(bridges::SectorNeeds { register: register.clone(), catalog: Arc::new(catalog.centre.clone()), clock: clock.clone() }),
        public_url: settings.public_url.clone(),
        link_key: link_key(data)?,
    });
    let support = Support(Arc::new(support::Inner {
        scope: scope.clone(),
        clock: clock.clone(),
        rules: catalog.support.clone(),
        calendar,
        agency: name.clone(),
        enterprises: Arc::new(register),
        solutions: Arc::new(bridges::Shown(showroom.clone())),
        consultants: Arc::new(bridges::Network(boards.clone())),
        acceptances: Arc::new(bridges::NoAcceptances),
    }));
    let parent = office.and_then(|o| o.parent.as_ref()).and_then(|p| catalog.offices.get(p.as_str()));
    let centre = Centre(Arc::new(centre::Inner {
        scope: scope.clone(),
        files: Files::local(&data.join("files"))?,
        templates: catalog.templates.clone(),
        clock,
        catalog: catalog.centre.clone(),
        frameworks: catalog.frameworks.clone(),
        areas: catalog.areas.clone(),
        sizes: Arc::new(bridges::SizeRules(catalog.support.clone())),
        elsewhere: Arc::new(bridges::Elsewhere { scope: scope.clone(), rules: catalog.support.clone(), clock: settings.clock.clone() }),
        public_url: settings.public_url.clone(),
        agency: serde_json::json!({
            "parent": parent.map(|p| &p.name.vi),
            "name": name.vi,
            "place": office.map_or("", |o| o.place.as_str()),
        }),
        demo: settings.demo,
    }));
    Ok(CentreRooms { centre, support, boards, showroom })
}

/// The installation's key for clients' links: made once, kept beside the other keys.
fn link_key(data: &Path) -> anyhow::Result<LinkKey> {
    let folder = data.join("keys");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("links.key");
    if !file.exists() {
        let secret: [u8; 32] = rand::random();
        std::fs::write(&file, secret).with_context(|| file.display().to_string())?;
        restrict(&file)?;
    }
    let secret = std::fs::read(&file).with_context(|| file.display().to_string())?;
    anyhow::ensure!(secret.len() >= 32, "{} is shorter than 32 bytes; remove it and start again: links sent so far will no longer open", file.display());
    Ok(LinkKey::new(secret))
}

#[cfg(unix)]
fn restrict(file: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?)
}
#[cfg(not(unix))]
fn restrict(_: &Path) -> anyhow::Result<()> {
    Ok(())
}
