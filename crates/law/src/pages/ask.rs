//! `/law`: a question, the law's own words, or a refusal with a hand-over.

use super::{HOME, day, day_of, paragraphs, shell, span, status_chip, unit_path};
use crate::{
    Law,
    answer::{Answer, Passage, Refused, answer},
    library::{Filter, Library},
    model::Outcome,
    question::{HandOver, QUESTION, State},
};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use kernel::time::Date;
use records::refusal_of;
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Mood, Weight},
    problem::PageError,
    said::Said,
    visitor::Visitor,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    on: String,
}

pub async fn show(Shared(s): Shared<Law>, v: Visitor, Query(a): Query<Asked>) -> Result<Response, PageError> {
    let library = s.library().await?;
    let found = found(&s, &library, &a);
    let worded = match &found {
        Some(f) => s.worded(&f.q, &f.answer).await,
        None => None,
    };
    Ok(page(&s, &v, &library, &a, found.as_ref(), worded.as_ref(), &Said::default()))
}

/// What was asked and found; nothing where nothing was asked or the day is none.
struct Found<'a> {
    q: String,
    on: Date,
    answer: Answer<'a>,
}

fn found<'a>(s: &Law, library: &'a Library, a: &Asked) -> Option<Found<'a>> {
    let q: String = a.q.chars().take(QUESTION).collect();
    let on = if a.on.trim().is_empty() { s.now().date() } else { day_of(&a.on)? };
    (!q.trim().is_empty()).then(|| Found { answer: answer(library, &s.catalog, &q, &Filter::on(on)), q, on })
}

fn page(s: &Law, v: &Visitor, library: &Library, a: &Asked, found: Option<&Found<'_>>, worded: Option<&Outcome>, said: &Said) -> Response {
    let today = s.now().date();
    let wrong_day = !a.on.trim().is_empty() && day_of(&a.on).is_none();
    let on = day_of(&a.on).unwrap_or(today);
    let q: String = a.q.chars().take(QUESTION).collect();
    let title = v.pick("Hỏi đáp pháp luật", "Questions on the law");
    let mut main = kit::heading(title, None);
    if said.is_error() {
        main.push(&kit::error_summary(v.lang, &said.reasons));
    }
    main.push(&Html(format!(
        "<p class=\"lead\">{}</p>",
        v.pick(
            "Viết câu hỏi bằng lời của bạn, có dấu hoặc không dấu. Hệ thống trích nguyên văn quy định đang có hiệu lực vào ngày bạn chọn, kèm điều khoản chính xác.",
            "Ask in your own words, with or without Vietnamese marks, or in English. The answer is the law's own Vietnamese text, in force on the day you choose, with its exact article."
        )
    )));
    main.push(&form(v, &q, &a.on, on, wrong_day));
    match found {
        Some(f) => main.push(&answered(s, v, f, worded, f.on != today)),
        None => main.push(&about(v, library)),
    };
    main.push(&kit::inset(&kit::para(v.pick(
        "Đây là công cụ tra cứu tự động, không phải người trả lời và không thay cho tư vấn pháp lý hay quyết định của cơ quan có thẩm quyền. Văn bản đăng Công báo là bản chính thức.",
        "This is an automatic look-up, not a person, and no legal advice nor a decision of an authority. The text in the gazette is the official one.",
    ))));
    said.answer(shell(v, title, main).error(said.is_error()).render())
}

fn form(v: &Visitor, q: &str, typed: &str, on: Date, wrong_day: bool) -> Html {
    let question = kit::Field::new(v.lang, "q", v.pick("Câu hỏi của bạn", "Your question")).hint(v.pick("Ví dụ: thời gian thử việc tối đa là bao lâu? Không ghi số căn cước, số điện thoại.", "For example: how long may probation last? Leave out personal numbers.")).value(q).max_length(QUESTION).textarea(3);
    let shown = if wrong_day { typed.to_owned() } else { on.to_string() };
    let date = kit::Field::new(v.lang, "on", v.pick("Việc xảy ra ngày nào?", "On which day did it happen?"))
        .hint(v.pick("Để nguyên là hôm nay. Luật thay đổi theo thời gian: ngày khác có thể có câu trả lời khác.", "Today unless you change it. The law changes: another day may have another answer."))
        .kind(if wrong_day { "text" } else { "date" })
        .value(&shown)
        .error(wrong_day.then(|| v.pick("Nhập ngày có thật, ví dụ 2026-11-24 hoặc 24/11/2026.", "Enter a date that exists, such as 2026-11-24.")))
        .width("w10")
        .input();
    Html(format!("<form method=\"get\" action=\"{HOME}\" role=\"search\">{question}{date}{}</form>", kit::Button::new(v.pick("Tìm quy định", "Find the rule")).weight(Weight::Main).html()))
}

