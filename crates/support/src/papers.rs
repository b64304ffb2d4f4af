//! The files of a dossier. What an enterprise uploads lies in its *tray* until it sends the dossier, a supplement or its file
//! for payment; what was sent is named in the dossier with its hash and does not change any more.
//!
//! # Invariants
//! 1. A file is never edited: a newer version has a name of its own in the store and says which file it replaces.
//! 2. What was sent once stays readable for both sides, whatever comes later.
//! 3. The tray takes a file only for what is open: the request before it is sent and while it waits for a supplement, the
//!    file for payment while money is open and nothing sent waits for the accountant.

use crate::{
    catalog::{Need, PaperWhen, Rules},
    dossier::{Doer, Dossier, DossierId, Status},
    rules::size::{groups_of, size_class},
};
use kernel::{
    Instant, Refusal, Text,
    id::{EnterpriseId, FileId},
    time::Date,
};
use serde::{Deserialize, Serialize};

/// What belongs to no paper of the catalogue.
pub const OTHER: &str = "other";
/// Files lying in a tray at once, all papers together.
pub const FILES_MAX: usize = 60;

/// One file of a paper: which bytes, who gave them and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperFile {
    pub file: FileId,
    /// Code of the paper in the catalogue, or [`OTHER`].
    pub paper: String,
    pub name: String,
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    pub media_type: String,
    /// From 1.
    pub version: u32,
    pub replaces: Option<FileId>,
    pub at: Instant,
    pub by: Doer,
}

/// What lies ready for one dossier, sent or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tray {
    pub dossier: DossierId,
    pub enterprise: EnterpriseId,
    pub version: i64,
    pub files: Vec<PaperFile>,
    /// Replaced and taken back; their bytes stay.
    pub former: Vec<PaperFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TrayEvent {
    Added { dossier: DossierId, enterprise: EnterpriseId, file: PaperFile },
    Removed { file: FileId, by: Doer },
    /// The dossier took what lay there in this version of its own.
    Sent { version: i64 },
}

impl TrayEvent {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Added { .. } => "support.paper_added",
            Self::Removed { .. } => "support.paper_removed",
            Self::Sent { .. } => "support.papers_sent",
        }
    }
}

impl Tray {
    pub fn stream(id: DossierId) -> String {
        format!("{id}-papers")
    }

    pub const fn empty(dossier: DossierId, enterprise: EnterpriseId) -> Self {
        Self { dossier, enterprise, version: 0, files: Vec::new(), former: Vec::new() }
    }

    /// The tray after an event.
    #[must_use]
    pub fn after(mut self, event: &TrayEvent) -> Self {
        self.version += 1;
        match event {
            TrayEvent::Added { file, .. } => {
                if let Some(old) = file.replaces {
                    self.put_away(old);
                }
                self.files.push(file.clone());
            }
            TrayEvent::Removed { file, .. } => self.put_away(*file),
            TrayEvent::Sent { .. } => {}
        }
        self
    }

    fn put_away(&mut self, file: FileId) {
        if let Some(place) = self.files.iter().position(|f| f.file == file) {
            self.former.push(self.files.remove(place));
        }
    }

    pub fn of<'a>(&'a self, paper: &'a str) -> impl Iterator<Item = &'a PaperFile> {
        self.files.iter().filter(move |f| f.paper == paper)
    }

    /// What goes with the request, and what goes with the file for payment.
    pub fn part(&self, part: Part, rules: &Rules) -> Vec<PaperFile> {
        self.files.iter().filter(|f| part_of(rules, &f.paper) == part).cloned().collect()
    }

    /// A new file of a paper: a version of the file it names, or of the one of the same name; the very same bytes under the
    /// same name are nothing new (`None`).
    pub fn add(&self, mut file: PaperFile, replaces: Option<FileId>) -> Result<Option<TrayEvent>, Refusal> {
        let here = |f: &&PaperFile| f.paper == file.paper;
        let old = match replaces {
            Some(id) => Some(self.files.iter().filter(here).find(|f| f.file == id).ok_or_else(gone)?),
            None => self.files.iter().filter(here).find(|f| f.name == file.name),
        };
        if old.is_some_and(|o| o.sha256 == file.sha256 && o.name == file.name) {
            return Ok(None);
        }
        if old.is_none() && self.files.len() >= FILES_MAX {
            return Err(Refusal::invalid(
                "too-many-files",
                format!("Hồ sơ đã có {FILES_MAX} tệp. Hãy bỏ bớt hoặc gộp các trang vào một tệp PDF."),
                format!("The dossier holds {FILES_MAX} files already. Remove some or put the pages into one PDF."),
            ));
        }
        file.version = old.map_or(1, |o| o.version + 1);
        file.replaces = old.map(|o| o.file);
        Ok(Some(TrayEvent::Added { dossier: self.dossier, enterprise: self.enterprise, file }))
    }

