//! Pieces that several pages show alike.

use crate::{
    Showroom,
    catalog::{Term, name},
    listing::{Listing, Price, PriceModel},
    solution::Stage,
};
use kernel::{Text, catalog::LegalBasis, text::Lang, time::Date};
use web::{
    html::{Html, esc},
    kit::{self, Choice, Line, Mood},
    when,
};

/// A citation; what nobody has checked says so.
pub fn basis(b: &LegalBasis, lang: Lang) -> Html {
    let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", lang.pick("chưa đối chiếu", "not verified")) };
    let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
    Html(format!("{}{note}{mark}", esc(&b.to_string())))
}

pub fn bases(all: &[LegalBasis], lang: Lang) -> Html {
    kit::bullets(&all.iter().map(|b| basis(b, lang)).collect::<Vec<_>>())
}

pub fn text(t: &Text, lang: Lang) -> Html {
    Html::text(t.get(lang))
}

pub fn stage_chip(stage: Stage, lang: Lang) -> Html {
    let mood = match stage {
        Stage::Listed => Mood::Good,
        Stage::Draft | Stage::Submitted | Stage::Checking => Mood::Info,
        Stage::Suspended => Mood::Warn,
        Stage::Withdrawn => Mood::Bad,
    };
    kit::chip(mood, stage.text().get(lang))
}

/// Choices of a list of the catalogue.
pub fn choices(list: &[Term], lang: Lang) -> Vec<Choice> {
    list.iter().map(|t| Choice::new(t.code.as_str(), t.name.get(lang))).collect()
}

/// Types as choices; without a loaded list there is nothing to offer.
pub fn types(s: &Showroom, lang: Lang) -> Vec<Choice> {
    choices(&s.catalog.types, lang)
}

pub fn named<'a>(list: &[Term], codes: impl IntoIterator<Item = &'a String>, lang: Lang) -> String {
    codes.into_iter().map(|c| name(list, c, lang)).collect::<Vec<_>>().join(", ")
}

/// A price in one line, with its day.
pub fn price(p: &Price, lang: Lang) -> String {
    let model = p.model.text();
    let amount = match p.model {
        PriceModel::Free | PriceModel::OnRequest => String::new(),
        _ => format!(": {}", p.amount),
    };
    let setup = if p.setup.0 > 0 { format!("; {} {}", lang.pick("khởi tạo", "set-up"), p.setup) } else { String::new() };
    let yearly = if p.yearly.0 > 0 { format!("; {} {}", lang.pick("bảo trì mỗi năm", "maintenance a year"), p.yearly) } else { String::new() };
    format!("{}{amount}{setup}{yearly} ({} {})", model.get(lang), lang.pick("áp dụng từ", "from"), when::day(p.from, lang))
}

