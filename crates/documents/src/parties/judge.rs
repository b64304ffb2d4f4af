//! What a file that came back is worth. Pure.

use super::Outcome;
use kernel::Instant;
use signatures::{Kind, Trust, adds_only_signatures, examine};

/// The outcome, and whom the new signature names.
pub fn judge(ours: &[u8], back: &[u8], trust: &Trust, now: Instant) -> (Outcome, Option<String>) {
    if !back.starts_with(ours) {
        return (Outcome::NotOurs, None);
    }
    if back.len() == ours.len() {
        return (Outcome::NothingAdded, None);
    }
    let (before, after) = (examine(ours, trust, now), examine(back, trust, now));
    if after.signatures.len() <= before.signatures.len() {
        let only = adds_only_signatures(back, ours.len());
        return (if only { Outcome::NothingAdded } else { Outcome::Changed }, None);
    }
    let new = after.signatures.iter().skip(before.signatures.len()).filter(|s| s.kind == Kind::Signature);
    // A signature that does not hold says so itself, whatever else was done to the file.
    if let Some(s) = new.clone().find(|s| !s.verdict.is_intact()) {
        return (Outcome::Checked { verdict: s.verdict }, s.signer.as_ref().map(|p| p.name.clone()));
    }
    // The last closes the file, and what was sound before is still.
    let open = after.more || after.signatures.last().is_none_or(|s| s.followed);
    let spoiled = before.signatures.iter().zip(&after.signatures).any(|(b, a)| b.verdict.is_intact() && !a.verdict.is_intact());
    if open || spoiled || !adds_only_signatures(back, ours.len()) {
        return (Outcome::Changed, None);
    }
    let worst = new.clone().find(|s| !s.verdict.is_valid()).or_else(|| new.last());
    match worst {
        Some(s) => (Outcome::Checked { verdict: s.verdict }, s.signer.as_ref().map(|p| p.name.clone())),
        None => (Outcome::NothingAdded, None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn data(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/../signatures/tests/data/{name}.pdf", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn another_file_and_the_same_file_are_not_taken() {
        let (ours, trust, now) = (data("valid"), Trust::default(), Instant::from_micros(0));
        assert_eq!(judge(&ours, &ours, &trust, now).0, Outcome::NothingAdded);
        assert_eq!(judge(&ours, &data("stamped"), &trust, now).0, Outcome::NotOurs);
        let more = [&ours[..], b"\n% behind the signature\n"].concat();
        assert!(!judge(&ours, &more, &trust, now).0.is_taken());
        assert_eq!(judge(&ours, &ours[..100], &trust, now).0, Outcome::NotOurs);
        // Signed by a second hand, and signed after something was laid over the page.
        assert!(matches!(judge(&ours, &data("two"), &trust, now).0, Outcome::Checked { verdict: signatures::Verdict::UnknownIssuer }));
        assert_eq!(judge(&ours, &data("covered-up"), &trust, now).0, Outcome::Changed);
    }
}
