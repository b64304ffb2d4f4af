//! `/work/index`: the index of a part of the province in a period, every figure opening its dossiers.

use super::{Asked, Room, address, decimal, no_data, of, percent, unverified};
use crate::{
    Indicators,
    catalog::{Group, Indicator, Term, Unit},
    figures::{State as Told, TermFigure},
    page766::Index,
    period::Period,
    views::{self, Counted, Whose},
};
use axum::extract::State;
use store::values;
use web::{
    extract::Query,
    figure,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn page(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    let (whose, period) = (room.whose(&asked)?, room.period(&asked));
    let index = s.index(whose.clone(), period, room.now).await?.ok_or_else(no_set)?;
    let person = official(&s, &whose).await?;
    let title = room.pick("Chỉ số phục vụ người dân, doanh nghiệp", "Quality of service index");
    let caption = format!("{} · {}", room.whose_name(&whose, person.as_deref()), period.name(room.lang()));
    let mut main = kit::heading(title, Some(&caption));
    main.push(&filters(&room, &whose, period));
    main.push(&super::building(&s, room.lang()).await?);
    main.push(&headline(&room, &index));
    for group in &index.set.groups {
        main.push(&group_table(&room, &index, group));
    }
    main.push(&both_views(&room, &index));
    main.push(&remote(&room, &index));
    main.push(&parts(&room, &index).await?);
    main.push(&about(&room, &index));
    Ok(room.page(title, "/work/index", main))
}

fn no_set() -> PageError {
    kernel::Refusal::not_found(
        "Danh mục chưa có bộ chỉ số nào có hiệu lực trong kỳ này. Hãy chọn kỳ khác hoặc bổ sung tệp trong catalog/indicators/sets.",
        "The catalogue has no indicator set in force in this period. Choose another period or add a file to catalog/indicators/sets.",
    )
    .into()
}

/// The name under which an official acted last.
pub async fn official(s: &Indicators, whose: &Whose) -> Result<Option<String>, PageError> {
    let Whose::Official(key) = whose else { return Ok(None) };
    let sql = "SELECT official_name FROM index_fact WHERE province = $1 AND official = $2 AND counted_at > 0 LIMIT 1";
    let row = s.scope.one(sql, values![key.as_str()]).await.map_err(PageError::internal)?;
    row.map_or(Ok(None), |r| r.opt_string("official_name")).map_err(PageError::internal)
}

pub fn filters(room: &Room<'_>, whose: &Whose, period: Period) -> Html {
    let lang = room.lang();
    let body = choices(room, whose);
    let mut periods: Vec<Period> = Period::offered(room.now);
    if !periods.contains(&period) {
        periods.insert(0, period);
    }
    let offered: Vec<Choice> = periods.iter().map(|p| Choice::new(p.to_string(), p.name(lang))).collect();
    let mut form = Field::new(lang, "of", room.pick("Đơn vị hoặc thủ tục", "Unit or procedure")).value(of(whose)).select(&body);
    form.push(&Field::new(lang, "period", room.pick("Kỳ", "Period")).value(period.to_string()).select(&offered));
    form.push(&kit::Button::new(room.pick("Xem", "Show")).weight(kit::Weight::Quiet).html());
    Html(format!("<form method=\"get\" action=\"/work/index\" class=\"filters\">{form}</form>"))
}

fn choices(room: &Room<'_>, whose: &Whose) -> Vec<Choice> {
    let lang = room.lang();
    let mut all = vec![Choice::new("province", room.pick("Toàn tỉnh, thành phố", "The whole province"))];
    let offices = room.state.desk.identity().offices();
    all.extend(offices.iter().map(|o| Choice::new(format!("office:{}", o.code), format!("{} · {}", o.short_name().get(lang), o.code))));
    let in_force = room.state.desk.rules().definitions.in_force(room.now.date()).filter(|d| d.kind == "dossier");
    all.extend(in_force.map(|d| Choice::new(format!("procedure:{}", d.code), format!("{} · {}", d.code, d.name.get(lang)))));
    let now = of(whose);
    if !all.iter().any(|c| c.value == now) {
        all.insert(0, Choice::new(now, room.whose_name(whose, None)));
    }
    all
}

fn headline(room: &Room<'_>, index: &Index) -> Html {
    let lang = room.lang();
    let r = &index.result;
    let band = r.band.as_deref().and_then(|code| index.set.bands.iter().find(|b| b.code == code));
    let complete = r.reachable == r.full;
    let said = match band {
        Some(b) if complete => Html::text(b.name.get(lang)),
        Some(b) => Html(format!("{} <span class=\"frac\">{}</span>", esc(b.name.get(lang)), room.pick("tạm tính trên phần có số liệu", "provisional, of the part with data"))),
        None => Html::text(room.pick("chưa xếp loại", "no band yet")),
    };
    let stat = |value: Html, name: &str| format!("<div><dt>{}</dt><dd>{value}</dd></div>", esc(name));
    let points = Html(format!(
        "{} <span class=\"frac\">{}</span>",
        decimal(r.points, lang),
        esc(&match complete {
            true => format!("/ {}", decimal(r.full, lang)),
            false => format!("/ {} {} {}", decimal(r.reachable, lang), room.pick("điểm có số liệu; trọn bộ", "points with data; in full"), decimal(r.full, lang)),
        })
    ));
    let stats = [
        stat(points, room.pick("Tổng điểm", "Points")),
        stat(said, room.pick("Xếp loại", "Band")),
        stat(rate(room, index, "on_time", "received"), room.pick("Đúng hạn (766)", "On time (766)")),
        stat(rate(room, index, "remote", "with_result"), room.pick("Toàn trình từ nộp đến nhận", "Remote from end to end")),
    ];
    let as_of = format!("{} {}", room.pick("Tính đến", "As of"), when::exact(index.at, lang));
    let export = |kind: &str| kit::link(&address(&format!("/work/index/export.{kind}"), &index.whose, index.period), &kind.to_uppercase());
    Html(format!(
        "<section aria-labelledby=\"total\"><h2 id=\"total\">{}</h2><dl class=\"stats\">{}</dl><p class=\"muted\">{} · {}: {} · {}</p></section>",
        esc(index.set.name.get(lang)),
        stats.concat(),
        esc(&as_of),
        room.pick("Tải về", "Download"),
        export("csv"),
        export("json"),
    ))
}

fn group_table(room: &Room<'_>, index: &Index, group: &Group) -> Html {
    let lang = room.lang();
    let c = |vi: &'static str, en: &'static str| Column::text(room.pick(vi, en));
    let n = |vi: &'static str, en: &'static str| Column::num(room.pick(vi, en));
    let mut rows = Vec::new();
    let mut points = 0;
    for indicator in &group.indicators {
        let Some(figure) = index.result.figures.iter().find(|f| f.code == indicator.code) else { continue };
        points += figure.points.unwrap_or(0);
        for (term, told) in indicator.terms.iter().zip(&figure.terms) {
            rows.push(term_row(room, index, indicator, term, told));
        }
    }
    let caption = format!("{} · {} / {} {}", group.name.get(lang), decimal(points, lang), decimal(group.points.hundredths(), lang), room.pick("điểm", "points"));
    let table = kit::table(&Table {
        caption,
        caption_hidden: false,
        columns: vec![
            c("Chỉ số", "Indicator"),
            n("Tử số", "Numerator"),
            n("Mẫu số", "Denominator"),
            n("Tỷ lệ", "Ratio"),
            n("Điểm", "Points"),
            n("Chênh lệch", "Difference"),
        ],
        rows,
        empty: String::new(),
    });
    Html(format!("<div class=\"card flush index-group\">{table}</div>"))
}

fn term_row(room: &Room<'_>, index: &Index, indicator: &Indicator, term: &Term, told: &TermFigure) -> Vec<Html> {
    let lang = room.lang();
    let name = if term.name.is_empty() { String::new() } else { format!(" ({})", term.name) };
    let mut title = Html(format!(
        "<b class=\"code\">{}</b> <a href=\"#i-{}\">{}</a>{}",
        esc(&indicator.code),
        esc(&indicator.code.replace('.', "-")),
        esc(indicator.name.get(lang)),
        esc(&name)
    ));
    if !indicator.verified && (term.name.is_empty() || term.name == "A") {
        title.push(&Html(" ".into()));
        title.push(&unverified(lang));
    }
    let told_or_none = |n: Option<i64>, names: &[String], what: &str| match n {
        None => no_data(lang),
        Some(n) => number(room, index, names, n, what),
    };
    let what = format!("{} {}", indicator.code, indicator.name.get(lang));
    let of_what = |vi: &str, en: &str| format!("{}: {what}", room.pick(vi, en));
    let ratio = match (told.state, told.ratio) {
        (Told::NoData, _) => no_data(lang),
        (_, None) => Html::text(room.pick("không phát sinh", "none in the period")),
        (_, Some(r)) if indicator.unit == Unit::Hours => Html(esc(&format!("{} {}", decimal(crate::figures::divided(i128::from(r), 100), lang), room.pick("giờ", "hours")))),
        (_, Some(r)) => match (told.numerator, told.denominator) {
            (Some(n), Some(d)) if d > 0 => figure::share(n, d, 2, lang),
            _ => Html(esc(&percent(r, lang))),
        },
    };
    let points = match told.points {
        _ if told.cap == 0 => Html::text(room.pick("không tính", "not scored")),
        Some(p) => Html(esc(&format!("{} / {}", decimal(p, lang), decimal(told.cap, lang)))),
        None => Html(format!("<span class=\"muted\">– / {}</span>", decimal(told.cap, lang))),
    };
    let difference = match (told.numerator, told.denominator) {
        (Some(n), Some(d)) if indicator.unit == Unit::Dossiers && told.state == Told::Counted && term.of.len() == 1 => {
            figure::maybe((d - n).max(0), link(room, index, &term.per, Some(&term.of)).as_deref(), &of_what("ngoài tử số", "outside the numerator"), lang)
        }
        _ => Html::default(),
    };
    vec![
        title,
        told_or_none(told.numerator, &term.of, &of_what("tử số", "numerator")),
        told_or_none(told.denominator, &term.per, &of_what("mẫu số", "denominator")),
        ratio,
        points,
        difference,
    ]
}

/// A sum of measures, each opening its own list: `24 (30 − 4 − 2)`.
fn number(room: &Room<'_>, index: &Index, names: &[String], n: i64, what: &str) -> Html {
    let lang = room.lang();
    // What the portal published stands in for what is not counted here: it opens where it was entered.
    if names.first().is_some_and(|m| names.len() == 1 && crate::count::measure(m).is_some() && index.counted.get(m) != n) {
        let href = Some(address("/work/index/portal", &index.whose, index.period)).filter(|_| room.may_open(&index.whose));
        return figure::maybe(n, href.as_deref(), what, lang);
    }
    if names.len() < 2 {
        return figure::maybe(n, link(room, index, names, None).as_deref(), what, lang);
    }
    let part = |(i, name): (usize, &String)| {
        let plain = name.trim_start_matches('-');
        let sign = match (name.starts_with('-'), i) {
            (true, _) => "− ",
            (false, 0) => "",
            (false, _) => "+ ",
        };
        let opens = link(room, index, std::slice::from_ref(&plain.to_owned()), None);
        format!("{sign}{}", figure::maybe(index.counted.get(plain), opens.as_deref(), super::dossiers::name(plain, lang), lang))
    };
    let parts: Vec<String> = names.iter().enumerate().map(part).collect();
    Html(format!("{} <span class=\"frac\">({})</span>", figure::closed(n, lang), parts.join(" ")))
}

/// `87,41 % (1.014 / 1.160)` of two measures, each a link to its dossiers where the reader may open them.
fn rate(room: &Room<'_>, index: &Index, part: &str, whole: &str) -> Html {
    let (p, w) = (index.counted.get(part), index.counted.get(whole));
    figure::rate((p, &measured(room, index, part)), (w, &measured(room, index, whole)), 2, room.lang())
}

fn measured(room: &Room<'_>, index: &Index, measure: &str) -> Html {
    let href = list(index, measure, None).filter(|_| room.may_open(&index.whose));
    figure::maybe(index.counted.get(measure), href.as_deref(), super::dossiers::name(measure, room.lang()), room.lang())
}

/// The list behind measures: of dossiers, of one measure, less another.
fn link(room: &Room<'_>, index: &Index, names: &[String], minus: Option<&[String]>) -> Option<String> {
    if !room.may_open(&index.whose) {
        return None;
    }
    let first = names.first()?;
    if first.starts_with("petitions") {
        return Some(petitions(index, first));
    }
    let (_, measure) = crate::count::measure(first)?;
    if measure.find == crate::count::Find::Sum {
        return None;
    }
    list(index, first, minus.and_then(<[String]>::first).map(String::as_str))
}

/// Complaints and petitions are kept, and listed, by another room.
fn petitions(index: &Index, figure: &str) -> String {
    let office = match &index.whose {
        crate::views::Whose::Office(office) => format!("&office={}", url_part(office)),
        _ => String::new(),
    };
    let (from, to) = (index.period.first_day(), index.period.day_after());
    format!("/work/complaints?counted={}&from={from}&to={to}{office}", url_part(figure))
}

fn list(index: &Index, measure: &str, minus: Option<&str>) -> Option<String> {
    crate::count::measure(measure)?;
    if let Some(m) = minus {
        crate::count::measure(m)?;
    }
    let minus = minus.map_or_else(String::new, |m| format!("&minus={}", url_part(m)));
    Some(format!("{}&measure={}{minus}", address("/work/index/dossiers", &index.whose, index.period), url_part(measure)))
}

/// The law's due and the index's are two promises; both are shown.
fn both_views(room: &Room<'_>, index: &Index) -> Html {
    let n = |measure: &str| measured(room, index, measure);
    let row = |vi: &'static str, en: &'static str, on: &str, late: &str| {
        vec![Html::text(room.pick(vi, en)), n(on), n(late), rate(room, index, on, "received")]
    };
    let table = kit::table(&Table {
        caption: room.pick("Hai cách tính đúng hạn của cùng những hồ sơ", "Two ways to be on time, of the same dossiers").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(room.pick("Cách tính", "View")),
            Column::num(room.pick("Đúng hạn", "On time")),
            Column::num(room.pick("Trễ", "Late")),
            Column::num(room.pick("Tỷ lệ đúng hạn", "Ratio")),
        ],
        rows: vec![
            row("Chỉ số 766: trừ thời gian bổ sung, bổ sung lần hai là trễ", "Index 766: supplement time taken out, a second supplement is late", "on_time", "late"),
            row("Theo luật: thời gian làm việc, tạm dừng khi chờ người nộp, tính cả gia hạn", "By law: working time, suspended while the applicant is waited for, extensions count", "legal_on_time", "legal_late"),
        ],
        empty: String::new(),
    });
    let again = format!("{}: ", room.pick("Hồ sơ bị yêu cầu bổ sung từ lần hai (766 tính trễ)", "Dossiers asked for a supplement a second time (late in 766)"));
    Html(format!("<div class=\"card flush\">{table}</div><p>{}{}</p>", esc(&again), n("again")))
}

