//! `/work/law/findings`: contradictions found in the corpus, as a list and as cards with both texts side by side; what a reviewer decides.

use super::{HOME, WORK, actor, day, shell};
use crate::{
    Law,
    conflict::Place,
    document::slug,
    finding::{
        Finding, FindingId, REASON, State,
        views::{self, Progress},
    },
};
use axum::{
    extract::State as Shared,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::Refusal;
use records::{Author, Failure, refusal_of};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Line, Moment, Mood, Table, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

const FINDINGS: &str = "/work/law/findings";
/// Lines of a page, and of the file.
const LINES: usize = 50;
const FILE: i64 = 5_000;
/// A run that nobody heard of for so long has stopped.
const SILENT_SECONDS: i64 = 120;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    state: String,
    family: String,
    after: String,
}

impl Asked {
    fn state(&self) -> State {
        State::of(&self.state).unwrap_or(State::Open)
    }
    /// `803~lawf_…`: confidence and id of the last one seen.
    fn after(&self) -> Option<(i64, &str)> {
        let (n, id) = self.after.split_once('~')?;
        let n: i64 = n.parse().ok().filter(|n| (0..=1000).contains(n))?;
        id.parse::<FindingId>().ok().map(|_| (n, id))
    }
}

fn mood(state: State) -> Mood {
    match state {
        State::Open => Mood::Warn,
        State::Confirmed => Mood::Bad,
        State::Sent => Mood::Info,
        State::NoConflict | State::Overridden | State::Closed => Mood::Good,
    }
}

fn state_chip(v: &Visitor, s: State) -> Html {
    kit::chip(mood(s), v.pick(s.vi(), s.en()))
}

fn family_name(s: &Law, v: &Visitor, code: &str) -> String {
    s.catalog.norms.family(code).map_or_else(|| code.to_owned(), |f| format!("{code}. {}", f.name.get(v.lang)))
}

/// “78/100”: how sure, of a hundred.
fn sure(f: &Finding) -> String {
    format!("{}/100", f.found.confidence / 10)
}

pub async fn list(Shared(s): Shared<Law>, v: Visitor, Query(a): Query<Asked>) -> Result<Response, PageError> {
    actor(&v)?;
    page(&s, &v, &a, &Said::default()).await
}

async fn page(s: &Law, v: &Visitor, a: &Asked, said: &Said) -> Result<Response, PageError> {
    let state = a.state();
    let family = s.catalog.norms.family(&a.family).map_or("", |f| f.code.as_str());
    let ids = views::list(&s.scope, state, family, a.after(), i64::try_from(LINES + 1).unwrap_or(51)).await.map_err(PageError::internal)?;
    let shown = views::read(&s.scope, ids.get(..ids.len().min(LINES)).unwrap_or_default()).await.map_err(PageError::internal)?;
    let counts = views::counts(&s.scope).await.map_err(PageError::internal)?;
    let title = v.pick("Rà soát mâu thuẫn văn bản", "Contradictions between documents");
    let mut main = Html::default();
    if said.is_error() {
        main.push(&kit::error_summary(v.lang, &said.reasons));
    }
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Máy chỉ nêu chỗ nghi mâu thuẫn, kèm hai đoạn văn bản; người rà soát kết luận. Chạy lại chỉ báo cái mới, cái đổi và cái đã hết.",
        "The program only points at places that may contradict each other and shows both texts; a reviewer decides. Another run reports only what is new, changed or gone.",
    )));
    main.push(&run_panel(s, v, said).await?);
    let tabs: String = counts
        .iter()
        .map(|(st, n)| format!("<li><a href=\"{FINDINGS}?state={}\"{}>{} ({n})</a></li>", st.code(), if *st == state { " aria-current=\"page\"" } else { "" }, v.pick(st.vi(), st.en())))
        .collect();
    main.push(&Html(format!("<nav class=\"tabs\" aria-label=\"{}\"><ul>{tabs}</ul></nav>", v.pick("Trạng thái", "State"))));
    let choices: Vec<Choice> = s.catalog.norms.families.iter().map(|f| Choice::new(&f.code, format!("{}. {}", f.code, f.name.get(v.lang)))).collect();
    let field = kit::Field::new(v.lang, "family", v.pick("Nhóm", "Family")).value(family).optional(true).select(&choices);
    let filter = Html(format!("{}{field}{}", kit::hidden("state", state.code()), kit::Button::new(v.pick("Lọc", "Filter")).weight(Weight::Quiet).html()));
    main.push(&kit::search_form(FINDINGS, &filter));
    main.push(&table(s, v, &shown));
    let next = (ids.len() > LINES).then(|| shown.last().map(|f| format!("{FINDINGS}?state={}&family={family}&after={}~{}", state.code(), f.found.confidence, f.id))).flatten();
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{FINDINGS}/csv?state={}&family={family}", state.code()), v.pick("Tải bảng (CSV)", "Download as CSV")))));
    Ok(said.answer(shell(v, title, main).back(WORK, v.pick("Hỏi đáp pháp luật", "Questions on the law")).error(said.is_error()).render()))
}

