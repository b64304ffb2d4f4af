//! The catalogue: what is built in, with a province's own directories laid over it.

use crate::bridges::rules::EngagementRules;
use casework::{Definitions, Rules};
use identity::{Offices, Policies};
use kernel::{
    area::Areas,
    calendar::Calendars,
    catalog::{Files, Finding},
};
use rust_embed::RustEmbed;
use std::{path::Path, sync::Arc};
use typeset::Templates;

#[derive(RustEmbed)]
#[folder = "../../catalog"]
struct BuiltIn;

/// Endings of catalogue files; anything else in a directory is left alone (README, pictures).
const ENDINGS: [&str; 8] = ["pem", "yaml", "yml", "csv", "json", "typ", "cedar", "cedarschema"];

fn is_catalog_file(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|e| ENDINGS.contains(&e))
}

/// The files built into the program.
pub fn built_in() -> Files {
    let read = |path: std::borrow::Cow<'static, str>| {
        let file = BuiltIn::get(&path)?;
        Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    BuiltIn::iter().filter(|p| is_catalog_file(p)).filter_map(read).collect()
}

/// The files of a directory, by their path inside it.
pub fn directory(root: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(folder) = todo.pop() {
        let list = std::fs::read_dir(&folder).map_err(|e| anyhow::anyhow!("{}: {e}", folder.display()))?;
        for entry in list {
            let path = entry?.path();
            if path.is_dir() {
                todo.push(path);
                continue;
            }
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            if is_catalog_file(&name) {
                let text = std::fs::read(&path).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
                files.insert(name, String::from_utf8_lossy(&text).into_owned());
            }
        }
    }
    Ok(files)
}

/// Everything declared, read and checked.
pub struct Catalog {
    pub definitions: Definitions,
    pub calendars: Calendars,
    pub offices: Offices,
    pub policies: Arc<Policies>,
    pub templates: Templates,
    pub areas: Arc<Areas>,
    pub frameworks: scoring::Frameworks,
    pub centre: centre::CentreCatalog,
    pub support: Arc<support::catalog::Rules>,
    pub boards: Arc<boards::Catalog>,
    pub showroom: Arc<showroom::catalog::Catalog>,
    pub engagements: Arc<EngagementRules>,
    pub life_events: Arc<services::life_events::LifeEvents>,
    /// Limits of a file that somebody sends.
    pub uploads: Arc<services::uploads::Rules>,
    pub rooms: Rooms,
    /// Where a weakness of the installation is reported.
    pub reporting: Arc<crate::security::Reporting>,
    /// What the installation calls itself.
    pub operator: Arc<crate::site::Operator>,
    /// Documents that lapse on a known day.
    pub lapses: services::catalogue::lapses::Lapses,
    /// What it was read from: releases of the administrator are laid over these.
    pub files: Arc<Files>,
}

/// What the rooms around the case are told.
#[derive(Clone)]
pub struct Rooms {
    pub counter: Arc<services::counter::catalog::Rules>,
    pub payments: Arc<payments::catalog::Catalog>,
    pub national_portal: Arc<national_portal::catalog::Catalog>,
    pub indicators: Arc<indicators::catalog::Catalog>,
    pub citizen_care: Arc<citizen_care::catalog::Catalog>,
    pub registers: Arc<registers::catalog::Catalog>,
    /// Issuers of certificates, those for trials among them.
    pub trust: Arc<signatures::Trust>,
    pub audit: Arc<audit::catalog::Words>,
    pub powers: Arc<powers::catalog::Rules>,
    pub upkeep: Arc<upkeep::catalog::Words>,
    pub meetings: Arc<meetings::Catalog>,
    pub law: Arc<law::Catalog>,
    pub ops: Arc<ops::Catalog>,
    pub measures: Arc<measures::Catalog>,
    pub local_sign_in: Arc<local_sign_in::catalog::Rules>,
    pub privacy: Arc<privacy::catalog::Catalog>,
    pub documents: Arc<documents::Catalog>,
    pub prepaid: Arc<prepaid::Catalog>,
    /// The page that shows that a certificate is one's own.
    pub certificate_page: Arc<typeset::Templates>,
    pub reading: Arc<scans::Rules>,
}