/// The facts of a listing as questions and answers. `portal`, `label`: whether an accepted proof in date stands behind them.
pub fn facts(s: &Showroom, l: &Listing, lang: Lang, portal: bool, label: bool) -> Html {
    let terms = &s.catalog.terms;
    let claimed = |proven: bool| {
        if proven {
            kit::chip(Mood::Good, lang.pick("có minh chứng còn hạn", "proven, in date"))
        } else {
            kit::chip(Mood::Warn, lang.pick("chưa có minh chứng còn hạn", "no proof in date"))
        }
    };
    let stages: Vec<String> = l.stages.iter().map(u8::to_string).collect();
    let yes_no = |b: bool| lang.pick(if b { "Có" } else { "Không" }, if b { "Yes" } else { "No" }).to_owned();
    let support = format!(
        "{} {} × {} {}{} – {}",
        l.support.hours_a_day,
        lang.pick("giờ", "hours"),
        l.support.days_a_week,
        lang.pick("ngày", "days"),
        if l.support.emergency { lang.pick("; đường dây khẩn 24/7", "; 24/7 emergency line") } else { "" },
        l.support.contact
    );
    let label_value = match l.label {
        crate::listing::LabelStatus::Granted => Html(format!("{} {} {}", esc(l.label.text().get(lang)), esc(&l.label_number), claimed(label))),
        other => Html::text(other.text().get(lang)),
    };
    let portal_value = if l.portal { Html(format!("{} {}", yes_no(true), claimed(portal))) } else { Html(yes_no(false)) };
    kit::summary_list(&[
        Line::new(lang.pick("Loại giải pháp", "Type"), Html::text(&named(&s.catalog.types, &l.types, lang))),
        Line::new(lang.pick("Ngành", "Sectors"), Html::text(&named(&terms.sectors, &l.sectors, lang))),
        Line::new(lang.pick("Giai đoạn", "Stages"), Html::text(&named(&terms.stages, &stages, lang))),
        Line::new(lang.pick("Quy mô", "Size of enterprise"), Html::text(&named(&terms.sizes, &l.sizes, lang))),
        Line::new(lang.pick("Giá", "Price"), Html(format!("{}{}", esc(&price(&l.price, lang)), note(&l.price.note)))),
        Line::new(lang.pick("Nơi đặt dữ liệu", "Hosting"), Html::text(&named(&terms.hosting, &l.hosting, lang))),
        Line::new(lang.pick("Ngôn ngữ", "Languages"), Html::text(&named(&terms.languages, &l.languages, lang))),
        Line::new(lang.pick("Kết nối", "Integrations"), Html::text(&named(&terms.integrations, &l.integrations, lang))),
        Line::new(lang.pick("Trả lại dữ liệu", "Return of data"), Html(format!("{}{}", esc(l.data_return.text().get(lang)), note(&l.data_return_note)))),
        Line::new(lang.pick("Nhãn nền tảng số", "Platform label"), label_value),
        Line::new(lang.pick("Kết nối Cổng truy xuất nguồn gốc quốc gia", "Connected to the national traceability portal"), portal_value),
        Line::new(lang.pick("Hỗ trợ", "Support"), Html::text(&support)),
        Line::new(lang.pick("Dùng được cho người khuyết tật", "Accessible"), Html(yes_no(l.accessible))),
    ])
}

fn note(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<br><span class=\"muted\">{}</span>", esc(text)) }
}

/// Until when something holds, in a chip.
pub fn until(date: Option<Date>, today: Date, lang: Lang) -> Html {
    match date {
        None => Html::text(lang.pick("không thời hạn", "no end")),
        Some(d) if d < today => Html(format!("{} {}", esc(&when::day(d, lang)), kit::chip(Mood::Bad, lang.pick("hết hạn", "expired")))),
        Some(d) => Html::text(&when::day(d, lang)),
    }
}

/// How old data is, in whole days or months.
pub fn age(since: Date, today: Date, lang: Lang) -> String {
    let days = since.until(today).map_or(0, |s| s.get_days()).max(0);
    match (days, lang) {
        (0, _) => lang.pick("hôm nay", "today").to_owned(),
        (1..60, Lang::Vi) => format!("{days} ngày trước"),
        (1..60, Lang::En) => format!("{days} days ago"),
        (_, Lang::Vi) => format!("{} tháng trước", days / 30),
        (_, Lang::En) => format!("{} months ago", days / 30),
    }
}

/// A figure of 10,000 as a percentage with one place; number and sign stay on one line.
pub fn percent(of_ten_thousand: i64, lang: Lang) -> String {
    let tenths = (of_ten_thousand.abs() + 5) / 10;
    let sign = if of_ten_thousand < 0 && tenths > 0 { "−" } else { "" };
    format!("{sign}{}{}{}\u{a0}%", tenths / 10, lang.pick(",", "."), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::time::date;

    #[test]
    fn figures_read_as_people_say_them() {
        assert_eq!(percent(8024, Lang::Vi), "80,2\u{a0}%");
        assert_eq!(percent(-155, Lang::En), "−1.6\u{a0}%");
        assert_eq!(percent(-4, Lang::En), "0.0\u{a0}%");
        assert_eq!(age(date(2026, 11, 1), date(2026, 11, 21), Lang::Vi), "20 ngày trước");
        assert_eq!(age(date(2026, 1, 1), date(2026, 11, 21), Lang::En), "10 months ago");
    }
}
