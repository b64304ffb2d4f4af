//! The invented people, families, enterprises and parcels of the simulated databases. They match the demonstration's accounts.

use serde_json::{Value, json};

type Record = (&'static str, &'static str, String, Value);

struct Person {
    number: &'static str,
    name: &'static str,
    sex: &'static str,
    birth_date: &'static str,
    residence: &'static str,
    /// Code of the commune of residence.
    commune: &'static str,
    birth_place: &'static str,
}

const PEOPLE: [Person; 5] = [
    Person { number: "079190000011", name: "Nguyễn Thị Lan", sex: "female", birth_date: "1990-03-12", residence: "25 đường Lê Lợi, khu phố 3", commune: "27139", birth_place: "Tiền Giang" },
    Person { number: "079085000022", name: "Trần Văn Minh", sex: "male", birth_date: "1985-08-30", residence: "25 đường Lê Lợi, khu phố 3", commune: "27139", birth_place: "Thành phố Hồ Chí Minh" },
    Person { number: "079188000033", name: "Lê Thị Hoa", sex: "female", birth_date: "1988-11-02", residence: "108 đường Nguyễn Trãi, khu phố 5", commune: "27139", birth_place: "Long An" },
    Person { number: "079184000044", name: "Lương Thị Ươn", sex: "female", birth_date: "1984-05-19", residence: "7 đường Hai Bà Trưng, khu phố 1", commune: "27139", birth_place: "Hậu Giang" },
    Person { number: "079187000055", name: "Tôn Nữ Diệu Anh", sex: "female", birth_date: "1987-01-25", residence: "40 đường Điện Biên Phủ, khu phố 2", commune: "27139", birth_place: "Huế" },
];

pub fn records() -> Vec<Record> {
    let mut all: Vec<Record> = PEOPLE
        .iter()
        .map(|p| {
            let data = json!({
                "name": p.name, "personal_number": p.number, "sex": p.sex, "birth_date": p.birth_date,
                "birth_year": p.birth_date.get(..4).and_then(|y| y.parse::<i64>().ok()),
                "ethnicity": "Kinh", "nationality": "Việt Nam", "residence": p.residence, "commune": p.commune,
                "birth_place": p.birth_place, "marital_status": if p.number.ends_with("33") { "single" } else { "married" },
            });
            ("population", "person", p.number.to_owned(), data)
        })
        .collect();
    all.extend(marriage(&PEOPLE[0], &PEOPLE[1]));
    all.push(("enterprise", "enterprise", "0312345678".into(), json!({
        "name": "Công ty TNHH Thực phẩm Ươn Lương", "tax_code": "0312345678", "address": "7 đường Hai Bà Trưng, khu phố 1",
        "representative": "Lương Thị Ươn", "state": "active", "registered_on": "2019-04-15",
    })));
    for (number, owner) in [("CS 012345", &PEOPLE[2]), ("CS 067890", &PEOPLE[0])] {
        all.push(("land", "parcel", number.into(), json!({
            "certificate_number": number, "owner_name": owner.name, "owner_number": owner.number, "parcel_number": "112",
            "sheet": "18", "area": 100, "address": owner.residence, "purpose": "ONT", "mortgaged": false,
        })));
    }
    all
}

/// A marriage is in the register under the number of each of the two.
fn marriage(wife: &Person, husband: &Person) -> [Record; 2] {
    let about = |spouse: &Person| {
        json!({
            "spouse_name": spouse.name, "spouse_number": spouse.number,
            "spouse_birth_year": spouse.birth_date.get(..4).and_then(|y| y.parse::<i64>().ok()),
            "spouse_ethnicity": "Kinh", "spouse_nationality": "Việt Nam", "spouse_residence": spouse.residence,
            "registered_on": "2018-09-08", "registered_at": "Ủy ban nhân dân phường Xuân Hòa", "number": "142/2018",
        })
    };
    [("civil_status", "marriage", wife.number.into(), about(husband)), ("civil_status", "marriage", husband.number.into(), about(wife))]
}
