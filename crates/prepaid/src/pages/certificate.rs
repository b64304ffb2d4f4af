//! `/signatures/certificate`: a person connects a certificate of their own: gives it, signs the house's page elsewhere, returns it.

use super::{OWN, actor};
use crate::{
    Prepaid,
    certificates::{
        Connected, Own, Waiting,
        acts::serial,
        judge::Standing,
        read::MAX_BYTES,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use records::{Failure, refusal_of};
use web::{
    extract::{FormData, Multipart, Query},
    html::{Html, esc},
    kit::{self, Line, Mood},
    page::{Shell, Width},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// The signed page: a small file with a signature and what stands behind it.
const PAGE_MAX: usize = 5 << 20;

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: String,
}

fn here() -> String {
    format!("{OWN}/certificate")
}

pub async fn show(State(s): State<Prepaid>, v: Visitor, Query(q): Query<Asked>) -> Result<Response, PageError> {
    page(&s, &v, &q.done, &Said::default()).await
}

fn mood(standing: Standing) -> Mood {
    match standing {
        Standing::Valid => Mood::Good,
        Standing::UnknownIssuer | Standing::NotYet => Mood::Warn,
        _ => Mood::Bad,
    }
}

async fn page(s: &Prepaid, v: &Visitor, done: &str, said: &Said) -> Result<Response, PageError> {
    let own = s.own_certificates(&*actor(v)?).await?;
    let title = v.pick("Chứng thư chữ ký số của tôi", "My signature certificate");
    let mut main = kit::error_summary(v.lang, &said.reasons);
    let banner = match done {
        "offered" => Some(v.pick("Đã nhận chứng thư. Hãy ký phiếu xác nhận bên dưới.", "The certificate is taken. Sign the page below.")),
        "proved" => Some(v.pick("Đã liên kết chứng thư với tài khoản của bạn", "The certificate is connected with your account")),
        "withdrawn" => Some(v.pick("Đã bỏ liên kết chứng thư", "The certificate is withdrawn")),
        _ => None,
    };
    if let Some(word) = banner {
        main.push(&kit::banner(Mood::Good, word, &Html::default()));
    }
    main.push(&kit::heading(title, None));
    main.push(&kit::para(v.pick(
        "Liên kết chứng thư bạn đang có (USB, SIM, ký số từ xa, VNeID) để cổng biết bạn có chữ ký số. Khóa bí mật luôn ở chỗ bạn: cổng chỉ nhận chứng thư và một phiếu do bạn ký.",
        "Connect a certificate you have (token, SIM, remote signing, VNeID), so that the portal knows of your digital signature. Your private key stays with you: the portal takes the certificate and one page that you sign.",
    )));
    if let Some(own) = &own {
        for c in &own.connected {
            main.push(&connected(s, v, c));
        }
    }
    if let Some(waiting) = own.as_ref().and_then(|o| o.waiting.as_ref()) {
        main.push(&waits(s, v, waiting, said));
    }
    main.push(&offer_form(v, said, own.as_ref()));
    let page = Shell::new(v, title, main).width(Width::Narrow).error(said.is_error()).back(OWN, v.pick("Chữ ký số của tôi", "My digital signature")).render();
    Ok(said.answer(page))
}

fn facts(s: &Prepaid, v: &Visitor, given: &crate::certificates::Given) -> Vec<Line> {
    let Some(c) = given.certificate() else { return Vec::new() };
    let mut lines = vec![
        Line::new(v.pick("Tên trên chứng thư", "Name"), Html::text(&c.subject.said())),
        Line::new(v.pick("Nơi cấp", "Issuer"), Html::text(&c.issuer.said())),
        Line::new(v.pick("Số chứng thư", "Number"), Html(format!("<code>{}</code>", esc(&serial(&c))))),
        Line::new(v.pick("Hiệu lực", "In force"), Html::text(&format!("{} – {}", when::day(c.from.date(), v.lang), when::day(c.to.date(), v.lang)))),
    ];
    if let Some(standing) = s.standing(given) {
        let said = format!("{}<br><span class=\"muted\">{}</span>", kit::chip(mood(standing), standing.short().get(v.lang)), esc(standing.sentence().get(v.lang)));
        lines.push(Line::new(v.pick("Đánh giá hôm nay", "Judged today"), Html(said)));
    }
    lines
}

fn connected(s: &Prepaid, v: &Visitor, c: &Connected) -> Html {
    let mut lines = facts(s, v, &c.given);
    lines.push(Line::new(v.pick("Liên kết lúc", "Connected"), Html::text(&when::exact(c.at, v.lang))));
    let withdraw = Html(format!(
        "{}{}",
        kit::hidden("fingerprint", &c.fingerprint),
        kit::Button::new(v.pick("Bỏ liên kết", "Withdraw")).weight(kit::Weight::Quiet).html(),
    ));
    let body = format!("{}{}", kit::summary_list(&lines), kit::form(v, &format!("{}/withdraw", here()), &withdraw));
    kit::card(v.pick("Chứng thư đã liên kết", "A connected certificate"), &Html(body))
}

fn waits(s: &Prepaid, v: &Visitor, w: &Waiting, said: &Said) -> Html {
    let steps = kit::bullets(&[
        Html(format!("{} {}", v.pick("Tải phiếu:", "Download the page:"), kit::link(&format!("{}/page.pdf", here()), v.pick("phiếu xác nhận (PDF)", "page to sign (PDF)")))),
        Html::text(v.pick("Ký số vào tệp đó bằng phần mềm ký của bạn. Không in, không lưu thành tệp khác trước khi ký.", "Sign that file with your own signing program. Do not print it or save it as another file first.")),
        Html::text(&format!("{} {}.", v.pick("Gửi lại tệp đã ký trước", "Return the signed file before"), when::exact(w.until(), v.lang))),
    ]);
    let field = said.field(v.lang, "prove", "page", v.pick("Phiếu đã ký (PDF)", "The signed page (PDF)")).kind("file").file(".pdf", false);
    let form = kit::upload_form(v, &format!("{}/proof", here()), &Html(format!("{field}{}", kit::button(v.pick("Gửi phiếu đã ký", "Return the signed page")))));
    let body = format!("{}<p>{}: <b>{}</b></p>{steps}{form}", kit::summary_list(&facts(s, v, &w.given)), v.pick("Mã xác nhận", "Code"), esc(&w.code));
    kit::card(v.pick("Chờ phiếu đã ký", "Waits for the signed page"), &Html(body))
}

fn offer_form(v: &Visitor, said: &Said, own: Option<&Own>) -> Html {
    let field = said
        .field(v.lang, "offer", "certificate", v.pick("Tệp chứng thư", "Certificate"))
        .hint(v.pick("PEM hoặc DER (.cer, .crt, .pem). Không gửi tệp có khóa bí mật (.p12, .pfx).", "PEM or DER (.cer, .crt, .pem). Never a file with a private key (.p12, .pfx)."))
        .kind("file")
        .file(".cer,.crt,.pem,.der", false);
    let again = own.is_some_and(|o| o.waiting.is_some());
    let word = if again { v.pick("Gửi chứng thư khác", "Send another certificate") } else { v.pick("Gửi chứng thư", "Send the certificate") };
    let form = kit::upload_form(v, &here(), &Html(format!("{field}{}", kit::Button::new(word).weight(if again { kit::Weight::Quiet } else { kit::Weight::Main }).html())));
    kit::card(v.pick("Liên kết một chứng thư", "Connect a certificate"), &form)
}

async fn answered(s: &Prepaid, v: &Visitor, act: &str, done: Result<Own, Failure>, word: &str) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}?done={word}", here())).into_response()),
        Err(failure) => {
            let form = FormData(vec![("act".to_owned(), act.to_owned())]);
            page(s, v, "", &Said::refused(form, refusal_of(failure)?)).await
        }
    }
}

