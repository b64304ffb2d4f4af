//! Procedures beside the law: what the catalogue cites is told to the room of the law, and its addresses to the pages of procedures.

use async_trait::async_trait;
use casework::{Desk, Rules};
use kernel::{catalog::LegalBasis, time::Date};
use law::{
    Law,
    elsewhere::{Citing, Procedures},
};
use services::{catalogue::facts, citations::Citations};
use std::{collections::HashMap, sync::Arc};

fn citing(rules: &Rules, day: Date) -> Vec<Citing> {
    let all = rules.definitions.in_force(day).map(|d| Citing {
        code: d.code.to_string(),
        title: format!("Thủ tục {} {}", d.code, d.name.vi),
        from: Some(d.effective.from),
        bases: facts::bases(d).into_iter().map(|(what, b)| (what, b.clone())).collect(),
    });
    all.collect()
}

/// The procedures of the desk, read when they are asked for: a release changes them while the program runs.
pub struct OfDesk(pub Desk);

impl Procedures for OfDesk {
    fn on(&self, day: Date) -> Vec<Citing> {
        citing(self.0.rules(), day)
    }
}

/// The procedures of a catalogue that was read from files.
pub struct OfCatalogue(pub Arc<Rules>);

impl Procedures for OfCatalogue {
    fn on(&self, day: Date) -> Vec<Citing> {
        citing(&self.0, day)
    }
}

/// Opens a legal basis where the corpus has it.
pub struct Opened(pub Law);

#[async_trait]
impl Citations for Opened {
    async fn addresses(&self, bases: &[LegalBasis], on: Date) -> anyhow::Result<HashMap<LegalBasis, String>> {
        Ok(self.0.addresses(bases, on).await?)
    }
}
