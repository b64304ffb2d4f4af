//! My documents: results of my dossiers, to look up, use again and share by a link that ends.

use super::{PAGE, actor, place, send};
use crate::{
    Registers,
    documents::{DAYS, Document, Share},
    views,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::DeskError;
use kernel::{Refusal, text::fold};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Line, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    after: String,
}

pub async fn list(State(s): State<Registers>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let lang = v.lang;
    let q: String = kernel::text::clean(&asked.q).chars().take(100).collect();
    let before = place(&asked.after);
    let rows = match actor.party {
        Some(party) => views::documents(&s.scope, party, &fold(&q), (before.0, &before.1), PAGE).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == PAGE);
    let next = rows.last().filter(|_| full).map(|r| format!("/my/documents?q={}&after={}~{}", url_part(&q), r.issued_at.micros(), url_part(&r.id)));
    let title = v.pick("Giấy tờ của tôi", "My documents");
    let search = Field::new(lang, "q", v.pick("Tìm giấy tờ", "Find a document")).hint(v.pick("Tên giấy tờ, số hoặc mã hồ sơ; có dấu hay không dấu đều được", "Name, number or case code; with or without accents")).value(&q).optional(true).max_length(100);
    let search = kit::search_form("/my/documents", &Html(format!("{}{}", search.input(), kit::Button::new(v.pick("Tìm", "Find")).weight(Weight::Quiet).html())));
    let empty = if q.is_empty() {
        v.pick("Chưa có kết quả nào. Khi hồ sơ của bạn có kết quả, giấy tờ sẽ tự vào đây.", "No result yet. When one of your applications has a result, it comes here by itself.")
    } else {
        v.pick("Không có giấy tờ nào khớp. Thử ít chữ hơn.", "Nothing matches. Try fewer words.")
    };
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Giấy tờ", "Document"), ("Số, ngày", "Number, date"), ("Ký", "Signature")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows
            .iter()
            .map(|d| {
                vec![
                    Html(format!("<a href=\"/my/documents/{}\">{}</a><br><span class=\"muted\">{}</span>", url_part(&d.id), esc(d.name.get(lang)), esc(&d.title))),
                    Html(format!("{}<br><span class=\"muted\">{}</span>", esc(&d.printed()), when::day(d.issued_at.date(), lang))),
                    signature(&v, d),
                ]
            })
            .collect(),
        empty: empty.to_owned(),
    });
    let lead = v.pick(
        "Kết quả các hồ sơ của bạn. Khi làm thủ tục khác, bạn dùng lại bằng một lần bấm, không phải nộp bản sao.",
        "The results of your applications. In another procedure you use them again with one press; no copy has to be handed in.",
    );
    let main = Html(format!("<h1>{title}</h1><p class=\"lead\">{lead}</p><div class=\"find-documents\">{search}</div>{table}{}", kit::pagination(lang, None, next.as_deref())));
    Ok(Shell::new(&v, title, main).back("/my", v.pick("Hồ sơ của tôi", "My applications")).render())
}

/// This program puts no signature on what it issues; a copy that bears none says so.
fn signature(v: &Visitor, d: &Document) -> Html {
    if d.file.is_none() {
        return kit::chip(Mood::Info, v.pick("đang tạo bản điện tử", "copy being made"));
    }
    kit::chip(Mood::Warn, v.pick("chưa có chữ ký số", "no digital signature"))
}

fn facts(s: &Registers, v: &Visitor, d: &Document) -> Html {
    let lang = v.lang;
    let office = s.desk.identity().offices().get(&d.office).map_or(d.office.clone(), |o| o.name.get(lang).to_owned());
    let code = if d.result_code.is_empty() { v.pick("chưa có mã trong danh mục kết quả", "no code in the catalogue of results yet").to_owned() } else { d.result_code.clone() };
    let hash = if d.sha256.is_empty() { "–".to_owned() } else { d.sha256.clone() };
    kit::summary_list(&[
        Line::new(v.pick("Số, ký hiệu", "Number and symbol"), Html::text(&d.printed())),
        Line::new(v.pick("Ngày cấp", "Date"), Html::text(&when::exact(d.issued_at, lang))),
        Line::new(v.pick("Cơ quan cấp", "Issued by"), Html::text(&office)),
        Line::new(v.pick("Về", "About"), Html::text(&d.title)),
        Line::new(v.pick("Mã kết quả", "Result code"), Html::text(&code)),
        Line::new(v.pick("Chữ ký", "Signature"), signature(v, d)),
        Line::new(v.pick("Dấu vân của tệp (SHA-256)", "Fingerprint of the file (SHA-256)"), Html(format!("<code class=\"hash\">{}</code>", esc(&hash)))),
    ])
}

