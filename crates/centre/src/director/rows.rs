//! The rows behind the figures.

use super::{Cell, Listing, is_staff, shell, views::{self, Found, Which}};
use crate::{Centre, assess::tier_word, enterprise::level_word, model::Stage, views::PAGE};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    stage: String,
    /// `1`: this stage or beyond.
    beyond: String,
    level: String,
    /// Code, or `none`.
    framework: String,
    /// Trust tier, or `none`; of a change of level, the tier of the earlier round.
    tier: String,
    /// Trust tier of the later round.
    later: String,
    stuck: String,
    from: String,
    to: String,
    /// `single` or `group`.
    kind: String,
    after: String,
}

impl Ask {
    /// Where the page begins. An address may hold anything; a database refuses some of it (NUL).
    fn after(&self) -> String {
        kernel::text::clean(&self.after)
    }
}

fn answer(v: &Visitor, title: &str, lead: &str, body: &Html) -> Response {
    let lead = if lead.is_empty() { String::new() } else { format!("<p class=\"lead\">{}</p>", esc(lead)) };
    let main = Html(format!("<h1>{}</h1>{lead}{body}", esc(title)));
    shell(v, title, main).back("/centre/director", v.pick("Điều hành", "Direction")).render().into_response()
}

/// One page of a list that was asked for one row more than it shows: the rows, and whether there are more.
fn cut<T>(mut rows: Vec<T>) -> (Vec<T>, bool) {
    let page = usize::try_from(PAGE).unwrap_or(50);
    let more = rows.len() > page;
    rows.truncate(page);
    (rows, more)
}

/// `3`, or `none`; anything else is no level.
fn level(text: &str) -> Option<Option<i64>> {
    match text {
        "none" => Some(None),
        n => n.parse().ok().filter(|n| (0..=20).contains(n)).map(Some),
    }
}

/// A code, or `none`; nothing asked is nothing.
fn named(text: &str) -> Option<Option<String>> {
    match kernel::text::clean(text) {
        empty if empty.is_empty() => None,
        none if none == "none" => Some(None),
        code => Some(Some(code)),
    }
}

fn name(v: &Visitor, e: &Found) -> Html {
    if is_staff(v) { kit::link(&format!("/centre/enterprises/{}", e.id), &e.name) } else { Html::text(&e.name) }
}

fn table(c: &Centre, v: &Visitor, rows: &[Found]) -> Html {
    let now = c.now();
    let cells = rows.iter().map(|e| {
        let stage = Stage::of(&e.stage).unwrap_or_default();
        vec![name(v, e), Html::text(&e.code), level_word(e.level, v.lang), Html::text(stage.name().get(v.lang)), when::ago_time(e.since, now, v.lang)]
    });
    kit::table(&Table {
        caption: v.pick("Doanh nghiệp", "Enterprises").to_owned(),
        caption_hidden: true,
        columns: [("Tên", "Name"), ("Mã số", "Code"), ("Mức độ", "Level"), ("Chặng đường", "Stage"), ("Từ", "Since")].map(|(vi, en)| Column::text(v.pick(vi, en))).into(),
        rows: cells.collect(),
        empty: v.pick("Không có đơn vị nào.", "No enterprise.").to_owned(),
    })
}

