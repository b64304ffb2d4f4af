//! Anybody drops a PDF and reads who signed it, when, and whether anything was changed. The file is looked at and forgotten.

use crate::{Services, issued::IssuedFile, signed};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, refusal::Reason, text::Lang};
use sha2::{Digest, Sha256};
use signatures::{Kind, Report, Signature, Verdict};
use web::{
    extract::{Multipart, Query, SentFile},
    html::{Html, esc},
    kit::{self, Line, Mood},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// Largest file that is looked at, in bytes: as large as one that may be given with an application.
pub use crate::uploads::FILE_MAX as LARGEST;

/// The code printed on a document, where one was typed.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    code: String,
}

pub async fn ask(v: Visitor, Query(q): Query<Typed>) -> Response {
    let code: String = q.code.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    if code.is_empty() { page(&v, &Html::default(), &[]).into_response() } else { Redirect::to(&format!("/verify/{code}")).into_response() }
}

fn page(v: &Visitor, answer: &Html, reasons: &[Reason]) -> Html {
    let title = v.pick("Kiểm tra chữ ký số", "Check a signature");
    let file = kit::Field::new(v.lang, "file", v.pick("Tệp PDF đã ký", "The signed PDF"))
        .hint(v.pick("Tối đa 20 MB. Tệp chỉ được đọc để kiểm tra rồi bỏ, không lưu lại.", "At most 20 MB. The file is read for this check and not kept."))
        .errors(reasons)
        .kind("file")
        .file(".pdf", false);
    let form = kit::upload_form(v, "/verify", &Html(format!("<div class=\"card\">{file}{}</div>", kit::button(v.pick("Kiểm tra", "Check")))));
    let lead = kit::para(v.pick(
        "Xem ai đã ký một văn bản, ký khi nào và văn bản có bị sửa sau khi ký hay không.",
        "See who signed a document, when, and whether it was changed afterwards.",
    ));
    let code = kit::Field::new(v.lang, "code", v.pick("Mã kiểm tra in cạnh mã QR của văn bản", "The code printed beside the QR code of a document")).max_length(40).input();
    let by_code = kit::search_form("/verify", &Html(format!("{code}{}", kit::Button::new(v.pick("Tìm theo mã", "Look it up")).weight(kit::Weight::Quiet).html())));
    let by_code = Html(format!("<h2>{}</h2>{by_code}", v.pick("Hoặc tra cứu bằng mã", "Or look it up by its code")));
    let again = if answer.is_empty() { String::new() } else { format!("<h2>{}</h2>", v.pick("Kiểm tra tệp khác", "Check another file")) };
    let main = Html(format!("{}<h1>{title}</h1>{lead}{answer}{again}{form}{by_code}", kit::error_summary(v.lang, reasons)));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/", v.pick("Trang chủ", "Home")).render()
}

pub async fn answer(State(s): State<Services>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let sent = form.collect(LARGEST).await?;
    let refused = |vi: &str, en: &str| {
        let refusal = Refusal::invalid("file", "", "").because(Some("file"), vi, en);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&v, &Html::default(), &refusal.reasons)).into_response())
    };
    let Some(file) = sent.files.into_iter().next().filter(|f| !f.bytes.is_empty()) else {
        return refused("Chưa chọn tệp nào, hoặc tệp rỗng. Hãy chọn một tệp PDF.", "No file was chosen, or it is empty. Choose a PDF.");
    };
    let report = signed::judge(&s, file.bytes.clone(), s.now()).await;
    let entry = registered(&s, &file.bytes).await?;
    if !report.pdf {
        return refused("Tệp này không phải PDF. Chỉ kiểm tra được chữ ký trong tệp PDF.", "This file is no PDF. Only signatures inside a PDF can be checked.");
    }
    Ok(page(&v, &answered(&v, &file, &report, entry.as_ref()), &[]).into_response())
}

async fn registered(s: &Services, bytes: &[u8]) -> Result<Option<IssuedFile>, PageError> {
    let hash = hex::encode(Sha256::digest(bytes));
    if let Some(issued) = &s.issued
        && let Some(file) = issued.by_hash(&hash).await.map_err(PageError::internal)?
    {
        return Ok(Some(file));
    }
    crate::issued::by_hash(s, &hash).await
}

