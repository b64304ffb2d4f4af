//! The rooms around the case put together: money, the national portal, the index, care for the citizen.

mod audit;
mod citizen_care;
pub mod documents;
mod indicators;
pub mod law;
mod local_sign_in;
mod measures;
mod meetings;
mod national_portal;
mod ops;
mod payments;
mod powers;
pub mod prepaid;
pub mod privacy;
mod reform;
pub mod registers;

use crate::{assembly::Settings, catalog::Catalog};
use identity::Identity;
use services::Services;
use std::{path::Path, sync::Arc};
use store::{Scope, effects::Handler};

/// What stands when the rooms are assembled.
pub struct Foundations<'a> {
    pub scope: &'a Scope,
    pub catalog: &'a Catalog,
    pub identity: &'a Arc<Identity>,
    pub services: &'a Services,
    pub registers: &'a ::registers::Registers,
    pub privacy: &'a ::privacy::Privacy,
    pub documents: &'a ::documents::Documents,
    pub law: &'a ::law::Law,
    pub issuing: &'a issuing::Issuing,
    /// The account book of prepaid signatures, and the keys it counts for.
    pub ledger: &'a ::prepaid::Ledger,
    pub keys: &'a signing::Keys,
    pub data: &'a Path,
    pub settings: &'a Settings,
}

/// The systems of others that an installation is connected to; what is not named is not connected, and the pages say so.
#[derive(Clone, Default)]
pub struct Outside {
    /// The national portal.
    pub national: Option<::national_portal::wire::Connection>,
    /// E-mail and short messages.
    pub carriers: ::citizen_care::channel::Carriers,
    /// The databases of the State.
    pub registers: Option<::registers::base::Connection>,
    /// Whoever knows malicious files; without one, uploads are marked as not scanned.
    pub scanner: Option<Arc<dyn services::uploads::Scanner>>,
    /// A language model that may order the law's sentences.
    pub law_model: Option<Arc<::law::model::Endpoint>>,
    /// Where messages of feeds come from.
    pub broker: Option<::measures::feed::message::Broker>,
}

#[derive(Clone)]
pub struct Rooms {
    pub payments: ::payments::Payments,
    pub national_portal: ::national_portal::NationalPortal,
    pub indicators: ::indicators::Indicators,
    pub citizen_care: ::citizen_care::Care,
    pub registers: ::registers::Registers,
    pub audit: ::audit::Audit,
    pub powers: ::powers::Powers,
    pub local_sign_in: ::local_sign_in::LocalSignIn,
    pub privacy: ::privacy::Privacy,
    pub reform: ::reform::Reforms,
    pub documents: ::documents::Documents,
    pub meetings: ::meetings::Meetings,
    pub prepaid: ::prepaid::Prepaid,
    pub law: ::law::Law,
    pub ops: ::ops::Ops,
    /// Reads the words of papers that came as pictures.
    pub words: ::scans::Reader,
    pub measures: ::measures::Measures,
    pub upkeep: ::upkeep::Upkeep,
}

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Rooms> {
    let payments = payments::assemble(f)?;
    let indicators = indicators::assemble(f)?;
    let later = crate::bridges::LaterMeasures::default();
    let ops = ops::assemble(f, &indicators, &later);
    let measures = measures::assemble(f, &indicators, &ops)?;
    later.put(&measures);
    let citizen_care = citizen_care::assemble(f)?;
    let meetings = meetings::assemble(f, &citizen_care)?;
    Ok(Rooms {
        prepaid: prepaid::assemble(f, &payments),
        payments,
        national_portal: national_portal::assemble(f)?,
        measures,
        ops,
        indicators,
        citizen_care,
        registers: f.registers.clone(),
        audit: audit::assemble(f)?,
        powers: powers::assemble(f),
        upkeep: ::upkeep::Upkeep(Arc::new(::upkeep::Inner { scope: f.scope.clone(), clock: f.settings.clock.clone(), words: f.catalog.rooms.upkeep.clone() })),
        local_sign_in: local_sign_in::assemble(f)?,
        privacy: f.privacy.clone(),
        reform: reform::assemble(f),
        documents: f.documents.clone(),
        meetings,
        law: f.law.clone(),
        words: ::scans::Reader::new(f.services.files.clone(), f.catalog.rooms.reading.clone(), f.settings.clock.clone()),
    })
}

