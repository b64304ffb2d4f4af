//! The room of the law put together: the corpus is the province's own, questions go to the office that the catalogue names.

use crate::{assembly::Settings, catalog::Catalog};
use ::law::{Law, Office};
use kernel::{Text, id::OfficeCode};
use store::Scope;

pub fn assemble(scope: &Scope, all: &Catalog, settings: &Settings) -> Law {
    let catalog = all.rooms.law.clone();
    let code = catalog.words.hand_over.office.clone();
    let name = all.offices.get(&code).map_or_else(|| Text::new(code.as_str(), code.as_str()), |o| o.name.clone());
    let law = Law::new(scope.clone(), catalog, settings.clock.clone(), Office { code: OfficeCode::new(&code), name }, settings.demo);
    if let Some(model) = &settings.outside.law_model {
        law.model.set(model.clone()).ok();
    }
    law
}
