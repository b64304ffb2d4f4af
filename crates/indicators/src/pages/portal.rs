//! `/work/index/portal`: the portal's published figures beside ours, procedure by procedure, and the form to enter them.

use super::{Asked, Reach, Room, address, decimal, percent};
use crate::{
    Indicators,
    catalog::{Indicator, Set},
    figures::{self, Values},
    period::Period,
    published::{self, Line},
    views::{self, Counted, Whose},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, refusal::Reason};
use web::{
    extract::{FormData, Query},
    figure,
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn page(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    show(&room, &asked, "", &[]).await
}

/// The unit of a sheet: the province (empty) or an office.
fn unit(whose: &Whose) -> Option<&str> {
    match whose {
        Whose::Province => Some(""),
        Whose::Office(o) => Some(o),
        _ => None,
    }
}

pub async fn enter(State(s): State<Indicators>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let room = Room::enter(&s, &v)?;
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let asked = Asked { of: text("of"), period: text("period"), ..Asked::default() };
    let (whose, period) = (room.whose(&asked)?, room.period(&asked));
    let office = unit(&whose).ok_or_else(PageError::not_found)?;
    if !room.may_open(&whose) {
        return Err(PageError::not_found());
    }
    let set = s.set(period, room.now).ok_or_else(PageError::not_found)?;
    let sheet = text("sheet");
    match published::read(&sheet, |code| set.indicator(code).is_some()) {
        Ok(lines) => {
            s.enter(office, period, &lines, room.actor, room.now).await.map_err(PageError::internal)?;
            Ok(Redirect::to(&format!("{}&measure=entered", address("/work/index/portal", &whose, period))).into_response())
        }
        Err(refusal) => {
            let page = show(&room, &asked, &sheet, &reasons(&refusal)).await?;
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn reasons(refusal: &Refusal) -> Vec<Reason> {
    // A page of mistakes helps nobody: the first twenty are shown, with how many there are.
    let mut all: Vec<Reason> = refusal.reasons.iter().take(20).cloned().collect();
    if refusal.reasons.len() > all.len() {
        let n = refusal.reasons.len() - all.len();
        all.push(Reason { field: Some("sheet".into()), message: kernel::Text::new(format!("… và {n} dòng khác."), format!("… and {n} more lines.")) });
    }
    all
}

async fn show(room: &Room<'_>, asked: &Asked, sheet: &str, wrong: &[Reason]) -> Result<Html, PageError> {
    let (whose, period) = (room.whose(asked)?, room.period(asked));
    let Some(office) = unit(&whose) else { return Err(PageError::not_found()) };
    let set = room.state.set(period, room.now).ok_or_else(PageError::not_found)?;
    let title = room.pick("So với số Cổng quốc gia công bố", "Beside the figures the national portal published");
    let mut main = kit::error_summary(room.lang(), wrong);
    main.push(&kit::heading(title, Some(&format!("{} · {}", room.whose_name(&whose, None), period.name(room.lang())))));
    if asked.measure == "entered" && wrong.is_empty() {
        main.push(&kit::banner(Mood::Good, room.pick("Đã lưu bảng số liệu", "The sheet is kept"), &Html::default()));
    }
    main.push(&choose(room, &whose, period));
    let entered = published::entered(&room.state.scope, office, period).await.map_err(PageError::internal)?;
    main.push(&compared(room, set, &whose, period, &entered).await?);
    if room.may_open(&whose) {
        main.push(&form(room, &whose, period, sheet, wrong));
    }
    Ok(room.page(title, "/work/index/portal", main))
}

fn choose(room: &Room<'_>, whose: &Whose, period: Period) -> Html {
    let lang = room.lang();
    let mut units = vec![Choice::new("province", room.pick("Toàn tỉnh, thành phố", "The whole province"))];
    let offices = room.state.desk.identity().offices();
    let mine = |code: &str| match &room.reach {
        Reach::Province => true,
        Reach::Office(own) => own == code,
    };
    units.extend(offices.iter().filter(|o| mine(o.code.as_str())).map(|o| Choice::new(format!("office:{}", o.code), format!("{} · {}", o.short_name().get(lang), o.code))));
    let periods: Vec<Choice> = Period::offered(room.now).iter().map(|p| Choice::new(p.to_string(), p.name(lang))).collect();
    let mut body = Field::new(lang, "of", room.pick("Đơn vị", "Unit")).value(super::of(whose)).select(&units);
    body.push(&Field::new(lang, "period", room.pick("Kỳ", "Period")).value(period.to_string()).select(&periods));
    body.push(&kit::Button::new(room.pick("Xem", "Show")).weight(kit::Weight::Quiet).html());
    Html(format!("<form method=\"get\" action=\"/work/index/portal\" class=\"filters\">{body}</form>"))
}

/// Ours beside theirs; the difference leads to our dossiers.
async fn compared(room: &Room<'_>, set: &Set, whose: &Whose, period: Period, entered: &[(Line, kernel::Instant)]) -> Result<Html, PageError> {
    let lang = room.lang();
    let s = room.state;
    let (kind, prefix) = match whose {
        Whose::Office(o) => ("c", format!("{o}|")),
        _ => ("d", String::new()),
    };
    let parts = views::parts(&s.scope, kind, &prefix, period, room.now).await.map_err(PageError::internal)?;
    let whole = s.index(whose.clone(), period, room.now).await.map_err(PageError::internal)?;
    let mut rows = Vec::new();
    for (line, at) in entered {
        let Some(indicator) = set.indicator(&line.indicator) else { continue };
        let here = match (line.procedure.as_str(), whose) {
            ("", _) => whose.clone(),
            (d, Whose::Office(o)) => Whose::OfficeProcedure(o.clone(), d.to_owned()),
            (d, _) => Whose::Procedure(d.to_owned()),
        };
        let ours = match line.procedure.as_str() {
            "" => whole.as_ref().and_then(|w| of_figure(&w.result, indicator)),
            d => {
                let part = parts.iter().find(|p| p.key.rsplit('|').next() == Some(d));
                Some(of_part(indicator, part))
            }
        };
        // Of the whole, a number may be the published one itself: only what was counted opens dossiers.
        let counted = whole.as_ref().filter(|_| line.procedure.is_empty()).map(|w| &w.counted);
        rows.push(row(room, indicator, line, *at, ours, (&here, counted), period));
    }
    let c = |vi: &'static str, en: &'static str| Column::text(room.pick(vi, en));
    let n = |vi: &'static str, en: &'static str| Column::num(room.pick(vi, en));
    let table = kit::table(&Table {
        caption: room.pick("Số của hệ thống và số công bố", "The system's figures and the published ones").to_owned(),
        caption_hidden: false,
        columns: vec![
            c("Chỉ số, thủ tục", "Indicator, procedure"),
            n("Cổng: tử / mẫu", "Portal: of / per"),
            n("Hệ thống: tử", "Ours: of"),
            n("Hệ thống: mẫu", "Ours: per"),
            n("Lệch tử", "Difference of"),
            n("Lệch mẫu", "Difference per"),
            n("Lệch tỷ lệ (điểm %)", "Ratio (points of %)"),
            c("Hồ sơ cần xem", "Dossiers to look at"),
        ],
        rows,
        empty: room.pick("Chưa nhập số công bố của đơn vị và kỳ này. Dán bảng số liệu vào ô bên dưới.", "No published figures were entered for this unit and period. Paste the sheet below.").to_owned(),
    });
    let _ = lang;
    Ok(Html(format!("<div class=\"card flush\">{table}</div>")))
}

type Pair = (Option<i64>, Option<i64>);

fn of_figure(result: &figures::Result766, indicator: &Indicator) -> Option<Pair> {
    let figure = result.figures.iter().find(|f| f.code == indicator.code)?;
    figure.terms.first().map(|t| (t.numerator, t.denominator))
}

fn of_part(indicator: &Indicator, part: Option<&Counted>) -> Pair {
    let values: Values = crate::count::MEASURES.iter().map(|m| (m.name, part.map_or(0, |p| p.get(m.name)))).collect();
    let sum = |names: &[String]| {
        names.iter().try_fold(0_i64, |sum, name| {
            let n = values.get(name.trim_start_matches('-'))?;
            Some(if name.starts_with('-') { sum - n } else { sum + n })
        })
    };
    indicator.terms.first().map_or((None, None), |t| (sum(&t.of), sum(&t.per)))
}

fn row(room: &Room<'_>, indicator: &Indicator, line: &Line, at: kernel::Instant, ours: Option<Pair>, (here, counted): (&Whose, Option<&Counted>), period: Period) -> Vec<Html> {
    let lang = room.lang();
    let (of, per) = ours.unwrap_or((None, None));
    // A sum of measures is opened part by part, in the last column.
    let own = |n: Option<i64>, names: &[String], what: &str| {
        let is_counted = |m: &str| counted.is_none_or(|c| Some(c.get(m)) == n);
        let one = names.first().filter(|m| names.len() == 1 && room.may_open(here) && opens(m) && is_counted(m));
        let href = one.map(|m| format!("{}&measure={}", address("/work/index/dossiers", here, period), url_part(m)));
        n.map_or_else(|| super::no_data(lang), |n| figure::maybe(n, href.as_deref(), &format!("{what} {}", indicator.code), lang))
    };
    let (of_names, per_names) = indicator.terms.first().map_or((&[][..], &[][..]), |t| (&t.of[..], &t.per[..]));
    let difference = |ours: Option<i64>, theirs: i64| match ours.map(|n| n - theirs) {
        None => Html::text("–"),
        Some(0) => Html::text("0"),
        Some(d) => Html(format!("<b>{}{}</b>", if d > 0 { "+" } else { "" }, esc(&when::number(d, lang)))),
    };
    let ratio = |n: i64, d: i64| (d > 0).then(|| figures::divided(i128::from(n) * 10_000, i128::from(d)));
    let points = match (of.zip(per).and_then(|(n, d)| ratio(n, d)), ratio(line.numerator, line.denominator)) {
        (Some(ours), Some(theirs)) => format!("{} ({} / {})", decimal(ours - theirs, lang), percent(ours, lang), percent(theirs, lang)),
        _ => "–".to_owned(),
    };
    let name = if line.procedure.is_empty() { room.pick("tổng", "total").to_owned() } else { room.procedure_name(&line.procedure) };
    vec![
        Html(format!("<b>{}</b> {}<br>{} <span class=\"muted\">· {} {}</span>", esc(&line.indicator), esc(indicator.name.get(lang)), esc(&name), room.pick("nhập", "entered"), when::ago_time(at, room.now, lang))),
        Html(esc(&format!("{} / {}", when::number(line.numerator, lang), when::number(line.denominator, lang)))),
        own(of, of_names, room.pick("tử số", "numerator")),
        own(per, per_names, room.pick("mẫu số", "denominator")),
        difference(of, line.numerator),
        difference(per, line.denominator),
        Html(esc(&points)),
        lists(room, indicator, here, period),
    ]
}

/// Whether dossiers are behind a measure.
fn opens(measure: &str) -> bool {
    crate::count::measure(measure.trim_start_matches('-')).is_some_and(|(_, m)| m.find != crate::count::Find::Sum)
}

/// Our dossiers behind numerator, denominator and between; those the portal does not know first.
fn lists(room: &Room<'_>, indicator: &Indicator, here: &Whose, period: Period) -> Html {
    let known = |m: &&String| opens(m);
    let Some(term) = indicator.terms.first().filter(|_| room.may_open(here)) else { return Html::text("–") };
    let (Some(of), Some(per)) = (term.of.first().filter(known), term.per.first().filter(known)) else { return Html::text("–") };
    let link = |measure: &str, minus: Option<&str>, word: &str| {
        let minus = minus.map_or_else(String::new, |m| format!("&minus={}", url_part(m)));
        kit::link(&format!("{}&measure={}{minus}", address("/work/index/dossiers", here, period), url_part(measure)), word)
    };
    let code = &indicator.code;
    let word = |vi: &str, en: &str| format!("{} {code}", room.pick(vi, en));
    Html(format!(
        "{}, {}, {}, {}",
        link(of, None, &word("tử số", "numerator")),
        link(per, None, &word("mẫu số", "denominator")),
        link(per, Some(of), &word("ngoài tử số", "outside")),
        link("received", Some("synchronised"), &word("chưa đồng bộ", "not synchronised")),
    ))
}

fn form(room: &Room<'_>, whose: &Whose, period: Period, sheet: &str, wrong: &[Reason]) -> Html {
    let lang = room.lang();
    let mut body = kit::hidden("of", &super::of(whose));
    body.push(&kit::hidden("period", &period.to_string()));
    let hint = room.pick(
        "Mỗi dòng: chỉ số; mã thủ tục (để trống nếu là tổng); tử số; mẫu số. Ví dụ 2.1;1.001193;812;830. Dán được từ bảng tính. Số nhập lại thay số cũ; mỗi lần nhập đều lưu nhật ký.",
        "A line each: indicator; procedure code (empty for the total); numerator; denominator. For example 2.1;1.001193;812;830. Pastes from a spreadsheet. What is entered again replaces what was there; each entry is journalled.",
    );
    body.push(&Field::new(lang, "sheet", room.pick("Số liệu Cổng quốc gia công bố", "Figures the portal published")).hint(hint).value(sheet).errors(wrong).textarea(8));
    body.push(&kit::button(room.pick("Lưu bảng số liệu", "Keep the sheet")));
    Html(format!("<section aria-labelledby=\"enter\"><h2 id=\"enter\">{}</h2>{}</section>", room.pick("Nhập số công bố", "Enter published figures"), kit::form(room.visitor, "/work/index/portal", &body)))
}