fn remote(room: &Room<'_>, index: &Index) -> Html {
    let lang = room.lang();
    let c = &index.counted;
    let n = |measure: &str| measured(room, index, measure);
    let told = &room.state.catalog.performance.remote;
    let self_made = c.get("remote") - c.get("remote_assisted");
    let by_themselves = figure::maybe(self_made, list(index, "remote", Some("remote_assisted")).filter(|_| room.may_open(&index.whose)).as_deref(), room.pick("người dân tự làm", "self-service"), lang);
    let lines = [
        kit::Line::new(room.pick("Đã kết thúc có kết quả", "Ended with a result"), n("with_result")),
        kit::Line::new(room.pick("Toàn trình từ nộp đến nhận", "Remote from end to end"), rate(room, index, "remote", "with_result")),
        kit::Line::new(room.pick("trong đó người dân tự làm", "of which self-service"), figure::rate((self_made, &by_themselves), (c.get("with_result"), &n("with_result")), 2, lang)),
        kit::Line::new(room.pick("trong đó cán bộ nhập giúp", "of which typed with an official's help"), n("remote_assisted")),
        kit::Line::new(room.pick("Nộp trực tuyến trong kỳ", "Filed online in the period"), rate(room, index, "online", "received")),
        kit::Line::new(room.pick("Được hỗ trợ nộp (mọi kênh)", "Filed with help (all channels)"), n("assisted")),
    ];
    let basis = format!(
        "{} {}: {}{}",
        room.pick("Mục tiêu", "Goal"),
        percent(told.target.hundredths() * 100, lang),
        told.legal_basis.document,
        if told.legal_basis.verified { String::new() } else { format!(" ({})", room.pick("chưa đối chiếu", "not verified")) }
    );
    let mut body = kit::para(told.definition.get(lang));
    body.push(&kit::para(&basis));
    body.push(&kit::summary_list(&lines));
    kit::card(told.name.get(lang), &body)
}

