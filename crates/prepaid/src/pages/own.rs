//! `/signatures`: a person's own signatures: what is left, topping up, and signing a file of theirs.

use super::{FILE_MAX, OWN, actor, left_html, money_html, reference_said, sent, state_chip, top_up_form};
use crate::{
    Prepaid,
    purse::{Holder, Purse, decide::free_left, month_of, purse_id},
    views::{self, PurseLine, UseLine},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Actor, Dong, Refusal, id::TrustProviderCode};
use records::{Failure, refusal_of};
use signatures::make::Place;
use signing::Signer;
use web::{
    extract::{FormData, Multipart, SentFile},
    html::{Html, url_part},
    kit::{self, Column, Line, Mood, Table},
    page::{Shell, Width},
    problem::PageError,
    said::Said,
    visitor::Visitor,
    when,
};

/// Lines of the history shown.
const SHOWN: i64 = 50;
/// The name of the signature's field in the file.
const FIELD: &str = "PersonSignature";

pub async fn show(State(s): State<Prepaid>, v: Visitor) -> Result<Response, PageError> {
    page(&s, &v, &Said::default()).await
}

async fn purse(s: &Prepaid, a: &Actor, provider: &TrustProviderCode) -> Result<Option<Purse>, PageError> {
    let id = purse_id(provider, &Holder::Person(a.account));
    Ok(records::load::<Purse>(&s.ledger.scope, &id.to_string()).await.map_err(PageError::internal)?.map(|f| f.state))
}

async fn page(s: &Prepaid, v: &Visitor, said: &Said) -> Result<Response, PageError> {
    let a = actor(v)?;
    let title = v.pick("Chữ ký số của tôi", "My digital signature");
    let mut main = kit::error_summary(v.lang, &said.reasons);
    main.push(&kit::heading(title, None));
    if s.keys.personal(&a.account).is_none() {
        main.push(&kit::inset(&kit::para(v.pick(
            "Tài khoản của bạn chưa liên kết chứng thư chữ ký số nào. Đăng ký chữ ký số cá nhân với nhà cung cấp (có thể đăng ký trong ứng dụng VNeID), rồi liên kết chứng thư tại đây. Để ký ngay trên cổng, đề nghị bộ phận hỗ trợ kết nối khóa ký từ xa của bạn.",
            "No certificate is connected with your account for signing here yet. Get a personal digital signature from a provider (VNeID offers one), then connect its certificate here. To sign on the portal itself, ask the portal's support to connect your remote key.",
        ))));
        main.push(&certificate_link(v));
        return Ok(Shell::new(v, title, main).width(Width::Narrow).back("/account", v.pick("Tài khoản của tôi", "My account")).render().into_response());
    }
    if let Some(key) = s.keys.personal(&a.account) {
        let c = key.certificate();
        let trial = if s.keys.is_trial(c) { format!(" {}", kit::chip(Mood::Info, v.pick("dùng thử", "trial"))) } else { String::new() };
        main.push(&kit::summary_list(&[
            Line::new(v.pick("Chứng thư", "Certificate"), Html(format!("{}{trial}", Html::text(&c.subject.said())))),
            Line::new(v.pick("Có hiệu lực đến", "Good until"), Html::text(&when::day(c.to.date(), v.lang))),
        ]));
    }
    let provider = s.keys.provider_of(&a.account).cloned();
    if let Some(provider) = &provider {
        main.push(&standing(s, v, &a, provider).await?);
    }
    main.push(&certificate_link(v));
    main.push(&sign_form(v, said));
    if let Some(provider) = &provider {
        main.push(&kit::card(v.pick("Nạp tiền", "Top up"), &top_up_form(s, v, OWN, provider, said)));
        let id = purse_id(provider, &Holder::Person(a.account));
        let uses = views::uses(&s.ledger.scope, id, &month_of(s.ledger.now()), u64::MAX, SHOWN).await.map_err(PageError::internal)?;
        main.push(&history(v, &uses));
    }
    let page = Shell::new(v, title, main).width(Width::Narrow).error(said.is_error()).back("/account", v.pick("Tài khoản của tôi", "My account")).render();
    Ok(said.answer(page))
}

async fn standing(s: &Prepaid, v: &Visitor, a: &Actor, provider: &TrustProviderCode) -> Result<Html, PageError> {
    let now = s.ledger.now();
    let purse = purse(s, a, provider).await?;
    let rule = s.ledger.catalog.free(crate::catalog::HolderKind::Person, now.date());
    let whole = rule.map_or(0, |f| f.each_month);
    let free = purse.as_ref().map_or(whole, |p| free_left(p, &s.ledger.catalog, now));
    let balance = purse.as_ref().map_or(Dong(0), |p| p.balance);
    let id = purse_id(provider, &Holder::Person(a.account));
    let line = PurseLine { id, provider: provider.clone(), office: None, account: Some(a.account), balance, held: Dong(0), doubts: 0, changed: now };
    let mut lines = vec![
        Line::new(v.pick("Nhà cung cấp", "Provider"), Html::text(s.ledger.provider_name(provider).get(v.lang))),
        Line::new(v.pick("Còn lại", "Left"), left_html(s, v, &line, free)),
        Line::new(v.pick("Số dư", "Balance"), money_html(v, balance)),
    ];
    if let Some(rule) = rule {
        let mark = if rule.legal_basis.verified { String::new() } else { format!(" {}", kit::chip(Mood::Warn, v.pick("chưa kiểm chứng", "unverified"))) };
        let said = format!("{free}/{whole} {}", v.pick("lượt trong tháng này", "in this month"));
        lines.push(Line::new(v.pick("Miễn phí", "Free"), Html(format!("{}<br><span class=\"muted\">{}</span>{mark}", Html::text(&said), Html::text(&rule.legal_basis.to_string())))));
    }
    Ok(kit::summary_list(&lines))
}

