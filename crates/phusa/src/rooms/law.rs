//! The room of the law put together: the corpus is the province's own, questions go to the office that the catalogue names.

use super::Foundations;
use ::law::{Law, Office};
use kernel::{Text, id::OfficeCode};

pub fn assemble(f: &Foundations<'_>) -> Law {
    let catalog = f.catalog.rooms.law.clone();
    let code = catalog.words.hand_over.office.clone();
    let name = f.catalog.offices.get(&code).map_or_else(|| Text::new(code.as_str(), code.as_str()), |o| o.name.clone());
    Law::new(f.scope.clone(), catalog, f.settings.clock.clone(), Office { code: OfficeCode::new(&code), name }, f.settings.demo)
}
