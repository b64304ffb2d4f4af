//! `/work/documents/{doc}`: where a document stands, what the reader may do with it, what happened to it.

use super::{Done, ROOT, UPLOAD_MAX, actor, choices, chosen, done, kind_name, office, room, send, sent, signers, stage_chip};
use crate::{
    Documents,
    copying::Source,
    document::{Document, DocumentEvent, File, Mark, Stage, decide::{Act, Route}},
    views,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Refusal, id::DocumentId, text::Lang};
use records::{Failure, refusal_of};
use std::time::Duration;
use store::files::{FileError, Upload};
use web::{
    extract::{FormData, Multipart, Path, Query},
    html::{Html, esc},
    kit::{self, Line, Moment, Mood, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// How long a page waits for the file that its act asked for; then it says that the file is being made.
const PATIENCE: Duration = Duration::from_secs(2);

async fn open(s: &Documents, v: &Visitor, id: &str) -> Result<Document, PageError> {
    let id: DocumentId = id.parse().map_err(|_| PageError::not_found())?;
    Ok(s.document(&*actor(v)?, id).await?)
}

pub async fn show(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, Query(q): Query<Done>) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    Ok(page(&s, &v, &d, &Said::default(), &q.done).await?.into_response())
}

async fn page(s: &Documents, v: &Visitor, d: &Document, said: &Said, just: &str) -> Result<Html, PageError> {
    let a = actor(v)?;
    let kind = kind_name(s, v, &d.kind);
    let mut main = done(v, just);
    main.push(&kit::error_summary(v.lang, &said.reasons));
    main.push(&kit::heading(&d.subject, Some(&kind)));
    if let Some(notice) = notice(v, d) {
        main.push(&notice);
    }
    main.push(&kit::summary_list(&facts(s, v, d)));
    main.push(&file_links(v, d));
    main.push(&acts(s, v, d, &a, said).await?);
    main.push(&super::party::list(s, v, d));
    main.push(&super::copy::link(v, &a, s, &d.office, Source::Document(d.id), d.stage == Stage::Issued && d.issued.is_some()));
    main.push(&super::direct::of_document(s, v, &a, d));
    main.push(&super::copy::made(s, v, Source::Document(d.id)).await?);
    main.push(&delivered(s, v, d).await?);
    main.push(&history(s, v, d).await?);
    Ok(room(v, &d.subject, main).error(said.is_error()).back(ROOT, v.pick("Văn bản", "Documents")).render())
}

/// What the reader must know before anything else.
fn notice(v: &Visitor, d: &Document) -> Option<Html> {
    if let Some(r) = &d.recalled {
        let why = kit::para(&format!("{}: {}", r.by, r.reason));
        return Some(kit::banner(Mood::Bad, v.pick("Văn bản đã bị thu hồi", "This document was recalled"), &why));
    }
    if matches!(d.stage, Stage::Numbered | Stage::Sealing) {
        let wait = kit::para(v.pick("Tệp đang được ký số. Tải lại trang sau ít phút nếu vẫn thấy dòng này.", "The file is being signed. Reload the page in some minutes if you still see this."));
        return Some(kit::banner(Mood::Info, d.stage.text().get(v.lang), &wait));
    }
    let r = d.returned.as_ref()?;
    let title = if r.by.is_empty() { v.pick("Chưa ký số được", "Not signed") } else { v.pick("Văn bản được trả lại", "The document was returned") };
    let who = if r.by.is_empty() { r.reason.clone() } else { format!("{}: {}", r.by, r.reason) };
    Some(kit::banner(Mood::Warn, title, &kit::para(&who)))
}

fn signature(lang: Lang, mark: Option<&Mark>) -> Html {
    match mark {
        Some(m) => {
            let trial = if m.trial { lang.pick("dùng thử, ", "trial, ") } else { "" };
            Html(format!("{} <span class=\"muted\">{trial}{}</span>", kit::chip(Mood::Good, lang.pick("Đã ký số", "Digitally signed")), esc(&m.name)))
        }
        None => Html(format!("{} <span class=\"muted\">{}</span>", kit::chip(Mood::Warn, lang.pick("Chưa có chữ ký số", "No digital signature")), lang.pick("chưa cấu hình khóa ký", "no key is set up"))),
    }
}

fn facts(s: &Documents, v: &Visitor, d: &Document) -> Vec<Line> {
    let lang = v.lang;
    let mut lines = vec![Line::new(v.pick("Tình trạng", "State"), stage_chip(v, d.stage))];
    if let Some(n) = &d.numbered {
        lines.push(Line::new(v.pick("Số, ký hiệu", "Number"), Html::text(&s.catalog.cited(n).unwrap_or_else(|| v.pick("Không lấy số", "Takes no number").to_owned()))));
        lines.push(Line::new(v.pick("Ngày văn bản", "Dated"), Html::text(&when::day(n.at.date(), lang))));
    }
    for (number, why) in d.cancelled.iter().filter_map(|(n, why)| Some((s.catalog.cited(n)?, why))) {
        lines.push(Line::new(v.pick("Số đã hủy", "Cancelled number"), Html(format!("{} <span class=\"muted\">{}</span>", esc(&number), esc(why)))));
    }
    if let Some(original) = &d.copy {
        lines.extend(super::copy::of(s, v, original));
    }
    lines.push(Line::new(v.pick("Người soạn", "Drafter"), Html::text(&person(&d.drafter))));
    if let Some(r) = &d.reviewer {
        let at = d.initialled.as_ref().map_or(String::new(), |(_, at)| format!(", {}", when::exact(*at, lang)));
        lines.push(Line::new(v.pick("Người kiểm tra", "Reviewer"), Html::text(&format!("{}{at}", person(r)))));
    }
    match (&d.signed_by, &d.signer) {
        (Some((p, sign_as)), _) => {
            let line = sign_as.as_ref().map_or(String::new(), |l| format!("{}, ", l.line));
            lines.push(Line::new(v.pick("Người ký", "Signed by"), Html::text(&format!("{line}{}", person(p)))));
        }
        (None, Some(p)) => {
            let line = d.sign_as.as_ref().map_or(String::new(), |l| format!("{}, ", l.line));
            lines.push(Line::new(v.pick("Người ký", "Signer"), Html::text(&format!("{line}{}", person(p)))));
        }
        (None, None) => {}
    }
    if let Some(f) = &d.signed {
        for mark in &f.initials {
            lines.push(Line::new(v.pick("Chữ ký nháy", "Initials"), signature(lang, Some(mark))));
        }
        // A whole copy bears the seal of who copies and no signature of a person.
        if !d.is_whole_copy() {
            lines.push(Line::new(v.pick("Chữ ký của người ký", "Signer's signature"), signature(lang, f.mark.as_ref())));
        }
    }
    if let Some(f) = d.issued.as_ref().filter(|_| d.template.is_some()) {
        lines.push(Line::new(v.pick("Chữ ký số của cơ quan", "Agency's seal"), signature(lang, f.mark.as_ref())));
    }
    if let Some(n) = d.numbered.as_ref().filter(|_| matches!(d.stage, Stage::Issued | Stage::Recalled)) {
        lines.push(Line::new(v.pick("Mã kiểm tra", "Verification code"), kit::link(&format!("/verify/{}", n.code), &n.code)));
    }
    lines
}

fn person(p: &crate::document::Person) -> String {
    if p.title.is_empty() { p.name.clone() } else { format!("{}, {}", p.name, p.title) }
}

fn file_links(v: &Visitor, d: &Document) -> Html {
    if d.template.is_none() && d.issued.is_none() {
        return Html::default();
    }
    let word = match (d.issued.is_some(), d.signed.is_some()) {
        (false, _) if d.is_whole_copy() => v.pick("Xem tệp sẽ được sao (PDF)", "See the file that will be copied (PDF)"),
        (true, _) => v.pick("Mở văn bản đã phát hành (PDF)", "Open the issued document (PDF)"),
        (_, true) => v.pick("Mở văn bản đã ký (PDF)", "Open the signed document (PDF)"),
        _ => v.pick("Xem bản in dự thảo (PDF)", "See the draft as printed (PDF)"),
    };
    Html(format!("<p>{}</p>", kit::link(&format!("{ROOT}/{}/file", d.id), word)))
}

/// The forms of the acts that are open to the reader.
async fn acts(s: &Documents, v: &Visitor, d: &Document, a: &Actor, said: &Said) -> Result<Html, PageError> {
    let path = format!("{ROOT}/{}", d.id);
    let form = |act: &str, body: &Html| kit::form(v, &path, &Html(format!("{}{body}", kit::hidden("act", act))));
    let why = |act: &str| said.field(v.lang, act, "reason", v.pick("Lý do", "Reason")).textarea(3);
    let mut out = Html::default();
    for act in d.acts(a, s.catalog.signing()) {
        out.push(&match act {
            Act::Submit => kit::card(v.pick("Trình ký", "Submit for signature"), &form("submit", &route(s, v, d, said).await?)),
            Act::Write => Html(format!("<p>{}</p>", kit::link_button(&format!("{path}/edit"), v.pick("Sửa dự thảo", "Change the draft"), Weight::Quiet))),
            Act::Parties => super::party::naming(s, v, d, said),
            Act::Initial => kit::card(v.pick("Kiểm tra", "Review"), &form("initial", &Html(format!("{}{}", kit::para(v.pick("Đã kiểm tra nội dung, thể thức và kỹ thuật trình bày; chuyển người ký.", "Content and form are in order; pass it to the signer.")), kit::button(v.pick("Đồng ý, chuyển ký", "Agree and pass on")))))),
            Act::Sign => kit::card(v.pick("Ký ban hành", "Sign"), &form("sign", &Html(format!("{}{}", kit::para(v.pick("Khi ký, hệ thống cấp số và ngày cho văn bản, rồi ký số bằng chứng thư của người ký nếu có.", "On signing the system gives number and date, then signs with the signer's certificate where there is one.")), kit::button(v.pick("Ký văn bản", "Sign the document")))))),
            Act::Issue => kit::card(v.pick("Phát hành", "Issue"), &form("issue", &Html(format!("{}{}", kit::para(v.pick("Ký số của cơ quan lên tệp và gửi đến nơi nhận qua hệ thống.", "Puts the agency's seal on the file and delivers it through the system.")), kit::button(v.pick("Đóng dấu, phát hành", "Seal and issue")))))),
            Act::IssuePaper => Html(format!("<p>{}</p>", kit::link_button(&format!("{path}/paper"), v.pick("Ghi nhận văn bản giấy đã phát hành", "Record the paper as issued"), Weight::Main))),
            Act::Return => folded(v, said, "return", v.pick("Trả lại người soạn", "Return to the drafter"), &form("return", &Html(format!("{}{}", why("return"), kit::Button::new(v.pick("Trả lại", "Return")).weight(Weight::Quiet).html())))),
            Act::Drop => {
                let word = if d.stage == Stage::Reserved { v.pick("Hủy số", "Cancel the number") } else { v.pick("Bỏ dự thảo", "Give the draft up") };
                folded(v, said, "drop", word, &form("drop", &Html(format!("{}{}", why("drop"), kit::Button::new(word).weight(Weight::Risk).html()))))
            }
            Act::Recall => folded(v, said, "recall", v.pick("Thu hồi văn bản", "Recall the document"), &form("recall", &Html(format!("{}{}", why("recall"), kit::Button::new(v.pick("Thu hồi", "Recall")).weight(Weight::Risk).html())))),
        });
    }
    Ok(out)
}

/// A folded form: open when it was the one that was refused.
fn folded(_: &Visitor, said: &Said, act: &str, title: &str, body: &Html) -> Html {
    kit::details(title, body, said.act == act && said.is_error())
}

async fn route(s: &Documents, v: &Visitor, d: &Document, said: &Said) -> Result<Html, PageError> {
    let people = signers(s, &d.office).await?;
    let field = |name: &str, label: &str| said.field(v.lang, "submit", name, label);
    let mut reviewers = vec![kit::Choice::new("", v.pick("Không cần kiểm tra", "No review"))];
    reviewers.extend(choices(&people.iter().filter(|p| p.account != d.drafter.account).cloned().collect::<Vec<_>>()));
    let mut signs = vec![kit::Choice::new("", v.pick("Chọn người ký", "Choose the signer"))];
    signs.extend(choices(&people));
    let rules = s.catalog.signing();
    let letters: Vec<kit::Choice> = std::iter::once(kit::Choice::new("", v.pick("Theo chức vụ của người ký", "As the signer's title has it")))
        .chain(rules.letters.iter().map(|l| kit::Choice::new(l.letters.as_str(), format!("{} ({})", l.letters, l.name.get(v.lang)))))
        .collect();
    Ok(Html(format!(
        "{}{}{}{}{}",
        field("reviewer", v.pick("Người kiểm tra nội dung, thể thức", "Who reviews")).optional(true).select(&reviewers),
        field("signer", v.pick("Người ký", "Who signs")).select(&signs),
        field("letters", v.pick("Quyền hạn ký", "Authority")).select(&letters),
        field("head_title", v.pick("Chức vụ của người đứng đầu", "Title of the head")).hint(v.pick("Chỉ cần khi chọn quyền hạn ký, ví dụ: Chủ tịch", "Only with an authority chosen, for example: Chủ tịch")).optional(true).width("w20").input(),
        kit::button(v.pick("Trình", "Submit")),
    )))
}

async fn delivered(s: &Documents, v: &Visitor, d: &Document) -> Result<Html, PageError> {
    if d.deliver.is_empty() {
        return Ok(Html::default());
    }
    let known = views::delivery(&s.scope, d.id).await.map_err(PageError::internal)?;
    let name = |code: &str| s.offices.get(code).map_or_else(|| code.to_owned(), |o| o.name.get(v.lang).to_owned());
    let items: Vec<Html> = if known.is_empty() {
        d.deliver.iter().map(|o| Html::text(&name(o.as_str()))).collect()
    } else {
        known.iter().map(|(o, state)| Html(format!("{} <span class=\"muted\">{}</span>", esc(&name(o)), esc(state.text().get(v.lang))))).collect()
    };
    Ok(Html(format!("<h2>{}</h2>{}", v.pick("Nơi nhận qua hệ thống", "Delivered through the system"), kit::bullets(&items))))
}

async fn history(s: &Documents, v: &Visitor, d: &Document) -> Result<Html, PageError> {
    let entries = store::journal::stream(&s.scope, &d.id.to_string()).await.map_err(PageError::internal)?;
    let now = s.now();
    let moments: Vec<Moment> = entries
        .iter()
        .filter_map(|e| {
            let event: DocumentEvent = e.read().ok()?;
            let (title, body) = told(s, v, d, &event);
            Some(Moment { title, body: Html::text(&body), when: when::at_time(e.at, now, v.lang), next: false })
        })
        .collect();
    Ok(Html(format!("<h2>{}</h2>{}", v.pick("Quá trình", "History"), kit::timeline(&moments))))
}

/// One event in words: what, and by whom or why.
fn told(s: &Documents, v: &Visitor, d: &Document, event: &DocumentEvent) -> (String, String) {
    use DocumentEvent as E;
    let number = |n: &crate::document::Numbered| s.catalog.cited(n).map_or_else(String::new, |cited| format!(", {cited}"));
    let (title, body) = match event {
        E::Drafted { drafter, copy: Some(_), .. } => (v.pick("Lập bản sao", "Copy begun"), drafter.name.clone()),
        E::Drafted { drafter, .. } => (v.pick("Soạn dự thảo", "Drafted"), drafter.name.clone()),
        E::Rewritten { .. } => (v.pick("Sửa dự thảo", "Changed"), String::new()),
        E::Submitted { reviewer, signer, .. } => (v.pick("Trình", "Submitted"), reviewer.as_ref().map_or_else(|| person(signer), |r| format!("{} → {}", r.name, person(signer)))),
        E::Initialled { by } => (v.pick("Đã kiểm tra, chuyển ký", "Reviewed and passed on"), by.name.clone()),
        E::Numbered { by, numbered, .. } if numbered.number.is_none() => (v.pick("Ký", "Signed"), by.name.clone()),
        E::Numbered { by, numbered, .. } => (v.pick("Ký và cấp số", "Signed and numbered"), format!("{}{}", by.name, number(numbered))),
        E::Signed { file } if file.mark.is_none() && d.is_whole_copy() => (v.pick("Đã lấy tệp gốc để sao", "The original's file was taken for the copy"), String::new()),
        E::Signed { file } => (v.pick("Tệp đã có chữ ký", "The file is signed"), file.mark.as_ref().map_or_else(|| v.pick("không có khóa ký số", "no key").to_owned(), |m| m.name.clone())),
        E::Unsigned { why } => (v.pick("Chưa ký số được", "Not signed"), why.get(v.lang).to_owned()),
        E::Sealing { by } => (v.pick("Văn thư phát hành", "The clerk issues it"), by.name.clone()),
        E::Unsealed { why } => (v.pick("Chưa đóng dấu được", "Not sealed"), why.get(v.lang).to_owned()),
        E::Issued { .. } => (v.pick("Đã phát hành", "Issued"), String::new()),
        E::Returned { by, reason } => (v.pick("Trả lại", "Returned"), format!("{by}: {reason}")),
        E::Recalled { by, reason } => (v.pick("Thu hồi", "Recalled"), format!("{by}: {reason}")),
        E::PartiesNamed { parties } => (v.pick("Ghi các bên cùng ký", "Parties named"), parties.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join("; ")),
        E::PartySigning { by, .. } => (v.pick("Bên cùng ký quyết định ký", "A party decides to sign"), person(by)),
        E::PartySigned { party, .. } => (v.pick("Bên cùng ký đã ký", "A party signed"), super::party::name(d, *party)),
        E::PartyUnsigned { why, .. } => (v.pick("Chưa ký số được", "Not signed"), why.get(v.lang).to_owned()),
        E::PartyGave { party, back } => (v.pick("Bên ngoài gửi lại tệp", "A file came back"), format!("{}: {}", super::party::name(d, *party), back.outcome.text().get(v.lang))),
        E::PartyRefused { by, reason, .. } => (v.pick("Bên cùng ký từ chối", "A party refused"), format!("{by}: {reason}")),
        E::Dropped { reason } => (v.pick("Bỏ", "Given up"), reason.clone()),
        E::Reserved { by, numbered, .. } => (v.pick("Giữ số", "Number reserved"), format!("{}{}", by.name, number(numbered))),
        E::PaperIssued { by, signer, .. } => (v.pick("Đã phát hành bản giấy", "Issued on paper"), format!("{} ({})", by.name, signer)),
    };
    (title.to_owned(), body)
}

pub async fn act(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    let a = actor(&v)?;
    let reason = f.get("reason").unwrap_or_default().to_owned();
    let acted = match f.get("act").unwrap_or_default() {
        "submit" => {
            let people = signers(&s, &d.office).await?;
            let text = |name: &str| f.get(name).unwrap_or_default().to_owned();
            let route = Route { reviewer: chosen(&people, &text("reviewer")).cloned(), signer: chosen(&people, &text("signer")).cloned(), letters: text("letters"), head_title: text("head_title") };
            s.submit(&a, d.id, &route).await
        }
        "parties" => s.name_parties(&a, d.id, &super::party::named(&f)).await,
        "initial" => s.initial(&a, d.id).await,
        "sign" => waited(&s, &a, s.sign(&a, d.id).await).await,
        "issue" => waited(&s, &a, s.issue(&a, d.id).await).await,
        "return" => s.send_back(&a, d.id, &reason).await,
        "drop" => s.give_up(&a, d.id, &reason).await,
        "recall" => s.recall(&a, d.id, &reason).await,
        _ => Err(Refusal::invalid("act", "Không có thao tác này", "There is no such act").into()),
    };
    match acted {
        Ok(d) if d.seen_by(&a, s.catalog.signing()) => Ok(Redirect::to(&format!("{ROOT}/{}?done=1", d.id)).into_response()),
        Ok(_) => Ok(Redirect::to(ROOT).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            let now = s.document(&a, d.id).await.unwrap_or(d);
            Ok(said.answer(page(&s, &v, &now, &said, "").await?))
        }
    }
}

/// The file follows the act within moments; whoever acted would rather see it than a page that says so.
async fn waited(s: &Documents, a: &Actor, acted: Result<Document, Failure>) -> Result<Document, Failure> {
    let mut d = acted?;
    let mut changes = s.scope.db().changes();
    let until = tokio::time::Instant::now() + PATIENCE;
    while matches!(d.stage, Stage::Numbered | Stage::Sealing) {
        if tokio::time::timeout_at(until, changes.changed()).await.map_or(true, |c| c.is_err()) {
            break;
        }
        d = s.document(a, d.id).await?;
    }
    Ok(d)
}

pub async fn file(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    if let Some(f) = d.issued.as_ref().or(d.signed.as_ref()) {
        return send(&s, f.file).await;
    }
    if let Some(original) = d.copy.as_ref().filter(|o| o.whole) {
        return send(&s, original.file).await;
    }
    let template = d.template.clone().ok_or_else(PageError::not_found)?;
    let data = s.data(&d)?;
    let bytes = s.preview(&template, data).await?;
    Ok(sent("du-thao.pdf", "application/pdf", bytes))
}

pub async fn paper_form(State(s): State<Documents>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    Ok(paper_page(&s, &v, &d, &Said::default()).into_response())
}

fn paper_page(s: &Documents, v: &Visitor, d: &Document, said: &Said) -> Html {
    let title = v.pick("Văn bản giấy đã phát hành", "Paper that was issued");
    let number = d.numbered.as_ref().and_then(|n| s.catalog.cited(n)).unwrap_or_default();
    let field = |name: &str, label: &str| said.field(v.lang, "paper", name, label);
    let body = Html(format!(
        "{}{}{}{}",
        kit::hidden("act", "paper"),
        field("signer", v.pick("Người ký", "Signer")).input(),
        field("file", v.pick("Bản quét (PDF)", "Scan (PDF)")).optional(true).hint(v.pick("Tối đa 20 MB", "At most 20 MB")).kind("file").file(".pdf", false),
        kit::button(v.pick("Ghi nhận", "Record"))
    ));
    let main = Html(format!("{}{}{}", kit::error_summary(v.lang, &said.reasons), kit::heading(title, Some(&format!("{number} · {}", d.subject))), kit::upload_form(v, &format!("{ROOT}/{}/paper", d.id), &body)));
    room(v, title, main).error(said.is_error()).back(format!("{ROOT}/{}", d.id), v.pick("Văn bản này", "The document")).render()
}

pub async fn paper(State(s): State<Documents>, v: Visitor, Path(id): Path<String>, form: Multipart) -> Result<Response, PageError> {
    let d = open(&s, &v, &id).await?;
    let a = actor(&v)?;
    office(&a)?;
    let sent = form.collect(UPLOAD_MAX).await?;
    let signer = sent.fields.get("signer").unwrap_or_default().to_owned();
    let mut batch = s.scope.batch();
    let recorded = match sent.files.into_iter().find(|f| !f.bytes.is_empty()) {
        None => s.issue_paper(&a, d.id, &signer, None, batch).await,
        Some(f) => match scan(&s, &mut batch, f).await {
            Ok(file) => s.issue_paper(&a, d.id, &signer, Some(file), batch).await,
            Err(e) => Err(e),
        },
    };
    match recorded {
        Ok(d) => Ok(Redirect::to(&format!("{ROOT}/{}?done=1", d.id)).into_response()),
        Err(failure) => {
            let said = Said { act: "paper".into(), ..Said::refused(sent.fields, refusal_of(failure)?) };
            Ok(said.answer(paper_page(&s, &v, &d, &said)))
        }
    }
}

/// A scan, checked to be a PDF and stored; its reference goes with the act's batch.
pub(super) async fn scan(s: &Documents, batch: &mut store::Batch, f: web::extract::SentFile) -> Result<File, Failure> {
    let now = s.now();
    let hash = crate::sha256(&f.bytes);
    let upload = Upload { name: f.name, claimed: Some(f.media_type), bytes: f.bytes };
    let stored = s.files.take(batch, upload, UPLOAD_MAX, now).await.map_err(|e| match e {
        FileError::Refused(r) => Failure::from(on_file(r)),
        FileError::Store(e) => Failure::from(e),
    })?;
    if stored.media_type != "application/pdf" {
        return Err(on_file(Refusal::invalid("file", "Tệp phải là PDF.", "The file must be a PDF.")).into());
    }
    scans::ask(batch, &stored, now);
    Ok(File { file: stored.id, sha256: hash, mark: None, initials: Vec::new(), at: now })
}

/// A refusal of a file, said at its field.
fn on_file(r: Refusal) -> Refusal {
    let mut out = r.clone();
    if out.reasons.is_empty() {
        out = out.because(Some("file"), r.message.vi, r.message.en);
    }
    for reason in &mut out.reasons {
        reason.field = Some("file".to_owned());
    }
    out
}

