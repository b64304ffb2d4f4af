//! The verbs of registers, artefacts and members.

use super::{Changes, read, undeclared};
use crate::{
    definition::{Entering, Evidence, RecordDecl},
    event::{Change, GivenFile},
};
use kernel::{Refusal, id::AccountId};
use serde_json::{Map, Value};

/// Versions one entry may have: past that somebody is looping.
const VERSIONS_MAX: usize = 100;

impl Changes<'_> {
    /// Appends an entry.
    pub(super) fn record(&mut self, into: &Entering, input: &Value) -> Result<(), Refusal> {
        let decl = self.d.records.get(&into.register).ok_or_else(|| undeclared("register", &into.register))?;
        let count = self.scratch.entries(&into.register).len();
        if count >= decl.at_most as usize {
            return Err(Refusal::conflict(
                "register-full",
                format!("Sổ “{}” đã đủ {} dòng", decl.name.vi, decl.at_most),
                format!("“{}” holds {} entries already", decl.name.en, decl.at_most),
            ));
        }
        let values = overlaid(decl, into, Map::new(), input);
        crate::form_check::check_entry(self.d, &into.register, &values)?;
        self.alone(decl, into, None, &values)?;
        let number = u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        self.push(Change::Recorded { record: into.register.clone(), number, values });
        Ok(())
    }

    /// Adds a version to an entry: what is not given stays as it is.
    pub(super) fn amend(&mut self, into: &Entering, input: &Value) -> Result<(), Refusal> {
        let decl = self.d.records.get(&into.register).ok_or_else(|| undeclared("register", &into.register))?;
        let asked = input.get("entry").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let entry = asked.and_then(|n| self.scratch.entry(&into.register, n)).ok_or_else(|| no_entry(decl))?;
        let (number, former, versions) = (entry.number, entry.latest(), entry.versions.len());
        let values = overlaid(decl, into, former.as_object().cloned().unwrap_or_default(), input);
        if values == *former {
            return Err(Refusal::conflict(
                "nothing-changed",
                format!("Dòng {number} của “{}” không có gì thay đổi", decl.name.vi),
                format!("Nothing changes in entry {number} of “{}”", decl.name.en),
            ));
        }
        if versions >= VERSIONS_MAX {
            return Err(Refusal::conflict(
                "too-many-versions",
                format!("Dòng {number} đã sửa {VERSIONS_MAX} lần; hãy ghi một dòng mới"),
                format!("Entry {number} has been amended {VERSIONS_MAX} times; record a new one"),
            ));
        }
        crate::form_check::check_entry(self.d, &into.register, &values)?;
        self.alone(decl, into, Some(number), &values)?;
        let version = u32::try_from(versions).unwrap_or(u32::MAX).saturating_add(1);
        self.push(Change::Amended { record: into.register.clone(), number, version, values });
        Ok(())
    }

    /// The key of a register stands in one entry only.
    fn alone(&self, decl: &RecordDecl, into: &Entering, except: Option<u32>, values: &Value) -> Result<(), Refusal> {
        let Some(key) = &decl.key else { return Ok(()) };
        let wanted = values.get(key);
        let others = self.scratch.entries(&into.register).iter().filter(|e| Some(e.number) != except);
        let Some(same) = others.into_iter().find(|e| wanted.is_some() && e.latest().get(key) == wanted) else { return Ok(()) };
        let number = same.number;
        Err(Refusal::conflict(
            "entry-exists",
            format!("“{}” đã có ở dòng {number}; hãy sửa dòng đó", decl.name.vi),
            format!("“{}” has it in entry {number} already; amend that one", decl.name.en),
        )
        .because(Some(key), format!("trùng với dòng {number}"), format!("the same as in entry {number}")))
    }

    /// Keeps the files given for an artefact as its next version.
    pub(super) fn keep_artefact(&mut self, evidence: &Evidence, input: &Value) -> Result<(), Refusal> {
        let kind = &evidence.kind;
        let decl = self.d.artefacts.get(kind).ok_or_else(|| undeclared("artefact", kind))?;
        let given: Vec<GivenFile> = if input.get("files").is_some() { read(input, "files")? } else { Vec::new() };
        if let Some(strange) = given.iter().find(|f| !self.d.artefacts.contains_key(&f.component)) {
            return Err(Refusal::invalid(
                "unknown-artefact",
                format!("“{}” không phải loại tệp của việc này", strange.component),
                format!("“{}” is no kind of file of this act", strange.component),
            )
            .because(Some("files"), format!("ghi component là “{kind}”"), format!("give “{kind}” as the component")));
        }
        let files: Vec<GivenFile> = given.into_iter().filter(|f| f.component == *kind).collect();
        if files.is_empty() {
            if evidence.optional {
                return Ok(());
            }
            return Err(Refusal::invalid("files", "Còn thiếu tệp", "A file is missing").because(
                Some("files"),
                format!("chọn tệp: {}", decl.name.vi),
                format!("choose a file: {}", decl.name.en),
            ));
        }
        let version = u32::try_from(self.scratch.artefact(kind).len()).unwrap_or(u32::MAX).saturating_add(1);
        self.push(Change::ArtefactFiled { artefact: kind.clone(), version, files });
        Ok(())
    }

    pub(super) fn appoint(&mut self, role: &str, input: &Value) -> Result<(), Refusal> {
        let decl = self.d.members.get(role).ok_or_else(|| undeclared("member", role))?;
        let asked = account(input);
        let (account, name) = self.cx.colleagues.iter().find(|c| Some(c.0) == asked).cloned().ok_or_else(|| {
            Refusal::invalid("unknown-person", "Không tìm thấy người này", "That person is not known").because(
                Some("member"),
                "chọn người trong danh sách, hoặc ghi đúng số định danh của người đã có tài khoản",
                "choose somebody of the list, or give the personal number of somebody who has an account",
            )
        })?;
        let members = self.scratch.members_of(role);
        if members.iter().any(|m| m.account == account) {
            return Err(Refusal::conflict(
                "already-appointed",
                format!("{name} đã là {}", decl.name.vi.to_lowercase()),
                format!("{name} has been appointed already"),
            ));
        }
        if members.len() >= decl.at_most as usize {
            return Err(Refusal::conflict(
                "too-many-members",
                format!("{}: tối đa {} người", decl.name.vi, decl.at_most),
                format!("{}: {} at most", decl.name.en, decl.at_most),
            ));
        }
        self.push(Change::Appointed { role: role.to_owned(), account, name });
        Ok(())
    }

    pub(super) fn dismiss(&mut self, role: &str, input: &Value) -> Result<(), Refusal> {
        let asked = account(input);
        let member = self.scratch.members_of(role).iter().find(|m| Some(m.account) == asked).cloned();
        let Some(member) = member else {
            return Err(Refusal::invalid("unknown-person", "Người này không tham gia hồ sơ", "That person has no part in the case").because(
                Some("member"),
                "chọn một người trong danh sách",
                "choose somebody of the list",
            ));
        };
        self.push(Change::Dismissed { role: role.to_owned(), account: member.account, name: member.name });
        Ok(())
    }
}

fn account(input: &Value) -> Option<AccountId> {
    input.get("member").and_then(Value::as_str).and_then(|t| t.parse().ok())
}

/// The former values, what was given, and what the act itself sets, in this order.
fn overlaid(decl: &RecordDecl, into: &Entering, mut values: Map<String, Value>, input: &Value) -> Value {
    for name in decl.names().filter(|n| into.takes(n)) {
        if let Some(given) = input.get(name).filter(|v| !v.is_null()) {
            values.insert(name.to_owned(), given.clone());
        }
    }
    values.extend(into.set.clone());
    Value::Object(values)
}

fn no_entry(decl: &RecordDecl) -> Refusal {
    Refusal::invalid(
        "no-entry",
        format!("“{}” không có dòng này", decl.name.vi),
        format!("“{}” has no such entry", decl.name.en),
    )
    .because(Some("entry"), "chọn một dòng trong danh sách", "choose an entry of the list")
}
