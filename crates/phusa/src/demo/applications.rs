//! What invented people apply for: the example of a form, with their own names, places and numbers in it.

use super::{
    dice::Dice,
    names::{self, Somebody},
};
use casework::{
    Definition,
    definition::Channel,
    event::{Filing, GivenFile, People, Person},
};
use identity::Office;
use kernel::{
    Instant,
    id::{CaseCode, PartyId},
};
use serde_json::{Map, Value, json};

pub const BIRTH: &str = "1.001193";
pub const BUSINESS: &str = "1.001612";
pub const PERMIT: &str = "1.013225";

/// Code and name of a line of business, and the word in the shop's name.
const TRADES: [(&str, &str); 10] = [
    ("5610 Nhà hàng và các dịch vụ ăn uống phục vụ lưu động", "Cơm tấm"),
    ("5610 Nhà hàng và các dịch vụ ăn uống phục vụ lưu động", "Phở"),
    ("5630 Dịch vụ phục vụ đồ uống", "Cà phê"),
    ("4711 Bán lẻ lương thực, thực phẩm trong cửa hàng tổng hợp", "Tạp hóa"),
    ("95420 Sửa chữa mô tô, xe máy", "Sửa xe"),
    ("9631 Cắt tóc, làm đầu, gội đầu", "Làm tóc"),
    ("4771 Bán lẻ hàng may mặc trong các cửa hàng chuyên doanh", "Thời trang"),
    ("1410 May trang phục", "Nhà may"),
    ("4772 Bán lẻ thuốc, dụng cụ y tế, mỹ phẩm", "Mỹ phẩm"),
    ("4761 Bán lẻ sách, báo, văn phòng phẩm", "Văn phòng phẩm"),
];

/// Who applies: somebody with a party of their own.
#[derive(Debug, Clone)]
pub struct Applicant {
    pub who: Somebody,
    pub party: PartyId,
}

/// `phường Xuân Hòa, thành phố Phù Sa`.
pub fn place_of(office: &Office) -> String {
    format!("{}, thành phố Phù Sa", office.name.vi.trim_start_matches("Ủy ban nhân dân "))
}

/// A complete application to an office. `paper` stands for every paper the procedure asks for.
pub fn application(d: &Definition, office: &Office, a: &Applicant, dice: &mut Dice, at: Instant, paper: &GivenFile) -> Filing {
    let mut answers = d.form.example().and_then(Value::as_object).cloned().unwrap_or_default();
    answers.insert("commune".into(), office.area.clone().into());
    answers.insert("phone".into(), a.who.phone.clone().into());
    answers.shift_remove("email");
    let place = place_of(office);
    match d.code.as_str() {
        BIRTH => birth(&mut answers, a, dice, at, &place),
        BUSINESS => business(&mut answers, a, dice, &place),
        PERMIT => permit(&mut answers, a, dice, &place),
        _ => {}
    }
    let answers = Value::Object(answers);
    let files = d.components.iter().filter(|c| d.requires(c, &answers)).map(|c| GivenFile {
        component: c.code.clone(),
        name: format!("{}.pdf", c.code.replace('_', "-")),
        ..paper.clone()
    });
    let person = Person {
        party: Some(a.party),
        name: a.who.name.clone(),
        identifier: a.who.identifier(),
        phone: Some(a.who.phone.clone()),
        email: None,
        address: Some(a.who.address.clone()),
    };
    let counter = d.channels.contains(&Channel::Counter) && dice.per_mille(180);
    Filing {
        code: CaseCode::new("-"),
        definition: d.code.clone(),
        version: d.version.clone(),
        title: answers.pointer(&d.form.title_from).and_then(Value::as_str).unwrap_or(&a.who.name).to_owned(),
        channel: if counter { Channel::Counter } else { Channel::Online },
        people: People { applicant: person.clone(), owner: person, proxy: None, assisted_by: None },
        offices: d.offices(None, office.code.clone()),
        files: files.collect(),
        answers,
        waived: Vec::new(),
        lang: None,
        set: None,
    }
}

fn put(answers: &mut Map<String, Value>, given: Value) {
    if let Value::Object(given) = given {
        answers.extend(given);
    }
}

