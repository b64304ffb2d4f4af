//! One procedure with its versions, and one version with the open cases pinned to it.

use super::{
    Catalogue, facts,
    parts::{Standing, basis, day, days_left, draft_address, page, procedure_address, table, text_of, texts, version_address},
    releases::{self, Release, Status, Subject},
};
use axum::extract::State;
use casework::Definition;
use web::{
    extract::{Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Line},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Open cases of one page.
const PAGE: i64 = 100;

pub async fn procedure(State(s): State<Catalogue>, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let versions = s.versions(&code);
    let today = s.today();
    let in_force = s.services.desk.rules().definitions.current(&code, today).cloned();
    let shown = in_force.as_ref().or(versions.first()).ok_or_else(PageError::not_found)?.clone();
    let scope = s.services.desk.scope();
    let pinned = releases::pinned(scope, Some(&code)).await.map_err(PageError::internal)?;
    let released = releases::released(scope).await.map_err(PageError::internal)?;
    let drafts = releases::with_status(scope, Status::Draft, 200).await.map_err(PageError::internal)?;
    let drafts: Vec<Release> = drafts.into_iter().filter(|r| r.subject == Subject::Procedure && r.code == code).collect();
    let current = in_force.as_ref().map(|d| d.version.as_str());

    let rows = versions.iter().map(|d| {
        let open = pinned.iter().find(|p| p.version == d.version).map_or(0, |p| p.open);
        let from = released.iter().find(|r| r.path == d.compiled.file);
        let source = match from.and_then(|r| r.released.as_ref().map(|h| (r, h))) {
            Some((r, h)) => Html(format!("{}<br><span class=\"muted\">{} {}</span>", kit::link(&draft_address(r.id), v.pick("bản phát hành", "released")), esc(&h.name), esc(&when::exact(h.at, v.lang)))),
            None => Html(format!("{}<br><code>{}</code>", v.pick("tệp danh mục", "catalogue file"), esc(&d.compiled.file))),
        };
        let to = d.effective.to.map_or_else(|| "–".to_owned(), |t| day(&v, t));
        vec![
            kit::link(&version_address(&code, &d.version), &d.version),
            Standing::of(d, current, today).chip(&v),
            Html::text(&day(&v, d.effective.from)),
            Html::text(&to),
            source,
            Html::text(&when::number(open, v.lang)),
        ]
    });
    let mut columns = texts(&v, &[("Phiên bản", "Version"), ("Tình trạng", "State"), ("Từ ngày", "From"), ("Đến hết ngày", "Last day"), ("Nguồn", "Source")]);
    columns.push(Column::num(v.pick("Hồ sơ đang mở", "Open dossiers")));
    let mut main = kit::heading(shown.name.get(v.lang), Some(&code));
    let head = v.pick("Các phiên bản", "Versions");
    main.push(&Html(format!("<h2 id=\"versions\">{head}</h2>")));
    main.push(&table(head, columns, rows.collect(), ""));
    let copy = format!("/admin/catalogue/new?subject=procedure&code={}&version={}", url_part(&code), url_part(&shown.version));
    main.push(&kit::button_group(&[kit::link_button(&copy, v.pick("Soạn phiên bản mới từ bản đang áp dụng", "Draft a new version from this one"), kit::Weight::Quiet)]));
    main.push(&waiting(&v, &drafts));
    main.push(&choose(&v, &code, &versions, &drafts));
    main.push(&doubts(&s, &v, &shown));
    Ok(page(&v, shown.name.get(v.lang), "/admin/procedures", main).back("/admin/procedures", v.pick("Danh mục thủ tục", "Catalogue")).render())
}

fn waiting(v: &Visitor, drafts: &[Release]) -> Html {
    if drafts.is_empty() {
        return Html::default();
    }
    let one = |r: &Release| Html(format!("{} – {}, {} {}", kit::link(&draft_address(r.id), &r.version), esc(&r.drafted.name), v.pick("áp dụng từ", "to hold from"), esc(&day(v, r.starts))));
    kit::card(v.pick("Bản dự thảo", "Drafts"), &kit::bullets(&drafts.iter().map(one).collect::<Vec<_>>()))
}

/// Two versions to compare, drafts among them.
fn choose(v: &Visitor, code: &str, versions: &[std::sync::Arc<Definition>], drafts: &[Release]) -> Html {
    let mut choices: Vec<Choice> = versions.iter().map(|d| Choice::new(d.version.as_str(), d.version.as_str())).collect();
    choices.extend(drafts.iter().map(|r| Choice::new(r.id.to_string(), format!("{} ({})", r.version, v.pick("dự thảo", "draft")))));
    if choices.len() < 2 {
        return kit::para(v.pick("Thủ tục mới có một phiên bản nên chưa có gì để so sánh.", "There is one version only, so there is nothing to compare."));
    }
    let first = |n: usize| choices.get(n).map_or("", |c| c.value.as_str()).to_owned();
    let body = Html(format!(
        "{}{}{}",
        Field::new(v.lang, "from", v.pick("Bản cũ", "Older")).value(first(1)).select(&choices),
        Field::new(v.lang, "to", v.pick("Bản mới", "Newer")).value(first(0)).select(&choices),
        kit::Button::new(v.pick("So sánh", "Compare")).weight(kit::Weight::Quiet).html()
    ));
    kit::card(v.pick("So sánh hai phiên bản", "Compare two versions"), &Html(format!("<form method=\"get\" action=\"{}/compare\" class=\"filters\">{body}</form>", esc(&procedure_address(code)))))
}

/// What lapses and what nobody has checked.
pub fn doubts(s: &Catalogue, v: &Visitor, d: &Definition) -> Html {
    let lapses = s.lapses.of(d, s.today());
    let rows = lapses.iter().map(|l| {
        let law = l.basis.as_ref().map_or_else(|| Html::text("–"), |b| basis(v, b));
        vec![Html::text(l.what.get(v.lang)), law, Html(format!("{} {}", esc(&day(v, l.last_day)), days_left(v, l))), Html::text(l.then.get(v.lang))]
    });
    let head = v.pick("Phần sẽ hết hiệu lực", "What lapses");
    let columns = texts(v, &[("Phần", "Part"), ("Căn cứ", "Legal basis"), ("Ngày cuối", "Last day"), ("Sau đó", "Afterwards")]);
    let mut out = kit::card(head, &table(head, columns, rows.collect(), v.pick("Không có phần nào được biết là sẽ hết hiệu lực.", "Nothing is known to lapse.")));
    let doubts = facts::unverified(d);
    let rows = doubts.iter().map(|(what, why)| vec![Html::text(what.get(v.lang)), Html::text(why.get(v.lang))]);
    let head = v.pick("Phần chưa đối chiếu với văn bản", "Not verified against the source");
    let columns = texts(v, &[("Phần", "Part"), ("Nguồn ghi trong danh mục", "Source as given")]);
    let list = table(head, columns, rows.collect(), v.pick("Mọi phần đã được đối chiếu.", "Everything has been verified."));
    out.push(&Html(format!("<section class=\"card\" id=\"unverified\"><h2>{head}</h2>{list}</section>")));
    out
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct From {
    pub after: String,
}

/// One version as it is for ever: its text, and the open cases that hold it.
pub async fn version(State(s): State<Catalogue>, v: Visitor, Path((code, version)): Path<(String, String)>, Query(from): Query<From>) -> Result<Html, PageError> {
    let definitions = &s.services.desk.rules().definitions;
    let d = definitions.pinned(&code, &version).cloned().ok_or_else(PageError::not_found)?;
    let today = s.today();
    let current = definitions.current(&code, today).map(|d| d.version.clone());
    let scope = s.services.desk.scope();
    let pinned = releases::pinned(scope, Some(&code)).await.map_err(PageError::internal)?;
    let open = pinned.iter().find(|p| p.version == version).map_or(0, |p| p.open);
    let cases = releases::open_cases(scope, &code, &version, &kernel::text::clean(&from.after), PAGE).await.map_err(PageError::internal)?;
    let title = format!("{} · {version}", d.name.get(v.lang));
    let mut main = kit::heading(d.name.get(v.lang), Some(&format!("{code} · {} {version}", v.pick("phiên bản", "version"))));
    main.push(&kit::summary_list(&[
        Line::new(v.pick("Tình trạng", "State"), Standing::of(&d, current.as_deref(), today).chip(&v)),
        Line::new(v.pick("Từ ngày", "From"), Html::text(&day(&v, d.effective.from))),
        Line::new(v.pick("Đến hết ngày", "Last day"), Html::text(&d.effective.to.map_or_else(|| "–".to_owned(), |t| day(&v, t)))),
        Line::new(v.pick("Hồ sơ đang mở", "Open dossiers"), Html::text(&when::number(open, v.lang))),
    ]));
    main.push(&kit::card(v.pick("Hồ sơ đang mở giữ phiên bản này", "Open dossiers that hold this version"), &case_list(&s, &v, &cases)));
    let next = cases.last().filter(|_| cases.len() as i64 == PAGE).map(|c| format!("{}?after={}", version_address(&code, &version), c.id));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&doubts(&s, &v, &d));
    let files = s.files_today().await?;
    main.push(&kit::details(v.pick("Nội dung tệp", "The file"), &code_block(&v, text_of(&files, &d)), false));
    Ok(page(&v, &title, "/admin/procedures", main).back(procedure_address(&code), v.pick("Các phiên bản", "Versions")).render())
}

/// A text to read, which the keyboard can scroll.
pub fn code_block(v: &Visitor, text: &str) -> Html {
    Html(format!("<pre class=\"file\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</pre>", v.pick("Nội dung tệp", "The file"), esc(text)))
}

fn case_list(s: &Catalogue, v: &Visitor, cases: &[releases::OpenCase]) -> Html {
    let rows = cases.iter().map(|c| {
        vec![
            Html::text(&c.code),
            Html::text(&s.office_name(v, &c.decides)),
            Html::text(&when::exact(c.filed_at, v.lang)),
            c.due.map_or_else(|| Html::text("–"), |d| Html::text(&when::exact(d, v.lang))),
        ]
    });
    let note = kit::para(v.pick(
        "Hồ sơ được giải quyết đến cùng theo phiên bản lúc nộp; hẹn trả không đổi khi có phiên bản mới.",
        "A dossier is decided under the version it was filed under; its promise does not change with a new version.",
    ));
    let columns = texts(v, &[("Mã hồ sơ", "Code"), ("Cơ quan giải quyết", "Deciding office"), ("Nộp lúc", "Filed"), ("Hẹn trả", "Promised")]);
    let list = table(v.pick("Hồ sơ đang mở", "Open dossiers"), columns, rows.collect(), v.pick("Không có hồ sơ nào đang mở.", "There are no open dossiers."));
    Html(format!("{note}{list}"))
}
