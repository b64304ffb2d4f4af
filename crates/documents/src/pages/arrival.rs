//! `/work/documents/incoming/{arr}`: what came, who deals with it, until when.

use super::{Done, ROOT, actor, choices, chosen, done, incoming::state_chip, kind_name, room, send, staff};
use crate::{
    Documents,
    arrival::{Act, Arrival},
    copying::Source,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, id::ArrivalId};
use records::refusal_of;
use signatures::{Kind, examine};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Line, Mood, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

async fn open(s: &Documents, v: &Visitor, id: &str) -> Result<Arrival, PageError> {
    let id: ArrivalId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.arrival(&*actor(v)?, id).await?)
}

pub async fn show(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let a = open(&s, &v, &id).await?;
    Ok(page(&s, &v, &a, &Said::default(), &q.done).await?.into_response())
}

async fn page(s: &Documents, v: &Visitor, x: &Arrival, said: &Said, just: &str) -> Result<Html, PageError> {
    let mut main = done(v, just);
    main.push(&kit::error_summary(v.lang, &said.reasons));
    main.push(&kit::heading(&x.from.subject, Some(v.pick("Văn bản đến", "Incoming document"))));
    main.push(&kit::summary_list(&facts(s, v, x)));
    if x.from.file.is_some() {
        main.push(&Html(format!("<p>{}</p>", kit::link(&format!("{ROOT}/incoming/{}/file", x.id), v.pick("Mở văn bản (PDF)", "Open the document (PDF)")))));
        main.push(&signed(s, v, x).await?);
        main.push(&words(s, v, x).await?);
    }
    main.push(&acts(s, v, x, said).await?);
    let at = Source::Arrival(x.id);
    main.push(&super::copy::link(v, &*actor(v)?, s, &x.office, at, x.can_be_copied().is_ok()));
    main.push(&super::direct::of_arrival(s, v, &*actor(v)?, x));
    main.push(&super::copy::made(s, v, at).await?);
    Ok(room(v, &x.from.subject, main).error(said.is_error()).back(format!("{ROOT}/incoming"), v.pick("Sổ văn bản đến", "Incoming register")).render())
}

fn facts(s: &Documents, v: &Visitor, x: &Arrival) -> Vec<Line> {
    let lang = v.lang;
    let o = &x.from;
    let mut lines = vec![Line::new(v.pick("Tình trạng", "State"), state_chip(v, x.state))];
    if let Some((year, n)) = x.number {
        lines.push(Line::new(v.pick("Số đến", "Register number"), Html::text(&format!("{n} ({year})"))));
    }
    lines.push(Line::new(v.pick("Ngày đến", "Came"), Html::text(&when::exact(x.came, lang))));
    lines.push(Line::new(v.pick("Nơi gửi", "From"), Html::text(&o.body)));
    lines.push(Line::new(v.pick("Loại", "Kind"), Html::text(&kind_name(s, v, &o.kind))));
    if !o.number.is_empty() {
        lines.push(Line::new(v.pick("Số, ký hiệu", "Their number"), Html::text(&o.number)));
    }
    if let Some(d) = o.date {
        lines.push(Line::new(v.pick("Ngày văn bản", "Dated"), Html::text(&when::day(d, lang))));
    }
    if let Some(h) = &x.handler {
        lines.push(Line::new(v.pick("Người giải quyết", "Handler"), Html::text(&format!("{}, {}", h.name, h.title))));
    }
    if !x.instruction.is_empty() {
        let by = x.assigned_by.as_ref().map_or(String::new(), |p| format!(" <span class=\"muted\">{}</span>", esc(&p.name)));
        lines.push(Line::new(v.pick("Ý kiến chỉ đạo", "Instruction"), Html(format!("{}{by}", esc(&x.instruction)))));
    }
    if let Some(d) = x.due {
        lines.push(Line::new(v.pick("Thời hạn", "Due"), Html::text(&when::day(d, lang))));
    }
    if let Some((p, at, note)) = &x.done {
        lines.push(Line::new(v.pick("Kết quả", "Outcome"), Html(format!("{}<br><span class=\"muted\">{}, {}</span>", esc(note), esc(&p.name), esc(&when::exact(*at, lang))))));
    }
    if let Some(r) = &x.refused {
        lines.push(Line::new(v.pick("Trả lại", "Sent back"), Html::text(&format!("{}: {}", r.by, r.reason))));
    }
    lines
}

/// The signatures of the file, checked now.
async fn signed(s: &Documents, v: &Visitor, x: &Arrival) -> Result<Html, PageError> {
    let Some(file) = x.from.file else { return Ok(Html::default()) };
    let kept = s.files.read(&s.scope, file).await.map_err(PageError::internal)?;
    let Some((_, bytes)) = kept else { return Ok(Html::default()) };
    let (trust, now) = (s.trust.clone(), s.now());
    let report = tokio::task::spawn_blocking(move || examine(&bytes, &trust, now)).await.unwrap_or_default();
    let lines: Vec<Line> = report
        .signatures
        .iter()
        .filter(|g| g.kind == Kind::Signature)
        .map(|g| {
            let name = g.signer.as_ref().map_or_else(|| v.pick("không rõ", "unknown").to_owned(), |p| p.name.clone());
            let mood = if g.verdict.is_valid() { Mood::Good } else if g.verdict.is_intact() { Mood::Warn } else { Mood::Bad };
            Line::new(name, Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(mood, g.verdict.short().get(v.lang)), esc(g.verdict.sentence().get(v.lang)))))
        })
        .collect();
    let title = v.pick("Chữ ký số trong tệp", "Signatures in the file");
    if lines.is_empty() {
        return Ok(kit::card(title, &kit::para(v.pick("Tệp không có chữ ký số.", "There is no signature in the file."))));
    }
    Ok(kit::card(title, &kit::summary_list(&lines)))
}

