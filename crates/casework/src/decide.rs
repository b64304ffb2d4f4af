//! Whether an act is accepted, and what it changes. Pure: time, ids, numbers and calendar are arguments.

use crate::{
    Definition,
    definition::{ActDecl, GuardDecl, OfficeRelation, Verb, Who},
    event::{By, Change, Event, Filing},
    state::{CaseState, ClockRun},
    verbs::{Changes, money::paid_first},
};
use kernel::{Actor, actor::Right, Instant, Refusal, calendar::Calendar, id::RequestId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The one system act that keeps a rendered document; it belongs to every definition.
pub const DOCUMENT_FILED: &str = "file-document";
/// The act in the journal by which a case goes to the successor of a dissolved office.
pub const OFFICE_SUCCEEDED: &str = "succeed-office";
/// A case went to another province, and came there.
pub const WENT: &str = "went-to-province";
pub const CAME: &str = "came-from-province";

/// What a decision may know besides the case: nothing is read from outside it.
pub struct Context<'a> {
    pub now: Instant,
    pub actor: &'a Actor,
    /// Of the office that decides: the law counts its working time.
    pub calendar: &'a Calendar,
    /// Next free number of each register the act may draw from.
    pub numbers: &'a BTreeMap<String, u64>,
    /// Ids for requests the act may open, as many as it asks for.
    pub ids: &'a [RequestId],
    /// Accounts the actor may assign to: id and name.
    pub colleagues: &'a [(kernel::id::AccountId, String)],
}

/// An act as asked for.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Act {
    pub act: String,
    #[serde(default)]
    pub input: Value,
}

/// Why an act is closed to somebody now.
#[derive(Debug, Clone, PartialEq)]
pub enum Closed {
    /// Another role or office: not shown to the caller at all.
    NotYours(Refusal),
    /// Theirs, but not now.
    NotNow(Refusal),
}

impl Closed {
    pub fn refusal(self) -> Refusal {
        match self {
            Self::NotYours(r) | Self::NotNow(r) => r,
        }
    }
}

/// Files a new case: the first event of its stream.
pub fn file(d: &Definition, filing: Filing, cx: &Context<'_>) -> Result<Event, Refusal> {
    let Some(first) = d.acts.get("file") else {
        return Err(Refusal::invalid(
            "definition-without-filing",
            "Thủ tục chưa khai báo bước nộp hồ sơ",
            "The definition declares no filing",
        ));
    };
    may_file(first, &filing, cx)?;
    crate::form_check::check_filing(d, &filing, cx.now)?;
    let mut changes = Changes::start(d, cx, Box::new(filing));
    for (track, decl) in &d.tracks {
        changes.push(Change::Moved { track: track.clone(), to: decl.initial.clone() });
    }
    changes.run(&first.verbs, &Value::Null)?;
    changes.assess()?;
    changes.follow_money();
    Ok(Event { act: "file".into(), at: cx.now, by: By::from(cx.actor), input: Value::Null, changes: changes.done() })
}

/// Who files: one of the case's own people, or an official of a role the definition names, in the office that receives or
/// in the one that helps. The same procedure may be helped with at any one-stop office of the province (Decree 118/2025).
fn may_file(first: &ActDecl, filing: &Filing, cx: &Context<'_>) -> Result<(), Refusal> {
    // A member of a set is opened by the program when what it waits for was granted.
    if filing.set.is_some() {
        let refused = || Refusal::forbidden("not-yours", "Thủ tục trong bộ liên thông do hệ thống mở", "A member of a set is opened by the program");
        return if cx.actor.is_system() { Ok(()) } else { Err(refused()) };
    }
    let scratch = CaseState::scratch(cx.now, filing.clone());
    let helps = |who: &Who| {
        let Who::Received(role) = who else { return false };
        filing.offices.helped.is_some() && filing.offices.helped == cx.actor.office && cx.actor.has_role(role.as_str())
    };
    if first.who.iter().any(|w| right(w, &scratch, cx.actor).is_some() || helps(w)) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "not-yours",
        "Chỉ người nộp hồ sơ hoặc cán bộ một cửa được nộp hồ sơ này",
        "Only the applicant or a one-stop official may file this application",
    ))
}

