//! Comparison with the portal's list: asked of the portal, or from a file of it.

use super::{FILE_LIMIT, PAGE, actor, overview::resend_button, page, status_name};
use crate::{
    NationalPortal,
    reconcile::{self, Comparison, Difference},
    wire::{Failure, HttpPortal},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Refusal, id::MessageId, refusal::Reason, time::Date};
use store::{Row, StoreError, values};
use web::{
    extract::{FormData, Multipart, Path},
    gate::see_other,
    html::{Html, url_part},
    kit::{self, Column, Field, Line, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn list(State(s): State<NationalPortal>, v: Visitor) -> Result<Response, PageError> {
    shown(&s, &v, None, &[]).await
}

/// The page with its two forms; what was typed and what is wrong with it come back.
async fn shown(s: &NationalPortal, v: &Visitor, typed: Option<&FormData>, reasons: &[Reason]) -> Result<Response, PageError> {
    let sql = "SELECT id, at, by_name, source, from_day, to_day, agreed, differences FROM national_comparison WHERE province = $1 ORDER BY at DESC, id DESC LIMIT $2";
    let rows = s.scope.query(sql, values![PAGE]).await.map_err(PageError::internal)?;
    let now = s.now();
    let cell = |r: &Row| -> Result<Vec<Html>, StoreError> {
        let id: MessageId = r.id("id")?;
        let differences: Vec<Difference> = r.json("differences")?;
        let days = format!("{} – {}", day_word(v, r.text("from_day")?), day_word(v, r.text("to_day")?));
        Ok(vec![
            kit::link(&format!("/work/national/comparisons/{id}"), &days),
            Html::text(source_word(v, r.text("source")?)),
            Html::text(&when::number(r.int("agreed")?, v.lang)),
            Html::text(&when::number(differences.len() as i64, v.lang)),
            Html(format!("{} · {}", when::at_time(r.instant("at")?, now, v.lang), web::html::esc(r.text("by_name")?))),
        ])
    };
    let cells: Vec<Vec<Html>> = rows.iter().map(cell).collect::<Result<_, _>>().map_err(PageError::internal)?;
    let title = v.pick("Đối chiếu với Cổng quốc gia", "Comparison with the national portal");
    let table = kit::table(&Table {
        caption: v.pick("Các lần đối chiếu", "Comparisons made").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Ngày nộp", "Filed")),
            Column::text(v.pick("Nguồn", "Source")),
            Column::num(v.pick("Khớp", "Agree")),
            Column::num(v.pick("Lệch", "Differ")),
            Column::text(v.pick("Lúc, người làm", "When, by whom")),
        ],
        rows: cells,
        empty: v.pick("Chưa đối chiếu lần nào.", "Nothing has been compared yet.").to_owned(),
    });
    let main = Html(format!("{}{}{}{table}", kit::error_summary(v.lang, reasons), kit::heading(title, None), forms(s, v, typed, reasons)));
    Ok(page(v, title, "compared", main).error(!reasons.is_empty()).render().into_response())
}

fn forms(s: &NationalPortal, v: &Visitor, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let today = s.now().date();
    let date = |name: &str, vi: &str, en: &str, usual: Date| {
        let mut field = Field::new(v.lang, name, v.pick(vi, en)).errors(reasons);
        field = match typed.map(|f| kit::date_answer(f, name)) {
            Some(Err(parts)) => field.values(parts.to_vec()),
            Some(Ok(Some(day))) => field.value(day.to_string()),
            Some(Ok(None)) => field,
            None => field.value(usual.to_string()),
        };
        field.date()
    };
    let dates = || Html(format!("{}{}", date("from", "Nộp từ ngày", "Filed from", today.first_of_month()), date("to", "Đến ngày", "To", today)));
    let ask = if s.connection.is_some() {
        let body = Html(format!("{}{}", dates(), kit::button(v.pick("Hỏi Cổng và đối chiếu", "Ask the portal and compare"))));
        kit::card(v.pick("Hỏi trực tiếp", "Ask directly"), &kit::form(v, "/work/national/comparisons", &body))
    } else {
        Html::default()
    };
    let file = Field::new(v.lang, "file", v.pick("Tệp danh sách xuất từ Cổng (CSV, UTF-8)", "List exported from the portal (CSV, UTF-8)"))
        .hint(v.pick("Dòng đầu có cột MaHoSo và TrangThaiHoSo; mỗi dòng một hồ sơ.", "The first line names MaHoSo and TrangThaiHoSo; one dossier a line."))
        .errors(reasons)
        .file(".csv,text/csv", false);
    let body = Html(format!("{}{file}{}", dates(), kit::button(v.pick("Tải lên và đối chiếu", "Upload and compare"))));
    let upload = kit::upload_form(v, "/work/national/comparisons/file", &body);
    Html(format!("{ask}{}", kit::details(v.pick("Đối chiếu bằng tệp", "Compare with a file"), &upload, s.connection.is_none() || !reasons.is_empty())))
}

/// The two days of the form, in order and not more than a year apart.
fn days(form: &FormData) -> Result<(Date, Date), Refusal> {
    let read = |name: &str| -> Result<Date, Refusal> {
        kit::date_answer(form, name).ok().flatten().ok_or_else(|| {
            Refusal::invalid("bad-date", "Ngày chưa đúng", "The date is not right").because(Some(name), "Nhập ngày theo dạng 05 11 2026", "Enter a date such as 05 11 2026")
        })
    };
    let (from, to) = (read("from")?, read("to")?);
    let span = from.until(to).map(|s| s.get_days()).unwrap_or(-1);
    if (0..=366).contains(&span) {
        return Ok((from, to));
    }
    Err(Refusal::invalid("bad-days", "Khoảng ngày chưa đúng", "The days are not in order").because(
        Some("to"),
        "Ngày sau phải không sớm hơn ngày trước và cách nhau không quá một năm",
        "The second day must not be before the first, and at most a year after it",
    ))
}

pub async fn ask(State(s): State<NationalPortal>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let (from, to) = match days(&form) {
        Ok(days) => days,
        Err(refusal) => return shown(&s, &v, Some(&form), &refusal.reasons).await,
    };
    let Some(connection) = s.connection.clone() else { return Ok(see_other("/work/national/comparisons")) };
    let theirs = match s.fetch_list(&HttpPortal::new(connection), from, to).await {
        Ok(list) => list,
        Err(Failure::ForNow(why) | Failure::ForGood(why)) => {
            let reason = Reason {
                field: None,
                message: kernel::Text::new(
                    format!("Cổng không trả lời được lúc này ({why}). Thử lại sau, hoặc đối chiếu bằng tệp."),
                    format!("The portal could not answer now ({why}). Try later, or compare with a file."),
                ),
            };
            return shown(&s, &v, Some(&form), &[reason]).await;
        }
    };
    let made = s.compare_with(&theirs, "portal", (from, to), &*actor(&v)?, s.now()).await.map_err(PageError::internal)?;
    Ok(see_other(&format!("/work/national/comparisons/{}", made.id)))
}

pub async fn upload(State(s): State<NationalPortal>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let sent = form.collect(super::UPLOAD_LIMIT).await?;
    let too_large = |name: &str| {
        Refusal::invalid("too-large", "Tệp quá lớn", "The file is too large").because(
            Some("file"),
            format!("“{name}” lớn hơn 24 MB; xuất theo tháng rồi tải từng tệp"),
            format!("“{name}” is larger than 24 MB; export month by month"),
        )
    };
    let missing = || Refusal::invalid("no-file", "Chưa chọn tệp", "No file chosen").because(Some("file"), "Chọn tệp CSV xuất từ Cổng", "Choose the CSV file exported from the portal");
    let read = || -> Result<_, Refusal> {
        let days = days(&sent.fields)?;
        let file = sent.files.first().ok_or_else(missing)?;
        if file.bytes.len() > FILE_LIMIT {
            return Err(too_large(&file.name));
        }
        Ok((days, reconcile::read_file(&file.bytes)?))
    };
    match read() {
        Err(refusal) => shown(&s, &v, Some(&sent.fields), &refusal.reasons).await,
        Ok((days, theirs)) => {
            let made = s.compare_with(&theirs, "file", days, &*actor(&v)?, s.now()).await.map_err(PageError::internal)?;
            Ok(see_other(&format!("/work/national/comparisons/{}", made.id)))
        }
    }
}

async fn found(s: &NationalPortal, id: MessageId) -> Result<Comparison, PageError> {
    s.comparison(id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)
}

pub async fn show(State(s): State<NationalPortal>, v: Visitor, Path(id): Path<MessageId>) -> Result<Html, PageError> {
    let c = found(&s, id).await?;
    let missing = c.differences.iter().filter(|d| d.theirs.is_none()).count() as i64;
    let extra = c.differences.iter().filter(|d| d.ours.is_none()).count() as i64;
    let different = c.differences.len() as i64 - missing - extra;
    let number = |n: i64| when::number(n, v.lang);
    let facts = kit::summary_list(&[
        Line::new(v.pick("Nguồn", "Source"), source_word(&v, &c.source)),
        Line::new(v.pick("Khớp", "Agree"), number(c.agreed)),
        Line::new(v.pick("Cổng thiếu", "Missing at the portal"), number(missing)),
        Line::new(v.pick("Chỉ Cổng có", "Only at the portal"), number(extra)),
        Line::new(v.pick("Khác trạng thái", "Different status"), number(different)),
        Line::new(v.pick("Người đối chiếu", "Compared by"), Html(format!("{} · {}", web::html::esc(&c.by), when::at_time(c.at, s.now(), v.lang)))),
    ]);
    let none = v.pick("không có", "none");
    let status = |n: Option<i64>| Html::text(&n.map_or_else(|| none.to_owned(), |n| status_name(n, v.lang)));
    let rows = c.differences.iter().map(|d| {
        let code = if d.ours.is_some() { kit::link(&format!("/work/cases/{}", url_part(&d.code)), &d.code) } else { Html::text(&d.code) };
        vec![code, status(d.ours), status(d.theirs)]
    });
    let table = kit::table(&Table {
        caption: v.pick("Hồ sơ lệch", "Dossiers that differ").to_owned(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Hồ sơ", "Dossier")), Column::text(v.pick("Của ta", "Ours")), Column::text(v.pick("Trên Cổng", "At the portal"))],
        rows: rows.collect(),
        empty: v.pick("Hai bên khớp nhau.", "Both sides agree.").to_owned(),
    });
    let again: Vec<String> = c.differences.iter().filter(|d| d.can_resend()).map(|d| d.code.clone()).collect();
    let again = if again.is_empty() { Html::default() } else { resend_button(&v, &format!("/work/national/comparisons/{id}/resend"), again.len()) };
    let title = format!("{} {} – {}", v.pick("Đối chiếu hồ sơ nộp", "Comparison, filed"), day_word(&v, &c.from), day_word(&v, &c.to));
    let main = Html(format!("{}{facts}{again}{table}", kit::heading(&title, None)));
    Ok(page(&v, &title, "compared", main).back("/work/national/comparisons", v.pick("Các lần đối chiếu", "Comparisons")).render())
}

/// Sends every dossier of the comparison that is ours: the list is the kept one, not what a form says.
pub async fn resend(State(s): State<NationalPortal>, v: Visitor, Path(id): Path<MessageId>, _form: FormData) -> Result<Response, PageError> {
    let c = found(&s, id).await?;
    let codes: Vec<String> = c.differences.iter().filter(|d| d.can_resend()).map(|d| d.code.clone()).collect();
    s.resend(&codes, &*actor(&v)?, s.now()).await.map_err(PageError::internal)?;
    Ok(see_other("/work/national/waiting"))
}

fn source_word<'a>(v: &'a Visitor, source: &str) -> &'a str {
    if source == "file" { v.pick("Tệp tải lên", "Uploaded file") } else { v.pick("Hỏi Cổng", "Asked of the portal") }
}

fn day_word(v: &Visitor, iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), |d| when::day(d, v.lang))
}