/// The parts of the whole: offices of the province, procedures and officials of an office.
async fn parts(room: &Room<'_>, index: &Index) -> Result<Html, PageError> {
    let s = room.state;
    let (period, now) = (index.period, room.now);
    let fetch = async |kind: &'static str, prefix: String| views::parts(&s.scope, kind, &prefix, period, now).await.map_err(PageError::internal);
    let mut out = Html::default();
    match &index.whose {
        Whose::Province => {
            let offices = fetch("o", String::new()).await?;
            out.push(&part_table(room, index, room.pick("Theo cơ quan giải quyết", "By deciding office"), &offices, |k| (Whose::Office(k.to_owned()), room.office_name(k))));
            let procedures = fetch("d", String::new()).await?;
            out.push(&part_table(room, index, room.pick("Theo thủ tục", "By procedure"), &procedures, |k| (Whose::Procedure(k.to_owned()), room.procedure_name(k))));
        }
        Whose::Office(o) => {
            let procedures = fetch("c", format!("{o}|")).await?;
            out.push(&part_table(room, index, room.pick("Theo thủ tục", "By procedure"), &procedures, |k| {
                let d = k.split_once('|').map_or(k, |(_, d)| d);
                (Whose::OfficeProcedure(o.clone(), d.to_owned()), room.procedure_name(d))
            }));
            if room.may_open(&index.whose) {
                let people = fetch("u", format!("{o}|")).await?;
                let mut named = std::collections::BTreeMap::new();
                for p in &people {
                    let whose = Whose::Official(p.key.clone());
                    named.insert(p.key.clone(), official(s, &whose).await?.unwrap_or_default());
                }
                out.push(&part_table(room, index, room.pick("Theo cán bộ xử lý", "By official"), &people, |k| {
                    (Whose::Official(k.to_owned()), named.get(k).cloned().unwrap_or_default())
                }));
            }
        }
        _ => {}
    }
    Ok(out)
}

