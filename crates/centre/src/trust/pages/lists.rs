//! The rows behind each figure.

use super::{lead, now, section::Section, shell};
use crate::{
    Centre,
    trust::{
        alike::Group,
        drift::Consultant,
        fact::Fact,
        known::{Findings, Known},
        outlier::Outlier,
        rounds::{Broken, Round},
        views,
    },
    views::PAGE,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{id::EnterpriseId, text::Lang};
use scoring::{Decimal, Tier};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Some rows of a section and where the next page begins.
pub struct Rows {
    pub table: Html,
    pub next: Option<String>,
}

/// What the rows need beside the findings.
pub struct Look<'a> {
    pub c: &'a Centre,
    pub v: &'a Visitor,
    names: HashMap<EnterpriseId, String>,
}

impl<'a> Look<'a> {
    async fn of(c: &'a Centre, v: &'a Visitor, ids: impl Iterator<Item = EnterpriseId>) -> Result<Self, PageError> {
        let mut ids: Vec<EnterpriseId> = ids.collect();
        ids.sort_unstable_by_key(|id| id.uuid());
        ids.dedup();
        let names = views::names(&c.scope, &ids).await.map_err(PageError::internal)?;
        Ok(Self { c, v, names })
    }
    fn name(&self, id: EnterpriseId) -> &str {
        self.names.get(&id).map_or("–", String::as_str)
    }
    /// The firm, leading to the result.
    fn result(&self, f: &Fact) -> Html {
        lead(self.v, &format!("/centre/assessments/{}", f.id), self.name(f.enterprise))
    }
    fn framework(&self, code: &str, edition: &str) -> Html {
        let found = self.c.frameworks.get(code, edition);
        Html(esc(&found.map_or_else(|| format!("{code} {edition}"), |f| f.name.get(self.v.lang).to_owned())))
    }
    fn question(&self, f: &Fact, code: &str) -> String {
        let found = self.c.framework_of(f).and_then(|w| w.criterion(code)).map(|p| p.criterion.text.get(self.v.lang).to_owned());
        found.unwrap_or_else(|| code.to_owned())
    }
    fn tier(&self, code: &str) -> &'static str {
        Tier::ALL.into_iter().find(|t| t.code() == code).unwrap_or_default().label(self.v.lang)
    }
    fn table(&self, section: Section, columns: Vec<Column>, rows: Vec<Vec<Html>>) -> Html {
        kit::table(&Table {
            caption: section.name().get(self.v.lang).to_owned(),
            caption_hidden: true,
            columns,
            rows,
            empty: self.v.pick("Không tìm thấy trường hợp nào.", "None found.").to_owned(),
        })
    }
    fn pick(&self, vi: &str, en: &str) -> String {
        self.v.pick(vi, en).to_owned()
    }
}

impl Centre {
    fn framework_of(&self, f: &Fact) -> Option<&scoring::Framework> {
        self.frameworks.get(&f.framework, &f.edition)
    }
}

/// A page of a list after a place: the rows, and the place of the last if there are more.
fn cut<'a, T>(all: &'a [T], after: &str, limit: usize, key: impl Fn(&T) -> String) -> (&'a [T], Option<String>) {
    // A row that has gone meanwhile begins the list again.
    let from = if after.is_empty() { 0 } else { all.iter().position(|x| key(x) == after).map_or(0, |at| at + 1) };
    let rest = all.get(from..).unwrap_or_default();
    let page = rest.get(..limit.min(rest.len())).unwrap_or_default();
    (page, page.last().filter(|_| rest.len() > limit).map(key))
}

