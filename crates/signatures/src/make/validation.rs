//! What is needed to judge a signature later, put behind it (PAdES B-LT, ETSI EN 319 142-1 §5.4): certificates, answers and lists of
//! the issuers in the document's security store (DSS, ISO 32000-2 §12.8.4.3).

use super::{
    pdf::Unfit,
    revision::{Revision, set},
    write::stream,
};
use crate::{
    allowance,
    pdf::{
        object::{Dict, Value},
        table::Table,
    },
};

/// As they came from the issuers (DER).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    pub certificates: Vec<Vec<u8>>,
    pub answers: Vec<Vec<u8>>,
    pub lists: Vec<Vec<u8>>,
}

impl Material {
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.lists.is_empty()
    }
}

/// The file with the material, as one revision; what the store has already stays in it.
pub fn with_material(pdf: &[u8], material: &Material) -> Result<Vec<u8>, Unfit> {
    let left = allowance(pdf);
    let table = Table::of(pdf, &left).ok_or(Unfit::Unreadable)?;
    let mut revision = Revision::of(pdf, &table)?;
    let mut root = revision.dict(revision.root())?;
    let mut store = match root.get("DSS").and_then(|v| revision.follow(v)) {
        Some(Value::Dict(store)) => store,
        _ => Dict { entries: Vec::new(), span: root.span },
    };
    for (key, values) in [("Certs", &material.certificates), ("OCSPs", &material.answers), ("CRLs", &material.lists)] {
        if values.is_empty() {
            continue;
        }
        let mut list = match store.get(key).and_then(|v| revision.follow(v)) {
            Some(Value::List(list)) => list,
            _ => Vec::new(),
        };
        for der in values {
            // The same list or answer belongs to several signatures.
            if list.iter().any(|v| matches!(v, Value::Ref(number, _) if table.stream(*number).is_some_and(|there| there == *der))) {
                continue;
            }
            let number = revision.number();
            revision.put_written(number, stream("", der));
            list.push(Value::Ref(number, 0));
        }
        set(&mut store, key, Value::List(list));
    }
    set(&mut root, "DSS", Value::Dict(store));
    revision.put(revision.root(), Value::Dict(root));
    Ok(revision.close())
}
