//! Where a weakness of this installation is reported: `/.well-known/security.txt` (RFC 9116) and the page it names. Both are made
//! from `house/security.yaml`.

use crate::assembly::Clock;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{
    Instant,
    catalog::{Files, Finding, parse_yaml},
    time::midnight,
};
use serde::Deserialize;
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit,
    module::Module,
    page::{Shell, Width},
    routes::{PUBLIC, Routes},
    visitor::Visitor,
};

/// The file of the catalogue.
pub const FILE: &str = "house/security.yaml";
/// RFC 9116, 2.5.5: recommended is less than a year, so that a forgotten file does not mislead.
const GOOD_FOR_MOST: u32 = 365;
const DAY: i64 = 86_400;
/// Letters of one contact.
const CONTACT_MAX: usize = 200;

/// What an installation says of reports.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reporting {
    /// Addresses as URIs, the most wanted first.
    pub contacts: Vec<String>,
    pub good_for_days: u32,
    /// Working days.
    pub answer_within_days: u32,
}

/// Reads the file and checks it.
pub fn load(files: &Files) -> Result<Reporting, Vec<Finding>> {
    let Some(text) = files.get(FILE) else {
        return Err(vec![Finding::new(FILE, None, "Thiếu tệp danh mục này.", "This file of the catalogue is missing.")]);
    };
    let reporting: Reporting = parse_yaml(FILE, text).map_err(|f| vec![f])?;
    let mut findings = Vec::new();
    if !(1..=GOOD_FOR_MOST).contains(&reporting.good_for_days) {
        findings.push(Finding::at(FILE, text, &["good_for_days"], "từ 1 đến 365 ngày", "1 to 365 days"));
    }
    if !(1..=30).contains(&reporting.answer_within_days) {
        findings.push(Finding::at(FILE, text, &["answer_within_days"], "từ 1 đến 30 ngày làm việc", "1 to 30 working days"));
    }
    for wrong in reporting.contacts.iter().filter(|c| !is_contact(c)) {
        findings.push(Finding::at(
            FILE,
            text,
            &["contacts"],
            format!("“{wrong}”: ghi mailto:…, https://… hoặc tel:…, không có khoảng trắng"),
            format!("“{wrong}”: write mailto:…, https://… or tel:…, without spaces"),
        ));
    }
    if findings.is_empty() { Ok(reporting) } else { Err(findings) }
}