/// Where officials find these rooms, by role; the working room shows the places beside its lists.
pub fn rail() -> Vec<web::rail::Place> {
    use web::rail::Place;
    const MONEY: &[&str] = &["cashier", "one_stop", "controller"];
    const WRITE: &[&str] = &["one_stop", "specialist", "head", "leader", "clerk", "consulted", "cashier", "controller", "centre_officer", "centre_director", "support_officer", "accountant", "board_chair", "board_member"];
    const SIGNATURES: &[&str] = &["clerk", "leader", "accountant", "controller"];
    const LEADS: &[&str] = &["head", "leader", "controller", "auditor"];
    // Whoever holds a post may be invited.
    const POSTS: &[&str] = &[
        "one_stop", "specialist", "head", "leader", "clerk", "cashier", "consulted", "controller", "administrator", "auditor", "data_protection", "centre_officer",
        "consultant", "board_chair", "board_member", "support_officer", "accountant", "centre_director",
    ];
    const LAW: &[&str] = &["one_stop", "specialist", "head", "leader", "clerk"];
    vec![
        Place::new("/work/documents", "Văn bản", "Documents", WRITE),
        Place::new("/work/meetings", "Cuộc họp", "Meetings", POSTS),
        Place::new("/work/signatures", "Chữ ký trả trước", "Prepaid signatures", SIGNATURES),
        Place::new("/work/law", "Hỏi đáp pháp luật", "Questions on the law", LAW),
        Place::new("/work/directives", "Nhiệm vụ giao", "Directives", POSTS),
        Place::new("/work/explanations", "Giải trình", "Explanations", &["leader", "head", "clerk", "centre_officer", "centre_director", "controller", "auditor"]),
        Place::new("/work/alerts", "Cảnh báo", "Alerts", &["leader", "head", "clerk", "centre_officer", "centre_director", "controller", "auditor"]),
        Place::new("/ioc", "Việc cần lãnh đạo xem", "For the leader", &["leader", "centre_director", "controller", "auditor"]),
        Place::new("/ioc/indices", "Bộ chỉ số", "Indices", &["leader", "head", "clerk", "centre_director", "centre_officer", "controller", "auditor"]),
        Place::new("/ioc/indicators", "Chỉ tiêu", "Indicators", &["leader", "head", "clerk", "centre_director", "centre_officer", "controller", "auditor"]),
        Place::new("/work/payments", "Thu nộp", "Payments", MONEY),
        Place::new("/work/payments/approvals", "Duyệt hoàn trả, miễn", "Approve refunds", &["leader", "controller"]),
        Place::new("/work/national", "Cổng quốc gia", "National portal", &["controller", "administrator", "leader"]),
        Place::new("/work/complaints", "Phản ánh, kiến nghị", "Complaints", &["controller", "leader", "head"]),
        Place::new("/work/ratings", "Đánh giá của người dân", "Ratings", &["controller", "leader", "head"]),
        Place::new("/work/board", "Bảng điều hành", "Live board", LEADS),
        Place::new("/work/index", "Chỉ số 766", "Index 766", LEADS),
        Place::new("/work/delegations", "Ủy quyền, người thay", "Delegation", &["one_stop", "specialist", "head", "leader", "clerk", "cashier", "controller", "centre_officer", "centre_director"]),
        Place::new("/work/emergency", "Mở khẩn cấp", "Open in an emergency", &["head", "leader"]),
        Place::new("/admin/delegations", "Ủy quyền đang có", "Delegations in force", &["administrator", "auditor"]),
        Place::new("/admin/emergencies", "Xem xét mở khẩn cấp", "Review emergencies", &["auditor"]),
        Place::new("/admin/procedures", "Danh mục thủ tục", "Catalogue of procedures", &["administrator"]).also(&["/admin"]),
        Place::new("/admin/people", "Tài khoản, vị trí", "Accounts and posts", &["administrator"]),
        Place::new("/admin/sign-in", "Khôi phục đăng nhập", "Recovery of sign-in", &["administrator"]),
        Place::new("/admin/sources", "Nguồn dữ liệu thay giấy tờ", "Sources of data", &["administrator"]),
        Place::new("/admin/effects", "Việc hệ thống bị lỗi", "What failed", &["administrator"]),
        Place::new("/admin/reforms", "Sắp xếp đơn vị", "Reorganisations", &["administrator"]),
        Place::new("/admin/audit", "Kiểm chứng nhật ký", "Verify the journal", &["auditor", "administrator"]),
        Place::new("/admin/breaches", "Sổ vi phạm dữ liệu", "Data breaches", &["data_protection"]),
        Place::new("/admin/audit/entries", "Tra cứu nhật ký", "Search the journal", &["auditor"]),
    ]
}

