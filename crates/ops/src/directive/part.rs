//! What somebody is in a directive.

use super::{Directive, Workflow};
use crate::Who;

#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own; nobody has exactly one")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// Gave it.
    pub assigner: bool,
    /// Leads the office that gave it.
    pub superior: bool,
    pub drafter: bool,
    pub monitor: bool,
    /// Acts for the office that leads it.
    pub manager: bool,
    /// Carries it out, or stands in.
    pub focal: bool,
    /// Belongs to an office that takes part.
    pub near: bool,
    pub oversees: bool,
}

impl Part {
    pub fn of(d: &Directive, who: &Who) -> Self {
        let me = who.author.account;
        let office = who.office.as_ref();
        let of_lead = office == Some(&d.order.lead.code);
        let of_partner = d.order.partners.iter().any(|p| office == Some(&p.code));
        let of_giver = office == Some(d.office());
        let open = !d.order.limited;
        Self {
            assigner: d.order.assigner.account == me,
            superior: of_giver && who.leads,
            drafter: d.drafter == me,
            monitor: d.order.monitor.as_ref().is_some_and(|m| m.account == me),
            manager: of_lead && who.manages,
            focal: [&d.focal, &d.substitute].into_iter().flatten().any(|p| p.account == me),
            near: ((of_lead || of_partner) && (open || who.manages)) || (of_giver && (who.leads || (open && who.manages))),
            oversees: who.oversees && open,
        }
    }
    /// Whether this person may know of it. A draft is its writer's and its giver's.
    pub const fn sees(self, workflow: Workflow) -> bool {
        match workflow {
            Workflow::Draft => self.assigner || self.drafter,
            _ => self.assigner || self.superior || self.drafter || self.monitor || self.manager || self.focal || self.near || self.oversees,
        }
    }
    /// Decides on what the lead office puts forward.
    pub const fn decides(self) -> bool {
        self.assigner || self.superior
    }
    /// Works on it for the lead office.
    pub const fn works(self) -> bool {
        self.manager || self.focal
    }
}
