//! Parts that several documents share: agencies, people, signers, papers.

use casework::{
    Definition,
    definition::{Channel, Component},
    event::{By, Person},
    state::CaseState,
};
use identity::{Office, Offices, offices::Level};
use kernel::id::OfficeCode;
use serde_json::{Value, json};

pub fn office_name(offices: &Offices, code: &OfficeCode) -> String {
    offices.get(code.as_str()).map_or_else(|| code.to_string(), |o| o.name.vi.clone())
}

/// Where the applicant came or comes to: the reception point of a committee, a service centre itself.
pub fn reception(offices: &Offices, code: &OfficeCode, public_url: &str) -> Value {
    let Some(office) = offices.get(code.as_str()) else { return json!({"name": code}) };
    let (name, address) = reception_place(office);
    json!({"name": name, "address": address, "phone": office.phone, "website": host(public_url)})
}

fn reception_place(office: &Office) -> (&str, &str) {
    match office.reception_points.first() {
        Some(point) if office.level != Level::Department => (&point.name.vi, &point.address),
        _ => (&office.name.vi, &office.address),
    }
}

fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/')
}

/// Where anybody reads what the register says of a document.
pub fn verify_url(public_url: &str, code: &str) -> String {
    format!("{}/verify/{code}", public_url.trim_end_matches('/'))
}

/// Where whoever filed a dossier reads how far it is.
pub fn lookup_url(public_url: &str, code: &str) -> String {
    format!("{}/lookup?code={}", public_url.trim_end_matches('/'), web::html::url_part(code))
}

pub fn person(p: &Person) -> Value {
    json!({
        "name": p.name,
        "personal_number": p.identifier.as_ref().map(|i| i.as_str()),
        "address": p.address,
        "phone": p.phone,
        "email": p.email,
    })
}

/// Who signs, by name and title. A deputy signs for the head (Decree 30/2020, Annex I, II.7: “KT.”).
pub fn signer(by: &By, otherwise: &str) -> Value {
    let title = by.title.as_deref().filter(|t| !t.trim().is_empty()).unwrap_or(otherwise);
    let line = match &by.authority {
        Some(a) => Some(format!("{} {}", a.capacity.letters(), a.giver_title)),
        None => kernel::actor::head_of(title).map(|head| format!("KT. {head}")),
    };
    json!({"authority_line": line, "title": title, "name": by.name})
}

/// The form itself, then every paper that was given or that data of the State replaces.
pub fn papers(d: &Definition, s: &CaseState) -> Vec<Value> {
    let form = json!({"name": "Tờ khai theo mẫu của thủ tục", "kind": copy_kind(s.channel, true), "copies": 1});
    let papers = d.components.iter().filter_map(|c| {
        let files = s.files.iter().filter(|f| f.component == c.code).count();
        if files > 0 {
            let note = (files > 1).then(|| format!("{files} tệp"));
            return Some(json!({"name": c.name.vi, "kind": copy_kind(s.channel, c.original), "copies": c.copies, "note": note}));
        }
        let replaced = c.from_database.is_some() || s.waived.contains(&c.code);
        replaced.then(|| not_asked(c))
    });
    std::iter::once(form).chain(papers).collect()
}

/// Resolution 66.7/2025/NQ-CP: what a database holds is not asked for.
fn not_asked(c: &Component) -> Value {
    let note = match &c.from_database {
        Some(source) => format!("không phải nộp, khai thác từ {}", source.name.vi),
        None => "không phải nộp, đã xuất trình để đối chiếu".to_owned(),
    };
    json!({"name": c.name.vi, "kind": "Dữ liệu", "copies": "–", "note": note})
}

fn copy_kind(channel: Channel, original: bool) -> &'static str {
    match (channel, original) {
        (Channel::Online, _) => "Bản điện tử",
        (_, true) => "Bản chính",
        (_, false) => "Bản sao",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casework::event::Authority;
    use kernel::{Actor, actor::Capacity};

    /// Decree 30/2020, Annex I, part II, point 7.
    #[test]
    fn whose_power_was_used_stands_above_the_title() {
        let plain = By { name: "Đặng Thu Hà".into(), title: Some("Trưởng phòng".into()), ..By::from(&Actor::system("79".into())) };
        assert_eq!(signer(&plain, "")["authority_line"], Value::Null);
        let authority = |capacity| Authority {
            delegation: "d".into(),
            capacity,
            giver: "Bùi Quốc Khánh".into(),
            giver_title: "Chủ tịch".into(),
            document: String::new(),
        };
        for (capacity, line) in [(Capacity::InPlace, "KT. Chủ tịch"), (Capacity::ByOrder, "TL. Chủ tịch"), (Capacity::Authorised, "TUQ. Chủ tịch")] {
            let by = By { authority: Some(authority(capacity)), ..plain.clone() };
            assert_eq!(signer(&by, ""), json!({"authority_line": line, "title": "Trưởng phòng", "name": "Đặng Thu Hà"}));
        }
    }
}
