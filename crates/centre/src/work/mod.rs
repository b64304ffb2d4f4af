//! The centre's own rooms: the register, importing, verifying.

mod assessments;
mod import;
mod register;
mod verify;

pub use import::{Imported, LineFault, read_csv};
pub use register::STUCK;

use crate::Centre;
use identity::actions::{CENTRE_IMPORT, CENTRE_VERIFY, CENTRE_WORK};
use web::{page::NavItem, routes::Routes, visitor::Visitor};

/// A list of enterprises as a file.
const IMPORT_LIMIT: usize = 8 << 20;

pub fn routes(r: Routes<Centre>) -> Routes<Centre> {
    r.get("/centre", CENTRE_WORK, register::home)
        .get("/centre/enterprises", CENTRE_WORK, register::list)
        .get("/centre/enterprises/{id}", CENTRE_WORK, register::show)
        .get("/centre/import", CENTRE_IMPORT, import::ask)
        .post("/centre/import", CENTRE_IMPORT, import::take)
        .body_limit(IMPORT_LIMIT)
        .get("/centre/assessments", CENTRE_WORK, assessments::list)
        .post("/centre/assessments/{id}/assign", CENTRE_VERIFY, assessments::assign)
        .get("/centre/assessments/{id}", CENTRE_VERIFY, verify::show)
        .post("/centre/assessments/{id}/check/{criterion}", CENTRE_VERIFY, verify::check)
        .post("/centre/assessments/{id}/verified", CENTRE_VERIFY, verify::finish)
}

/// The rail of the centre's pages.
pub fn nav(v: &Visitor, here: &str) -> Vec<NavItem> {
    let items = [
        ("/centre", "Việc hôm nay", "Today"),
        ("/centre/enterprises", "Doanh nghiệp", "Enterprises"),
        ("/centre/assessments", "Đánh giá", "Assessments"),
        ("/centre/solutions", "Giải pháp", "Solutions"),
        ("/centre/boards", "Ban tư vấn", "Boards"),
        ("/centre/experts", "Chuyên gia", "Experts"),
        ("/centre/support", "Hỗ trợ", "Support"),
        ("/centre/director", "Điều hành", "Direction"),
    ];
    items.iter().map(|(href, vi, en)| NavItem::new(*href, v.pick(vi, en), here == *href)).collect()
}