/// Decides an act on a case that exists.
pub fn decide(d: &Definition, s: &CaseState, act: &Act, cx: &Context<'_>) -> Result<Event, Refusal> {
    let decl = d.acts.get(&act.act).filter(|_| act.act != "file").ok_or_else(|| unknown_act(d, &act.act))?;
    let cx = &not_before(s, cx);
    open(d, s, &act.act, decl, cx).map_err(Closed::refusal)?;
    is_due(d, s, &act.act, cx)?;
    crate::form_check::check_input(d, &act.act, &act.input)?;
    paid_first(s, &decl.verbs)?;
    check_guards(d, decl, s, Some(&act.input), cx.actor)?;
    let mut changes = Changes::of(d, s, cx);
    for (track, to) in &decl.to {
        let to = destination(d, s, track, to)?;
        // Where the case stands already it has not come from: the way back stays what it was.
        if to != s.track(track) {
            changes.push(Change::Moved { track: track.clone(), to });
        }
    }
    changes.run(&decl.verbs, &act.input)?;
    changes.forgive_at_end();
    changes.follow_money();
    changes.ends_well()?;
    Ok(Event {
        act: act.act.clone(),
        at: cx.now,
        by: by(decl, s, cx.actor),
        input: act.input.clone(),
        changes: changes.done(),
    })
}

/// A machine's clock that was set back must not put an event before the one it follows: suspensions would overlap.
fn not_before<'a>(s: &CaseState, cx: &Context<'a>) -> Context<'a> {
    Context { now: cx.now.max(s.changed_at), ..*cx }
}

/// Where a track goes. A terminal state lets nothing leave, whatever a definition says.
fn destination(d: &Definition, s: &CaseState, track: &str, to: &str) -> Result<String, Refusal> {
    let here = s.track(track);
    let to = if to == "@back" { s.back.get(track).map(String::as_str) } else { Some(to) };
    let ended = d.state(track, here).is_some_and(|x| x.terminal);
    match to {
        Some(to) if !ended => Ok(to.to_owned()),
        Some(_) => Err(Refusal::conflict("ended", "Hồ sơ đã kết thúc", "The case has ended")),
        None => Err(Refusal::conflict("no-way-back", "Hồ sơ không có trạng thái trước đó để quay lại", "There is no earlier state to go back to")),
    }
}

/// What the program does when a clock runs out waits for it to run out: the applicant may have been quicker than the timer.
fn is_due(d: &Definition, s: &CaseState, act: &str, cx: &Context<'_>) -> Result<(), Refusal> {
    let clocks = d.clocks.iter().filter(|(_, c)| cx.actor.is_system() && c.on_due.as_deref() == Some(act));
    let mut waiting = clocks.filter_map(|(name, _)| s.clocks.get(name)).peekable();
    if waiting.peek().is_none() || waiting.any(|c| c.run == ClockRun::Running && c.due <= cx.now) {
        return Ok(());
    }
    Err(Refusal::conflict("not-due", "Chưa hết thời hạn", "The time has not run out"))
}

/// Keeps a rendered document: the one act that is not declared, because every document needs it.
pub fn keep_document(
    s: &CaseState,
    filed: crate::event::Filed,
    cx: &Context<'_>,
) -> Option<Event> {
    let waiting = s.documents.iter().any(|d| d.document == filed.document && d.number == filed.number && d.file.is_none());
    waiting.then(|| of_documents(s, Change::DocumentFiled(filed), cx))
}

/// Keeps a document as whoever signs it has signed it: once, and not after it was filed.
pub fn keep_signed(s: &CaseState, signed: crate::event::SignedDocument, cx: &Context<'_>) -> Option<Event> {
    let unsigned = |d: &crate::state::IssuedDocument| d.document == signed.document && d.number == signed.number && d.file.is_none() && d.signed.is_none();
    s.documents.iter().any(unsigned).then(|| of_documents(s, Change::DocumentSigned(signed), cx))
}

fn of_documents(s: &CaseState, change: Change, cx: &Context<'_>) -> Event {
    let cx = &not_before(s, cx);
    Event { act: DOCUMENT_FILED.into(), at: cx.now, by: By::from(cx.actor), input: Value::Null, changes: vec![change] }
}

/// The two entries by which a case goes to another province: the last one here and the first one there.
pub fn transfer(s: &CaseState, transfer: crate::event::Transfer, actor: &Actor, now: Instant) -> (Event, Event) {
    // A clock that was set back must not put an event before the one it follows.
    let at = now.max(s.changed_at);
    let event = |act: &str, change: Change| Event { act: act.into(), at, by: By::from(actor), input: Value::Null, changes: vec![change] };
    let went = Change::WentTo { to: transfer.to.clone(), plan: transfer.plan.clone(), document: transfer.document.clone() };
    (event(WENT, went), event(CAME, Change::CameFrom(Box::new(transfer))))
}

