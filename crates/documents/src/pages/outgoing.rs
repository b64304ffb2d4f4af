//! `/work/documents/outgoing`: the register of outgoing documents (Decree 30/2020/NĐ-CP, Annex IV), and numbers kept for paper.

use super::{Asked, PAGE, ROOT, actor, kind_name, office, room, years};
use crate::{
    Documents,
    document::Stage,
    views::{self, Ask, Outgoing, Taker},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use identity::roles;
use kernel::id::DocumentId;
use numbering::Fate;
use records::refusal_of;
use web::{
    Page,
    extract::{FormData, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Mood, Table},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// In the place of a series: what went out without a number.
const UNNUMBERED: &str = "unnumbered";

/// The series a register can be asked for: those of the catalogue, and what took no number.
fn series(s: &Documents, v: &Visitor) -> Vec<Choice> {
    let mut all: Vec<Choice> = s.catalog.series().iter().map(|d| Choice::new(d.code.as_str(), d.name.get(v.lang))).collect();
    if s.catalog.kinds().any(|k| !k.numbered) {
        all.push(Choice::new(UNNUMBERED, v.pick("Văn bản không lấy số", "Documents without a number")));
    }
    all
}

pub async fn register(State(s): State<Documents>, v: Visitor, Query(q): Query<Asked>) -> Page {
    let a = actor(&v)?;
    let here = office(&a)?;
    let year = q.year(&s);
    let known = s.catalog.series().iter().map(|d| d.code.as_str());
    let chosen = known.clone().chain([UNNUMBERED]).find(|c| *c == q.series).or_else(|| known.clone().next()).unwrap_or(UNNUMBERED);
    let ask = Ask { office: &here, year, series: chosen, words: &q.q, below: q.below.parse().ok(), limit: PAGE + 1 };
    let found = if chosen == UNNUMBERED { views::unnumbered(&s.scope, &ask).await } else { views::outgoing(&s.scope, &ask).await };
    let mut lines = found.map_err(PageError::internal)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let below = |l: &Outgoing| l.number.and_then(|n| i64::try_from(n).ok()).unwrap_or_else(|| l.at.micros());
    let next = lines.last().filter(|_| more).map(|l| q.next(&format!("{ROOT}/outgoing"), year, below(l)));
    let search = kit::search_form(
        &format!("{ROOT}/outgoing"),
        &Html(format!(
            "{}{}{}{}",
            kit::Field::new(v.lang, "q", v.pick("Tìm theo trích yếu, số, mã hồ sơ, người ký, nơi nhận", "Subject, number, case code, signer or recipient")).value(&q.q).optional(true).input(),
            kit::Field::new(v.lang, "year", v.pick("Năm", "Year")).value(year.to_string()).select(&years(&s)),
            kit::Field::new(v.lang, "series", v.pick("Sổ", "Series")).value(chosen).select(&series(&s, &v)),
            kit::button(v.pick("Tìm", "Search"))
        )),
    );
    let title = v.pick("Sổ văn bản đi", "Register of outgoing documents");
    let main = Html(format!("{}{search}{}{}", kit::heading(title, Some(&s.office_name(&here))), table(&s, &v, title, &lines, &a), kit::pagination(v.lang, None, next.as_deref())));
    Ok(room(&v, title, main).back(ROOT, v.pick("Văn bản", "Documents")).render())
}

fn table(s: &Documents, v: &Visitor, title: &str, lines: &[Outgoing], a: &kernel::Actor) -> Html {
    let rows = lines.iter().map(|l| row(s, v, l, a)).collect();
    kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Số, ký hiệu", "Number")),
            Column::text(v.pick("Ngày", "Date")),
            Column::text(v.pick("Tên loại và trích yếu", "Kind and subject")),
            Column::text(v.pick("Người ký", "Signer")),
            Column::text(v.pick("Nơi nhận", "Recipients")),
            Column::text(v.pick("Người soạn", "Drafter")),
            Column::text(v.pick("Ghi chú", "Note")),
        ],
        rows,
        empty: v.pick("Sổ không có văn bản nào như vậy.", "The register has no such document.").to_owned(),
    })
}

