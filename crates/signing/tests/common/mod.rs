//! What the tests of keys that are elsewhere share: a folder, offices with trial keys, and a small file to sign.
#![allow(clippy::unwrap_used, dead_code)]

use kernel::{Instant, id::OfficeCode};
use signatures::{Report, Trust, examine, make::Place};
use signing::{Keys, trial};
use std::path::{Path, PathBuf};

pub const WARD: &str = "H29.161";
pub const CITY: &str = "H29";
pub const NAME: &str = "Ủy ban nhân dân phường Bến Nghé";

pub fn now() -> Instant {
    "2026-11-22T09:00:00+07:00".parse().unwrap()
}

pub fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("signing-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

pub fn keys(folder: &Path) -> Keys {
    let offices = [(OfficeCode::from(WARD), NAME.to_owned()), (OfficeCode::from(CITY), "Ủy ban nhân dân Thành phố".to_owned())];
    trial::prepare(folder, &offices, now()).unwrap();
    Keys::open(folder).unwrap()
}

pub fn place() -> Place<'static> {
    Place { field: "Seal1", signer: NAME, reason: Some("Phát hành"), location: Some("Phường Bến Nghé"), at: now(), picture: None, label: None }
}

/// What a reader who believes the trial issuer says.
pub fn judged(file: &[u8], folder: &Path) -> Report {
    let text = std::fs::read_to_string(folder.join("trial-root.pem")).unwrap();
    let root = signatures::Certificate::of(&signatures::trust::pem(&text, "CERTIFICATE").unwrap()[0]).unwrap();
    examine(file, &Trust::default().with_trial(root), now())
}

pub fn file() -> Vec<u8> {
    let (mut bytes, mut places) = (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), Vec::new());
    for (n, object) in ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<<>>>>"].iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    bytes.extend(places.iter().flat_map(|at| format!("{at:010} 00000 n \n").into_bytes()));
    bytes.extend(format!("trailer\n<</Size {}/Root 1 0 R/ID[<01><02>]>>\nstartxref\n{start}\n%%EOF", places.len() + 1).bytes());
    bytes
}

/// A file that only this user reads.
pub fn secret(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
