//! My personal data: what is held for which purpose, what I allow, what I asked, and where to see and take it.

use super::actor;
use crate::{
    Privacy,
    catalog::{Ground, Purpose},
    consent::{Said, Word, allowed},
    views,
};
use axum::{
    extract::State,
    response::Redirect,
};
use kernel::{catalog::LegalBasis, text::Lang};
use serde::Deserialize;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Column, Line, Mood, Table},
    page::Shell,
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// After a word about a purpose.
    done: String,
}

/// As it is cited, with the mark of what nobody has read in the text of the law.
pub(super) fn cited(v: &Visitor, basis: &LegalBasis) -> String {
    let mark = if basis.verified { "" } else { v.pick(" (chưa đối chiếu văn bản)", " (not checked against the text)") };
    format!("{basis}{mark}")
}

pub async fn show(State(s): State<Privacy>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let actor = actor(&v)?;
    let said = match actor.party {
        Some(party) => views::words(&s.scope, party, 200).await.map_err(PageError::internal)?,
        None => Vec::new(),
    };
    let title = v.pick("Dữ liệu cá nhân của tôi", "My personal data");
    let mut main = kit::heading(title, None);
    if asked.done == "said" {
        main.push(&kit::banner(Mood::Good, v.pick("Đã ghi nhận lựa chọn của bạn", "Your choice is recorded"), &kit::para(v.pick("Lựa chọn có hiệu lực ngay và đổi lại được lúc nào cũng được.", "It takes effect at once and can be changed at any time."))));
    }
    main.push(&Html(format!("<p class=\"lead\">{}</p>", esc(v.pick("Cơ quan giữ gì về bạn, để làm gì, ai đã xem, và bạn có thể yêu cầu gì.", "What is held about you, for what, who looked at it, and what you may ask for.")))));
    let places = [
        kit::link("/my/data-access", v.pick("Ai đã xem dữ liệu của tôi", "Who looked at my data")),
        kit::link("/my/data/export", v.pick("Tải về mọi dữ liệu của tôi", "Take away all my data")),
    ];
    main.push(&kit::bullets(&places));
    let (asks, rest): (Vec<&Purpose>, Vec<&Purpose>) = s.catalog.purposes.iter().partition(|p| p.ground.asks());
    main.push(&Html(format!("<h2>{}</h2>", esc(v.pick("Bạn quyết định", "You decide")))));
    for p in asks {
        main.push(&choice(&s, &v, p, said.iter().filter(|w| w.purpose == p.code).collect(), actor.party.is_some()));
    }
    main.push(&Html(format!("<h2>{}</h2>", esc(v.pick("Theo luật, không cần sự đồng ý", "By law, without consent")))));
    for p in rest {
        main.push(&kit::card(p.name.get(v.lang), &Html(format!("{}{}", kit::para(p.text.get(v.lang)), facts(&v, p)))));
    }
    main.push(&requests(&s, &v).await?);
    Ok(Shell::new(&v, title, main).back("/my", v.pick("Hồ sơ của tôi", "My applications")).render())
}

fn facts(v: &Visitor, p: &Purpose) -> Html {
    let line = |vi: &str, en: &str, text: &str| Line::new(v.pick(vi, en), Html::text(text));
    let list = kit::summary_list(&[
        line("Dữ liệu", "Data", p.categories.get(v.lang)),
        line("Giữ bao lâu", "Kept for", p.retention.get(v.lang)),
        line("Ai nhận", "Who receives", p.receives.get(v.lang)),
        line("Căn cứ", "Basis", &cited(v, &p.legal_basis)),
    ]);
    kit::details(&format!("{}: {}", v.pick("Chi tiết", "Details"), p.name.get(v.lang)), &list, false)
}

fn choice(s: &Privacy, v: &Visitor, p: &Purpose, said: Vec<&Said>, may: bool) -> Html {
    let yes = allowed(p, said.first().copied());
    let consent = p.ground == Ground::Consent;
    let chip = match (yes, consent) {
        (true, true) => kit::chip(Mood::Good, v.pick("bạn đã đồng ý", "you consented")),
        (false, true) => kit::chip(Mood::Info, v.pick("chưa đồng ý", "no consent")),
        (true, false) => kit::chip(Mood::Info, v.pick("đang dùng, bạn chưa từ chối", "in use, you have not objected")),
        (false, false) => kit::chip(Mood::Good, v.pick("bạn đã từ chối", "you objected")),
    };
    let label = match (yes, consent) {
        (true, true) => v.pick("Rút sự đồng ý", "Withdraw consent"),
        (false, true) => v.pick("Tôi đồng ý", "I consent"),
        (true, false) => v.pick("Từ chối", "Object"),
        (false, false) => v.pick("Cho dùng lại", "Allow again"),
    };
    let word = if yes { Word::Withdrawn } else { Word::Given };
    let heard = format!("{label}: {}", p.name.get(v.lang));
    let button = Html(format!("<button type=\"submit\" class=\"btn quiet\" name=\"word\" value=\"{}\" data-once aria-label=\"{}\">{}</button>", word.code(), esc(&heard), esc(label)));
    let form = if may { kit::form(v, &format!("/my/data/purposes/{}", url_part(&p.code)), &button) } else { Html::default() };
    let history: Vec<Html> = said.iter().map(|w| Html(format!("{} {}", esc(&told(v, p, w)), when::at_time(w.at, s.now(), v.lang)))).collect();
    let history = if history.is_empty() { Html::default() } else { kit::details(&format!("{}: {}", v.pick("Bạn đã chọn gì, lúc nào", "What you chose, and when"), p.name.get(v.lang)), &kit::bullets(&history), false) };
    kit::card(p.name.get(v.lang), &Html(format!("<p>{chip}</p>{}{form}{}{history}", kit::para(p.text.get(v.lang)), facts(v, p))))
}