fn about(v: &Visitor, library: &Library) -> Html {
    let n = library.documents.len();
    let text = if n == 0 {
        v.pick("Kho văn bản còn trống: cơ quan chưa nhập văn bản nào nên chưa có câu trả lời.", "The corpus is empty: nothing has been imported, so nothing can be answered yet.").to_owned()
    } else {
        format!(
            "{} {} {} {} ({}).",
            v.pick("Kho hiện có", "The corpus holds"),
            n,
            v.pick("văn bản với", "documents with"),
            library.articles(),
            v.pick("điều, phụ lục", "articles and annexes")
        )
    };
    let list = kit::link(&format!("{HOME}/documents"), v.pick("Xem danh sách văn bản", "See the documents"));
    Html(format!("{}<p>{list}</p>", kit::para(&text)))
}

fn answered(s: &Law, v: &Visitor, found: &Found<'_>, worded: Option<&Outcome>, other_day: bool) -> Html {
    let Found { q, on, answer: a } = found;
    let on = *on;
    let mut out = Html::default();
    if other_day {
        out.push(&Html(format!("<p>{} <strong>{}</strong>.</p>", v.pick("Quy định có hiệu lực vào ngày", "Rules in force on"), esc(&day(v, on)))));
    }
    if a.question.english {
        out.push(&kit::para("Found by a table of English terms. Only the Vietnamese text has authority."));
    }
    match a.refused {
        None => {
            if let Some(w) = worded {
                out.push(&ordered(v, w));
            }
            out.push(&Html(format!("<h2>{}</h2>", v.pick("Quy định tìm thấy", "What the law says"))));
            for p in &a.passages {
                out.push(&passage(v, p, on));
            }
            let body = hand_over_form(s, v, q, on);
            out.push(&kit::details(v.pick("Chưa đúng điều bạn hỏi? Gửi cho cán bộ", "Not what you asked? Send it to an official"), &body, false));
        }
        Some(why) => out.push(&refusal(s, v, a, why, q, on)),
    }
    out
}

/// What a language model put in order: labelled as a machine's, each sentence under its citation, the whole text below.
fn ordered(v: &Visitor, outcome: &Outcome) -> Html {
    let Outcome::Worded { model, sentences, .. } = outcome else {
        return Html(format!("<p class=\"caption\">{}</p>", v.pick("Lần này không có phần tóm tắt bằng máy; dưới đây là nguyên văn quy định.", "No summary by machine this time; below are the law's own words.")));
    };
    let lines: Vec<Html> = sentences
        .iter()
        .map(|w| {
            let part = w.part.map_or_else(String::new, |(n, of)| format!(" <span class=\"caption\">({} {n}/{of}; {})</span>", v.pick("trích", "excerpt"), v.pick("đọc đủ danh sách ở dưới", "the whole list is below")));
            let heading = if w.heading.is_empty() { String::new() } else { format!(" ({})", esc(&w.heading)) };
            Html(format!("<span lang=\"vi\">{}</span>{part}<br><span class=\"caption\" lang=\"vi\">{}{heading}</span>", esc(&w.text), esc(&w.citation)))
        })
        .collect();
    let title = v.pick("Tóm tắt do máy sắp xếp", "Put in order by a machine");
    let label = format!(
        "{} {} {}",
        v.pick("Mô hình ngôn ngữ", "The language model"),
        model,
        v.pick(
            "chỉ chọn và sắp xếp câu của luật; câu nào không đúng lời luật đã bị bỏ. Căn cứ duy nhất là nguyên văn ở dưới.",
            "only chose and ordered sentences of the law; any that the law does not say was dropped. The text below alone counts.",
        )
    );
    Html(format!("<h2>{title}</h2>{}<p class=\"caption\">{}</p>", kit::bullets(&lines), esc(&label)))
}