pub async fn rows(c: &Centre, v: &Visitor, f: &Findings, section: Section, after: &str, limit: usize) -> Result<Rows, PageError> {
    match section {
        Section::Outliers => {
            let (page, next) = cut(&f.outliers.found, after, limit, |o| o.fact.id.to_string());
            let look = Look::of(c, v, page.iter().map(|o| o.fact.enterprise)).await?;
            Ok(Rows { table: outliers(&look, page), next })
        }
        Section::Contradictions => {
            let (page, next) = cut(&f.contradicting, after, limit, |x| x.id.to_string());
            let look = Look::of(c, v, page.iter().map(|x| x.enterprise)).await?;
            Ok(Rows { table: contradictions(&look, page), next })
        }
        Section::SameTexts => groups(c, v, section, &f.same_texts, after, limit).await,
        Section::SameAnswers => groups(c, v, section, &f.same_answers, after, limit).await,
        Section::Drift => {
            let (page, next) = cut(&f.drift.consultants, after, limit, |x| x.account.clone());
            Ok(Rows { table: consultants(&Look { c, v, names: HashMap::new() }, page), next })
        }
        Section::Rounds => {
            let broken: Vec<&Round> = f.broken().collect();
            let (page, next) = cut(&broken, after, limit, |r| r.later.id.to_string());
            let look = Look::of(c, v, page.iter().map(|r| r.later.enterprise)).await?;
            Ok(Rows { table: rounds(&look, page), next })
        }
    }
}

fn percent(d: Decimal, lang: Lang) -> String {
    format!("{} %", d.show(lang, 1))
}

/// With its sign, also above zero.
fn signed(d: Decimal, lang: Lang) -> String {
    let shown = d.show(lang, 1);
    if d.is_positive() { format!("+{shown}") } else { shown.replacen('-', "−", 1) }
}

fn outliers(look: &Look<'_>, page: &[Outlier]) -> Html {
    let lang = look.v.lang;
    let rows = page.iter().map(|o| {
        let sector = look.c.catalog.line_of_business(&o.peers.sector).map_or(o.peers.sector.as_str(), |s| s.name.get(lang));
        vec![
            look.result(&o.fact),
            look.framework(&o.peers.framework, &o.peers.edition),
            Html(format!("{}<br>{}, {}", esc(sector), esc(&size(&o.peers.size, lang)), look.tier(&o.peers.tier))),
            Html(percent(o.share, lang)),
            Html(format!("{} ({} {})", percent(o.median, lang), o.others, lang.pick("kết quả khác", "others"))),
            Html(signed(o.z, lang)),
        ]
    });
    let columns = vec![
        Column::text(look.pick("Đơn vị", "Enterprise")),
        Column::text(look.pick("Bộ tiêu chí", "Framework")),
        Column::text(look.pick("Nhóm so sánh", "Peers")),
        Column::num(look.pick("Tỷ lệ điểm", "Share of points")),
        Column::num(look.pick("Trung vị của nhóm", "Median of the peers")),
        Column::num("z"),
    ];
    look.table(Section::Outliers, columns, rows.collect())
}

/// Classes of Decree 80/2021 in words.
fn size(code: &str, lang: Lang) -> String {
    match code {
        "micro" => lang.pick("siêu nhỏ", "micro"),
        "small" => lang.pick("nhỏ", "small"),
        "medium" => lang.pick("vừa", "medium"),
        "large" => lang.pick("lớn", "large"),
        other => other,
    }
    .to_owned()
}

fn contradictions(look: &Look<'_>, page: &[Arc<Fact>]) -> Html {
    let rows = page.iter().map(|f| {
        let written = look.c.framework_of(f).map_or(&[][..], |w| &w.contradictions);
        let said: Vec<Html> = f.contradictions.iter().filter_map(|at| written.get(*at)).map(|c| Html::text(c.text.get(look.v.lang))).collect();
        vec![look.result(f), look.framework(&f.framework, &f.edition), kit::bullets(&said), Html(esc(look.tier(&f.tier)))]
    });
    let columns = vec![
        Column::text(look.pick("Đơn vị", "Enterprise")),
        Column::text(look.pick("Bộ tiêu chí", "Framework")),
        Column::text(look.pick("Mâu thuẫn", "Contradictions")),
        Column::text(look.pick("Mức tin cậy", "Trust tier")),
    ];
    look.table(Section::Contradictions, columns, rows.collect())
}

/// Firms of a group that are named at once; a larger group says how many more there are.
const NAMED: usize = 50;