pub async fn show(State(s): State<Registers>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let d = s.own_document(&*actor(&v)?, &id).await?;
    page(&s, &v, &d, None, None).await
}

async fn page(s: &Registers, v: &Visitor, d: &Document, made: Option<(&Share, &str)>, refusal: Option<&Refusal>) -> Result<Html, PageError> {
    let lang = v.lang;
    let now = s.now();
    let base = format!("/my/documents/{}", url_part(&d.id));
    let reasons = refusal.map_or(&[][..], |r| &r.reasons);
    let open = match d.file {
        Some(_) => kit::link_button(&format!("{base}/file"), v.pick("Mở giấy tờ", "Open the document"), Weight::Main),
        None => Html::default(),
    };
    let shown = made.map_or_else(Html::default, |(share, token)| {
        let link = format!("{}/shared/{token}", s.public_url.trim_end_matches('/'));
        let body = Html(format!(
            "<p><a href=\"{0}\"><code class=\"hash\">{0}</code></a></p><p>{1} {2}. {3}</p>",
            esc(&link),
            esc(v.pick("Mở được đến", "Open until")),
            esc(&when::exact(share.expires_at, lang)),
            esc(v.pick("Đường dẫn chỉ hiện lần này; hãy chép lại ngay.", "The link is shown this once; copy it now.")),
        ));
        kit::banner(Mood::Good, v.pick("Đã tạo đường dẫn chia sẻ", "The link is made"), &body)
    });
    let day = |n: i64| match lang {
        kernel::text::Lang::Vi => format!("{n} ngày"),
        kernel::text::Lang::En => if n == 1 { "1 day".to_owned() } else { format!("{n} days") },
    };
    let choices: Vec<Choice> = DAYS.iter().map(|n| Choice::new(n.to_string(), day(*n))).collect();
    let days = Field::new(lang, "days", v.pick("Cho xem trong bao lâu", "For how long")).hint(v.pick("Ai có đường dẫn đều xem được giấy tờ này cho đến lúc hết hạn hoặc bạn thu hồi.", "Whoever has the link can see this document until it ends or you end it.")).value("7").errors(reasons).radios(&choices);
    let form = kit::form(v, &format!("{base}/share"), &Html(format!("{days}{}", kit::Button::new(v.pick("Tạo đường dẫn", "Make a link")).weight(Weight::Quiet).html())));
    let shares = views::shares(&s.scope, &d.id).await.map_err(PageError::internal)?;
    let links = links(v, &base, &shares, now);
    let main = Html(format!(
        "{}{shown}<h1>{}</h1>{}{open}<h2>{}</h2>{form}{links}<p>{}</p>",
        kit::error_summary(lang, reasons),
        esc(d.name.get(lang)),
        facts(s, v, d),
        v.pick("Chia sẻ bằng đường dẫn", "Share by a link"),
        kit::link(&format!("/my/{}", url_part(&d.case_code)), v.pick("Xem hồ sơ đã cấp giấy tờ này", "See the application it came from")),
    ));
    Ok(Shell::new(v, d.name.get(lang), main).width(Width::Narrow).error(refusal.is_some()).back("/my/documents", v.pick("Giấy tờ của tôi", "My documents")).render())
}

