//! Tables of areas: what stands before a form feed is the provinces, the rest the communes.
#![no_main]

use kernel::{area::Areas, catalog::Files};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (provinces, communes) = text.split_once('\u{c}').unwrap_or((text, ""));
    let mut files = Files::new();
    files.insert("areas/provinces-2025.csv", provinces);
    files.insert("areas/communes-2025.csv", communes);
    let _ = Areas::load(&files);
});
