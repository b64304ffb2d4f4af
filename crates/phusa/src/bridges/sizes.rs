//! The size class that the register shows, from the rules of support money.

use centre::{SizeAnswer, Sizes, model};
use kernel::{Dong, Text, time::Date};
use std::sync::Arc;
use support::{
    catalog::Rules,
    rules::{SizeInputs, size_class},
};

pub struct SizeRules(pub Arc<Rules>);

/// The register's declaration as the rules read it.
pub fn inputs(profile: &model::Profile, declared: &model::SizeInputs) -> SizeInputs {
    SizeInputs {
        year: declared.year,
        vsic: profile.vsic.clone(),
        // The register asks for the mean itself.
        headcounts: vec![declared.headcount],
        women: Some(declared.women),
        revenue: declared.revenue.map(Dong),
        capital: declared.capital.map(Dong),
        founded: profile.founded,
    }
}

impl Sizes for SizeRules {
    fn startup_grounds(&self, _: Date) -> Vec<(String, Text, Text)> {
        let source = |b: &kernel::catalog::LegalBasis| Text::new(b.to_string(), b.to_string());
        self.0.priorities.startup_grounds.iter().map(|g| (g.code.clone(), g.name.clone(), source(&g.legal_basis))).collect()
    }

    fn classify(&self, profile: &model::Profile, declared: &model::SizeInputs) -> Option<SizeAnswer> {
        let on = Date::new(declared.year, 12, 31).ok()?;
        let result = size_class(&inputs(profile, declared), &self.0, on).ok()?;
        let why = result.steps.iter().map(|s| Text::new(format!("{} ({})", s.text.vi, s.basis), format!("{} ({})", s.text.en, s.basis))).collect();
        Some(match result.class {
            Some(class) => SizeAnswer { code: class.code().to_owned(), name: class.name(), why },
            None => SizeAnswer { code: "large".to_owned(), name: Text::new("Lớn hơn doanh nghiệp vừa", "Larger than medium"), why },
        })
    }
}
