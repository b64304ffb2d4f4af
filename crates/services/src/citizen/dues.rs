//! What the applicant has to pay, was promised anew, and how the procedures of a set stand.

use crate::work::money::{chip, kind};
use casework::Found;
use web::{
    html::{Html, esc, url_part},
    kit::{self, Column, Mood, Table, Weight},
    visitor::Visitor,
    when,
};

pub fn html(v: &Visitor, f: &Found, own: bool) -> Html {
    let mut out = apology(v, f);
    out.push(&dues(v, f, own));
    out.push(&members(v, f));
    out
}

fn apology(v: &Visitor, f: &Found) -> Html {
    let Some(signed) = f.state.apology.as_ref().and_then(|a| a.signed.as_ref()) else { return Html::default() };
    let said = format!(
        "{} {}. {}: {}.",
        v.pick("Kết quả được hẹn lại đến", "The result is now promised by"),
        when::exact(signed.due, v.lang),
        v.pick("Lý do", "Reason"),
        signed.reason.trim_end_matches('.')
    );
    kit::banner(Mood::Info, v.pick("Cơ quan xin lỗi vì chậm trả kết quả", "The office apologises for the delay"), &kit::para(&said))
}

fn dues(v: &Visitor, f: &Found, own: bool) -> Html {
    let lang = v.lang;
    if f.state.dues.is_empty() {
        return Html::default();
    }
    let rows = f.state.dues.iter().map(|d| {
        let name = format!("{} <span class=\"muted\">({})<br>{}</span>", esc(d.name.get(lang)), kind(lang, d.kind), esc(d.why.get(lang)));
        vec![Html(name), Html::text(&d.amount.to_string()), chip(lang, d)]
    });
    let title = v.pick("Khoản phải nộp", "What you pay");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Khoản", "Sum"), ("Số tiền", "Amount"), ("Tình trạng", "State")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: rows.collect(),
        empty: String::new(),
    });
    let pay = if own && f.state.unpaid().next().is_some() {
        kit::link_button(&format!("/payments/cases/{}", url_part(f.state.code.as_str())), v.pick("Nộp tiền", "Pay"), Weight::Main)
    } else {
        Html::default()
    };
    Html(format!("<h2>{}</h2>{table}{pay}", esc(title)))
}

fn members(v: &Visitor, f: &Found) -> Html {
    let lang = v.lang;
    let lines = f.definition.set.iter().map(|m| {
        let linked = f.state.linked(&m.name_in_set);
        let (mood, word) = match linked.and_then(|l| l.outcome.as_deref()) {
            Some("granted") => (Mood::Good, v.pick("đã có kết quả", "granted")),
            Some("refused") => (Mood::Bad, v.pick("không được giải quyết", "refused")),
            Some(_) => (Mood::Bad, v.pick("dừng", "stopped")),
            None if linked.is_some_and(|l| l.case.is_some()) => (Mood::Info, v.pick("đang giải quyết", "in progress")),
            None => (Mood::Info, v.pick("chờ thủ tục trước", "waits for another")),
        };
        let code = linked.and_then(|l| l.code.as_ref()).map(|c| kit::link(&format!("/my/{}", url_part(c.as_str())), c.as_str()));
        Html(format!("{} {} {}", esc(m.name.get(lang)), code.unwrap_or_default(), kit::chip(mood, word)))
    });
    let lines: Vec<Html> = lines.collect();
    if lines.is_empty() {
        return Html::default();
    }
    Html(format!("<h2>{}</h2>{}", v.pick("Các thủ tục trong bộ", "Procedures of the set"), kit::bullets(&lines)))
}
