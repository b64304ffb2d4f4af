//! `/work/law/import`: files into the corpus, with a report of what was not understood; and the latest imports.

use super::{HOME, WORK, actor, day, day_of, shell};
use crate::{
    Law, Report,
    import::{FILE, Given},
    store::{self, Kept, said},
};
use axum::{
    extract::State as Shared,
    response::Response,
};
use kernel::Refusal;
use records::{Author, Failure, refusal_of};
use web::{
    extract::Multipart,
    html::{Html, esc},
    kit::{self, Column, Mood, Table, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
};

const ACCEPT: &str = ".txt,.html,.htm,.docx,.json,.jsonl,.zip";

pub async fn blank(Shared(s): Shared<Law>, v: Visitor) -> Result<Response, PageError> {
    actor(&v)?;
    page(&s, &v, &Said::default(), &[]).await
}

pub async fn take(Shared(s): Shared<Law>, v: Visitor, sent: Multipart) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let mut sent = sent.collect(FILE + 1).await?;
    sent.fields.0.push(("act".into(), "import".into()));
    let f = &sent.fields;
    let text = |name: &str| f.filled(name).map(str::to_owned);
    let given = Given {
        issuer: text("issuer"),
        source: text("source").unwrap_or_default(),
        effective: f.filled("effective").and_then(day_of),
        until: f.filled("until").and_then(day_of),
        excerpt: f.get("excerpt").is_some(),
        ..Given::default()
    };
    let by = Author::new(&me, s.now());
    let mut reports = Vec::new();
    let mut refused: Option<Refusal> = None;
    if sent.files.is_empty() {
        refused = Some(Refusal::invalid("law-file", "Chưa nhập được", "Not imported").because(Some("files"), "Chưa chọn tệp nào.", "No file was chosen."));
    }
    for file in std::mem::take(&mut sent.files) {
        match s.import(&by, &file.name, file.bytes.to_vec(), given.clone()).await {
            Ok(mut r) => reports.append(&mut r),
            Err(Failure::Refused(r)) => reports.push(Report { file: file.name, result: Err(r), notes: Vec::new(), counts: crate::import::Counts::default() }),
            Err(e) => return Err(e.into()),
        }
    }
    let said = match refused {
        Some(r) => Said::refused(sent.fields, refusal_of(r.into())?),
        None => Said::default(),
    };
    page(&s, &v, &said, &reports).await
}

async fn page(s: &Law, v: &Visitor, said: &Said, reports: &[Report]) -> Result<Response, PageError> {
    let title = v.pick("Nhập văn bản pháp luật", "Import legal documents");
    let mut main = Html::default();
    if said.is_error() {
        main.push(&kit::error_summary(v.lang, &said.reasons));
    }
    main.push(&kit::heading(title, None));
    if !reports.is_empty() {
        main.push(&result(v, reports));
    }
    main.push(&form(v, said));
    main.push(&latest(s, v).await?);
    Ok(said.answer(shell(v, title, main).back(WORK, v.pick("Hỏi đáp pháp luật", "Questions on the law")).error(said.is_error()).render()))
}

