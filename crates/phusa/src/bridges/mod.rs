//! What one room asks of another, answered here: rooms never know of one another.

mod case_facts;
mod engaged;
pub mod engagements;
pub mod issued;
mod enterprises;
mod facts;
mod given;
pub mod legal_bases;
mod measures;
mod meetings;
mod operations;
mod powers;
pub mod openings;
pub mod rules;
mod sizes;
mod showroom_needs;
mod signature_money;
mod support_money;
mod wall_figures;

pub use case_facts::CaseFactsOf;
pub use engaged::Engaged;
pub use enterprises::Register;
pub use facts::{Network, Shown};
pub use measures::{MeasurePlaces, MeasureSources, measure_findings};
pub use operations::{OpsPeople, OpsSignals, OpsSources, OpsUnits};
pub use given::BreachNotices;
pub use meetings::{MeetingMessengers, MeetingPapers, MeetingPeople, MeetingUnits};
pub use powers::CasesForPowers;
pub use showroom_needs::SectorNeeds;
pub use signature_money::{Dues, SignatureTill};
pub use sizes::SizeRules;
pub use support_money::Elsewhere;
pub use wall_figures::wall_findings;
