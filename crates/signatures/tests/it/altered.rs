//! Whatever is done to a signed file, it is not called valid, and nothing panics or runs away.

use crate::{file, now, trusted};
use proptest::prelude::*;
use signatures::{Broken, Report, Trust, Verdict, examine};
use std::sync::LazyLock;

static TRUST: LazyLock<Trust> = LazyLock::new(trusted);
static VALID: LazyLock<Vec<u8>> = LazyLock::new(|| file("valid"));
static TWO: LazyLock<Vec<u8>> = LazyLock::new(|| file("two"));

fn look(bytes: &[u8]) -> Report {
    examine(bytes, &TRUST, now())
}
fn any_valid(bytes: &[u8]) -> bool {
    look(bytes).signatures.iter().any(|s| s.verdict.is_valid())
}
/// The last place of a signature, with its brackets.
fn hole(bytes: &[u8]) -> std::ops::Range<usize> {
    let at = bytes.windows(11).rposition(|w| w == b"/Contents <").unwrap() + 10;
    let end = at + bytes[at..].iter().position(|b| *b == b'>').unwrap() + 1;
    at..end
}

#[test]
fn one_bit_anywhere_outside_the_signatures_place() {
    let place = hole(&VALID);
    for at in (0..VALID.len()).filter(|at| !place.contains(at)) {
        for bit in [0, 3, 7] {
            let mut bytes = VALID.clone();
            bytes[at] ^= 1 << bit;
            assert!(!any_valid(&bytes), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn something_behind_or_cut_off() {
    for tail in [&b"\n"[..], b" ", b"%%EOF\n", b"\n10 0 obj\n<< >>\nendobj\n", b"\0\0\0"] {
        let report = look(&[VALID.as_slice(), tail].concat());
        assert_eq!(report.signatures.first().map(|s| s.verdict), Some(Verdict::Broken(Broken::ChangedAfter)), "{tail:?}");
    }
    for length in (0..VALID.len()).step_by(97) {
        assert!(!any_valid(&VALID[..length]), "{length}");
    }
    // in front: every offset is another
    assert!(!any_valid(&[b"\n", VALID.as_slice()].concat()));
}

#[test]
fn a_range_that_leaves_more_out_than_the_signature() {
    let text = String::from_utf8_lossy(&VALID).into_owned();
    let at = text.find("/ByteRange [").unwrap();
    let range = &text[at..at + text[at..].find(']').unwrap() + 1];
    let numbers: Vec<usize> = range.trim_start_matches("/ByteRange [").trim_end_matches(']').split_whitespace().map(|n| n.parse().unwrap()).collect();
    let [_, a, b, c] = numbers[..] else { panic!() };
    for (x, y, z) in [(a - 1, b, c), (a, b + 1, c - 1), (a + 1, b, c), (a, b, c - 1), (a, b, c + 1), (0, b, c), (a, usize::MAX >> 1, c)] {
        let new = format!("/ByteRange [0 {x} {y} {z}]");
        let mut bytes = VALID.clone();
        let span = at..at + range.len().max(new.len());
        bytes.splice(span, format!("{new:width$}", width = range.len()).into_bytes());
        let report = look(&bytes);
        assert!(report.signatures.iter().all(|s| matches!(s.verdict, Verdict::Broken(_))), "{new}: {report:?}");
    }
}

#[test]
fn hostile_shapes_end() {
    let many = [b"%PDF-1.7\n".as_slice(), &b"1 0 obj << /ByteRange [0 1 2 3] /Contents <00> >> endobj\n".repeat(2000)].concat();
    assert!(look(&many).more);
    let deep = [b"%PDF-1.7\n1 0 obj ".as_slice(), &b"<< /A ".repeat(200_000), b"/ByteRange [0 1 2 3]"].concat();
    assert!(look(&deep).signatures.is_empty());
    let open = [b"%PDF-1.7\n".as_slice(), &b"1 0 obj << /ByteRange [0 1 2 3] ".repeat(50_000)].concat();
    let _ = look(&open);
    // tables that lead to one another for ever
    let round = b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF".to_vec();
    let _ = look(&round);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_are_never_valid(edits in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..6)) {
        let place = hole(&VALID);
        let mut bytes = VALID.clone();
        for (where_, with) in edits {
            let at = (where_ * bytes.len() as f64) as usize;
            if !place.contains(&at) {
                bytes[at] = with;
            }
        }
        prop_assert!(bytes == *VALID || !any_valid(&bytes));
    }

    #[test]
    fn pieces_moved_cut_and_put_in(from in 0.0..1.0_f64, length in 0_usize..4000, to in 0.0..1.0_f64, cut: bool) {
        let mut bytes = VALID.clone();
        let place = |x: f64, n: usize| (x * n as f64) as usize;
        let a = place(from, bytes.len());
        let piece: Vec<u8> = bytes[a..(a + length).min(bytes.len())].to_vec();
        if cut {
            bytes.drain(a..a + piece.len());
        }
        let at = place(to, bytes.len());
        bytes.splice(at..at, piece);
        // Zeros moved among zeros leave the file as it was.
        prop_assert!(bytes == *VALID || !any_valid(&bytes));
    }

    #[test]
    fn inside_the_place_the_content_stays_what_it_was(edits in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..4)) {
        let place = hole(&VALID);
        let mut bytes = VALID.clone();
        for (where_, with) in edits {
            bytes[place.start + (where_ * place.len() as f64) as usize] = with;
        }
        // Upper case for lower case digits is the same signature; the content was not touched.
        for s in look(&bytes).signatures.iter().filter(|s| s.verdict.is_valid()) {
            prop_assert_eq!(s.signer.as_ref().map(|s| s.name.as_str()), Some("Nguyễn Thị Án"));
        }
    }

    #[test]
    fn two_signatures_are_not_both_valid_after_a_change(at in 0.0..1.0_f64, with: u8) {
        let mut bytes = TWO.clone();
        let at = (at * bytes.len() as f64) as usize;
        if !hole(&TWO).contains(&at) && bytes[at] != with {
            bytes[at] = with;
            prop_assert!(look(&bytes).signatures.iter().filter(|s| s.verdict.is_valid()).count() < 2);
        }
    }

    #[test]
    fn nonsense_is_survived(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let _ = look(&[b"%PDF-1.7\n1 0 obj << /ByteRange [0 1 2 3] /SubFilter /ETSI.CAdES.detached /Contents <".as_slice(), &bytes].concat());
    }
}