fn table(s: &Law, v: &Visitor, shown: &[Finding]) -> Html {
    let rows = shown
        .iter()
        .map(|f| {
            let place = |p: &Place| format!("{} {}", p.label, p.title).trim().to_owned();
            let there = f.found.there.as_ref().map_or_else(|| "–".to_owned(), &place);
            vec![
                Html(format!("<a href=\"{FINDINGS}/{}\" lang=\"vi\">{}</a>", f.id, esc(&place(&f.found.here)))),
                Html(format!("<span lang=\"vi\">{}</span>", esc(&there))),
                Html(format!("{}<br><span class=\"caption\">{}</span>", esc(f.found.say.get(v.lang)), esc(&family_name(s, v, &f.found.family)))),
                Html::text(&sure(f)),
                state_chip(v, f.state),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: v.pick("Phát hiện", "Findings").to_owned(),
        columns: vec![
            Column::text(v.pick("Văn bản được rà soát", "Text that was checked")),
            Column::text(v.pick("Đối chiếu với", "Held against")),
            Column::text(v.pick("Khác ở đâu", "What differs")),
            Column::num(v.pick("Độ chắc", "How sure")),
            Column::text(v.pick("Trạng thái", "State")),
        ],
        rows,
        empty: v.pick("Không có phát hiện nào ở trạng thái này.", "There are no findings in this state.").to_owned(),
        ..Table::default()
    })
}

/// How far the last run is, and the two ways to begin one.
async fn run_panel(s: &Law, v: &Visitor, said: &Said) -> Result<Html, PageError> {
    let progress = views::progress(&s.scope).await.map_err(PageError::internal)?;
    let corpus = crate::store::changes(&s.scope).await.map_err(PageError::internal)?;
    let line = progress.as_ref().map_or_else(|| v.pick("Chưa rà soát lần nào.", "No review has been made.").to_owned(), |p| told(s, v, p, corpus));
    let all = kit::form(v, FINDINGS, &Html(format!("{}{}", kit::hidden("act", "all"), kit::Button::new(v.pick("Rà soát cả kho", "Review the whole corpus")).weight(Weight::Main).html())));
    let field = said.field(v.lang, "one", "document", v.pick("Hoặc một văn bản: số hoặc tên", "Or one document: number or name")).max_length(200).input();
    let one = kit::form(v, FINDINGS, &Html(format!("{}{field}{}", kit::hidden("act", "one"), kit::Button::new(v.pick("Rà soát văn bản này", "Review this document")).weight(Weight::Quiet).html())));
    Ok(kit::card(v.pick("Lần rà soát", "The review"), &Html(format!("<p role=\"status\">{}</p>{all}{one}", esc(&line)))))
}

fn told(s: &Law, v: &Visitor, p: &Progress, corpus: i64) -> String {
    let counts = format!("{}: {} · {}: {} · {}: {}", v.pick("mới", "new"), p.fresh, v.pick("đổi", "changed"), p.changed, v.pick("đã hết", "gone"), p.closed);
    let far = format!("{} {}/{} {}", v.pick("Đã xem", "Looked at"), p.documents, p.total, v.pick("văn bản", "documents"));
    let how = match () {
        () if p.ended && p.corpus == corpus => v.pick("xong", "done"),
        () if p.ended => v.pick("xong; kho văn bản đã đổi từ đó", "done; the corpus has changed since"),
        () if running(s, p) => v.pick("đang chạy, tải lại trang để xem tiếp", "running; reload to see how far"),
        () => v.pick("đã dừng giữa chừng; bấm Rà soát cả kho để chạy tiếp", "stopped on its way; press the button to go on"),
    };
    format!("{far} ({how}). {counts}.")
}

fn running(s: &Law, p: &Progress) -> bool {
    !p.ended && s.now().seconds_since(kernel::Instant::from_micros(p.touched)).abs() < SILENT_SECONDS
}

pub async fn run(Shared(s): Shared<Law>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let by = Author::new(&me, s.now());
    let wrong = |vi: &str, en: &str| Refusal::invalid("law-review", "Chưa rà soát được", "Nothing was reviewed").because(Some("document"), vi, en);
    if f.get("act") == Some("one") {
        let asked: String = f.get("document").unwrap_or_default().chars().take(200).collect();
        let library = s.library().await?;
        let found = if asked.trim().is_empty() { Vec::new() } else { library.find_documents(&asked, &s.catalog) };
        let refused = match found.as_slice() {
            [] => wrong("Không có văn bản nào khớp; ghi số, ký hiệu hoặc tên văn bản trong kho.", "No document fits; give the number or name of a document in the corpus."),
            [d] => return reviewed(&s, &by, &d.key).await,
            [d, ..] if d.number.as_deref().is_some_and(|n| crate::text::fold(n) == crate::text::fold(asked.trim())) => return reviewed(&s, &by, &d.key).await,
            [_, _, ..] => wrong("Có nhiều văn bản khớp; ghi cả số, ký hiệu.", "Several documents fit; give the whole number."),
        };
        return page(&s, &v, &Asked::default(), &Said::refused(f, refused)).await;
    }
    let progress = views::progress(&s.scope).await.map_err(PageError::internal)?;
    if !progress.is_some_and(|p| running(&s, &p)) {
        let law = s.clone();
        let work = tokio::spawn(async move {
            if let Err(Failure::Internal(e)) = law.review_all(&by, |_| {}).await {
                tracing::error!("review of the law: {e:#}");
            }
        });
        // A small corpus is done before the page is back.
        tokio::time::timeout(std::time::Duration::from_secs(3), work).await.ok();
    }
    Ok(Redirect::to(FINDINGS).into_response())
}

async fn reviewed(s: &Law, by: &Author, key: &str) -> Result<Response, PageError> {
    s.review_document(by, key).await?;
    Ok(Redirect::to(FINDINGS).into_response())
}

async fn found(s: &Law, id: &str) -> Result<Finding, PageError> {
    let id: FindingId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.finding(id).await?)
}