async fn groups(c: &Centre, v: &Visitor, section: Section, all: &[Group], after: &str, limit: usize) -> Result<Rows, PageError> {
    let key = |g: &Group| g.facts.first().map(|f| format!("{}{}", f.id, g.criterion.as_deref().unwrap_or_default())).unwrap_or_default();
    let (page, next) = cut(all, after, limit, key);
    let look = Look::of(c, v, page.iter().flat_map(|g| g.facts.iter().take(NAMED)).map(|f| f.enterprise)).await?;
    let rows = page.iter().map(|g| {
        let first = g.facts.first();
        let what = match (&g.criterion, first) {
            (Some(code), Some(f)) => Html(esc(&look.question(f, code))),
            (_, Some(f)) => look.framework(&f.framework, &f.edition),
            _ => Html::default(),
        };
        let mut firms: Vec<Html> = g.facts.iter().take(NAMED).map(|f| look.result(f)).collect();
        if let Some(more) = g.facts.len().checked_sub(NAMED).filter(|n| *n > 0) {
            firms.push(Html(format!("{} {more}", v.pick("và còn", "and more:"))));
        }
        let who = if firms.len() > 5 {
            kit::details(&format!("{} {}", g.facts.len(), v.pick("kết quả", "results")), &kit::bullets(&firms), false)
        } else {
            kit::bullets(&firms)
        };
        vec![what, Html(g.firms.to_string()), who]
    });
    let columns = vec![
        Column::text(if section == Section::SameTexts { look.pick("Câu hỏi", "Question") } else { look.pick("Bộ tiêu chí", "Framework") }),
        Column::num(look.pick("Số đơn vị", "Firms")),
        Column::text(look.pick("Kết quả", "Results")),
    ];
    Ok(Rows { table: look.table(section, columns, rows.collect()), next })
}

fn consultants(look: &Look<'_>, page: &[Consultant]) -> Html {
    let lang = look.v.lang;
    let shown = |d: Option<Decimal>| Html(d.map_or_else(|| "–".to_owned(), |d| signed(d, lang)));
    let rows = page.iter().map(|x| {
        let flag = if x.flagged {
            kit::chip(Mood::Warn, look.v.pick("lệch rõ", "differs"))
        } else {
            kit::chip(Mood::Info, look.v.pick("trong khoảng", "within range"))
        };
        vec![
            kit::link(&format!("/centre/checks/consultants/{}", url_part(&x.account)), &x.name),
            Html(x.results.to_string()),
            Html(x.sum.checks.to_string()),
            Html(x.sum.changed.to_string()),
            shown(x.mean),
            shown(x.deviation),
            flag,
        ]
    });
    let columns = vec![
        Column::text(look.pick("Tư vấn viên", "Consultant")),
        Column::num(look.pick("Kết quả", "Results")),
        Column::num(look.pick("Câu đã xác nhận", "Answers checked")),
        Column::num(look.pick("Câu đã sửa", "Corrected")),
        Column::num(look.pick("Mức sửa trung bình (điểm %)", "Mean correction (pp)")),
        Column::num(look.pick("Lệch so với mức chung", "Off from all")),
        Column::text(look.pick("Nhận xét", "Note")),
    ];
    look.table(Section::Drift, columns, rows.collect())
}