fn part_table(room: &Room<'_>, index: &Index, caption: &str, parts: &[Counted], named: impl Fn(&str) -> (Whose, String)) -> Html {
    let lang = room.lang();
    let mut sorted: Vec<&Counted> = parts.iter().filter(|p| p.get("received") > 0 || p.get("ended") > 0).collect();
    // The most late first: that is what a leader looks for.
    sorted.sort_by_key(|p| (-p.get("late"), p.key.clone()));
    let row = |p: &&Counted| {
        let (whose, name) = named(&p.key);
        let opens = room.may_open(&whose);
        let n = |measure: &str| {
            let href = format!("{}&measure={measure}", address("/work/index/dossiers", &whose, index.period));
            figure::maybe(p.get(measure), Some(href.as_str()).filter(|_| opens), &format!("{}, {name}", super::dossiers::name(measure, lang)), lang)
        };
        let rate = |part: &str, whole: &str| figure::rate((p.get(part), &n(part)), (p.get(whole), &n(whole)), 2, lang);
        vec![
            kit::link(&address("/work/index", &whose, index.period), if name.is_empty() { p.key.as_str() } else { &name }),
            n("received"),
            rate("on_time", "received"),
            n("late"),
            rate("online", "received"),
            rate("remote", "with_result"),
        ]
    };
    let table = kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(room.pick("Tên", "Name")),
            Column::num(room.pick("Tiếp nhận", "Received")),
            Column::num(room.pick("Đúng hạn 766", "On time 766")),
            Column::num(room.pick("Trễ", "Late")),
            Column::num(room.pick("Nộp trực tuyến", "Online")),
            Column::num(room.pick("Toàn trình", "Remote")),
        ],
        rows: sorted.iter().map(row).collect(),
        empty: room.pick("Chưa có hồ sơ trong kỳ này.", "No dossier in this period.").to_owned(),
    });
    Html(format!("<div class=\"card flush\">{table}</div>"))
}