/// The open case goes to the office that took over; nothing when it has nothing to do with the other.
pub fn succeed(s: &CaseState, from: &kernel::id::OfficeCode, to: &kernel::id::OfficeCode, cx: &Context<'_>) -> Option<Event> {
    let cx = &not_before(s, cx);
    s.concerns(from).then(|| Event {
        act: OFFICE_SUCCEEDED.into(),
        at: cx.now,
        by: By::from(cx.actor),
        input: Value::Null,
        changes: vec![Change::OfficeSucceeded { from: from.clone(), to: to.clone() }],
    })
}

fn unknown_act(d: &Definition, act: &str) -> Refusal {
    let known = d.acts.keys().filter(|k| *k != "file").cloned().collect::<Vec<_>>().join(", ");
    Refusal::invalid(
        "unknown-act",
        format!("Không có việc “{act}” trong thủ tục này; các việc có thể làm: {known}"),
        format!("There is no act “{act}” in this procedure; the acts are: {known}"),
    )
}

/// Whether the act is open to the actor now, before looking at its input.
pub fn open(d: &Definition, s: &CaseState, name: &str, decl: &ActDecl, cx: &Context<'_>) -> Result<(), Closed> {
    if !decl.who.iter().any(|w| right(w, s, cx.actor).is_some()) {
        return Err(Closed::NotYours(Refusal::forbidden(
            "not-yours",
            format!("Việc “{}” thuộc vai trò hoặc cơ quan khác", decl.name.vi),
            format!("“{}” belongs to another role or office", decl.name.en),
        )));
    }
    for (track, states) in &decl.when {
        let now = s.track(track);
        if !states.iter().any(|x| x == now) {
            let state = d.state(track, now).map_or_else(|| kernel::Text::new(now, now), |x| x.name.clone());
            return Err(Closed::NotNow(Refusal::conflict(
                "wrong-state",
                format!("Không thể “{}” khi hồ sơ đang “{}”", decl.name.vi, state.vi),
                format!("“{}” is not possible while the case is “{}”", decl.name.en, state.en),
            )));
        }
    }
    let step = s.step.as_ref().map(|x| x.code.as_str());
    if !decl.at.is_empty() && !decl.at.iter().any(|a| Some(a.as_str()) == step) {
        let name_of = |c: &str| d.step(c).map_or_else(|| kernel::Text::new(c, c), |x| x.name.clone());
        let here = step.map_or_else(|| kernel::Text::new("chưa có bước", "no step"), name_of);
        let wanted = decl.at.iter().find_map(|a| d.step(a)).map_or_else(|| name_of(name), |x| x.name.clone());
        return Err(Closed::NotNow(Refusal::conflict(
            "wrong-step",
            format!("Việc này làm ở bước “{}”, hồ sơ đang ở bước “{}”", wanted.vi, here.vi),
            format!("This is done at the step “{}”; the case is at “{}”", wanted.en, here.en),
        )));
    }
    if decl.assignee_only
        && let Some(assignee) = s.assignee.as_ref().filter(|a| a.account != cx.actor.account && cx.actor.stands_in(a.account, s.definition.as_str()).is_none())
    {
        return Err(Closed::NotNow(Refusal::conflict(
            "assigned-to-other",
            format!("Hồ sơ đang được giao cho {}", assignee.name),
            format!("The case is assigned to {}", assignee.name),
        )));
    }
    Ok(())
}

/// By what right the actor is one of those: their own, or a role lent to them for this kind of case.
fn right<'a>(who: &Who, s: &CaseState, actor: &'a Actor) -> Option<Right<'a>> {
    let in_office = |office: &kernel::id::OfficeCode| actor.office.as_ref() == Some(office);
    let own = |is: bool| is.then_some(Right::Own);
    let role = |role: &kernel::id::RoleCode, office| actor.right(role.as_str(), s.definition.as_str()).filter(|_| in_office(office));
    match who {
        Who::Applicant => own(s.is_own(actor)),
        Who::System => own(actor.is_system()),
        Who::Step => s.step.as_ref().and_then(|st| role(&st.role, &st.office)),
        Who::Consulted => own(s.open_requests().any(|r| in_office(&r.office)) && actor.is_official()),
        Who::Received(of) => role(of, &s.offices.received),
        Who::Decides(of) => role(of, &s.offices.decides),
        Who::Member(role) => own(!actor.is_system() && s.is_member(role, actor.account)),
    }
}