/// The words that a program read from the file, to search and to copy; the file is what counts.
async fn words(s: &Documents, v: &Visitor, x: &Arrival) -> Result<Html, PageError> {
    let Some(file) = x.from.file else { return Ok(Html::default()) };
    let Some(stored) = s.files.find(&s.scope, file).await.map_err(PageError::internal)? else { return Ok(Html::default()) };
    let Some(read) = scans::words(&s.scope, &stored.sha256).await.map_err(PageError::internal)? else { return Ok(Html::default()) };
    if read.state != scans::State::Read {
        let none = v.pick("Không đọc được chữ nào trong tệp này.", "No words could be read from this file.");
        return Ok(Html(format!("<p class=\"muted\">{}</p>", esc(none))));
    }
    let warning = if read.pictures > 0 {
        v.pick("Máy đọc từ ảnh chụp, có thể sai; văn bản gốc mới có giá trị.", "Read from a picture by a program and possibly wrong; the document itself is what counts.")
    } else {
        v.pick("Lấy từ lớp chữ của tệp; văn bản gốc mới có giá trị.", "Taken from the file's own text; the document itself is what counts.")
    };
    let pages: String = read.text.split('\u{c}').map(|page| format!("<p class=\"prose\">{}</p>", esc(page))).collect();
    Ok(kit::details(v.pick("Chữ trong văn bản", "Words of the document"), &Html(format!("{}{pages}", kit::para(warning))), false))
}

async fn acts(s: &Documents, v: &Visitor, x: &Arrival, said: &Said) -> Result<Html, PageError> {
    let a = actor(v)?;
    let path = format!("{ROOT}/incoming/{}", x.id);
    let form = |act: &str, body: &Html| kit::form(v, &path, &Html(format!("{}{body}", kit::hidden("act", act))));
    let folded = |act: &str, title: &str, body: &Html| kit::details(title, body, said.act == act && said.is_error());
    let mut out = Html::default();
    for act in x.acts(&a, s.catalog.signing()) {
        out.push(&match act {
            Act::Register => kit::card(v.pick("Vào sổ", "Register"), &form("register", &Html(format!("{}{}", kit::para(v.pick("Hệ thống cấp số đến tiếp theo.", "The system gives the next number.")), kit::button(v.pick("Vào sổ", "Register")))))),
            Act::Refuse => {
                let why = said.field(v.lang, "refuse", "reason", v.pick("Lý do", "Reason")).textarea(3);
                folded("refuse", v.pick("Trả lại nơi gửi", "Send back"), &form("refuse", &Html(format!("{why}{}", kit::Button::new(v.pick("Trả lại", "Send back")).weight(Weight::Risk).html()))))
            }
            Act::Assign => {
                let mut people = vec![kit::Choice::new("", v.pick("Chọn người giải quyết", "Choose who deals with it"))];
                people.extend(choices(&staff(s, &x.office).await?));
                let parts = match kit::date_answer(&said.form, "due") {
                    Ok(d) => d.map(|d| vec![d.to_string()]).unwrap_or_default(),
                    Err(parts) => parts.to_vec(),
                };
                let field = |name: &str, label: &str| said.field(v.lang, "assign", name, label);
                let body = Html(format!(
                    "{}{}{}{}",
                    field("handler", v.pick("Người giải quyết", "Handler")).select(&people),
                    field("due", v.pick("Thời hạn", "Due")).optional(true).values(parts).date(),
                    field("instruction", v.pick("Ý kiến chỉ đạo", "Instruction")).optional(true).textarea(3),
                    kit::button(v.pick("Chuyển giải quyết", "Pass on"))
                ));
                kit::card(v.pick("Phân công giải quyết", "Give it to somebody"), &form("assign", &body))
            }
            Act::Done => {
                let body = Html(format!("{}{}", said.field(v.lang, "done", "note", v.pick("Đã giải quyết thế nào", "What was done")).textarea(3), kit::button(v.pick("Hoàn thành", "Done"))));
                kit::card(v.pick("Kết quả giải quyết", "Outcome"), &form("done", &body))
            }
        });
    }
    Ok(out)
}

pub async fn act(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let x = open(&s, &v, &id).await?;
    let a = actor(&v)?;
    let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
    let acted = match f.get("act").unwrap_or_default() {
        "register" => s.register(&a, x.id).await,
        "refuse" => s.refuse_arrival(&a, x.id, &text("reason")).await,
        "assign" => match kit::date_answer(&f, "due") {
            Ok(due) => {
                let people = staff(&s, &x.office).await?;
                s.assign(&a, x.id, chosen(&people, &text("handler")).cloned(), due, &text("instruction")).await
            }
            Err(_) => Err(Refusal::invalid("assign", "Chưa chuyển được: có chỗ cần sửa", "Not passed on: something needs correcting")
                .because(Some("due"), "Nhập ngày có thật, hoặc để trống.", "Enter a day that exists, or leave it empty.")
                .into()),
        },
        "done" => s.finish(&a, x.id, &text("note")).await,
        _ => Err(Refusal::invalid("act", "Không có thao tác này", "There is no such act").into()),
    };
    match acted {
        Ok(x) => Ok(Redirect::to(&format!("{ROOT}/incoming/{}?done=1", x.id)).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            let now = s.arrival(&a, x.id).await.unwrap_or(x);
            Ok(said.answer(page(&s, &v, &now, &said, "").await?))
        }
    }
}

pub async fn file(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let x = open(&s, &v, &id).await?;
    send(&s, x.from.file.ok_or_else(PageError::not_found)?).await
}
