//! Signatures inside the files people give: looked at as a file arrives, kept with it, told at once to who gave it and shown
//! to the officials who decide. A file is never refused for its signature, and never accepted in silence and then left lying.

use crate::Services;
use bytes::Bytes;
use casework::{event::{GivenFile, SignedBy}, state::IssuedDocument};
use kernel::{Instant, text::Lang};
use signatures::{Kind, Report, Signature, Verdict, examine};
use web::{
    html::{Html, esc},
    kit::{self, Line, Mood},
    visitor::Visitor,
    when,
};

/// What is found in a file as it arrives. Reading takes milliseconds and grows with the file, so it leaves the thread that
/// serves requests.
pub async fn find(s: &Services, media_type: &str, bytes: Bytes, now: Instant) -> Vec<SignedBy> {
    if media_type != "application/pdf" {
        return Vec::new();
    }
    let report = judge(s, bytes, now).await;
    let mut found: Vec<SignedBy> = report.signatures.iter().filter(|x| x.kind == Kind::Signature || !x.verdict.is_valid()).map(kept).collect();
    if report.more {
        // So many that not all were looked at: not one of the kept findings may stand for the paper.
        let verdict = Verdict::of_code("not-known-form").code().to_owned();
        found.push(SignedBy { verdict, name: None, organisation: None, issuer: None, at: None, stamped: false, trial: false });
    }
    found
}

/// The finding itself, off the serving threads.
pub async fn judge(s: &Services, bytes: Bytes, now: Instant) -> Report {
    let trust = s.trust.clone();
    tokio::task::spawn_blocking(move || examine(&bytes, &trust, now)).await.unwrap_or_default()
}

fn kept(x: &Signature) -> SignedBy {
    let stamp = x.stamp.as_ref().filter(|s| s.trusted);
    let signer = x.signer.as_ref();
    SignedBy {
        verdict: x.verdict.code().to_owned(),
        name: signer.map(|s| s.name.clone()).filter(|n| !n.is_empty()),
        organisation: signer.and_then(|s| s.organisation.clone()),
        issuer: signer.map(|s| s.issuer.clone()).filter(|n| !n.is_empty()),
        at: stamp.map(|s| s.at).or(x.claimed),
        stamped: stamp.is_some(),
        trial: x.trial,
    }
}

pub fn mood(verdict: Verdict) -> Mood {
    match verdict {
        Verdict::Valid => Mood::Good,
        Verdict::Broken(_) | Verdict::Revoked => Mood::Bad,
        Verdict::UnknownIssuer | Verdict::ThenUnknown | Verdict::Expired(_) | Verdict::Weak | Verdict::NotKnown(_) => Mood::Warn,
    }
}

/// On a document that was issued: who signed it, and that the agency sealed it.
pub fn sealed(lang: Lang, d: &IssuedDocument) -> Html {
    let Some(seal) = &d.seal else { return Html::default() };
    let trial = if seal.trial { lang.pick("dùng thử, ", "trial, ") } else { "" };
    let signer = d.signed.as_ref().map_or_else(String::new, |s| format!("{}; ", esc(&s.by.name)));
    Html(format!(" {} <span class=\"muted\">{trial}{signer}{}</span>", kit::chip(Mood::Good, lang.pick("Đã ký số", "Digitally signed")), esc(&seal.name)))
}

fn chip(lang: Lang, verdict: Verdict) -> Html {
    kit::chip(mood(verdict), verdict.short().get(lang))
}

/// Who and when, as one line of text.
fn who(lang: Lang, x: &SignedBy) -> String {
    let mut parts: Vec<String> = x.name.iter().chain(&x.organisation).cloned().collect();
    if let Some(at) = x.at {
        let word = if x.stamped { lang.pick("dấu thời gian", "time stamp") } else { lang.pick("người ký ghi", "the signer states") };
        parts.push(format!("{} ({word})", when::exact(at, lang)));
    }
    parts.join(", ")
}

