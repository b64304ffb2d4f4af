//! The digital signature of the agency on what it issues: put on the finished file before it is kept, with the agency's key.
//! Where the installation has no key for an agency the file is kept unsigned, and pages say nothing of a signature.

use crate::Services;
use casework::{DeskError, event::Seal};
use kernel::{Refusal, id::OfficeCode};
use signatures::make::Place;
use store::StoreError;

/// The name of the signature's field in the file.
const FIELD: &str = "AgencySeal";

pub async fn sealed(s: &Services, office: &OfficeCode, bytes: Vec<u8>) -> Result<(Vec<u8>, Option<Seal>), DeskError> {
    let Some(key) = s.signing.seal(office) else { return Ok((bytes, None)) };
    let at = s.now();
    let about = s.desk.identity().offices().get(office.as_str());
    let name = about.map_or_else(|| office.to_string(), |o| o.name.vi.clone());
    let place = Place { field: FIELD, signer: &name, reason: Some("Phát hành văn bản"), location: about.map(|o| o.place.as_str()), at };
    match signing::sign(&bytes, key.as_ref(), s.signing.stamps(), &place).await {
        Ok(signed) => {
            let serial = key.certificate().serial.iter().map(|b| format!("{b:02x}")).collect();
            Ok((signed, Some(Seal { name, serial, at, trial: s.signing.is_trial(key.certificate()) })))
        }
        // Asked again by the effect, later and later.
        Err(failed) if failed.passes() => Err(StoreError::Files(failed.to_string()).into()),
        // A person renews the certificate and queues the document again.
        Err(failed) => {
            tracing::error!(%office, "a document was not sealed: {failed}");
            let said = failed.said();
            Err(Refusal::conflict("not-sealed", said.vi, said.en).into())
        }
    }
}
