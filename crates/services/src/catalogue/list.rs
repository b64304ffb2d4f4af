//! `/admin/procedures`: what is in force, what comes, what lapses, what is unverified, and the open cases of it all; and the list
//! of drafts and releases.

use super::{
    Catalogue, facts,
    lapses::Lapse,
    parts::{day, days_left, draft_address, page, procedure_address, table, texts},
    releases::{self, Pinned, Release, Status, Subject},
};
use axum::extract::State;
use casework::Definition;
use kernel::time::Date;
use std::{collections::BTreeMap, sync::Arc};
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Field, Mood},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Releases shown in the list.
const SHOWN: i64 = 200;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub q: String,
    /// `lapsing`, `unverified` or `coming`.
    pub only: String,
}

/// One procedure with all its versions.
struct Line {
    versions: Vec<Arc<Definition>>,
    now: Option<Arc<Definition>>,
    lapses: Vec<Lapse>,
    unverified: usize,
    open: i64,
}

impl Line {
    fn shown(&self) -> Option<&Arc<Definition>> {
        self.now.as_ref().or(self.versions.last())
    }
    fn coming(&self, today: Date) -> impl Iterator<Item = &Arc<Definition>> {
        self.versions.iter().filter(move |d| d.effective.from > today)
    }
}

fn lines(s: &Catalogue, pinned: &[Pinned]) -> Vec<Line> {
    let today = s.today();
    let definitions = &s.services.desk.rules().definitions;
    let mut by_code: BTreeMap<&str, Vec<Arc<Definition>>> = BTreeMap::new();
    for d in definitions.all() {
        by_code.entry(d.code.as_str()).or_default().push(d.clone());
    }
    let line = |(code, versions): (&str, Vec<Arc<Definition>>)| {
        let now = definitions.current(code, today).cloned();
        let about = now.as_ref().or(versions.last());
        Line {
            lapses: about.map_or_else(Vec::new, |d| s.lapses.of(d, today)),
            unverified: about.map_or(0, |d| facts::unverified(d).len()),
            open: pinned.iter().filter(|p| p.definition == code).map(|p| p.open).sum(),
            versions,
            now,
        }
    };
    by_code.into_iter().map(line).collect()
}

pub async fn procedures(State(s): State<Catalogue>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let today = s.today();
    let pinned = releases::pinned(s.services.desk.scope(), None).await.map_err(PageError::internal)?;
    let all = lines(&s, &pinned);
    let title = v.pick("Danh mục thủ tục", "Catalogue of procedures");
    let mut main = kit::heading(title, Some(&format!("{} {}", v.pick("Ngày", "On"), day(&v, today))));
    main.push(&figures(&v, &all, today));
    main.push(&kit::button_group(&[kit::link_button("/admin/catalogue/new?subject=procedure", v.pick("Soạn phiên bản mới", "Draft a new version"), kit::Weight::Quiet)]));
    main.push(&lapsing(&s, &v, &all));
    let words = kernel::text::fold(&asked.q);
    let found = |l: &&Line| {
        let Some(d) = l.shown() else { return false };
        let named = words.split(' ').all(|w| d.compiled.search.contains(w) || kernel::text::fold(d.code.as_str()).contains(w));
        named
            && match asked.only.as_str() {
                "lapsing" => !l.lapses.is_empty(),
                "unverified" => l.unverified > 0,
                "coming" => l.coming(today).next().is_some(),
                _ => true,
            }
    };
    let found: Vec<&Line> = all.iter().filter(found).collect();
    let head = v.pick("Các thủ tục", "Procedures");
    let mut body = Field::new(v.lang, "q", v.pick("Tìm theo tên hoặc mã", "Find by name or code")).kind("search").value(asked.q.as_str()).optional(true).input();
    body.push(&kit::Button::new(v.pick("Tìm", "Find")).weight(kit::Weight::Quiet).html());
    main.push(&Html(format!("<h2 id=\"all\">{}</h2>", esc(head))));
    main.push(&kit::search_form("/admin/procedures", &body));
    main.push(&by_field(&v, &found, today, !words.is_empty() || !asked.only.is_empty()));
    Ok(page(&v, title, "/admin/procedures", main).render())
}

