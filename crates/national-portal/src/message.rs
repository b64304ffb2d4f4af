//! What the portal is told of a dossier: the fields of `DongBoHoSo`, made from the case as it stood after one event.
//!
//! The portal computes the index of Decision 766/QĐ-TTg from these times and flags, so each comes from the event that made
//! it and from nothing else.

use casework::{
    CaseState, Definition,
    definition::{Before, Channel, FeeKind},
    money::{Due, DueStatus},
};
use kernel::{Instant, party::Identifier};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One dossier at one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    #[serde(rename = "MaHoSo")]
    pub code: String,
    /// Order of the messages of one dossier: the version of the case. The portal keeps the highest.
    #[serde(rename = "ThuTu")]
    pub order: u64,
    #[serde(rename = "MaTTHC")]
    pub procedure: String,
    #[serde(rename = "TenTTHC")]
    pub procedure_name: String,
    #[serde(rename = "MaLinhVuc")]
    pub sector: String,
    #[serde(rename = "TenLinhVuc")]
    pub sector_name: String,
    /// 1 direct, 2 online, 3 public post.
    #[serde(rename = "KenhThucHien")]
    pub channel: u8,
    #[serde(rename = "ChuHoSo")]
    pub owner: String,
    /// 1 person, 2 organisation.
    #[serde(rename = "LoaiDoiTuong")]
    pub owner_kind: u8,
    #[serde(rename = "LoaiDinhDanh")]
    pub identifier_kind: String,
    #[serde(rename = "SoDinhDanh")]
    pub identifier: String,
    #[serde(rename = "Email")]
    pub email: String,
    #[serde(rename = "SoDienThoai")]
    pub phone: String,
    #[serde(rename = "TrichYeuHoSo")]
    pub title: String,
    #[serde(rename = "NoiNopHoSo")]
    pub filed_at_office: String,
    #[serde(rename = "DonViXuLy")]
    pub deciding_office: String,
    #[serde(rename = "TrangThaiHoSo")]
    pub status: u8,
    #[serde(rename = "NgayNopHoSo")]
    pub filed: String,
    #[serde(rename = "NgayTiepNhan")]
    pub received: String,
    #[serde(rename = "NgayHenTra")]
    pub promised: String,
    #[serde(rename = "NgayTuChoi")]
    pub refused: String,
    #[serde(rename = "NgayKetThucXuLy")]
    pub ended: String,
    #[serde(rename = "NgayTra")]
    pub returned: String,
    #[serde(rename = "ThongTinTra")]
    pub returned_to: String,
    /// 0 at the counter, 1 by post, 2 electronic.
    #[serde(rename = "HinhThucTra")]
    pub returned_how: String,
    #[serde(rename = "HoSoCoThanhPhanSoHoa")]
    pub digitised: u8,
    #[serde(rename = "TaiKhoanDuocXacThucVoiVNeID")]
    pub identified: u8,
    /// 1 on the portal, 2 through our own gateway, 0 not online or not all of it.
    #[serde(rename = "DuocThanhToanTrucTuyen", default)]
    pub paid_online: u8,
    #[serde(rename = "TaiLieuNop")]
    pub papers: Vec<Paper>,
    #[serde(rename = "DanhSachLePhi", default)]
    pub fees: Vec<FeeLine>,
    #[serde(rename = "DanhSachHoSoBoSung")]
    pub supplements: Vec<Supplement>,
    #[serde(rename = "DanhSachGiayToKetQua")]
    pub results: Vec<ResultPaper>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    #[serde(rename = "TepDinhKemId")]
    pub file: String,
    #[serde(rename = "TenTepDinhKem")]
    pub name: String,
    #[serde(rename = "MaThanhPhanHoSo")]
    pub component: String,
    #[serde(rename = "DuocSoHoa")]
    pub digitised: u8,
    #[serde(rename = "DuocTaiSuDung")]
    pub reused: u8,
    #[serde(rename = "DuocLayTuKhoDMQG")]
    pub from_national_store: u8,
}

