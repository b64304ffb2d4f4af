//! Advice on one page: the order, why, how firm it is, what was left out, what would change it.

use super::{choice, choice_forms::criterion_name, id, show};
use crate::{
    Showroom,
    acts::{advice, choices::Found},
    choice::Choice,
    rank::{Advice, Barrier, Explained, NoMatch, Part},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::text::Lang;
use std::collections::BTreeMap;
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// The short form for the page of the choice.
pub(super) fn summary(s: &Showroom, v: &Visitor, c: &Choice, a: &Advice, here: &str, open: bool) -> Html {
    let lang = v.lang;
    if let Some(none) = a.no_match {
        return no_match(none, lang);
    }
    let rows = a
        .shown
        .iter()
        .chain(&a.exploration)
        .map(|e| {
            let act = if open && c.shortlisted(e.solution).is_none() {
                let body = Html::join(&[
                    kit::hidden("shortlist.solution", &e.solution.to_string()),
                    kit::hidden("shortlist.reason", reason(s, a, e, lang).as_str()),
                    Html(format!(
                        "<button class=\"btn quiet small\">{}<span class=\"vh\"> {}</span></button>",
                        lang.pick("Đưa vào danh sách ngắn", "Put on the shortlist"),
                        esc(&e.name)
                    )),
                ]);
                kit::form(v, &format!("{here}/acts/shortlist"), &body)
            } else {
                Html::default()
            };
            vec![
                place(e, lang),
                Html(format!("<a href=\"/showroom/solutions/{}\">{}</a><br><span class=\"muted\">{}</span>", e.solution, esc(&e.name), esc(&e.provider_name))),
                Html(show::percent(i64::from(e.score), lang)),
                firm(e, lang),
                named(s, e, &e.strongest, lang),
                named(s, e, &e.weakest, lang),
                act,
            ]
        })
        .collect();
    let columns = [
        ("Thứ tự", "Place", false),
        ("Giải pháp", "Solution", false),
        ("Điểm", "Score", true),
        ("Đứng đầu khi lắc trọng số", "First when weights are shaken", true),
        ("Mạnh nhất", "Strongest", false),
        ("Yếu nhất", "Weakest", false),
        ("Việc", "Act", false),
    ];
    let table = kit::table(&Table {
        caption: lang.pick("Gợi ý gần nhất", "The last advice").into(),
        columns: columns.into_iter().map(|(vi, en, num)| Column { label: lang.pick(vi, en).into(), num }).collect(),
        rows,
        ..Table::default()
    });
    let note = match lang {
        Lang::Vi => format!("Xét {} giải pháp, {} đạt mọi điều kiện. Không bán thứ hạng. Dữ liệu ngày {}.", a.considered, a.passed, when::day(a.on, lang)),
        Lang::En => {
            format!("{} solutions considered, {} met every condition. No place is for sale. Data of {}.", a.considered, a.passed, when::day(a.on, lang))
        }
    };
    Html(format!("{table}<p class=\"muted\">{}</p>", esc(&note)))
}

/// A word for the record of why it was put on the shortlist from here.
fn reason(s: &Showroom, a: &Advice, e: &Explained, lang: Lang) -> String {
    let strong: Vec<String> = e.strongest.iter().filter_map(|i| e.parts.get(*i)).map(|p| criterion_name(s, &p.code, lang)).collect();
    match lang {
        Lang::Vi => format!("Theo gợi ý ngày {}: {}", when::day(a.on, lang), strong.join("; ")),
        Lang::En => format!("From the advice of {}: {}", when::day(a.on, lang), strong.join("; ")),
    }
}

fn place(e: &Explained, lang: Lang) -> Html {
    match (e.rank, e.tie_with_above) {
        (0, _) => kit::chip(Mood::Info, lang.pick("Mới – suất giới thiệu", "New – exploration slot")),
        (n, true) => Html(format!("{n} {}", kit::chip(Mood::Info, lang.pick("ngang với giải pháp trên", "tied with the one above")))),
        (n, false) => Html(n.to_string()),
    }
}

fn firm(e: &Explained, lang: Lang) -> Html {
    if e.draws == 0 { Html::text("–") } else { when::rate(i64::from(e.first), i64::from(e.draws), lang.pick("lần", "draws"), lang) }
}

fn named(s: &Showroom, e: &Explained, places: &[usize], lang: Lang) -> Html {
    let parts: Vec<Html> = places
        .iter()
        .filter_map(|i| e.parts.get(*i))
        .map(|p| Html(format!("{} ({})", esc(&criterion_name(s, &p.code, lang)), show::percent(i64::from(p.value), lang))))
        .collect();
    if parts.is_empty() { Html::text("–") } else { kit::bullets(&parts) }
}

fn no_match(none: NoMatch, lang: Lang) -> Html {
    let (vi, en) = match none {
        NoMatch::NoGaps => (
            "Chưa biết doanh nghiệp thiếu loại giải pháp nào. Hãy làm bài tự đánh giá hoặc nêu khoảng trống trong phần yêu cầu.",
            "It is not known what the enterprise lacks. Assess first, or state the gaps in the requirements.",
        ),
        NoMatch::AllFiltered => (
            "Không giải pháp nào đạt mọi điều kiện bắt buộc. Xem bên dưới điều kiện nào loại nhiều nhất; nới một điều kiện hoặc hỏi tư vấn viên.",
            "No solution meets every hard condition. See which condition leaves out most; relax one, or ask a consultant.",
        ),
        NoMatch::BelowLeast => (
            "Có giải pháp đạt điều kiện nhưng không giải pháp nào đủ tốt để gợi ý. Không mua cũng là một quyết định đúng.",
            "Some meet the conditions, but none is good enough to be advised. Not buying is a right decision too.",
        ),
    };
    kit::banner(Mood::Warn, lang.pick("Không có giải pháp phù hợp", "No suitable solution"), &kit::para(lang.pick(vi, en)))
}

/// The whole of a stored advice, made again from its stored inputs.
pub async fn page(State(s): State<Showroom>, v: Visitor, Path((ent, choice_id, advice_id)): Path<(String, String, String)>) -> Result<Response, PageError> {
    let Found { choice: c, .. } = choice::find(&s, &v, &ent, &choice_id).await?;
    let again = advice::rerun(&s, id(&advice_id)?).await?.filter(|r| r.stored.choice == c.id).ok_or_else(PageError::not_found)?;
    let (lang, a) = (v.lang, &again.advice);
    let here = format!("{}/{}", choice::base(&v, c.enterprise), c.id);
    let same = if again.same {
        kit::inset(&kit::para(&match lang {
            Lang::Vi => format!("Đã tính lại từ dữ liệu lưu (phiên bản {}, hạt giống {}): kết quả trùng khớp từng byte.", a.rules_version, a.seed),
            Lang::En => format!("Made again from the stored data (version {}, seed {}): the same to the byte.", a.rules_version, a.seed),
        }))
    } else {
        kit::banner(
            Mood::Bad,
            lang.pick("Tính lại không trùng với bản đã lưu", "The new run differs from the stored one"),
            &kit::para(lang.pick(
                "Báo cho người quản trị: dữ liệu lưu hoặc chương trình đã bị thay đổi.",
                "Tell the administrator: stored data or the program has been altered.",
            )),
        )
    };
    let head = if let Some(none) = a.no_match { no_match(none, lang) } else { Html::default() };
    let explained: String = a.shown.iter().chain(&a.exploration).map(|e| one(&s, e, lang)).collect();
    let title = lang.pick("Vì sao có thứ tự này", "Why this order");
    let main = Html(format!(
        "<p class=\"caption\">{}</p><h1>{title}</h1><p class=\"muted\">{}</p>{same}{head}{}{explained}{}<p><a href=\"/showroom/ranking\">{}</a></p>",
        esc(&c.title),
        esc(&when::exact(again.stored.at, lang)),
        flips(&s, a, lang),
        filtered(&s, a, lang).await?,
        lang.pick("Cách xếp hạng", "How ranking works"),
    ));
    Ok(Shell::new(&v, title, main).width(Width::Wide).nav(web::rail::of(&v)).back(here, lang.pick("Việc lựa chọn", "The choice")).render().into_response())
}

fn one(s: &Showroom, e: &Explained, lang: Lang) -> String {
    let rows = e
        .parts
        .iter()
        .filter(|p| p.weight > 0)
        .map(|p: &Part| {
            let name = criterion_name(s, &p.code, lang);
            let bar = Html(format!(
                "<progress class=\"meter\" max=\"10000\" value=\"{}\" aria-label=\"{}\">{}</progress>",
                p.value,
                esc(&name),
                show::percent(i64::from(p.value), lang)
            ));
            vec![
                Html::text(&name),
                Html(show::percent(i64::from(p.value), lang)),
                bar,
                Html(p.weight.to_string()),
                Html(show::percent(i64::from(p.points), lang)),
            ]
        })
        .collect();
    let columns = [
        ("Tiêu chí", "Criterion", false),
        ("Mức đạt", "Met", true),
        ("Hình", "Picture", false),
        ("Trọng số", "Weight", true),
        ("Đóng góp vào điểm", "Part of the score", true),
    ];
    let caption = format!("{}: {}", lang.pick("Điểm của", "Score of"), e.name);
    let table = kit::table(&Table {
        caption,
        caption_hidden: true,
        columns: columns.into_iter().map(|(vi, en, num)| Column { label: lang.pick(vi, en).into(), num }).collect(),
        rows,
        ..Table::default()
    });
    let lifts: Vec<Html> = e
        .lifts
        .iter()
        .map(|l| {
            Html(format!(
                "{}: {} → {}",
                esc(&criterion_name(s, &l.code, lang)),
                show::percent(i64::from(l.value), lang),
                show::percent(i64::from(l.needed), lang)
            ))
        })
        .collect();
    let lifts = if lifts.is_empty() {
        String::new()
    } else {
        format!(
            "<p>{}</p>{}",
            lang.pick("Vượt giải pháp ngay trên nếu riêng một mức này tăng:", "Would pass the one above if this alone rose:"),
            kit::bullets(&lifts)
        )
    };
    format!(
        "<section class=\"card\"><h2>{} {} – {}</h2><p>{} · {}</p>{}{lifts}</section>",
        place(e, lang),
        esc(&e.name),
        show::percent(i64::from(e.score), lang),
        esc(&e.provider_name),
        firm(e, lang),
        kit::details(lang.pick("Từng tiêu chí", "Each criterion"), &table, e.rank == 1),
    )
}

fn flips(s: &Showroom, a: &Advice, lang: Lang) -> Html {
    let list: Vec<Html> = a.flips.iter().map(|f| Html(format!("{}: {} → {}", esc(&criterion_name(s, &f.code, lang)), f.weight, f.needed))).collect();
    if list.is_empty() {
        return Html::default();
    }
    kit::card(
        lang.pick("Điều gì đổi thứ tự", "What would change the order"),
        &Html(format!(
            "<p>{}</p>{}",
            lang.pick("Giải pháp thứ hai lên đầu nếu riêng một trọng số này đổi:", "The second would be first if this weight alone changed:"),
            kit::bullets(&list)
        )),
    )
}

async fn filtered(s: &Showroom, a: &Advice, lang: Lang) -> Result<Html, PageError> {
    let rows = a.barriers.iter().map(|(b, met, only)| vec![show::text(&b.text(), lang), Html(met.to_string()), Html(only.to_string())]).collect();
    let table = kit::table(&Table {
        caption: lang.pick("Điều kiện bắt buộc đã loại bao nhiêu giải pháp", "How many each hard condition left out").into(),
        columns: vec![
            Column::text(lang.pick("Điều kiện", "Condition")),
            Column::num(lang.pick("Số bị loại", "Left out")),
            Column::num(lang.pick("Chỉ vì điều kiện này", "By this one only")),
        ],
        rows,
        empty: lang.pick("Không giải pháp nào bị loại.", "Nothing was left out.").into(),
        ..Table::default()
    });
    // Those nearest to passing are named: one condition only.
    let near: Vec<_> = a.filtered.iter().filter(|(_, mask)| mask.count_ones() == 1).take(30).collect();
    let mut names: BTreeMap<String, Vec<Html>> = BTreeMap::new();
    for (solution, mask) in near {
        let name = crate::acts::solutions::find(s, *solution).await?.map_or_else(|| solution.to_string(), |f| f.solution.listing.name.get(lang).to_owned());
        for b in Barrier::of_mask(*mask) {
            names.entry(b.text().get(lang).to_owned()).or_default().push(Html::text(&name));
        }
    }
    let lists: String = names.iter().map(|(why, list)| format!("<h3>{}</h3>{}", esc(why), kit::bullets(list))).collect();
    let near = if lists.is_empty() {
        Html::default()
    } else {
        kit::details(lang.pick("Những giải pháp chỉ thiếu một điều kiện", "Solutions that miss one condition only"), &Html(lists), false)
    };
    Ok(Html(format!("<h2>{}</h2>{table}{near}", lang.pick("Đã loại và vì sao", "Left out and why"))))
}
