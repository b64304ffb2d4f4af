//! What issuers say is put behind a signature: from a responder and lists that another program makes (python `cryptography`).
#![allow(clippy::unwrap_used)]

mod common;

use common::{file, folder, now, place};
use signatures::{Certificate, Trust, Verdict, examine, trust::pem};
use signing::{Failed, Keys, Signer};
use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

/// Stopped with the test, however that ends.
struct Issuer {
    child: Child,
    folder: PathBuf,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Issuer {
    fn start(name: &str) -> Self {
        let folder = folder(name);
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| Path::new(&std::env::var_os("HOME").unwrap()).join(".cache"), Into::into);
        let python = cache.join("phusa/pyhanko/bin/python");
        assert!(python.exists(), "python's cryptography is missing: tools/need.sh --pyhanko");
        std::fs::write(folder.join("mode"), "good").unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/responder.py");
        let mut child = Command::new(python).arg(script).arg(&folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "READY");
        std::fs::write(folder.join("keys.yaml"), "keys: [{office: H29.161, certificate: leaf.pem, key: leaf.key}]").unwrap();
        Self { child, folder }
    }
    fn says(&self, mode: &str) {
        std::fs::write(self.folder.join("mode"), mode).unwrap();
    }
    fn asked(&self) -> Vec<String> {
        std::fs::read_to_string(self.folder.join("asked")).unwrap_or_default().lines().map(str::to_owned).collect()
    }
    fn trust(&self) -> Trust {
        let text = std::fs::read_to_string(self.folder.join("root.pem")).unwrap();
        Trust::default().with_trial(Certificate::of(&pem(&text, "CERTIFICATE").unwrap()[0]).unwrap())
    }
    /// As after a start: nothing is remembered.
    fn keys(&self) -> Keys {
        Keys::open(&self.folder).unwrap().with_trust(Arc::new(self.trust()))
    }
    async fn sign(&self, keys: &Keys) -> Result<Vec<u8>, Failed> {
        let signed = keys.sign(&file(), Signer::Seal(&"H29.161".into()), "a", &place()).await?;
        Ok(signed.unwrap().pdf)
    }
}

#[tokio::test]
async fn an_answer_is_put_behind_the_signature_and_asked_for_once() {
    let issuer = Issuer::start("answered");
    let keys = issuer.keys();
    let signed = issuer.sign(&keys).await.unwrap();
    let report = examine(&signed, &issuer.trust(), now());
    let [one] = report.signatures.as_slice() else { panic!("{report:?}") };
    assert_eq!((one.verdict, one.revocation_known, one.followed), (Verdict::Valid, true, false), "what stands behind is no other signature");
    assert!(signed.windows(6).any(|w| w == b"/OCSPs") && !signed.windows(5).any(|w| w == b"/CRLs"));
    let again = issuer.sign(&keys).await.unwrap();
    assert!(again.windows(6).any(|w| w == b"/OCSPs"));
    assert_eq!(issuer.asked(), ["answer"], "remembered for a while");
    // Without the signature's own root the answer says nothing.
    assert!(!examine(&signed, &Trust::default(), now()).signatures[0].revocation_known);
    // What is not an issuer's word may not be put there: any other change is one.
    let mut bent = signed.clone();
    let at = bent.windows(6).rposition(|w| w == b"/Type/").unwrap();
    bent[at + 1] = b'x';
    assert!(!examine(&bent, &issuer.trust(), now()).signatures.iter().any(|s| s.verdict == Verdict::Valid && s.revocation_known));
}

#[tokio::test]
async fn a_list_does_where_nobody_answers() {
    let issuer = Issuer::start("listed");
    issuer.says("list-only");
    let signed = issuer.sign(&issuer.keys()).await.unwrap();
    assert_eq!(issuer.asked(), ["answer", "list"]);
    assert!(signed.windows(5).any(|w| w == b"/CRLs") && !signed.windows(6).any(|w| w == b"/OCSPs"));
    let report = examine(&signed, &issuer.trust(), now());
    assert_eq!((report.signatures[0].verdict, report.signatures[0].revocation_known), (Verdict::Valid, true));
}

#[tokio::test]
async fn without_a_word_that_can_be_believed_the_file_stays_as_it_was_signed() {
    let issuer = Issuer::start("silent");
    for mode in ["away", "garbage", "unknown", "stale", "stranger"] {
        issuer.says(mode);
        let signed = issuer.sign(&issuer.keys()).await.unwrap();
        assert!(!signed.windows(4).any(|w| w == b"/DSS"), "{mode}");
        let report = examine(&signed, &issuer.trust(), now());
        assert_eq!((report.signatures[0].verdict, report.signatures[0].revocation_known), (Verdict::Valid, false), "{mode}");
    }
    // A machine without a way out does not ask.
    let before = issuer.asked().len();
    issuer.says("good");
    std::fs::write(issuer.folder.join("keys.yaml"), "validation: {ask: nowhere}\nkeys: [{office: H29.161, certificate: leaf.pem, key: leaf.key}]").unwrap();
    assert!(!issuer.sign(&issuer.keys()).await.unwrap().windows(4).any(|w| w == b"/DSS"));
    assert_eq!(issuer.asked().len(), before);
    std::fs::write(issuer.folder.join("keys.yaml"), "validation: {lists: [leaf.pem]}\nkeys: []").unwrap();
    assert!(Keys::open(&issuer.folder).unwrap_err().to_string().contains("leaf.pem is no list of revoked certificates"));
}

#[tokio::test]
async fn a_revoked_certificate_signs_nothing() {
    let issuer = Issuer::start("revoked");
    issuer.says("revoked");
    let refused = issuer.sign(&issuer.keys()).await.unwrap_err();
    assert_eq!(refused, Failed::Revoked { name: "Ủy ban nhân dân phường thử".into() });
    assert!(refused.said().vi.contains("đã bị thu hồi") && !refused.passes());
}
