//! Files on the pages: the boxes to send them with, what lies there, what was sent, and how one is opened.

use super::{actor, mine};
use crate::{
    Support,
    acts::{ActError, FILE_MAX},
    dossier::{By, Dossier, DossierId},
    papers::{PaperFile, Tray, paper_name},
};
use axum::{
    body::Body,
    extract::{FromRequest, Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use ::store::files::Upload;
use kernel::{
    Refusal,
    id::{EnterpriseId, FileId},
    refusal::Reason,
};
use web::{
    extract::{FormData, Multipart, Path, Sent},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Mood},
    problem::{Fault, PageError},
    visitor::Visitor,
    when,
};

/// A request with one file far above the limit and the form around it is read whole, so that the refusal names the file.
pub const UPLOAD_LIMIT: usize = 64 << 20;
const ACCEPT: &str = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.odt";

/// A form with or without files.
pub struct Sending(pub Sent);

impl<S: Send + Sync> FromRequest<S> for Sending {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return Ok(Self(Multipart::from_request(request, state).await?.collect(UPLOAD_LIMIT).await?));
        }
        Ok(Self(Sent { fields: FormData::from_request(request, state).await?, files: Vec::new() }))
    }
}

/// Takes back what was ticked and takes what came with the form; what cannot be taken is named, the others are kept.
pub async fn take(s: &Support, enterprise: EnterpriseId, id: DossierId, sent: Sent, by: By<'_>) -> Result<(FormData, Vec<Reason>), PageError> {
    let mut reasons = Vec::new();
    let mut note = |field: Option<String>, done: Result<Tray, ActError>| match done {
        Ok(_) => Ok(()),
        Err(error) => {
            let refusal = error.refusal()?;
            reasons.push(Reason { field, message: refusal.message });
            Ok::<(), PageError>(())
        }
    };
    for file in sent.fields.all("drop").into_iter().filter_map(|t| t.parse::<FileId>().ok()) {
        let there = s.tray(id, enterprise).await?.files.iter().any(|f| f.file == file);
        // Ticked on a page shown before it was taken back: it is gone, as was asked.
        if there {
            note(None, s.remove_paper(id, enterprise, file, by).await)?;
        }
    }
    let mut replaced: Vec<FileId> = Vec::new();
    for file in sent.files {
        let Some(paper) = file.field.strip_prefix("file-").map(str::to_owned) else { continue };
        let named = sent.fields.get(&format!("replaces-{paper}")).and_then(|t| t.parse::<FileId>().ok());
        // Of several files sent at once the first replaces, the others are further ones.
        let replaces = named.filter(|f| !replaced.contains(f));
        replaced.extend(replaces);
        let upload = Upload { name: file.name, claimed: Some(file.media_type).filter(|t| !t.is_empty()), bytes: file.bytes };
        note(Some(file.field), s.add_paper(id, enterprise, &paper, replaces, upload, by).await)?;
    }
    Ok((sent.fields, reasons))
}

/// One box for each paper, with what lies there already. `papers`: code, and whether it is required.
pub fn boxes(s: &Support, v: &Visitor, tray: &Tray, papers: &[(&str, bool)], reasons: &[Reason]) -> Html {
    let base = format!("{}/{}", mine::address(tray.enterprise), tray.dossier);
    let most = FILE_MAX >> 20;
    let hint = match v.lang {
        kernel::text::Lang::Vi => format!("PDF, ảnh chụp rõ, Word hoặc Excel; tối đa {most} MB mỗi tệp"),
        kernel::text::Lang::En => format!("PDF, a clear photo, Word or Excel; at most {most} MB each"),
    };
    let one = |(code, required): &(&str, bool)| {
        let files: Vec<&PaperFile> = tray.of(code).collect();
        let input = Field::new(v.lang, format!("file-{code}"), paper_name(&s.rules, code).get(v.lang)).hint(&hint).optional(!required).errors(reasons).file(ACCEPT, true);
        format!("<div class=\"paper\">{}{input}{}</div>", kept(v, &base, &files), replacing(v, code, &files))
    };
    Html(papers.iter().map(one).collect())
}

fn kept(v: &Visitor, base: &str, files: &[&PaperFile]) -> Html {
    let one = |f: &&PaperFile| {
        let id = kit::field_id(&format!("drop-{}", f.file));
        format!(
            "<li>{} {} <span class=\"choice inline\"><input type=\"checkbox\" id=\"{id}\" name=\"drop\" value=\"{}\"><label for=\"{id}\">{}<span class=\"vh\"> {}</span></label></span></li>",
            kit::chip(Mood::Good, v.pick("đã lưu", "saved")),
            file_link(v, base, f),
            f.file,
            v.pick("Bỏ tệp này", "Remove"),
            esc(&f.name),
        )
    };
    if files.is_empty() { Html::default() } else { Html(format!("<ul class=\"files\">{}</ul>", files.iter().map(one).collect::<String>())) }
}

