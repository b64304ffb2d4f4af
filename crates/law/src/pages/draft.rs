//! `/work/law/check`: a draft is put in and comes back with each fault at its place. The draft is not kept.

use super::{WORK, actor, day_of, shell};
use crate::{
    Law,
    check::{self, Checked},
    finding::review::draft,
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Response},
};
use kernel::time::Date;
use web::{
    extract::FormData,
    html::{Html, esc},
    kit::{self, Column, Mood, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// The longest draft that is checked on a page; longer ones go through the command line.
const LONGEST: usize = 400_000;

pub async fn blank(Shared(s): Shared<Law>, v: Visitor) -> Result<Html, PageError> {
    actor(&v)?;
    Ok(page(&v, s.now().date(), "", None, None))
}

pub async fn check(Shared(s): Shared<Law>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    actor(&v)?;
    let today = s.now().date();
    let text = f.get("draft").unwrap_or_default().to_owned();
    let on = f.get("on").and_then(day_of).unwrap_or(today);
    let fault = if text.trim().is_empty() {
        Some(v.pick("Dán nội dung dự thảo vào ô này.", "Paste the draft into this box."))
    } else if text.len() > LONGEST {
        Some(v.pick("Dự thảo quá dài; hãy dùng lệnh phusa law check.", "The draft is too long; use the command phusa law check."))
    } else {
        None
    };
    if let Some(fault) = fault {
        let short: String = text.chars().take(2_000).collect();
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page(&v, on, &short, None, Some(fault))).into_response());
    }
    let library = s.library().await?;
    let (catalog, body) = (s.catalog.clone(), text.clone());
    let work = move || (check::draft(&body, &library, &catalog, on), draft(&body, &library, &catalog, on));
    let (checked, found) = tokio::task::spawn_blocking(work).await.map_err(PageError::internal)?;
    let against = super::findings::of_draft(&s, &v, &found);
    Ok(page(&v, on, &text, Some((&checked, &against)), None).into_response())
}

fn page(v: &Visitor, on: Date, text: &str, checked: Option<(&Checked, &Html)>, fault: Option<&str>) -> Html {
    let title = v.pick("Kiểm tra dự thảo", "Check a draft");
    let mut main = kit::heading(title, None);
    main.push(&kit::para(v.pick(
        "Mỗi viện dẫn được đối chiếu với kho văn bản vào ngày dự kiến ban hành; kiểm tra căn cứ, ngày có hiệu lực, cơ quan không còn; nội dung được đối chiếu để tìm chỗ mâu thuẫn. Dự thảo không được lưu lại.",
        "Each citation is held against the corpus on the day of issue; bases, dates of effect and bodies that have ended are looked at; what it says is held against the corpus for contradictions. The draft is not kept.",
    )));
    if let Some((c, against)) = checked {
        main.push(&report(v, text, c));
        main.push(against);
    }
    let draft = kit::Field::new(v.lang, "draft", v.pick("Nội dung dự thảo", "Text of the draft")).value(text).error(fault).textarea(14);
    let date = kit::Field::new(v.lang, "on", v.pick("Ngày dự kiến ban hành", "Planned day of issue")).kind("date").value(&on.to_string()).width("w10").input();
    main.push(&kit::form(v, &format!("{WORK}/check"), &Html(format!("{draft}{date}{}", kit::Button::new(v.pick("Kiểm tra", "Check")).weight(Weight::Main).html()))));
    shell(v, title, main).back(WORK, v.pick("Hỏi đáp pháp luật", "Questions on the law")).error(fault.is_some()).render()
}

fn report(v: &Visitor, text: &str, c: &Checked) -> Html {
    let count = format!("{}: {} · {}: {}", v.pick("Viện dẫn đã đọc", "Citations read"), c.citations, v.pick("điểm cần xem", "points to look at"), c.faults.len());
    if c.faults.is_empty() {
        return kit::banner(Mood::Good, v.pick("Không thấy lỗi viện dẫn", "No fault was found"), &kit::para(&count));
    }
    let rows = c
        .faults
        .iter()
        .enumerate()
        .map(|(i, f)| {
            let short: String = f.text.chars().take(160).collect();
            vec![Html(format!("<a href=\"#loi-{}\">{}</a>", i + 1, f.line)), Html(format!("<span lang=\"vi\">{}</span>", esc(&short))), Html::text(f.say.get(v.lang))]
        })
        .collect();
    let table = Table {
        caption: v.pick("Điểm cần xem", "Points to look at").to_owned(),
        columns: vec![Column::num(v.pick("Dòng", "Line")), Column::text(v.pick("Chỗ này", "Place")), Column::text(v.pick("Vì sao", "Why"))],
        rows,
        ..Table::default()
    };
    let body = Html(format!("{}<h2>{}</h2><div class=\"card\" lang=\"vi\">{}</div>", kit::table(&table), v.pick("Dự thảo với các chỗ được đánh dấu", "The draft with its marks"), marked(text, c)));
    Html(format!("{}{body}", kit::banner(Mood::Warn, v.pick("Có chỗ cần xem lại", "Something needs another look"), &kit::para(&count))))
}

/// The text with each fault marked; faults at one place share a mark.
fn marked(text: &str, c: &Checked) -> Html {
    let mut out = String::from("<p>");
    let mut at = 0;
    for (i, f) in c.faults.iter().enumerate() {
        if f.start < at {
            out.push_str(&format!("<span id=\"loi-{}\"></span>", i + 1));
            continue;
        }
        push(&mut out, text.get(at..f.start).unwrap_or_default());
        out.push_str(&format!("<mark id=\"loi-{0}\">", i + 1));
        out.push_str(&esc(text.get(f.start..f.end).unwrap_or_default()));
        out.push_str(&format!("</mark> <strong>[{}]</strong>", i + 1));
        at = f.end;
    }
    push(&mut out, text.get(at..).unwrap_or_default());
    out.push_str("</p>");
    Html(out)
}

fn push(out: &mut String, text: &str) {
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push_str("<br>");
        }
        out.push_str(&esc(line));
    }
}
