//! What a case gathers over months: entries of its registers, versions of its artefacts, the people appointed to it.
//! Entries and versions are only ever added; what was written stays readable as it was.

use crate::{
    Definition,
    event::{By, Change, Event, GivenFile},
    state::CaseState,
};
use kernel::{
    Instant,
    id::{AccountId, FileId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One entry of a register, with all its versions, oldest first; never empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1, without gaps.
    pub number: u32,
    pub versions: Vec<EntryVersion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryVersion {
    pub at: Instant,
    pub by: By,
    /// Number of the event that wrote it.
    pub event: u64,
    pub values: Value,
}

/// Files given as one version of an artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArtefactVersion {
    /// From 1, without gaps.
    pub version: u32,
    pub at: Instant,
    pub by: By,
    pub event: u64,
    pub files: Vec<GivenFile>,
}

/// Somebody appointed to a role in the case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub account: AccountId,
    pub name: String,
    pub since: Instant,
}

impl Entry {
    pub fn latest(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        self.versions.last().map_or(&NOTHING, |v| &v.values)
    }
}

impl CaseState {
    pub fn entries(&self, register: &str) -> &[Entry] {
        self.records.get(register).map_or(&[], Vec::as_slice)
    }
    pub fn entry(&self, register: &str, number: u32) -> Option<&Entry> {
        self.entries(register).iter().find(|e| e.number == number)
    }
    pub fn artefact(&self, kind: &str) -> &[ArtefactVersion] {
        self.artefacts.get(kind).map_or(&[], Vec::as_slice)
    }
    pub fn members_of(&self, role: &str) -> &[Member] {
        self.members.get(role).map_or(&[], Vec::as_slice)
    }
    pub fn is_member(&self, role: &str, account: AccountId) -> bool {
        self.members_of(role).iter().any(|m| m.account == account)
    }
    /// A file of the case by its id, with the artefact it belongs to; none for a component.
    pub fn file(&self, id: FileId) -> Option<(Option<&str>, &GivenFile)> {
        let component = self.files.iter().find(|f| f.file == id).map(|f| (None, f));
        component.or_else(|| {
            let all = self.artefacts.iter().flat_map(|(kind, versions)| versions.iter().map(move |v| (kind, v)));
            all.flat_map(|(kind, v)| v.files.iter().map(move |f| (Some(kind.as_str()), f))).find(|(_, f)| f.file == id)
        })
    }

    pub(crate) fn apply_register(&mut self, change: &Change, event: &Event) {
        let version = |values: &Value, at: u64| EntryVersion { at: event.at, by: event.by.clone(), event: at, values: values.clone() };
        match change {
            Change::Recorded { record, number, values } => {
                let entry = Entry { number: *number, versions: vec![version(values, self.version)] };
                self.records.entry(record.clone()).or_default().push(entry);
            }
            Change::Amended { record, number, values, .. } => {
                let fresh = version(values, self.version);
                let entry = self.records.get_mut(record).and_then(|all| all.iter_mut().find(|e| e.number == *number));
                if let Some(entry) = entry {
                    entry.versions.push(fresh);
                }
            }
            Change::ArtefactFiled { artefact, version, files } => {
                let fresh = ArtefactVersion {
                    version: *version,
                    at: event.at,
                    by: event.by.clone(),
                    event: self.version,
                    files: files.clone(),
                };
                self.artefacts.entry(artefact.clone()).or_default().push(fresh);
            }
            Change::Appointed { role, account, name } => {
                let member = Member { account: *account, name: name.clone(), since: event.at };
                self.members.entry(role.clone()).or_default().push(member);
            }
            Change::Dismissed { role, account, .. } => {
                if let Some(all) = self.members.get_mut(role) {
                    all.retain(|m| m.account != *account);
                }
            }
            _ => {}
        }
    }
}

/// What guards see of the registers: `case.records.NAME` is the list of entries with their latest values, `case.artefacts`
/// the kinds that are there, `case.members.ROLE` the names. Every declared register and role is there, even empty.
pub(crate) fn view(d: &Definition, s: &CaseState, case: &mut Map<String, Value>) {
    if !d.records.is_empty() {
        let all = d.records.keys().map(|name| (name.clone(), s.entries(name).iter().map(seen).collect()));
        case.insert("records".into(), Value::Object(all.collect()));
    }
    if !d.artefacts.is_empty() {
        let all = s.artefacts.iter().filter_map(|(kind, versions)| {
            let last = versions.last()?;
            Some((kind.clone(), json!({"version": last.version, "files": last.files.len(), "at": last.at, "by": last.by.name})))
        });
        case.insert("artefacts".into(), Value::Object(all.collect()));
    }
    if !d.members.is_empty() {
        let names = |role: &String| s.members_of(role).iter().map(|m| Value::from(m.name.as_str())).collect();
        case.insert("members".into(), Value::Object(d.members.keys().map(|role| (role.clone(), names(role))).collect()));
    }
}

fn seen(entry: &Entry) -> Value {
    let mut out = entry.latest().as_object().cloned().unwrap_or_default();
    out.insert("number".into(), json!(entry.number));
    out.insert("version".into(), json!(entry.versions.len()));
    if let Some(last) = entry.versions.last() {
        out.insert("at".into(), json!(last.at));
        out.insert("by".into(), json!(last.by.name));
    }
    Value::Object(out)
}