    pub fn remove(&self, file: FileId, by: Doer) -> Result<TrayEvent, Refusal> {
        self.files.iter().find(|f| f.file == file).ok_or_else(gone)?;
        Ok(TrayEvent::Removed { file, by })
    }

    pub fn file(&self, id: FileId) -> Option<&PaperFile> {
        self.files.iter().chain(&self.former).find(|f| f.file == id)
    }
}

fn gone() -> Refusal {
    Refusal::conflict(
        "file-not-there",
        "Tệp này không còn trong hồ sơ: có thể vừa được thay hoặc bỏ. Tải lại trang để xem các tệp hiện có.",
        "This file is not in the dossier any more: it may just have been replaced or removed. Reload to see what is there.",
    )
}

/// Which sending a paper belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Request,
    Payment,
}

pub fn part_of(rules: &Rules, paper: &str) -> Part {
    if rules.procedure.payment_papers.iter().any(|p| p.code == paper) { Part::Payment } else { Part::Request }
}

/// A paper's name as shown; of one no longer in the catalogue, its code.
pub fn paper_name(rules: &Rules, code: &str) -> Text {
    let p = &rules.procedure;
    match p.papers.iter().chain(&p.payment_papers).find(|p| p.code == code) {
        Some(paper) => paper.name.clone(),
        None if code == OTHER => Text::new("Giấy tờ khác", "Other papers"),
        None => Text::new(code, code),
    }
}

/// The papers a request needs by the contents it asks for and by what the register says of the enterprise, in the
/// catalogue's order.
pub fn required<'a>(rules: &'a Rules, contents: &[&str], facts: &crate::facts::EnterpriseFacts, on: Date) -> Vec<&'a str> {
    let needs: Vec<Need> = contents.iter().filter_map(|c| rules.content(c)).flat_map(|c| c.needs.iter().copied()).collect();
    let size = facts.size.as_ref().and_then(|s| size_class(s, rules, on).ok());
    let groups = rules.size_edition(on).map(|e| groups_of(e, facts, size.as_ref())).unwrap_or_default();
    let wanted = |w: &PaperWhen| match w {
        PaperWhen::Always => true,
        PaperWhen::Need(need) => needs.contains(need),
        PaperWhen::Group(group) => groups.contains(group),
    };
    rules.procedure.papers.iter().filter(|p| p.required.iter().any(wanted)).map(|p| p.code.as_str()).collect()
}

/// Whether a tray may change now: a dossier not sent yet takes the request's papers; a sent one only what it waits for.
pub fn open_for(dossier: Option<&Dossier>, part: Part) -> Result<(), Refusal> {
    let frozen = |vi: &str, en: &str| Err(Refusal::conflict("papers-frozen", vi, en));
    match (dossier, part) {
        (None, Part::Request) => Ok(()),
        (Some(d), Part::Request) if d.status == Status::Incomplete => Ok(()),
        (Some(_), Part::Request) => frozen(
            "Hồ sơ đã nộp nên giấy tờ không đổi được nữa. Nếu cơ quan cần thêm, bạn sẽ được hướng dẫn bổ sung.",
            "The dossier was sent, so its papers do not change any more. If the office needs more, it will tell you.",
        ),
        (Some(d), Part::Payment) if d.payment_open() => Ok(()),
        (_, Part::Payment) => frozen(
            "Hồ sơ thanh toán chỉ nhận khi đã có thông báo hỗ trợ, còn tiền chưa chi và không có bộ nào đang chờ kế toán.",
            "The file for payment is taken once support was granted, while money is open and no earlier file waits for the accountant.",
        ),
    }
}

#[cfg(test)]
mod tests;
