//! Types of the register and of assessments, and the pure folds over their events.

mod assessment;
mod enterprise;
mod profile;
mod respondents;

pub use assessment::{Assessment, AssessmentEvent, Check, Started, Status, fold_assessment};
pub use enterprise::{Enterprise, EnterpriseEvent, Purpose, SizeInputs, SizeYear, Stage, fold_enterprise, head_code};
pub use profile::{EnterpriseKind, Profile};
pub use respondents::{Device, Invite, Photo, Trace, VisitNote};
