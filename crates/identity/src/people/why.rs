//! `/admin/people/{account}/why`: what the policies say to one action of one account, on what facts, by which rule, and which
//! post would change the answer.

use super::{People, office_name, shell};
use crate::{
    account::roles,
    actions::{self, On},
    policies::PolicyEntry,
    subject::{CaseFacts, Subject},
};
use async_trait::async_trait;
use axum::extract::State;
use kernel::{
    Actor,
    id::{AccountId, OfficeCode, RoleCode},
};
use serde::Deserialize;
use std::collections::BTreeSet;
use web::{
    extract::{Path, Query},
    html::{Html, esc},
    kit::{self, Choice, Field, Line, Mood},
    problem::PageError,
    visitor::Visitor,
};

/// Finds a case by its code, for the question alone: nothing of its contents is shown.
#[async_trait]
pub trait Cases: Send + Sync {
    async fn facts(&self, code: &str) -> anyhow::Result<Option<CaseFacts>>;
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    action: String,
    case: String,
}

pub(super) async fn show(State(s): State<People>, v: Visitor, Path(id): Path<AccountId>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let directory = s.identity.directory();
    let account = directory.account(id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let actor = directory.actor(id, s.identity.now()).await.map_err(PageError::internal)?.map(|a| s.identity.of_today(a));
    let title = v.pick("Vì sao được, vì sao không?", "Why may they, why not?");
    let mut main = Html(format!("{}{}", kit::heading(title, Some(&account.name)), form(&v, id, &asked)));
    match (actions::find(&asked.action), actor) {
        (None, _) => {}
        (Some(_), None) => main.push(&kit::warning(v.lang, v.pick("Tài khoản đã khóa: không được làm việc gì.", "The account is closed: nothing is permitted."))),
        (Some(action), Some(actor)) => match subject(&s, action.on, asked.case.trim()).await? {
            Ok(subject) => main.push(&answer(&s, &v, &actor, action, &subject)),
            Err([vi, en]) => main.push(&kit::warning(v.lang, v.pick(vi, en))),
        },
    }
    Ok(shell(&v, title, main).back(format!("/admin/people/{id}"), account.name).render())
}

fn form(v: &Visitor, id: AccountId, asked: &Asked) -> Html {
    let choices: Vec<Choice> = actions::ALL.iter().map(|a| Choice::new(a.name, format!("{} ({})", a.text().get(v.lang), a.name))).collect();
    let body = Html(format!(
        "{}{}{}",
        Field::new(v.lang, "action", v.pick("Việc muốn làm", "What they want to do")).value(asked.action.as_str()).attr("data-combobox", "").select(&choices),
        Field::new(v.lang, "case", v.pick("Mã hồ sơ, nếu là việc trên một hồ sơ", "Code of the dossier, if it is about one")).value(asked.case.as_str()).optional(true).max_length(60).input(),
        kit::button(v.pick("Xem lý do", "Explain")),
    ));
    Html(format!("<form method=\"get\" action=\"/admin/people/{id}/why\" class=\"filters\">{body}</form>"))
}

/// What the action is asked on: the room, or the case of the code.
async fn subject(s: &People, on: On, code: &str) -> Result<Result<Subject, [&'static str; 2]>, PageError> {
    if code.is_empty() {
        return Ok(match on {
            On::Portal => Ok(Subject::Portal),
            On::Case => Err(["Việc này là việc trên một hồ sơ: hãy ghi mã hồ sơ.", "This is done on a dossier: give its code."]),
        });
    }
    if on == On::Portal {
        return Ok(Ok(Subject::Portal));
    }
    let facts = s.cases.facts(code).await.map_err(PageError::internal)?;
    Ok(facts.map(Subject::from).ok_or(["Không có hồ sơ mang mã này.", "There is no dossier with this code."]))
}

fn answer(s: &People, v: &Visitor, actor: &Actor, action: &actions::Action, subject: &Subject) -> Html {
    let said = s.identity.explain(actor, action.name, subject);
    let (mood, word) = if said.permitted { (Mood::Good, v.pick("Được", "Permitted")) } else { (Mood::Bad, v.pick("Không được", "Not permitted")) };
    let because = match (&said.impossible, said.permitted, said.decided_by.is_empty()) {
        (Some(_), ..) => v.pick("Không loại tài khoản nào như vậy được hỏi việc này.", "No account of this kind is ever asked this."),
        (None, true, _) => v.pick("Vì các quy tắc sau cho phép:", "Because these rules permit it:"),
        (None, false, false) => v.pick("Vì các quy tắc sau cấm:", "Because these rules forbid it:"),
        (None, false, true) => v.pick("Vì không có quy tắc nào cho phép với những dữ kiện dưới đây.", "Because no rule permits it on the facts below."),
    };
    let mut out = kit::banner(mood, word, &Html(format!("<p>{}: {}. {}</p>", esc(&actor.name), esc(action.text().get(v.lang)), esc(because))));
    out.push(&rules(v, &said.decided_by));
    if !said.permitted {
        out.push(&would(s, v, actor, action.name, subject));
    }
    out.push(&Html(format!("<h2>{}</h2>", v.pick("Dữ kiện", "Facts"))));
    out.push(&facts(s, v, actor, subject));
    out.push(&kit::details(v.pick("Mọi quy tắc nói về việc này", "All rules about this"), &rules(v, &said.bearing), false));
    out
}

/// Each rule in words, where it has them, with the rule itself behind them.
fn rules(v: &Visitor, list: &[PolicyEntry]) -> Html {
    let one = |p: &PolicyEntry| {
        let place = p.line.map_or_else(|| p.file.clone(), |line| format!("{}:{line}", p.file));
        let rule = Html(format!("<p class=\"muted\">{}</p><pre class=\"scroll\" tabindex=\"0\">{}</pre>", esc(&place), esc(&p.text)));
        let said = p.reason.as_ref().map_or_else(|| p.id.clone(), |r| r.get(v.lang).to_owned());
        Html(format!("{}{}", esc(&said), kit::details(v.pick("Xem quy tắc", "See the rule"), &rule, false)))
    };
    kit::bullets(&list.iter().map(one).collect::<Vec<_>>())
}

/// Which single post would be enough: each role, in the account's own office and in those of the case.
fn would(s: &People, v: &Visitor, actor: &Actor, action: &str, subject: &Subject) -> Html {
    let mut offices: BTreeSet<Option<OfficeCode>> = BTreeSet::from([actor.office.clone()]);
    if let Subject::Case(facts) = subject {
        offices.insert(Some(facts.office_received.clone()));
        offices.insert(facts.office_decides.clone());
    }
    let mut enough = Vec::new();
    for office in offices {
        for (role, vi, en) in roles::ALL.iter().filter(|(role, ..)| *role != roles::CITIZEN) {
            let as_if = Actor { roles: actor.roles.iter().cloned().chain([RoleCode::new(role)]).collect(), office: office.clone(), ..actor.clone() };
            if s.identity.permits(Some(&as_if), action, subject) {
                let place = office.as_ref().map_or_else(|| v.pick("ở bất kỳ cơ quan nào", "in any office").to_owned(), |o| office_name(&s.identity, o.as_str(), v));
                enough.push(Html(format!("{} · {}", esc(v.pick(vi, en)), esc(&place))));
            }
        }
    }
    if enough.is_empty() {
        return kit::para(v.pick("Không vị trí nào đủ để làm việc này: nó thuộc về chính người nộp hoặc người được giao hồ sơ.", "No post would be enough: it belongs to the applicant or to those the case is assigned to."));
    }
    Html(format!("<h2>{}</h2>{}", v.pick("Sẽ được nếu giữ một trong các vị trí", "It would be permitted with one of these posts"), kit::bullets(&enough)))
}

fn facts(s: &People, v: &Visitor, actor: &Actor, subject: &Subject) -> Html {
    let named = |code: &OfficeCode| office_name(&s.identity, code.as_str(), v);
    let t = |vi: &'static str, en: &'static str| v.pick(vi, en).to_owned();
    let none = || t("Không có", "None");
    let held: Vec<&str> = actor.roles.iter().map(RoleCode::as_str).collect();
    let held: Vec<String> = held.into_iter().map(|r| roles::name(r).get(v.lang).to_owned()).collect();
    let mut lines = vec![
        Line::new(t("Vai trò đang giữ", "Roles held now"), if held.is_empty() { none() } else { held.join(", ") }),
        Line::new(t("Cơ quan đang công tác", "Office acted in"), actor.office.as_ref().map_or_else(none, named)),
    ];
    if let Subject::Case(f) = subject {
        let own = actor.party.is_some_and(|p| [f.applicant, f.owner, f.proxy].contains(&Some(p)));
        lines.push(Line::new(t("Nơi tiếp nhận hồ sơ", "Received by"), named(&f.office_received)));
        lines.extend(f.office_decides.as_ref().map(|o| Line::new(t("Nơi giải quyết", "Decided by"), named(o))));
        lines.extend(f.office_helped.as_ref().map(|o| Line::new(t("Nơi hỗ trợ nộp", "Helped by"), named(o))));
        let asked: Vec<String> = f.requested_offices.iter().map(named).collect();
        lines.push(Line::new(t("Đang hỏi ý kiến", "Opinions asked of"), if asked.is_empty() { none() } else { asked.join(", ") }));
        lines.push(Line::new(t("Hồ sơ của chính người này", "Their own dossier"), if own { t("Có", "Yes") } else { t("Không", "No") }));
        lines.push(Line::new(t("Được giao hồ sơ này", "Appointed to it"), if f.members.contains(&actor.account) { t("Có", "Yes") } else { t("Không", "No") }));
    }
    kit::summary_list(&lines)
}
