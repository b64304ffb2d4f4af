//! The page that offers to fill a form in, the origin of each value beside its question, and flagging a wrong one.

use super::{Answered, FieldOrigin, Filled, Offer};
use crate::{Services, drafts};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use casework::Definition;
use kernel::{id::DraftId, refusal::Reason, text::Lang};
use serde_json::Value;
use std::sync::Arc;
use web::{
    extract::{FormData, Path},
    html::{Html, esc, url_part},
    kit::{self, Choice, Field, Line, Mood, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

struct Opened {
    actor: Arc<kernel::Actor>,
    draft: drafts::Draft,
    definition: Arc<Definition>,
}

async fn open(s: &Services, v: &Visitor, id: &str) -> Result<Opened, PageError> {
    let actor = crate::citizen::actor(v)?;
    let id: DraftId = id.parse().map_err(|_| PageError::not_found())?;
    let draft = drafts::find(s.desk.scope(), &actor, id).await?;
    let (definition, _) = drafts::definition_of(s.desk.rules(), &draft, s.now())?;
    Ok(Opened { actor, draft, definition })
}

/// Above the tasks, where there is something to fill in and it was not yet.
pub fn offer_box(s: &Services, v: &Visitor, d: &Definition, base: &str, filled: bool) -> Html {
    if s.base_data.as_ref().and_then(|r| r.offer(d)).is_none() {
        return Html::default();
    }
    let href = format!("{base}/prefill");
    if filled {
        let said = v.pick("Tờ khai đã được điền sẵn từ dữ liệu Nhà nước.", "The form was filled in from the State's data.");
        return kit::inset(&Html(format!("{} {}", esc(said), kit::link(&href, v.pick("Xem hoặc lấy lại", "See, or fetch again")))));
    }
    let said = v.pick("Tên, số định danh, nơi cư trú… Nhà nước đã có thì bạn không phải gõ lại.", "What the State already holds (names, numbers, residence) you need not type.");
    let button = kit::link_button(&href, v.pick("Điền sẵn từ dữ liệu Nhà nước", "Fill in from the State's data"), Weight::Quiet);
    kit::inset(&Html(format!("<p>{}</p>{button}", esc(said))))
}

/// Where the values of a draft come from; nothing when there is no such room.
pub async fn origins_of(s: &Services, draft: DraftId) -> Result<Vec<FieldOrigin>, PageError> {
    match &s.base_data {
        Some(room) => room.origins(&draft.to_string()).await.map_err(PageError::internal),
        None => Ok(Vec::new()),
    }
}

pub async fn offered(State(s): State<Services>, v: Visitor, Path(id): Path<String>) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    Ok(page(&s, &v, &o, None, None).await?.into_response())
}

async fn page(s: &Services, v: &Visitor, o: &Opened, filled: Option<&Filled>, reasons: Option<&[Reason]>) -> Result<Html, PageError> {
    let lang = v.lang;
    let base = format!("/drafts/{}", o.draft.id);
    let offer = s.base_data.as_ref().and_then(|r| r.offer(&o.definition)).ok_or_else(PageError::not_found)?;
    let reasons = reasons.unwrap_or(&[]);
    let title = v.pick("Điền sẵn từ dữ liệu Nhà nước", "Fill in from the State's data");
    let kept = origins_of(s, o.draft.id).await?;
    let shown = match filled {
        Some(f) => result(s, v, o, f, &kept, &base),
        None => Html::default(),
    };
    let ask = if filled.is_some() { Html::default() } else { ask_form(v, o, &offer, &base, reasons) };
    let again = match (filled.is_none(), kept.is_empty()) {
        (true, false) => kit::inset(&Html(format!("{} {}", esc(v.pick("Bạn đã lấy dữ liệu lúc", "You fetched data")), when::exact(kept.first().map_or(s.now(), |k| k.at), lang)))),
        _ => Html::default(),
    };
    let main = Html(format!("{}<p class=\"muted\">{}</p><h1>{title}</h1>{again}{shown}{ask}", kit::error_summary(lang, reasons), esc(o.definition.name.get(lang))));
    Ok(Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back(&base, v.pick("Các phần của hồ sơ", "All parts")).render())
}

/// What will be asked and why, before it is asked.
fn ask_form(v: &Visitor, o: &Opened, offer: &Offer, base: &str, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let lead = v.pick(
        "Bạn không phải gõ lại những gì Nhà nước đã có. Hệ thống chỉ hỏi dữ liệu của chính bạn, chỉ để điền tờ khai này, và ghi lại lần hỏi để bạn xem.",
        "You need not type what the State already holds. Only your own data are asked for, only for this form, and the question is recorded for you to see.",
    );
    let lines: Vec<Html> = offer
        .sources
        .iter()
        .map(|(name, fields)| {
            let names: Vec<String> = fields.iter().map(|f| lower_first(f.get(lang))).collect();
            Html(format!("<b>{}</b>: {}", esc(name.get(lang)), esc(&names.join(", "))))
        })
        .collect();
    let question = offer.ask.as_ref().map_or_else(Html::default, |(field, values, text, other)| {
        let options = match o.definition.form.field(field).map(|f| f.kind) {
            Some(casework::definition::FieldKind::Choice(options)) => options,
            _ => Vec::new(),
        };
        let mut choices: Vec<Choice> = options.iter().filter(|(value, _)| values.contains(value)).map(|(value, t)| Choice::new(value, t.get(lang))).collect();
        choices.push(Choice::new("-", other.get(lang)));
        let now = o.draft.answers.get(field).and_then(Value::as_str).map(|x| if values.iter().any(|v| v == x) { x } else { "-" }).unwrap_or_default();
        Field::new(lang, "role", text.get(lang)).value(now).errors(reasons).radios(&choices)
    });
    let buttons = kit::button_group(&[kit::button(v.pick("Lấy dữ liệu và điền sẵn", "Fetch and fill in")), kit::link(base, v.pick("Không, tôi tự khai", "No, I will type it"))]);
    let details = kit::details(v.pick("Sẽ hỏi những gì, ở đâu", "What is asked, and where"), &kit::bullets(&lines), false);
    let form = kit::form(v, &format!("{base}/prefill"), &Html(format!("{question}{details}{buttons}")));
    Html(format!("<p class=\"lead\">{}</p>{form}", esc(lead)))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn mood(a: Answered) -> Mood {
    match a {
        Answered::Good => Mood::Good,
        Answered::Lacking => Mood::Warn,
        Answered::Later => Mood::Info,
    }
}

/// What came, and what to do where nothing came.
fn result(s: &Services, v: &Visitor, o: &Opened, f: &Filled, kept: &[FieldOrigin], base: &str) -> Html {
    let lang = v.lang;
    let mut out = Html::default();
    let bad: Vec<_> = f.looked.iter().filter(|l| l.answered != Answered::Good).collect();
    let got = kept.len();
    if got > 0 {
        let said = match lang {
            Lang::Vi => format!("Đã điền {got} mục"),
            Lang::En => format!("{got} fields were filled in"),
        };
        out.push(&kit::banner(Mood::Good, &said, &kit::para(v.pick("Xem lại từng mục dưới đây. Sai mục nào, bạn sửa ở phần đó và bấm “Báo dữ liệu sai”.", "Look over each below. Where one is wrong, correct it in its part and press “Report wrong data”."))));
    }
    for l in bad {
        let body = match l.answered {
            Answered::Later => kit::para(v.pick("Bạn cứ khai tiếp bằng tay; hồ sơ vẫn nộp được bình thường và cơ quan sẽ tra cứu lại. Thời hạn của cơ quan không đổi.", "Go on by typing; you can submit as usual and the office asks again. The office's time limit does not change.")),
            _ => Html(format!(
                "<p>{}</p><p>{} <b>{}</b></p>",
                esc(v.pick("Bạn khai phần này bằng tay; nếu có giấy tờ chứng minh thì tải kèm ở mục giấy tờ.", "Type this part; if you have a paper that proves it, upload it with the papers.")),
                esc(v.pick("Nơi sửa dữ liệu:", "Where the data are corrected:")),
                esc(l.correct_at.get(lang))
            )),
        };
        out.push(&kit::banner(mood(l.answered), &format!("{}: {}", l.database.get(lang), l.word.get(lang)), &body));
    }
    let q = crate::form_view::Questions { definition: &o.definition, offices: s.desk.identity().offices(), lang, reasons: &[] };
    // In the order of the form.
    let names = o.definition.form.sections.iter().flat_map(|x| &x.fields);
    let lines: Vec<Line> = names
        .filter_map(|name| kept.iter().find(|k| k.field == *name))
        .filter_map(|k| {
            let field = o.definition.form.field(&k.field)?;
            let shown = q.shown(&field, &k.value);
            Some(Line::new(field.title.get(lang), Html(format!("{}<br><span class=\"origin\">{}</span>", esc(&shown), esc(&source_line(v, k))))))
        })
        .collect();
    if !lines.is_empty() {
        out.push(&kit::summary_list(&lines));
    }
    out.push(&kit::button_group(&[kit::link_button(base, v.pick("Tiếp tục khai", "Go on"), Weight::Main)]));
    out
}

/// "National population database, 08:30 on 22/11/2026".
fn source_line(v: &Visitor, k: &FieldOrigin) -> String {
    format!("{} {}, {}", v.pick("Nguồn:", "Source:"), k.database.get(v.lang), when::exact(k.at, v.lang))
}

pub async fn fill(State(s): State<Services>, v: Visitor, Path(id): Path<String>, form: FormData) -> Result<Response, PageError> {
    let mut o = open(&s, &v, &id).await?;
    let Some(room) = s.base_data.clone() else { return Err(PageError::not_found()) };
    let offer = room.offer(&o.definition).ok_or_else(PageError::not_found)?;
    let role = form.get("role").filter(|r| !r.is_empty());
    let asked = offer.ask.as_ref().is_some_and(|(_, values, ..)| role.is_none_or(|r| r != "-" && !values.iter().any(|x| x == r)));
    if asked {
        let reason = Reason { field: Some("role".into()), message: kernel::Text::new("Chọn bạn là ai của trẻ hoặc “Người khác”", "Choose who you are, or “somebody else”") };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&s, &v, &o, None, Some(&[reason])).await?).into_response());
    }
    let now = s.now();
    let role = role.filter(|r| *r != "-");
    let filled = room.fill(&o.actor, &o.definition, &o.draft.id.to_string(), role, &o.draft.answers, now).await.map_err(PageError::internal)?;
    let fields: Vec<String> = filled.values.keys().cloned().collect();
    drafts::save_section(s.desk.scope(), &mut o.draft, &fields, filled.values.clone(), now).await?;
    Ok(page(&s, &v, &o, Some(&filled), None).await?.into_response())
}

