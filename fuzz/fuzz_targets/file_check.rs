//! A file as somebody uploads it: name up to the first zero byte, then its content.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::files::{Files, Upload};

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|b| *b == 0).unwrap_or(0);
    let (name, content) = bytes.split_at(cut);
    let name = String::from_utf8_lossy(name).into_owned();
    let _ = Files::check(Upload { name, claimed: None, bytes: content.to_vec().into() }, 1 << 20);
});
