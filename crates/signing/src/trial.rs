//! Keys for demonstrations and tests: an issuer of this machine alone, which nobody else believes, a seal for each office and personal
//! keys of officials. Every certificate says "dùng thử" in its name.

use crate::store::{LIST, Mistake, TRIAL_ROOT, account, read};
use kernel::{
    Instant,
    id::{AccountId, OfficeCode, TrustProviderCode},
};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, date_time_ymd,
};
use serde_json::{Map, Value, json};
use std::path::Path;

const ROOT_KEY: &str = "trial-root.key";
const TRIAL_LIST: &str = "trial-revoked.pem";
/// A seal's certificate serves so many years; the issuer's own much longer.
const YEARS: i32 = 3;
/// A ring with "BẢN MẪU" in it, and a stroke of the pen: nobody's.
const SEAL_PICTURE: &str = "trial-seal.png";
const SIGNATURE_PICTURE: &str = "trial-signature.png";
const PICTURES: [(&str, &[u8]); 2] = [(SEAL_PICTURE, include_bytes!("trial/seal.png")), (SIGNATURE_PICTURE, include_bytes!("trial/signature.png"))];
/// Millimetres.
const SEAL_WIDTH: u32 = 34;
const SIGNATURE_WIDTH: u32 = 38;
const ROOT_YEARS: i32 = 20;

/// An official who signs, as the certificate names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    /// The name of their office.
    pub organisation: String,
}

/// Makes what is missing: the issuer, and a seal for each office that has none.
pub fn prepare(folder: &Path, offices: &[(OfficeCode, String)], now: Instant) -> Result<(), Mistake> {
    prepare_with(folder, offices, &[], now)
}

/// With personal keys as well. Entries of the list stay as they are, also those of other kinds of keys; what is missing is added.
pub fn prepare_with(folder: &Path, offices: &[(OfficeCode, String)], people: &[Person], now: Instant) -> Result<(), Mistake> {
    std::fs::create_dir_all(folder).map_err(|e| Mistake::Unreadable(folder.to_owned(), e.to_string()))?;
    let making = Making::of(folder, i32::from(now.date().year()))?;
    let mut list = listed(folder)?;
    for (office, name) in offices {
        let code = office.as_str();
        making.entry(&mut list, "keys", "office", code, &|said| said == code, &|| seal(name, making.year))?;
    }
    for person in people {
        let said = person.account.to_string();
        let same = |said: &str| account(said) == Some(person.account);
        making.entry(&mut list, "people", "account", &said, &same, &|| official(person, making.year))?;
    }
    for (name, picture) in PICTURES {
        let path = folder.join(name);
        std::fs::write(&path, picture).map_err(|e| Mistake::Unreadable(path, e.to_string()))?;
    }
    making.pair("trial-stamps", &|| authority(making.year))?;
    making.revocations()?;
    list.entry("validation").or_insert_with(|| json!({ "ask": "nowhere", "lists": [TRIAL_LIST] }));
    list.entry("stamps").or_insert_with(|| json!({ "certificate": "trial-stamps.pem", "key": "trial-stamps.key" }));
    write(folder, LIST, &written(&list))
}

/// From now on the keys of these offices and people are paid by the signature to a provider; other entries stay as they are.
pub fn priced(folder: &Path, offices: &[OfficeCode], people: &[AccountId], provider: &TrustProviderCode) -> Result<(), Mistake> {
    let mut list = listed(folder)?;
    let wanted = |section: &str, entry: &Value| {
        let said = |field: &str| entry.get(field).and_then(Value::as_str).map(str::to_owned);
        match section {
            "keys" => said("office").is_some_and(|o| offices.iter().any(|x| x.as_str() == o)),
            _ => said("account").and_then(|a| account(&a)).is_some_and(|a| people.contains(&a)),
        }
    };
    for section in ["keys", "people"] {
        let entries = list.get_mut(section).and_then(Value::as_array_mut).into_iter().flatten();
        for entry in entries.filter(|e| e.get("provider").is_none() && wanted(section, e)) {
            if let Some(entry) = entry.as_object_mut() {
                entry.insert("provider".to_owned(), json!(provider));
            }
        }
    }
    write(folder, LIST, &written(&list))
}

/// Whose key an entry of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    Office(&'a str),
    Account(&'a str),
}

/// From now on a key is reached in another way: `kind` is `pkcs11` or `remote`, `place` what that needs. Who is paid for it stays, and its picture.
pub fn elsewhere(folder: &Path, whose: Whose<'_>, kind: &str, place: Value) -> Result<(), Mistake> {
    let mut list = listed(folder)?;
    let (section, field, said) = match whose {
        Whose::Office(code) => ("keys", "office", code),
        Whose::Account(account) => ("people", "account", account),
    };
    let entries = list.get_mut(section).and_then(Value::as_array_mut).into_iter().flatten();
    for entry in entries.filter_map(Value::as_object_mut).filter(|e| e.get(field).and_then(Value::as_str) == Some(said)) {
        entry.retain(|key, _| key == field || key == "provider" || key == "picture");
        entry.insert(kind.to_owned(), place.clone());
    }
    write(folder, LIST, &written(&list))
}

