//! One answer: its control on a page, and what was typed read back.

use kernel::{refusal::Reason, text::Lang};
use scoring::{Answer, Given, Placed, definition::ScaleType};
use serde_json::{Value, json};
use web::{
    extract::FormData,
    html::Html,
    kit::{Choice, Field},
};

/// The control of a question, filled with what was answered; `typed` goes first.
pub fn control(lang: Lang, p: &Placed<'_>, answer: Option<&Answer>, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let given = answer.and_then(|a| a.value.as_ref());
    let was = |name: &str, stored: String| typed.and_then(|f| f.get(name)).map_or(stored, str::to_owned);
    let heading = Field::new(lang, "value", p.criterion.text.get(lang)).hint(p.criterion.example.as_ref().map_or("", |e| e.get(lang))).errors(reasons).heading();
    let options = || p.scale.options.iter().map(|o| Choice::new(o.code.as_str(), o.text.get(lang))).collect::<Vec<_>>();
    match p.scale.kind {
        ScaleType::Single | ScaleType::Ladder => {
            let stored = if let Some(Given::Text(code)) = given { code.clone() } else { String::new() };
            heading.value(was("value", stored)).radios(&options())
        }
        ScaleType::Multi => {
            let stored = if let Some(Given::Many(codes)) = given { codes.clone() } else { Vec::new() };
            let values = typed.map_or(stored, |f| f.all("value").iter().map(|x| (*x).to_owned()).collect());
            heading.values(values).checkboxes(&options())
        }
        ScaleType::Gate => {
            let stored = match given {
                Some(Given::Truth(true)) => "yes",
                Some(Given::Truth(false)) => "no",
                _ => "",
            };
            heading.value(was("value", stored.to_owned())).radios(&[Choice::new("yes", lang.pick("Có", "Yes")), Choice::new("no", lang.pick("Không", "No"))])
        }
        ScaleType::Count => {
            let stored = match given {
                Some(Given::Text(t)) => t.clone(),
                Some(Given::Number(n)) => n.show(lang, 4),
                _ => String::new(),
            };
            let unit = p.scale.unit.as_ref().map_or("", |u| u.get(lang));
            let label = heading.hint.clone().unwrap_or_default();
            heading.hint(format!("{label} {unit}").trim().to_owned()).value(was("value", stored)).inputmode("decimal").width("w10").input()
        }
        ScaleType::Ratio => ratio(lang, p, given, typed, reasons),
        ScaleType::Matrix => matrix(lang, p, given, typed, reasons),
        ScaleType::Evidence => heading_only(lang, p, lang.pick("Câu này được tính khi có minh chứng: nộp tệp ở dưới.", "This counts with a proof: hand in a file below.")),
    }
}

fn heading_only(lang: Lang, p: &Placed<'_>, hint: &str) -> Html {
    Html(format!(
        "<h1>{}</h1><p>{}</p><p class=\"hint\">{}</p>",
        web::esc(p.criterion.text.get(lang)),
        web::esc(p.criterion.example.as_ref().map_or("", |e| e.get(lang))),
        web::esc(hint)
    ))
}

fn ratio(lang: Lang, p: &Placed<'_>, given: Option<&Given>, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let stored = if let Some(Given::Ratio(r)) = given { *r } else { scoring::Ratio::default() };
    let show = |d: Option<scoring::Decimal>| d.map_or_else(String::new, |d| d.show(lang, 4));
    let was = |name: &str, stored: String| typed.and_then(|f| f.get(name)).map_or(stored, str::to_owned);
    let name = |t: Option<&kernel::Text>, vi: &str, en: &str| t.map_or_else(|| lang.pick(vi, en).to_owned(), |t| t.get(lang).to_owned());
    let period = p.scale.period.as_ref().map_or_else(String::new, |t| t.get(lang).to_owned());
    let part = Field::new(lang, "n", name(p.scale.numerator.as_ref(), "Phần cần tính", "The part")).hint(period).value(was("n", show(stored.n))).errors(reasons).inputmode("decimal").width("w10").input();
    let whole = Field::new(lang, "d", name(p.scale.denominator.as_ref(), "Trên tổng số", "Out of the whole")).value(was("d", show(stored.d))).errors(reasons).inputmode("decimal").width("w10").input();
    let hint = lang.pick("Ghi hai con số, máy tự tính tỷ lệ. Ước lượng cũng được.", "Give two numbers, the share is worked out. An estimate will do.");
    Html(format!("{}{part}{whole}", heading_only(lang, p, hint)))
}