/// Definitions, formulas and sources of every indicator.
fn about(room: &Room<'_>, index: &Index) -> Html {
    let lang = room.lang();
    let mut body = Html::default();
    for i in index.set.indicators() {
        let note = i.note.as_ref().map_or_else(String::new, |n| format!("<p class=\"muted\">{}</p>", esc(n.get(lang))));
        let mark = if i.verified { String::new() } else { format!(" {}", unverified(lang)) };
        body.push(&Html(format!(
            "<section id=\"i-{}\" class=\"index-about\"><h3>{} {}{mark}</h3><p>{}</p><p class=\"muted\">{}: {}</p>{note}</section>",
            esc(&i.code.replace('.', "-")),
            esc(&i.code),
            esc(i.name.get(lang)),
            esc(i.definition.get(lang)),
            room.pick("Điểm", "Points"),
            esc(i.formula.get(lang)),
        )));
    }
    let basis: Vec<Html> = index
        .set
        .legal_basis
        .iter()
        .map(|b| Html::text(&format!("{b}{}", b.note.as_ref().map_or_else(String::new, |n| format!(" – {n}")))))
        .collect();
    Html(format!("<section aria-labelledby=\"defs\"><h2 id=\"defs\">{}</h2>{}{body}</section>", room.pick("Định nghĩa và cách tính", "Definitions and formulas"), kit::bullets(&basis)))
}
