#![allow(clippy::unwrap_used)]

mod arithmetic;
mod files;
mod patterns;

use super::*;
use kernel::catalog::Files;

/// One index read from text; everything that is wrong with it as text.
fn read(text: &str) -> Result<Index, String> {
    let files: Files = [("indices/x.yaml".to_owned(), text.to_owned())].into_iter().collect();
    load(&files).map(|all| all.iter().next().cloned().unwrap()).map_err(|f| f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The inputs as people type them.
fn given(index: &Index, inputs: &[(&str, &str)]) -> Inputs {
    inputs.iter().map(|(code, text)| ((*code).to_owned(), typed(index.input(code).unwrap(), text).unwrap())).collect()
}

/// Every file of the catalogue, as the program ships it.
fn catalogue() -> Indices {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/indices");
    let files: Files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "yaml")).map(|p| (format!("indices/{}", p.file_name().unwrap().to_string_lossy()), std::fs::read_to_string(&p).unwrap())).collect();
    load(&files).unwrap_or_else(|f| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}
