//! A form as a browser, or something that is none, sends it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::extract::FormData;

fuzz_target!(|bytes: &[u8]| {
    let form = FormData::parse(bytes);
    assert!(form.0.iter().all(|(_, value)| !value.contains('\0')));
});
