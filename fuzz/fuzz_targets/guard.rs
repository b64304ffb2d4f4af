//! A condition of a definition, compiled and evaluated over a case.
#![no_main]

use casework::guard::Guard;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let Ok(guard) = Guard::parse(text) else { return };
    let case = json!({"channel": "online", "supplements": 1, "outcome": "", "documents": ["slip_01"], "inputs": {}});
    let _ = guard.evaluate(&[("case", &case), ("input", &json!({})), ("answers", &json!({"n": 3, "list": [1, 2]}))]);
});
