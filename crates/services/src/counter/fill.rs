//! The procedure's own form, its published papers and the scans on one page.

use super::{Entered, Stand, checks, checks::{Meta, Tick}, sheets, store};
use crate::{
    citizen::documents,
    drafts::{self, Draft},
    form_view::{Questions, read_section},
    uploads::{FILE_MAX, give_files},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::{Definition, definition::Component, event::People};
use kernel::{
    Text,
    id::{DraftId, FileId},
    refusal::Reason,
};
use serde_json::Value;
use std::sync::Arc;
use web::{
    extract::{FormData, Multipart, Path, Sent},
    html::{Html, esc},
    kit::{self, Choice, Field, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// A dossier being typed.
pub(super) struct Open {
    pub draft: Draft,
    pub definition: Arc<Definition>,
    pub meta: Meta,
}

impl Open {
    pub fn base(&self) -> String {
        format!("/work/counter/drafts/{}", self.draft.id)
    }
    pub fn channel(&self) -> casework::definition::Channel {
        if self.meta.post { casework::definition::Channel::Post } else { casework::definition::Channel::Counter }
    }
    /// The four people of the dossier as it stands.
    pub fn people(&self, by: &kernel::Actor) -> People {
        let text = |key: &str| self.draft.answers.get(key).and_then(Value::as_str).map(str::to_owned);
        let came = &self.meta.came;
        let applicant = casework::event::Person {
            party: came.party,
            name: came.name.clone(),
            identifier: came.identifier.clone(),
            phone: text("phone").or_else(|| came.phone.clone()),
            email: text("email").or_else(|| came.email.clone()),
            address: text("address"),
        };
        casework::people::people(&self.definition.form, &self.draft.answers, applicant, Some(by.into()))
    }
}

pub(super) async fn open(stand: &Stand<'_>, id: &str) -> Result<Open, PageError> {
    let c = stand.counter;
    let id: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let draft = drafts::find(c.desk.scope(), stand.room.actor, id).await?;
    let meta = store::meta(c.desk.scope(), id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let (definition, _) = drafts::definition_of(c.desk.rules(), &draft, c.now())?;
    Ok(Open { draft, definition, meta })
}

pub async fn show(State(c): Entered, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let o = open(&stand, &id).await?;
    page(&stand, &o, None, &[]).await
}

pub(super) async fn page(stand: &Stand<'_>, o: &Open, typed: Option<&FormData>, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let (lang, d) = (v.lang, &o.definition);
    let q = Questions { definition: d, offices: stand.counter.desk.identity().offices(), lang, reasons };
    let mut body = Html::default();
    for section in &d.form.sections {
        body.push(&kit::fieldset(section.title.get(lang), &q.section(section, &o.draft.answers, typed)));
    }
    if !d.components.is_empty() {
        let papers: Vec<Html> = d.components.iter().map(|c| paper(stand, o, c, typed, reasons)).collect();
        body.push(&Html(format!("<h2>{}</h2><p class=\"muted\">{}</p>{}", v.pick("Giấy tờ đã công bố", "Published papers"), v.pick("Chỉ những giấy tờ này được yêu cầu (Nghị định 118/2025/NĐ-CP, Điều 5).", "Only these may be asked for (Decree 118/2025 Article 5)."), Html::join(&papers))));
    }
    body.push(&kit::fieldset(v.pick("Tại quầy", "At the counter"), &around(o, v, typed, reasons)));
    body.push(&kit::button_group(&[kit::Button::new(v.pick("Lưu và xem lại", "Save and look over")).html()]));
    let form = kit::upload_form(v, &o.base(), &body);
    let discard = kit::details(v.pick("Bỏ hồ sơ đang nhập", "Discard"), &kit::form(v, &format!("{}/discard", o.base()), &kit::Button::new(v.pick("Bỏ", "Discard")).weight(Weight::Risk).html()), false);
    let main = Html(format!("{}{}{form}{discard}", kit::error_summary(lang, reasons), head(o, v)));
    stand.page(d.name.get(lang), "", &main, !reasons.is_empty()).await
}

/// Who came, and where what is filled in already was found.
fn head(o: &Open, v: &Visitor) -> Html {
    let lang = v.lang;
    let came = &o.meta.came;
    let number = came.identifier.as_ref().map_or_else(|| v.pick("không có số định danh", "no identity number").to_owned(), |i| format!("{} {}", i.label().get(lang), i.as_str()));
    let review = matches!(came.identifier, Some(kernel::party::Identifier::OldIdCard(_)));
    let review = if review { format!(" {}", kit::chip(Mood::Warn, v.pick("số cũ, cần rà soát", "old number, to be reviewed"))) } else { String::new() };
    let sources: Vec<&str> = o.meta.sources.iter().map(|s| s.get(lang)).collect();
    let sources = if sources.is_empty() {
        v.pick("Chưa có dữ liệu nào về người này; ghi theo giấy tờ.", "Nothing is known of this person yet; type from the paper.").to_owned()
    } else {
        format!("{} {}. {}", v.pick("Đã điền sẵn từ", "Filled in from"), sources.join("; "), v.pick("Sửa ngay nếu sai.", "Correct it if it is wrong."))
    };
    let paper = o.meta.on_paper.as_ref().map_or_else(Html::default, |p| {
        let said = format!("{} {} · {} {} · {}", v.pick("Phiếu giấy", "Paper form"), p.number, v.pick("nhận lúc", "received"), web::when::exact(p.received_at, lang), p.reason);
        kit::banner(Mood::Info, v.pick("Nhập sau khi mất hệ thống", "Keyed after an outage"), &kit::para(&said))
    });
    Html(format!(
        "<h1>{}</h1><p><b>{}</b> · {}{review} · {}</p><p class=\"muted\">{}</p>{paper}",
        esc(o.definition.name.get(lang)),
        esc(&came.name),
        esc(&number),
        esc(o.channel().name().get(lang)),
        esc(&sources),
    ))
}

fn paper(stand: &Stand<'_>, o: &Open, c: &Component, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let v = stand.v();
    let lang = v.lang;
    if let Some(db) = &c.from_database {
        return Html(format!("<section class=\"card counter-paper\"><h3>{}</h3><p>{} {}</p></section>", esc(c.name.get(lang)), kit::chip(Mood::Good, v.pick("lấy từ dữ liệu", "from a database")), esc(db.name.get(lang))));
    }
    let required = o.definition.requires(c, &o.draft.answers);
    let tick = typed.and_then(|t| t.get(&format!("tick-{}", c.code))).map(str::to_owned).or_else(|| {
        o.meta.ticks.get(&c.code).map(|t| if *t == Tick::Shown { "shown".to_owned() } else { "scanned".to_owned() })
    });
    let ticks = [
        Choice::new("shown", v.pick("Đã xuất trình, đối chiếu, trả lại", "Shown, compared, given back")),
        Choice::new("scanned", v.pick("Quét vào hồ sơ", "Scanned")),
        Choice::new("none", v.pick("Chưa có", "Not there")),
    ];
    let choice = Field::new(lang, format!("tick-{}", c.code), c.name.get(lang))
        .hint(c.hint.as_ref().map_or("", |h| h.get(lang)))
        .optional(!required)
        .value(tick.unwrap_or_else(|| "none".to_owned()))
        .errors(reasons)
        .radios(&ticks);
    let shows = format!("tick-{}=scanned", c.code);
    let file = Field::new(lang, format!("file-{}", c.code), v.pick("Tệp quét (thay tệp trước)", "Scan (replaces the earlier one)")).optional(true).kind("file").shows_when(&shows).errors(reasons).file(".pdf,.jpg,.jpeg,.png", true);
    let pages = typed.and_then(|t| t.get(&format!("pages-{}", c.code))).map(str::to_owned).or_else(|| o.meta.pages.get(&c.code).map(u32::to_string));
    let pages = Field::new(lang, format!("pages-{}", c.code), v.pick("Số trang giấy", "Pages of paper")).hint(v.pick("Đối chiếu với số trang của tệp.", "Compared with the pages of the file.")).optional(true).numeric().width("w4").value(pages.unwrap_or_default()).shows_when(&shows).errors(reasons).input();
    let files: Vec<Html> = o
        .draft
        .files
        .iter()
        .filter(|f| f.component == c.code)
        .map(|f| {
            let counted = match o.meta.counted.get(&f.file.to_string()).copied().flatten() {
                Some(n) => format!("{n} {}", v.pick("trang", "pages")),
                None => v.pick("không đếm được số trang, mở tệp để đối chiếu", "pages cannot be counted, open it to compare").to_owned(),
            };
            Html(format!("<a href=\"{}/files/{}\">{}</a> <span class=\"muted\">{} · {}</span>", o.base(), f.file, esc(&f.name), web::when::size(f.size), esc(&counted)))
        })
        .collect();
    let files = if files.is_empty() { Html::default() } else { kit::bullets(&files) };
    Html(format!("<section class=\"card counter-paper\">{choice}{file}{pages}{files}{}</section>", crate::signed::told(v, &o.draft.files, &c.code)))
}

fn around(o: &Open, v: &Visitor, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let value = |name: &str, kept: String| typed.and_then(|t| t.get(name)).map_or(kept, str::to_owned);
    let mut out = Field::new(lang, "authorisation", v.pick("Giấy ủy quyền, giấy tờ đại diện", "Authorisation"))
        .hint(v.pick("Chỉ khi nộp thay người khác: loại giấy, số, ngày, nơi chứng thực.", "Only for somebody else's dossier: kind, number, date, where it was certified."))
        .optional(true)
        .max_length(200)
        .value(value("authorisation", o.meta.authorisation.clone()))
        .errors(reasons)
        .input();
    let sheets = if o.meta.sheets == 0 { String::new() } else { o.meta.sheets.to_string() };
    out.push(&Field::new(lang, "sheets", v.pick("Số tờ giấy giữ lại để chuyển", "Sheets kept to be passed on")).hint(v.pick("Giấy tờ nộp bản giấy; nơi giải quyết khác nơi nhận thì lập túi giấy tờ.", "Paper handed in; where another office decides a bundle is opened.")).optional(true).numeric().width("w4").value(value("sheets", sheets)).errors(reasons).input());
    out.push(&Field::new(lang, "pickup", v.pick("Nơi nhận kết quả", "Where the result is collected")).hint(v.pick("Để trống: tại quầy này.", "Empty: at this counter.")).optional(true).max_length(200).value(value("pickup", o.meta.pickup.clone())).errors(reasons).input());
    out
}

pub async fn save(State(c): Entered, v: Visitor, Path(id): Path<String>, form: Multipart) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let mut o = open(&stand, &id).await?;
    let sent = form.collect(FILE_MAX * 3 + 1).await?;
    let reasons = keep(&stand, &mut o, sent.clone()).await?;
    if reasons.is_empty() {
        return Ok(Redirect::to(&format!("{}/review", o.base())).into_response());
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&stand, &o, Some(&sent.fields), &reasons).await?).into_response())
}

/// Keeps everything typed and sent, and answers with what has to be corrected.
async fn keep(stand: &Stand<'_>, o: &mut Open, sent: Sent) -> Result<Vec<Reason>, PageError> {
    let c = stand.counter;
    let (d, now) = (o.definition.clone(), c.now());
    let form = &sent.fields;
    let names = form.0.iter().filter_map(|(n, _)| n.strip_prefix("tick-").or_else(|| n.strip_prefix("pages-"))).chain(sent.files.iter().map(|f| f.field.trim_start_matches("file-")));
    if let Some(refused) = checks::unpublished(&d, names) {
        return Err(refused.into());
    }
    let all: Vec<String> = d.form.sections.iter().flat_map(|s| s.fields.clone()).collect();
    let (given, mut reasons) = read_section(&d, &all, form);
    drafts::save_section(c.desk.scope(), &mut o.draft, &all, given, now).await?;
    reasons.extend(read_meta(&d, form, &mut o.meta));
    reasons.extend(take_scans(stand, o, sent.files.clone()).await?);
    store::keep_meta(c.desk.scope(), o.draft.id, &o.meta).await.map_err(PageError::internal)?;
    reasons.extend(faults(stand, o, &reasons));
    Ok(reasons)
}

/// Everything that stands in the way but missing papers: those are the official's to judge (form 02).
pub(super) fn faults(stand: &Stand<'_>, o: &Open, already: &[Reason]) -> Vec<Reason> {
    let mut out = Vec::new();
    if let Err(refusal) = casework::check_answers(&o.definition, &o.draft.answers) {
        let mut seen: Vec<Option<String>> = already.iter().map(|r| r.field.clone()).collect();
        for r in refusal.reasons {
            if !seen.contains(&r.field) {
                seen.push(r.field.clone());
                out.push(r);
            }
        }
    }
    out.extend(checks::scan_faults(&o.definition, &o.meta, &o.draft.files));
    out.extend(checks::authorised(&o.people(stand.room.actor), &o.meta));
    out
}

fn read_meta(d: &Definition, form: &FormData, meta: &mut Meta) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut number = |name: &str, label: Text| -> Option<u32> {
        let text = form.filled(name)?;
        let n = text.parse::<u32>().ok().filter(|n| *n <= 10_000);
        if n.is_none() {
            reasons.push(Reason { field: Some(name.to_owned()), message: Text::new(format!("{}: ghi một số, ví dụ 3", label.vi), format!("{}: a number, such as 3", label.en)) });
        }
        n
    };
    meta.ticks.clear();
    meta.pages.clear();
    for c in d.components.iter().filter(|c| c.from_database.is_none()) {
        match form.get(&format!("tick-{}", c.code)) {
            Some("shown") => drop(meta.ticks.insert(c.code.clone(), Tick::Shown)),
            Some("scanned") => drop(meta.ticks.insert(c.code.clone(), Tick::Scanned)),
            _ => {}
        }
        if let Some(n) = number(&format!("pages-{}", c.code), c.name.clone()) {
            meta.pages.insert(c.code.clone(), n);
        }
    }
    meta.sheets = number("sheets", Text::new("Số tờ giấy", "Sheets")).unwrap_or(0);
    meta.authorisation = form.get("authorisation").unwrap_or_default().chars().take(200).collect();
    meta.pickup = form.get("pickup").unwrap_or_default().chars().take(200).collect();
    reasons
}