fn passage(v: &Visitor, p: &Passage<'_>, on: Date) -> Html {
    let citation = p.citation();
    let heading = if p.article.heading.is_empty() { String::new() } else { format!("<p><strong lang=\"vi\">{}. {}</strong></p>", esc(&p.article.label), esc(&p.article.heading)) };
    let marked = match &p.clause {
        Some((_, range)) => p.article.text.get(range.clone()).unwrap_or(&p.article.text),
        None => &p.article.text,
    };
    let short: String = marked.chars().take(1_500).collect();
    let whole = p.clause.is_some() || short.len() < marked.len();
    let status = p.document.article_status(p.article, on);
    let dates = span(v, p.document.span(p.article));
    let link = kit::link(&unit_path(p.document, p.article, on), v.pick("Mở điều này trong văn bản", "Open this article in the document"));
    let all = if whole { kit::details(v.pick("Đọc cả điều", "Read the whole article"), &paragraphs(&p.article.text), false) } else { Html::default() };
    let excerpt = if p.document.excerpt { format!("<p class=\"caption\">{}</p>", v.pick("Kho chỉ có bản trích của văn bản này.", "The corpus holds an excerpt of this document only.")) } else { String::new() };
    let body = Html(format!(
        "{heading}{}<p>{} <span class=\"num\">{}</span></p>{all}<p>{link}</p>{excerpt}<p class=\"caption\">{}: {}</p>",
        kit::inset(&paragraphs(&short)),
        status_chip(v, status),
        esc(&dates),
        v.pick("Nguồn", "Source"),
        esc(&p.document.source)
    ));
    kit::card(&citation, &body)
}

fn refusal(s: &Law, v: &Visitor, a: &Answer<'_>, why: Refused, q: &str, on: Date) -> Html {
    let (title, text) = match why {
        Refused::Empty => (
            v.pick("Câu hỏi chưa rõ", "The question is not clear"),
            v.pick("Hãy viết rõ bạn hỏi về việc gì, ví dụ “điều kiện đăng ký thường trú”.", "Say what it is about, for example “conditions of permanent residence”."),
        ),
        Refused::Personal => (
            v.pick("Câu hỏi này cần người có thẩm quyền trả lời", "This needs somebody with the authority to answer"),
            v.pick("Hệ thống không kết luận, tính tiền hay dự đoán cho một vụ việc cụ thể. Bạn có thể gửi câu hỏi cho cán bộ.", "The look-up gives no verdict, sum or prediction for a single case. You can send the question to an official."),
        ),
        Refused::Unsupported => (
            v.pick("Chưa tìm thấy quy định trả lời câu hỏi này", "No rule was found that answers this"),
            v.pick("Trong kho văn bản không có quy định nào đủ khớp vào ngày bạn chọn, nên hệ thống không trả lời. Bạn có thể hỏi cách khác hoặc gửi câu hỏi cho cán bộ.", "Nothing in the corpus fits well enough on the day you chose, so nothing is answered. Ask differently, or send the question to an official."),
        ),
    };
    let mut out = kit::banner(Mood::Warn, title, &kit::para(text));
    if why == Refused::Unsupported && !a.passages.is_empty() {
        let near: Vec<Html> = a.passages.iter().map(|p| kit::link(&unit_path(p.document, p.article, on), &p.citation())).collect();
        out.push(&Html(format!("<h2>{}</h2>{}", v.pick("Gần nhất, có thể không liên quan", "Nearest, perhaps unrelated"), kit::bullets(&near))));
    }
    out.push(&Html(format!("<h2>{}</h2>{}", v.pick("Gửi cho cán bộ trả lời", "Send it to an official"), hand_over_form(s, v, q, on))));
    out
}

