//! A definition as a province writes it, over the flow as it is shipped: taken, or told with file and line.
#![no_main]

use kernel::catalog::Files;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut files = Files::new();
    files.insert("flows/one-stop.yaml", include_str!("../../catalog/flows/one-stop.yaml"));
    files.insert("procedures/x.yaml", text);
    let (definitions, findings) = casework::definition::load(&files);
    assert_eq!(definitions.all().count() == 0, !findings.is_empty());
    assert!(findings.iter().all(|f| f.line.is_some()));
});