fn rounds(look: &Look<'_>, page: &[&Round]) -> Html {
    let now = look.c.now();
    let side = |f: &Fact| {
        let who = f.consultant.as_ref().map_or_else(String::new, |w| format!("<br>{}", esc(&w.1)));
        let said = format!("{} · {}", f.stage.to_uppercase(), when::at(f.submitted_at, now, look.v.lang));
        Html(format!("{}<br>{}{who}", lead(look.v, &format!("/centre/assessments/{}", f.id), &said), esc(look.tier(&f.tier))))
    };
    let rows = page.iter().map(|r| {
        let broken: Vec<Html> = r.broken.iter().map(|b: &Broken| Html::text(b.name().get(look.v.lang))).collect();
        vec![
            lead(look.v, &format!("/centre/enterprises/{}", r.later.enterprise), look.name(r.later.enterprise)),
            r.first.as_ref().map_or_else(|| Html("–".to_owned()), |f| side(f)),
            side(&r.later),
            kit::bullets(&broken),
        ]
    });
    let columns = vec![
        Column::text(look.pick("Đơn vị", "Enterprise")),
        Column::text(look.pick("Lần đầu", "First round")),
        Column::text(look.pick("Lần sau", "Later round")),
        Column::text(look.pick("Điều không khớp", "What does not match")),
    ];
    look.table(Section::Rounds, columns, rows.collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    after: String,
}

/// All rows of a section.
pub async fn page(known: Arc<Known>, State(c): State<Centre>, v: Visitor, Path(section): Path<String>, Query(ask): Query<Ask>) -> Result<Response, PageError> {
    let section = Section::ALL.into_iter().find(|s| s.code() == section).ok_or_else(PageError::not_found)?;
    let (rules, found) = now(&known, &c).await?;
    let rows = rows(&c, &v, &found, section, &ask.after, usize::try_from(PAGE).unwrap_or(50)).await?;
    let title = section.name();
    let next = rows.next.map(|place| format!("/centre/checks/list/{}?after={}", section.code(), url_part(&place)));
    let main = Html(format!(
        "<h1>{}</h1>{}{}{}{}",
        esc(title.get(v.lang)),
        super::summary::figure(&v, section, &found),
        kit::details(v.pick("Cách đo", "How it is measured"), &Html(format!("{}{}", kit::para(section.how(&rules).get(v.lang)), super::sources(&v, section.basis(&rules)))), false),
        rows.table,
        kit::pagination(v.lang, None, next.as_deref())
    ));
    Ok(shell(&v, title.get(v.lang), main).back("/centre/checks", v.pick("Kiểm tra kết quả", "Checks of results")).render().into_response())
}

/// The results a consultant checked, with what each correction was.
pub async fn consultant(known: Arc<Known>, State(c): State<Centre>, v: Visitor, Path(account): Path<String>) -> Result<Response, PageError> {
    let (_, found) = now(&known, &c).await?;
    let who = found.drift.consultants.iter().find(|x| x.account == account).ok_or_else(PageError::not_found)?;
    let mut own: Vec<&Arc<Fact>> = found.facts.iter().filter(|f| f.correction.is_some() && f.consultant.as_ref().is_some_and(|x| x.0 == account)).collect();
    own.sort_by(|a, b| (b.submitted_at, b.id.to_string()).cmp(&(a.submitted_at, a.id.to_string())));
    let all = own.len();
    own.truncate(500);
    let look = Look::of(&c, &v, own.iter().map(|f| f.enterprise)).await?;
    let rows = own.iter().map(|f| {
        let x = f.correction.unwrap_or_default();
        let mean = x.points.percent_of(x.of).map_or_else(|| "–".to_owned(), |d| signed(d, v.lang));
        vec![look.result(f), look.framework(&f.framework, &f.edition), Html(x.checks.to_string()), Html(x.changed.to_string()), Html(signed(x.points, v.lang)), Html(mean)]
    });
    let columns = vec![
        Column::text(v.pick("Đơn vị", "Enterprise")),
        Column::text(v.pick("Bộ tiêu chí", "Framework")),
        Column::num(v.pick("Câu đã xác nhận", "Answers checked")),
        Column::num(v.pick("Câu đã sửa", "Corrected")),
        Column::num(v.pick("Điểm thay đổi", "Points changed")),
        Column::num(v.pick("Trên điểm tối đa các câu đó (điểm %)", "Of their maximum (pp)")),
    ];
    let more = if all > own.len() { kit::para(&format!("{} {}", v.pick("Chỉ hiện 500 kết quả mới nhất trong số", "Only the newest 500 are shown of"), all)) } else { Html::default() };
    let main = Html(format!("<h1>{}</h1>{}{more}", esc(&who.name), look.table(Section::Drift, columns, rows.collect())));
    Ok(shell(&v, &who.name, main).back("/centre/checks/list/consultants", Section::Drift.name().get(v.lang)).render().into_response())
}
