//! Keys for demonstrations and tests: an issuer of this machine alone, which nobody else believes, and a seal for each office.
//! Every certificate says "dùng thử" in its name.

use crate::store::{LIST, Mistake, TRIAL_ROOT, read};
use kernel::{Instant, id::OfficeCode};
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use std::{fmt::Write as _, path::Path};

const ROOT_KEY: &str = "trial-root.key";
/// A seal's certificate serves so many years; the issuer's own much longer.
const YEARS: i32 = 3;
const ROOT_YEARS: i32 = 20;

/// Makes what is missing: the issuer, and a seal for each office that has none.
pub fn prepare(folder: &Path, offices: &[(OfficeCode, String)], now: Instant) -> Result<(), Mistake> {
    let failed = |e: std::io::Error| Mistake::Unreadable(folder.to_owned(), e.to_string());
    std::fs::create_dir_all(folder).map_err(failed)?;
    let year = i32::from(now.date().year());
    let root_key = folder.join(ROOT_KEY);
    let issuer = if root_key.exists() {
        Issuer::new(root(year)?, KeyPair::from_pem(&read(&root_key)?)?)
    } else {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let params = root(year)?;
        let certificate = params.self_signed(&key)?;
        secret(&root_key, &key.serialize_pem())?;
        std::fs::write(folder.join(TRIAL_ROOT), certificate.pem()).map_err(failed)?;
        Issuer::new(params, key)
    };
    let mut list = String::from("# Keys for a trial; what they sign has no legal effect.\nkeys:\n");
    for (office, name) in offices {
        let (certificate, key) = (folder.join(format!("{office}.pem")), folder.join(format!("{office}.key")));
        if !(certificate.exists() && key.exists()) {
            let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
            std::fs::write(&certificate, seal(name, year)?.signed_by(&pair, &issuer)?.pem()).map_err(failed)?;
            secret(&key, &pair.serialize_pem())?;
        }
        let _ = writeln!(list, "  - {{office: \"{office}\", certificate: \"{office}.pem\", key: \"{office}.key\"}}");
    }
    let (certificate, key) = (folder.join("trial-stamps.pem"), folder.join("trial-stamps.key"));
    if !(certificate.exists() && key.exists()) {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        std::fs::write(&certificate, authority(year)?.signed_by(&pair, &issuer)?.pem()).map_err(failed)?;
        secret(&key, &pair.serialize_pem())?;
    }
    list.push_str("stamps: {certificate: trial-stamps.pem, key: trial-stamps.key}\n");
    std::fs::write(folder.join(LIST), list).map_err(failed)
}

/// RFC 3161 §2.3: for time stamps alone, and marked critical.
fn authority(year: i32) -> Result<CertificateParams, rcgen::Error> {
    const TIME_STAMPING: [u8; 12] = [0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name = named("Dấu thời gian dùng thử của bản trình diễn này", "Phù Sa");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let mut alone = CustomExtension::from_oid_content(&[2, 5, 29, 37], TIME_STAMPING.to_vec());
    alone.set_criticality(true);
    params.custom_extensions = vec![alone];
    (params.not_before, params.not_after) = (date_time_ymd(year, 1, 1), date_time_ymd(year + YEARS, 1, 1));
    Ok(params)
}

fn named(common: &str, organisation: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "VN");
    name.push(DnType::OrganizationName, organisation);
    name.push(DnType::CommonName, common);
    name
}

fn root(year: i32) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name = named("Gốc dùng thử của bản trình diễn này", "Phù Sa");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = (date_time_ymd(year, 1, 1), date_time_ymd(year + ROOT_YEARS, 1, 1));
    Ok(params)
}

fn seal(office: &str, year: i32) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name = named(&format!("{office} (dùng thử)"), office);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    params.use_authority_key_identifier_extension = true;
    (params.not_before, params.not_after) = (date_time_ymd(year, 1, 1), date_time_ymd(year + YEARS, 1, 1));
    Ok(params)
}

/// Written so that only this user reads it, from the first byte on.
fn secret(path: &Path, text: &str) -> Result<(), Mistake> {
    use std::io::Write as _;
    let mut options = std::fs::File::options();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| Mistake::Unreadable(path.to_owned(), e.to_string()))
}