fn certificate_link(v: &Visitor) -> Html {
    Html(format!("<p>{}</p>", kit::link(&format!("{OWN}/certificate"), v.pick("Liên kết chứng thư chữ ký số của tôi", "Connect a certificate of my own"))))
}

fn sign_form(v: &Visitor, said: &Said) -> Html {
    let file = said
        .field(v.lang, "sign", "file", v.pick("Tệp PDF cần ký", "The PDF to sign"))
        .hint(v.pick("Tối đa 20 MB. Tệp được ký rồi trả lại ngay, không lưu ở cổng.", "At most 20 MB. The file is signed and given back at once; the portal keeps no copy."))
        .kind("file")
        .file(".pdf", false);
    let form = kit::upload_form(v, &format!("{OWN}/sign"), &Html(format!("{file}{}", kit::button(v.pick("Ký và tải về", "Sign and download")))));
    kit::card(v.pick("Ký một tệp", "Sign a file"), &form)
}

fn history(v: &Visitor, uses: &[UseLine]) -> Html {
    let row = |u: &UseLine| vec![Html::text(&when::exact(u.held_at, v.lang)), Html::text(&reference_said(v, &u.reference)), money_html(v, u.amount), state_chip(v, &u.state, u.free)];
    kit::table(&Table {
        caption: v.pick("Các lượt ký trong tháng", "Signatures of this month").to_owned(),
        caption_hidden: false,
        columns: vec![
            Column::text(v.pick("Lúc", "At")),
            Column::text(v.pick("Để ký", "For")),
            Column::num(v.pick("Tiền", "Cost")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: uses.iter().map(row).collect(),
        empty: v.pick("Bạn chưa ký lượt nào trong tháng.", "You have not signed in this month.").to_owned(),
    })
}

pub async fn top_up(State(s): State<Prepaid>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let asked = async {
        let (provider, payment, amount) = sent(&form)?;
        // One pays for one's own key only.
        if s.keys.provider_of(&a.account) != Some(&provider) {
            return Err(Failure::from(super::no_such_account()));
        }
        s.ask(&a, &provider, &Holder::Person(a.account), payment, amount).await?;
        Ok(payment)
    };
    match asked.await {
        Ok(payment) => Ok(Redirect::to(&s.till.address(payment)).into_response()),
        Err(failure) => page(&s, &v, &Said::refused(form, refusal_of(failure)?)).await,
    }
}

fn file_refused(vi: &str, en: &str) -> Refusal {
    Refusal::invalid("file", "Chưa ký được tệp này.", "This file was not signed.").because(Some("file"), vi, en)
}

pub async fn sign(State(s): State<Prepaid>, v: Visitor, form: Multipart) -> Result<Response, PageError> {
    let a = actor(&v)?;
    let sent = form.collect(FILE_MAX).await?;
    match signed(&s, &a, sent.files.into_iter().next()).await {
        Ok((name, pdf)) => Ok(download(&name, pdf)),
        Err(refusal) => page(&s, &v, &Said::refused(FormData(vec![("act".to_owned(), "sign".to_owned())]), refusal)).await,
    }
}

async fn signed(s: &Prepaid, a: &Actor, file: Option<SentFile>) -> Result<(String, Vec<u8>), Refusal> {
    let Some(file) = file.filter(|f| !f.bytes.is_empty()) else {
        return Err(file_refused("Chưa chọn tệp nào, hoặc tệp rỗng. Hãy chọn một tệp PDF.", "No file was chosen, or it is empty. Choose a PDF."));
    };
    if !file.bytes.starts_with(b"%PDF-") {
        return Err(file_refused("Tệp này không phải PDF. Hãy chọn một tệp PDF.", "This file is no PDF. Choose a PDF."));
    }
    let now = s.ledger.now();
    let place = Place { field: FIELD, signer: &a.name, reason: None, location: None, at: now, picture: None, label: None };
    let reference = format!("own/{}", uuid::Uuid::now_v7().simple());
    match s.keys.sign(&file.bytes, Signer::Person(a.account), &reference, &place).await {
        Ok(Some(done)) => {
            let stem = file.name.strip_suffix(".pdf").or_else(|| file.name.strip_suffix(".PDF")).unwrap_or(&file.name);
            Ok((format!("{stem}-da-ky.pdf"), done.pdf))
        }
        Ok(None) => Err(super::no_such_account()),
        Err(failed) => {
            let said = failed.said();
            tracing::info!("a person's file was not signed: {failed}");
            Err(Refusal::conflict("not-signed", "Chưa ký được tệp này.", "This file was not signed.").because(Some("file"), said.vi, said.en))
        }
    }
}

pub fn download(name: &str, pdf: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", url_part(name));
    let mut response = Response::new(Body::from(pdf));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