impl Rooms {
    fn load(files: &Files, findings: &mut Vec<Finding>) -> Option<Self> {
        let counter = keep(services::counter::catalog::load(files), findings);
        let payments = keep(payments::catalog::load(files), findings);
        let national_portal = keep(national_portal::catalog::load(files), findings);
        let indicators = keep(indicators::catalog::load(files), findings);
        let citizen_care = keep(citizen_care::catalog::load(files), findings);
        let registers = keep(registers::catalog::load(files), findings);
        let trust = keep(signatures::trust::load(files), findings);
        let audit = keep(audit::catalog::load(files), findings);
        let powers = keep(powers::catalog::Rules::load(files), findings);
        let upkeep = keep(upkeep::catalog::Words::load(files), findings);
        let meetings = keep(meetings::catalog::load(files), findings);
        let law = keep(law::catalog::load(files), findings);
        let ops = keep(ops::catalog::load(files), findings);
        let measures = keep(measures::catalog::load(files), findings);
        if let (Some(m), Some(i)) = (&measures, &indicators) {
            findings.extend(crate::bridges::measure_findings(files, m, i));
        }
        if let (Some(o), Some(m)) = (&ops, &measures) {
            findings.extend(crate::bridges::wall_findings(files, &o.walls, m));
        }
        let local_sign_in = keep(local_sign_in::catalog::load(files), findings);
        let privacy = keep(privacy::catalog::load(files), findings);
        let documents = keep(documents::catalog::load(files), findings);
        let prepaid = keep(prepaid::catalog::load(files), findings);
        let certificate_page = keep(::prepaid::catalog::challenge(files), findings);
        let reading = keep(scans::Rules::load(files), findings);
        Some(Self {
            counter: Arc::new(counter?),
            payments: Arc::new(payments?),
            national_portal: Arc::new(national_portal?),
            indicators: Arc::new(indicators?),
            citizen_care: Arc::new(citizen_care?),
            registers: Arc::new(registers?),
            trust: Arc::new(trust?),
            audit: Arc::new(audit?),
            powers: Arc::new(powers?),
            upkeep: Arc::new(upkeep?),
            meetings: Arc::new(meetings?),
            law: Arc::new(law?),
            ops: Arc::new(ops?),
            measures: Arc::new(measures?),
            local_sign_in: Arc::new(local_sign_in?),
            privacy: Arc::new(privacy?),
            documents: Arc::new(documents?),
            prepaid: Arc::new(prepaid?),
            certificate_page: Arc::new(certificate_page?),
            reading: Arc::new(reading?),
        })
    }
}

impl Catalog {
    /// The issuers that signatures are judged by. Where people are served, one for trials is nobody.
    pub fn trust(&self, demo: bool) -> Arc<signatures::Trust> {
        let trust = self.rooms.trust.clone();
        if demo { trust } else { Arc::new(Arc::unwrap_or_clone(trust).without_trials()) }
    }

    /// Reads all parts and reports all faults together.
    pub fn load(files: &Files) -> Result<Self, Vec<Finding>> {
        let (definitions, mut findings) = casework::definition::load(files);
        let calendars = keep(Calendars::load(files), &mut findings);
        let offices = keep(Offices::load(files), &mut findings);
        let policies = keep(Policies::load(files), &mut findings);
        let areas = keep(Areas::load(files), &mut findings);
        let pairs = files.iter().map(|(p, t)| (p.to_owned(), t.to_owned()));
        let templates = match Templates::load(pairs) {
            Ok(t) => Some(t),
            Err(problems) => {
                findings.extend(problems.into_iter().map(|p| {
                    Finding::new(p.file, (p.line > 0).then_some(p.line), p.reason.vi, p.reason.en)
                }));
                None
            }
        };
        let (frameworks, mut found) = scoring::load(files);
        findings.append(&mut found);
        let centre = keep(centre::CentreCatalog::load(files), &mut findings);
        let support = keep(support::catalog::load(files), &mut findings);
        let boards = keep(boards::catalog::load(files), &mut findings);
        let showroom = keep(showroom::catalog::load(files), &mut findings);
        let engagements = keep(EngagementRules::load(files, &definitions, centre.as_ref(), boards.as_ref(), &frameworks), &mut findings);
        findings.extend(crate::bridges::framework_findings(files, centre.as_ref(), support.as_ref(), &frameworks));
        let life_events = keep(services::life_events::load(files, &definitions), &mut findings);
        let rooms = Rooms::load(files, &mut findings);
        let uploads = keep(services::uploads::catalog::load(files), &mut findings);
        let reporting = keep(crate::security::load(files), &mut findings);
        let operator = keep(crate::site::load(files), &mut findings);
        let lapses = keep(services::catalogue::lapses::Lapses::load(files), &mut findings).unwrap_or_default();
        if let (Some(offices), Some(templates)) = (&offices, &templates) {
            findings.extend(references(&definitions, offices, templates));
        }
        if let (Some(areas), Some(centre), Some(support)) = (&areas, &centre, &support) {
            findings.extend(priorities(areas, centre, support));
        }
        let law = (calendars, offices, policies, areas, templates, life_events, uploads, reporting, operator);
        match (law, centre, support, boards, showroom, engagements, rooms) {
            ((Some(calendars), Some(offices), Some(policies), Some(areas), Some(templates), Some(life_events), Some(uploads), Some(reporting), Some(operator)), Some(centre), Some(support), Some(boards), Some(showroom), Some(engagements), Some(rooms))
                if findings.is_empty() =>
            {
                let (areas, support, boards, showroom) = (Arc::new(areas), Arc::new(support), Arc::new(boards), Arc::new(showroom));
                let policies = Arc::new(policies);
                Ok(Self { definitions, calendars, offices, policies, templates, areas, frameworks, centre, support, boards, showroom, engagements: Arc::new(engagements), life_events: Arc::new(life_events), uploads: Arc::new(uploads), rooms, reporting: Arc::new(reporting), operator: Arc::new(operator), lapses, files: Arc::new(files.clone()) })
            }
            _ => Err(findings),
        }
    }

