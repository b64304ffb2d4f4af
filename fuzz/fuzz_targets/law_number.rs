//! Numbers of legal documents: what is read stands in the text, and can be read again as it is written.
#![no_main]

use law::number::{Docno, first};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some((number, start, end)) = first(text) {
        assert!(text.get(start..end).is_some_and(|t| !t.is_empty()));
        assert!(Docno::parse(&number.to_string()).is_some(), "{number}");
    }
});
