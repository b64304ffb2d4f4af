//! Bank statements: any bytes are rows or faults with their lines, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = payments::reconcile::bank_file::parse(bytes);
});
