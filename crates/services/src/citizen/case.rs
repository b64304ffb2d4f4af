//! One dossier as its own people see it: what they must do, when it will be done, and everything that happened.

mod overview;
mod supplement;

pub use overview::{mine, own_table};
pub use supplement::{send_supplement, supplement};

use super::actor;
use crate::{
    Services,
    openings::What,
    work::{
        act_box, acts,
        panel::{Tried, errors},
        registers::{self, Reader},
        sending::{self, Sending},
    },
};
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use casework::{
    Act, Change, Context, Definition, DeskError, Event, Found,
    decide::acts_for,
    definition::{ActDecl, Tone},
    state::ClockRun,
};
use identity::actions::{CASE_ACT, CASE_VIEW};
use kernel::Instant;
use serde_json::json;
use web::{
    extract::Path,
    html::{Html, esc},
    kit::{self, Mood, Shape, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

pub fn mood(tone: Tone) -> Mood {
    match tone {
        Tone::Good => Mood::Good,
        Tone::Warn => Mood::Warn,
        Tone::Bad => Mood::Bad,
        Tone::Info => Mood::Info,
    }
}

/// The state in a word and, in plain words, what it means for the applicant.
pub fn status(v: &Visitor, f: &Found, _now: Instant) -> Html {
    let Some(state) = f.definition.state("handling", f.state.track("handling")) else { return Html::default() };
    let plain = state.plain.as_ref().map_or("", |p| p.get(v.lang));
    Html(format!("<p class=\"status\">{} {}</p>", kit::chip(mood(state.tone), state.name.get(v.lang)), esc(plain)))
}

/// The clocks that matter to the applicant.
pub fn clocks(s: &Services, v: &Visitor, f: &Found) -> Html {
    let now = s.now();
    let lang = v.lang;
    let mut list = Vec::new();
    for name in ["applicant", "processing", "intake"] {
        let (Some(clock), Some(decl)) = (f.state.clocks.get(name), f.definition.clocks.get(name)) else { continue };
        if clock.run == ClockRun::Stopped {
            continue;
        }
        let paused = clock.run == ClockRun::Suspended;
        let late = !paused && clock.due < now;
        let (mood, chip) = if paused {
            (Mood::Info, kit::chip_with(Mood::Info, Shape::Pause, v.pick("tạm dừng", "suspended")))
        } else if late {
            (Mood::Bad, kit::chip(Mood::Bad, v.pick("đã quá hạn", "overdue")))
        } else {
            let left = s.desk.calendar(&f.state.offices.decides).ok().and_then(|c| c.working_seconds(now, clock.due).ok());
            let left = left.map_or_else(String::new, |x| web::when::working_left(x, lang));
            (Mood::Good, kit::chip_with(Mood::Info, Shape::Dot, &left))
        };
        let text = if paused { Html::text(v.pick("sẽ tính lại khi bạn bổ sung", "counted again once you have supplemented")) } else { web::when::due_time(clock.due, now, lang) };
        list.push(kit::Clock { label: decl.name.get(lang).into(), text, chip, used: None, mood });
    }
    kit::clocks(lang, &list)
}

pub async fn show(State(s): State<Services>, v: Visitor, Path(code): Path<String>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, CASE_VIEW).await?;
    s.opened(&actor, &found, What::Page).await.map_err(PageError::internal)?;
    let fresh = query.is_some_and(|q| q.split('&').any(|p| p == "new" || p == "new="));
    Ok(case_page(&s, &v, &found, fresh, None).await?.into_response())
}

/// The acts with pages or forms of their own; all others are asked by the form their input declares.
const OWN_FORMS: [&str; 4] = ["supplement", "supplement_late", "withdraw", "collect"];

/// The acts open to whoever looks, each with its form; those that must wait, with the reason.
async fn acts(s: &Services, v: &Visitor, f: &Found, tried: Option<&Tried<'_>>) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let calendar = s.desk.calendar(&f.state.offices.decides)?.clone();
    let numbers = std::collections::BTreeMap::new();
    let cx = Context { now: s.now(), actor: &actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
    let all = acts_for(&f.definition, &f.state, &cx).into_iter().filter(|(name, ..)| !OWN_FORMS.contains(name));
    let open: Vec<(&str, &ActDecl)> = all.filter(|(.., closed)| closed.is_none()).map(|(name, decl, _)| (name, decl)).collect();
    if open.is_empty() {
        return Ok(Html::default());
    }
    let offered = act_box::offered(s, v.lang, f, &open, &actor).await?;
    let base = format!("/my/{}", f.state.code);
    let boxes: Vec<Html> = open.iter().map(|act| act_box::html(v, f, *act, &offered, tried.filter(|t| t.act == act.0), &base)).collect();
    let title = v.pick("Việc bạn có thể làm", "What you can do");
    Ok(Html(format!("<section class=\"card acts\" id=\"acts\"><h2>{title}</h2>{}</section>", Html::join(&boxes))))
}

async fn case_page(s: &Services, v: &Visitor, f: &Found, fresh: bool, tried: Option<&Tried<'_>>) -> Result<Html, PageError> {
    let lang = v.lang;
    let now = s.now();
    let st = &f.state;
    let events = s.desk.history(st.id).await.map_err(PageError::internal)?;
    let own = v.actor.as_ref().is_some_and(|a| st.is_own(a));
    let refused = match tried {
        Some(t) => errors(v, f, t, f.definition.acts.contains_key(t.act)),
        None => Html::default(),
    };
    let panel = if fresh {
        kit::panel(v.pick("Đã nộp hồ sơ", "Application submitted"), &Html(format!("{}<br><strong>{}</strong>", v.pick("Mã hồ sơ của bạn", "Your case code"), esc(st.code.as_str()))))
    } else {
        Html(format!("<h1>{}</h1>", esc(f.definition.name.get(lang))))
    };
    let office = s.desk.identity().offices().get(st.offices.decides.as_str()).map_or_else(|| st.offices.decides.to_string(), |o| o.name.get(lang).to_owned());
    let beside = match s.beside.get() {
        Some(beside) => beside.at_home(v, f).await?,
        None => Html::default(),
    };
    let main = Html(format!(
        "{refused}{panel}<p><b>{}</b> · {} · <span class=\"muted\">{}</span></p>{}{}{}{}{}{}{}{}<h2>{}</h2>{}{}{}",
        esc(st.code.as_str()),
        esc(&st.title),
        esc(&office),
        status(v, f, now),
        clocks(s, v, f),
        if own { to_do(v, f) } else { Html::default() },
        super::dues::html(v, f, own),
        acts(s, v, f, tried).await?,
        Html(format!("{}{}{}{beside}", crate::signed::warned(v, &st.files), documents(v, f), rate(v, f))),
        crate::prefill::of_case(s, v, f).await?,
        registers::html(Reader { visitor: v, now, inside: false }, f),
        v.pick("Diễn biến", "What has happened"),
        timeline(v, f, &events, now),
        kit::details(v.pick("Nội dung đã khai", "What you stated"), &Html(format!("{}{}", super::home::answers(s, &f.definition, &st.answers, lang, false), files(v, f))), false),
        if own { withdraw(s, v, f)? } else { Html::default() },
    ));
    let title = format!("{} – {}", st.code, f.definition.name.get(lang));
    Ok(Shell::new(v, title, main).width(Width::Narrow).error(tried.is_some()).back("/my", v.pick("Hồ sơ của tôi", "My applications")).render())
}

/// What the applicant must or may do now, and nothing else.
fn to_do(v: &Visitor, f: &Found) -> Html {
    let lang = v.lang;
    if let Some(asked) = f.state.open_supplement() {
        let defects: Vec<Html> = asked.defects.iter().map(|d| {
            let about = defect_name(f, &d.about, lang);
            Html(if about.is_empty() { esc(&d.what) } else { format!("<b>{}</b>: {}", esc(&about), esc(&d.what)) })
        }).collect();
        let body = Html(format!(
            "<p>{}</p>{}<p class=\"muted\">{} {}</p>{}",
            esc(&asked.reason),
            kit::bullets(&defects),
            v.pick("Hỏi:", "Questions:"),
            esc(if asked.contact.is_empty() { asked.by.name.as_str() } else { &asked.contact }),
            kit::link_button(&format!("/my/{}/supplement", f.state.code), v.pick("Bổ sung ngay", "Supplement now"), Weight::Main),
        ));
        let still = matches!(f.state.track("handling"), "supplementing" | "supplementing_intake");
        if still {
            return kit::banner(Mood::Warn, v.pick("Bạn cần bổ sung hồ sơ", "You need to complete your application"), &body);
        }
        if f.state.supplement_lapsed() && matches!(f.state.track("handling"), "submitted" | "processing") {
            let late = kit::para(v.pick(
                "Thời hạn bổ sung đã hết. Bạn vẫn gửi được: nội dung được ghi nhận là muộn và người xử lý sẽ xem xét.",
                "The time to supplement is over. You may still send it: it is recorded as late and the official in charge will look at it.",
            ));
            return kit::banner(Mood::Warn, v.pick("Đã quá hạn bổ sung", "The supplement is late"), &Html(format!("{late}{body}")));
        }
    }
    let unpaid = f.state.unpaid().next().is_some();
    let granted = f.state.outcome.as_ref().is_some_and(|o| o.outcome == casework::definition::Outcome::Granted);
    if f.state.track("handling") == "finished" && unpaid && granted {
        let said = v.pick("Nộp các khoản dưới đây rồi nhận kết quả.", "Pay what is listed below, then collect the result.");
        return kit::banner(Mood::Warn, v.pick("Kết quả đã sẵn sàng, còn khoản chưa nộp", "Your result is ready; something is still to be paid"), &kit::para(said));
    }
    if f.state.track("handling") == "finished" {
        let form = kit::form(v, &format!("/my/{}/acts/collect", f.state.code), &kit::button(v.pick("Nhận kết quả điện tử", "Collect the electronic result")));
        return kit::banner(Mood::Good, v.pick("Kết quả đã sẵn sàng", "Your result is ready"), &form);
    }
    Html::default()
}

/// The way to rating and complaining, which another room keeps.
fn rate(v: &Visitor, f: &Found) -> Html {
    let decided = f.state.clocks.get("processing").is_some_and(|c| c.stopped.is_some());
    let ended = decided || f.definition.state("handling", f.state.track("handling")).is_some_and(|s| s.terminal);
    let applicant = v.actor.as_ref().is_some_and(|a| a.party.is_some() && a.party == f.state.people.applicant.party);
    match (applicant, ended) {
        (true, true) => Html(format!("<p>{}</p>", kit::link(&format!("/my/ratings/{}", f.state.code), v.pick("Đánh giá việc phục vụ", "Rate how you were served")))),
        (true, false) if f.definition.kind != "complaint" => Html(format!("<p class=\"muted\">{}</p>", kit::link(&format!("/complaints/new?about={}", f.state.code), v.pick("Phản ánh về việc giải quyết hồ sơ này", "Complain about how this case is handled")))),
        _ => Html::default(),
    }
}

/// The name of what a defect speaks of: a paper, a question, or the dossier as a whole.
pub fn defect_name(f: &Found, about: &str, lang: kernel::text::Lang) -> String {
    let about = about.trim_start_matches('/');
    f.definition
        .component(about)
        .map(|c| c.name.get(lang).to_owned())
        .or_else(|| f.definition.form.field(about).map(|x| x.title.get(lang).to_owned()))
        .unwrap_or_default()
}

fn documents(v: &Visitor, f: &Found) -> Html {
    let lang = v.lang;
    let items: Vec<Html> = f
        .state
        .documents
        .iter()
        .rev()
        .filter_map(|d| {
            let decl = f.definition.documents.get(&d.document).filter(|x| x.public)?;
            Some(Html(format!(
                "<a href=\"/documents/{}/{}/{}\">{}</a> <span class=\"muted\">{} {}/{} · {}</span>{}",
                esc(f.state.code.as_str()),
                esc(&d.document),
                d.number,
                esc(decl.name.get(lang)),
                v.pick("số", "no."),
                d.number,
                esc(&d.symbol),
                web::when::exact(d.at, lang),
                crate::signed::sealed(lang, d)
            )))
        })
        .collect();
    if items.is_empty() { Html::default() } else { Html(format!("<h2>{}</h2>{}", v.pick("Giấy tờ đã phát hành", "Documents issued"), kit::bullets(&items))) }
}

fn files(v: &Visitor, f: &Found) -> Html {
    let items: Vec<Html> = f
        .state
        .files
        .iter()
        .map(|x| {
            let name = f.definition.component(&x.component).map_or("", |c| c.name.get(v.lang));
            let signed = crate::signed::chips(v.lang, std::iter::once(x));
            Html(format!("{}: <a href=\"/files/{}/{}\">{}</a> <span class=\"muted\">{}</span>{signed}", esc(name), esc(f.state.code.as_str()), x.file, esc(&x.name), crate::prefill::origin_word(v, x).unwrap_or_else(|| web::when::size(x.size))))
        })
        .collect();
    if items.is_empty() { Html::default() } else { Html(format!("<h3>{}</h3>{}", v.pick("Giấy tờ đã nộp", "Papers given"), kit::bullets(&items))) }
}

/// The public timeline: people and offices, not states; the inner workings stay inside.
fn timeline(v: &Visitor, f: &Found, events: &[Event], now: Instant) -> Html {
    let lang = v.lang;
    let mut moments: Vec<kit::Moment> = events
        .iter()
        .rev()
        .filter_map(|e| {
            if e.act == casework::decide::CAME {
                let title = lang.pick("Hồ sơ chuyển sang tỉnh mới do sắp xếp đơn vị hành chính; mã hồ sơ và hẹn trả giữ nguyên", "Your case went to the new province with the reorganisation; its code and promise stay");
                return Some(kit::Moment { title: title.into(), body: Html::default(), when: web::when::at_time(e.at, now, lang), next: false });
            }
            if e.act == casework::decide::OFFICE_SUCCEEDED {
                let title = lang.pick("Hồ sơ chuyển sang cơ quan kế thừa; mã hồ sơ và hẹn trả giữ nguyên", "Your case went to the office that took over; its code and promise stay");
                return Some(kit::Moment { title: title.into(), body: Html::default(), when: web::when::at_time(e.at, now, lang), next: false });
            }
            let decl = f.definition.acts.get(&e.act).filter(|a| a.public)?;
            let office = e.by.title.as_deref().unwrap_or_default();
            let who = if office.is_empty() { e.by.name.clone() } else { format!("{}, {office}", e.by.name) };
            Some(kit::Moment { title: decl.done.get(lang).into(), body: said(v, &f.definition, e), when: Html(format!("{} · {}", esc(&who), web::when::at_time(e.at, now, lang))), next: false })
        })
        .collect();
    if let Some(step) = &f.state.step
        && let Some(decl) = f.definition.step(&step.code)
    {
        moments.insert(0, kit::Moment { title: decl.name.get(lang).into(), body: Html::default(), when: Html::text(v.pick("đang làm", "under way")), next: true });
    }
    kit::timeline(&moments)
}

/// The words that came with an event and concern the applicant.
fn said(v: &Visitor, d: &Definition, e: &Event) -> Html {
    let lang = v.lang;
    let mut out = Html::default();
    for change in &e.changes {
        let line = match change {
            Change::ClockStarted { clock, due, .. } if clock == "processing" => {
                Html(format!("{} {}", v.pick("Hẹn trả kết quả", "Result promised"), web::when::exact(*due, lang)))
            }
            Change::SupplementAsked { reason, .. } => Html::text(reason),
            Change::OutcomeSet { outcome: casework::definition::Outcome::Refused, reason } => Html::text(reason),
            Change::Delivered { to, .. } => Html::text(to),
            other => match registers::added(d, other, lang).filter(|_| shown(d, other)) {
                Some(said) => Html::text(&said),
                None => continue,
            },
        };
        out.push(&Html(format!("<div>{line}</div>")));
    }
    out
}

/// Whether what an event added to a register or an artefact is for the case's own people.
fn shown(d: &Definition, change: &Change) -> bool {
    match change {
        Change::Recorded { record, .. } | Change::Amended { record, .. } => d.records.get(record).is_some_and(|r| r.public),
        Change::ArtefactFiled { artefact, .. } => d.artefacts.get(artefact).is_some_and(|a| a.public),
        _ => true,
    }
}

/// The form, or why it is too late; nothing where withdrawing is out of place.
fn withdraw(s: &Services, v: &Visitor, f: &Found) -> Result<Html, PageError> {
    let actor = actor(v)?;
    let calendar = s.desk.calendar(&f.state.offices.decides)?.clone();
    let numbers = std::collections::BTreeMap::new();
    let cx = Context { now: s.now(), actor: &actor, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
    let Some((_, decl, closed)) = acts_for(&f.definition, &f.state, &cx).into_iter().find(|(name, ..)| *name == "withdraw") else { return Ok(Html::default()) };
    let title = v.pick("Tôi muốn rút hồ sơ", "I want to withdraw");
    match closed {
        None => {}
        Some(why) if why.code == "guard" => return Ok(kit::details(title, &kit::para(why.message.get(v.lang)), false)),
        Some(_) => return Ok(Html::default()),
    }
    let reason = kit::Field::new(v.lang, "reason", v.pick("Lý do", "Reason")).optional(true).textarea(3);
    let body = Html(format!("<p>{}</p>{reason}{}", esc(decl.hint.as_ref().map_or("", |h| h.get(v.lang))), kit::Button::new(v.pick("Rút hồ sơ", "Withdraw")).weight(Weight::Risk).html()));
    Ok(kit::details(title, &kit::form(v, &format!("/my/{}/acts/withdraw", f.state.code), &body), false))
}

/// Any act of the case's own people and members, by the form its input declares; withdrawing and collecting have simple ones.
pub async fn act(State(s): State<Services>, v: Visitor, Path((code, act)): Path<(String, String)>, Sending(sent): Sending) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let found = s.desk.find(&actor, &code, CASE_ACT).await?;
    let input = match act.as_str() {
        "collect" => Some(json!({"how": "electronic", "to": actor.name})),
        "withdraw" => Some(sent.fields.filled("reason").map_or_else(|| json!({}), |r| json!({"reason": r}))),
        "supplement" | "supplement_late" => return Err(PageError::not_found()),
        _ => None,
    };
    let done = match input {
        Some(input) => s.desk.perform(&actor, found.state.id, &Act { act: act.clone(), input }, s.now(), None, None).await.map(drop),
        None => sending::perform(&s, &actor, &found, &act, &sent).await,
    };
    match done {
        Ok(()) => match s.desk.find(&actor, &code, CASE_VIEW).await {
            Ok(_) => Ok(Redirect::to(&format!("/my/{code}")).into_response()),
            // Whoever has dismissed themselves no longer sees the case.
            Err(_) => Ok(Redirect::to("/my").into_response()),
        },
        Err(DeskError::Refused(refusal)) => {
            let found = s.desk.find(&actor, &code, CASE_VIEW).await?;
            let tried = Tried { act: &act, form: &sent.fields, refusal };
            let page = case_page(&s, &v, &found, false, Some(&tried)).await?;
            Ok((acts::status(tried.refusal.kind), page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