/// What a person is told of the files of one paper, as soon as they are there: what was found, and what to do.
pub fn told(v: &Visitor, files: &[GivenFile], component: &str) -> Html {
    findings(v, files.iter().filter(|f| f.component == component), |_| true)
}

/// On the page of the case: what may still have to be mended, for the files of a supplement as well.
pub fn warned(v: &Visitor, files: &[GivenFile]) -> Html {
    let found = findings(v, files.iter(), |verdict| !verdict.is_valid());
    if found.is_empty() { found } else { Html(format!("<h2>{}</h2>{found}", v.pick("Chữ ký số trong giấy tờ đã nộp", "Signatures in the papers you gave"))) }
}

fn findings<'a>(v: &Visitor, files: impl Iterator<Item = &'a GivenFile>, shown: impl Fn(Verdict) -> bool) -> Html {
    let mut out = Html::default();
    for f in files {
        for x in &f.signatures {
            let verdict = Verdict::of_code(&x.verdict);
            if !shown(verdict) {
                continue;
            }
            let advice = verdict.advice().map_or_else(String::new, |a| format!(" {}", a.get(v.lang)));
            out.push(&kit::inset(&Html(format!(
                "<p>{} <b>{}</b></p><p>{}{}</p>{}",
                chip(v.lang, verdict),
                esc(&f.name),
                esc(verdict.sentence().get(v.lang)),
                esc(&advice),
                signer_line(v.lang, x),
            ))));
        }
    }
    out
}

fn signer_line(lang: Lang, x: &SignedBy) -> String {
    let who = who(lang, x);
    if who.is_empty() { String::new() } else { format!("<p class=\"muted\">{}: {}</p>", lang.pick("Người ký", "Signer"), esc(&who)) }
}

/// One chip per finding, beside a file's own state.
pub fn chips<'a>(lang: Lang, files: impl Iterator<Item = &'a GivenFile>) -> Html {
    let chips: String = files.flat_map(|f| &f.signatures).map(|x| format!(" {}", chip(lang, Verdict::of_code(&x.verdict)))).collect();
    Html(chips)
}

/// For the officials: every finding of the dossier's files, in words.
pub fn card(v: &Visitor, now: Instant, files: &[GivenFile]) -> Html {
    let lang = v.lang;
    let lines: Vec<Line> = files
        .iter()
        .flat_map(|f| f.signatures.iter().map(move |x| (f, x)))
        .map(|(f, x)| {
            let verdict = Verdict::of_code(&x.verdict);
            let issuer = x.issuer.as_ref().map_or_else(String::new, |i| format!("<br><span class=\"muted\">{}: {}</span>", lang.pick("Nơi cấp chứng thư", "Certificate issued by"), esc(i)));
            let at = x.at.map_or_else(String::new, |at| {
                let word = if x.stamped { lang.pick("có dấu thời gian", "time stamped") } else { lang.pick("theo người ký", "as the signer states") };
                format!("<br><span class=\"muted\">{}, {word}</span>", when::at_time(at, now, lang))
            });
            let trial = if x.trial { format!(" {}", kit::chip(Mood::Info, lang.pick("gốc dùng thử", "trial root"))) } else { String::new() };
            let name: Vec<&str> = x.name.iter().chain(&x.organisation).map(String::as_str).collect();
            let body = format!("{}{trial} {}<br>{}{at}{issuer}", chip(lang, verdict), esc(&name.join(", ")), esc(verdict.sentence().get(lang)));
            Line::new(f.name.as_str(), Html(body))
        })
        .collect();
    if lines.is_empty() {
        return Html::default();
    }
    let note = kit::para(lang.pick(
        "Kết quả kiểm tra khi tệp được tải lên. Danh sách chứng thư bị thu hồi chưa được hỏi tới nơi cấp.",
        "As found when the file was uploaded. Issuers were not asked about revoked certificates.",
    ));
    kit::card(lang.pick("Chữ ký số trong tệp", "Signatures in the files"), &Html(format!("{}{note}", kit::summary_list(&lines))))
}