fn birth(answers: &mut Map<String, Value>, a: &Applicant, dice: &mut Dice, at: Instant, place: &str) {
    let other = names::somebody(dice, !a.who.female, place);
    let (mother, father) = if a.who.female { (&a.who, &other) } else { (&other, &a.who) };
    let girl = dice.per_mille(480);
    let family = father.name.split(' ').next().unwrap_or("Nguyễn");
    let child = names::name(dice, girl);
    let child = format!("{family} {}", child.split_once(' ').map_or("An", |c| c.1));
    let days = dice.between(2, 45);
    let born = at.plus_seconds(-days * 86_400).date();
    put(answers, json!({
        "child_name": child, "child_sex": if girl { "female" } else { "male" }, "child_birth_date": born.to_string(),
        "child_birth_place": format!("Bệnh viện Phụ sản Phù Sa, {place}"), "child_native_place": place,
        "birth_record_number": format!("GCS-79-{}-{:07}", born.year(), dice.below(10_000_000)),
        "mother_name": mother.name, "mother_personal_number": mother.number, "mother_birth_year": mother.born.year(), "mother_residence": mother.address,
        "father_name": father.name, "father_personal_number": father.number, "father_birth_year": father.born.year(), "father_residence": mother.address,
        "requester_name": a.who.name, "requester_personal_number": a.who.number, "requester_residence": a.who.address,
        "requester_relation": if a.who.female { "mother" } else { "father" },
    }));
}

fn business(answers: &mut Map<String, Value>, a: &Applicant, dice: &mut Dice, place: &str) {
    for absent in ["business_other_name", "members_list", "business_start_date", "head_current_address"] {
        answers.shift_remove(absent);
    }
    let (line, word) = dice.pick(&TRADES).copied().unwrap_or(TRADES[0]);
    let given = a.who.name.rsplit(' ').next().unwrap_or("An");
    put(answers, json!({
        "business_name": format!("Hộ kinh doanh {word} {given} {}", dice.between(1, 99)),
        "business_address": names::address(dice, place), "business_lines": line,
        "business_capital": dice.between(2, 60) * 10_000_000, "business_workers": dice.between(1, 8),
        "head_name": a.who.name, "head_personal_number": a.who.number, "head_birth_date": a.who.born.to_string(),
        "head_sex": if a.who.female { "female" } else { "male" }, "head_residence": a.who.address,
        "founded_by": "individual", "filed_by": "head",
    }));
}

fn permit(answers: &mut Map<String, Value>, a: &Applicant, dice: &mut Dice, place: &str) {
    let storeys = dice.between(1, 5);
    let area = dice.between(48, 160);
    let footprint = area * 8 / 10;
    let title = if a.who.female { "bà" } else { "ông" };
    put(answers, json!({
        "owner_name": a.who.name, "owner_personal_number": a.who.number, "owner_address": a.who.address, "filed_by": "owner",
        "site_address": names::address(dice, place), "site_parcel": dice.between(1, 900).to_string(),
        "site_sheet": dice.between(1, 60).to_string(), "site_area": area,
        "site_land_paper": format!("Giấy chứng nhận số DK {:06} cấp ngày 12/6/2024", dice.below(1_000_000)),
        "works_name": format!("Nhà ở gia đình {title} {}", a.who.name), "works_storeys": storeys,
        "works_height": f64::from(i32::try_from(storeys * 36).unwrap_or(36)) / 10.0,
        "works_footprint": footprint, "works_floor_area": footprint * storeys, "works_density": 80,
        "works_ratio": f64::from(i32::try_from(storeys * 8).unwrap_or(8)) / 10.0, "works_months": dice.between(4, 14),
        "design_code": format!("KT-{:04}", dice.below(10_000)),
    }));
}

/// One page that stands for a paper somebody would hand in: a valid PDF of a few hundred bytes.
pub fn sample_paper() -> Vec<u8> {
    let text = "BT /F1 20 Tf 72 720 Td (Ban ve / giay to minh hoa - Phu Sa demo) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
    }
    let start = pdf.len();
    pdf.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    places.iter().for_each(|place| pdf.push_str(&format!("{place:010} 00000 n \n")));
    pdf.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1));
    pdf.into_bytes()
}
