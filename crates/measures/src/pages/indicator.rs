//! `/ioc/indicators/{indicator}`: its value, the records or declarations behind it, its course, and the form of the office that answers for it.

use super::{INDICATORS, actor, badge, choose, download, figure, num, offered, reader, said::Said, shell, sources};
use crate::{
    Measures, Period, Who,
    catalog::{Breakdown, Indicator},
    figures::{Figure, Origin, entered},
    reading::{self, Line, Sent},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use indices::Exact;
use kernel::text::Lang;
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    period: String,
    done: String,
}

/// Periods of a course.
const COURSE: usize = 12;

/// What the page shows of one indicator.
struct Page<'s> {
    s: &'s Measures,
    who: Who,
    i: &'s Indicator,
    period: Period,
    lines: Vec<Line>,
    figure: Option<Figure>,
}

impl<'s> Page<'s> {
    async fn of(s: &'s Measures, v: &Visitor, code: &str, period: &str) -> Result<Self, PageError> {
        let who = s.who(&*actor(v)?);
        let i = s.catalog.indicator(code).ok_or_else(PageError::not_found)?;
        let period = super::period_of(s, period)?.as_type(i.period);
        let lines = if i.is_entered() { reading::lines(&s.scope, code).await.map_err(PageError::internal)? } else { Vec::new() };
        let figure = reader(s, &who).figure(i, period).await.map_err(PageError::internal)?;
        Ok(Self { s, who, i, period, lines, figure })
    }

