//! What a counter may take, and what stands in the way. Pure.

use casework::{
    Definition,
    definition::Level,
    event::{CaseOffices, GivenFile, People},
};
use identity::offices::{Level as OfficeLevel, Office};
use kernel::{
    Instant, Refusal, Text,
    id::{OfficeCode, PartyId, TicketId},
    refusal::Reason,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How a component is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// Compared and given back: nothing is scanned (Circular 03/2025 Article 5(2)).
    Shown,
    Scanned,
}

/// Who came to the counter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    pub name: String,
    /// Kind and text of the identifier, where the person has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<kernel::party::Identifier>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A dossier that was written on paper while the system was away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnPaper {
    pub number: String,
    pub received_at: Instant,
    pub reason: String,
}

/// What stands beside the draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Meta {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<Instant>,
    pub came: Came,
    #[serde(default)]
    pub post: bool,
    #[serde(default)]
    pub ticks: BTreeMap<String, Tick>,
    /// Pages of paper as typed, by component.
    #[serde(default)]
    pub pages: BTreeMap<String, u32>,
    /// Pages counted in each file; absent where they cannot be counted.
    #[serde(default)]
    pub counted: BTreeMap<String, Option<u32>>,
    /// The paper that lets the proxy act.
    #[serde(default)]
    pub authorisation: String,
    /// Sheets of paper kept by the counter for the office that decides.
    #[serde(default)]
    pub sheets: u32,
    #[serde(default)]
    pub pickup: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<TicketId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
    /// Where what was filled in before comes from.
    #[serde(default)]
    pub sources: Vec<Text>,
}

impl Meta {
    /// Components that need not be given as files.
    pub fn waived(&self) -> Vec<String> {
        self.ticks.iter().filter(|(_, t)| **t == Tick::Shown).map(|(c, _)| c.clone()).collect()
    }
}

/// Whether somebody without identity number may be taken: no required answer is a personal number that the State would give.
pub fn without_number(d: &Definition) -> bool {
    !d.form.fields().any(|f| {
        let source = d.form.schema.pointer(&format!("/properties/{}/x-prefill", f.name)).and_then(Value::as_str);
        f.required && f.shown_when.is_none() && source == Some("personal_number")
    })
}

/// Required components that are neither shown nor given as a file.
pub fn missing<'d>(d: &'d Definition, answers: &Value, meta: &Meta, files: &[GivenFile]) -> Vec<&'d casework::definition::Component> {
    let there = |code: &str| match meta.ticks.get(code) {
        Some(Tick::Shown) => true,
        _ => files.iter().any(|f| f.component == code),
    };
    d.components.iter().filter(|c| d.requires(c, answers) && !there(&c.code)).collect()
}

/// A name outside the published list among what was sent for papers.
pub fn unpublished<'n>(d: &Definition, sent: impl Iterator<Item = &'n str>) -> Option<Refusal> {
    let strange: Vec<&str> = sent.filter(|c| d.component(c).is_none()).collect();
    let first = strange.first()?;
    Some(
        Refusal::invalid(
            "unknown-component",
            format!("“{first}” không thuộc thành phần hồ sơ đã công bố của thủ tục {}; không được yêu cầu hoặc nhận (Nghị định 118/2025/NĐ-CP, Điều 5)", d.code),
            format!("“{first}” is not a published component of procedure {}; it may be neither asked for nor taken (Decree 118/2025 Article 5)", d.code),
        )
        .because(None, "Chỉ dùng danh mục giấy tờ trên trang này", "Use the list of papers on this page"),
    )
}

/// Faults of the scans: pages typed against pages counted, a tick without its file.
pub fn scan_faults(d: &Definition, meta: &Meta, files: &[GivenFile]) -> Vec<Reason> {
    let mut out = Vec::new();
    for c in &d.components {
        let own: Vec<&GivenFile> = files.iter().filter(|f| f.component == c.code).collect();
        let mut fault = |field: &str, vi: String, en: String| {
            out.push(Reason { field: Some(format!("{field}-{}", c.code)), message: Text::new(format!("{}: {vi}", c.name.vi), format!("{}: {en}", c.name.en)) });
        };
        if own.is_empty() {
            if meta.ticks.get(&c.code) == Some(&Tick::Scanned) {
                fault("file", "đã chọn “quét” nhưng chưa có tệp; chọn tệp hoặc đổi thành “đã xuất trình”".into(), "marked as scanned but there is no file; choose it, or mark it as shown".into());
            }
            continue;
        }
        let Some(typed) = meta.pages.get(&c.code) else {
            fault("pages", "ghi số trang giấy để đối chiếu với tệp quét".into(), "type how many pages the paper has, to compare with the scan".into());
            continue;
        };
        let counts: Option<Vec<u32>> = own.iter().map(|f| meta.counted.get(&f.file.to_string()).copied().flatten()).collect();
        // What cannot be counted is left to the official, who has opened it.
        let Some(counts) = counts else { continue };
        let counted: u32 = counts.iter().sum();
        if counted != *typed {
            fault(
                "pages",
                format!("giấy có {typed} trang, tệp quét có {counted} trang; quét lại cho đủ hoặc sửa số trang"),
                format!("the paper has {typed} pages, the scan {counted}; scan it again or correct the number"),
            );
        }
    }
    out
}

/// Somebody else's dossier needs the paper that lets one act for them (Decree 118/2025 Article 6).
pub fn authorised(people: &People, meta: &Meta) -> Option<Reason> {
    let lacks = people.proxy.is_some() && meta.authorisation.trim().chars().count() < 5;
    lacks.then(|| Reason {
        field: Some("authorisation".into()),
        message: Text::new(
            format!("Người đến quầy ({}) không phải là chủ hồ sơ ({}): ghi giấy ủy quyền hoặc giấy tờ chứng minh quyền đại diện", people.applicant.name, people.owner.name),
            format!("{} came, the dossier is {}'s: name the authorisation or the paper that shows who represents", people.applicant.name, people.owner.name),
        ),
    })
}

/// The three offices of a dossier taken at a counter, and whether that counter receives it itself. Inside the province any
/// one-stop counter takes what its office accepts (Decree 118/2025 Articles 14–15); the office of the place or of the matter decides.
pub fn offices(d: &Definition, own: &Office, target: &OfficeCode) -> (CaseOffices, bool) {
    let level = match d.level {
        Level::Commune => OfficeLevel::Commune,
        Level::Department => OfficeLevel::Department,
        Level::Province => OfficeLevel::Province,
    };
    // An office that accepts what the province decides accepts what its departments decide.
    let accepts = own.accepts.contains(&level) || (level == OfficeLevel::Department && own.accepts.contains(&OfficeLevel::Province));
    let here = own.code == *target || (accepts && d.received_by.is_none());
    let received = if here { own.code.clone() } else { target.clone() };
    let decides = d.decided_by.clone().unwrap_or_else(|| target.clone());
    (CaseOffices { helped: Some(own.code.clone()), received, decides }, here)
}

#[cfg(test)]
mod tests;