/// A fee or charge that is owed or was paid. What was waived is not owed. Financial obligations go by the tax office's own
/// notice and not through this list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    #[serde(rename = "TenPhiLePhi")]
    pub name: String,
    #[serde(rename = "MaPhiLePhi")]
    pub code: String,
    /// 1 with the application, 2 with the result (the portal's codes are not verified).
    #[serde(rename = "HinhThucThu")]
    pub collected: u8,
    /// Đồng.
    #[serde(rename = "Gia")]
    pub amount: i64,
    /// 1 fee, 2 charge (not verified).
    #[serde(rename = "LoaiPhiLePhi")]
    pub kind: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplement {
    #[serde(rename = "LanBoSung")]
    pub number: u32,
    #[serde(rename = "NgayYeuCau")]
    pub asked: String,
    #[serde(rename = "NoiDung")]
    pub what: String,
    #[serde(rename = "NgayTiepNhanBoSung")]
    pub answered: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultPaper {
    #[serde(rename = "TenGiayTo")]
    pub name: String,
    #[serde(rename = "SoKyHieu")]
    pub number: String,
    /// Of the result catalogue; left out where none is declared, and of a refusal, which is no such result.
    #[serde(rename = "MaKetQua", default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(rename = "DuongDanTepTinKetQua")]
    pub link: String,
}

/// `yyyyMMddHHmmss`, local time.
pub fn time(at: Instant) -> String {
    at.civil().strftime("%Y%m%d%H%M%S").to_string()
}

fn or_empty(at: Option<Instant>) -> String {
    at.map(time).unwrap_or_default()
}

/// The national status of a case: that of the state its handling track is in. Receiving is one act here, so the portal's
/// 2 is told by [`Dossier::received`] together with 4.
pub fn status(d: &Definition, s: &CaseState) -> u8 {
    let state = d.state("handling", s.track("handling"));
    state.and_then(|x| x.national).and_then(|n| u8::try_from(n).ok()).unwrap_or(1)
}

/// When the dossier was received: the processing clock started with it.
pub fn received_at(s: &CaseState) -> Option<Instant> {
    s.clocks.get("processing").map(|c| c.started)
}

/// What of the installation goes into a message.
pub struct House<'a> {
    /// Public address, for links to results.
    pub public_url: &'a str,
    /// The code of each procedure's result.
    pub result_codes: &'a BTreeMap<String, String>,
}

/// The dossier as it stands.
pub fn dossier(d: &Definition, s: &CaseState, house: &House<'_>) -> Dossier {
    let owner = &s.people.owner;
    let (identifier_kind, identifier) = owner.identifier.as_ref().map_or_else(Default::default, |i| (kind_of(i).to_owned(), i.as_str().to_owned()));
    let status = status(d, s);
    let ended_at = (matches!(status, 3 | 8 | 9 | 10)).then(|| ended(s)).flatten();
    Dossier {
        code: s.code.to_string(),
        order: s.version,
        procedure: d.code.to_string(),
        procedure_name: d.name.vi.clone(),
        sector: d.sector.code.clone(),
        sector_name: d.sector.name.vi.clone(),
        channel: match s.channel {
            Channel::Counter => 1,
            Channel::Online => 2,
            Channel::Post => 3,
        },
        owner: owner.name.clone(),
        owner_kind: if matches!(owner.identifier, Some(Identifier::TaxCode(_) | Identifier::Organisation(_))) { 2 } else { 1 },
        identifier_kind,
        identifier,
        email: owner.email.clone().unwrap_or_default(),
        phone: owner.phone.clone().unwrap_or_default(),
        title: s.title.clone(),
        filed_at_office: s.offices.received.to_string(),
        deciding_office: s.offices.decides.to_string(),
        status,
        filed: time(s.filed_at),
        received: or_empty(received_at(s)),
        promised: or_empty(s.clocks.get("processing").map(|c| c.due)),
        refused: if status == 3 { or_empty(ended_at) } else { String::new() },
        ended: or_empty(ended_at),
        returned: or_empty(s.delivery.as_ref().map(|x| x.at)),
        returned_to: s.delivery.as_ref().map(|x| x.to.clone()).unwrap_or_default(),
        returned_how: s.delivery.as_ref().map(|x| how(&x.how).to_owned()).unwrap_or_default(),
        digitised: u8::from(!s.files.is_empty()),
        identified: u8::from(s.people.applicant.party.is_some()),
        paid_online: paid_online(&s.dues),
        papers: s.files.iter().map(paper).collect(),
        fees: s.dues.iter().filter_map(fee_line).collect(),
        supplements: s.supplements.iter().map(supplement).collect(),
        results: results(d, s, house),
    }
}