/// Who acted, and whose power they used where they had none of their own for it.
fn by(decl: &ActDecl, s: &CaseState, actor: &Actor) -> By {
    let in_place_of = s.assignee.as_ref().filter(|a| decl.assignee_only && a.account != actor.account);
    if let Some(lent) = in_place_of.and_then(|a| actor.stands_in(a.account, s.definition.as_str())) {
        return By { authority: Some(lent.into()), ..By::from(actor) };
    }
    let rights: Vec<Right<'_>> = decl.who.iter().filter_map(|w| right(w, s, actor)).collect();
    match rights.as_slice() {
        [Right::Lent(lent), rest @ ..] if !rest.contains(&Right::Own) => By { authority: Some((*lent).into()), ..By::from(actor) },
        _ => By::from(actor),
    }
}

fn check_guards(d: &Definition, decl: &ActDecl, s: &CaseState, input: Option<&Value>, actor: &Actor) -> Result<(), Refusal> {
    if !d.artefacts.is_empty() {
        artefacts_are_there(d, decl, s)?;
    }
    let knowable = |g: &&GuardDecl| input.is_some() || !g.require.text().contains("input");
    if !decl.guards.iter().any(|g| knowable(&g)) {
        return Ok(());
    }
    let (case, actor) = (guard_view(d, s), actor_view(actor));
    for guard in decl.guards.iter().filter(knowable) {
        if guard_holds(guard, &case, input.unwrap_or(&Value::Null), &actor) != Ok(true) {
            return Err(Refusal::conflict("guard", guard.otherwise.vi.clone(), guard.otherwise.en.clone()));
        }
    }
    Ok(())
}

/// A step is left forwards only with the artefacts it asks for; all that is missing is told at once.
fn artefacts_are_there(d: &Definition, decl: &ActDecl, s: &CaseState) -> Result<(), Refusal> {
    let forwards = decl.verbs.iter().any(|v| matches!(v, Verb::Step(to) if to == "next"));
    let Some(here) = s.step.as_ref().filter(|_| forwards) else { return Ok(()) };
    let given_now = |kind: &str| decl.verbs.iter().any(|v| matches!(v, Verb::File(e) if e.kind == kind && !e.optional));
    let missing = d.artefacts.iter().filter(|(kind, a)| {
        a.required_at.as_deref() == Some(here.code.as_str()) && s.artefact(kind).is_empty() && !given_now(kind)
    });
    let missing: Vec<_> = missing.map(|(_, a)| &a.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = |of: fn(&kernel::Text) -> &str| missing.iter().map(|n| of(n)).collect::<Vec<_>>().join("; ");
    let (vi, en) = (list(|t| &t.vi), list(|t| &t.en));
    let refusal = Refusal::conflict("guard", format!("Bước này còn thiếu: {vi}"), format!("This step still lacks: {en}"));
    Err(missing.iter().fold(refusal, |r, n| r.because(None, format!("nộp: {}", n.vi), format!("file: {}", n.en))))
}

/// One guard over what it may see; an error is a fault of the definition, found when it is published.
pub(crate) fn guard_holds(guard: &GuardDecl, case: &Value, input: &Value, actor: &Value) -> Result<bool, String> {
    guard.require.evaluate(&[("case", case), ("input", input), ("actor", actor)])
}

pub(crate) fn actor_view(actor: &Actor) -> Value {
    json!({"office": actor.office, "roles": actor.roles, "name": actor.name})
}

/// What a guard may look at. `inputs` holds what was last given with each act, as `case.inputs.confirm_draft.correct`:
/// ask `has(case.inputs.confirm_draft)` first. Registers, artefacts and members are there where the definition has them.
pub fn guard_view(d: &Definition, s: &CaseState) -> Value {
    let mut view = json!({
        "channel": s.channel,
        "tracks": s.tracks,
        "step": s.step.as_ref().map_or("", |x| x.code.as_str()),
        "assigned": s.assignee.is_some(),
        "answers": s.answers,
        "components": s.files.iter().map(|f| f.component.as_str()).collect::<Vec<_>>(),
        "supplements": s.supplements.len(),
        "supplement_lapsed": s.supplement_lapsed(),
        "open_requests": s.open_requests().count(),
        "requests": s.requests.len(),
        "objections": s.requests.iter().filter(|r| r.answer.as_ref().is_some_and(|a| !a.agrees)).count(),
        "outcome": s.outcome.as_ref().map_or_else(|| Value::from(""), |o| json!(o.outcome)),
        "documents": s.documents.iter().map(|d| d.document.as_str()).collect::<Vec<_>>(),
        "inputs": s.inputs,
        "money": crate::money::track(&s.dues),
        "unpaid": s.unpaid().map(|d| d.code.as_str()).collect::<Vec<_>>(),
        "unpaid_intake": s.unpaid().filter(|d| d.before == crate::definition::Before::Intake).count(),
        "unpaid_result": s.unpaid().filter(|d| d.before == crate::definition::Before::Result).count(),
        "apology": s.apology.as_ref().map_or("", |a| if a.signed.is_some() { "signed" } else { "drafted" }),
        "members_open": s.linked.iter().filter(|m| m.case.is_some() && m.outcome.is_none()).count(),
        "members_ended": s.linked.iter().filter(|m| m.outcome.is_some()).count(),
        "waiting_members": d.set.iter().filter(|m| s.linked(&m.name_in_set).is_none_or(|l| l.outcome.is_none())).count(),
    });
    if let Value::Object(case) = &mut view {
        crate::registers::view(d, s, case);
    }
    view
}

/// The acts of a definition as they stand for one actor: open ones, and those closed with the reason.
pub fn acts_for<'d>(
    d: &'d Definition,
    s: &CaseState,
    cx: &Context<'_>,
) -> Vec<(&'d str, &'d ActDecl, Option<Refusal>)> {
    let mut seen = Vec::new();
    for (name, decl) in d.acts.iter().filter(|(n, decl)| *n != "file" && decl.who != [Who::System]) {
        let answer = open(d, s, name, decl, cx).and_then(|()| {
            // What the input may still decide is left open; it is asked again with the input.
            paid_first(s, &decl.verbs).map_err(Closed::NotNow)?;
            check_guards(d, decl, s, decl.input.is_none().then_some(&Value::Null), cx.actor).map_err(Closed::NotNow)?;
            some_entry(d, s, decl, cx.actor).map_err(Closed::NotNow)
        });
        match answer {
            Ok(()) => seen.push((name.as_str(), decl, None)),
            Err(Closed::NotNow(r)) => seen.push((name.as_str(), decl, Some(r))),
            Err(Closed::NotYours(_)) => {}
        }
    }
    seen
}

