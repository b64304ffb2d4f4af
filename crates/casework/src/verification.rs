//! The code printed on an issued document, by which anybody who holds it finds what the register says of it.
//!
//! It is derived, not drawn: setting the document again prints the same code. It is as hard to guess as the id of the case, of which
//! it tells nothing.

use kernel::id::CaseId;
use sha2::{Digest, Sha256};

/// Digits and letters that are not mistaken for each other on paper.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of a code: fifty bits.
const LENGTH: usize = 10;

/// The code of one issued document of a case.
pub fn code(case: CaseId, document: &str, number: u64) -> String {
    let hash = Sha256::new().chain_update(b"phusa issued document\0").chain_update(case.to_string()).chain_update([0]).chain_update(document).chain_update([0]).chain_update(number.to_be_bytes()).finalize();
    hash.iter().take(LENGTH).filter_map(|b| LETTERS.get(usize::from(b & 31))).map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn each_document_has_its_own_code_and_keeps_it() {
        let cases = (1..40).map(|n| CaseId::new(Uuid::from_u128(n)));
        let all: Vec<String> = cases.flat_map(|c| ["slip_01", "decision"].into_iter().flat_map(move |d| (1..5).map(move |n| code(c, d, n)))).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        assert!(all.iter().all(|c| c.len() == LENGTH && c.bytes().all(|b| LETTERS.contains(&b))));
        assert_eq!(code(CaseId::new(Uuid::from_u128(7)), "decision", 3), code(CaseId::new(Uuid::from_u128(7)), "decision", 3));
    }
}
