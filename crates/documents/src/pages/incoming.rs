//! `/work/documents/incoming`: the register of incoming documents (Decree 30/2020/NĐ-CP, Annex IV), and the entry of one that came
//! by post or by hand.

use super::{Asked, PAGE, ROOT, UPLOAD_MAX, actor, office, room, show::scan, years};
use crate::{
    Documents,
    arrival::{Entry, Origin, State as At},
    document::decide::CLERK,
    views::{self, Ask, Incoming},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::ArrivalId, text::clean};
use records::refusal_of;
use web::{
    Page,
    extract::{FormData, Multipart, Query},
    html::{Html, esc},
    kit::{self, Choice, Column, Mood, Table},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

pub async fn register(State(s): State<Documents>, v: Visitor, Query(q): Query<Asked>) -> Page {
    let a = actor(&v)?;
    let here = office(&a)?;
    let year = q.year(&s);
    let ask = Ask { office: &here, year, series: "", words: &q.q, below: q.below.parse().ok(), limit: PAGE + 1 };
    let sees_all = a.has_role(CLERK) || s.catalog.signing().leads(&a);
    let mut lines = views::incoming(&s.scope, &ask, (!sees_all).then_some(a.account)).await.map_err(PageError::internal)?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let next = lines.last().filter(|_| more).and_then(|l| l.number).map(|n| q.next(&format!("{ROOT}/incoming"), year, n));
    let search = kit::search_form(
        &format!("{ROOT}/incoming"),
        &Html(format!(
            "{}{}{}",
            kit::Field::new(v.lang, "q", v.pick("Tìm theo trích yếu, số, nơi gửi, người giải quyết, chữ trong văn bản", "Subject, number, sender, handler or words in the document")).value(&q.q).optional(true).input(),
            kit::Field::new(v.lang, "year", v.pick("Năm", "Year")).value(year.to_string()).select(&years(&s)),
            kit::button(v.pick("Tìm", "Search"))
        )),
    );
    let title = v.pick("Sổ văn bản đến", "Register of incoming documents");
    let whose = if sees_all { Html::default() } else { kit::para(v.pick("Bạn thấy các văn bản được giao cho mình.", "You see what was given to you.")) };
    let mut main = Html(format!("{}{whose}{search}", kit::heading(title, Some(&s.office_name(&here)))));
    main.push(&table(&s, &v, title, &lines, v.pick("Sổ không có văn bản nào như vậy.", "The register has no such document.")));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(room(&v, title, main).back(ROOT, v.pick("Văn bản", "Documents")).render())
}

pub(super) fn state_chip(v: &super::Visitor, state: At) -> Html {
    let mood = match state {
        At::Waiting | At::Registered => Mood::Warn,
        At::Assigned => Mood::Info,
        At::Done => Mood::Good,
        At::Refused => Mood::Bad,
    };
    kit::chip(mood, state.text().get(v.lang))
}

pub(super) fn table(s: &Documents, v: &Visitor, title: &str, lines: &[Incoming], empty: &str) -> Html {
    let now = s.now();
    let rows = lines
        .iter()
        .map(|l| {
            let theirs = if l.their_date.is_empty() { l.their_number.clone() } else { format!("{}, {}", l.their_number, l.their_date.parse().map_or_else(|_| l.their_date.clone(), |d| when::day(d, v.lang))) };
            let due = l.due.map_or_else(|| Html::text("–"), |d| {
                let late = if l.state == At::Assigned && d.plus_seconds(86_400) <= now { format!(" {}", kit::chip(Mood::Bad, v.pick("quá hạn", "overdue"))) } else { String::new() };
                Html(format!("{}{late}", esc(&when::day(d.date(), v.lang))))
            });
            vec![
                Html::text(&l.number.map_or_else(|| "–".to_owned(), |n| n.to_string())),
                when::at_time(l.came, now, v.lang),
                Html::text(&l.body),
                Html::text(&theirs),
                kit::link(&format!("{ROOT}/incoming/{}", l.id), &l.subject),
                Html::text(l.handler.as_deref().unwrap_or("–")),
                due,
                state_chip(v, l.state),
            ]
        })
        .collect();
    kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: empty.starts_with("Sổ") || empty.starts_with("The register"),
        columns: vec![
            Column::num(v.pick("Số đến", "No.")),
            Column::text(v.pick("Ngày đến", "Came")),
            Column::text(v.pick("Nơi gửi", "From")),
            Column::text(v.pick("Số, ngày văn bản", "Their number and date")),
            Column::text(v.pick("Trích yếu", "Subject")),
            Column::text(v.pick("Người giải quyết", "Handler")),
            Column::text(v.pick("Thời hạn", "Due")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows,
        empty: empty.to_owned(),
    })
}

pub async fn form(State(s): State<Documents>, v: Visitor) -> Page {
    let said = Said { act: "enter".into(), form: FormData(vec![("id".to_owned(), ArrivalId::new(uuid::Uuid::now_v7()).to_string())]), ..Said::default() };
    Ok(page(&s, &v, &said))
}

fn page(s: &Documents, v: &Visitor, said: &Said) -> Html {
    let field = |name: &str, label: &str| said.field(v.lang, "enter", name, label);
    let kinds: Vec<Choice> = s.catalog.kinds().chain(s.catalog.copies()).map(|k| Choice::new(k.code.as_str(), k.name.get(v.lang))).collect();
    let parts = match kit::date_answer(&said.form, "date") {
        Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
        Err(parts) => parts.to_vec(),
    };
    let body = Html(format!(
        "{}{}{}{}{}{}{}{}{}",
        kit::hidden("act", "enter"),
        kit::hidden("id", said.value("enter", "id")),
        field("body", v.pick("Cơ quan, tổ chức gửi", "Who sent it")).input(),
        field("kind", v.pick("Loại văn bản", "Kind")).select(&kinds),
        field("number", v.pick("Số, ký hiệu của văn bản", "Its number and symbol")).optional(true).width("w20").input(),
        field("date", v.pick("Ngày của văn bản", "Its date")).optional(true).values(parts).date(),
        field("subject", v.pick("Trích yếu nội dung", "Subject")).textarea(2),
        field("file", v.pick("Tệp văn bản hoặc bản quét (PDF)", "The file or its scan (PDF)")).optional(true).hint(v.pick("Tối đa 20 MB", "At most 20 MB")).kind("file").file(".pdf", false),
        kit::button(v.pick("Vào sổ", "Enter"))
    ));
    let title = v.pick("Vào sổ văn bản đến", "Enter an incoming document");
    let main = Html(format!("{}{}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, None), kit::upload_form(v, &format!("{ROOT}/incoming/new"), &body)));
    room(v, title, main).error(said.is_error()).back(ROOT, v.pick("Văn bản", "Documents")).render()
}

pub async fn enter(State(s): State<Documents>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let sent = form.collect(UPLOAD_MAX).await?;
    let f = sent.fields;
    let text = |name: &str| clean(f.get(name).unwrap_or_default());
    let mut batch = s.scope.batch();
    let file = match sent.files.into_iter().find(|x| !x.bytes.is_empty()) {
        None => Ok(None),
        Some(x) => scan(&s, &mut batch, x).await.map(|file| Some(file.file)),
    };
    let date = kit::date_answer(&f, "date");
    let entered = match (file, date) {
        (Err(e), _) => Err(e),
        (_, Err(_)) => Err(kernel::Refusal::invalid("date", "Chưa vào sổ được: có chỗ cần sửa", "Not entered: something needs correcting")
            .because(Some("date"), "Nhập ngày có thật, hoặc để trống.", "Enter a day that exists, or leave it empty.")
            .into()),
        (Ok(file), Ok(date)) => {
            let from = Origin { body: text("body"), number: text("number"), date, kind: text("kind"), subject: text("subject"), file, document: None };
            let id = text("id").parse().unwrap_or_else(|_| ArrivalId::new(uuid::Uuid::now_v7()));
            s.enter(&a, &Entry { id, from }, batch).await
        }
    };
    match entered {
        Ok(x) => Ok(Redirect::to(&format!("{ROOT}/incoming/{}?done=1", x.id)).into_response()),
        Err(failure) => {
            let said = Said { act: "enter".into(), ..Said::refused(f, refusal_of(failure)?) };
            Ok(said.answer(page(&s, &v, &said)))
        }
    }
}
