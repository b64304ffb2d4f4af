//! The long form of a listing: shown, and read back.

use super::{
    forms::{Again, Sent},
    show,
};
use crate::{
    Showroom,
    listing::{DataReturn, LabelStatus, Listing, Price, PriceModel, SupportLine},
};
use kernel::{Dong, Refusal, Text, text::Lang, time::Date};
use web::{
    extract::FormData,
    html::Html,
    kit::{self, Choice, Field},
};

pub const FORM: &str = "l";

/// An empty listing to begin with.
pub fn empty(today: Date) -> Listing {
    Listing {
        name: Text::default(),
        summary: Text::default(),
        sectors: Default::default(),
        sizes: Default::default(),
        stages: Default::default(),
        types: Vec::new(),
        functions: Vec::new(),
        price: Price { model: PriceModel::PerMonth, amount: Dong(0), setup: Dong(0), yearly: Dong(0), from: today, note: String::new() },
        hosting: Default::default(),
        languages: ["vi".to_owned()].into(),
        integrations: Default::default(),
        data_return: DataReturn::None,
        data_return_note: String::new(),
        label: LabelStatus::None,
        label_number: String::new(),
        portal: false,
        support: SupportLine { hours_a_day: 8, days_a_week: 5, emergency: false, contact: String::new() },
        accessible: false,
        claims: Vec::new(),
    }
}

/// All questions, in four groups.
pub fn fields(s: &Showroom, lang: Lang, l: &Listing, again: &Again) -> Html {
    let group = |vi: &str, en: &str, parts: &[Html]| kit::fieldset(lang.pick(vi, en), &Html::join(parts));
    Html::join(&[
        group("Giới thiệu", "Introduction", &introduction(s, lang, l, again)),
        group("Dành cho ai", "For whom", &audience(s, lang, l, again)),
        group("Giá", "Price", &price(lang, l, again)),
        group("Dữ liệu, kết nối, hỗ trợ", "Data, integrations, support", &service(s, lang, l, again)),
    ])
}

fn one(again: &Again, lang: Lang, name: &str, vi: &str, en: &str, kept: &str) -> Field {
    again.field(lang, FORM, name, lang.pick(vi, en), kept)
}

fn introduction(s: &Showroom, lang: Lang, l: &Listing, again: &Again) -> Vec<Html> {
    // The English of a text is only kept apart when somebody wrote it.
    let own = |t: &Text| if t.en == t.vi { String::new() } else { t.en.clone() };
    let types = show::types(s, lang);
    let main = l.types.first().map(String::as_str).unwrap_or_default();
    let others: Vec<&str> = l.types.iter().skip(1).map(String::as_str).collect();
    let (main, others) = if types.is_empty() {
        (one(again, lang, "main_type", "Mã loại giải pháp chính", "Code of the main type", main).width("w20").input(), Html::default())
    } else {
        (
            one(again, lang, "main_type", "Loại giải pháp chính", "Main type", main).select(&types),
            again
                .many(lang, FORM, "more_types", lang.pick("Các loại khác giải pháp cũng làm được", "Other types it also covers"), others)
                .optional(true)
                .checkboxes(&types),
        )
    };
    vec![
        one(again, lang, "name_vi", "Tên giải pháp", "Name (Vietnamese)", &l.name.vi).max_length(120).input(),
        one(again, lang, "name_en", "Tên tiếng Anh", "Name (English)", &own(&l.name)).optional(true).max_length(120).input(),
        one(again, lang, "summary_vi", "Tóm tắt: làm được gì, cho ai", "Summary (Vietnamese): what it does, for whom", &l.summary.vi)
            .max_length(1000)
            .textarea(3),
        one(again, lang, "summary_en", "Tóm tắt tiếng Anh", "Summary (English)", &own(&l.summary)).optional(true).max_length(1000).textarea(3),
        main,
        kit::details(lang.pick("Thêm loại giải pháp", "More types"), &others, l.types.len() > 1 || again.failed()),
        one(again, lang, "functions", "Chức năng, mỗi dòng một chức năng", "Functions, one a line", &l.functions.join("\n")).optional(true).textarea(5),
        one(again, lang, "claims", "Lời giới thiệu, mỗi dòng một lời", "Claims, one a line", &l.claims.join("\n"))
            .hint(lang.pick(
                "Ví dụ: Giảm 30 % thời gian nhập liệu. Mỗi lời được tính chỉ khi có minh chứng.",
                "For example: 30 % less data entry. A claim counts only with a proof.",
            ))
            .optional(true)
            .textarea(5),
    ]
}

