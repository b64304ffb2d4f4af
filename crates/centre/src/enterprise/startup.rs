//! An enterprise says that it is an innovative start-up, with its ground; an officer checks it before it counts for money.

use super::actor;
use crate::{
    Centre, acts,
    model::{Enterprise, declared},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{id::EnterpriseId, refusal::Reason};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit::{self, Choice, Field, Mood, Weight},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What was declared and what came of it; nothing where nothing was declared.
pub fn state(c: &Centre, v: &Visitor, e: &Enterprise) -> Html {
    let Some(s) = &e.startup else { return Html::default() };
    let ground = c.sizes.startup_grounds(c.now().date()).into_iter().find(|g| g.0 == s.basis);
    let ground = ground.map_or_else(|| s.basis.clone(), |g| g.1.get(v.lang).to_owned());
    let answer = match &s.answer {
        None => kit::chip(Mood::Warn, v.pick("chờ cán bộ kiểm tra, chưa tính vào hỗ trợ", "waits for an officer, does not count yet")),
        Some(a) if a.accepted => kit::chip(Mood::Good, v.pick("đã kiểm tra, được tính", "checked, counts")),
        Some(_) => kit::chip(Mood::Bad, v.pick("chưa được chấp nhận", "not accepted")),
    };
    let why = s.answer.as_ref().map_or_else(String::new, |a| format!("<br>{} · {}: {}", esc(&a.by), esc(&when::day(a.at.date(), v.lang)), esc(&a.reason)));
    Html(format!("<p>{}<br>{}: {}<br>{answer}{why}</p>", esc(&ground), v.pick("Giấy tờ", "Paper"), esc(&s.papers)))
}

/// The part of the size page.
pub fn section(c: &Centre, v: &Visitor, e: &Enterprise, form: Option<&FormData>, reasons: &[Reason]) -> Html {
    let grounds = c.sizes.startup_grounds(c.now().date());
    if grounds.is_empty() {
        return Html::default();
    }
    let choices: Vec<Choice> = grounds.iter().map(|(code, name, source)| Choice::new(code.as_str(), name.get(v.lang)).hint(source.get(v.lang))).collect();
    let was = |name: &str, stored: &str| form.and_then(|f| f.get(name)).unwrap_or(stored).to_owned();
    let stored = e.startup.as_ref().map_or(("", ""), |s| (s.basis.as_str(), s.papers.as_str()));
    let body = Html(format!(
        "{}{}{}",
        Field::new(v.lang, "basis", v.pick("Căn cứ", "Ground")).value(was("basis", stored.0)).errors(reasons).radios(&choices),
        Field::new(v.lang, "startup_papers", v.pick("Giấy tờ chứng minh: số, ngày, nơi cấp", "The paper that shows it: number, date, issuer")).value(was("startup_papers", stored.1)).errors(reasons).max_length(1_000).textarea(2),
        kit::Button::new(v.pick("Khai là doanh nghiệp khởi nghiệp sáng tạo", "Declare an innovative start-up")).weight(Weight::Quiet).html(),
    ));
    Html(format!(
        "<section><h2>{}</h2><p>{}</p>{}{}</section>",
        v.pick("Doanh nghiệp nhỏ và vừa khởi nghiệp sáng tạo", "Innovative small and medium start-up"),
        v.pick("Khai nếu đúng: một số nội dung chỉ hỗ trợ doanh nghiệp khởi nghiệp sáng tạo. Cán bộ đối chiếu giấy tờ rồi mới được tính.", "Declare it if it is so: some contents are for innovative start-ups only. It counts once an officer has compared the papers."),
        state(c, v, e),
        kit::form(v, &format!("/my-enterprise/{}/startup", e.id), &body),
    ))
}

pub async fn declare(State(c): State<Centre>, v: Visitor, Path(id): Path<EnterpriseId>, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let e = acts::own_enterprise(&c, &actor, id).await?;
    let basis = form.get("basis").unwrap_or_default().to_owned();
    let known = c.sizes.startup_grounds(c.now().date()).iter().any(|g| g.0 == basis);
    let papers = form.get("startup_papers").unwrap_or_default().to_owned();
    let done = acts::change_enterprise(&c, Some(&actor), id, c.now(), |e| declared::declare_startup(e, &basis, &papers, known, &actor.name)).await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/my-enterprise/{id}/size")).into_response()),
        Err(acts::ActError::Refused(r)) => Ok(super::size::again(&c, &v, &e, &form, &r.reasons)),
        Err(e) => Err(e.into()),
    }
}