    /// Everything that is wrong with a set of files, the templates set with their samples among it.
    pub fn check(files: &Files) -> Vec<Finding> {
        let mut list = match Self::load(files) {
            Ok(catalog) => catalog.templates.check().into_iter().chain(catalog.rooms.certificate_page.check()).map(|p| Finding::new(p.file, (p.line > 0).then_some(p.line), p.reason.vi, p.reason.en)).collect(),
            Err(list) => list,
        };
        list.dedup();
        list
    }

    pub fn rules(&self) -> Arc<Rules> {
        Arc::new(Rules { definitions: self.definitions.clone(), calendars: self.calendars.clone() })
    }
}

fn keep<T>(read: Result<T, Vec<Finding>>, findings: &mut Vec<Finding>) -> Option<T> {
    read.map_err(|mut f| findings.append(&mut f)).ok()
}

/// Communes and lines of business that support puts first have to be in the map and in the list.
fn priorities(areas: &Areas, centre: &centre::CentreCatalog, support: &support::catalog::Rules) -> Vec<Finding> {
    let file = "support/priorities.yaml";
    let mut findings = Vec::new();
    for e in &support.priorities.editions {
        for code in e.areas.iter().filter(|a| areas.commune(a, e.effective.from).is_none()) {
            findings.push(Finding::new(file, None, format!("không có xã, phường mã {code} vào ngày {}", e.effective.from), format!("there is no commune {code} on {}", e.effective.from)));
        }
        for code in e.sectors.iter().filter(|s| !centre.vsic.iter().any(|v| v.code == **s)) {
            findings.push(Finding::new(file, None, format!("không có ngành {code} trong danh mục VSIC"), format!("there is no line of business {code}")));
        }
    }
    findings
}

/// What one part says of another: offices to consult, templates to print.
fn references(definitions: &Definitions, offices: &Offices, templates: &Templates) -> Vec<Finding> {
    let mut findings = Vec::new();
    for d in definitions.all() {
        let file = d.compiled.file.as_str();
        for c in d.consults.iter().filter(|c| offices.get(c.office.as_str()).is_none()) {
            findings.push(Finding::new(
                file,
                None,
                format!("{}: không có cơ quan {} trong catalog/offices", d.code, c.office),
                format!("{}: there is no office {} in catalog/offices", d.code, c.office),
            ));
        }
        for office in d.received_by.iter().chain(&d.decided_by).filter(|o| offices.get(o.as_str()).is_none()) {
            findings.push(Finding::new(
                file,
                None,
                format!("{}: không có cơ quan tiếp nhận hoặc giải quyết {office} trong catalog/offices", d.code),
                format!("{}: there is no receiving or deciding office {office} in catalog/offices", d.code),
            ));
        }
        for (code, doc) in d.documents.iter().filter(|(_, doc)| templates.get(&doc.template).is_none()) {
            findings.push(Finding::new(
                file,
                None,
                format!("{}: văn bản {code} dùng mẫu “{}” không có trong catalog/templates", d.code, doc.template),
                format!("{}: document {code} names the template “{}”, which is not in catalog/templates", d.code, doc.template),
            ));
        }
    }
    findings
}

/// The built-in catalogue with directories laid over it, in order.
pub fn layered(directories: &[std::path::PathBuf]) -> anyhow::Result<Files> {
    let mut files = built_in();
    for d in directories {
        files = files.overlay(directory(d)?);
    }
    Ok(files)
}