fn audience(s: &Showroom, lang: Lang, l: &Listing, again: &Again) -> Vec<Html> {
    let terms = &s.catalog.terms;
    let stages: Vec<String> = l.stages.iter().map(u8::to_string).collect();
    let many = |name: &str, vi: &str, en: &str, kept: Vec<&str>| again.many(lang, FORM, name, lang.pick(vi, en), kept);
    let of = |set: &'_ std::collections::BTreeSet<String>| -> Vec<String> { set.iter().cloned().collect() };
    let (sectors, sizes) = (of(&l.sectors), of(&l.sizes));
    vec![
        columns(&many("sectors", "Ngành", "Sectors", sectors.iter().map(String::as_str).collect()).checkboxes(&show::choices(&terms.sectors, lang))),
        many("sizes", "Quy mô", "Size of enterprise", sizes.iter().map(String::as_str).collect()).checkboxes(&show::choices(&terms.sizes, lang)),
        many("stages", "Giai đoạn chuyển đổi số", "Stage of digital transformation", stages.iter().map(String::as_str).collect())
            .checkboxes(&show::choices(&terms.stages, lang)),
    ]
}

fn price(lang: Lang, l: &Listing, again: &Again) -> Vec<Html> {
    let models: Vec<Choice> = PriceModel::ALL.iter().map(|m| Choice::new(m.code(), m.text().get(lang))).collect();
    let money = |d: Dong| if d.0 == 0 { String::new() } else { web::when::number(d.0, Lang::Vi) };
    vec![
        one(again, lang, "price_model", "Cách tính giá", "Price model", l.price.model.code()).select(&models),
        one(again, lang, "price_amount", "Giá, đồng", "Price in đồng", &money(l.price.amount))
            .hint(lang.pick("Đã gồm thuế. Ví dụ: 300.000", "Tax included. For example 300.000"))
            .optional(true)
            .width("w20")
            .input(),
        one(again, lang, "price_setup", "Phí khởi tạo một lần, đồng", "Set-up once, đồng", &money(l.price.setup))
            .optional(true)
            .width("w20")
            .input(),
        one(again, lang, "price_yearly", "Bảo trì mỗi năm (khi mua một lần), đồng", "Maintenance a year (when bought once), đồng", &money(l.price.yearly))
            .optional(true)
            .width("w20")
            .input(),
        again.date(lang, FORM, "price_from", lang.pick("Áp dụng từ ngày", "Holds from"), Some(l.price.from)).date(),
        one(again, lang, "price_note", "Ghi chú về giá", "Note on the price", &l.price.note).optional(true).max_length(300).input(),
    ]
}