pub async fn flag(State(s): State<Services>, v: Visitor, Path((id, field)): Path<(String, String)>, form: FormData) -> Result<Response, PageError> {
    let o = open(&s, &v, &id).await?;
    let Some(room) = s.base_data.clone() else { return Err(PageError::not_found()) };
    room.flag(&o.actor, &o.draft.id.to_string(), &field, form.get("note").unwrap_or_default(), s.now()).await?;
    let section = o.definition.form.sections.iter().find(|x| x.fields.contains(&field)).ok_or_else(PageError::not_found)?;
    Ok(Redirect::to(&format!("/drafts/{}/form/{}#{}", o.draft.id, url_part(&section.code), kit::field_id(&field))).into_response())
}

/// The questions of a section with the origin of each value beside its label; groups (a date, a choice) have theirs in the
/// list below only.
pub fn beside(v: &Visitor, questions: Html, section: &casework::definition::Section, kept: &[FieldOrigin]) -> Html {
    let mut html = questions.0;
    for k in kept.iter().filter(|k| section.fields.contains(&k.field)) {
        let id = kit::field_id(&k.field);
        let label = format!("<div class=\"field\"><label for=\"{id}\">");
        let Some(from) = html.find(&label) else { continue };
        let Some(end) = html[from..].find("</label>") else { continue };
        html.insert_str(from + end + "</label>".len(), &format!("<div class=\"origin\">{}</div>", esc(&source_line(v, k))));
    }
    Html(html)
}