/// A certificate (PEM) of the trial issuer for a key that is elsewhere, on a token for instance.
pub fn certify(folder: &Path, name: &str, key: &impl PublicKeyData, now: Instant) -> Result<String, Mistake> {
    let making = Making::of(folder, i32::from(now.date().year()))?;
    Ok(seal(name, making.year)?.signed_by(key, &making.issuer)?.pem())
}

type Params<'a> = &'a dyn Fn() -> Result<CertificateParams, rcgen::Error>;

struct Making<'a> {
    folder: &'a Path,
    year: i32,
    issuer: Issuer<'static, KeyPair>,
}

impl<'a> Making<'a> {
    fn of(folder: &'a Path, year: i32) -> Result<Self, Mistake> {
        let root_key = folder.join(ROOT_KEY);
        if root_key.exists() {
            return Ok(Self { folder, year, issuer: Issuer::new(root(year)?, KeyPair::from_pem(&read(&root_key)?)?) });
        }
        let (key, params) = (KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?, root(year)?);
        let certificate = params.self_signed(&key)?;
        secret(&root_key, &key.serialize_pem())?;
        write(folder, TRIAL_ROOT, &certificate.pem())?;
        Ok(Self { folder, year, issuer: Issuer::new(params, key) })
    }

    /// An entry of the list with its files; one that names other files or another kind of key is not ours to complete.
    fn entry(&self, list: &mut Map<String, Value>, section: &str, field: &str, whose: &str, same: &dyn Fn(&str) -> bool, params: Params<'_>) -> Result<(), Mistake> {
        let (picture, width) = if section == "keys" { (SEAL_PICTURE, SEAL_WIDTH) } else { (SIGNATURE_PICTURE, SIGNATURE_WIDTH) };
        let shown = json!({ "file": picture, "width_mm": width });
        let ours = json!({ field: whose, "certificate": format!("{whose}.pem"), "key": format!("{whose}.key"), "picture": shown });
        let entries = list.entry(section).or_insert_with(|| json!([]));
        if entries.is_null() {
            *entries = json!([]);
        }
        let entries = entries.as_array_mut().ok_or_else(|| Mistake::Entry(format!("{section} is no list")))?;
        match entries.iter().find(|e| e.get(field).and_then(Value::as_str).is_some_and(same)) {
            Some(there) if *there != ours => return Ok(()),
            Some(_) => {}
            None => entries.push(ours),
        }
        self.pair(whose, params)
    }

    /// The issuer's list of revoked certificates: none.
    fn revocations(&self) -> Result<(), Mistake> {
        if self.folder.join(TRIAL_LIST).exists() {
            return Ok(());
        }
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(self.year, 1, 1),
            next_update: date_time_ymd(self.year + ROOT_YEARS, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        write(self.folder, TRIAL_LIST, &list.signed_by(&self.issuer)?.pem()?)
    }

    /// A key with its certificate, unless both are there.
    fn pair(&self, name: &str, params: Params<'_>) -> Result<(), Mistake> {
        let (certificate, key) = (format!("{name}.pem"), self.folder.join(format!("{name}.key")));
        if !(self.folder.join(&certificate).exists() && key.exists()) {
            let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
            write(self.folder, &certificate, &params()?.signed_by(&pair, &self.issuer)?.pem())?;
            secret(&key, &pair.serialize_pem())?;
        }
        Ok(())
    }
}

/// The list as it stands.
fn listed(folder: &Path) -> Result<Map<String, Value>, Mistake> {
    let list = folder.join(LIST);
    if !list.exists() {
        return Ok(Map::new());
    }
    serde_saphyr::from_str(&read(&list)?).map_err(|e| Mistake::Unreadable(list, e.to_string()))
}

/// One line for each entry. JSON is YAML, and quotes whatever needs it.
fn written(list: &Map<String, Value>) -> String {
    let mut out = String::from("# Keys for a trial; what they sign has no legal effect.\n");
    for (section, said) in list {
        match said.as_array().filter(|entries| !entries.is_empty()) {
            Some(entries) => out.extend(std::iter::once(format!("{section}:\n")).chain(entries.iter().map(|e| format!("  - {e}\n")))),
            None => out.push_str(&format!("{section}: {said}\n")),
        }
    }
    out
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Mistake> {
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(|e| Mistake::Unreadable(path, e.to_string()))
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

/// A person's certificate names the person alone; that it is for trials stands in the unit.
fn official(person: &Person, year: i32) -> Result<CertificateParams, rcgen::Error> {
    let mut params = seal(&person.organisation, year)?;
    params.distinguished_name = named(&person.name, &person.organisation);
    params.distinguished_name.push(DnType::OrganizationalUnitName, "Chứng thư dùng thử");
    Ok(params)
}

/// Written so that only this user reads it, from the first byte on.
pub fn secret(path: &Path, text: &str) -> Result<(), Mistake> {
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