fn entry_card(v: &Visitor, entry: Option<&IssuedFile>) -> Html {
    let title = v.pick("Sổ văn bản đã phát hành", "Register of issued documents");
    let Some(e) = entry else {
        return kit::card(title, &kit::para(v.pick(
            "Sổ của cổng này không có bản nào giống hệt tệp này. Văn bản của nơi khác, bản in rồi quét lại và bản đã lưu lại bằng phần mềm khác cũng không có trong sổ.",
            "The register of this portal has no file that is exactly this one. Documents of others, scans of prints and copies saved by another program are not in it either.",
        )));
    };
    let (chip, said) = if e.recalled {
        (kit::chip(Mood::Bad, v.pick("Đã thu hồi", "Recalled")), v.pick("Tệp này đúng là bản đã phát hành, nhưng văn bản đã bị thu hồi.", "This file is exactly the one that was issued, but the document was recalled."))
    } else {
        (kit::chip(Mood::Good, v.pick("Có trong sổ", "In the register")), v.pick("Tệp này đúng là bản đã phát hành.", "This file is exactly the one that was issued."))
    };
    let known = format!("{chip}<br>{}", esc(said));
    let mut lines = vec![
        Line::new(v.pick("Kết quả", "Finding"), Html(known)),
        Line::new(v.pick("Văn bản", "Document"), Html::text(e.document.get(v.lang))),
        Line::new(v.pick("Số", "Number"), Html::text(e.number.as_deref().unwrap_or("–"))),
        Line::new(v.pick("Nơi phát hành", "Issued by"), Html::text(&e.office)),
        Line::new(v.pick("Thời điểm", "When"), Html::text(&when::exact(e.at, v.lang))),
    ];
    if let Some(by) = &e.signed_by {
        lines.push(Line::new(v.pick("Người ký", "Signed by"), Html::text(by)));
    }
    kit::card(title, &kit::summary_list(&lines))
}

fn answered(v: &Visitor, file: &SentFile, report: &Report, entry: Option<&IssuedFile>) -> Html {
    let lang = v.lang;
    let mut body = Html(format!("<h2>{}</h2>", esc(&file.name)));
    if report.encrypted {
        body.push(&kit::para(v.pick(
            "Tệp này có mật khẩu. Chữ ký vẫn được kiểm tra trên tệp như nó đang có; hồ sơ trực tuyến không nhận tệp có mật khẩu.",
            "This file has a password. Its signatures are checked on the file as it is; applications do not take files with a password.",
        )));
    }
    let (mood, title, said) = overall(v, report);
    body.push(&kit::banner(mood, title, &kit::para(said)));
    body.push(&entry_card(v, entry));
    for (n, s) in report.signatures.iter().enumerate() {
        let head = match s.kind {
            Kind::Signature => v.pick("Chữ ký", "Signature"),
            Kind::Stamp => v.pick("Dấu thời gian", "Time stamp"),
        };
        body.push(&kit::card(&format!("{head} {}", n + 1), &one(lang, s)));
    }
    Html(format!("<section aria-live=\"polite\">{body}</section>"))
}

