//! What an issuer's responder says of a certificate (OCSP), from an address that a certificate names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signatures::ocsp::Answer;

fuzz_target!(|bytes: &[u8]| {
    if let Some(answer) = Answer::of(bytes) {
        let _ = format!("{answer:?}").len();
    }
});
