//! Known in advance: how the ranking works, what is checked, for what a solution is suspended.

use super::show;
use crate::{
    Showroom,
    catalog::{Criterion, Sanction},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::text::Lang;
use web::{
    html::{Html, esc},
    kit::{self, Column, Table},
    page::Shell,
    visitor::Visitor,
    when,
};

pub async fn ranking(State(s): State<Showroom>, v: Visitor) -> Response {
    let (lang, r) = (v.lang, &s.catalog.rules);
    let mut rows = vec![vec![
        Html(format!("<b>{}</b><br><span class=\"muted\">{}</span>", esc(r.gaps.name.get(lang)), esc(r.gaps.about.get(lang)))),
        Html(show::percent(i64::from(r.gaps.weight), lang)),
        Html::text(&match lang {
            Lang::Vi => format!(
                "đúng giai đoạn {}; giai đoạn khác {}; không thuộc loại cần 0 %",
                show::percent(i64::from(r.gaps.at_stage), lang),
                show::percent(i64::from(r.gaps.other_stage), lang)
            ),
            Lang::En => format!(
                "at the stage {}; at another stage {}; not of the type 0 %",
                show::percent(i64::from(r.gaps.at_stage), lang),
                show::percent(i64::from(r.gaps.other_stage), lang)
            ),
        }),
    ]];
    rows.extend(r.criteria.iter().map(|c| {
        vec![
            Html(format!(
                "<b>{}</b><br><span class=\"muted\">{}</span>{}",
                esc(c.name.get(lang)),
                esc(c.about.get(lang)),
                c.legal_basis.as_ref().map_or_else(String::new, |b| format!("<br>{}", show::basis(b, lang)))
            )),
            Html(show::percent(i64::from(c.weight), lang)),
            Html::text(&anchors(c, lang)),
        ]
    }));
    let criteria = kit::table(&Table {
        caption: lang.pick("Tiêu chí, trọng số mặc định và mốc cố định", "Criteria, default weights and fixed anchors").into(),
        columns: vec![
            Column::text(lang.pick("Tiêu chí", "Criterion")),
            Column::num(lang.pick("Trọng số", "Weight")),
            Column::text(lang.pick("Mốc (0 % = không chấp nhận được, 100 % = đạt đủ)", "Anchors (0 % = unacceptable, 100 % = fully meets)")),
        ],
        rows,
        ..Table::default()
    });
    let title = lang.pick("Cách xếp hạng gợi ý", "How ranking works");
    let main = Html(format!(
        "<h1>{title}</h1><p class=\"lead\">{}</p>{}{criteria}<h2>{}</h2>{}<h2>{}</h2>{}<h2>{}</h2><p>{}</p><p>{}</p><h2>{}</h2>{}<p class=\"muted\">{} {} · {}</p>",
        esc(r.about.get(lang)),
        steps(lang),
        lang.pick("Điều kiện bắt buộc", "Hard conditions"),
        kit::bullets(&crate::rank::Barrier::ALL.map(|b| Html::text(b.text().get(lang)))),
        lang.pick("Độ vững của thứ tự", "How firm the order is"),
        kit::para(&robust(&s, lang)),
        esc(r.exploration.name.get(lang)),
        esc(r.exploration.about.get(lang)),
        esc(&shrink(&s, lang)),
        lang.pick("Căn cứ", "Basis"),
        show::bases(&r.legal_basis, lang),
        lang.pick("Phiên bản", "Version"),
        esc(&r.version),
        when::day(r.effective.from, lang),
    ));
    Shell::new(&v, title, main).back("/showroom", lang.pick("Showroom", "Showroom")).render().into_response()
}

fn steps(lang: Lang) -> Html {
    let steps = [
        (
            "Lấy khoảng trống, ngành, quy mô, ngân sách từ hồ sơ của doanh nghiệp; chủ doanh nghiệp sửa được mọi mục và mọi trọng số.",
            "Gaps, sector, size and budget come from the enterprise's record; the owner may change each of them and every weight.",
        ),
        (
            "Loại những giải pháp không đạt điều kiện bắt buộc, nói rõ vì điều kiện nào.",
            "Solutions that miss a hard condition are left out, and the condition is named.",
        ),
        ("Chấm từng tiêu chí theo mốc cố định, nhân trọng số, cộng lại.", "Each criterion is read against fixed anchors, weighted and added up."),
        ("Thêm hay bớt một sản phẩm không làm đảo thứ tự của các sản phẩm khác.", "Adding or removing a product never turns the order of the others."),
        (
            "Không có vị trí trả tiền. Kết quả lưu kèm dữ liệu, trọng số, phiên bản và hạt giống để tính lại được sau nhiều năm.",
            "No place is paid for. The result is stored with data, weights, version and seed, so that it can be made again years later.",
        ),
        ("Một người quyết định; hồ sơ ghi ai và vì sao.", "A person decides; the record says who and why."),
    ];
    let items: String = steps.iter().map(|(vi, en)| format!("<li>{}</li>", lang.pick(vi, en))).collect();
    Html(format!("<ol>{items}</ol>"))
}

fn anchors(c: &Criterion, lang: Lang) -> String {
    if c.measure.is_table() {
        let mut rows: Vec<(&String, &u32)> = c.table.iter().collect();
        rows.sort_by_key(|(_, v)| **v);
        return rows.iter().map(|(code, value)| format!("{} → {}", level(code, lang), show::percent(i64::from(**value), lang))).collect::<Vec<_>>().join("; ");
    }
    let count = matches!(c.measure, crate::catalog::Measure::ReferencesInSector);
    let at = |n: i64| if count { n.to_string() } else { show::percent(n, lang) };
    let mut text = c.anchors.iter().map(|a| format!("{} → {}", at(a.at), show::percent(i64::from(a.value), lang))).collect::<Vec<_>>().join("; ");
    text.push_str(&format!("; {} → {}", lang.pick("chưa rõ", "not known"), show::percent(i64::from(c.unknown), lang)));
    text
}

/// The words behind the codes of the tables.
fn level(code: &str, lang: Lang) -> String {
    let known = crate::listing::DataReturn::parse(code)
        .filter(|d| *d != crate::listing::DataReturn::None)
        .map(crate::listing::DataReturn::text)
        .or_else(|| crate::listing::LabelStatus::parse(code).filter(|l| *l != crate::listing::LabelStatus::None).map(crate::listing::LabelStatus::text));
    if let Some(text) = known {
        return text.get(lang).to_owned();
    }
    match code {
        "none" => lang.pick("không có", "none"),
        "below_business" => lang.pick("dưới 8 giờ × 5 ngày", "below 8 h × 5 days"),
        "business" => lang.pick("8 giờ × 5 ngày", "8 h × 5 days"),
        "business_and_emergency" => lang.pick("8 giờ × 5 ngày và đường dây khẩn 24/7", "8 h × 5 days and a 24/7 emergency line"),
        "round_the_clock" => lang.pick("24 giờ × 7 ngày", "24 h × 7 days"),
        other => other,
    }
    .to_owned()
}

fn robust(s: &Showroom, lang: Lang) -> String {
    let r = &s.catalog.rules.robustness;
    let (spread, tie) = (show::percent(i64::from(r.spread), lang), show::percent(i64::from(r.tie) * 10, lang));
    match lang {
        Lang::Vi => format!(
            "Trọng số được lắc ±{spread} trong {} lần với hạt giống đã lưu, trong nhóm {} giải pháp đầu. Hai giải pháp liền nhau mà giải pháp dưới vượt lên từ {tie} số lần được gọi là ngang nhau.",
            r.draws, r.field
        ),
        Lang::En => format!(
            "The weights are shaken by ±{spread} in {} draws with a stored seed, among the best {}. Two neighbours are called a tie when the lower is ahead in {tie} of the draws or more.",
            r.draws, r.field
        ),
    }
}

fn shrink(s: &Showroom, lang: Lang) -> String {
    let r = &s.catalog.rules.shrinkage;
    match lang {
        Lang::Vi => format!(
            "Kết quả đo được dùng (n·x̄ + k·μ)/(n + k) với k = {}, μ = {} (KPI) và {} (còn dùng); μ là hằng số có ngày, không phải trung bình của danh sách đang xét.",
            r.k,
            show::percent(r.change, lang),
            show::percent(r.kept, lang)
        ),
        Lang::En => format!(
            "Measured outcomes count as (n·x̄ + k·μ)/(n + k) with k = {}, μ = {} (KPI) and {} (still in use); μ is a dated constant, not the mean of the list at hand.",
            r.k,
            show::percent(r.change, lang),
            show::percent(r.kept, lang)
        ),
    }
}

pub async fn rules(State(s): State<Showroom>, v: Visitor) -> Response {
    let (lang, c) = (v.lang, &s.catalog);
    let basis = |b: Option<&kernel::catalog::LegalBasis>| b.map_or_else(Html::default, |b| show::basis(b, lang));
    let checklist = c
        .vetting
        .checklist
        .iter()
        .map(|i| {
            let proofs: Vec<&str> = i.proofs.iter().filter_map(|p| c.proofs.get(p)).map(|k| k.name.get(lang)).collect();
            vec![
                show::text(&i.name, lang),
                Html::text(lang.pick(if i.must { "bắt\u{a0}buộc" } else { "khi\u{a0}có\u{a0}khai" }, if i.must { "required" } else { "when claimed" })),
                Html::text(&proofs.join(", ")),
                basis(i.legal_basis.as_ref()),
            ]
        })
        .collect();
    let suspension = c
        .suspension
        .rules
        .iter()
        .map(|r| {
            let effect = match (r.effect, lang) {
                (Sanction::Suspend, _) => lang.pick("tạm dừng", "suspended").to_owned(),
                (Sanction::Withdraw, Lang::Vi) => format!("gỡ; nhà cung cấp không gửi mới trong {} ngày", r.bar_days),
                (Sanction::Withdraw, Lang::En) => format!("withdrawn; the provider may not submit for {} days", r.bar_days),
            };
            vec![show::text(&r.name, lang), Html::text(&effect), show::text(&r.lifted, lang), basis(r.legal_basis.as_ref())]
        })
        .collect();
    let proofs = c
        .proofs
        .kinds
        .iter()
        .map(|k| {
            let expiry = match (k.expiry, k.valid_days, lang) {
                (crate::catalog::Expiry::Required, ..) => lang.pick("như ghi trên giấy", "as the paper says").to_owned(),
                (crate::catalog::Expiry::Never, ..) => lang.pick("không thời hạn", "no end").to_owned(),
                (_, days, Lang::Vi) => format!("{} ngày từ ngày cấp, nếu giấy không ghi", days.unwrap_or(0)),
                (_, days, Lang::En) => format!("{} days from issue unless the paper says", days.unwrap_or(0)),
            };
            vec![show::text(&k.name, lang), show::text(&k.about, lang), Html::text(&expiry), basis(k.legal_basis.as_ref())]
        })
        .collect();
    let table = |vi: &str, en: &str, columns: [(&str, &str); 4], rows| {
        kit::table(&Table {
            caption: lang.pick(vi, en).into(),
            caption_hidden: true,
            columns: columns.iter().map(|(vi, en)| Column::text(lang.pick(vi, en))).collect(),
            rows,
            ..Table::default()
        })
    };
    let spans = match lang {
        Lang::Vi => format!(
            "Trung tâm đặt mục tiêu kiểm tra xong trong {} ngày. Khiếu nại trong {} ngày từ quyết định; người khác với người ra quyết định trả lời, mục tiêu {} ngày.",
            c.vetting.spans.check, c.vetting.spans.appeal, c.vetting.spans.appeal_answer
        ),
        Lang::En => format!(
            "The centre aims to finish the check in {} days. Appeal within {} days of a decision; somebody other than who took it answers, aiming at {} days.",
            c.vetting.spans.check, c.vetting.spans.appeal, c.vetting.spans.appeal_answer
        ),
    };
    let title = lang.pick("Quy tắc của showroom", "Rules of the showroom");
    let main = Html(format!(
        "<h1>{title}</h1><p class=\"lead\">{}</p><p>{}</p><h2>{}</h2>{}<h2>{}</h2>{}<h2>{}</h2>{}<h2>{}</h2>{}",
        lang.pick(
            "Ai cũng biết trước: điều gì được kiểm tra, khi nào bị tạm dừng, khiếu nại thế nào.",
            "Known to everybody in advance: what is checked, when a solution is suspended, how to appeal."
        ),
        esc(&spans),
        lang.pick("Danh mục kiểm tra", "Checklist"),
        table("Danh mục kiểm tra", "Checklist", [("Mục", "Item"), ("Mức", "Level"), ("Minh chứng", "Proof"), ("Căn cứ", "Basis")], checklist),
        lang.pick("Tạm dừng và gỡ", "Suspension and withdrawal"),
        table(
            "Quy tắc tạm dừng",
            "Rules of suspension",
            [("Khi nào", "When"), ("Hệ quả", "Consequence"), ("Cách kết thúc", "How it ends"), ("Căn cứ", "Basis")],
            suspension
        ),
        lang.pick("Loại minh chứng", "Kinds of proof"),
        table("Loại minh chứng", "Kinds of proof", [("Loại", "Kind"), ("Là gì", "What it is"), ("Thời hạn", "Holds"), ("Căn cứ", "Basis")], proofs),
        lang.pick("Căn cứ chung", "General basis"),
        show::bases(&c.vetting.legal_basis, lang),
    ));
    Shell::new(&v, title, main).back("/showroom", lang.pick("Showroom", "Showroom")).render().into_response()
}