fn overall<'a>(v: &'a Visitor, report: &Report) -> (Mood, &'a str, &'a str) {
    match report.worst() {
        None => (
            Mood::Info,
            v.pick("Tệp không có chữ ký số", "There is no signature in this file"),
            v.pick("Hình chữ ký hoặc con dấu in trong trang không phải là chữ ký số.", "A picture of a signature or of a seal is not a digital signature."),
        ),
        Some(_) if report.more => (
            Mood::Warn,
            v.pick("Không kiểm tra hết được", "Not everything could be checked"),
            v.pick("Tệp có quá nhiều chữ ký; chỉ một phần được kiểm tra, nên không kết luận về cả tệp.", "There are too many signatures; only some were checked, so nothing is said of the whole file."),
        ),
        Some(Verdict::Valid) => (
            Mood::Good,
            v.pick("Mọi chữ ký đều hợp lệ", "All signatures are valid"),
            v.pick("Không có gì bị sửa sau khi ký, và chứng thư của người ký do nơi được tin cậy cấp.", "Nothing was changed after signing, and the certificates come from trusted issuers."),
        ),
        Some(worst) if worst.is_intact() => (
            Mood::Warn,
            v.pick("Nội dung còn nguyên, nhưng chưa đủ tin cậy", "The content is intact, but not all can be relied on"),
            v.pick("Xem từng chữ ký bên dưới để biết vì sao.", "See below why, signature by signature."),
        ),
        Some(Verdict::NotKnown(_)) => (
            Mood::Warn,
            v.pick("Có chữ ký không kiểm tra được", "A signature could not be checked"),
            v.pick("Xem từng chữ ký bên dưới để biết vì sao.", "See below why, signature by signature."),
        ),
        Some(_) => (
            Mood::Bad,
            v.pick("Không thể tin vào chữ ký của tệp này", "The signatures of this file cannot be relied on"),
            v.pick("Xem từng chữ ký bên dưới để biết vì sao.", "See below why, signature by signature."),
        ),
    }
}

fn one(lang: Lang, s: &Signature) -> Html {
    let mut lines = vec![Line::new(lang.pick("Kết quả", "Finding"), Html(format!("{}<br>{}", kit::chip(signed::mood(s.verdict), s.verdict.short().get(lang)), esc(s.verdict.sentence().get(lang)))))];
    if let Some(signer) = &s.signer {
        let name: Vec<&str> = std::iter::once(signer.name.as_str()).chain(signer.organisation.as_deref()).filter(|n| !n.is_empty()).collect();
        let believed = if s.verdict.is_valid() { "" } else { lang.pick(" (theo chứng thư, chưa được xác nhận)", " (as the certificate says, not confirmed)") };
        lines.push(Line::new(lang.pick("Người ký", "Signer"), Html(format!("{}<span class=\"muted\">{}</span>", esc(&name.join(", ")), esc(believed)))));
        let span = format!("{} – {}", when::day(signer.valid_from.date(), lang), when::day(signer.valid_to.date(), lang));
        let trial = if s.trial { format!(" {}", kit::chip(Mood::Info, lang.pick("gốc dùng thử, không có giá trị pháp lý", "trial root, no legal effect"))) } else { String::new() };
        lines.push(Line::new(lang.pick("Chứng thư", "Certificate"), Html(format!("{} {}{trial}<br><span class=\"muted\">{span}</span>", lang.pick("do", "issued by"), esc(&signer.issuer)))));
    }
    lines.push(Line::new(lang.pick("Thời điểm ký", "When"), Html(time(lang, s))));
    if s.verdict.is_valid() && s.kind == Kind::Signature {
        let known = if s.revocation_known {
            lang.pick("Theo nơi cấp, chứng thư không bị thu hồi.", "Its issuer says that the certificate was not revoked.")
        } else {
            lang.pick("Chưa kiểm tra được chứng thư có bị thu hồi hay không.", "Whether the certificate was revoked could not be checked.")
        };
        lines.push(Line::new(lang.pick("Thu hồi", "Revocation"), Html::text(known)));
    }
    if s.followed && s.verdict.is_valid() {
        lines.push(Line::new(lang.pick("Sau chữ ký này", "Afterwards"), Html::text(lang.pick("Chỉ có thêm chữ ký khác; nội dung không đổi.", "Only other signatures were added; the content is the same."))));
    }
    kit::summary_list(&lines)
}

fn time(lang: Lang, s: &Signature) -> String {
    match (&s.stamp, s.claimed) {
        (Some(stamp), _) if stamp.trusted => format!("{}<br><span class=\"muted\">{} {}</span>", esc(&when::exact(stamp.at, lang)), lang.pick("xác nhận bởi", "confirmed by"), esc(&stamp.authority)),
        (_, Some(at)) => format!("{}<br><span class=\"muted\">{}</span>", esc(&when::exact(at, lang)), lang.pick("do máy người ký ghi, không có bên thứ ba xác nhận", "as the signer's computer states it; nobody else confirms it")),
        _ => esc(lang.pick("không ghi", "not stated")),
    }
}
