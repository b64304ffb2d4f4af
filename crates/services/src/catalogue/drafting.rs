//! Writing a draft, checking it, releasing it or giving it up.

use super::{
    Catalogue, TEXT_MAX, draft_page, overlay,
    parts::{actor, draft_address, page},
    releases::{self, Release, Subject, Written},
};
use crate::work::sending::Sending;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::DeskError;
use kernel::{
    Text,
    catalog::{Files, Finding, parse_yaml},
    id::ReleaseId,
    refusal::Reason,
    time::Date,
};
use serde_json::Value;
use web::{
    extract::{FormData, Path, Query, Sent},
    html::Html,
    kit::{self, Field},
    problem::PageError,
    visitor::Visitor,
};

/// Longest code and version.
const NAME_MAX: usize = 60;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub subject: String,
    pub code: String,
    pub version: String,
}

/// `/admin/catalogue/new`: a text to begin with, that of a version or none.
pub async fn begin(State(s): State<Catalogue>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let subject = Subject::of(&asked.subject).unwrap_or(Subject::Procedure);
    let files = s.files_today().await?;
    let text = match subject {
        Subject::Procedure if asked.code.is_empty() => String::new(),
        Subject::Procedure => {
            let d = s.services.desk.rules().definitions.pinned(&asked.code, &asked.version).cloned().ok_or_else(PageError::not_found)?;
            super::parts::text_of(&files, &d).to_owned()
        }
        Subject::Calendar => calendar_file(&files, &asked.code).map_or_else(String::new, |(_, text)| text),
    };
    Ok(new_page(&v, subject, &Typed { text, starts: Vec::new() }, &[]))
}

/// What was typed, shown again when something is wrong with it.
pub struct Typed {
    pub text: String,
    /// `YYYY-MM-DD`, or the three parts as typed.
    pub starts: Vec<String>,
}

fn new_page(v: &Visitor, subject: Subject, typed: &Typed, reasons: &[Reason]) -> Html {
    let title = match subject {
        Subject::Procedure => v.pick("Soạn phiên bản thủ tục", "Draft a version of a procedure"),
        Subject::Calendar => v.pick("Soạn phiên bản lịch làm việc", "Draft a version of a calendar"),
    };
    let mut main = kit::error_summary(v.lang, reasons);
    main.push(&kit::heading(title, None));
    main.push(&kit::para(match subject {
        Subject::Procedure => v.pick(
            "Tải tệp YAML lên hoặc sửa nội dung dưới đây. Đổi `version` và ngày `effective.from` cho phiên bản mới; phiên bản cũ giữ nguyên.",
            "Upload a YAML file or edit the text below. Change `version` and the day `effective.from` for the new version; the older one stays as it is.",
        ),
        Subject::Calendar => v.pick(
            "Tải tệp YAML lên hoặc sửa nội dung dưới đây, và chọn ngày bắt đầu áp dụng. Không hẹn trả nào tự dời: hồ sơ bị ảnh hưởng được liệt kê.",
            "Upload a YAML file or edit the text below, and choose the day it begins to count. No promise moves by itself: the dossiers concerned are listed.",
        ),
    }));
    let body = Html(format!("{}{}{}", kit::hidden("subject", subject.as_str()), fields(v, subject, typed, reasons, true), kit::button(v.pick("Lưu và kiểm tra", "Save and check"))));
    main.push(&kit::upload_form(v, "/admin/catalogue/new", &body));
    page(v, title, "/admin/catalogue/drafts", main).error(!reasons.is_empty()).back("/admin/catalogue/drafts", v.pick("Dự thảo và phát hành", "Drafts and releases")).render()
}

/// The questions of a draft.
pub fn fields(v: &Visitor, subject: Subject, typed: &Typed, reasons: &[Reason], upload: bool) -> Html {
    let mut out = Html::default();
    if subject == Subject::Calendar {
        let mut day = Field::new(v.lang, "starts", v.pick("Áp dụng từ ngày", "Counts from")).hint(v.pick("Ví dụ 01 12 2026", "For example 01 12 2026")).errors(reasons);
        day.values.clone_from(&typed.starts);
        out.push(&day.date());
    }
    if upload {
        let file = Field::new(v.lang, "file", v.pick("Tệp YAML", "YAML file"))
            .hint(v.pick("Nếu chọn tệp, nội dung tệp thay cho ô bên dưới.", "A chosen file replaces the text below."))
            .optional(true)
            .errors(reasons);
        out.push(&file.file(".yaml,.yml,text/yaml", false));
    }
    let text = Field::new(v.lang, "text", v.pick("Nội dung", "Text")).optional(upload).errors(reasons).value(typed.text.as_str()).attr("spellcheck", "false");
    out.push(&Html(format!("<div class=\"yaml\">{}</div>", text.textarea(28))));
    out
}

