//! How an invented case goes on: who does what next, and when. The acts themselves are decided by the engine.

use super::dice::Dice;
use casework::{Act, CaseState, Definition, definition::Channel, state::ClockRun};
use kernel::{
    Instant,
    calendar::Calendar,
    id::{AccountId, OfficeCode},
};
use serde_json::{Value, json};

/// Whose hand does the next act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hand {
    OneStop,
    Specialist,
    Head,
    Leader,
    Clerk,
    Applicant,
    Consulted(OfficeCode),
    System,
}

/// What will befall a case; drawn once, when it is filed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fate {
    pub refused_at_intake: bool,
    pub defective_at_intake: bool,
    pub defective_later: bool,
    /// The applicant never answers the request to supplement.
    pub silent_applicant: bool,
    pub consulted: bool,
    pub silent_offices: bool,
    pub draft_sent: bool,
    pub turned_down: bool,
    pub withdrawn: bool,
    /// Share of the step budgets the offices take, in percent; above 100 they are late.
    pub pace: i64,
    /// Collected by the applicant from their own page.
    pub collected: bool,
}

impl Fate {
    pub fn drawn(dice: &mut Dice) -> Self {
        Self {
            refused_at_intake: dice.per_mille(15),
            defective_at_intake: dice.per_mille(70),
            defective_later: dice.per_mille(40),
            silent_applicant: dice.per_mille(150),
            consulted: dice.per_mille(800),
            silent_offices: dice.per_mille(250),
            draft_sent: dice.per_mille(300),
            turned_down: dice.per_mille(25),
            withdrawn: dice.per_mille(8),
            pace: if dice.per_mille(35) { dice.between(130, 320) } else { dice.between(25, 95) },
            collected: dice.per_mille(650),
        }
    }
}

/// The next act of a case.
#[derive(Debug, Clone)]
pub struct Next {
    pub by: Hand,
    pub act: Act,
    pub at: Instant,
}

/// What happens next; `None` when the case is closed (or its definition is not one the demonstration knows).
pub fn next(d: &Definition, s: &CaseState, fate: &Fate, dice: &mut Dice, calendar: &Calendar, specialist: AccountId) -> Option<Next> {
    let (by, act, input, wait) = step(d, s, fate, dice, specialist)?;
    let at = match wait {
        Wait::Work(seconds) => calendar.add_working(s.changed_at, seconds.max(60)).ok()?,
        Wait::Any(seconds) => s.changed_at.plus_seconds(seconds.max(60)),
        Wait::Until(at) => at.plus_seconds(dice.between(1, 50)),
    };
    let planned = Next { by, act: Act { act: act.to_owned(), input }, at };
    // What the program does by itself when a time is over comes first.
    match timer(d, s) {
        Some((due, act)) if due < planned.at => {
            Some(Next { by: Hand::System, act: Act { act, input: Value::Null }, at: due.plus_seconds(1) })
        }
        _ => Some(planned),
    }
}

enum Wait {
    /// Working seconds after the last act.
    Work(i64),
    /// Any seconds: people act in the evening too.
    Any(i64),
    Until(Instant),
}

/// The first act that time alone brings, with its instant.
fn timer(d: &Definition, s: &CaseState) -> Option<(Instant, String)> {
    let clocks = s.clocks.iter().filter(|c| c.1.run == ClockRun::Running);
    let acts = clocks.filter_map(|(name, clock)| Some((clock.due, d.clocks.get(name)?.on_due.clone()?)));
    let silence = d.clocks.get("consultation").and_then(|c| c.on_due.clone());
    let requests = s.open_requests().filter_map(|r| Some((r.due, silence.clone()?)));
    acts.chain(requests).min_by_key(|t| t.0)
}

