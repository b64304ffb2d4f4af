//! Addresses with districts and provinces that are no longer: taken as they are, with the unit of today and how sure that is beside
//! them, and the choices where an old commune was divided (domain/public-services §10.5).

use crate::{Services, citizen::actor, drafts};
use axum::{extract::State, response::Redirect};
use casework::Definition;
use kernel::{
    Refusal,
    area::{Areas, Confidence, Reading},
    id::DraftId,
    text::Lang,
    time::Date,
};
use serde_json::{Map, Value};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Line, Mood},
    problem::PageError,
    visitor::Visitor,
};

/// More characters than a form takes for an address are not written, unless it says another number.
const LONGEST: usize = 200;

/// An answer that is an address of the past.
struct Old<'a> {
    field: String,
    title: kernel::Text,
    text: &'a str,
    reading: Reading<'a>,
    /// Characters the form takes.
    most: usize,
}

/// The answers that are addresses, by the names all forms of the catalogue give them, and are read as old ones.
fn old<'a>(areas: &'a Areas, d: &Definition, answers: &'a Value, on: Date) -> Vec<Old<'a>> {
    let all = answers.as_object().into_iter().flatten();
    all.filter(|(field, _)| field.ends_with("address") || field.ends_with("residence"))
        .filter_map(|(field, value)| {
            let text = value.as_str()?;
            let reading = areas.address(text, on)?;
            let declared = d.form.field(field)?;
            let most = declared.max_length.and_then(|n| usize::try_from(n).ok()).unwrap_or(LONGEST);
            Some(Old { field: field.clone(), title: declared.title, text, reading, most })
        })
        .collect()
}

fn chip(lang: Lang, confidence: Confidence) -> Html {
    let mood = match confidence {
        Confidence::Sure => Mood::Good,
        Confidence::Likely => Mood::Info,
        Confidence::Choose => Mood::Warn,
    };
    kit::chip(mood, confidence.name().get(lang))
}

/// What stands under an old address: today's unit, or those it may be.
fn now(areas: &Areas, lang: Lang, o: &Old<'_>, on: Date) -> Html {
    let names: Vec<Html> = o.reading.candidates.iter().map(|c| Html::text(areas.full_name(c.unit, on).get(lang))).collect();
    let units = match names.as_slice() {
        [] => Html::text(lang.pick("Đơn vị cũ không còn; ghi thêm phường, xã hiện nay.", "The old unit is gone; add the commune of today.")),
        [one] => Html(format!("<b>{one}</b>")),
        many => kit::bullets(many),
    };
    Html(format!("<span class=\"muted\">{}</span><br>{} {units}", esc(o.text), chip(lang, o.reading.confidence)))
}

/// For the official: what the old addresses of a form are on a day; nothing where there is none.
pub fn card(areas: &Areas, lang: Lang, d: &Definition, answers: &Value, on: Date) -> Html {
    let lines: Vec<Line> = old(areas, d, answers, on).iter().map(|o| Line::new(o.title.get(lang), now(areas, lang, o, on))).collect();
    if lines.is_empty() {
        return Html::default();
    }
    Html(format!("<h3>{}</h3>{}", lang.pick("Địa chỉ cũ và đơn vị hành chính hiện nay", "Old addresses and the units of today"), kit::summary_list(&lines)))
}

/// For the applicant, before submitting: the same, and a choice where the old commune was divided.
pub fn choose(s: &Services, v: &Visitor, d: &Definition, answers: &Value, base: &str) -> Html {
    let (lang, on) = (v.lang, s.now().date());
    let found = old(&s.areas, d, answers, on);
    if found.is_empty() {
        return Html::default();
    }
    let said = v.pick(
        "Địa chỉ có quận, huyện hoặc tỉnh trước ngày 01/7/2025 vẫn được nhận. Dưới đây là đơn vị hành chính hiện nay.",
        "An address with a district or province from before 1 July 2025 is accepted. This is the unit of today.",
    );
    let mut out = Html(format!("<h2>{}</h2>{}", v.pick("Địa chỉ theo đơn vị hành chính hiện nay", "Addresses in the units of today"), kit::para(said)));
    for o in &found {
        let units: Vec<Choice> = o.reading.candidates.iter().map(|c| Choice::new(&*c.unit.code, s.areas.full_name(c.unit, on).get(lang))).collect();
        let head = Html(format!("<h3>{}</h3><p>{}</p>", esc(o.title.get(lang)), now(&s.areas, lang, o, on)));
        out.push(&head);
        let name = format!("unit-{}", o.field);
        let ask = match units.as_slice() {
            [] => continue,
            [one] => kit::hidden(&name, &one.value),
            _ => kit::Field::new(lang, &name, v.pick("Địa chỉ này nay thuộc", "This address now lies in")).radios(&units),
        };
        let button = kit::Button::new(v.pick("Ghi theo đơn vị hiện nay", "Write it with the unit of today")).weight(kit::Weight::Quiet).html();
        let form = kit::form(v, &format!("{base}/address/{}", web::html::url_part(&o.field)), &Html(format!("{ask}{button}")));
        out.push(&kit::details(v.pick("Ghi lại địa chỉ", "Rewrite the address"), &form, o.reading.confidence == Confidence::Choose));
    }
    out
}

/// Writes the unit a person chose into the address of a draft; the old writing is kept beside it.
pub async fn write(State(s): State<Services>, v: Visitor, Path((id, field)): Path<(String, String)>, form: FormData) -> Result<Redirect, PageError> {
    let actor = actor(&v)?;
    let id: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let mut draft = drafts::find(s.desk.scope(), &actor, id).await?;
    let (d, _) = drafts::definition_of(s.desk.rules(), &draft, s.now())?;
    let on = s.now().date();
    let asked = form.get(&format!("unit-{field}")).unwrap_or_default().to_owned();
    let written = {
        let found = old(&s.areas, &d, &draft.answers, on);
        let Some(o) = found.iter().find(|o| o.field == field) else { return Ok(Redirect::to(&format!("/drafts/{id}/review"))) };
        let unit = o.reading.candidates.iter().find(|c| *c.unit.code == *asked).ok_or_else(not_chosen)?;
        o.reading.written(&s.areas, unit.unit, o.text, on, o.most)
    };
    let given = Map::from_iter([(field.clone(), Value::String(written))]);
    drafts::save_section(s.desk.scope(), &mut draft, &[field], given, s.now()).await?;
    Ok(Redirect::to(&format!("/drafts/{id}/review")))
}

fn not_chosen() -> Refusal {
    Refusal::invalid(
        "unit",
        "Chưa chọn đơn vị hành chính hiện nay. Quay lại trang trước và chọn một đơn vị trong danh sách.",
        "No unit of today was chosen. Go back and choose one from the list.",
    )
}
