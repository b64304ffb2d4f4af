//! A PDF with signatures, as anybody uploads it.
#![no_main]

use kernel::Instant;
use libfuzzer_sys::fuzz_target;
use signatures::{Trust, examine};

fuzz_target!(|bytes: &[u8]| {
    let report = examine(bytes, &Trust::default(), Instant::from_micros(1_795_000_000_000_000));
    // Nobody is believed, so nothing is valid.
    assert!(report.signatures.iter().all(|s| !s.verdict.is_valid()));
});
