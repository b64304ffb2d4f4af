//! What a case has gathered: the people appointed to it, its artefacts by version, its registers as tables. The same for
//! officials and for the case's own people, who see what the definition shows them.

use casework::{
    Definition, Found,
    definition::{ArtefactDecl, RecordDecl},
    registers::{ArtefactVersion, Entry},
};
use kernel::Instant;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Line, Mood, Table},
    visitor::Visitor,
    when,
};

/// Who looks.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub visitor: &'a Visitor,
    pub now: Instant,
    /// An official of the case's offices: shown everything.
    pub inside: bool,
}

/// All cards, in the order in which people ask: who, which papers, what was noted.
pub fn html(r: Reader<'_>, found: &Found) -> Html {
    Html::join(&[members(r, found), artefacts(r, found), records(r, found)])
}

fn members(r: Reader<'_>, found: &Found) -> Html {
    let (v, d) = (r.visitor, &found.definition);
    if d.members.is_empty() {
        return Html::default();
    }
    let lines: Vec<Line> = d
        .members
        .iter()
        .map(|(role, decl)| {
            let people = found.state.members_of(role).iter();
            let people: Vec<Html> =
                people.map(|m| Html(format!("{} <span class=\"muted\">{} {}</span>", esc(&m.name), v.pick("từ", "since"), when::at_time(m.since, r.now, v.lang)))).collect();
            let said = if people.is_empty() { Html::text(v.pick("chưa có", "nobody yet")) } else { kit::bullets(&people) };
            Line::new(decl.name.get(v.lang), said)
        })
        .collect();
    kit::card(v.pick("Người tham gia", "People appointed"), &kit::summary_list(&lines))
}

fn artefacts(r: Reader<'_>, found: &Found) -> Html {
    let (v, d) = (r.visitor, &found.definition);
    let shown: Vec<(&String, &ArtefactDecl)> = d.artefacts.iter().filter(|(_, a)| r.inside || a.public).collect();
    if shown.is_empty() {
        return Html::default();
    }
    let rows = shown.iter().map(|(kind, decl)| artefact(r, found, kind, decl)).collect();
    let c = |vi: &'static str, en: &'static str| Column::text(v.pick(vi, en));
    let title = v.pick("Tài liệu của hồ sơ, theo phiên bản", "Files of the case, by version");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![c("Loại tài liệu", "Kind"), c("Bản hiện hành và các bản trước", "Present and former versions"), c("Tình trạng", "State")],
        rows,
        empty: String::new(),
    });
    kit::card(title, &table)
}

fn artefact(r: Reader<'_>, found: &Found, kind: &str, decl: &ArtefactDecl) -> Vec<Html> {
    let v = r.visitor;
    let versions = found.state.artefact(kind);
    let here = found.state.step.as_ref().map(|s| s.code.as_str());
    let state = match (versions.last(), decl.required_at.as_deref()) {
        (Some(last), _) => kit::chip(Mood::Good, &format!("{} {}", v.pick("bản", "version"), last.version)),
        (None, Some(step)) if Some(step) == here => kit::chip(Mood::Warn, v.pick("cần có ở bước này", "needed at this step")),
        (None, Some(step)) => {
            let name = found.definition.step(step).map_or(step, |s| s.name.get(v.lang));
            Html(format!("<span class=\"muted\">{} {}</span>", v.pick("cần có khi xong bước", "needed to leave the step"), esc(name)))
        }
        (None, None) => Html(format!("<span class=\"muted\">{}</span>", v.pick("nếu có", "if any"))),
    };
    let hint = decl.hint.as_ref().map_or_else(String::new, |h| format!("<br><span class=\"muted\">{}</span>", esc(h.get(v.lang))));
    let mut files = Html::default();
    if let Some((last, former)) = versions.split_last() {
        files.push(&version(r, found, last));
        if !former.is_empty() {
            let former: Vec<Html> = former.iter().rev().map(|x| version(r, found, x)).collect();
            files.push(&kit::details(v.pick("Các bản trước", "Former versions"), &kit::bullets(&former), false));
        }
    }
    vec![Html(format!("{}{hint}", esc(decl.name.get(v.lang)))), files, state]
}

fn version(r: Reader<'_>, found: &Found, version: &ArtefactVersion) -> Html {
    let v = r.visitor;
    let files: Vec<String> = version.files.iter().map(|f| file_link(found, f)).collect();
    Html(format!(
        "<div>{} {}: {}<br><span class=\"muted\">{}, {}</span></div>",
        v.pick("Bản", "Version"),
        version.version,
        files.join("; "),
        esc(&version.by.name),
        when::at_time(version.at, r.now, v.lang),
    ))
}

/// A file of the case by its name, size and hash.
pub fn file_link(found: &Found, f: &casework::event::GivenFile) -> String {
    let hash: String = f.sha256.chars().take(12).collect();
    format!(
        "<a href=\"/files/{}/{}\">{}</a> <span class=\"muted\">{} · <abbr title=\"SHA-256 {}\">{}…</abbr></span>",
        esc(&url_part(found.state.code.as_str())),
        f.file,
        esc(&f.name),
        when::size(f.size),
        esc(&f.sha256),
        esc(&hash),
    )
}