/// What a line is about, with a link for whoever may open it: what a reader may not open is a line of the register all the same.
fn about(s: &Documents, v: &Visitor, l: &Outgoing, a: &kernel::Actor) -> Html {
    match &l.taker {
        Taker::Case(code) => {
            let case = kit::link(&format!("/work/cases/{}", url_part(code)), code);
            Html(format!("{}<br><span class=\"muted\">{}</span> {case}", esc(&l.subject), v.pick("hồ sơ", "case")))
        }
        Taker::Document { id, kind, stage } => {
            let about = format!("{}: {}", kind_name(s, v, kind), l.subject);
            let open = a.has_role(roles::CLERK) || s.catalog.signing().leads(a) || matches!(stage, Stage::Issued | Stage::Recalled);
            match l.fate {
                Fate::Cancelled => Html(format!("<s>{}</s>", esc(&about))),
                _ if open => kit::link(&format!("{ROOT}/{id}"), &about),
                _ => Html::text(&about),
            }
        }
    }
}

fn row(s: &Documents, v: &Visitor, l: &Outgoing, a: &kernel::Actor) -> Vec<Html> {
    let number = l.number.map_or_else(|| "–".to_owned(), |n| if l.symbol.is_empty() { s.catalog.number(n) } else { format!("{}/{}", s.catalog.number(n), l.symbol) });
    let recalled = matches!(&l.taker, Taker::Document { stage: Stage::Recalled, .. });
    let note = match l.fate {
        Fate::Cancelled => Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(Mood::Bad, v.pick("Đã hủy số", "Cancelled")), esc(&l.reason))),
        _ if recalled => kit::chip(Mood::Bad, v.pick("Đã thu hồi", "Recalled")),
        Fate::Held => kit::chip(Mood::Warn, v.pick("Chưa phát hành", "Not issued yet")),
        Fate::Used => Html::text("–"),
    };
    let or_dash = |t: &str| if t.is_empty() { Html::text("–") } else { Html::text(t) };
    vec![
        Html::text(&number),
        Html::text(&when::day(l.at.date(), v.lang)),
        about(s, v, l, a),
        or_dash(&l.signer),
        or_dash(&l.recipients),
        or_dash(&l.drafter),
        note,
    ]
}

pub async fn reserve_form(State(s): State<Documents>, v: Visitor) -> Page {
    let said = Said { act: "reserve".into(), form: FormData(vec![("id".to_owned(), DocumentId::new(uuid::Uuid::now_v7()).to_string())]), ..Said::default() };
    Ok(reserve_page(&s, &v, &said))
}

fn reserve_page(s: &Documents, v: &Visitor, said: &Said) -> Html {
    let kinds: Vec<Choice> = s.catalog.kinds().filter(|k| k.numbered).map(|k| Choice::new(k.code.as_str(), k.name.get(v.lang))).collect();
    let field = |name: &str, label: &str| said.field(v.lang, "reserve", name, label);
    let body = Html(format!(
        "{}{}{}{}{}",
        kit::hidden("act", "reserve"),
        kit::hidden("id", said.value("reserve", "id")),
        field("kind", v.pick("Loại văn bản", "Kind")).select(&kinds),
        field("subject", v.pick("Trích yếu nội dung", "Subject")).textarea(2),
        kit::button(v.pick("Giữ số tiếp theo", "Reserve the next number"))
    ));
    let title = v.pick("Giữ số cho văn bản giấy", "Reserve a number for a paper");
    let note = kit::para(v.pick(
        "Số được lấy ngay và không bao giờ cấp lại. Sau khi văn bản giấy được ký, ghi nhận người ký và đính kèm bản quét; nếu không dùng thì hủy số và ghi lý do.",
        "The number is taken at once and never given again. When the paper is signed, record the signer and attach its scan; if it is not used, cancel the number with a reason.",
    ));
    let main = Html(format!("{}{}{note}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, None), kit::form(v, &format!("{ROOT}/reserve"), &body)));
    room(v, title, main).error(said.is_error()).back(ROOT, v.pick("Văn bản", "Documents")).render()
}

pub async fn reserve(State(s): State<Documents>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let id = text("id").parse().unwrap_or_else(|_| DocumentId::new(uuid::Uuid::now_v7()));
    match s.reserve(&a, id, &text("kind"), &text("subject")).await {
        Ok(d) => Ok(Redirect::to(&format!("{ROOT}/{}?done=1", d.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            Ok(said.answer(reserve_page(&s, &v, &said)))
        }
    }
}