pub async fn show(Shared(s): Shared<Law>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    actor(&v)?;
    let f = found(&s, &id).await?;
    Ok(card(&s, &v, &f, &Said::default()))
}

pub async fn decide(Shared(s): Shared<Law>, v: Visitor, Path(id): Path<String>, sent: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let f = found(&s, &id).await?;
    let get = |name: &str| sent.get(name).unwrap_or_default();
    let state = State::of(get("decision")).unwrap_or(State::Open);
    match s.decide_finding(&me, f.id, get("content"), state, get("reason"), get("to")).await {
        Ok(_) => Ok(Redirect::to(&format!("{FINDINGS}/{}", f.id)).into_response()),
        Err(failure) => {
            let again = s.finding(f.id).await?;
            Ok(card(&s, &v, &again, &Said::refused(sent, refusal_of(failure)?)))
        }
    }
}

fn card(s: &Law, v: &Visitor, f: &Finding, said: &Said) -> Response {
    let title = v.pick("Phát hiện mâu thuẫn", "A finding");
    let mut main = Html::default();
    if said.is_error() {
        main.push(&kit::error_summary(v.lang, &said.reasons));
    }
    main.push(&kit::heading(f.found.say.get(v.lang), Some(&family_name(s, v, &f.found.family))));
    main.push(&Html(format!("<p>{}</p>", state_chip(v, f.state))));
    let mut sides = side(v, &f.found.here, v.pick("Văn bản được rà soát", "The text that was checked"));
    match &f.found.there {
        Some(t) => sides.push(&side(v, t, v.pick("Đối chiếu với", "Held against"))),
        None => sides.push(&kit::card(v.pick("Đối chiếu với", "Held against"), &kit::para(v.pick("Quy tắc về hiệu lực, viện dẫn hoặc hình thức; không phải một đoạn văn bản khác.", "Rules of effect, reference or form; no other text.")))),
    }
    main.push(&Html(format!("<div class=\"halves\">{sides}</div>")));
    let rule = s.catalog.norms.rule(&f.found.rule).map_or_else(Html::default, |r| {
        let mark = if r.legal_basis.verified { "" } else { v.pick(" (chưa đối chiếu)", " (not verified)") };
        Html(format!("{} <span class=\"caption\">{}{mark}</span>", esc(r.text.get(v.lang)), esc(&r.legal_basis.to_string())))
    });
    main.push(&kit::summary_list(&[
        Line::new(v.pick("Quy tắc áp dụng", "Rule of application"), rule),
        Line::new(v.pick("Độ chắc của máy", "How sure the program is"), Html::text(&sure(f))),
        Line::new(v.pick("Tính vào ngày", "As of"), Html::text(&day(v, f.on))),
    ]));
    main.push(&decision_form(v, f, said));
    main.push(&history(v, f, s.now()));
    said.answer(shell(v, title, main).back(FINDINGS, v.pick("Các phát hiện", "All findings")).error(said.is_error()).render())
}

