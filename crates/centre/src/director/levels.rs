//! Levels and how they changed: by framework and trust tier, never mixed.

use super::figures::count;
use crate::{
    Centre,
    assess::tier_word,
    enterprise::level_word,
    views::{Placed, Transition},
};
use kernel::text::Lang;
use std::collections::{BTreeMap, BTreeSet};
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Table},
    when,
};

fn code(level: Option<i64>) -> String {
    level.map_or_else(|| "none".to_owned(), |l| l.to_string())
}

/// The name of a framework as shown; of one no longer in the catalogue, its code.
pub fn framework_name(c: &Centre, code: &str, lang: Lang) -> String {
    c.frameworks.latest(code).map_or_else(|| code.to_owned(), |f| f.name.get(lang).to_owned())
}

/// Who stands at which level; a share is of the enterprises of the same framework and trust tier.
pub fn table(c: &Centre, mut placed: Vec<Placed>, lang: Lang) -> Html {
    // Those without a result come last.
    placed.sort_by_key(|p| (p.framework.is_none(), p.framework.clone(), p.tier.clone(), p.level));
    let base = |of: &Placed| placed.iter().filter(|p| p.framework == of.framework && p.tier == of.tier).map(|p| p.n).sum::<i64>();
    let none = || Html("–".to_owned());
    let rows = placed
        .iter()
        .map(|p| {
            let part = |t: &Option<String>| t.as_deref().map_or_else(|| "none".to_owned(), url_part);
            let href = format!("/centre/director/enterprises?level={}&framework={}&tier={}", code(p.level), part(&p.framework), part(&p.tier));
            vec![
                p.framework.as_deref().map_or_else(|| Html::text(lang.pick("Chưa có kết quả, hoặc kết quả chưa ghi bộ tiêu chí", "No result, or one without its framework")), |f| Html::text(&framework_name(c, f, lang))),
                p.tier.as_deref().map_or_else(none, |t| Html::text(tier_word(t, lang))),
                level_word(p.level, lang),
                count(&href, p.n, lang),
                when::rate(p.n, base(p), lang.pick("đơn vị cùng bộ tiêu chí, cùng mức tin cậy", "enterprises of the same framework and trust"), lang),
            ]
        })
        .collect();
    kit::card(
        "",
        &kit::table(&Table {
            caption: lang.pick("Mức độ chuyển đổi số (kết quả mới nhất), theo bộ tiêu chí và mức tin cậy", "Digital levels (newest results), by framework and trust tier").to_owned(),
            columns: vec![
                Column::text(lang.pick("Bộ tiêu chí", "Framework")),
                Column::text(lang.pick("Mức tin cậy", "Trust")),
                Column::text(lang.pick("Mức", "Level")),
                Column::num(lang.pick("Đơn vị", "Enterprises")),
                Column::num(lang.pick("Tỷ lệ", "Share")),
            ],
            rows,
            ..Table::default()
        }),
    )
}

/// A card for each framework and pair of trust tiers in which somebody was assessed twice.
pub fn transitions(c: &Centre, all: &[Transition], lang: Lang) -> Html {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&Transition>> = BTreeMap::new();
    for t in all {
        groups.entry((&t.framework, &t.tier_from, &t.tier_to)).or_default().push(t);
    }
    let caption = lang.pick("Chuyển mức giữa hai lần đánh giá cùng bộ tiêu chí", "Change of level between two rounds of one framework");
    if groups.is_empty() {
        let table = kit::table(&Table {
            caption: caption.to_owned(),
            columns: vec![Column::text(lang.pick("Lần trước", "Earlier"))],
            empty: lang.pick("Chưa có đơn vị nào đánh giá hai lần.", "No enterprise has been assessed twice yet.").to_owned(),
            ..Table::default()
        });
        return kit::card("", &table);
    }
    let card = |((framework, before, after), group): (&(&str, &str, &str), &Vec<&Transition>)| {
        let tiers = if before == after {
            format!("{} {}", lang.pick("cả hai lần", "both times"), tier_word(before, lang))
        } else {
            let warn = lang.pick("khác mức tin cậy, không so sánh trực tiếp được", "different trust, not to be compared directly");
            format!("{} → {} ({warn})", tier_word(before, lang), tier_word(after, lang))
        };
        matrix(&format!("{caption}: {}; {tiers}", framework_name(c, framework, lang)), group, lang).0
    };
    Html(groups.iter().map(card).collect())
}

/// From which level to which: a row for each level before, a column for each after, and in each cell who moved so.
fn matrix(caption: &str, group: &[&Transition], lang: Lang) -> Html {
    let known: BTreeSet<Option<i64>> = group.iter().flat_map(|t| [t.from, t.to]).collect();
    let word = |l: Option<i64>| level_word(l, lang).0;
    let cell = |from: Option<i64>, to: Option<i64>| {
        let Some(t) = group.iter().find(|t| t.from == from && t.to == to) else { return Html("<span class=\"muted\">0</span>".to_owned()) };
        let (arrow, shift) = match (from, to) {
            (Some(a), Some(b)) if b > a => ("↑ ", lang.pick("lên", "up")),
            (Some(a), Some(b)) if b < a => ("↓ ", lang.pick("xuống", "down")),
            (Some(_), Some(_)) => ("", lang.pick("giữ nguyên", "same")),
            _ => ("", lang.pick("một lần chưa xếp mức", "one without level")),
        };
        let of = format!("framework={}&tier={}&later={}", url_part(&t.framework), url_part(&t.tier_from), url_part(&t.tier_to));
        let href = format!("/centre/director/moved?from={}&to={}&{of}", code(from), code(to));
        Html(format!("<a href=\"{}\">{arrow}{}<span class=\"vh\"> {shift}</span></a>", esc(&href), when::number(t.n, lang)))
    };
    let rows = known
        .iter()
        .filter(|from| group.iter().any(|t| t.from == **from))
        .map(|from| std::iter::once(Html(format!("{} {}", lang.pick("Từ", "From"), word(*from).to_lowercase()))).chain(known.iter().map(|to| cell(*from, *to))).collect())
        .collect();
    let mut columns = vec![Column::text(lang.pick("Lần trước", "Earlier"))];
    columns.extend(known.iter().map(|to| Column::num(match to {
        Some(n) => format!("{} {n}", lang.pick("Đến mức", "To level")),
        None => lang.pick("Chưa có mức", "No level").to_owned(),
    })));
    let (up, same, down) = group.iter().fold((0, 0, 0), |(up, same, down), t| match (t.from, t.to) {
        (Some(a), Some(b)) if b > a => (up + t.n, same, down),
        (Some(a), Some(b)) if b < a => (up, same, down + t.n),
        (Some(_), Some(_)) => (up, same + t.n, down),
        _ => (up, same, down),
    });
    let of = |n: i64| when::rate(n, up + same + down, lang.pick("lượt có mức cả hai lần", "pairs with a level both times"), lang);
    let sum = format!("<p>{} {} · {} {} · {} {}</p>", lang.pick("Lên mức:", "Up:"), of(up), lang.pick("giữ nguyên:", "same:"), of(same), lang.pick("xuống:", "down:"), of(down));
    let table = kit::table(&Table { caption: caption.to_owned(), columns, rows, ..Table::default() });
    kit::card("", &Html(format!("{table}{sum}")))
}
