//! What people write and networks send, broken at random: read or refused, never a panic. The fuzz targets in `/fuzz` do
//! the same for as long as they are left to.
#![allow(clippy::unwrap_used)]

use super::story::catalogue;
use casework::{definition::load, guard::Guard};
use kernel::{
    area::Areas,
    calendar::{Calendars, Span},
    catalog::Files,
};
use proptest::{prelude::*, test_runner::Config};
use std::sync::OnceLock;
use store::files::{Files as Kept, Upload};

const CASES: u32 = 2_000;

fn config() -> Config {
    Config { cases: CASES, failure_persistence: None, ..Config::default() }
}

/// One change of a text: where (of a thousand), how much is cut out, what is put in.
type Edit = (usize, usize, String);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let signs = prop_oneof![
        "[\\[\\]{}:,&*!|>%@'\"# \n\t-]{1,3}",
        "\\PC{0,4}",
        Just("null".to_owned()),
        Just("\n  - ".to_owned()),
        Just("999999999999999999999".to_owned()),
    ];
    prop::collection::vec((0_usize..1_000, 0_usize..40, signs), 1..4)
}

fn broken(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (place, cut, put) in edits {
        let from = place * chars.len() / 1_000;
        let to = (from + cut).min(chars.len());
        chars.splice(from..to, put.chars());
    }
    chars.into_iter().collect()
}

fn flow() -> &'static Files {
    static FLOW: OnceLock<Files> = OnceLock::new();
    FLOW.get_or_init(|| {
        let text = catalogue(&["flows"]).get("flows/one-stop.yaml").unwrap().to_owned();
        Files::from_iter([("flows/one-stop.yaml".to_owned(), text)])
    })
}

/// A small definition over the real flow: compiling the schemas of a long one is most of the time.
fn one(text: &str) {
    let mut files = flow().clone();
    files.insert("procedures/x.yaml", text);
    let (definitions, findings) = load(&files);
    assert_eq!(definitions.all().count() == 0, !findings.is_empty(), "read or told");
    for f in findings {
        assert!(f.line.is_some() && !f.reason.vi.is_empty() && !f.reason.en.is_empty(), "{f}");
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn definitions(edits in edits()) {
        one(&broken(include_str!("fourth.yaml"), &edits));
    }

    #[test]
    fn flows(edits in edits()) {
        let text = flow().get("flows/one-stop.yaml").unwrap();
        let mut files = Files::new();
        files.insert("flows/one-stop.yaml", broken(text, &edits));
        for f in load(&files).1 {
            assert!(f.file == "flows/one-stop.yaml" && f.line.is_some(), "{f}");
        }
    }

    #[test]
    fn spans(text in prop_oneof!["[0-9.]{0,12} ?(h|m|wd|d)?", "same-day before [0-9:]{0,6}", "\\PC{0,20}"]) {
        if let Ok(span) = text.parse::<Span>() {
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }
    }

    #[test]
    fn calendars(edits in edits()) {
        let mut files = Files::new();
        files.insert("calendars/x.yaml", broken(include_str!("../../../../catalog/calendars/vn-offices.yaml"), &edits));
        let _ = Calendars::load(&files);
    }

    #[test]
    fn areas(edits in edits()) {
        const CSV: &str = include_str!("../../../../catalog/areas/provinces-2025.csv");
        let mut files = Files::new();
        files.insert("areas/provinces-2025.csv", broken(CSV, &edits));
        let _ = Areas::load(&files);
    }

    #[test]
    fn guards(edits in edits(), text in "\\PC{0,40}") {
        let _ = Guard::parse(&text);
        let text = broken("case.supplements == 0 || has(input.again_reason) && answers.list.all(x, x > 2)", &edits);
        if let Ok(guard) = Guard::parse(&text) {
            let case = serde_json::json!({"supplements": 1, "list": [1, 2]});
            let _ = guard.evaluate(&[("case", &case), ("input", &case), ("answers", &case)]);
        }
    }

    #[test]
    fn files(head in prop::sample::select(vec![&b"%PDF-1.7\n"[..], b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"MZ", b""]), body in prop::collection::vec(any::<u8>(), 0..400), name in "\\PC{0,40}(\\.pdf|\\.docx|\\.png|\\.exe)?", claimed in prop::option::of("[a-z]{0,12}/[a-z]{0,12}")) {
        let bytes = [head, &body].concat();
        let _ = Kept::check(Upload { name, claimed, bytes: bytes.into() }, 300);
    }

    #[test]
    fn forms(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), "([a-z]{0,4}=(%[0-9a-f]{0,2}|\\+|[a-z])*&?){0,5}".prop_map(String::into_bytes)]) {
        let _ = web::extract::FormData::parse(&bytes);
    }
}