/// One text with its differing words marked, and a link to the article where the corpus has it.
fn side(v: &Visitor, p: &Place, title: &str) -> Html {
    let mut quote = String::new();
    let mut at = 0;
    for (s, e) in &p.spans {
        if *s < at {
            continue;
        }
        let (Some(before), Some(mark)) = (p.quote.get(at..*s), p.quote.get(*s..*e)) else { continue };
        quote.push_str(&format!("{}<mark>{}</mark>", esc(before), esc(mark)));
        at = *e;
    }
    quote.push_str(&esc(p.quote.get(at..).unwrap_or_default()));
    let name = format!("{} {}", p.label, p.title);
    let heading = if p.key.is_empty() || p.key.starts_with(crate::elsewhere::PROCEDURE) {
        esc(name.trim()).to_string()
    } else {
        let path = if p.eid.is_empty() { String::new() } else { format!("/units/{}", url_part(&p.eid)) };
        let on = p.from.map(|d| format!("?on={d}")).unwrap_or_default();
        kit::link(&format!("{HOME}/documents/{}{path}{on}", url_part(&slug(&p.key))), name.trim()).to_string()
    };
    let lead = if p.lead.is_empty() { String::new() } else { format!("<p class=\"caption\">{}</p>", esc(&p.lead)) };
    let dates = super::span(v, (p.from, p.until));
    kit::card(title, &Html(format!("<p lang=\"vi\"><b>{heading}</b></p><p class=\"caption\">{}</p><div lang=\"vi\">{lead}<p>{}</p></div>", esc(&dates), quote.replace('\n', "<br>"))))
}

fn decision_form(v: &Visitor, f: &Finding, said: &Said) -> Html {
    if f.state == State::Closed {
        return kit::inset(&kit::para(v.pick("Lần rà soát sau không còn thấy chỗ này: văn bản đã đổi hoặc hết hiệu lực.", "A later review no longer finds it: a text has changed or lapsed.")));
    }
    let hint = |s: State| match s {
        State::Confirmed => v.pick("Ghi vào danh mục kiến nghị xử lý.", "It goes on the list to be dealt with."),
        State::Sent => v.pick("Ghi tên cơ quan nhận ở dưới.", "Name the office below."),
        State::NoConflict => v.pick("Ví dụ hai đoạn nói về hai việc. Cần lý do.", "For example the two speak of two things. A reason is needed."),
        _ => v.pick("Có văn bản cho phép quy định khác. Cần lý do.", "A text allows the difference. A reason is needed."),
    };
    let choices: Vec<Choice> = [State::Confirmed, State::Sent, State::NoConflict, State::Overridden].into_iter().map(|s| Choice::new(s.code(), v.pick(s.vi(), s.en())).hint(hint(s))).collect();
    let decision = said.field(v.lang, "decide", "decision", v.pick("Kết luận của người rà soát", "The reviewer's decision")).radios(&choices);
    let to = said.field(v.lang, "decide", "to", v.pick("Cơ quan ban hành nhận kiến nghị", "Issuing office it is sent to")).max_length(300).optional(true).input();
    let reason = said.field(v.lang, "decide", "reason", v.pick("Lý do", "Reason")).max_length(REASON).optional(true).textarea(4);
    let body = Html(format!("{}{}{decision}{to}{reason}{}", kit::hidden("act", "decide"), kit::hidden("content", &f.found.content()), kit::Button::new(v.pick("Ghi kết luận", "Record the decision")).weight(Weight::Main).html()));
    kit::form(v, &format!("{FINDINGS}/{}", f.id), &body)
}

