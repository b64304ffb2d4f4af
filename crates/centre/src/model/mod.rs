//! Types of the register and of assessments, and the pure folds over their events.

mod assessment;
pub mod declared;
mod enterprise;
pub mod members;
mod profile;
mod respondents;

pub use assessment::{Assessment, AssessmentEvent, Check, SealedReport, Started, Status, fold_assessment};
pub use declared::{SizeCheck, Startup};
pub use enterprise::{Enterprise, EnterpriseEvent, LevelOf, Purpose, SizeInputs, SizeYear, Stage, fold_enterprise, head_code};
pub use members::{Claim, MemberRole};
pub use profile::{EnterpriseKind, Profile, codes};
pub use respondents::{Device, Invite, Photo, Trace, VisitNote};