/// Whether the new file is one more or a version of one that is there.
fn replacing(v: &Visitor, code: &str, files: &[&PaperFile]) -> Html {
    if files.is_empty() {
        return Html::default();
    }
    let mut choices = vec![Choice::new("", v.pick("Tệp thêm", "One more file"))];
    choices.extend(files.iter().map(|f| Choice::new(f.file.to_string(), format!("{} {}", v.pick("Bản mới của", "A new version of"), f.name))));
    Field::new(v.lang, format!("replaces-{code}"), v.pick("Tệp chọn ở trên là", "The file chosen above is")).optional(true).select(&choices)
}

fn file_link(v: &Visitor, base: &str, f: &PaperFile) -> String {
    let version = if f.version > 1 { format!(" · {} {}", v.pick("bản", "version"), f.version) } else { String::new() };
    format!("<a href=\"{base}/files/{}\">{}</a> <span class=\"muted\">{}{version}</span>", f.file, esc(&f.name), when::size(f.size))
}

/// The papers that were sent, by paper, each with its files: who gave them, when, and the hash of the bytes. `wanted` are
/// listed even where nothing came.
pub fn sent_list(s: &Support, v: &Visitor, base: &str, files: &[PaperFile], wanted: &[&str]) -> Html {
    let mut codes: Vec<&str> = wanted.to_vec();
    for f in files {
        if !codes.contains(&f.paper.as_str()) {
            codes.push(&f.paper);
        }
    }
    let now = s.now();
    let lines: Vec<kit::Line> = codes
        .iter()
        .map(|code| {
            let one = |f: &PaperFile| {
                format!(
                    "<li><div>{}<br><span class=\"muted\">{} · {} · <span class=\"hash\" title=\"SHA-256 {}\">SHA-256 {}…</span></span></div></li>",
                    file_link(v, base, f),
                    esc(&f.by.name),
                    when::at_time(f.at, now, v.lang),
                    f.sha256,
                    f.sha256.get(..12).unwrap_or_default(),
                )
            };
            let list: String = files.iter().filter(|f| f.paper == *code).map(one).collect();
            let value = if list.is_empty() { kit::chip(Mood::Warn, v.pick("chưa có tệp", "no file")) } else { Html(format!("<ul class=\"files sent\">{list}</ul>")) };
            kit::Line::new(paper_name(&s.rules, code).get(v.lang), value)
        })
        .collect();
    kit::summary_list(&lines)
}

/// Versions that were sent once and replaced later: folded away, never lost.
pub fn former(s: &Support, v: &Visitor, base: &str, d: &Dossier) -> Html {
    if d.former_papers.is_empty() {
        return Html::default();
    }
    kit::details(v.pick("Các bản đã thay", "Versions replaced"), &sent_list(s, v, base, &d.former_papers, &[]), false)
}

/// The papers section of a dossier's page.
pub fn section(s: &Support, v: &Visitor, base: &str, d: &Dossier, facts: &crate::facts::EnterpriseFacts) -> Html {
    let contents: Vec<&str> = d.contents().into_iter().collect();
    let wanted = crate::papers::required(&s.rules, &contents, facts, d.received_at.date());
    Html(format!(
        "<h2>{}</h2>{}{}<p class=\"muted\">{}</p>",
        v.pick("Giấy tờ của hồ sơ", "Papers of the dossier"),
        sent_list(s, v, base, &d.papers, &wanted),
        former(s, v, base, d),
        super::parts::cited(v, &s.rules.procedure.papers_basis),
    ))
}

/// A file of the enterprise's own: sent or still lying in its tray.
pub async fn open_own(State(s): State<Support>, v: Visitor, Path((ent, id, file)): Path<(EnterpriseId, DossierId, FileId)>) -> Result<Response, PageError> {
    mine::own(&s, &v, ent).await?;
    let tray = s.tray(id, ent).await?;
    let in_dossier = match s.dossier(id).await.map_err(ActError::refusal) {
        Ok(d) => d.enterprise == ent && d.file(file).is_some(),
        // Not sent yet.
        Err(Ok(Refusal { .. })) => false,
        Err(Err(error)) => return Err(error.into()),
    };
    if !in_dossier && tray.file(file).is_none() {
        return Err(PageError::not_found());
    }
    send(&s, file).await
}

/// A file for the centre's staff: only what was sent.
pub async fn open_staff(State(s): State<Support>, v: Visitor, Path((id, file)): Path<(DossierId, FileId)>) -> Result<Response, PageError> {
    actor(&v)?;
    s.dossier(id).await?.file(file).ok_or_else(PageError::not_found)?;
    send(&s, file).await
}

/// The bytes as what they were found to be; nothing but PDF and pictures opens inside the browser. Finding the dossier was
/// the permission check.
pub async fn send(s: &Support, file: FileId) -> Result<Response, PageError> {
    let found = s.files.hand_out(&s.scope, file).await.map_err(|e| match e {
        store::files::FileError::Refused(r) => PageError::from(r),
        store::files::FileError::Store(e) => PageError::internal(e),
    })?;
    let (stored, bytes) = found.ok_or_else(PageError::not_found)?;
    let inline = stored.media_type == "application/pdf" || stored.media_type.starts_with("image/");
    let how = if inline { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename*=UTF-8''{}", url_part(&stored.name));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&stored.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