fn records(r: Reader<'_>, found: &Found) -> Html {
    let (v, d) = (r.visitor, &found.definition);
    let shown: Vec<(&String, &RecordDecl)> = d.records.iter().filter(|(_, x)| r.inside || x.public).collect();
    let (mut body, mut empty) = (Html::default(), Vec::new());
    for (name, decl) in shown {
        let entries = found.state.entries(name);
        if entries.is_empty() {
            empty.push(decl.name.get(v.lang));
            continue;
        }
        let title = format!("{} ({})", decl.name.get(v.lang), entries.len());
        let mut inner = decl.hint.as_ref().map_or_else(Html::default, |h| kit::para(h.get(v.lang)));
        inner.push(&table(r, decl, entries));
        inner.push(&former(r, decl, entries));
        body.push(&kit::details(&title, &inner, true));
    }
    if !empty.is_empty() {
        body.push(&Html(format!("<p class=\"muted\">{}: {}.</p>", v.pick("Chưa có dòng nào", "Nothing yet in"), esc(&empty.join("; ")))));
    }
    if body.is_empty() { body } else { kit::card(v.pick("Sổ theo dõi", "Registers"), &body) }
}

fn table(r: Reader<'_>, decl: &RecordDecl, entries: &[Entry]) -> Html {
    let v = r.visitor;
    let title = |name: &str| decl.field(name).map_or_else(|| name.to_owned(), |f| f.title.get(v.lang).to_owned());
    let shown = decl.shown();
    let mut columns = vec![Column::num(v.pick("Số", "No."))];
    columns.extend(shown.iter().map(|n| Column::text(title(n))));
    columns.push(Column::text(v.pick("Ghi", "Noted")));
    let row = |e: &Entry| {
        let mut cells = vec![Html::text(&e.number.to_string())];
        cells.extend(shown.iter().map(|n| Html::text(&decl.said(n, e.latest(), v.lang))));
        let last = e.versions.last();
        cells.push(last.map_or_else(Html::default, |l| Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&l.by.name), when::at_time(l.at, r.now, v.lang)))));
        cells
    };
    kit::table(&Table {
        caption: decl.name.get(v.lang).to_owned(),
        caption_hidden: true,
        columns,
        rows: entries.iter().map(row).collect(),
        empty: String::new(),
    })
}

/// What the table leaves out, and how entries read before they were amended.
fn former(r: Reader<'_>, decl: &RecordDecl, entries: &[Entry]) -> Html {
    let v = r.visitor;
    let shown = decl.shown();
    let said = |values: &serde_json::Value, only_rest: bool| -> String {
        let names = decl.names().filter(|n| !only_rest || !shown.contains(n));
        let parts = names.filter_map(|n| {
            let text = decl.said(n, values, v.lang);
            let title = decl.field(n)?.title;
            (!text.is_empty()).then(|| format!("<b>{}</b>: {}", esc(title.get(v.lang)), esc(&text)))
        });
        parts.collect::<Vec<_>>().join("; ")
    };
    let mut lines = Vec::new();
    for e in entries {
        let rest = said(e.latest(), true);
        if !rest.is_empty() {
            lines.push(Html(format!("{} {}: {rest}", v.pick("Dòng", "Entry"), e.number)));
        }
        for (n, version) in e.versions.iter().enumerate().rev().skip(1) {
            lines.push(Html(format!(
                "{} {}, {} {}: {} <span class=\"muted\">{}, {}</span>",
                v.pick("Dòng", "Entry"),
                e.number,
                v.pick("bản trước, lần ghi", "former version"),
                n + 1,
                said(&version.values, false),
                esc(&version.by.name),
                when::at_time(version.at, r.now, v.lang),
            )));
        }
    }
    if lines.is_empty() { Html::default() } else { kit::details(v.pick("Chi tiết và các lần sửa", "Details and amendments"), &kit::bullets(&lines), false) }
}

/// What an event added, in a line for the timeline.
pub fn added(d: &Definition, change: &casework::Change, lang: kernel::text::Lang) -> Option<String> {
    use casework::Change;
    Some(match change {
        Change::Recorded { record, number, values } | Change::Amended { record, number, values, .. } => {
            let decl = d.records.get(record)?;
            format!("{}, {} {number}: {}", decl.name.get(lang), lang.pick("dòng", "entry"), decl.label(values, lang))
        }
        Change::ArtefactFiled { artefact, version, files } => {
            let name = d.artefacts.get(artefact)?.name.get(lang);
            let files: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
            format!("{name}, {} {version}: {}", lang.pick("bản", "version"), files.join("; "))
        }
        Change::Appointed { role, name, .. } => format!("{}: {name}", d.members.get(role)?.name.get(lang)),
        Change::Dismissed { role, name, .. } => format!("{}: {name} ({})", d.members.get(role)?.name.get(lang), lang.pick("thôi tham gia", "dismissed")),
        _ => return None,
    })
}
