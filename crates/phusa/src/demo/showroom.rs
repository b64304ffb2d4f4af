//! Providers and solutions of the demonstration's showroom: each act by the room's own functions, on the day it is said to
//! have happened.

use super::{applications::sample_paper, cast::Cast, centre::tax_code, dice::Dice, names};
use crate::centre_rooms::CentreRooms;
use identity::{AccountKind, NewAccount, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Actor, Dong, Instant, Text,
    id::{AccountId, EnterpriseId, PartyId, ProviderId, SolutionId},
    time::date,
};
use showroom::{
    Parts, Showroom,
    acts::{providers, solutions},
    ids::fresh,
    listing::{DataReturn, LabelStatus, Listing, Price, PriceModel, SupportLine},
    provider::{Provider, TypedProfile},
    solution::{Answer, CheckResult, Fact, NewProof},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::{AtomicI64, Ordering}},
};
use store::{files::Upload, values};

/// Tax codes of the enterprises end before this place, those of experts' firms before the next hundred.
const CODES_FROM: usize = 6_200;
const DAY: i64 = 86_400;

/// Name, part of the domain, what the provider says of itself.
const PROVIDERS: [(&str, &str, &str); 12] = [
    ("Công ty TNHH Phần mềm Sông Hậu", "songhau", "Phần mềm bán hàng, kho và kế toán cho cơ sở nhỏ."),
    ("Công ty cổ phần Giải pháp số Bình Minh", "binhminhso", "Quản trị doanh nghiệp và văn phòng điện tử."),
    ("Công ty TNHH Công nghệ nông nghiệp Mạ Xanh", "maxanh", "Nhật ký sản xuất, hợp tác xã, cảm biến ao và vườn."),
    ("Công ty cổ phần Truy xuất Việt Tín", "viettin", "Truy xuất nguồn gốc, hộ chiếu số của sản phẩm."),
    ("Công ty TNHH Hóa đơn số An Phú", "anphuso", "Hóa đơn điện tử, chữ ký số, hợp đồng điện tử."),
    ("Công ty cổ phần Hệ thống sản xuất Cửu Long", "cuulongmes", "Điều hành sản xuất, bảo trì, lập kế hoạch."),
    ("Công ty TNHH Thiết bị kết nối Ánh Dương", "anhduongiot", "Cảm biến, cổng kết nối máy, quản lý năng lượng."),
    ("Công ty cổ phần Du lịch số Ngọc Trai", "ngoctraiso", "Quản lý lưu trú, kênh bán phòng, vé điện tử."),
    ("Công ty TNHH Giáo dục số Trạng Nguyên", "trangnguyen", "Quản lý nhà trường, học tập và thi trực tuyến."),
    ("Công ty cổ phần Vận tải thông minh Bến Sông", "bensong", "Điều xe, giám sát hành trình, chứng từ giao hàng."),
    ("Công ty TNHH An toàn dữ liệu Thành Trì", "thanhtri", "Sao lưu, an toàn thông tin, bảng điều hành."),
    ("Công ty cổ phần Thương mại số Hoa Súng", "hoasung", "Bán hàng đa kênh, khách hàng, trang đặt hàng."),
];

