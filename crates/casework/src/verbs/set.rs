//! Linked procedures: what the set knows of its members. Each is told once; a late word never overwrites a newer one.

use super::{Changes, read, text};
use crate::{definition::Outcome, event::Change};
use kernel::{
    Refusal,
    id::{CaseCode, CaseId},
};
use serde_json::Value;

impl Changes<'_> {
    pub(super) fn open_member(&mut self, input: &Value) -> Result<(), Refusal> {
        let name = self.member(input)?;
        if self.scratch.linked(&name).is_some_and(|m| m.case.is_some() || m.outcome.is_some()) {
            return Err(Refusal::conflict("member-known", "Thủ tục này trong bộ đã được mở", "This member of the set is open already"));
        }
        let (case, code): (CaseId, CaseCode) = (read(input, "case")?, read(input, "code")?);
        self.push(Change::MemberOpened { name_in_set: name, case, code });
        Ok(())
    }

    /// How a member ended; what waits for one that was not granted is stopped with it.
    pub(super) fn end_member(&mut self, input: &Value) -> Result<(), Refusal> {
        let name = self.member(input)?;
        let outcome = text(input, "outcome");
        if self.scratch.linked(&name).is_none_or(|m| m.outcome.is_some()) {
            return Err(Refusal::conflict("member-ended", "Kết quả của thủ tục này đã được ghi nhận", "How this member ended is recorded already"));
        }
        let stops = outcome != "granted";
        self.push(Change::MemberEnded { name_in_set: name.clone(), outcome });
        let waiting: Vec<String> = self.d.waiting_for(&name).into_iter().map(|m| m.name_in_set.clone()).collect();
        for waits in waiting.into_iter().filter(|_| stops) {
            if self.scratch.linked(&waits).is_none_or(|m| m.outcome.is_none()) {
                self.push(Change::MemberEnded { name_in_set: waits, outcome: "stopped".into() });
            }
        }
        Ok(())
    }

    /// Granted when every member was; else refused, and the reason names which were not.
    pub(super) fn conclude(&mut self) -> Result<(), Refusal> {
        let s = &self.scratch;
        let of = |name: &str| s.linked(name).and_then(|m| m.outcome.as_deref());
        if self.d.set.iter().any(|m| of(&m.name_in_set).is_none()) {
            return Err(Refusal::conflict("members-open", "Còn thủ tục trong bộ chưa có kết quả", "A member of the set has not ended yet"));
        }
        let said = |m: &crate::definition::SetMember| match of(&m.name_in_set) {
            Some("granted") => None,
            Some("refused") => Some(format!("{}: không được giải quyết", m.name.vi)),
            _ => Some(format!("{}: dừng, vì thủ tục trước không được giải quyết hoặc đã rút", m.name.vi)),
        };
        let reasons: Vec<String> = self.d.set.iter().filter_map(said).collect();
        let outcome = if reasons.is_empty() { Outcome::Granted } else { Outcome::Refused };
        self.push(Change::OutcomeSet { outcome, reason: reasons.join("\n") });
        Ok(())
    }

    fn member(&self, input: &Value) -> Result<String, Refusal> {
        let name = text(input, "as");
        match self.d.set_member(&name) {
            Some(_) => Ok(name),
            None => Err(Refusal::invalid("unknown-member", format!("Bộ thủ tục không có “{name}”"), format!("The set has no member “{name}”"))),
        }
    }
}
