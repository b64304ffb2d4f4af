//! A document's security store (DSS, ISO 32000-2 §12.8.4.3): what issuers said, for those who check later. Nothing of it is believed
//! for standing there: each list and each answer is signed by its issuer.

use super::{object::Value, table::Table};
use crate::{
    ocsp::Answer,
    trust::Told,
    x509::{Certificate, Revocations},
};

/// More of a kind than the signatures of one file need; the rest is not read.
const MOST: usize = 32;

#[derive(Debug, Clone, Default)]
pub struct Store {
    pub certificates: Vec<Certificate>,
    pub told: Told,
}

impl Store {
    pub fn of(table: &Table<'_>) -> Self {
        let read = |key: &str| -> Vec<Vec<u8>> {
            let store = table.dict(table.root).and_then(|root| table.follow(root.get("DSS")?));
            let Some(Value::Dict(store)) = store else { return Vec::new() };
            let Some(Value::List(list)) = store.get(key).and_then(|v| table.follow(v)) else { return Vec::new() };
            let streams = list.iter().take(MOST).filter_map(|v| if let Value::Ref(number, _) = v { table.stream(*number) } else { None });
            streams.collect()
        };
        Self {
            certificates: read("Certs").iter().filter_map(|der| Certificate::of(der)).collect(),
            told: Told {
                lists: read("CRLs").iter().filter_map(|der| Revocations::of(der)).collect(),
                answers: read("OCSPs").iter().filter_map(|der| Answer::of(der)).collect(),
            },
        }
    }

    /// Together with what a signature brings itself.
    pub fn beside(&self, certificates: &[Certificate], told: &Told) -> (Vec<Certificate>, Told) {
        let pool = certificates.iter().chain(&self.certificates).cloned().collect();
        let lists = told.lists.iter().chain(&self.told.lists).cloned().collect();
        let answers = told.answers.iter().chain(&self.told.answers).cloned().collect();
        (pool, Told { lists, answers })
    }
}
