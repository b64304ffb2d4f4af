//! Framework files of a catalogue.

use crate::{
    definition::Definition,
    framework::{Fault, Framework, Frameworks},
};
use kernel::catalog::{Files, Finding, parse_yaml};

/// The folder of the catalogue.
pub const FOLDER: &str = "frameworks";

/// Reads `frameworks/*.yaml`. A file with findings is left out whole: a half-right framework would give wrong levels.
pub fn load(files: &Files) -> (Frameworks, Vec<Finding>) {
    let (mut frameworks, mut findings) = (Frameworks::default(), Vec::new());
    for (file, text) in files.under(FOLDER, "yaml") {
        match read(file, text) {
            Ok(framework) => {
                if let Err(twice) = frameworks.insert(framework) {
                    findings.push(Finding::at(
                        file,
                        text,
                        &["version"],
                        format!("Đã có tệp khác cho bộ {} phiên bản {}; mỗi phiên bản một tệp.", twice.framework, twice.version),
                        format!("Another file has framework {} version {}; one file for each version.", twice.framework, twice.version),
                    ));
                }
            }
            Err(found) => findings.extend(found),
        }
    }
    (frameworks, findings)
}

/// Reads one file.
///
/// # Errors
/// Everything wrong with it, each at its line.
pub fn read(file: &str, text: &str) -> Result<Framework, Vec<Finding>> {
    let definition: Definition = parse_yaml(file, text).map_err(|finding| vec![finding])?;
    Framework::compile(definition)
        .map_err(|faults| faults.into_iter().map(|fault| finding(file, text, fault)).collect())
}

fn finding(file: &str, text: &str, fault: Fault) -> Finding {
    let path: Vec<&str> = fault.path.iter().map(String::as_str).collect();
    Finding::at(file, text, &path, fault.reason.vi, fault.reason.en)
}
