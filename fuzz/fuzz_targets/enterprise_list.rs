//! A list of enterprises as somebody uploads it: a spreadsheet, CSV or anything else.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let today = kernel::time::date(2026, 11, 21);
    let _ = centre::work::read_list(bytes, |p| p.check(&|v| v == "C10", &|a| a == "27139", today));
});