/// Provider, name, types (the main one first), sectors, stage, price model, thousand đồng, connections.
type Row = (usize, &'static str, &'static [&'static str], &'static [&'static str], u8, PriceModel, i64, &'static [&'static str]);
use PriceModel::{Free, OnRequest, OneTime, PerMonth, PerTransaction, PerUserMonth, PerYear};
const SOLUTIONS: [Row; 40] = [
    (0, "Quầy Nhanh", &["pos", "inventory"], &["G", "I"], 1, PerMonth, 290, &["e_invoice", "bank", "accounting"]),
    (0, "Kho Gọn", &["inventory"], &["*"], 1, PerMonth, 180, &["pos", "api"]),
    (0, "Sổ Sáng", &["accounting"], &["*"], 1, PerMonth, 250, &["tax", "bank", "e_invoice"]),
    (1, "Điều Hành 360", &["erp", "procurement", "accounting"], &["C", "G"], 2, PerUserMonth, 320, &["accounting", "e_invoice", "bank", "api"]),
    (1, "Văn Phòng Số Bình Minh", &["e-office"], &["*"], 1, PerUserMonth, 45, &["vneid", "api"]),
    (1, "Nhân Sự Việt", &["hrm"], &["*"], 1, PerUserMonth, 30, &["social_insurance", "tax"]),
    (2, "Nhật Ký Ao", &["farm-diary"], &["A03", "A01"], 1, PerMonth, 120, &["epcis", "iot"]),
    (2, "Nhà Vườn", &["farm-diary", "automation"], &["A01"], 2, PerMonth, 260, &["iot"]),
    (2, "Hợp Tác Xã Số", &["coop-erp", "farm-diary"], &["A"], 2, PerMonth, 900, &["accounting", "bank", "epcis"]),
    (3, "Tem Lành", &["traceability"], &["A", "C10"], 2, PerTransaction, 1, &["epcis", "api"]),
    (3, "Hộ Chiếu Hàng Việt", &["digital-passport", "traceability"], &["C", "G"], 3, PerYear, 18_000, &["epcis", "erp", "api"]),
    (3, "Chuỗi Sạch", &["traceability", "qms"], &["C10", "C11"], 2, PerMonth, 1_500, &["epcis", "erp"]),
    (4, "Hóa Đơn An Phú", &["e-invoice"], &["*"], 1, PerTransaction, 1, &["tax", "pos", "accounting"]),
    (4, "Ký Số An Phú", &["digital-signature"], &["*"], 1, PerYear, 1_450, &["tax", "social_insurance"]),
    (4, "Hợp Đồng Số", &["e-contract"], &["*"], 2, PerTransaction, 9, &["api", "vneid"]),
    (5, "Xưởng Số", &["mes", "planning"], &["C"], 3, OneTime, 380_000, &["erp", "iot", "api"]),
    (5, "Bảo Trì Chủ Động", &["cmms"], &["C", "D"], 2, PerUserMonth, 150, &["iot", "erp"]),
    (5, "Chất Lượng Vàng", &["qms", "lims"], &["C10", "C"], 2, PerMonth, 2_200, &["erp", "api"]),
    (5, "Lịch Máy", &["planning"], &["C"], 3, PerYear, 96_000, &["erp"]),
    (6, "Cảm Biến Nước Ánh Dương", &["iot"], &["A03"], 2, OneTime, 14_500, &["iot", "api"]),
    (6, "Cổng Máy", &["scada-gateway"], &["C"], 2, OneTime, 32_000, &["iot", "erp"]),
    (6, "Điện Sáng", &["energy"], &["C", "I"], 2, PerMonth, 750, &["iot", "api"]),
    (7, "Phòng Xinh", &["pms", "guest-registration"], &["I", "N79"], 1, PerMonth, 480, &["residence", "e_invoice", "bank"]),
    (7, "Kênh Phòng", &["channel-manager"], &["I"], 2, PerMonth, 650, &["api", "bank"]),
    (7, "Vé Vui", &["ticketing"], &["R", "N79"], 1, PerTransaction, 2, &["e_invoice", "bank", "zalo"]),
    (8, "Trường Mình", &["sis"], &["P"], 1, PerYear, 12_000, &["vneid", "zalo"]),
    (8, "Lớp Học Mở", &["lms", "content"], &["P"], 2, Free, 0, &["api"]),
    (8, "Phòng Thi Số", &["testing"], &["P"], 2, PerYear, 9_600, &["api"]),
    (9, "Điều Xe", &["tms", "epod"], &["H"], 2, PerMonth, 1_900, &["delivery", "erp", "zalo"]),
    (9, "Hành Trình Xanh", &["telematics"], &["H"], 1, PerMonth, 110, &["iot", "api"]),
    (10, "Két Dữ Liệu", &["backup"], &["*"], 1, PerMonth, 350, &["api"]),
    (10, "Lá Chắn", &["security"], &["*"], 2, PerUserMonth, 60, &["api"]),
    (11, "Gian Hàng Hoa Súng", &["ecommerce", "website"], &["G47", "C10"], 1, PerMonth, 390, &["marketplace", "delivery", "bank", "zalo"]),
    (11, "Khách Thân", &["crm"], &["G", "I", "S"], 2, PerUserMonth, 90, &["zalo", "pos", "api"]),
    (10, "Bảng Điều Hành Thành Trì", &["bi"], &["*"], 3, PerMonth, 1_200, &["erp", "accounting", "api"]),
    (11, "Gom Đơn", &["oms", "wms"], &["G47"], 2, PerMonth, 850, &["marketplace", "delivery", "pos", "erp"]),
    (9, "Kho Thông Minh Bến Sông", &["wms"], &["H", "G"], 2, OnRequest, 0, &["erp", "delivery"]),
    (6, "Mắt Máy", &["vision"], &["C10", "C"], 3, OneTime, 210_000, &["iot", "erp"]),
    (10, "Dự Báo Mùa Vụ", &["forecasting"], &["A", "G47"], 3, PerMonth, 1_600, &["erp", "api"]),
    (1, "Mua Hàng Rõ Ràng", &["procurement"], &["C", "F"], 2, PerUserMonth, 140, &["erp", "accounting"]),
];

/// How far a solution has come.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Listed,
    Suspended(&'static str, &'static str),
    Checking,
    Submitted,
    Returned,
    Draft,
}

fn fate(n: usize) -> Fate {
    match n {
        14 => Fate::Suspended("price-differs", "Hai báo giá cao hơn giá niêm yết mà không nêu lý do."),
        23 => Fate::Suspended("no-support", "Gọi thử ba lần trong hai tuần không có người trả lời."),
        33 => Fate::Suspended("data-withheld", "Một khách hàng chưa nhận lại được dữ liệu sau khi kết thúc hợp đồng."),
        18 | 34 | 36 => Fate::Checking,
        35 | 37 => Fate::Submitted,
        38 => Fate::Returned,
        39 => Fate::Draft,
        _ => Fate::Listed,
    }
}

/// The showroom with a clock that is set to the day of each act.
struct Past {
    s: Showroom,
    clock: Arc<AtomicI64>,
}

impl Past {
    fn of(room: &Showroom) -> Self {
        let clock = Arc::new(AtomicI64::new(room.now().micros()));
        let told = clock.clone();
        let parts = Parts { clock: Arc::new(move || Instant::from_micros(told.load(Ordering::Relaxed))), ..(**room).clone() };
        Self { s: Showroom::new(parts), clock }
    }
    fn set(&self, at: Instant) -> Instant {
        self.clock.store(at.micros(), Ordering::Relaxed);
        at
    }
    fn later(&self, seconds: i64) {
        self.set(self.s.now().plus_seconds(seconds));
    }
}

/// A client that may be asked: its id, name, tax code and line of business.
type Client = (EnterpriseId, String, String, String);

/// Fills an empty showroom; nothing when there is one. Returns providers and solutions.
pub async fn fill(rooms: &CentreRooms, cast: &Cast) -> anyhow::Result<(usize, usize)> {
    let s = &rooms.showroom;
    if s.scope.one("SELECT 1 AS one FROM provider_view WHERE province = $1 LIMIT 1", Vec::new()).await?.is_some() {
        return Ok((0, 0));
    }
    let sql = "SELECT id, name, code, vsic FROM enterprise WHERE province = $1 AND kind = $2 ORDER BY id LIMIT 120";
    let rows = s.scope.query(sql, values!["enterprise"]).await?;
    let clients = rows.iter().map(|r| Ok((r.id("id")?, r.string("name")?, r.string("code")?, r.string("vsic")?))).collect::<anyhow::Result<Vec<Client>>>()?;
    let people = people(cast).await?;
    // Providers do not touch one another's records: their acts share commits.
    let all = people.iter().enumerate().map(|(n, actor)| provider(s, cast, actor, n, &clients));
    futures::future::try_join_all(all).await?;
    Ok((PROVIDERS.len(), SOLUTIONS.len()))
}

/// Who works for each provider; the first is the demonstration's own account.
async fn people(cast: &Cast) -> anyhow::Result<Vec<Actor>> {
    let (mut dice, mut batch) = (Dice::new(79_003), cast.directory.scope().batch());
    let mut accounts = Vec::new();
    for n in 1..PROVIDERS.len() {
        let key = format!("nha-cung-cap-{:02}", n + 1);
        if let Some(known) = cast.directory.by_subject(DEMO_ISSUER_KEY, &key).await? {
            accounts.push(known.id);
            continue;
        }
        let (female, at) = (dice.per_mille(450), cast.ago(500, 9));
        let mut account = NewAccount::new(AccountKind::Person, DEMO_ISSUER_KEY, &key, &names::name(&mut dice, female));
        (account.id, account.party) = (AccountId::new(dice.id(at)), Some(PartyId::new(dice.id(at))));
        cast.directory.add_account(&mut batch, &account, cast.officer.account, at);
        accounts.push(account.id);
    }
    if !batch.is_empty() {
        cast.directory.scope().commit(batch).await?;
    }
    let mut people = vec![cast.vendor.clone()];
    for account in accounts {
        people.extend(cast.directory.actor(account, cast.now).await?);
    }
    Ok(people)
}

async fn provider(room: &Showroom, cast: &Cast, actor: &Actor, n: usize, clients: &[Client]) -> anyhow::Result<()> {
    let Some((name, domain, about)) = PROVIDERS.get(n).copied() else { return Ok(()) };
    let (past, mut dice) = (Past::of(room), Dice::new(79_100 + n as u64));
    let at = past.set(cast.ago(dice.between(300, 420), 9));
    let typed = TypedProfile {
        name: name.into(),
        tax_code: tax_code(CODES_FROM + n),
        founded: Some(date(i16::try_from(dice.between(2009, 2022)).unwrap_or(2015), 4, 12)),
        website: format!("https://{domain}.example"),
        email: format!("lienhe@{domain}.example"),
        phone: format!("028{:08}", 30_000_000 + dice.below(9_000_000)),
        about_vi: about.into(),
        about_en: String::new(),
    };
    let profile = typed.checked(at.date())?;
    let provider = providers::register(&past.s, actor, ProviderId::new(dice.id(at)), profile).await?;
    for (k, row) in SOLUTIONS.iter().enumerate().filter(|(_, row)| row.0 == n) {
        solution(&past, cast, actor, &provider, &mut dice, (k, row), clients).await?;
    }
    Ok(())
}

async fn solution(past: &Past, cast: &Cast, actor: &Actor, provider: &Provider, dice: &mut Dice, (n, row): (usize, &Row), clients: &[Client]) -> anyhow::Result<()> {
    let (s, fate) = (&past.s, fate(n));
    let days = if matches!(fate, Fate::Listed | Fate::Suspended(..)) { dice.between(60, 260) } else { dice.between(8, 24) };
    let begun = past.set(cast.ago(days, 9));
    let id = SolutionId::new(dice.id(begun));
    let listing = listing(dice, n, row, begun).checked(&s.catalog, begun.date())?;
    solutions::begin(s, actor, provider.id, id, listing).await?;
    let proofs = proofs(past, actor, id, row, dice).await?;
    if fate == Fate::Draft {
        return Ok(());
    }
    past.later(2 * 3600);
    solutions::by_provider(s, actor, id, Fact::Submitted).await?;
    if fate == Fate::Submitted {
        return Ok(());
    }
    past.set(cast.ago(days - 3, 9));
    let centre = |fact| solutions::by_centre(s, &cast.officer, id, fact);
    centre(Fact::Taken).await?;
    let checked = if fate == Fate::Listed || matches!(fate, Fate::Suspended(..)) { proofs.len() } else { 1 };
    for proof in proofs.iter().take(checked) {
        past.later(600);
        centre(Fact::ProofChecked { proof: *proof, accepted: true, reason: String::new() }).await?;
    }
    let items = if fate == Fate::Checking { 3 } else { s.catalog.vetting.checklist.len() };
    for item in s.catalog.vetting.checklist.iter().take(items) {
        let fails = fate == Fate::Returned && item.code == "data-return";
        let (result, note) = if fails { (CheckResult::Fail, "Điều khoản chưa nói định dạng và thời hạn trả dữ liệu.") } else { (CheckResult::Pass, "") };
        past.later(300);
        centre(Fact::ItemChecked { item: item.code.clone(), result, note: note.into() }).await?;
    }
    past.set(cast.ago(days - 6, 15));
    match fate {
        Fate::Returned => drop(centre(Fact::Returned { reason: "Bổ sung điều khoản trả dữ liệu: định dạng mở, trong 30 ngày kể từ ngày kết thúc.".into() }).await?),
        Fate::Listed | Fate::Suspended(..) => {
            centre(Fact::Listed).await?;
            references(past, cast, actor, id, dice, (n, days - 8), clients).await?;
        }
        _ => {}
    }
    if let Fate::Suspended(rule, reason) = fate {
        past.set(cast.ago(dice.between(3, 15), 10));
        solutions::by_centre(s, &cast.officer, id, Fact::Suspended { rule: rule.into(), reason: reason.into() }).await?;
    }
    Ok(())
}

fn listing(dice: &mut Dice, n: usize, row: &Row, at: Instant) -> Listing {
    let (_, name, types, sectors, stage, model, thousands, connections) = *row;
    let set = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<String>>();
    let sizes: &[&str] = match stage {
        1 => &["household", "micro", "small"],
        2 => &["micro", "small", "medium", "cooperative"],
        _ => &["small", "medium", "large"],
    };
    let (what, what_en) = purpose(types.first().copied().unwrap_or(""));
    let setup = if stage > 1 && model != Free { dice.between(1, 20) * 500_000 * i64::from(stage) } else { 0 };
    let yearly = if model == OneTime { thousands * 120 } else { 0 };
    Listing {
        name: Text::new(name, name),
        summary: Text::new(format!("{what}. Dùng trên điện thoại và máy tính, có hướng dẫn tiếng Việt."), format!("{what_en}. For phone and computer, with a guide in Vietnamese.")),
        sectors: set(sectors),
        sizes: set(sizes),
        stages: BTreeSet::from([stage]),
        types: types.iter().map(|t| (*t).to_owned()).collect(),
        functions: vec![what.into(), "Phân quyền theo vai trò, nhật ký thao tác".into(), "Xuất dữ liệu ra bảng tính".into()],
        price: Price { model, amount: Dong(thousands * 1_000), setup: Dong(setup), yearly: Dong(yearly), from: at.date(), note: String::new() },
        hosting: set(if n % 5 == 3 { &["vn_cloud", "on_premise"] } else { &["vn_cloud"] }),
        languages: set(if n % 3 == 0 { &["vi", "en"] } else { &["vi"] }),
        integrations: set(connections),
        data_return: match n % 6 {
            0 | 3 => DataReturn::AnyTimeOpen,
            5 => DataReturn::AtEndClosed,
            _ => DataReturn::AtEndOpen,
        },
        data_return_note: "Trong 30 ngày kể từ ngày kết thúc, không thu phí.".into(),
        label: if n % 9 == 4 { LabelStatus::InCheck } else { LabelStatus::None },
        label_number: String::new(),
        portal: types.contains(&"traceability"),
        support: SupportLine { hours_a_day: if n % 4 == 0 { 12 } else { 8 }, days_a_week: if n % 4 == 0 { 7 } else { 6 }, emergency: n % 4 == 0, contact: format!("1900 {:04}", 6_000 + n * 7) },
        accessible: n % 3 != 1,
        claims: vec!["Làm quen trong một buổi, có người kèm tại chỗ".into(), "Sao lưu mỗi ngày, phục hồi thử mỗi quý".into()],
    }
}

/// What a solution of a type does, in a sentence.
fn purpose(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "pos" | "inventory" | "oms" | "wms" => ("Bán hàng, nhập xuất tồn và đơn hàng trên một dữ liệu", "Sales, stock and orders on one set of data"),
        "accounting" | "e-invoice" | "digital-signature" | "e-contract" => ("Lập, ký, gửi và lưu chứng từ điện tử đúng quy định", "Issues, signs, sends and keeps electronic papers as the rules ask"),
        "farm-diary" | "coop-erp" | "iot" | "automation" => ("Ghi nhật ký sản xuất, theo dõi ao, vườn và cảnh báo sớm", "Keeps the production diary, watches ponds and gardens, warns early"),
        "traceability" | "digital-passport" | "qms" => ("Quản lý lô, kiểm soát chất lượng và truy xuất tới người mua", "Manages lots, controls quality, traces to the buyer"),
        "mes" | "planning" | "cmms" | "scada-gateway" | "vision" | "energy" => ("Theo dõi máy, mẻ, sản lượng và chi phí năng lượng theo thời gian thực", "Follows machines, batches, output and energy in real time"),
        "pms" | "channel-manager" | "ticketing" => ("Đặt phòng, bán vé, nhận khách và đối soát doanh thu", "Bookings, tickets, check-in and settlement"),
        "sis" | "lms" | "testing" => ("Quản lý lớp, học liệu, bài tập và kết quả học tập", "Manages classes, material, assignments and results"),
        "tms" | "telematics" => ("Điều xe, theo dõi chuyến và ký nhận giao hàng trên điện thoại", "Dispatches, follows trips and signs for deliveries on a phone"),
        "backup" | "security" | "bi" | "forecasting" => ("Bảo vệ dữ liệu và đưa số liệu về một bảng điều hành", "Protects data and brings figures to one board"),
        _ => ("Nối khách hàng, nhân sự và mua bán trên một hệ thống", "Joins customers, staff and trade on one system"),
    }
}

/// Papers of the listing; a kind that its type needs is among them.
async fn proofs(past: &Past, actor: &Actor, id: SolutionId, row: &Row, dice: &mut Dice) -> anyhow::Result<Vec<showroom::ids::ProofId>> {
    let s = &past.s;
    let now = s.now();
    let ahead = |days: i64| Some(now.plus_seconds(days * DAY).date());
    let mut papers = vec![
        ("company", "Giấy chứng nhận đăng ký doanh nghiệp", None),
        ("certificate", "Chứng nhận hệ thống quản lý an toàn thông tin", ahead(dice.between(280, 700))),
    ];
    papers.extend(row.2.contains(&"traceability").then_some(("traceability_portal", "Biên bản kết nối Cổng truy xuất nguồn gốc quốc gia", None)));
    papers.extend(row.2.contains(&"e-invoice").then_some(("e_invoice", "Thông báo là tổ chức cung cấp dịch vụ hóa đơn điện tử", None)));
    papers.extend(dice.per_mille(500).then_some(("test_report", "Biên bản kiểm thử phục hồi dữ liệu", ahead(dice.between(260, 360)))));
    let mut made = Vec::new();
    for (kind, title, until) in papers {
        past.later(300);
        let (mut batch, at) = (s.scope.batch(), s.now());
        let upload = Upload { name: format!("{}.pdf", kind.replace('_', "-")), claimed: None, bytes: sample_paper().into() };
        let stored = s.files.put(&mut batch, store::files::Scanned::trusted(store::files::Files::check(upload, 1 << 20)?), at).await?;
        s.scope.commit(batch).await?;
        let claims = if kind == "test_report" { vec![1] } else { Vec::new() };
        let proof = NewProof {
            id: showroom::ids::ProofId::new(dice.id(at)),
            kind: kind.into(),
            title: title.into(),
            file: stored.id,
            file_name: stored.name,
            sha256: stored.sha256,
            size: stored.size,
            issued: at.plus_seconds(-dice.between(10, 60) * DAY).date(),
            until,
            claims,
        };
        let proof = proof.checked(&s.catalog.proofs, 2, at.date())?;
        made.push(proof.id);
        solutions::by_provider(s, actor, id, Fact::ProofAdded { proof }).await?;
    }
    Ok(made)
}

const SAID: [&str; 6] = [
    "Nhân viên mới quen sau hai ngày, tồn kho hết lệch cuối tháng.",
    "Chạy ổn định, hỗ trợ trả lời trong giờ làm việc.",
    "Giảm hẳn việc ghi sổ tay; mong có thêm báo cáo theo ca.",
    "Nối với hóa đơn điện tử thuận tiện, phần in tem còn chậm.",
    "Dữ liệu xuất ra đầy đủ khi chúng tôi đổi máy chủ.",
    "Đã dùng qua một vụ, số liệu ao nuôi rõ ràng hơn trước.",
];

/// Clients who answered for themselves, one whose answer is awaited, and outcomes that were measured.
async fn references(past: &Past, cast: &Cast, actor: &Actor, id: SolutionId, dice: &mut Dice, (n, days): (usize, i64), clients: &[Client]) -> anyhow::Result<()> {
    let s = &past.s;
    for k in 0..n % 4 {
        let Some((firm, name, code, vsic)) = clients.get((n * 3 + k) % clients.len().max(1)).cloned() else { continue };
        let at = past.set(cast.ago((days - 5).max(2), 9 + i64::try_from(k).unwrap_or(0)));
        let reference = fresh();
        let invited = Fact::ClientInvited { reference, client: name, tax_code: code, email: format!("khach{n}{k}@khachhang.example"), sector: vsic, expires: solutions::link_expires(s, at.date()) };
        solutions::by_provider(s, actor, id, invited).await?;
        if k == 2 {
            continue;
        }
        past.later(DAY);
        let female = dice.per_mille(500);
        let answer = Answer {
            using: true,
            months: u16::try_from(dice.between(4, 30)).unwrap_or(8),
            gain: dice.per_mille(600).then(|| i32::try_from(dice.between(3, 35)).unwrap_or(5)),
            satisfied: dice.per_mille(850),
            comment: SAID.get((n + k) % SAID.len()).copied().unwrap_or("").into(),
            person: names::name(dice, female),
            position: "Quản lý".into(),
        };
        solutions::by_client(s, id, reference, answer).await?;
        if k == 1 {
            past.later(DAY);
            let source = format!("DX-{}-{n:03} ton-kho", cast.now.date().year());
            solutions::record_outcome(s, &cast.officer, id, firm, dice.between(-200, 2_400), Some(dice.per_mille(850)), &source).await?;
        }
    }
    Ok(())
}