fn matrix(lang: Lang, p: &Placed<'_>, given: Option<&Given>, typed: Option<&FormData>, reasons: &[Reason]) -> Html {
    let options: Vec<Choice> = p.scale.options.iter().map(|o| Choice::new(o.code.as_str(), o.text.get(lang))).collect();
    let rows: String = p
        .scale
        .rows
        .iter()
        .map(|row| {
            let stored = if let Some(Given::Rows(rows)) = given { rows.get(&row.code).cloned().unwrap_or_default() } else { String::new() };
            let name = format!("row.{}", row.code);
            let value = typed.and_then(|f| f.get(&name)).map_or(stored, str::to_owned);
            Field::new(lang, name, row.text.get(lang)).value(value).errors(reasons).radios(&options).0
        })
        .collect();
    Html(format!("{}{rows}", heading_only(lang, p, "")))
}

/// What was typed, in the form that [`scoring::check_answer`] reads; null when nothing was.
pub fn read_answer(p: &Placed<'_>, form: &FormData) -> Value {
    let text = |name: &str| form.filled(name).map_or(Value::Null, |t| json!(t));
    match p.scale.kind {
        ScaleType::Single | ScaleType::Ladder | ScaleType::Count => text("value"),
        ScaleType::Multi => {
            let chosen = form.all("value").into_iter().filter(|x| !x.is_empty()).collect::<Vec<_>>();
            if chosen.is_empty() { Value::Null } else { json!(chosen) }
        }
        ScaleType::Gate => match form.get("value") {
            Some("yes") => json!(true),
            Some("no") => json!(false),
            _ => Value::Null,
        },
        ScaleType::Ratio => match (form.filled("n"), form.filled("d")) {
            (None, None) => Value::Null,
            (n, d) => json!({ "n": n, "d": d }),
        },
        ScaleType::Matrix => {
            let rows: serde_json::Map<String, Value> =
                p.scale.rows.iter().filter_map(|r| Some((r.code.clone(), json!(form.filled(&format!("row.{}", r.code))?)))).collect();
            if rows.is_empty() { Value::Null } else { Value::Object(rows) }
        }
        ScaleType::Evidence => Value::Null,
    }
}

/// An answer in words, as the pages that do not ask it show it.
pub fn in_words(lang: Lang, p: &Placed<'_>, answer: Option<&Answer>) -> String {
    let Some(answer) = answer.filter(|a| !a.is_empty()) else { return lang.pick("chưa trả lời", "not answered").to_owned() };
    if answer.na {
        return lang.pick("Không áp dụng", "Not applicable").to_owned();
    }
    let option = |code: &str| p.scale.choice(code).map_or_else(|| code.to_owned(), |o| o.text.get(lang).to_owned());
    let number = |d: Option<scoring::Decimal>| d.map_or_else(|| "–".to_owned(), |d| d.show(lang, 4));
    match &answer.value {
        Some(Given::Text(code)) => option(code),
        Some(Given::Many(codes)) => codes.iter().map(|c| option(c)).collect::<Vec<_>>().join("; "),
        Some(Given::Truth(yes)) => if *yes { lang.pick("Có", "Yes") } else { lang.pick("Không", "No") }.to_owned(),
        Some(Given::Number(n)) => n.show(lang, 4),
        Some(Given::Ratio(r)) => format!("{} / {}", number(r.n), number(r.d)),
        Some(Given::Rows(rows)) => {
            let one = |row: &scoring::definition::Row| Some(format!("{}: {}", row.text.get(lang), option(rows.get(&row.code)?)));
            p.scale.rows.iter().filter_map(one).collect::<Vec<_>>().join("; ")
        }
        None => answer.note.clone(),
    }
}