/// A URI that fits on its line and cannot begin another.
fn is_contact(text: &str) -> bool {
    let known = ["mailto:", "https://", "tel:"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    known && text.len() <= CONTACT_MAX && text.bytes().all(|b| b.is_ascii_graphic())
}

/// The text of RFC 9116, section 2. It runs out at a midnight of Vietnam, never later than the days declared.
fn text(reporting: &Reporting, site: &str, now: Instant) -> String {
    let expires = midnight(now.plus_seconds(i64::from(reporting.good_for_days.min(GOOD_FOR_MOST)) * DAY).date());
    let mut out = String::new();
    if reporting.contacts.is_empty() {
        out.push_str(&format!("Contact: {site}/security\n"));
    }
    for contact in &reporting.contacts {
        out.push_str(&format!("Contact: {contact}\n"));
    }
    out.push_str(&format!(
        "Expires: {expires}\nPreferred-Languages: vi, en\nCanonical: {site}/.well-known/security.txt\nPolicy: {site}/security\n"
    ));
    out
}

/// What the two addresses are made from.
pub struct Desk {
    pub reporting: Arc<Reporting>,
    /// Without a slash at the end.
    pub site: String,
    pub clock: Clock,
}

/// `/.well-known/security.txt` and `/security`; whoever found something has no account here, so both are open.
pub fn module(reporting: Arc<Reporting>, public_url: &str, clock: Clock) -> Module {
    let desk = Arc::new(Desk { reporting, site: public_url.trim_end_matches('/').to_owned(), clock });
    let routes = Routes::<Arc<Desk>>::new().get("/.well-known/security.txt", PUBLIC, plain).get("/security", PUBLIC, page);
    Module::new("security", routes.finish(desk))
}

async fn plain(State(desk): State<Arc<Desk>>) -> Response {
    let body = text(&desk.reporting, &desk.site, (desk.clock)());
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}

async fn page(State(desk): State<Arc<Desk>>, v: Visitor) -> Html {
    let title = v.pick("Báo điểm yếu an toàn thông tin", "Report a security weakness");
    let days = desk.reporting.answer_within_days;
    let mut main = kit::heading(title, None);
    main.push(&kit::para(v.pick(
        "Nếu bạn thấy một điểm yếu của trang này, hãy báo riêng cho chúng tôi, đừng đăng công khai trước khi được khắc phục.",
        "If you have found a weakness of this site, tell us privately and do not publish it before it is mended.",
    )));
    main.push(&part(v.pick("Báo ở đâu", "Where to report")));
    main.push(&contacts(&desk.reporting, &v));
    main.push(&part(v.pick("Cần ghi gì", "What to say")));
    main.push(&kit::para(v.pick(
        "Địa chỉ trang, các bước làm lại, điều bạn thấy và điều bạn chờ đợi. Không gửi dữ liệu cá nhân của người khác.",
        "The address of the page, the steps that repeat it, what you saw and what you expected. Send no personal data of others.",
    )));
    main.push(&part(v.pick("Xin đừng", "Please do not")));
    main.push(&kit::para(v.pick(
        "Xem, sửa hoặc tải dữ liệu của người khác; làm gián đoạn dịch vụ; dò hàng loạt. Dừng lại ngay khi thấy dữ liệu không phải của mình.",
        "Read, change or download data of others, disturb the service, or scan it in bulk. Stop as soon as you see data that are not yours.",
    )));
    main.push(&kit::para(&v.pick("Bạn được trả lời trong {n} ngày làm việc.", "You are answered within {n} working days.").replace("{n}", &days.to_string())));
    Shell::new(&v, title, main).width(Width::Narrow).back("/", v.pick("Trang chủ", "Home")).render()
}

fn part(title: &str) -> Html {
    Html(format!("<h2>{}</h2>", esc(title)))
}

fn contacts(reporting: &Reporting, v: &Visitor) -> Html {
    let named: Vec<Html> = reporting.contacts.iter().map(|c| kit::link(c, c.strip_prefix("mailto:").or_else(|| c.strip_prefix("tel:")).unwrap_or(c))).collect();
    if !named.is_empty() {
        return kit::bullets(&named);
    }
    let hotline = &v.site.hotline;
    let call = if hotline.is_empty() { Html::default() } else { kit::link(&format!("tel:{hotline}"), hotline) };
    Html(format!(
        "<p>{} {call}</p>",
        esc(v.pick(
            "Gọi đường dây dịch vụ công hoặc báo tại bất kỳ bộ phận một cửa nào và đề nghị chuyển cho người phụ trách an toàn thông tin.",
            "Call the public service line or tell any one-stop desk, and ask for whoever is responsible for information security.",
        )),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SHIPPED: &str = include_str!("../../../catalog/house/security.yaml");

    fn read(text: &str) -> Result<Reporting, Vec<Finding>> {
        let mut files = Files::new();
        files.insert(FILE, text);
        load(&files)
    }

    #[test]
    fn the_text_is_that_of_rfc_9116() {
        let now: Instant = "2026-11-23T08:30:00+07:00".parse().unwrap();
        let shipped = read(SHIPPED).unwrap();
        assert_eq!(
            text(&shipped, "https://dvc.example", now),
            "Contact: https://dvc.example/security\nExpires: 2027-05-22T00:00:00+07:00\nPreferred-Languages: vi, en\n\
             Canonical: https://dvc.example/.well-known/security.txt\nPolicy: https://dvc.example/security\n"
        );
        let named = Reporting { contacts: vec!["mailto:a@x.vn".into(), "tel:+84-28-1".into()], good_for_days: 365, ..shipped };
        let said = text(&named, "https://dvc.example", now);
        assert!(said.starts_with("Contact: mailto:a@x.vn\nContact: tel:+84-28-1\nExpires: 2027-11-23T00:00:00+07:00\n"), "{said}");
    }

    #[test]
    fn what_cannot_stand_there_is_told() {
        for (from, to) in [
            ("good_for_days: 180", "good_for_days: 366"),
            ("good_for_days: 180", "good_for_days: 0"),
            ("answer_within_days: 5", "answer_within_days: 0"),
            ("contacts: []", "contacts: [\"a@x.vn\"]"),
            ("contacts: []", "contacts: [\"http://x.vn\"]"),
            ("contacts: []", "contacts: [\"mailto:\"]"),
            ("contacts: []", "contacts: [\"mailto:a@x.vn\\nPolicy: https://evil.example\"]"),
        ] {
            assert!(SHIPPED.contains(from) && read(&SHIPPED.replace(from, to)).is_err(), "{to}");
        }
        assert!(load(&Files::new()).is_err());
    }
}