/// Takes new scans; a new one of a component takes the place of the earlier.
async fn take_scans(stand: &Stand<'_>, o: &mut Open, files: Vec<web::extract::SentFile>) -> Result<Vec<Reason>, PageError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let c = stand.counter;
    let now = c.now();
    let bytes: Vec<(String, axum::body::Bytes)> = files.iter().map(|f| (hash(&f.bytes), f.bytes.clone())).collect();
    let (given, reasons) = give_files(&c.services, stand.room.actor, files, now).await?;
    for g in &given {
        let counted = bytes.iter().find(|(h, _)| *h == g.sha256).and_then(|(_, b)| sheets::pages(&g.media_type, b));
        o.meta.counted.insert(g.file.to_string(), counted);
        o.meta.ticks.insert(g.component.clone(), Tick::Scanned);
    }
    o.draft.files.retain(|f| !given.iter().any(|g| g.component == f.component));
    drafts::add_files(c.desk.scope(), &mut o.draft, given, now).await?;
    Ok(reasons)
}

fn hash(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}

pub async fn open_file(State(c): Entered, v: Visitor, Path((id, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let o = open(&stand, &id).await?;
    let file: FileId = file.parse().map_err(|_| PageError::not_found())?;
    if !o.draft.files.iter().any(|f| f.file == file) {
        return Err(PageError::not_found());
    }
    documents::send(&c.services, file).await
}

pub async fn discard(State(c): Entered, v: Visitor, Path(id): Path<String>) -> Result<Redirect, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let o = open(&stand, &id).await?;
    let scope = c.desk.scope();
    let mut batch = scope.batch();
    drafts::close(&mut batch, &o.draft);
    store::forget(&mut batch, o.draft.id);
    let gone = || kernel::Refusal::conflict("draft-changed", "Hồ sơ này đã được nộp hoặc đã bỏ", "It has been filed or discarded already");
    store::commit(scope, batch, gone).await?;
    Ok(Redirect::to("/work/counter"))
}