fn kind_of(i: &Identifier) -> &'static str {
    match i {
        Identifier::PersonalNumber(_) => "CCCD",
        Identifier::OldIdCard(_) => "CMND",
        Identifier::TaxCode(_) => "MST",
        Identifier::HouseholdBusiness(_) => "HKD",
        Identifier::Passport(_) => "HC",
        Identifier::Organisation(_) => "TC",
    }
}

fn how(how: &str) -> &'static str {
    match how {
        "counter" => "0",
        "post" => "1",
        _ => "2",
    }
}

/// End of handling: when the result stood, or when it was refused or stopped. "Finished" is preferred to "returned".
fn ended(s: &CaseState) -> Option<Instant> {
    let clock = |name: &str| s.clocks.get(name).and_then(|c| c.stopped);
    clock("processing").or_else(|| clock("intake")).or(Some(s.changed_at))
}

fn paper(f: &casework::event::GivenFile) -> Paper {
    // Data and results that the State had already are used again; only a result comes from the person's own store.
    let from_store = f.origin.as_ref().is_some_and(|o| o.kind == casework::event::OriginKind::Store);
    Paper { file: f.file.to_string(), name: f.name.clone(), component: f.component.clone(), digitised: 1, reused: u8::from(f.origin.is_some()), from_national_store: u8::from(from_store) }
}

fn fee_line(due: &Due) -> Option<FeeLine> {
    let kind = match due.kind {
        FeeKind::Fee => 1,
        FeeKind::Charge => 2,
        FeeKind::Obligation => return None,
    };
    let collected = if due.before == Before::Intake { 1 } else { 2 };
    (due.status != DueStatus::Waived).then(|| FeeLine { name: due.name.vi.clone(), code: due.code.clone(), collected, amount: due.amount.0, kind })
}

/// As the index of Decision 766 counts it: everything that is owed was paid online. What was waived is not owed.
fn paid_online(dues: &[Due]) -> u8 {
    let owed: Vec<&Due> = dues.iter().filter(|d| d.status != DueStatus::Waived && d.amount.0 > 0).collect();
    let online = |d: &&Due| d.paid.as_ref().is_some_and(|p| p.online);
    let on_the_portal = |d: &&Due| d.paid.as_ref().is_some_and(|p| p.how == "portal");
    match (owed.is_empty(), owed.iter().all(online), owed.iter().any(on_the_portal)) {
        (true, ..) | (_, false, _) => 0,
        (_, _, true) => 1,
        _ => 2,
    }
}

fn supplement(x: &casework::state::Supplement) -> Supplement {
    let what: Vec<&str> = x.defects.iter().map(|d| d.what.as_str()).collect();
    Supplement { number: x.number, asked: time(x.asked), what: what.join("; "), answered: or_empty(x.answered) }
}

fn results(d: &Definition, s: &CaseState, house: &House<'_>) -> Vec<ResultPaper> {
    let is_result = |code: &str| code == d.result.granted || code == d.result.refused;
    let made = s.documents.iter().filter(|x| is_result(&x.document));
    made.filter_map(|x| {
        let decl = d.documents.get(&x.document)?;
        Some(ResultPaper {
            name: decl.name.vi.clone(),
            number: format!("{}/{}", x.number, x.symbol),
            code: house.result_codes.get(d.code.as_str()).filter(|_| x.document == d.result.granted).cloned(),
            link: x.file.map(|f| format!("{}/files/{f}", house.public_url)).unwrap_or_default(),
        })
    })
    .collect()
}

/// Whether the portal has to hear of it: everything but the order is compared.
pub fn same_content(a: &Dossier, b: &Dossier) -> bool {
    Dossier { order: 0, ..a.clone() } == Dossier { order: 0, ..b.clone() }
}
