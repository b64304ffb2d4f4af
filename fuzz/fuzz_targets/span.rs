//! A span of time: what is read is written and read alike.
#![no_main]

use kernel::calendar::Span;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(span) = text.parse::<Span>() {
        assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        let _ = span.text();
    }
});