pub async fn create(State(s): State<Catalogue>, v: Visitor, Sending(sent): Sending) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let subject = sent.fields.get("subject").and_then(Subject::of).unwrap_or(Subject::Procedure);
    let typed = typed(&sent);
    match written(&s, subject, &typed, &sent.fields).await? {
        Ok(written) => {
            let r = releases::draft(s.services.desk.scope(), actor, written, s.services.now()).await?;
            Ok(Redirect::to(&draft_address(r.id)).into_response())
        }
        Err(reasons) => Ok((StatusCode::UNPROCESSABLE_ENTITY, new_page(&v, subject, &typed, &reasons)).into_response()),
    }
}

pub async fn save(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>, Sending(sent): Sending) -> Result<Response, PageError> {
    let (actor, id) = (actor(&v)?, id_of(&id)?);
    let scope = s.services.desk.scope();
    let old = releases::find(scope, id).await?;
    let typed = typed(&sent);
    let written = match written(&s, old.subject, &typed, &sent.fields).await? {
        Ok(written) => written,
        Err(reasons) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, draft_page::render(&s, &v, &old, Some((&typed, &reasons)), "").await?).into_response()),
    };
    match releases::rewrite(scope, actor, id, seen(&sent.fields), written, s.services.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=saved", draft_address(id))).into_response()),
        Err(e) => refused(&s, &v, id, e, Some(&typed)).await,
    }
}

pub async fn withdraw(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (actor, id) = (actor(&v)?, id_of(&id)?);
    match releases::withdraw(s.services.desk.scope(), actor, id, seen(&form), s.services.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=withdrawn", draft_address(id))).into_response()),
        Err(e) => refused(&s, &v, id, e, None).await,
    }
}

/// Checked once more on the very text that is released; then it holds here at once, elsewhere within seconds.
pub async fn release(State(s): State<Catalogue>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let (actor, id) = (actor(&v)?, id_of(&id)?);
    let scope = s.services.desk.scope();
    let r = releases::find(scope, id).await?;
    let found = check(&s, &r).await?;
    if !found.is_empty() {
        let refusal = kernel::Refusal::conflict(
            "faulty",
            format!("Bản dự thảo còn {} lỗi; sửa hết rồi mới phát hành được", found.len()),
            format!("The draft has {} faults; mend them before it is released", found.len()),
        );
        return refused(&s, &v, id, refusal.into(), None).await;
    }
    match releases::release(scope, actor, id, seen(&form), s.services.now()).await {
        Ok(_) => {
            s.refresh().await?;
            Ok(Redirect::to(&format!("{}?done=released", draft_address(id))).into_response())
        }
        Err(e) => refused(&s, &v, id, e, None).await,
    }
}

/// The page again with the reason, and with what was typed.
async fn refused(s: &Catalogue, v: &Visitor, id: ReleaseId, e: DeskError, typed: Option<&Typed>) -> Result<Response, PageError> {
    let DeskError::Refused(refusal) = e else { return Err(e.into()) };
    if refusal.kind == kernel::refusal::RefusalKind::NotFound {
        return Err(refusal.into());
    }
    let r = releases::find(s.services.desk.scope(), id).await?;
    let reasons = [Reason { field: None, message: refusal.message.clone() }];
    let given = Typed { text: r.text.clone(), starts: vec![r.starts.to_string()] };
    let shown = draft_page::render(s, v, &r, Some((typed.unwrap_or(&given), &reasons)), "").await?;
    Ok((StatusCode::CONFLICT, shown).into_response())
}

pub fn id_of(text: &str) -> Result<ReleaseId, PageError> {
    text.parse().map_err(|_| PageError::not_found())
}

fn seen(form: &FormData) -> i64 {
    form.filled("seen").and_then(|s| s.parse().ok()).unwrap_or(0)
}

/// A chosen file wins over the text.
fn typed(sent: &Sent) -> Typed {
    let file = sent.files.iter().find(|f| f.field == "file" && !f.bytes.is_empty());
    let text = match file {
        Some(f) => kernel::text::clean(&String::from_utf8_lossy(&f.bytes).replace("\r\n", "\n")),
        None => sent.fields.get("text").unwrap_or_default().replace("\r\n", "\n"),
    };
    let starts = match kit::date_answer(&sent.fields, "starts") {
        Ok(day) => day.map(|d| d.to_string()).into_iter().collect(),
        Err(parts) => parts.to_vec(),
    };
    Typed { text, starts }
}