fn service(s: &Showroom, lang: Lang, l: &Listing, again: &Again) -> Vec<Html> {
    let terms = &s.catalog.terms;
    let of = |set: &std::collections::BTreeSet<String>| -> Vec<String> { set.iter().cloned().collect() };
    let (hosting, languages, integrations) = (of(&l.hosting), of(&l.languages), of(&l.integrations));
    let many = |name: &str, vi: &str, en: &str, kept: &[String]| again.many(lang, FORM, name, lang.pick(vi, en), kept.iter().map(String::as_str));
    let returns: Vec<Choice> = DataReturn::ALL.iter().map(|m| Choice::new(m.code(), m.text().get(lang))).collect();
    let labels: Vec<Choice> = LabelStatus::ALL.iter().map(|m| Choice::new(m.code(), m.text().get(lang))).collect();
    let tick = |name: &str, vi: &str, en: &str, is: bool, label: (&str, &str)| {
        again.many(lang, FORM, name, lang.pick(vi, en), is.then_some("1")).optional(true).checkboxes(&[Choice::new("1", lang.pick(label.0, label.1))])
    };
    vec![
        many("hosting", "Nơi đặt dữ liệu", "Hosting", &hosting).checkboxes(&show::choices(&terms.hosting, lang)),
        many("languages", "Ngôn ngữ", "Languages", &languages).checkboxes(&show::choices(&terms.languages, lang)),
        columns(&many("integrations", "Kết nối có sẵn", "Integrations", &integrations).optional(true).checkboxes(&show::choices(&terms.integrations, lang))),
        one(again, lang, "data_return", "Trả lại dữ liệu cho khách hàng", "Return of data to the client", l.data_return.code()).select(&returns),
        one(again, lang, "data_return_note", "Định dạng, thời hạn trả dữ liệu", "Format and time of the return", &l.data_return_note)
            .optional(true)
            .max_length(300)
            .input(),
        one(again, lang, "label", "Nhãn nền tảng số (Nghị định 224/2026, Điều 27–28)", "Platform label (Decree 224/2026 Art. 27–28)", l.label.code())
            .select(&labels),
        one(again, lang, "label_number", "Mã nhãn", "Number of the label", &l.label_number).optional(true).width("w20").input(),
        tick(
            "portal",
            "Truy xuất nguồn gốc",
            "Traceability",
            l.portal,
            ("Đã kết nối Cổng truy xuất nguồn gốc quốc gia (cần minh chứng)", "Connected to the national traceability portal (proof needed)"),
        ),
        one(again, lang, "hours", "Giờ hỗ trợ mỗi ngày", "Hours of support a day", &l.support.hours_a_day.to_string()).numeric().width("w2").input(),
        one(again, lang, "days", "Ngày hỗ trợ mỗi tuần", "Days of support a week", &l.support.days_a_week.to_string()).numeric().width("w2").input(),
        tick("emergency", "Khẩn cấp", "Emergency", l.support.emergency, ("Có đường dây trực 24/7", "There is a 24/7 line")),
        one(again, lang, "support_contact", "Kênh hỗ trợ", "Support channel", &l.support.contact).max_length(300).input(),
        tick(
            "accessible",
            "Tiếp cận",
            "Accessibility",
            l.accessible,
            ("Dùng được cho người khuyết tật (bàn phím, trình đọc màn hình)", "Usable by people with disabilities (keyboard, screen reader)"),
        ),
    ]
}

/// What was sent, checked against the catalogue.
pub fn read(s: &Showroom, form: &FormData) -> Result<Listing, Refusal> {
    let f = Sent { form, prefix: FORM };
    let today = s.now().date();
    let mut types = vec![f.text("main_type")];
    types.extend(f.all("more_types"));
    let mut seen = Vec::new();
    types.retain(|t| {
        !t.is_empty() && !seen.contains(t) && {
            seen.push(t.clone());
            true
        }
    });
    let price = Price {
        model: PriceModel::parse(f.get("price_model")).ok_or_else(|| super::forms::wrong("price_model", "Chọn cách tính giá.", "Choose the price model."))?,
        amount: f.money("price_amount")?.unwrap_or_default(),
        setup: f.money("price_setup")?.unwrap_or_default(),
        yearly: f.money("price_yearly")?.unwrap_or_default(),
        from: f.needed_date("price_from")?,
        note: f.text("price_note").chars().take(300).collect(),
    };
    Listing {
        name: Text::new(f.text("name_vi"), f.text("name_en")),
        summary: Text::new(f.text("summary_vi"), f.text("summary_en")),
        sectors: f.all("sectors").into_iter().collect(),
        sizes: f.all("sizes").into_iter().collect(),
        stages: f.all("stages").iter().filter_map(|t| t.parse().ok()).collect(),
        types,
        functions: f.lines("functions"),
        price,
        hosting: f.all("hosting").into_iter().collect(),
        languages: f.all("languages").into_iter().collect(),
        integrations: f.all("integrations").into_iter().collect(),
        data_return: DataReturn::parse(f.get("data_return"))
            .ok_or_else(|| super::forms::wrong("data_return", "Chọn điều khoản trả dữ liệu.", "Choose the terms of data return."))?,
        data_return_note: f.text("data_return_note"),
        label: LabelStatus::parse(f.get("label")).unwrap_or(LabelStatus::None),
        label_number: f.text("label_number"),
        portal: f.ticked("portal"),
        support: SupportLine {
            hours_a_day: f.number("hours")?.unwrap_or(0),
            days_a_week: f.number("days")?.unwrap_or(0),
            emergency: f.ticked("emergency"),
            contact: f.text("support_contact"),
        },
        accessible: f.ticked("accessible"),
        claims: f.lines("claims"),
    }
    .checked(&s.catalog, today)
}

/// A long list of boxes: side by side where there is room.
fn columns(boxes: &Html) -> Html {
    Html(format!("<div class=\"many\">{boxes}</div>"))
}