/// Below the questions of a section: where its values came from, and the way to say that one is wrong.
pub fn origins(v: &Visitor, q: &crate::form_view::Questions<'_>, section: &casework::definition::Section, answers: &Value, kept: &[FieldOrigin], base: &str) -> Html {
    let lang = v.lang;
    let mut lines = Vec::new();
    for k in kept.iter().filter(|k| section.fields.contains(&k.field)) {
        let Some(field) = q.definition.form.field(&k.field) else { continue };
        let changed = answers.get(&k.field).is_some_and(|a| *a != k.value);
        let mut said = format!("{}<br><span class=\"origin\">{}</span>", esc(&q.shown(&field, &k.value)), esc(&source_line(v, k)));
        if changed {
            said.push_str(&format!("<br>{}", kit::chip(Mood::Info, v.pick("bạn đã sửa", "you changed it"))));
        }
        match k.flagged {
            Some(at) => said.push_str(&format!(
                "<br>{} <span class=\"muted\">{}</span><br>{} <b>{}</b>. {}",
                kit::chip(Mood::Warn, v.pick("đã báo sai", "reported wrong")),
                esc(&when::exact(at, lang)),
                esc(v.pick("Nơi sửa tại gốc:", "Corrected at the source by:")),
                esc(k.correct_at.get(lang)),
                esc(v.pick("Bạn cứ sửa mục này trong tờ khai và kèm giấy tờ chứng minh nếu có.", "Correct it in the form, and add a paper that proves it if you have one.")),
            )),
            None => {
                let note = Field::new(lang, format!("note.{}", k.field), v.pick("Sai thế nào", "What is wrong")).optional(true).max_length(300);
                let note = Html(note.input().0.replace(&format!("name=\"note.{}\"", esc(&k.field)), "name=\"note\""));
                let label = format!("{}<span class=\"vh\">: {}</span>", esc(v.pick("Báo dữ liệu sai", "Report wrong data")), esc(field.title.get(lang)));
                let button = Html(format!("<button class=\"btn quiet\">{label}</button>"));
                let form = kit::form(v, &format!("{base}/prefill/{}/wrong", url_part(&k.field)), &Html(format!("{note}{button}")));
                let summary = format!("{} – {}", v.pick("Sai?", "Wrong?"), field.title.get(lang));
                said.push_str(&kit::details(&summary, &form, false).0);
            }
        }
        lines.push(Line::new(field.title.get(lang), Html(said)));
    }
    if lines.is_empty() {
        return Html::default();
    }
    Html(format!("<section class=\"origins\" id=\"origins\"><h2>{}</h2>{}</section>", v.pick("Mục nào đã được điền sẵn", "What was filled in for you"), kit::summary_list(&lines)))
}