    fn html(&self, v: &Visitor, course: &Html, parts: &Html, said: &Said, done: bool) -> Html {
        let title = self.i.name.get(v.lang);
        let whose = if self.i.is_entered() || self.who.oversees { None } else { self.who.office.as_ref().and_then(|o| self.s.places.office(o.as_str())) };
        let done = if done { kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default()) } else { Html::default() };
        let path = format!("{INDICATORS}/{}", self.i.code);
        let all = offered(self.i.period.of(self.s.now().date()), COURSE);
        let main = Html(format!(
            "{done}{}{}<p>{}</p>{}{}{course}{parts}{}{}<p class=\"no-print\"><a href=\"{path}/values.csv\">{}</a></p>{}",
            said.summary(v),
            kit::heading(title, whose.as_ref().map(|w| w.get(v.lang))),
            esc(self.i.about.get(v.lang)),
            choose(v, &path, self.period, &all, &Html::default()),
            self.value(v),
            self.entered(v),
            self.form(v, &path, said),
            v.pick("Tải số liệu (CSV)", "Download the values (CSV)"),
            self.definition(v),
        ));
        shell(v, title, main).back(INDICATORS, v.pick("Chỉ tiêu", "Indicators")).error(said.is_error()).render()
    }

    fn value(&self, v: &Visitor) -> Html {
        let f = self.figure.as_ref();
        let mut lines = vec![
            kit::Line::new(v.pick("Giá trị", "Value"), figure(self.i, f, v)),
            kit::Line::new(v.pick("Loại số liệu", "Kind"), badge(self.i.kind, v)),
        ];
        if let Some(f) = f {
            let old = if f.period == self.period { Html::default() } else { kit::chip(Mood::Warn, v.pick("số của kỳ trước", "of an earlier period")) };
            lines.push(kit::Line::new(v.pick("Kỳ số liệu", "Of"), Html(format!("{} {old}", esc(f.period.name().get(v.lang))))));
            if let Some(t) = f.shown().filter(|_| !f.is_mismatched()).and_then(|x| self.i.threshold(x)) {
                let mood = match t.mood {
                    crate::catalog::Mood::Good => Mood::Good,
                    crate::catalog::Mood::Plain => Mood::Info,
                    crate::catalog::Mood::Warn => Mood::Warn,
                    crate::catalog::Mood::Bad => Mood::Bad,
                };
                lines.push(kit::Line::new(v.pick("Mức", "Level"), kit::chip(mood, t.name.get(v.lang))));
            }
        }
        if let Some(plan) = self.i.plan_on(self.period.first_day()) {
            lines.push(kit::Line::new(v.pick("Lộ trình", "Roadmap"), Html::text(&self.gap(v, plan))));
        }
        kit::summary_list(&lines)
    }

    /// The plan, and how far it is: in units, not only in points.
    fn gap(&self, v: &Visitor, plan: Exact) -> String {
        let share = self.i.fraction.is_some() || self.i.is_percent();
        let told = if share { format!("{}\u{a0}%", plan.show(v.lang, 2)) } else { num(plan, v) };
        let wanted = self.figure.as_ref().filter(|f| !f.is_mismatched()).and_then(|f| Some((f.n, f.d?.mul(plan)?.div(Exact::HUNDRED)?)));
        match wanted.and_then(|(n, wanted)| wanted.sub(n)) {
            Some(gap) if self.i.direction == indices::Direction::Higher && gap > Exact::ZERO => format!("{told}; {} {} {}", v.pick("còn thiếu", "short of it by"), num(ceil(gap), v), self.i.unit.get(v.lang)),
            Some(_) if self.i.direction == indices::Direction::Higher => format!("{told}; {}", v.pick("đã đạt", "reached")),
            _ => told,
        }
    }

    /// What was entered for the period, every vintage of it.
    fn entered(&self, v: &Visitor) -> Html {
        if !self.i.is_entered() {
            return Html::default();
        }
        let period = self.figure.as_ref().map_or(self.period, |f| f.period);
        let row = |l: &Line| {
            let value = &l.said.value;
            let told = match value.d {
                Some(d) => format!("{} / {}", num(value.n, v), num(d, v)),
                None => num(value.n, v),
            };
            let excluded = value.excluded.map_or_else(String::new, |n| format!(" · {} {}", v.pick("loại trừ", "left out:"), when::number(n, v.lang)));
            let reason = if l.said.reason.is_empty() { String::new() } else { format!("<br>{} {}", v.pick("Đính chính:", "Correction:"), esc(&l.said.reason)) };
            let note = if value.note.is_empty() { String::new() } else { format!("<br>{}", esc(&value.note)) };
            vec![
                Html::text(&self.place(v, &l.area, l.period)),
                Html(format!("{}{}", esc(&told), esc(&excluded))),
                Html(format!("{}{reason}{note}", esc(&value.document))),
                Html::text(&value.supplier),
                Html(format!("{} {}, {}", esc(&l.said.name), esc(&l.said.office.to_string()), esc(&when::exact(l.said.at, v.lang)))),
                Html::text(&l.vintage.to_string()),
            ]
        };
        let rows: Vec<Vec<Html>> = self.lines.iter().filter(|l| l.period == period).map(row).collect();
        let total = match self.figure.as_ref().map(|f| &f.origin) {
            Some(Origin::Communes(parts)) => format!("<p>{} {} {}.</p>", v.pick("Giá trị của tỉnh, thành phố là tổng tử số, mẫu số của", "The province's value is the sum over"), parts.len(), v.pick("xã, phường", "communes")),
            _ => String::new(),
        };
        let table = kit::table(&Table {
            caption: format!("{} {}", v.pick("Số liệu đã khai,", "Values entered,"), period.name().get(v.lang)),
            caption_hidden: false,
            columns: [("Địa bàn", "Area"), ("Giá trị", "Value"), ("Căn cứ", "Document"), ("Nơi cung cấp", "Supplier"), ("Người khai", "Entered by"), ("Bản", "Vintage")].into_iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect(),
            rows,
            empty: v.pick("Chưa ai khai số liệu của kỳ này.", "Nothing was entered for this period.").to_owned(),
        });
        Html(format!("<div id=\"values\">{table}{total}</div>"))
    }

    fn place(&self, v: &Visitor, area: &str, period: Period) -> String {
        if area.is_empty() {
            return v.pick("Toàn tỉnh, thành phố", "Province").to_owned();
        }
        let day = period.first_day();
        self.s.places.area(area, day).or_else(|| self.s.places.area(area, self.s.now().date())).map_or_else(|| area.to_owned(), |n| format!("{} ({area})", n.get(v.lang)))
    }

    fn form(&self, v: &Visitor, path: &str, said: &Said) -> Html {
        if !reading::may(self.i, &self.who) {
            return Html::default();
        }
        let period = self.period.to_string();
        let (n, d) = self.i.fraction.as_ref().map_or_else(
            || (self.i.name.clone(), None),
            |f| (f.numerator.clone(), Some(said.field(v, "d", (&f.denominator.vi, &f.denominator.en), "").hint(format!("{} {}", v.pick("Cơ sở:", "Base:"), f.base)).inputmode("decimal").input())),
        );
        let area = self.i.breakdowns.contains(&Breakdown::Area).then(|| {
            let hint = v.pick("Mã xã, phường 5 chữ số; để trống nếu là cả tỉnh, thành phố.", "Commune code of 5 digits; empty for the province.");
            said.field(v, "area", ("Địa bàn", "Area"), "").hint(hint).optional(true).inputmode("numeric").input()
        });
        let body = Html(format!(
            "{}{}{}{}{}{}{}{}{}{}",
            said.field(v, "period", ("Kỳ", "Period"), &period).input(),
            area.unwrap_or_default(),
            said.field(v, "n", (&n.vi, &n.en), "").inputmode("decimal").input(),
            d.unwrap_or_default(),
            said.field(v, "excluded", ("Số trường hợp loại trừ khỏi mẫu số", "Cases left out of the whole"), "").optional(true).inputmode("numeric").input(),
            said.field(v, "supplier", ("Nơi cung cấp", "Supplier"), self.i.source.get(v.lang)).input(),
            said.field(v, "document", ("Số, ngày văn bản làm căn cứ", "Number and date of the document behind it"), "").input(),
            said.field(v, "note", ("Ghi chú", "Note"), "").optional(true).input(),
            said.field(v, "reason", ("Lý do đính chính", "Reason for the correction"), "").hint(v.pick("Chỉ khi kỳ này đã có số liệu.", "Only where the period has a value.")).optional(true).input(),
            kit::button(v.pick("Khai số liệu", "Enter the value")),
        ));
        Html(format!("<div class=\"no-print\">{}</div>", kit::details(v.pick("Khai số liệu, đính chính", "Enter or correct a value"), &kit::form(v, path, &body), said.is_error())))
    }

    fn definition(&self, v: &Visitor) -> Html {
        let i = self.i;
        let office = self.s.places.office(&i.responsible).map_or_else(|| i.responsible.clone(), |n| n.get(v.lang).to_owned());
        let mut lines = vec![
            kit::Line::new(v.pick("Mã, phiên bản", "Code, version"), format!("{} · {}", i.code, i.version).as_str()),
            kit::Line::new(v.pick("Kỳ tính", "Told by"), i.period.text().get(v.lang)),
            kit::Line::new(v.pick("Đơn vị", "Unit"), i.unit.get(v.lang)),
            kit::Line::new(v.pick("Nguồn", "Source"), i.source.get(v.lang)),
            kit::Line::new(v.pick("Cơ quan phụ trách", "Responsible office"), office.as_str()),
        ];
        if let Some(f) = &i.fraction {
            lines.push(kit::Line::new(v.pick("Tử số", "Numerator"), f.numerator.get(v.lang)));
            lines.push(kit::Line::new(v.pick("Mẫu số", "Denominator"), format!("{} ({})", f.denominator.get(v.lang), f.base).as_str()));
        }
        let body = Html(format!("{}{}", kit::summary_list(&lines), sources(v, &i.legal_basis)));
        kit::details(v.pick("Định nghĩa, căn cứ", "Definition and sources"), &body, false)
    }

    /// Value by value, the newest first.
    async fn course(&self, v: &Visitor) -> Result<Html, PageError> {
        let r = reader(self.s, &self.who);
        let mut rows = Vec::new();
        for p in offered(self.period, COURSE) {
            let f = if self.i.is_entered() { entered(&self.lines, p) } else { r.figure(self.i, p).await.map_err(PageError::internal)? };
            let empty = f.as_ref().is_none_or(|f| f.d.is_some_and(Exact::is_zero) || (f.d.is_none() && f.n.is_zero()));
            if !empty {
                rows.push(vec![Html::text(p.name().get(v.lang)), figure(self.i, f.as_ref(), v)]);
            }
        }
        Ok(kit::table(&Table {
            caption: v.pick("Theo kỳ, mới nhất ở trên", "By period, the newest first").to_owned(),
            caption_hidden: false,
            columns: vec![Column::text(v.pick("Kỳ", "Period")), Column::text(v.pick("Giá trị", "Value"))],
            rows,
            empty: v.pick("Chưa có số liệu.", "No data yet.").to_owned(),
        }))
    }

    /// The offices whose figures add up to the province's.
    async fn parts(&self, v: &Visitor) -> Result<Html, PageError> {
        let Some(c) = self.i.computed.as_ref().filter(|_| self.who.oversees) else { return Ok(Html::default()) };
        let parts = self.s.sources.parts(&self.s.scope, c, self.period, self.s.now()).await.map_err(PageError::internal)?;
        let row = |(office, told): &(kernel::id::OfficeCode, crate::Told)| {
            let name = self.s.places.office(office.as_str()).map_or_else(|| office.to_string(), |n| n.get(v.lang).to_owned());
            let f = Figure { n: told.n, d: told.d, period: self.period, origin: Origin::Counted(told.clone()) };
            vec![Html::text(&name), figure(self.i, Some(&f), v)]
        };
        if parts.is_empty() {
            return Ok(Html::default());
        }
        Ok(kit::table(&Table {
            caption: v.pick("Theo cơ quan", "By office").to_owned(),
            caption_hidden: false,
            columns: vec![Column::text(v.pick("Cơ quan", "Office")), Column::text(v.pick("Giá trị", "Value"))],
            rows: parts.iter().map(row).collect(),
            empty: String::new(),
        }))
    }
}