pub async fn enterprises(State(c): State<Centre>, v: Visitor, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let stage = Stage::of(&ask.stage);
    let beyond = ask.beyond == "1";
    let stuck = ask.stuck == "1";
    let which = Which {
        stages: Stage::ALL.into_iter().filter(|s| stage.is_some_and(|x| if beyond { *s >= x } else { *s == x })).map(Stage::code).collect(),
        level: level(&ask.level),
        framework: named(&ask.framework),
        tier: named(&ask.tier),
        stuck_before: stuck.then(|| c.now().plus_seconds(-crate::work::STUCK)),
    };
    let place = ask.after();
    let after = place.split_once('~').map(|(id, folded)| (folded, id));
    let (rows, more) = cut(views::enterprises(&c.scope, &which, after, PAGE + 1).await.map_err(PageError::internal)?);
    let mut same = String::new();
    for (key, value) in [("stage", &ask.stage), ("beyond", &ask.beyond), ("level", &ask.level), ("framework", &ask.framework), ("tier", &ask.tier), ("stuck", &ask.stuck)] {
        if !value.is_empty() {
            same.push_str(&format!("{key}={}&", url_part(value)));
        }
    }
    let next = rows.last().filter(|_| more).map(|r| format!("/centre/director/enterprises?{same}after={}", url_part(&format!("{}~{}", r.id, r.folded))));
    let mut said = Vec::new();
    if let Some(s) = stage {
        let (vi, en) = if beyond { ("đã đến chặng", "came to the stage") } else { ("đang ở chặng", "at the stage") };
        said.push(format!("{} “{}”", v.pick(vi, en), s.name().get(v.lang)));
    }
    match which.level {
        Some(Some(n)) => said.push(format!("{} {n}", v.pick("mức", "level"))),
        Some(None) => said.push(v.pick("chưa xếp được mức", "without a level").to_owned()),
        None => {}
    }
    if let Some(Some(code)) = &which.framework {
        said.push(super::levels::framework_name(&c, code, v.lang));
    }
    if let Some(Some(tier)) = &which.tier {
        said.push(tier_word(tier, v.lang).to_owned());
    }
    if stuck {
        said.push(v.pick("đứng yên từ 12 tháng", "not moved for 12 months").to_owned());
    }
    let body = Html(format!("{}{}", table(&c, &v, &rows), kit::pagination(v.lang, None, next.as_deref())));
    Ok(answer(&v, v.pick("Doanh nghiệp", "Enterprises"), &said.join(", "), &body))
}

pub async fn moved(State(c): State<Centre>, v: Visitor, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let (Some(from), Some(to)) = (level(&ask.from), level(&ask.to)) else { return Err(PageError::not_found()) };
    let place = ask.after();
    let before = place.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id)));
    let of = |text: &str| named(text).flatten();
    let which = views::Cell { from, to, framework: of(&ask.framework), tier_from: of(&ask.tier), tier_to: of(&ask.later) };
    let (rows, more) = cut(views::moved(&c.scope, &which, before, PAGE + 1).await.map_err(PageError::internal)?);
    let next = rows.last().filter(|_| more).map(|r| {
        let place = format!("{}~{}", r.at.micros(), r.later);
        let same: String = [("framework", &ask.framework), ("tier", &ask.tier), ("later", &ask.later)].iter().map(|(key, value)| format!("{key}={}&", url_part(value))).collect();
        format!("/centre/director/moved?from={}&to={}&{same}after={}", url_part(&ask.from), url_part(&ask.to), url_part(&place))
    });
    let staff = is_staff(&v);
    let now = c.now();
    let cells = rows.iter().map(|r| {
        let who = match r.enterprise.filter(|_| staff) {
            Some(id) => kit::link(&format!("/centre/enterprises/{id}"), &r.name),
            None => Html::text(&r.name),
        };
        let round = |id: &kernel::id::AssessmentId, level: Option<i64>, tier: &str| {
            let word = Html(format!("{} ({})", level_word(level, v.lang), esc(tier_word(tier, v.lang))));
            if staff { Html(format!("<a href=\"/centre/assessments/{id}\">{word}</a>")) } else { word }
        };
        let framework = c.frameworks.latest(&r.framework).map_or(r.framework.as_str(), |f| f.name.get(v.lang));
        vec![who, round(&r.earlier, r.from, &r.tiers.0), round(&r.later, r.to, &r.tiers.1), Html::text(framework), when::at_time(r.at, now, v.lang)]
    });
    let body = kit::table(&Table {
        caption: v.pick("Hai lần đánh giá", "Two rounds").to_owned(),
        caption_hidden: true,
        columns: [("Tên", "Name"), ("Lần trước", "Earlier"), ("Lần sau", "Later"), ("Bộ tiêu chí", "Framework"), ("Ngày gửi lần sau", "Later one sent")]
            .map(|(vi, en)| Column::text(v.pick(vi, en)))
            .into(),
        rows: cells.collect(),
        empty: v.pick("Không có đơn vị nào.", "No enterprise.").to_owned(),
    });
    let body = Html(format!("{body}{}", kit::pagination(v.lang, None, next.as_deref())));
    let word = |l: Option<i64>| l.map_or_else(|| v.pick("chưa xếp được", "no level").to_owned(), |n| n.to_string());
    Ok(answer(&v, &format!("{}: {} → {}", v.pick("Chuyển mức", "Change of level"), word(from), word(to)), "", &body))
}

