//! Files that people send: how large, how many pages, and whether something malicious is in them.
//!
//! # Invariants
//! 1. A file is judged by itself: what is wrong with one is said of that one, the others are kept.
//! 2. A file that the scanner found to be infected is never stored; its hash, name and finding are.
//! 3. A scanner that does not answer turns no file away and lets none through unmarked: the file waits, and is asked about again.

pub mod catalog;
pub mod clamd;
mod scan;
pub mod simulator;
mod store;
mod take;

pub use catalog::Rules;
pub use scan::{Down, Rescan, SCAN, Scanner, Verdict};
pub use store::{Check, State, of_file, of_files};
pub use take::give_files;

use casework::event::GivenFile;
use kernel::{Refusal, Text, refusal::Reason, text::Lang};
use ::store::StoreError;
use std::{collections::BTreeMap, sync::Arc};
use web::{
    html::{Html, esc},
    kit::{self, Mood},
};

/// Largest file the program reads at all; what the catalogue allows is at most this.
pub const FILE_MAX: usize = 20 << 20;

/// How files are taken here.
#[derive(Clone)]
pub struct Uploads {
    pub rules: Arc<Rules>,
    /// Without one, files are taken and marked as not scanned.
    pub scanner: Option<Arc<dyn Scanner>>,
}

/// How the scan of each file stands, by the file.
pub type Checks = BTreeMap<String, Check>;

/// How the scan of these files stands; of files that nobody uploaded nothing is known, and nothing is asked.
pub async fn checks(s: &crate::Services, files: &[GivenFile]) -> Result<Checks, StoreError> {
    let ids: Vec<_> = files.iter().filter(|f| f.origin.is_none()).map(|f| f.file).collect();
    of_files(s.desk.scope(), &ids).await
}

/// For an official: what the scan said of a file. A file that was used again was checked when it was made.
pub fn mark(lang: Lang, checks: &Checks, f: &GivenFile) -> Html {
    if f.origin.is_some() {
        return Html::default();
    }
    let check = checks.get(&f.file.to_string());
    match check.map_or(State::Unscanned, |c| c.state) {
        State::Clean => Html(format!(" <span class=\"muted\">{}</span>", lang.pick("đã quét vi-rút", "scanned for viruses"))),
        State::Unscanned => Html(format!(" <span class=\"muted\">{}</span>", lang.pick("chưa quét vi-rút", "not scanned for viruses"))),
        State::Waiting => Html(format!(" {}", kit::chip(Mood::Warn, lang.pick("đang chờ quét vi-rút", "waits for the virus scan")))),
        State::Infected => {
            let finding = check.and_then(|c| c.finding.as_deref()).unwrap_or_default();
            Html(format!(" {} <span class=\"muted\">{}</span>", kit::chip(Mood::Bad, lang.pick("có mã độc, không mở được", "infected, cannot be opened")), esc(finding)))
        }
    }
}

/// For whoever sent it: only what they have to know.
pub fn own_mark(lang: Lang, checks: &Checks, f: &GivenFile) -> Html {
    match checks.get(&f.file.to_string()).map(|c| c.state) {
        Some(State::Waiting) => Html(format!(" {}", kit::chip(Mood::Info, lang.pick("đang chờ quét vi-rút", "waits for the virus scan")))),
        Some(State::Infected) => Html(format!(" {}", kit::chip(Mood::Bad, lang.pick("có mã độc, hãy bỏ và gửi tệp khác", "infected, remove it and send another")))),
        _ => Html::default(),
    }
}

/// What stands in the way of filing these files: those that were found to be infected after they were taken.
pub async fn faults(s: &crate::Services, files: &[GivenFile]) -> Result<Vec<Reason>, StoreError> {
    let checks = checks(s, files).await?;
    let bad = files.iter().filter(|f| checks.get(&f.file.to_string()).is_some_and(|c| c.state == State::Infected));
    Ok(bad.map(|f| Reason { field: Some(f.component.clone()), message: infected_text(&f.name) }).collect())
}

fn infected_text(name: &str) -> Text {
    ::store::files::scan::infected(name).message
}

/// Why a file that is there is not handed out.
pub fn not_handed_out(name: &str) -> Refusal {
    Refusal::conflict(
        "file-infected",
        format!("Tệp “{name}” có mã độc nên không mở được. Cơ quan yêu cầu người nộp gửi lại tệp khác."),
        format!("The file “{name}” is infected and cannot be opened. The office asks the applicant for another."),
    )
}
