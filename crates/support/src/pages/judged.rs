//! The eleven rules and the amounts of a dossier as the examiner sees them.

use super::parts::{Typed, cited, field, share_text, spelled};
use crate::{
    Support,
    catalog::Share,
    dossier::Dossier,
    rules::{Check, Outcome, eligibility::Judged},
};
use kernel::Dong;
use web::{
    html::{Html, esc},
    kit::{self, Column, Line, Mood, Shape, Table},
    visitor::Visitor,
};

pub fn outcome_chip(v: &Visitor, outcome: Outcome) -> Html {
    match outcome {
        Outcome::Passed => kit::chip(Mood::Good, v.pick("Đạt", "Met")),
        Outcome::Failed => kit::chip(Mood::Bad, v.pick("Không đạt", "Not met")),
        Outcome::Declared => kit::chip(Mood::Warn, v.pick("Tự cam kết", "Declared")),
        Outcome::NotApplicable => kit::chip_with(Mood::Info, Shape::Dot, v.pick("Không áp dụng", "Does not apply")),
    }
}

/// One line judged: amounts first, then the rules with their articles.
pub fn line(s: &Support, v: &Visitor, d: &Dossier, i: usize, j: &Judged) -> Html {
    let Some(asked) = d.request.lines.get(i) else { return Html::default() };
    let name = s.rules.content_name(&asked.content);
    let title = format!("{}. {}", i + 1, name.get(v.lang));
    let mut facts = vec![
        Line::new(v.pick("Việc cụ thể", "What exactly"), asked.about.as_str()),
        Line::new(v.pick("Nhà cung cấp", "Supplier"), if asked.supplier.is_empty() { "–" } else { &asked.supplier }),
        Line::new(v.pick("Hợp đồng", "Contract"), if asked.contract.is_empty() { v.pick("chưa có số", "no number yet") } else { &asked.contract }),
        Line::new(v.pick("Giá trị", "Value"), spelled(asked.value, v.lang)),
        Line::new(v.pick("Thành phần", "Parts"), super::ask::parts_text(v, asked)),
        Line::new(v.pick("Đề nghị", "Asked for"), spelled(asked.requested, v.lang)),
    ];
    match &j.chosen {
        Some(c) => {
            let share = share_text(Share { percent: c.percent, cap: c.cap }, c.cap_type, v.lang);
            facts.push(Line::new(v.pick("Mức áp dụng", "Rate"), Html(format!("{} · {}<br>{}", esc(&share), esc(c.who.name().get(v.lang)), cited(v, &c.basis)))));
            let taken = Dong(j.portions.iter().map(|p| p.taken.0).sum());
            facts.push(Line::new(v.pick("Đã cam kết và chi trong trần này", "Committed and paid under this cap"), spelled(taken, v.lang)));
            let formula = &s.rules.procedure.formula.legal_basis;
            facts.push(Line::new(
                v.pick("Tính được", "Computed"),
                Html(format!("<b>{}</b> = {} {}", spelled(j.state, v.lang), v.pick("min(đề nghị, tỷ lệ × giá trị, trần − đã dùng)", "min(asked, rate × value, cap − taken)"), super::parts::verified(v, formula))),
            ));
            facts.push(Line::new(v.pick("Nguồn khác", "Other money"), spelled(j.other, v.lang)));
        }
        None => facts.push(Line::new(v.pick("Mức áp dụng", "Rate"), kit::chip(Mood::Bad, v.pick("Không có", "None")))),
    }
    let portions = if j.portions.len() > 1 { portions(v, j) } else { Html::default() };
    Html(format!("<section class=\"card\"><h2>{}</h2>{}{portions}{}</section>", esc(&title), kit::summary_list(&facts), checks(v, &j.checks, &title)))
}

fn portions(v: &Visitor, j: &Judged) -> Html {
    let rows = j
        .portions
        .iter()
        .map(|p| vec![Html::text(p.period.trim_start_matches("month:")), Html::text(&p.value.to_string()), Html::text(&p.taken.to_string()), Html::text(&p.amount.to_string())])
        .collect();
    kit::table(&Table {
        caption: v.pick("Từng tháng", "Month by month").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Tháng", "Month")),
            Column::num(v.pick("Giá trị", "Value")),
            Column::num(v.pick("Đã dùng", "Taken")),
            Column::num(v.pick("Tính được", "Computed")),
        ],
        rows,
        empty: String::new(),
    })
}

/// A reason in words. An address in it may break anywhere, so that it does not make the table wider than the screen.
fn reason(text: &str) -> Html {
    let words: Vec<String> = text.split(' ').map(|w| if w.contains("://") { format!("<code>{}</code>", esc(w)) } else { esc(w) }).collect();
    Html(words.join(" "))
}

fn checks(v: &Visitor, checks: &[Check], of: &str) -> Html {
    let rows = checks
        .iter()
        .map(|c| {
            let articles: Vec<Html> = c.articles.iter().map(|a| cited(v, a)).collect();
            vec![
                Html(format!("{}. {}", c.rule, esc(c.name.get(v.lang)))),
                outcome_chip(v, c.outcome),
                reason(c.reason.get(v.lang)),
                kit::bullets(&articles),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: format!("{}: {of}", v.pick("Mười một quy tắc", "The eleven rules")),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Quy tắc", "Rule")),
            Column::text(v.pick("Kết quả", "Outcome")),
            Column::text(v.pick("Lý do", "Reason")),
            Column::text(v.pick("Căn cứ", "Article")),
        ],
        rows,
        empty: String::new(),
    })
}

/// The amount fields of an approval: what was computed, to be lowered with a reason in the notice.
pub fn limits(s: &Support, v: &Visitor, d: &Dossier, judged: &[Judged], typed: Option<&Typed<'_>>) -> Html {
    let mut out = Html::default();
    for (i, (l, j)) in d.request.lines.iter().zip(judged).enumerate() {
        let label = format!("{} {}. {}", v.pick("Nhà nước chi:", "The state pays:"), i + 1, s.rules.content_name(&l.content).get(v.lang));
        let name = format!("limit.{i}");
        let mut f = field(v, "approve", &name, &label, typed).hint(format!("{} {}", v.pick("Nhiều nhất", "At most"), j.state)).width("w20").autocomplete("off");
        if f.values.is_empty() {
            f = f.value(j.state.to_string());
        }
        out.push(&f.input());
    }
    out
}
