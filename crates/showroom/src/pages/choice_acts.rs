//! What is done in a choice.

use super::{
    choice,
    forms::{self, Again, Done, Sent, done, wrong},
};
use crate::{
    Showroom,
    acts::{advice, choices, solutions},
    choice::{Candidate, Choice, Fact, Role, Stage},
    store::ActError,
};
use axum::{extract::State, response::Response};
use kernel::{
    Refusal,
    id::SolutionId,
    text::{Lang, clean},
};
use web::{
    extract::{FormData, Path},
    html::Html,
    kit::{self, Choice as Option_, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// The forms that are open to this person now.
pub(super) fn forms(v: &Visitor, c: &Choice, here: &str, role: Role, again: &Again) -> Html {
    let lang = v.lang;
    let fold = |prefix: &str, vi: &str, en: &str, body: Vec<Html>, weight: Weight| {
        kit::details(lang.pick(vi, en), &forms::form(v, &format!("{here}/acts/{prefix}"), &body, lang.pick(vi, en), weight), again.is(prefix))
    };
    let text = |prefix: &str, name: &str, vi: &str, en: &str| again.field(lang, prefix, name, lang.pick(vi, en), "").max_length(4000).textarea(4);
    let line = |prefix: &str, name: &str, vi: &str, en: &str| again.field(lang, prefix, name, lang.pick(vi, en), "").max_length(200).input();
    let mut out = Html::default();
    if c.stage == Stage::Comparing {
        out.push(&fold(
            "demo",
            "Ghi buổi trình diễn",
            "Note a demo day",
            vec![
                choice::solution_field(c, again, lang, "demo"),
                again.date(lang, "demo", "on", lang.pick("Ngày", "Day"), None).date(),
                line("demo", "with", "Người trình diễn", "Shown by"),
                text("demo", "text", "Thấy gì, được gì, chưa được gì", "What was seen, what worked, what did not"),
            ],
            Weight::Quiet,
        ));
        out.push(&fold(
            "quote",
            "Ghi báo giá",
            "Record a quote",
            vec![
                choice::solution_field(c, again, lang, "quote"),
                again
                    .field(lang, "quote", "amount", lang.pick("Số tiền năm đầu, đã gồm thuế, đồng", "First-year amount, tax included, đồng"), "")
                    .hint(lang.pick("Ví dụ: 36.000.000 hoặc 36 triệu", "For example 36.000.000 or 36 triệu"))
                    .width("w20")
                    .input(),
                again.date(lang, "quote", "valid_until", lang.pick("Hiệu lực đến hết ngày", "Valid up to"), None).date(),
                again.field(lang, "quote", "note", lang.pick("Ghi chú", "Note"), "").optional(true).max_length(1000).input(),
            ],
            Weight::Quiet,
        ));
        out.push(&fold(
            "call",
            "Ghi cuộc gọi khách hàng cũ",
            "Note a call to a reference",
            vec![
                choice::solution_field(c, again, lang, "call"),
                again.date(lang, "call", "on", lang.pick("Ngày", "Day"), None).date(),
                line("call", "with", "Đã nói chuyện với ai, ở đâu", "With whom, from where"),
                text("call", "text", "Họ nói gì", "What they said"),
            ],
            Weight::Quiet,
        ));
    }
    if role == Role::Member && matches!(c.stage, Stage::Open | Stage::Comparing) {
        let mut options: Vec<Option_> = c.shortlist.iter().map(|x| Option_::new(x.candidate.solution.to_string(), x.candidate.name.as_str())).collect();
        options.push(Option_::new("none", lang.pick("Không chọn giải pháp nào", "None of them")));
        let card = kit::card(
            lang.pick("Quyết định của doanh nghiệp", "The enterprise's decision"),
            &forms::form(
                v,
                &format!("{here}/acts/decide"),
                &[again.field(lang, "decide", "solution", lang.pick("Chọn", "Choice"), "").radios(&options), text("decide", "reason", "Vì sao", "Why")],
                lang.pick("Ghi quyết định", "Record the decision"),
                Weight::Main,
            ),
        );
        out.push(&Html(format!("<div class=\"mb\">{card}</div>")));
        out.push(&fold("abandon", "Dừng việc lựa chọn", "Abandon the choice", vec![text("abandon", "reason", "Vì sao dừng", "Why")], Weight::Risk));
    }
    if role == Role::Member && matches!(c.stage, Stage::Decided | Stage::Abandoned) {
        out.push(&fold("reopen", "Mở lại", "Reopen", vec![text("reopen", "reason", "Vì sao mở lại", "Why")], Weight::Quiet));
    }
    out
}

pub(super) fn declare_form(v: &Visitor, c: &Choice, here: &str, again: &Again, open: bool) -> Html {
    let lang = v.lang;
    let mut seen = Vec::new();
    let mut providers = Vec::new();
    for k in c.shortlist.iter().map(|x| &x.candidate) {
        if !seen.contains(&k.provider) {
            seen.push(k.provider);
            providers.push(Option_::new(k.provider.to_string(), k.provider_name.as_str()));
        }
    }
    let mut body = vec![kit::para(lang.pick(
        "Liên quan là: góp vốn, làm việc, nhận tiền trong 24 tháng qua, người thân, đối thủ, hoặc đã tư vấn cho chính gói mua này. Không có thì để trống và bấm kê khai.",
        "A tie is: ownership, employment, payment within 24 months, family, competition, or prior advice on this very purchase. If there is none, leave it empty and declare.",
    ))];
    if !providers.is_empty() {
        body.push(again.many(lang, "declare", "providers", lang.pick("Tôi có liên quan đến", "I am tied to"), []).optional(true).checkboxes(&providers));
    }
    body.push(again.field(lang, "declare", "text", lang.pick("Liên quan thế nào", "In what way"), "").optional(true).max_length(2000).textarea(3));
    kit::details(
        lang.pick("Kê khai của tôi", "My declaration"),
        &forms::form(v, &format!("{here}/acts/declare"), &body, lang.pick("Kê khai", "Declare"), Weight::Main),
        open || again.is("declare"),
    )
}

pub async fn act(
    State(s): State<Showroom>,
    v: Visitor,
    Path((ent, choice, act)): Path<(String, String, String)>,
    form: FormData,
) -> Result<Response, PageError> {
    let found = choice::find(&s, &v, &ent, &choice).await?;
    let here = format!("{}/{}", choice::base(&v, found.choice.enterprise), found.choice.id);
    match happen(&s, &v, &found.choice, &act, &form).await {
        Ok(()) => Ok(done(&here)),
        Err(e) => choice::show_page(&s, &v, &ent, &choice, &Again::after(&act, form, e)?, &Done::default()).await,
    }
}

async fn happen(s: &Showroom, v: &Visitor, c: &Choice, act: &str, form: &FormData) -> Result<(), ActError> {
    let who = v.actor.clone().ok_or_else(|| Refusal::forbidden("sign-in-needed", "Cần đăng nhập.", "Sign in first."))?;
    if act == "advise" {
        advice::advise(s, &who, c.id).await?;
        return Ok(());
    }
    let sent = Sent { form, prefix: act };
    if act == "shortlist" {
        let candidate = candidate(s, c, &sent, v.lang).await?;
        let reason = clean(sent.get("reason"));
        choices::act(s, &who, c.id, |_, _| Ok(Fact::Shortlisted { candidate: candidate.clone(), reason: reason.clone() })).await?;
        return Ok(());
    }
    choices::act(s, &who, c.id, |_, role| fact(act, &sent, role)).await?;
    Ok(())
}

/// A product of the last advice with its place there, or another listed one.
async fn candidate(s: &Showroom, c: &Choice, sent: &Sent<'_>, lang: Lang) -> Result<Candidate, ActError> {
    let id: SolutionId = sent.get("solution").parse().map_err(|_| wrong("solution", "Chọn một giải pháp đang niêm yết.", "Choose a listed solution."))?;
    let found = solutions::public(s, id).await?;
    let rank = match c.advices.last() {
        None => None,
        Some(a) => crate::views::advice(&s.scope, a.id).await?.and_then(|x| x.result.shown.iter().find(|e| e.solution == id).map(|e| e.rank)),
    };
    Ok(Candidate {
        solution: id,
        provider: found.provider.id,
        name: found.solution.listing.name.get(lang).to_owned(),
        provider_name: found.provider.profile.name,
        rank,
    })
}

fn fact(act: &str, sent: &Sent<'_>, role: Role) -> Result<Fact, Refusal> {
    let solution = || {
        sent.get("solution")
            .parse::<SolutionId>()
            .map_err(|_| wrong("solution", "Chọn một giải pháp trong danh sách ngắn.", "Choose a solution of the shortlist."))
    };
    let said = |name: &str| clean(sent.get(name));
    Ok(match act {
        "take-off" => Fact::TakenOff { solution: solution()?, reason: said("reason") },
        "declare" => Fact::Declared { providers: sent.all("providers").iter().filter_map(|p| p.parse().ok()).collect(), text: said("text"), role },
        "demo" => Fact::DemoNoted { solution: solution()?, on: sent.needed_date("on")?, with: said("with"), text: said("text"), role },
        "call" => Fact::ReferenceCalled { solution: solution()?, on: sent.needed_date("on")?, with: said("with"), text: said("text"), role },
        "quote" => Fact::Quoted {
            solution: solution()?,
            amount: sent.money("amount")?.ok_or_else(|| wrong("amount", "Nhập số tiền; miễn phí thì nhập 0.", "Enter the amount; 0 if free."))?,
            valid_until: sent.needed_date("valid_until")?,
            note: said("note"),
        },
        "decide" => match sent.get("solution") {
            "" => return Err(wrong("solution", "Chọn một giải pháp, hoặc “Không chọn giải pháp nào”.", "Choose a solution, or “None of them”.")),
            "none" => Fact::Decided { solution: None, reason: said("reason") },
            _ => Fact::Decided { solution: Some(solution()?), reason: said("reason") },
        },
        "reopen" => Fact::Reopened { reason: said("reason") },
        "abandon" => Fact::Abandoned { reason: said("reason") },
        _ => return Err(Refusal::not_found("Không có việc này.", "There is no such act.")),
    })
}