fn hand_over_form(s: &Law, v: &Visitor, q: &str, on: Date) -> Html {
    let text = format!(
        "{} <strong>{}</strong>. {}",
        v.pick("Câu hỏi được gửi tới", "The question goes to"),
        esc(s.office.name.get(v.lang)),
        v.pick("Bạn nhận một mã để xem câu trả lời; không cần tài khoản. Số điện thoại, số căn cước trong câu hỏi được che.", "You get a code by which to read the answer; no account is needed. Telephone and personal numbers are masked.")
    );
    let body = format!(
        "<p>{text}</p>{}{}{}",
        kit::hidden("q", q),
        kit::hidden("on", &on.to_string()),
        kit::Button::new(v.pick("Gửi câu hỏi", "Send the question")).weight(Weight::Main).html()
    );
    kit::form(v, "/law/questions", &Html(body))
}

pub async fn hand_over(Shared(s): Shared<Law>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let library = s.library().await?;
    let asked = Asked { q: f.get("q").unwrap_or_default().to_owned(), on: f.get("on").unwrap_or_default().to_owned() };
    let on = day_of(&asked.on).unwrap_or_else(|| s.now().date());
    // What was shown is found again here: a form says nothing of it.
    let (why, shown) = {
        let a = answer(&library, &s.catalog, &asked.q, &Filter::on(on));
        (a.refused.map_or("asked", Refused::code), a.passages.iter().map(Passage::citation).collect())
    };
    match s.hand_over(v.actor.as_deref(), HandOver { text: &asked.q, on, why, shown }).await {
        Ok(q) => Ok(Redirect::to(&format!("/law/questions/{}", url_part(&q.asked.code))).into_response()),
        Err(failure) => {
            let said = Said::refused(f, refusal_of(failure)?);
            let found = found(&s, &library, &asked);
            Ok(page(&s, &v, &library, &asked, found.as_ref(), None, &said))
        }
    }
}

/// The citizen's page of a question that was handed over.
pub async fn follow(Shared(s): Shared<Law>, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let q = s.question_by_code(&code).await?.ok_or_else(PageError::not_found)?;
    let title = v.pick("Câu hỏi của bạn", "Your question");
    let mut main = kit::heading(title, Some(&q.asked.code));
    let (mood, state) = match q.state {
        State::Open => (Mood::Info, v.pick("Đang chờ cán bộ trả lời", "Waiting for an official")),
        State::Answered => (Mood::Good, v.pick("Đã có câu trả lời", "Answered")),
    };
    main.push(&Html(format!("<p>{}</p>", kit::chip(mood, state))));
    main.push(&kit::summary_list(&[
        kit::Line::new(v.pick("Câu hỏi", "Question"), Html::text(&q.asked.text)),
        kit::Line::new(v.pick("Hỏi về ngày", "About the day"), Html::text(&day(&v, q.asked.on))),
        kit::Line::new(v.pick("Cơ quan trả lời", "Office"), Html::text(&q.asked.office_name)),
        kit::Line::new(v.pick("Gửi lúc", "Sent"), Html::text(&day(&v, q.at.date()))),
    ]));
    if let Some(a) = &q.answer {
        let cited: Vec<Html> = a.cited.iter().map(|c| Html::text(c)).collect();
        let basis = if cited.is_empty() { Html::default() } else { Html(format!("<h3>{}</h3>{}", v.pick("Căn cứ", "Basis"), kit::bullets(&cited))) };
        let who = format!("{}, {} – {}", a.by, a.title, a.office);
        main.push(&kit::card(v.pick("Trả lời", "Answer"), &Html(format!("{}{basis}<p class=\"caption\">{}</p>", paragraphs(&a.text), esc(&who)))));
    } else {
        main.push(&kit::para(v.pick("Hãy giữ địa chỉ của trang này hoặc mã ở trên để xem câu trả lời.", "Keep the address of this page, or the code above, to read the answer.")));
    }
    main.push(&Html(format!("<p>{}</p>", kit::link(HOME, v.pick("Hỏi câu khác", "Ask something else")))));
    Ok(shell(&v, title, main).render())
}