type Planned = (Hand, &'static str, Value, Wait);

fn step(d: &Definition, s: &CaseState, fate: &Fate, dice: &mut Dice, specialist: AccountId) -> Option<Planned> {
    let budget = s.step.as_ref().and_then(|x| d.step(&x.code)).and_then(|x| x.budget.working_seconds()).unwrap_or(3600);
    let work = Wait::Work(budget * fate.pace / 100 * dice.between(40, 100) / 100);
    match s.track("handling") {
        "submitted" => Some(intake(s, fate, work)),
        "supplementing" | "supplementing_intake" | "confirming" if fate.silent_applicant => waiting_for_time(d, s),
        "supplementing" | "supplementing_intake" => {
            let note = json!({"note": "Tôi đã bổ sung theo phiếu yêu cầu."});
            Some((Hand::Applicant, "supplement", note, Wait::Any(dice.between(1800, 30 * 3600))))
        }
        "confirming" => Some((Hand::Applicant, "confirm_draft", json!({"correct": true}), Wait::Any(dice.between(600, 20 * 3600)))),
        "withdrawing" => Some((Hand::OneStop, "stop", Value::Null, work)),
        "processing" => processing(d, s, fate, dice, specialist, work),
        "finished" => Some(match s.unpaid().next() {
            Some(due) if s.outcome.as_ref().is_some_and(|o| o.outcome == casework::definition::Outcome::Granted) => paying(s, due, dice),
            _ => handing_over(s, fate, dice),
        }),
        _ => None,
    }
}

/// Nobody acts: the clock that runs decides.
fn waiting_for_time(d: &Definition, s: &CaseState) -> Option<Planned> {
    let (due, _) = timer(d, s)?;
    Some((Hand::System, "", Value::Null, Wait::Until(due.plus_seconds(10))))
}

fn intake(s: &CaseState, fate: &Fate, work: Wait) -> Planned {
    if fate.refused_at_intake {
        let reason = json!({"reason": "Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan tiếp nhận"});
        return (Hand::OneStop, "refuse", reason, work);
    }
    if fate.defective_at_intake && s.supplements.is_empty() {
        return (Hand::OneStop, "ask_supplement_intake", defects(), work);
    }
    (Hand::OneStop, "receive", json!({"pickup": "Nhận bản điện tử trên Cổng dịch vụ công"}), work)
}

fn defects() -> Value {
    json!({
        "defects": [
            {"about": "", "what": "Tệp đính kèm mờ, không đọc được số liệu; quét lại bản rõ hơn"},
            {"about": "", "what": "Địa chỉ ghi chưa đúng tên phường, xã sau sắp xếp"},
        ],
        "reason": "Giấy tờ kèm theo chưa rõ nội dung",
        "contact": "Bộ phận một cửa, 028 7301 0161",
    })
}

fn processing(d: &Definition, s: &CaseState, fate: &Fate, dice: &mut Dice, specialist: AccountId, work: Wait) -> Option<Planned> {
    match s.step.as_ref()?.code.as_str() {
        "assign" if fate.withdrawn => {
            Some((Hand::Applicant, "withdraw", json!({"reason": "Tôi thay đổi dự định"}), Wait::Any(dice.between(600, 3600))))
        }
        "assign" => Some((Hand::Head, "assign", json!({"assignee": specialist}), work)),
        "appraise" => appraisal(d, s, fate, dice, work),
        "review" => Some((Hand::Head, "review", Value::Null, work)),
        "approve" => Some((Hand::Leader, "approve", Value::Null, work)),
        "issue" => Some((Hand::Clerk, "issue", Value::Null, work)),
        _ => None,
    }
}

fn appraisal(d: &Definition, s: &CaseState, fate: &Fate, dice: &mut Dice, work: Wait) -> Option<Planned> {
    if let Some(request) = s.open_requests().next() {
        if fate.silent_offices {
            return waiting_for_time(d, s);
        }
        let opinion = json!({"agrees": true, "text": "Thống nhất; công trình phù hợp quy hoạch và quy định đã ban hành."});
        return Some((Hand::Consulted(request.office.clone()), "give_opinion", opinion, Wait::Work(dice.between(1800, 10 * 3600))));
    }
    if fate.defective_later && s.supplements.is_empty() {
        return Some((Hand::Specialist, "ask_supplement", defects(), work));
    }
    if fate.consulted && s.requests.is_empty() && !d.consults.is_empty() {
        let offices: Vec<_> = d.consults.iter().map(|c| c.office.as_str()).collect();
        let question = d.consults.first().map_or("", |c| c.question.vi.as_str());
        return Some((Hand::Specialist, "consult", json!({"offices": offices, "question": question}), Wait::Work(3600)));
    }
    let confirmed = s.clocks.contains_key("confirmation");
    if fate.draft_sent && !confirmed && d.acts.contains_key("send_draft") && s.channel == Channel::Online {
        return Some((Hand::Specialist, "send_draft", Value::Null, work));
    }
    if fate.turned_down {
        let reason = json!({"reason": "Không đáp ứng điều kiện theo quy định: nội dung kê khai không khớp dữ liệu của Nhà nước"});
        return Some((Hand::Specialist, "propose_refusal", reason, work));
    }
    Some((Hand::Specialist, "appraise", json!({"reason": "Hồ sơ đủ thành phần và đáp ứng điều kiện"}), work))
}

/// Paid through the gateway by whoever applied online, in cash at the counter by the others.
fn paying(s: &CaseState, due: &casework::Due, dice: &mut Dice) -> Planned {
    let online = s.channel == Channel::Online;
    let how = if online { "gateway" } else { "cash" };
    let reference = format!("{}-{}", s.code, due.code);
    let paid = json!({"due": due.code, "amount": due.amount, "reference": reference, "how": how, "online": online});
    (Hand::System, "settle_due", paid, Wait::Any(dice.between(300, 20 * 3600)))
}

fn handing_over(s: &CaseState, fate: &Fate, dice: &mut Dice) -> Planned {
    let to = s.people.applicant.name.as_str();
    if fate.collected && s.channel == Channel::Online {
        return (Hand::Applicant, "collect", json!({"how": "electronic", "to": to}), Wait::Any(dice.between(600, 60 * 3600)));
    }
    let shown = "Thẻ căn cước";
    (Hand::OneStop, "return", json!({"how": "counter", "to": to, "document_shown": shown}), Wait::Work(dice.between(3600, 40 * 3600)))
}