fn reason(field: &str, vi: impl Into<String>, en: impl Into<String>) -> Reason {
    Reason { field: Some(field.to_owned()), message: Text::new(vi, en) }
}

/// What a text says of itself: code, version, first day. Everything else is for the check.
async fn written(s: &Catalogue, subject: Subject, typed: &Typed, form: &FormData) -> Result<Result<Written, Vec<Reason>>, PageError> {
    let files = s.files_today().await?;
    let day = kit::date_answer(form, "starts").ok().flatten();
    Ok(match subject {
        Subject::Procedure => procedure(&typed.text),
        Subject::Calendar => calendar(&files, &typed.text, day),
    })
}

fn mapping(file: &str, text: &str) -> Result<Value, Vec<Reason>> {
    if text.trim().is_empty() {
        return Err(vec![reason("text", "Chưa có nội dung: tải tệp lên hoặc nhập vào ô", "There is no text: upload a file or type it in")]);
    }
    if text.len() > TEXT_MAX {
        return Err(vec![reason("text", format!("Nội dung dài {} byte, quá giới hạn {TEXT_MAX} byte", text.len()), format!("The text has {} bytes, past the limit of {TEXT_MAX}", text.len()))]);
    }
    parse_yaml::<Value>(file, text).map_err(|f| {
        let at = f.line.map_or_else(String::new, |l| format!("{l}: "));
        vec![reason("text", format!("Dòng {at}{}", f.reason.vi), format!("Line {at}{}", f.reason.en))]
    })
}

fn name(value: &Value, key: &str, reasons: &mut Vec<Reason>) -> String {
    let text = match value.get(key) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(_)) => {
            reasons.push(reason("text", format!("`{key}` phải đặt trong dấu ngoặc kép, nếu không số 0 cuối sẽ mất"), format!("`{key}` must be quoted, or zeros at its end are lost")));
            return String::new();
        }
        _ => String::new(),
    };
    if text.is_empty() || text.chars().count() > NAME_MAX || text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '/') {
        reasons.push(reason("text", format!("Thiếu `{key}`, hoặc `{key}` dài quá {NAME_MAX} ký tự hay có dấu cách"), format!("`{key}` is missing, longer than {NAME_MAX} characters, or holds a space")));
    }
    text
}

fn procedure(text: &str) -> Result<Written, Vec<Reason>> {
    let value = mapping("procedures", text)?;
    let mut reasons = Vec::new();
    let (code, version) = (name(&value, "code", &mut reasons), name(&value, "version", &mut reasons));
    let from = value.pointer("/effective/from").and_then(Value::as_str).and_then(|t| t.parse::<Date>().ok());
    if from.is_none() {
        reasons.push(reason("text", "Thiếu ngày `effective: {from: 2027-03-01}`", "The day `effective: {from: 2027-03-01}` is missing"));
    }
    match from.filter(|_| reasons.is_empty()) {
        Some(starts) => Ok(Written { subject: Subject::Procedure, path: format!("procedures/{}@{}.yaml", plain(&code), plain(&version)), code, version, text: text.to_owned(), starts }),
        None => Err(reasons),
    }
}

/// A version of a calendar is named after its first day.
fn calendar(files: &Files, text: &str, day: Option<Date>) -> Result<Written, Vec<Reason>> {
    let mut reasons = Vec::new();
    if day.is_none() {
        reasons.push(reason("starts", "Chọn ngày bắt đầu áp dụng, ví dụ 01 12 2026", "Choose the day it begins to count, for example 01 12 2026"));
    }
    let value = mapping("calendars", text).map_err(|mut more| {
        more.splice(0..0, reasons.clone());
        more
    })?;
    let code = name(&value, "code", &mut reasons);
    let path = calendar_file(files, &code).map_or_else(|| format!("calendars/{}.yaml", plain(&code)), |(path, _)| path);
    match day.filter(|_| reasons.is_empty()) {
        Some(starts) => Ok(Written { subject: Subject::Calendar, code, version: starts.to_string(), path, text: text.to_owned(), starts }),
        None => Err(reasons),
    }
}

/// The file that declares a calendar.
pub fn calendar_file(files: &Files, code: &str) -> Option<(String, String)> {
    let declares = |text: &str| parse_yaml::<Value>("", text).ok().is_some_and(|v| v.get("code").and_then(Value::as_str) == Some(code));
    files.under("calendars", "yaml").find(|(_, text)| declares(text)).map(|(p, t)| (p.to_owned(), t.to_owned()))
}