fn links(v: &Visitor, base: &str, shares: &[Share], now: kernel::Instant) -> Html {
    if shares.is_empty() {
        return Html::default();
    }
    let lang = v.lang;
    let rows = shares.iter().map(|x| {
        let (mood, word) = if x.revoked_at.is_some() {
            (Mood::Info, v.pick("đã thu hồi", "ended"))
        } else if x.open_at(now) {
            (Mood::Good, v.pick("đang mở", "open"))
        } else {
            (Mood::Info, v.pick("đã hết hạn", "expired"))
        };
        let end = if x.open_at(now) {
            kit::form(v, &format!("{base}/share/{}/end", url_part(&x.id)), &kit::Button::new(v.pick("Thu hồi", "End")).weight(Weight::Risk).html())
        } else {
            Html::default()
        };
        let seen = x.last_opened_at.map_or_else(String::new, |at| format!(", {}", when::ago(at, now, lang)));
        vec![
            Html::text(&when::exact(x.made_at, lang)),
            Html::text(&when::exact(x.expires_at, lang)),
            Html::text(&format!("{}{seen}", x.opened)),
            Html(format!("{} {end}", kit::chip(mood, word))),
        ]
    });
    kit::table(&Table {
        caption: v.pick("Đường dẫn đã tạo", "Links made").to_owned(),
        caption_hidden: false,
        columns: [("Tạo lúc", "Made"), ("Hết hạn", "Ends"), ("Số lần mở", "Opened"), ("Tình trạng", "State")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.collect(),
        empty: String::new(),
    })
}

pub async fn file(State(s): State<Registers>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let d = s.own_document(&*actor(&v)?, &id).await?;
    send(&s, d.file.ok_or_else(PageError::not_found)?).await
}

pub async fn share(State(s): State<Registers>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let d = s.own_document(&actor, &id).await?;
    let days = form.get("days").and_then(|t| t.parse().ok()).unwrap_or(0);
    match s.share(&actor, &id, days, s.now()).await {
        Ok((share, token)) => Ok(page(&s, &v, &d, Some((&share, &token)), None).await?.into_response()),
        Err(DeskError::Refused(r)) => Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&s, &v, &d, None, Some(&r)).await?).into_response()),
        Err(e) => Err(e.into()),
    }
}

pub async fn end(State(s): State<Registers>, v: Visitor, Path((id, share)): Path<(String, String)>) -> Result<Redirect, PageError> {
    s.end_share(&*actor(&v)?, &id, &share, s.now()).await?;
    Ok(Redirect::to(&format!("/my/documents/{}", url_part(&id))))
}

fn ended(v: &Visitor) -> Response {
    let title = v.pick("Đường dẫn không mở được", "The link does not open");
    let said = v.pick(
        "Đường dẫn đã hết hạn, đã được thu hồi hoặc không đúng. Hãy hỏi người đã gửi cho bạn để có đường dẫn mới.",
        "The link has ended, was taken back or is not right. Ask whoever sent it for a new one.",
    );
    let main = Html(format!("<h1>{title}</h1><p>{said}</p>"));
    (StatusCode::NOT_FOUND, Shell::new(v, title, main).width(Width::Narrow).back("/", v.pick("Trang chủ", "Home")).render()).into_response()
}

pub async fn shared(State(s): State<Registers>, v: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let now = s.now();
    let Some((d, share)) = s.opened(&token, now).await.map_err(PageError::internal)? else { return Ok(ended(&v)) };
    s.note_opening(&share, v.actor.as_deref(), now).await.map_err(PageError::internal)?;
    let open = match d.file {
        Some(_) => kit::link_button(&format!("/shared/{}/file", url_part(&token)), v.pick("Mở giấy tờ", "Open the document"), Weight::Main),
        None => Html::default(),
    };
    let said = format!("{} {}.", v.pick("Chủ giấy tờ cho bạn xem đến", "Its owner lets you see it until"), when::exact(share.expires_at, v.lang));
    let main = Html(format!("<h1>{}</h1><p class=\"lead\">{}</p>{}{open}", esc(d.name.get(v.lang)), esc(&said), facts(&s, &v, &d)));
    let mut response = Shell::new(&v, d.name.get(v.lang), main).width(Width::Narrow).back("/", v.pick("Trang chủ", "Home")).render().into_response();
    response.headers_mut().insert("x-robots-tag", axum::http::HeaderValue::from_static("noindex, nofollow"));
    response.headers_mut().insert("cache-control", axum::http::HeaderValue::from_static("private, no-store"));
    Ok(response)
}

pub async fn shared_file(State(s): State<Registers>, v: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let Some((d, _)) = s.opened(&token, s.now()).await.map_err(PageError::internal)? else { return Ok(ended(&v)) };
    send(&s, d.file.ok_or_else(PageError::not_found)?).await
}