/// The next whole number not below.
fn ceil(x: Exact) -> Exact {
    let down = x.round(0);
    if down < x { down.add(Exact::ONE).unwrap_or(down) } else { down }
}

pub async fn show(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let page = Page::of(&s, &v, &code, &q.period).await?;
    let (course, parts) = (page.course(&v).await?, page.parts(&v).await?);
    Ok(page.html(&v, &course, &parts, &Said::default(), !q.done.is_empty()))
}

pub async fn post(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let i = s.catalog.indicator(&code).ok_or_else(PageError::not_found)?;
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let sent = Sent { area: text("area"), period: text("period"), n: text("n"), d: text("d"), excluded: text("excluded"), supplier: text("supplier"), document: text("document"), reason: text("reason"), note: text("note") };
    match s.declare(&me, i, &sent).await {
        Ok(r) => Ok(Redirect::to(&format!("{INDICATORS}/{code}?period={}&done=1", r.period)).into_response()),
        Err(failure) => {
            let said = Said::refused(form, refusal_of(failure)?);
            let page = Page::of(&s, &v, &code, "").await?;
            let (course, parts) = (page.course(&v).await?, page.parts(&v).await?);
            Ok(said.answer(page.html(&v, &course, &parts, &said, false)))
        }
    }
}

pub async fn sheet(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, Query(q): Query<Asked>) -> Result<Response, PageError> {
    let page = Page::of(&s, &v, &code, &q.period).await?;
    let head = ["indicator", "definition_version", "area", "period", "from", "to_excluded", "vintage", "numerator", "denominator", "base", "kind", "supplier", "document", "correction", "entered_at"];
    let mut rows = vec![head.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>()];
    let span = |p: Period| [p.first_day().to_string(), p.day_after().to_string()];
    let kind = page.i.kind.text().get(Lang::En).to_owned();
    let base = page.i.fraction.as_ref().map_or_else(String::new, |f| f.base.clone());
    let or = |d: Option<Exact>| d.map_or_else(String::new, |d| d.to_string());
    for l in &page.lines {
        let [from, to] = span(l.period);
        let x = &l.said.value;
        rows.push(vec![code.clone(), x.definition.clone(), l.area.clone(), l.period.to_string(), from, to, l.vintage.to_string(), x.n.to_string(), or(x.d), x.base.clone(), kind.clone(), x.supplier.clone(), x.document.clone(), l.said.reason.clone(), l.said.at.to_string()]);
    }
    if !page.i.is_entered() {
        let r = reader(&s, &page.who);
        for p in offered(page.period, COURSE) {
            if let Some(f) = r.figure(page.i, p).await.map_err(PageError::internal)? {
                let [from, to] = span(p);
                rows.push(vec![code.clone(), page.i.version.clone(), String::new(), p.to_string(), from, to, String::new(), f.n.to_string(), or(f.d), base.clone(), kind.clone(), page.i.source.vi.clone(), String::new(), String::new(), s.now().to_string()]);
            }
        }
    }
    Ok(download(&format!("{code}.csv"), rows))
}

