//! The questions about an enterprise, asked alike of its own people and of the centre's.

use crate::{
    Centre,
    model::{EnterpriseKind, Profile},
};
use kernel::{Refusal, Text, refusal::Reason, text::Lang};
use web::{
    extract::FormData,
    html::Html,
    kit::{Choice, Field},
};

/// Reads the form back; every fault at once.
pub fn answers(c: &Centre, form: &FormData) -> Result<Profile, Refusal> {
    let today = c.now().date();
    let kind = form.get("kind").and_then(EnterpriseKind::of);
    let founded = web::kit::date_answer(form, "founded");
    let mut early = Vec::new();
    if kind.is_none() {
        early.push(("kind", "Chọn loại hình của đơn vị", "Choose the kind of enterprise"));
    }
    if founded.is_err() {
        early.push(("founded", "Ngày này không có thật; ví dụ đúng: 05/02/2019", "There is no such date; a right one is 05/02/2019"));
    }
    let text = |name: &str| form.get(name).unwrap_or_default().chars().take(400).collect::<String>();
    let profile = Profile {
        kind: kind.unwrap_or(EnterpriseKind::Enterprise),
        code: text("code"),
        name: text("name"),
        vsic: text("vsic"),
        area: text("area"),
        founded: founded.unwrap_or_default(),
        phone: form.filled("phone").map(|p| p.chars().take(20).collect()),
        address: form.filled("address").map(|p| p.chars().take(300).collect()),
        women_owned: form.get("women_owned").is_some(),
        social_enterprise: form.get("social_enterprise").is_some(),
    };
    let checked = check(c, profile, today);
    if early.is_empty() {
        return checked;
    }
    let mut refusal = checked.err().unwrap_or_else(|| Refusal::invalid("enterprise", "Thông tin đơn vị còn chỗ cần sửa", "The details of the enterprise need correction"));
    for (field, vi, en) in early {
        refusal = refusal.because(Some(field), vi, en);
    }
    Err(refusal)
}

/// Checks against the catalogue and the map of a day.
pub fn check(c: &Centre, profile: Profile, today: kernel::time::Date) -> Result<Profile, Refusal> {
    let known = |code: &str| c.catalog.vsic.iter().any(|v| v.code == code);
    // Communes that were merged stay valid on old records; a new one is of today's map.
    let place = |code: &str| c.areas.commune(code, today).is_some();
    let area = profile.area.clone();
    profile.check(&known, &place, today).map_err(|mut refusal| {
        if let (Some(reason), Some(message)) = (refusal.reasons.iter_mut().find(|r| r.field.as_deref() == Some("area")), merged(c, &area, today)) {
            reason.message = message;
        }
        refusal
    })
}

/// What became of a commune that is no longer: lists from before a merger carry its code, and which of several successors
/// the head office lies in is for the person to say.
fn merged(c: &Centre, code: &str, today: kernel::time::Date) -> Option<Text> {
    let old = c.areas.versions(code).last()?;
    let last = old.valid_to.filter(|last| *last < today)?;
    let now = c.areas.successors(code, last);
    let name = |lang: Lang| c.areas.full_name(old, last).get(lang).to_owned();
    let list = |lang: Lang| now.iter().map(|l| format!("{} {}", l.unit.code, l.unit.text().get(lang))).collect::<Vec<_>>().join(", ");
    let day = |lang: Lang| web::when::day(last, lang);
    Some(Text::new(
        format!("{} (mã {code}) chỉ dùng đến {}; chọn đơn vị hiện nay: {}", name(Lang::Vi), day(Lang::Vi), list(Lang::Vi)),
        format!("{} (code {code}) ended on {}; choose what it is now: {}", name(Lang::En), day(Lang::En), list(Lang::En)),
    ))
}

/// The questions, filled with what is known.
pub fn fields(c: &Centre, lang: Lang, value: &dyn Fn(&str) -> String, founded: Vec<String>, reasons: &[Reason]) -> Html {
    let field = |name: &str, vi: &str, en: &str| Field::new(lang, name, lang.pick(vi, en)).value(value(name)).errors(reasons);
    let kinds: Vec<Choice> = EnterpriseKind::ALL.iter().map(|k| Choice::new(k.code(), k.name().get(lang))).collect();
    let today = c.now().date();
    let mut places: Vec<Choice> =
        c.areas.communes(c.scope.province().as_str(), today).iter().map(|u| Choice::new(u.code.as_ref(), c.areas.full_name(u, today).get(lang))).collect();
    places.sort_by_key(|p| kernel::text::fold(&p.label));
    let lines: Vec<Choice> = c.catalog.vsic.iter().filter(|v| v.code.len() > 1).map(|v| Choice::new(v.code.as_str(), format!("{} – {}", v.code, v.name.get(lang)))).collect();
    let checks = [
        Choice::new("yes", lang.pick("Đáp ứng điều kiện doanh nghiệp do phụ nữ làm chủ (Luật 04/2017/QH14, Điều 3): phần vốn của phụ nữ và có phụ nữ quản lý", "Meets the conditions of a women-owned enterprise (Law 04/2017/QH14 Art. 3): women's share of the capital, and a woman who manages")),
    ];
    let social = [Choice::new("yes", lang.pick("Là doanh nghiệp xã hội", "Is a social enterprise"))];
    let parts = [
        field("kind", "Loại hình", "Kind").radios(&kinds),
        field("code", "Mã số thuế", "Tax code")
            .hint(lang.pick(
                "10 chữ số; chi nhánh: 13 chữ số. Hộ kinh doanh: số định danh cá nhân của chủ hộ hoặc số đăng ký.",
                "10 digits; a branch: 13 digits. Household business: the owner's personal number or the registration number.",
            ))
            .width("w20")
            .max_length(20)
            .input(),
        field("name", "Tên đơn vị", "Name").max_length(300).input(),
        field("vsic", "Ngành nghề chính", "Main line of business").select(&lines),
        field("area", "Xã, phường đặt trụ sở", "Commune of the head office").select(&places),
        Field { values: founded, ..field("founded", "Ngày thành lập", "Founded on").optional(true) }.date(),
        field("phone", "Điện thoại", "Phone").kind("tel").autocomplete("tel").width("w20").optional(true).input(),
        field("address", "Địa chỉ", "Address").optional(true).max_length(300).input(),
        Field::new(lang, "women_owned", lang.pick("Doanh nghiệp do phụ nữ làm chủ", "Owned by women")).value(value("women_owned")).optional(true).checkboxes(&checks),
        Field::new(lang, "social_enterprise", lang.pick("Doanh nghiệp xã hội", "Social enterprise")).value(value("social_enterprise")).optional(true).checkboxes(&social),
    ];
    Html(parts.iter().map(|p| p.0.as_str()).collect())
}