/// Folded by field, so that a phone shows the fields and not three hundred rows; what was looked for stands open.
fn by_field(v: &Visitor, found: &[&Line], today: Date, open: bool) -> Html {
    let mut fields: BTreeMap<String, (&str, Vec<&Line>)> = BTreeMap::new();
    for line in found {
        let Some(d) = line.shown() else { continue };
        let name = d.sector.name.get(v.lang);
        fields.entry(kernel::text::fold(name)).or_insert((name, Vec::new())).1.push(line);
    }
    if fields.is_empty() {
        return Html(format!("<p class=\"none\">{}</p>", v.pick("Không có thủ tục nào như vậy.", "There is no such procedure.")));
    }
    let one = fields.len() == 1;
    let parts: Vec<Html> = fields
        .into_values()
        .map(|(name, lines)| {
            let dossiers: i64 = lines.iter().map(|l| l.open).sum();
            let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
            let mut said = format!("{name}: {} {}", when::number(count, v.lang), if count == 1 { v.pick("thủ tục", "procedure") } else { v.pick("thủ tục", "procedures") });
            if dossiers > 0 {
                said.push_str(&format!(", {} {}", when::number(dossiers, v.lang), v.pick("hồ sơ đang mở", "open")));
            }
            let mut columns = texts(v, &[("Thủ tục", "Procedure"), ("Đang áp dụng", "In force"), ("Sắp áp dụng", "Coming"), ("Hết hiệu lực", "Lapses")]);
            columns.extend([Column::num(v.pick("Chưa đối chiếu", "Not verified")), Column::num(v.pick("Hồ sơ đang mở", "Open dossiers"))]);
            let rows = lines.iter().filter_map(|l| row(v, l, today)).collect();
            kit::details(&said, &table(name, columns, rows, ""), open || one)
        })
        .collect();
    Html(format!("<div class=\"fields\">{}</div>", Html::join(&parts)))
}

fn row(v: &Visitor, l: &Line, today: Date) -> Option<Vec<Html>> {
    let d = l.shown()?;
    let address = procedure_address(d.code.as_str());
    let name = Html(format!("{}<br><span class=\"muted\">{}</span>", kit::link(&address, d.name.get(v.lang)), esc(d.code.as_str())));
    let now = match &l.now {
        Some(d) => Html(format!("{}<br><span class=\"muted\">{} {}</span>", esc(&d.version), v.pick("từ", "since"), esc(&day(v, d.effective.from)))),
        None => kit::chip(Mood::Bad, v.pick("không có bản nào", "none")),
    };
    let coming: Vec<String> = l.coming(today).map(|d| format!("{} {} {}", esc(&d.version), v.pick("từ", "from"), esc(&day(v, d.effective.from)))).collect();
    let coming = if coming.is_empty() { "–".to_owned() } else { coming.join("<br>") };
    let lapse = l.lapses.first().map_or_else(|| Html::text("–"), |f| Html(format!("{} {}", esc(&day(v, f.last_day)), days_left(v, f))));
    let number = |n: i64, at: &str| match n {
        0 => Html::text("0"),
        n => kit::link(&format!("{address}{at}"), &when::number(n, v.lang)),
    };
    Some(vec![name, now, Html(coming), lapse, number(i64::try_from(l.unverified).unwrap_or(i64::MAX), "#unverified"), number(l.open, "#versions")])
}

fn figures(v: &Visitor, all: &[Line], today: Date) -> Html {
    let count = |f: &dyn Fn(&Line) -> bool| i64::try_from(all.iter().filter(|l| f(l)).count()).unwrap_or(i64::MAX);
    let figure = |label: &str, n: i64, href: &str, under: &str| {
        Html(format!(
            "<a class=\"figure\" href=\"{}\"><span>{}</span><b>{}</b><span class=\"muted\">{}</span></a>",
            esc(href),
            esc(label),
            when::number(n, v.lang),
            esc(under)
        ))
    };
    let procedures = v.pick("thủ tục", "procedures");
    let list = [
        figure(v.pick("Đang áp dụng", "In force"), count(&|l| l.now.is_some()), "/admin/procedures#all", procedures),
        figure(v.pick("Có bản sắp áp dụng", "With a version to come"), count(&|l| l.coming(today).next().is_some()), "/admin/procedures?only=coming#all", procedures),
        figure(v.pick("Có phần sắp hết hiệu lực", "With a part that lapses"), count(&|l| !l.lapses.is_empty()), "/admin/procedures?only=lapsing#all", procedures),
        figure(v.pick("Có phần chưa đối chiếu", "With parts not verified"), count(&|l| l.unverified > 0), "/admin/procedures?only=unverified#all", procedures),
        figure(v.pick("Hồ sơ đang mở", "Open dossiers"), all.iter().map(|l| l.open).sum(), "/admin/procedures#all", v.pick("giữ phiên bản lúc nộp", "keep the version they were filed under")),
    ];
    Html(format!("<div class=\"figures\">{}</div>", Html::join(&list)))
}