/// A part of a file name.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect()
}

/// Everything `catalog check` says with the draft in its place, and what only matters for a release.
pub async fn check(s: &Catalogue, r: &Release) -> Result<Vec<Finding>, PageError> {
    let mut files = s.files_today().await?;
    files.insert(r.path.as_str(), r.text.as_str());
    let check = s.check.clone();
    let mut found = tokio::task::spawn_blocking(move || check(&files)).await.map_err(PageError::internal)?;
    if r.subject == Subject::Procedure && r.status == releases::Status::Draft {
        found.extend(days(s, r));
    }
    found.dedup();
    Ok(found)
}

/// Two versions with one first day, and days on which no version holds.
fn days(s: &Catalogue, r: &Release) -> Vec<Finding> {
    let line = |keys: &[&str]| kernel::catalog::line_of(&r.text, keys).or(Some(1));
    let definitions = &s.services.desk.rules().definitions;
    let mut found = Vec::new();
    let others: Vec<_> = definitions.all().filter(|d| d.code.as_str() == r.code).collect();
    if others.iter().any(|d| d.version == r.version && d.compiled.file == r.path) {
        found.push(Finding::new(
            &r.path,
            line(&["version"]),
            format!("phiên bản {} đã phát hành và không thay được; đặt tên phiên bản khác", r.version),
            format!("version {} has been released and cannot be replaced; name this one otherwise", r.version),
        ));
    } else if let Some(same) = others.iter().find(|d| d.effective.from == r.starts) {
        found.push(Finding::new(
            &r.path,
            line(&["effective", "from"]),
            format!("phiên bản {} cũng bắt đầu ngày {}: chưa rõ bản nào áp dụng", same.version, r.starts),
            format!("version {} begins on {} too: it is not clear which holds", same.version, r.starts),
        ));
    }
    let eve = r.starts.yesterday().unwrap_or(r.starts);
    if others.iter().any(|d| d.effective.from <= eve) && definitions.current(&r.code, eve).is_none() {
        found.push(Finding::new(
            &r.path,
            line(&["effective", "from"]),
            format!("ngày {eve} không có phiên bản nào áp dụng: các phiên bản phải nối liền nhau"),
            format!("no version holds on {eve}: versions must follow one another without a gap"),
        ));
    }
    found
}

/// The definition of a draft; its own faults where there is none.
pub async fn definition(s: &Catalogue, r: &Release) -> Result<(Option<std::sync::Arc<casework::Definition>>, Vec<Finding>), PageError> {
    let (files, path, text) = (s.files.clone(), r.path.clone(), r.text.clone());
    tokio::task::spawn_blocking(move || overlay::definition_of(&files, &path, &text)).await.map_err(PageError::internal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::time::date;

    #[test]
    fn a_text_says_its_code_version_and_day() {
        let w = procedure("code: \"1.001193\"\nversion: \"2027-03-01\"\neffective: {from: 2027-03-01}\n").unwrap();
        assert_eq!((w.code.as_str(), w.version.as_str(), w.starts), ("1.001193", "2027-03-01", date(2027, 3, 1)));
        assert_eq!(w.path, "procedures/1.001193@2027-03-01.yaml");
    }

    #[test]
    fn what_is_missing_is_said() {
        let said = |text: &str| procedure(text).unwrap_err().into_iter().map(|r| r.message.en).collect::<Vec<_>>().join(" | ");
        assert!(said("").contains("no text"));
        assert!(said("code: 1.00120\nversion: a\neffective: {from: 2027-03-01}\n").contains("quoted"));
        assert!(said("code: \"1\"\nversion: \"a b\"\neffective: {from: 2027-03-01}\n").contains("`version`"));
        assert!(said("code: \"1\"\nversion: \"a\"\n").contains("effective"));
        assert!(said("code: [\n").contains("Line "));
        assert_eq!(plain("../x y"), "..-x-y");
    }

    #[test]
    fn a_calendar_takes_the_file_of_its_code() {
        let mut files = Files::new();
        files.insert("calendars/offices.yaml", "code: vn\n");
        let w = calendar(&files, "code: vn\nname: x", Some(date(2027, 1, 1))).unwrap();
        assert_eq!((w.path.as_str(), w.version.as_str()), ("calendars/offices.yaml", "2027-01-01"));
        assert_eq!(calendar(&files, "code: storm", Some(date(2027, 1, 1))).unwrap().path, "calendars/storm.yaml");
        assert!(calendar(&files, "code: vn", None).is_err());
    }
}
