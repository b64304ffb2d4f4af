//! VietQR payloads: whatever is scanned is answered, and what is accepted is written again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use payments::vietqr::VietQr;

fuzz_target!(|text: &str| {
    if let Ok(qr) = VietQr::parse(text) {
        assert_eq!(VietQr::parse(&qr.encode().unwrap()), Ok(qr));
    }
});