fn form(v: &Visitor, said: &Said) -> Html {
    let f = |name: &str, label: &str| said.field(v.lang, "import", name, label);
    let files = f("files", v.pick("Tệp", "Files")).hint(v.pick("DOCX, HTML, TXT, JSON, hoặc ZIP gồm nhiều tệp; mỗi tệp dưới 64 MB. Bảng mã TCVN3, VNI được tự chuyển.", "DOCX, HTML, TXT, JSON, or a ZIP of them; below 64 MB each. TCVN3 and VNI are converted.")).file(ACCEPT, true);
    let issuer = f("issuer", v.pick("Cơ quan ban hành", "Issuing body")).hint(v.pick("Cần cho văn bản địa phương nếu trong tệp không ghi ở dòng đầu.", "Needed for local documents whose first line does not name it.")).optional(true).input();
    let source = f("source", v.pick("Nguồn của văn bản", "Source of the text")).hint(v.pick("Ví dụ: Công báo số 123, ngày 01/8/2026.", "For example: gazette no. 123 of 1 August 2026.")).optional(true).input();
    let effective = f("effective", v.pick("Ngày có hiệu lực", "In force from")).hint(v.pick("Chỉ ghi khi văn bản không nói rõ.", "Only when the text does not say.")).kind("date").optional(true).width("w10").input();
    let until = f("until", v.pick("Hết hiệu lực từ ngày", "No longer in force from")).kind("date").optional(true).width("w10").input();
    kit::upload_form(v, &format!("{WORK}/import"), &Html(format!("{files}{issuer}{source}{effective}{until}{}", kit::Button::new(v.pick("Nhập", "Import")).weight(Weight::Main).html())))
}

fn result(v: &Visitor, reports: &[Report]) -> Html {
    let (kept, refused) = (reports.iter().filter(|r| r.result.is_ok()).count(), reports.iter().filter(|r| r.result.is_err()).count());
    let mood = if refused > 0 { Mood::Warn } else { Mood::Good };
    let title = format!("{}: {kept} · {}: {refused}", v.pick("Đã nhập", "Imported"), v.pick("bị từ chối", "refused"));
    let rows = reports
        .iter()
        .take(500)
        .map(|r| {
            let (what, notes) = match &r.result {
                Ok((key, title, kept)) => {
                    let word = match kept {
                        Kept::New => v.pick("mới", "new"),
                        Kept::Replaced => v.pick("thay bản cũ", "replaced"),
                        Kept::Same => v.pick("đã có, không đổi", "there already, unchanged"),
                    };
                    let counts = format!("{} {} · {} {} · {} {}", r.counts.articles, v.pick("điều", "articles"), r.counts.clauses, v.pick("khoản", "clauses"), r.counts.points, v.pick("điểm", "points"));
                    let link = kit::link(&format!("{HOME}/documents/{}", crate::document::slug(key)), title);
                    let notes: Vec<Html> = r.notes.iter().take(20).map(|n| Html::text(v.lang.pick(&n.vi, &n.en))).collect();
                    (Html(format!("{link} ({}; {})", esc(word), esc(&counts))), if notes.is_empty() { Html::text("–") } else { kit::bullets(&notes) })
                }
                Err(refusal) => (kit::chip(Mood::Bad, v.pick("Từ chối", "Refused")), Html::text(&said(refusal, v.lang))),
            };
            vec![Html::text(&r.file), what, notes]
        })
        .collect();
    let table = Table {
        caption: v.pick("Kết quả nhập", "Result").to_owned(),
        columns: vec![Column::text(v.pick("Tệp", "File")), Column::text(v.pick("Văn bản", "Document")), Column::text(v.pick("Cần đọc lại", "To be read over"))],
        rows,
        ..Table::default()
    };
    Html(format!("{}{}", kit::banner(mood, &title, &Html::default()), kit::table(&table)))
}

async fn latest(s: &Law, v: &Visitor) -> Result<Html, PageError> {
    let lines = store::lines(&s.scope, 30).await.map_err(PageError::internal)?;
    let rows = lines
        .iter()
        .map(|l| vec![kit::link(&format!("{HOME}/documents/{}", crate::document::slug(&l.key)), &l.title), Html::text(&day(v, l.imported.date())), Html::text(&l.imported_by)])
        .collect();
    let table = Table {
        caption: v.pick("Nhập gần đây", "Latest imports").to_owned(),
        columns: vec![Column::text(v.pick("Văn bản", "Document")), Column::text(v.pick("Ngày", "Day")), Column::text(v.pick("Người nhập", "By"))],
        rows,
        empty: v.pick("Chưa nhập văn bản nào.", "Nothing has been imported.").to_owned(),
        ..Table::default()
    };
    Ok(kit::table(&table))
}