pub async fn barrier(State(c): State<Centre>, v: Visitor, Path((criterion, option)): Path<(String, String)>, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let f = c.frameworks.latest("barriers").ok_or_else(PageError::not_found)?;
    let prepared = f.criterion(&criterion).ok_or_else(PageError::not_found)?;
    let title = prepared.scale.choice(&option).ok_or_else(PageError::not_found)?.text.get(v.lang).to_owned();
    let choice = format!("{criterion}:{option}");
    let (rows, more) = cut(views::named(&c.scope, &f.framework, &f.version, &choice, &ask.after(), PAGE + 1).await.map_err(PageError::internal)?);
    let next = rows.last().filter(|_| more).map(|r| format!("/centre/director/barriers/{}/{}?after={}", url_part(&criterion), url_part(&option), r.0));
    let unattached = rows.iter().filter(|r| r.1.is_none()).count();
    let firms: Vec<Found> = rows.into_iter().filter_map(|r| r.1).collect();
    let note = if unattached == 0 {
        String::new()
    } else {
        format!("<p class=\"muted\">{unattached} {}</p>", v.pick("bài trên trang này chưa gắn với đơn vị nào.", "answers on this page belong to no enterprise yet."))
    };
    let body = Html(format!("{}{note}{}", table(&c, &v, &firms), kit::pagination(v.lang, None, next.as_deref())));
    Ok(answer(&v, &title, v.pick("Đơn vị nêu rào cản này", "Enterprises that name this barrier"), &body))
}

fn listing(v: &Visitor, now: kernel::Instant, base: &str, l: &Listing) -> Html {
    let staff = is_staff(v);
    let cell = |c: &Cell| match c {
        Cell::Link(href, text) if staff => kit::link(href, text),
        Cell::Link(_, text) | Cell::Plain(text) => Html::text(text),
        Cell::Words(t) => Html::text(t.get(v.lang)),
        Cell::Count(n) => Html(when::number(*n, v.lang)),
        Cell::Money(d) => Html::text(&d.to_string()),
        Cell::At(at) => when::at_time(*at, now, v.lang),
    };
    let table = kit::table(&Table {
        caption: l.caption.get(v.lang).to_owned(),
        columns: l.columns.iter().map(|(label, num)| if *num { Column::num(label.get(v.lang)) } else { Column::text(label.get(v.lang)) }).collect(),
        rows: l.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        empty: l.empty.get(v.lang).to_owned(),
        ..Table::default()
    });
    let next = l.next.as_ref().map(|place| format!("{base}{}after={}", if base.contains('?') { '&' } else { '?' }, url_part(place)));
    Html(format!("{table}{}", kit::pagination(v.lang, None, next.as_deref())))
}

pub async fn budget(State(c): State<Centre>, v: Visitor, Path((year, content)): Path<(i16, String)>, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let l = c.elsewhere.budget_rows(year, &content, &ask.after(), PAGE).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let title = format!("{} {year}", v.pick("Tiền hỗ trợ năm", "Support money of"));
    Ok(answer(&v, &title, "", &listing(&v, c.now(), &format!("/centre/director/budget/{year}/{}", url_part(&content)), &l)))
}

pub async fn provider(State(c): State<Centre>, v: Visitor, Path(provider): Path<String>) -> Result<Response, PageError> {
    let (name, lists) = c.elsewhere.provider_rows(&provider).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let parts: String = lists.iter().map(|l| format!("<section>{}</section>", listing(&v, c.now(), "", l))).collect();
    Ok(answer(&v, name.get(v.lang), "", &Html(parts)))
}

pub async fn engagements(State(c): State<Centre>, v: Visitor, Path(state): Path<String>, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let (groups, kind, lead) = match ask.kind.as_str() {
        "group" => (Some(true), "?kind=group", v.pick("theo nhóm", "groups")),
        "single" => (Some(false), "?kind=single", v.pick("một kèm một", "one to one")),
        _ => (None, "", ""),
    };
    let l = c.elsewhere.engagement_rows(&state, groups, &ask.after(), PAGE).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let base = format!("/centre/director/engagements/{}{kind}", url_part(&state));
    Ok(answer(&v, v.pick("Đợt hỗ trợ", "Engagements"), lead, &listing(&v, c.now(), &base, &l)))
}
