//! What one room asks of another, answered here: rooms never know of one another.

mod enterprises;
mod facts;
mod sizes;
mod showroom_needs;
mod support_money;

pub use enterprises::Register;
pub use facts::{Network, NoAcceptances, Shown};
pub use showroom_needs::SectorNeeds;
pub use sizes::SizeRules;
pub use support_money::Elsewhere;