pub async fn offer(State(s): State<Prepaid>, v: Visitor, sent: Multipart) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let sent = sent.collect(PAGE_MAX).await?;
    let bytes = sent.files.into_iter().next().map(|f| f.bytes).unwrap_or_default();
    // What is too large is told on the page.
    let bytes = bytes.get(..bytes.len().min(MAX_BYTES + 1)).unwrap_or_default().to_vec();
    answered(&s, &v, "offer", s.offer_certificate(&a, &bytes).await, "offered").await
}

pub async fn download(State(s): State<Prepaid>, v: Visitor) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let waiting = s.own_certificates(&a).await?.and_then(|o| o.waiting).ok_or_else(PageError::not_found)?;
    let page = s.page(&waiting, &a.name).await?;
    Ok(super::own::download("phieu-xac-nhan-chung-thu.pdf", page))
}

pub async fn prove(State(s): State<Prepaid>, v: Visitor, sent: Multipart) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let sent = sent.collect(PAGE_MAX).await?;
    let bytes = sent.files.into_iter().next().map(|f| f.bytes).unwrap_or_default();
    answered(&s, &v, "prove", s.prove_certificate(&a, bytes).await, "proved").await
}

pub async fn withdraw(State(s): State<Prepaid>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let done = s.withdraw_certificate(&a, form.get("fingerprint").unwrap_or_default()).await;
    answered(&s, &v, "withdraw", done, "withdrawn").await
}