fn history(v: &Visitor, f: &Finding, now: kernel::Instant) -> Html {
    let moments: Vec<Moment> = f
        .history
        .iter()
        .map(|s| {
            let title = match (s.what.as_str(), &s.decision) {
                (_, Some(d)) => format!("{} – {}", v.pick(d.state.vi(), d.state.en()), d.by),
                ("changed", _) => v.pick("Nội dung đổi, xem xét lại", "The words changed; to be looked at again").to_owned(),
                ("closed", _) => v.pick("Không còn thấy", "No longer found").to_owned(),
                ("reopened", _) => v.pick("Thấy lại", "Found again").to_owned(),
                _ => v.pick("Phát hiện", "Found").to_owned(),
            };
            let body = s.decision.as_ref().map_or_else(Html::default, |d| {
                let to = if d.to.is_empty() { String::new() } else { format!("<p>{}: {}</p>", v.pick("Gửi", "To"), esc(&d.to)) };
                let reason = if d.reason.is_empty() { String::new() } else { format!("<p>{}</p>", esc(&d.reason)) };
                Html(format!("{to}{reason}"))
            });
            Moment { title, body, when: when::at_time(s.at, now, v.lang), next: false }
        })
        .collect();
    Html(format!("<h2>{}</h2>{}", v.pick("Quá trình", "History"), kit::timeline(&moments)))
}

pub async fn csv(Shared(s): Shared<Law>, v: Visitor, Query(a): Query<Asked>) -> Result<Response, PageError> {
    actor(&v)?;
    let family = s.catalog.norms.family(&a.family).map_or("", |f| f.code.as_str());
    let ids = views::list(&s.scope, a.state(), family, None, FILE).await.map_err(PageError::internal)?;
    let shown = views::read(&s.scope, &ids).await.map_err(PageError::internal)?;
    let head = ["Mã", "Nhóm", "Khác ở đâu", "Văn bản rà soát", "Đoạn", "Đối chiếu với", "Đoạn đối chiếu", "Quy tắc", "Độ chắc", "Trạng thái", "Lý do", "Người kết luận"];
    let mut out = String::from("\u{feff}");
    row(&mut out, head.iter().map(|h| (*h).to_owned()));
    for f in &shown {
        let place = |p: &Place| format!("{} {}", p.label, p.title).trim().to_owned();
        let last = f.history.iter().rev().find_map(|h| h.decision.as_ref());
        let there = f.found.there.as_ref();
        row(
            &mut out,
            [
                f.id.to_string(),
                family_name(&s, &v, &f.found.family),
                f.found.say.get(v.lang).to_owned(),
                place(&f.found.here),
                f.found.here.quote.clone(),
                there.map(place).unwrap_or_default(),
                there.map(|t| t.quote.clone()).unwrap_or_default(),
                s.catalog.norms.rule(&f.found.rule).map(|r| r.text.get(v.lang).to_owned()).unwrap_or_default(),
                (f.found.confidence / 10).to_string(),
                v.pick(f.state.vi(), f.state.en()).to_owned(),
                last.map(|d| d.reason.clone()).unwrap_or_default(),
                last.map(|d| d.by.clone()).unwrap_or_default(),
            ]
            .into_iter(),
        );
    }
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"mau-thuan-van-ban.csv\""))];
    Ok((headers, out).into_response())
}

/// One line; a cell that a spreadsheet would take for a formula begins with an apostrophe.
fn row(out: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells
        .map(|c| {
            let c = if c.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{c}") } else { c };
            format!("\"{}\"", c.replace('"', "\"\""))
        })
        .collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// Findings of a draft, as cards below its faults.
pub fn of_draft(s: &Law, v: &Visitor, found: &[crate::conflict::Found]) -> Html {
    if found.is_empty() {
        return Html(format!("<h2>{}</h2>{}", v.pick("Đối chiếu nội dung với kho văn bản", "Held against the corpus"), kit::para(v.pick("Không thấy chỗ nào nghi mâu thuẫn với văn bản trong kho.", "Nothing seems to contradict the corpus."))));
    }
    let mut out = format!("<h2>{} ({})</h2>", v.pick("Chỗ nghi mâu thuẫn với văn bản trong kho", "Places that may contradict the corpus"), found.len());
    for f in found.iter().take(50) {
        let mut sides = side(v, &f.here, v.pick("Dự thảo", "The draft"));
        if let Some(t) = &f.there {
            sides.push(&side(v, t, v.pick("Đối chiếu với", "Held against")));
        }
        out.push_str(&format!("<h3>{}</h3><p class=\"caption\">{} · {} {}/100</p><div class=\"halves\">{sides}</div>", esc(f.say.get(v.lang)), esc(&family_name(s, v, &f.family)), v.pick("độ chắc", "sure"), f.confidence / 10));
    }
    Html(out)
}