impl Rooms {
    pub fn modules(&self) -> Vec<web::module::Module> {
        vec![
            ::payments::module(self.payments.clone()),
            ::national_portal::module(self.national_portal.clone()),
            ::indicators::module(self.indicators.clone()),
            ::citizen_care::module(self.citizen_care.clone()),
            ::registers::module(self.registers.clone()),
            ::audit::module(self.audit.clone()),
            ::powers::module(self.powers.clone()),
            ::local_sign_in::module(self.local_sign_in.clone()),
            ::privacy::module(self.privacy.clone()),
            ::reform::module(self.reform.clone()),
            ::documents::module(self.documents.clone()),
            ::meetings::module(self.meetings.clone()),
            ::prepaid::module(self.prepaid.clone()),
            ::law::module(self.law.clone()),
            ::ops::module(self.ops.clone()),
            ::measures::module(self.measures.clone()),
            ::upkeep::module(self.upkeep.clone()),
        ]
    }

    /// What follows an act in these rooms, by kind of effect.
    pub fn handlers(&self) -> Vec<(&'static str, Arc<dyn Handler>)> {
        let mut all = Vec::new();
        all.extend(payments::handlers(&self.payments));
        all.extend(national_portal::handlers(&self.national_portal));
        all.extend(indicators::handlers(&self.indicators));
        all.extend(citizen_care::handlers(&self.citizen_care));
        all.extend(registers::handlers(&self.registers));
        all.extend(audit::handlers(&self.audit));
        all.extend(::documents::effects::handlers(&self.documents));
        all.extend(::meetings::notice::tell::handlers(&self.meetings));
        all.extend(::ops::handlers(&self.ops));
        all.extend(::measures::handlers(&self.measures));
        all
    }

    /// Followers of the journal, each with its own cursor.
    pub fn consumers(&self) -> Vec<store::consumer::Consumer> {
        let mut all = Vec::new();
        all.extend(payments::consumers(&self.payments));
        all.extend(national_portal::consumers(&self.national_portal));
        all.extend(indicators::consumers(&self.indicators));
        all.extend(citizen_care::consumers(&self.citizen_care));
        all.extend(registers::consumers(&self.registers));
        all.extend(audit::consumers(&self.audit));
        all
    }

    /// Starts what these rooms do by themselves.
    pub fn start_work(&self, data: &Path) {
        for consumer in self.consumers() {
            let clock = self.payments.clock.clone();
            consumer.spawn_every(std::time::Duration::from_millis(300), move || clock());
        }
        payments::start_work(&self.payments);
        documents::start_work(&self.documents);
        national_portal::start_work(&self.national_portal);
        indicators::start_work(&self.indicators);
        measures::start_work(&self.measures, data);
        ops::start_work(&self.ops);
        citizen_care::start_work(&self.citizen_care);
        audit::start_work(&self.audit);
        local_sign_in::start_work(&self.local_sign_in);
        self.law.start_work();
        let clock = self.payments.clock.clone();
        self.words.runner(self.payments.scope.clone()).spawn(std::time::Duration::from_secs(3), move || clock());
    }
}