/// An act that amends a register waits for an entry it may amend.
fn some_entry(d: &Definition, s: &CaseState, decl: &ActDecl, actor: &Actor) -> Result<(), Refusal> {
    let Some(into) = decl.amends() else { return Ok(()) };
    if !open_entries(d, s, decl, actor).is_empty() {
        return Ok(());
    }
    let said = decl.guards.iter().find(|g| g.about_entry()).map(|g| g.otherwise.clone()).filter(|_| !s.entries(&into.register).is_empty());
    let name = d.records.get(&into.register).map(|r| r.name.clone()).unwrap_or_else(|| kernel::Text::new(&*into.register, &*into.register));
    let none = || kernel::Text::new(format!("“{}” chưa có dòng nào", name.vi), format!("“{}” has no entry yet", name.en));
    let said = said.unwrap_or_else(none);
    Err(Refusal::conflict("guard", said.vi, said.en))
}

/// The entries an act may amend now, as far as its guards ask of the entry alone.
pub fn open_entries(d: &Definition, s: &CaseState, decl: &ActDecl, actor: &Actor) -> Vec<u32> {
    let Some(into) = decl.amends() else { return Vec::new() };
    let numbers = s.entries(&into.register).iter().map(|e| e.number);
    let guards: Vec<&GuardDecl> = decl.guards.iter().filter(|g| g.about_entry()).collect();
    if guards.is_empty() {
        return numbers.collect();
    }
    let (case, actor) = (guard_view(d, s), actor_view(actor));
    let holds = |n: &u32| guards.iter().all(|g| guard_holds(g, &case, &json!({"entry": n}), &actor) == Ok(true));
    numbers.filter(holds).collect()
}

/// The office behind a relation.
pub fn office_of(s: &CaseState, relation: OfficeRelation) -> &kernel::id::OfficeCode {
    match relation {
        OfficeRelation::Received => &s.offices.received,
        OfficeRelation::Decides | OfficeRelation::Consulted => &s.offices.decides,
    }
}
