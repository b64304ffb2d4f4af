//! The result: the level, why, and what would raise it; with a table beside every picture.

use super::{by_key, hundredths, pictures, scaled, tier_word};
use crate::{
    Centre, acts,
    model::{Assessment, Status},
    peers::Peers,
    secret, store as tables, views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::text::Lang;
use scoring::{Context, Decimal, Framework, Outcome, Placement, Tier};
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

fn number(d: Decimal, lang: Lang) -> String {
    d.show(lang, 2)
}

/// The level in large letters, the points, and how far it can be trusted.
pub fn headline(f: &Framework, o: &Outcome, lang: Lang) -> Html {
    let name = o.level_name.as_ref().map_or("", |n| n.get(lang));
    let level = match (o.placement, o.level) {
        (Placement::Placed, Some(n)) => format!("{} {n}: {}", lang.pick("Mức", "Level"), esc(name)),
        (Placement::Unplaced, _) => esc(name),
        _ => lang.pick("Kết quả", "Result").to_owned(),
    };
    let done = o.completeness;
    let partial = if done.done() {
        String::new()
    } else {
        let words = match lang {
            Lang::Vi => format!("Mới trả lời {} trong {} câu: điểm là của phần đã trả lời, câu chưa trả lời tính 0.", done.answered, done.asked),
            Lang::En => format!("{} of {} questions answered: what is not answered counts 0.", done.answered, done.asked),
        };
        format!("<p>{words}</p>")
    };
    let local = if f.local_formula { format!("<p>{}</p>", lang.pick("Công thức của địa phương, chưa phải của Bộ.", "A local formula, not the ministry's.")) } else { String::new() };
    Html(format!(
        "<div class=\"panel\"><h1>{level}</h1><p>{} / {} {}</p>{partial}{local}</div><p>{} <span class=\"muted\">{}</span></p>",
        number(o.score.unwrap_or(o.total), lang),
        number(o.max, lang),
        lang.pick("điểm", "points"),
        trust(o, lang),
        lang.pick(
            "Mức tin cậy của kết quả là mức thấp nhất trong các câu trả lời.",
            "A result is trusted as far as its least trusted answer."
        ),
    ))
}

fn trust(o: &Outcome, lang: Lang) -> Html {
    let mood = match o.trust.tier {
        Tier::SelfDeclared => Mood::Info,
        Tier::Consultant => Mood::Good,
        Tier::Evidence => Mood::Good,
    };
    let counts = format!(
        "{}: {} · {}: {} · {}: {}",
        Tier::SelfDeclared.label(lang),
        o.trust.self_declared,
        Tier::Consultant.label(lang),
        o.trust.consultant,
        Tier::Evidence.label(lang),
        o.trust.evidence
    );
    Html(format!("{} <span class=\"muted\">({})</span>", kit::chip(mood, o.trust.tier.label(lang)), esc(&counts)))
}

/// Points of each dimension, with the picture before it.
pub fn dimension_table(f: &Framework, rounds: &[(String, &Outcome)], lang: Lang) -> Html {
    let mut columns = vec![Column::text(lang.pick("Trụ cột", "Dimension"))];
    for (name, _) in rounds {
        columns.push(Column::num(format!("{} {name}", lang.pick("Điểm", "Points")).trim().to_owned()));
        columns.push(Column::num(format!("{} {name}", lang.pick("Mức", "Level")).trim().to_owned()));
    }
    let rows = f
        .dimensions
        .iter()
        .map(|d| {
            let mut row = vec![Html(esc(d.name.get(lang)))];
            for (_, o) in rounds {
                let r = o.dimension(&d.code);
                row.push(Html(r.map_or_else(|| "–".to_owned(), |r| format!("{} / {}", number(r.points, lang), number(r.max, lang)))));
                row.push(Html(r.and_then(|r| r.level).map_or_else(|| "–".to_owned(), |l| l.to_string())));
            }
            row
        })
        .collect();
    let axes: Vec<pictures::Axis> = f
        .dimensions
        .iter()
        .enumerate()
        .map(|(i, d)| pictures::Axis {
            label: (i + 1).to_string(),
            shares: rounds.iter().rev().take(3).rev().map(|(_, o)| o.dimension(&d.code).and_then(|r| r.share).map_or(0.0, Decimal::to_f64)).collect(),
        })
        .collect();
    let title = lang.pick("Điểm theo trụ cột, phần trăm của điểm tối đa; số liệu ở bảng bên cạnh", "Points by dimension, percent of the most; the figures are in the table");
    let key: String = f.dimensions.iter().enumerate().map(|(i, d)| format!("<li>{}. {}</li>", i + 1, esc(d.name.get(lang)))).collect();
    let table = kit::table(&Table { caption: lang.pick("Điểm và mức theo trụ cột", "Points and level by dimension").to_owned(), columns, rows, ..Table::default() });
    Html(format!("<div class=\"two\"><div>{}<ul class=\"key\">{key}</ul></div><div>{table}</div></div>", pictures::radar(title, &axes)))
}

/// For each level not reached, the tests that stand in the way with both values; and the cheapest way to the next.
pub fn gaps(f: &Framework, a: &Assessment, o: &Outcome, lang: Lang) -> Html {
    let cx = Context { sector: Some(a.vsic.as_str()).filter(|v| !v.is_empty()), members: &[] };
    let next = f.levels.iter().map(|l| l.level).find(|l| o.level.is_none_or(|now| *l > now));
    let Some(next) = next else { return Html(format!("<p>{}</p>", lang.pick("Đã ở mức cao nhất của bộ tiêu chí.", "This is the highest level of the framework."))) };
    let explained = scoring::explain(f, &a.answers, &cx, next);
    let value = |d: Option<Decimal>| d.map_or_else(|| "–".to_owned(), |d| number(d, lang));
    let test_rows = |g: &scoring::LevelGap| -> Vec<Vec<Html>> {
        let name = format!("{} {}: {}", lang.pick("Mức", "Level"), g.level, esc(g.name.get(lang)));
        g.failing
            .iter()
            .map(|t| vec![Html(name.clone()), Html(esc(t.left_label.get(lang))), Html(value(t.left)), Html(format!("{} {}", esc(t.op.sign()), value(t.right)))])
            .collect()
    };
    let table = |caption: &str, rows: Vec<Vec<Html>>| {
        kit::table(&Table {
            caption: caption.to_owned(),
            columns: vec![
                Column::text(lang.pick("Mức", "Level")),
                Column::text(lang.pick("Điều kiện", "Condition")),
                Column::num(lang.pick("Đang có", "Now")),
                Column::num(lang.pick("Cần", "Needed")),
            ],
            rows,
            ..Table::default()
        })
    };
    // A lower level whose rule does not hold any more (“at most 20 points”) is no gap.
    let above: Vec<_> = explained.gaps.iter().filter(|g| g.level >= next).collect();
    let nearest = above.iter().filter(|g| g.level == next).flat_map(|g| test_rows(g)).collect();
    let further: Vec<_> = above.iter().filter(|g| g.level > next).flat_map(|g| test_rows(g)).collect();
    let further = if further.is_empty() {
        String::new()
    } else {
        let caption = lang.pick("Các mức cao hơn nữa", "Levels further up");
        format!("<details><summary>{caption}</summary>{}</details>", table(caption, further))
    };
    let table = format!("{}{further}", table(lang.pick("Vì sao chưa đạt mức kế tiếp", "Why the next level is not reached"), nearest));
    let path = explained.path.map_or_else(
        || Html(format!("<p>{}</p>", lang.pick("Chưa có cách trả lời nào đưa lên mức kế tiếp.", "No change of answers reaches the next level."))),
        |p| improvements(f, &p.improvements, lang, lang.pick("Cách ít tốn công nhất để lên mức kế tiếp", "The cheapest way to the next level")),
    );
    Html(format!("{table}{path}"))
}

fn improvements(f: &Framework, list: &[scoring::Improvement], lang: Lang, caption: &str) -> Html {
    let rows = list
        .iter()
        .map(|i| {
            let question = f.criterion(&i.criterion).map_or_else(|| i.criterion.clone(), |p| p.criterion.text.get(lang).to_owned());
            vec![
                Html(esc(&question)),
                Html(esc(i.to.get(lang))),
                Html(format!("{} → {}", number(i.points_from, lang), number(i.points_to, lang))),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: caption.to_owned(),
        columns: vec![Column::text(lang.pick("Việc", "What")), Column::text(lang.pick("Cần đạt", "To reach")), Column::num(lang.pick("Điểm", "Points"))],
        rows,
        empty: lang.pick("Không cần thêm gì.", "Nothing more is needed.").to_owned(),
        ..Table::default()
    })
}

/// Everything a reader of a result sees, whoever they are.
async fn body(c: &Centre, lang: Lang, f: &Framework, a: &Assessment, o: &Outcome) -> Result<Html, PageError> {
    let cx = Context { sector: Some(a.vsic.as_str()).filter(|v| !v.is_empty()), members: &[] };
    let steps = scoring::next_steps(f, &a.answers, &cx, 3);
    let product = a.subject.as_ref().map_or_else(Html::default, |s| Html(format!("<p>{}: <b>{}</b></p>", lang.pick("Sản phẩm", "Product"), esc(s))));
    let mut parts = vec![
        headline(f, o, lang),
        product,
        improvements(f, &steps, lang, lang.pick("Ba việc nên làm trước", "Three things to do first")),
    ];
    let rounds = earlier_rounds(c, a, o).await?;
    let named: Vec<(String, &Outcome)> = rounds.iter().map(|(n, o)| (n.clone(), o)).collect();
    parts.push(dimension_table(f, &named, lang));
    if let Some(s) = &o.sector {
        let words = match lang {
            Lang::Vi => format!(
                "Điểm theo ngành {}: {} / {} ({} câu liên quan). Điểm này để tham khảo, không thay điểm chính thức và không gộp vào thống kê.",
                s.sector, number(s.points, lang), number(s.max, lang), s.counted
            ),
            Lang::En => format!(
                "Score relevant to sector {}: {} / {} ({} questions). It is for orientation, does not replace the official score and is kept out of statistics.",
                s.sector, number(s.points, lang), number(s.max, lang), s.counted
            ),
        };
        parts.push(Html(format!("<section><h2>{}</h2><p>{}</p></section>", lang.pick("Điểm theo ngành", "Sector-relevant score"), esc(&words))));
    }
    if !f.levels.is_empty() {
        parts.push(Html(format!("<section><h2>{}</h2>{}</section>", lang.pick("Lên mức kế tiếp", "The next level"), gaps(f, a, o, lang))));
    }
    let about = |code: &str| {
        let dimension = f.dimensions.iter().find(|d| d.code == code).map(|d| d.name.get(lang).to_owned());
        dimension.or_else(|| f.criterion(code).map(|p| p.criterion.text.get(lang).to_owned())).unwrap_or_else(|| code.to_owned())
    };
    let contradictions = o.contradictions.iter().map(|x| Html(esc(x.text.get(lang))));
    let flags: Vec<Html> = contradictions.chain(o.notes.iter().map(|n| Html(format!("<b>{}</b>: {}", esc(&about(&n.about)), esc(n.text.get(lang)))))).collect();
    if !flags.is_empty() {
        parts.push(Html(format!("<section><h2>{}</h2>{}</section>", lang.pick("Cần xem lại", "To look at again"), kit::bullets(&flags))));
    }
    parts.push(solutions(c, a, lang));
    parts.push(peers(c, f, a, o, lang).await?);
    Ok(Html(parts.iter().map(|p| p.0.as_str()).collect()))
}

/// What the sector's profile asks for at the next stage, and which kinds of solution serve it.
fn solutions(c: &Centre, a: &Assessment, lang: Lang) -> Html {
    let sectors = c.catalog.sectors_of(&a.vsic, c.now().date());
    let Some(sector) = sectors.last() else { return Html::default() };
    let rows = sector
        .processes
        .iter()
        .filter_map(|p| {
            let first = p.stages.first()?;
            let kinds: Vec<String> = first
                .solution_types
                .iter()
                .filter_map(|t| c.catalog.solution_type(t))
                .map(|t| format!("<a href=\"/showroom?type={}\">{}</a>", esc(&t.code), esc(t.name.get(lang))))
                .collect();
            Some(vec![Html(esc(p.name.get(lang))), Html(esc(first.sign.get(lang))), Html(kinds.join(", "))])
        })
        .collect();
    let table = kit::table(&Table {
        caption: format!("{}: {}", lang.pick("Nền móng của ngành", "Foundations of the sector"), sector.name.get(lang)),
        columns: vec![
            Column::text(lang.pick("Quy trình", "Process")),
            Column::text(lang.pick("Dấu hiệu đã đạt, xem được tại chỗ", "The sign, to be seen on site")),
            Column::text(lang.pick("Loại giải pháp", "Kind of solution")),
        ],
        rows,
        ..Table::default()
    });
    Html(format!(
        "<section><h2>{}</h2><details><summary>{}: {}</summary>{table}</details></section>",
        lang.pick("Theo khung của ngành", "By the sector's framework"),
        lang.pick("Nền móng của ngành", "Foundations of the sector"),
        esc(sector.name.get(lang)),
    ))
}

/// T0, T1, T2 of the same enterprise under the same framework and edition; the one asked for is last.
pub async fn earlier_rounds(c: &Centre, a: &Assessment, own: &Outcome) -> Result<Vec<(String, Outcome)>, PageError> {
    let mut rounds = Vec::new();
    if let Some(enterprise) = a.enterprise {
        for row in views::of_enterprise(&c.scope, enterprise).await.map_err(PageError::internal)? {
            let same = row.framework == a.framework && row.edition == a.edition && row.id != a.id && row.submitted_at.is_some()
                && crate::level::same_subject(row.subject.as_deref(), a.subject.as_deref());
            if same && row.started_at < a.started_at {
                let other: Option<Assessment> = tables::load(&c.scope, &row.id.to_string()).await.map_err(PageError::internal)?;
                if let Some(outcome) = other.and_then(|x| c.outcome(&x)) {
                    rounds.push((row.stage.to_uppercase(), outcome));
                }
            }
        }
    }
    let name = if rounds.is_empty() { String::new() } else { a.stage.to_uppercase() };
    rounds.push((name, own.clone()));
    Ok(rounds)
}

async fn peers(c: &Centre, f: &Framework, a: &Assessment, o: &Outcome, lang: Lang) -> Result<Html, PageError> {
    let firm: Option<crate::model::Enterprise> = match a.enterprise {
        Some(id) => tables::load(&c.scope, &id.to_string()).await.map_err(PageError::internal)?,
        None => None,
    };
    // Results are compared with their like: self-declared ones with self-declared ones.
    let tier = o.trust.tier;
    let asked = crate::peers::Asked {
        framework: &f.framework,
        edition: &f.version,
        tier: tier.code(),
        vsic: &a.vsic,
        size: firm.as_ref().and_then(|e| e.size()),
        own: a.enterprise,
    };
    let found = crate::peers::peers(&c.scope, &asked).await.map_err(PageError::internal)?;
    let heading = lang.pick("So với đơn vị cùng ngành", "Beside others of the sector");
    let Some(Peers { totals, same_size }) = found else {
        let words = lang.pick(
            "Chưa đủ 5 đơn vị khác cùng ngành, cùng bộ tiêu chí, cùng mức tin cậy và đồng ý cho so sánh ẩn danh, nên chưa so sánh để không lộ ai.",
            "There are fewer than 5 other enterprises of the sector under this framework and trust tier that agree to anonymous figures, too few to compare without showing who they are.",
        );
        return Ok(Html(format!("<section><h2>{heading}</h2><p>{words}</p></section>")));
    };
    let own = scaled(o.score.unwrap_or(o.total));
    let at = |percent: usize| totals.get((totals.len() - 1) * percent / 100).copied().unwrap_or(0);
    let below = totals.iter().filter(|t| **t < own).count();
    let words = match lang {
        Lang::Vi => format!("{} đơn vị cùng ngành{} ({}), kết quả mới nhất của mỗi đơn vị. Điểm của bạn cao hơn {below} đơn vị.", totals.len(), if same_size { ", cùng quy mô" } else { "" }, tier.label(lang)),
        Lang::En => format!("{} enterprises of the sector{} ({}), the newest result of each. Yours is higher than {below} of them.", totals.len(), if same_size { " and size" } else { "" }, tier.label(lang)),
    };
    let title = lang.pick("Điểm của các đơn vị cùng ngành và của bạn; số liệu ở bảng", "Points of the sector and yours; the figures are in the table");
    let table = kit::table(&Table {
        caption: heading.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::num(lang.pick("Một phần tư thấp nhất đến", "Lowest quarter up to")),
            Column::num(lang.pick("Giữa", "Median")),
            Column::num(lang.pick("Một phần tư cao nhất từ", "Highest quarter from")),
            Column::num(lang.pick("Của bạn", "Yours")),
        ],
        rows: vec![vec![Html(hundredths(at(25), lang)), Html(hundredths(at(50), lang)), Html(hundredths(at(75), lang)), Html(hundredths(own, lang))]],
        ..Table::default()
    });
    Ok(Html(format!("<section><h2>{heading}</h2><p>{words}</p>{}{table}</section>", pictures::strip(title, &totals, own, scaled(o.max)))))
}

pub async fn own(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let a = by_key(&c, &key).await?;
    let (Some(f), Some(o)) = (c.framework(&a), c.outcome(&a)) else { return Err(PageError::not_found()) };
    let lang = v.lang;
    let body = body(&c, lang, f, &a, &o).await?;
    let main = Html(format!(
        "{body}<section><h2>{}</h2>{}</section>",
        v.pick("Làm gì tiếp", "What next"),
        onward(&c, &v, &a, &o, &key)
    ));
    Ok(Shell::new(&v, v.pick("Kết quả đánh giá", "Result"), main).width(Width::Normal).back(format!("/assess/a/{key}"), v.pick("Các phần", "Parts")).render().into_response())
}

fn onward(c: &Centre, v: &Visitor, a: &Assessment, o: &Outcome, key: &str) -> Html {
    let lang = v.lang;
    let mut parts: Vec<Html> = Vec::new();
    if a.status == Status::Open && !o.completeness.done() {
        parts.push(Html(format!("<p>{}</p>", kit::link_button(&format!("/assess/a/{key}"), v.pick("Trả lời tiếp cho đủ bộ", "Answer the rest"), Weight::Quiet))));
    }
    match (a.status, a.enterprise) {
        (_, None) => parts.push(Html(format!(
            "<p>{}</p><p>{}</p>",
            v.pick("Gắn kết quả với đơn vị của bạn để được tư vấn và hỗ trợ.", "Attach the result to your enterprise to get advice and support."),
            kit::link_button(&format!("/assess/a/{key}/attach"), v.pick("Gắn với đơn vị của tôi", "Attach to my enterprise"), Weight::Main)
        ))),
        (Status::Open, Some(_)) => parts.push(kit::form(
            v,
            &format!("/assess/a/{key}/submit"),
            &Html(format!(
                "<p>{}</p>{}",
                v.pick("Gửi thì các câu trả lời được giữ nguyên; tư vấn viên sẽ xem và xác nhận.", "Once submitted the answers stand; a consultant looks at them and verifies."),
                kit::button(v.pick("Gửi cho trung tâm", "Submit to the centre"))
            )),
        )),
        (_, Some(e)) => parts.push(Html(format!("<p>{}</p>", kit::link(&format!("/my-enterprise/{e}"), v.pick("Về trang đơn vị của tôi", "To my enterprise"))))),
    }
    parts.push(Html(format!("<p>{}</p>", kit::link("/services/dx-one-to-one", v.pick("Nhờ tư vấn viên của trung tâm", "Ask a consultant of the centre")))));
    let share = Field::new(lang, "days", v.pick("Chia sẻ kết quả, chỉ xem, trong", "Share the result, to read only, for"))
        .value("30")
        .radios(&[("7", "7 ngày", "7 days"), ("30", "30 ngày", "30 days"), ("90", "90 ngày", "90 days")].map(|(d, vi, en)| kit::Choice::new(d, lang.pick(vi, en))));
    let share = kit::form(v, &format!("/assess/a/{key}/share"), &Html(format!("{share}{}", kit::Button::new(v.pick("Tạo đường dẫn chia sẻ", "Make a share link")).weight(Weight::Quiet).html())));
    let until = a.share.as_ref().filter(|s| s.1 > c.now()).map_or_else(String::new, |s| {
        format!("<p class=\"muted\">{} {}</p>", v.pick("Đang có một đường dẫn chia sẻ đến", "A share link is open until"), esc(&when::exact(s.1, lang)))
    });
    let files = [("pdf", "PDF"), ("csv", "CSV"), ("json", "JSON")].map(|(ext, name)| kit::link(&format!("/assess/a/{key}/result.{ext}"), name).0).join(" · ");
    parts.push(Html(format!("<details><summary>{}</summary>{share}{until}</details><p>{}: {files}</p>", v.pick("Chia sẻ", "Share"), v.pick("Tải về", "Download"))));
    if a.submitted_at.is_some() {
        let newer = c.frameworks.latest(&a.framework).filter(|f| f.version != a.edition);
        let words = if newer.is_some() { v.pick("Chấm lại theo phiên bản mới", "Score again under the new version") } else { v.pick("Bắt đầu lần đánh giá tiếp theo", "Begin the next round") };
        parts.push(kit::form(v, &format!("/assess/a/{key}/again"), &kit::Button::new(words).weight(Weight::Quiet).html()));
    }
    Html(parts.iter().map(|p| p.0.as_str()).collect())
}

pub async fn shared(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let id = tables::assessment_by_share(&c.scope, &secret::hash(&key), c.now()).await.map_err(PageError::internal)?;
    let id = id.ok_or_else(|| PageError::from(acts::no_assessment()))?;
    let a: Assessment = tables::load(&c.scope, &id.to_string()).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let (Some(f), Some(o)) = (c.framework(&a), c.outcome(&a)) else { return Err(PageError::not_found()) };
    let until = a.share.as_ref().map_or_else(String::new, |s| when::exact(s.1, v.lang));
    let note = format!("<p class=\"muted\">{} {} · {}</p>", v.pick("Bản chia sẻ, chỉ xem, đến", "Shared to read only, until"), esc(&until), esc(tier_word(o.trust.tier.code(), v.lang)));
    let main = Html(format!("{note}{}", body(&c, v.lang, f, &a, &o).await?));
    Ok(Shell::new(&v, v.pick("Kết quả đánh giá", "Result"), main).width(Width::Normal).render().into_response())
}