/// By last day: which procedures rest on what ends then. A warning from `warn_days` before.
fn lapsing(s: &Catalogue, v: &Visitor, all: &[Line]) -> Html {
    let mut by_day: BTreeMap<Date, Vec<(&Definition, &Lapse)>> = BTreeMap::new();
    for l in all {
        for lapse in &l.lapses {
            if let Some(d) = l.shown() {
                by_day.entry(lapse.last_day).or_default().push((d, lapse));
            }
        }
    }
    let mut out = Html::default();
    for (last, list) in by_day {
        let Some((_, first)) = list.first() else { continue };
        let codes: std::collections::BTreeSet<&str> = list.iter().map(|(d, _)| d.code.as_str()).collect();
        let said = format!(
            "{} {} {}: {} {}",
            v.pick("Hết ngày", "After"),
            day(v, last),
            v.pick("hết hiệu lực", "these lapse"),
            codes.len(),
            v.pick("thủ tục", "procedures")
        );
        let rows = list.iter().map(|(d, l)| {
            let basis = l.basis.as_ref().map_or_else(|| Html::text("–"), |b| super::parts::basis(v, b));
            vec![kit::link(&procedure_address(d.code.as_str()), d.name.get(v.lang)), Html::text(l.what.get(v.lang)), basis, Html::text(l.then.get(v.lang))]
        });
        let columns = texts(v, &[("Thủ tục", "Procedure"), ("Phần", "Part"), ("Căn cứ", "Legal basis"), ("Sau đó", "Afterwards")]);
        let rows = table(&said, columns, rows.collect(), "");
        let details = kit::details(&said, &rows, false);
        let warn = first.warn || first.days < 0;
        let left = days_left(v, first);
        let note = format!("{} {} {}", v.pick("Cảnh báo trước", "Warned"), s.lapses.warn_days, v.pick("ngày.", "days ahead."));
        // A warning counts from `warn_days` before the last day; until then it is only told.
        let head = if warn { kit::warning(v.lang, &said) } else { Html::default() };
        out.push(&Html(format!("<div class=\"lapse\">{head}<p>{left} {}</p>{details}</div>", esc(&note))));
    }
    out
}

/// `/admin/catalogue/drafts`: what waits for release, and what was released.
pub async fn drafts(State(s): State<Catalogue>, v: Visitor) -> Result<Html, PageError> {
    let scope = s.services.desk.scope();
    let open = releases::with_status(scope, Status::Draft, SHOWN).await.map_err(PageError::internal)?;
    let done = releases::with_status(scope, Status::Released, SHOWN).await.map_err(PageError::internal)?;
    let title = v.pick("Dự thảo và phát hành", "Drafts and releases");
    let mut main = kit::heading(title, Some(v.pick("Người soạn và người phát hành là hai người khác nhau.", "Whoever drafts and whoever releases are two people.")));
    main.push(&kit::button_group(&[
        kit::link_button("/admin/catalogue/new?subject=procedure", v.pick("Soạn thủ tục", "Draft a procedure"), kit::Weight::Quiet),
        kit::link_button("/admin/catalogue/new?subject=calendar", v.pick("Soạn lịch làm việc", "Draft a calendar"), kit::Weight::Quiet),
    ]));
    for (head, list, empty) in [
        (v.pick("Chờ phát hành", "Waiting for release"), &open, v.pick("Không có bản dự thảo nào.", "There are no drafts.")),
        (v.pick("Đã phát hành", "Released"), &done, v.pick("Chưa phát hành bản nào.", "Nothing has been released.")),
    ] {
        let columns = texts(&v, &[("Bản", "What"), ("Loại", "Kind"), ("Áp dụng từ", "Holds from"), ("Người soạn", "Drafted by"), ("Người phát hành", "Released by")]);
        main.push(&kit::card(head, &table(head, columns, list.iter().map(|r| release_row(&s, &v, r)).collect(), empty)));
    }
    Ok(page(&v, title, "/admin/catalogue/drafts", main).render())
}

fn release_row(s: &Catalogue, v: &Visitor, r: &Release) -> Vec<Html> {
    let now = s.services.now();
    let kind = match r.subject {
        Subject::Procedure => v.pick("thủ tục", "procedure"),
        Subject::Calendar => v.pick("lịch làm việc", "calendar"),
    };
    let hand = |h: &releases::Hand| Html(format!("{}<br>{}", esc(&h.name), when::ago_time(h.at, now, v.lang)));
    vec![
        kit::link(&draft_address(r.id), &format!("{} · {}", r.code, r.version)),
        Html::text(kind),
        Html::text(&day(v, r.starts)),
        hand(&r.drafted),
        r.released.as_ref().map_or_else(|| Html::text("–"), hand),
    ]
}