fn told(v: &Visitor, p: &Purpose, w: &Said) -> String {
    let said = match (w.word, p.ground == Ground::Consent) {
        (Word::Given, true) => v.pick("Đồng ý", "Consented"),
        (Word::Withdrawn, true) => v.pick("Rút sự đồng ý", "Consent withdrawn"),
        (Word::Given, false) => v.pick("Cho dùng lại", "Allowed again"),
        (Word::Withdrawn, false) => v.pick("Từ chối", "Objected"),
    };
    match v.lang {
        Lang::Vi => format!("{said} (nội dung bản {}),", w.text_version),
        Lang::En => format!("{said} (text of {}),", w.text_version),
    }
}

/// What may be asked for, and what was asked.
async fn requests(s: &Privacy, v: &Visitor) -> Result<Html, PageError> {
    let today = s.now().date();
    let definitions = &s.desk.rules().definitions;
    let explains = s.catalog.rules.explanation.definition.as_str();
    let mut out = Html(format!("<h2 id=\"requests\">{}</h2>", esc(v.pick("Yêu cầu về dữ liệu của tôi", "Requests about my data"))));
    for code in s.catalog.rules.requests.iter().filter(|c| c.as_str() != explains) {
        let Some(d) = definitions.current(code, today) else { continue };
        let label = v.pick("Gửi yêu cầu", "Ask");
        let heard = format!("{label}: {}", d.name.get(v.lang));
        let button = Html(format!("<button type=\"submit\" class=\"btn quiet\" data-once aria-label=\"{}\">{}</button>", esc(&heard), esc(label)));
        let form = kit::form(v, &format!("/services/{}/start", url_part(code)), &button);
        out.push(&kit::card(d.name.get(v.lang), &Html(format!("{}{form}", kit::para(d.about.get(v.lang))))));
    }
    let Some(party) = actor(v)?.party else { return Ok(out) };
    let own = casework::views::own_cases(&s.desk, party, None, 100).await.map_err(PageError::internal)?;
    let own: Vec<_> = own.into_iter().filter(|c| s.catalog.rules.requests.contains(&c.definition)).collect();
    let row = |c: &casework::views::CaseRow| {
        let d = definitions.pinned(&c.definition, &c.pinned);
        let state = d.and_then(|d| d.state("handling", &c.handling));
        vec![
            Html(format!("{}<br><span class=\"muted\">{}</span>", kit::link(&format!("/my/{}", url_part(&c.code)), &c.code), esc(&c.title))),
            Html::text(d.map_or(c.definition.as_str(), |d| d.name.get(v.lang))),
            Html::text(state.map_or(c.handling.as_str(), |x| x.name.get(v.lang))),
            c.due.map_or_else(Html::default, |due| when::due_time(due, s.now(), v.lang)),
        ]
    };
    out.push(&kit::table(&Table {
        caption: v.pick("Yêu cầu đã gửi", "Requests sent").to_owned(),
        caption_hidden: false,
        columns: [("Yêu cầu", "Request"), ("Loại", "Kind"), ("Tình trạng", "State"), ("Hạn trả lời", "Answer due")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: own.iter().map(row).collect(),
        empty: v.pick("Bạn chưa gửi yêu cầu nào.", "You have not asked for anything yet.").to_owned(),
    }));
    Ok(out)
}

pub async fn say(State(s): State<Privacy>, v: Visitor, Path(code): Path<String>, form: FormData) -> Result<Redirect, PageError> {
    let word = form.get("word").and_then(Word::of).ok_or_else(|| {
        kernel::Refusal::invalid("word", "Chọn đồng ý hoặc không đồng ý rồi gửi lại", "Choose whether you agree, then send again")
    })?;
    s.say(&*actor(&v)?, &code, word, s.now()).await?;
    Ok(Redirect::to("/my/data?done=said"))
}
