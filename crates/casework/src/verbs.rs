//! The fixed vocabulary of what an act does, carried out on a scratch copy so that each verb sees the former.

pub mod money;
mod registers;
mod set;
mod time;

use crate::{
    Definition,
    decide::{Context, office_of},
    definition::{AssignTo, Outcome, Verb},
    event::{By, Change, Defect, Event, Filing, GivenFile},
    state::{CaseState, ClockRun},
};
use kernel::{Instant, Refusal, calendar::Span, id::AccountId};
use serde_json::Value;

/// Changes gathered by one act.
pub struct Changes<'a> {
    d: &'a Definition,
    cx: &'a Context<'a>,
    scratch: CaseState,
    stub: Event,
    done: Vec<Change>,
    ids: std::slice::Iter<'a, kernel::id::RequestId>,
}

impl<'a> Changes<'a> {
    pub fn of(d: &'a Definition, s: &CaseState, cx: &'a Context<'a>) -> Self {
        let stub = Event {
            act: String::new(),
            at: cx.now,
            by: By::from(cx.actor),
            input: Value::Null,
            changes: Vec::new(),
        };
        Self { d, cx, scratch: s.clone(), stub, done: Vec::new(), ids: cx.ids.iter() }
    }

    pub fn start(d: &'a Definition, cx: &'a Context<'a>, filing: Box<Filing>) -> Self {
        let scratch = CaseState::scratch(cx.now, (*filing).clone());
        let mut changes = Self::of(d, &scratch, cx);
        changes.done.push(Change::Filed(filing));
        changes
    }

    pub fn push(&mut self, change: Change) {
        self.scratch.apply(&change, &self.stub);
        self.done.push(change);
    }

    pub fn done(self) -> Vec<Change> {
        self.done
    }

    pub fn run(&mut self, verbs: &[Verb], input: &Value) -> Result<(), Refusal> {
        verbs.iter().try_for_each(|verb| self.verb(verb, input))
    }

    fn verb(&mut self, verb: &Verb, input: &Value) -> Result<(), Refusal> {
        match verb {
            Verb::Start(clock) => self.start_clock(clock)?,
            Verb::Stop(clock) => self.stop_clock(clock),
            Verb::Suspend(clock) => self.suspend(clock)?,
            Verb::Resume(clock) => self.resume(clock)?,
            Verb::Step(to) => self.enter_step(to)?,
            Verb::Assign(to) => self.assign(*to, input)?,
            Verb::AskSupplement => self.ask_supplement(input)?,
            Verb::TakeSupplement => self.take_supplement(input)?,
            Verb::TakeLateSupplement => self.take_late_supplement(input)?,
            Verb::Consult(clock) => self.consult(clock, input)?,
            Verb::GiveOpinion => self.give_opinion(input)?,
            Verb::TacitConsent => self.tacit_consent()?,
            Verb::Outcome(outcome) => {
                let silent = self.d.silence.as_ref().filter(|_| self.cx.actor.is_system()).map(|s| s.text.vi.clone());
                let reason = silent.unwrap_or_else(|| text(input, "reason"));
                self.push(Change::OutcomeSet { outcome: *outcome, reason });
            }
            Verb::Issue(document) => self.issue(document)?,
            Verb::Deliver => self.push(Change::Delivered {
                how: text(input, "how"),
                to: text(input, "to"),
                document_shown: text(input, "document_shown"),
            }),
            Verb::Record(into) => self.record(into, input)?,
            Verb::Amend(into) => self.amend(into, input)?,
            Verb::File(evidence) => self.keep_artefact(evidence, input)?,
            Verb::Appoint(role) => self.appoint(role, input)?,
            Verb::Dismiss(role) => self.dismiss(role, input)?,
            Verb::Effect(effect) => self.push(Change::EffectQueued { effect: effect.clone() }),
            Verb::AskDuty => self.ask_duty(input)?,
            Verb::Settle => self.settle(input)?,
            Verb::Refund => self.refund(input)?,
            Verb::Waive => self.waive(input)?,
            Verb::Extend(clock) => self.extend(clock, input)?,
            Verb::Prolong(clock) => self.prolong(clock, input)?,
            Verb::DraftApology => self.draft_apology()?,
            Verb::OpenMember => self.open_member(input)?,
            Verb::EndMember => self.end_member(input)?,
            Verb::Conclude => self.conclude()?,
        }
        Ok(())
    }

    fn due(&self, span: &Span) -> Result<Instant, Refusal> {
        self.cx.calendar.due(self.cx.now, *span).map_err(Into::into)
    }

    fn start_clock(&mut self, clock: &str) -> Result<(), Refusal> {
        let span = self.d.clock_span_for(clock, &self.scratch.answers, self.scratch.channel);
        let span = span.ok_or_else(|| undeclared("clock", clock))?;
        let due = self.due(&span)?;
        let warn = self.warn(clock, due)?;
        self.push(Change::ClockStarted { clock: clock.into(), span, due, warn });
        // A set that was received opens its members.
        if clock == "processing" && !self.d.set.is_empty() {
            self.push(Change::EffectQueued { effect: "set".into() });
        }
        Ok(())
    }

    fn stop_clock(&mut self, clock: &str) {
        let Some(c) = self.scratch.clocks.get(clock) else { return };
        if c.run != ClockRun::Stopped {
            let in_time = match c.run {
                ClockRun::Suspended => c.left_s.is_none_or(|s| s >= 0),
                _ => self.cx.now <= c.due,
            };
            self.push(Change::ClockStopped { clock: clock.into(), in_time });
        }
    }

    fn suspend(&mut self, clock: &str) -> Result<(), Refusal> {
        if let Some(c) = self.scratch.clocks.get(clock).filter(|c| c.run == ClockRun::Running) {
            let left = self.cx.calendar.working_seconds(self.cx.now, c.due)?;
            // Late by less than a second of working time, as in the evening after: late all the same.
            let left_s = if self.cx.now > c.due { left.min(-1) } else { left };
            self.push(Change::ClockSuspended { clock: clock.into(), left_s });
        }
        Ok(())
    }

    fn resume(&mut self, clock: &str) -> Result<(), Refusal> {
        let Some(c) = self.scratch.clocks.get(clock).filter(|c| c.run == ClockRun::Suspended) else { return Ok(()) };
        let in_full = self.d.clocks.get(clock).is_some_and(|d| d.restarts_in_full);
        let left = c.left_s.unwrap_or(0);
        let due = if in_full {
            self.due(&c.span)?
        } else if left == 0 {
            self.cx.now
        } else {
            // What was late when it was suspended stays late, by as much working time.
            self.cx.calendar.add_working(self.cx.now, left)?
        };
        let warn = self.warn(clock, due)?;
        self.push(Change::ClockResumed { clock: clock.into(), due, warn });
        Ok(())
    }

    fn enter_step(&mut self, to: &str) -> Result<(), Refusal> {
        let here = self.scratch.step.as_ref().map(|s| (s.code.clone(), s.due));
        let next = match to {
            "none" => None,
            "next" => self.d.step_after(here.as_ref().map(|h| h.0.as_str())),
            // A procedure without that step goes to the first one that follows the present step.
            code => self.d.step(code).or_else(|| self.d.step_after(here.as_ref().map(|h| h.0.as_str()))),
        };
        if let Some((step, due)) = here {
            self.push(Change::StepLeft { step, due });
        }
        if let Some(step) = next {
            let budget = self.d.budget_for(step, &self.scratch.answers, self.scratch.channel);
            let due = self.cx.calendar.step_due(self.cx.now, budget)?;
            let office = office_of(&self.scratch, step.office).clone();
            self.push(Change::StepEntered { step: step.code.clone(), role: step.role.clone(), office, due });
        }
        Ok(())
    }

    fn assign(&mut self, to: AssignTo, input: &Value) -> Result<(), Refusal> {
        let (to, name) = match to {
            AssignTo::Nobody => (None, String::new()),
            AssignTo::Actor => (Some(self.cx.actor.account), self.cx.actor.name.clone()),
            AssignTo::Input => {
                let asked: Option<AccountId> = input.get("assignee").and_then(Value::as_str).and_then(|t| t.parse().ok());
                let found = self.cx.colleagues.iter().find(|c| Some(c.0) == asked).ok_or_else(|| {
                    Refusal::invalid("unknown-assignee", "Chưa chọn đúng người được giao", "That colleague cannot be chosen")
                        .because(
                            Some("assignee"),
                            "Chọn một người đang giữ vị trí xử lý trong cơ quan",
                            "Choose somebody who holds a handling post in the office",
                        )
                })?;
                (Some(found.0), found.1.clone())
            }
        };
        self.push(Change::Assigned { to, name });
        Ok(())
    }

    fn ask_supplement(&mut self, input: &Value) -> Result<(), Refusal> {
        let defects: Vec<Defect> = read(input, "defects")?;
        let number = self.scratch.supplements.len() as u32 + 1;
        self.push(Change::SupplementAsked {
            number,
            defects,
            reason: text(input, "reason"),
            contact: text(input, "contact"),
        });
        Ok(())
    }

    fn take_supplement(&mut self, input: &Value) -> Result<(), Refusal> {
        let number = self.scratch.supplements.last().map_or(0, |s| s.number);
        let answers = input.get("answers").filter(|a| !a.is_null()).cloned();
        if let Some(answers) = &answers {
            crate::form_check::check_answers(self.d, answers)?;
            crate::form_sense::check_future(self.d, answers, self.cx.now)?;
        }
        let files: Vec<GivenFile> = if input.get("files").is_some() { read(input, "files")? } else { Vec::new() };
        crate::form_check::check_files(self.d, &files)?;
        let changed = answers.is_some();
        self.push(Change::SupplementGiven { number, answers, files, note: text(input, "note") });
        if changed { self.assess() } else { Ok(()) }
    }

    /// Nothing that runs or is decided moves by it: what was filed in time stays what is decided on, until a person says otherwise.
    fn take_late_supplement(&mut self, input: &Value) -> Result<(), Refusal> {
        let number = self.scratch.open_supplement().map_or(0, |s| s.number);
        let files: Vec<GivenFile> = if input.get("files").is_some() { read(input, "files")? } else { Vec::new() };
        crate::form_check::check_files(self.d, &files)?;
        let note = text(input, "note");
        if files.is_empty() && note.trim().is_empty() {
            return Err(Refusal::invalid("nothing-sent", "Chưa có giấy tờ hay ghi chú nào", "There is neither a paper nor a note")
                .because(Some("note"), "Thêm tệp hoặc ghi chú rồi gửi lại", "Add a file or a note and send again"));
        }
        self.push(Change::SupplementLate { number, files, note });
        Ok(())
    }

    fn consult(&mut self, clock: &str, input: &Value) -> Result<(), Refusal> {
        let span = self.d.clock_span(clock).ok_or_else(|| undeclared("clock", clock))?;
        let offices: Vec<kernel::id::OfficeCode> = read(input, "offices")?;
        let due = self.due(&span)?;
        let mut asked = false;
        for office in offices {
            if !self.d.consults.iter().any(|c| c.office == office) {
                return Err(Refusal::invalid(
                    "unknown-office",
                    format!("Thủ tục này không lấy ý kiến cơ quan {office}"),
                    format!("This procedure does not consult the office {office}"),
                )
                .because(Some("offices"), "Chọn cơ quan trong danh sách", "Choose an office from the list"));
            }
            if self.scratch.open_requests().any(|r| r.office == office) {
                continue; // asked already and not answered yet
            }
            let Some(request) = self.ids.next().copied() else {
                return Err(Refusal::invalid("too-many-offices", "Chọn quá nhiều cơ quan", "Too many offices chosen"));
            };
            asked = true;
            self.push(Change::OpinionAsked { request, office, question: text(input, "question"), due });
        }
        if asked {
            return Ok(());
        }
        Err(Refusal::conflict(
            "already-asked",
            "Các cơ quan này đã được hỏi và đang còn thời hạn trả lời",
            "These offices have been asked already and still have time to answer",
        ))
    }

    fn give_opinion(&mut self, input: &Value) -> Result<(), Refusal> {
        let office = self.cx.actor.office.as_ref();
        let request = self.scratch.open_requests().find(|r| Some(&r.office) == office).map(|r| r.id);
        let Some(request) = request else {
            return Err(Refusal::conflict(
                "no-open-request",
                "Không còn yêu cầu cho ý kiến nào đang mở với cơ quan của bạn",
                "No request for an opinion is open to your office",
            ));
        };
        let agrees = input.get("agrees").and_then(Value::as_bool).unwrap_or(false);
        self.push(Change::OpinionGiven { request, agrees, text: text(input, "text") });
        Ok(())
    }

    fn tacit_consent(&mut self) -> Result<(), Refusal> {
        let past: Vec<_> = self.scratch.open_requests().filter(|r| r.due <= self.cx.now).map(|r| r.id).collect();
        if past.is_empty() {
            return Err(Refusal::conflict("not-due", "Chưa hết thời hạn cho ý kiến", "The time for opinions has not passed"));
        }
        for request in past {
            self.push(Change::OpinionTacit { request });
        }
        Ok(())
    }

    fn issue(&mut self, document: &str) -> Result<(), Refusal> {
        let code = match document {
            "result" => match self.scratch.outcome.as_ref().map(|o| o.outcome) {
                Some(Outcome::Granted) => self.d.result.granted.clone(),
                Some(Outcome::Refused) => self.d.result.refused.clone(),
                None => {
                    return Err(Refusal::conflict(
                        "no-outcome",
                        "Chưa có quyết định nên chưa thể phát hành kết quả",
                        "Nothing has been decided yet, so no result can be issued",
                    ));
                }
            },
            code => code.to_owned(),
        };
        let decl = self.d.documents.get(&code).ok_or_else(|| undeclared("document", &code))?;
        let next = self.cx.numbers.get(&decl.register).copied().ok_or_else(|| undeclared("register", &decl.register))?;
        let number = next + self.drawn(&decl.register);
        self.push(Change::DocumentIssued { document: code, number, symbol: decl.symbol.clone() });
        Ok(())
    }
}

impl Changes<'_> {
    /// Nothing ends without a paper in hand: a result, a reasoned refusal or a notice (Circular 03/2025/TT-VPCP).
    pub fn ends_well(&self) -> Result<(), Refusal> {
        self.is_truthful()?;
        let ended = self.d.state("handling", self.scratch.track("handling")).is_some_and(|s| s.terminal);
        if !ended || !self.scratch.documents.is_empty() {
            return Ok(());
        }
        Err(Refusal::conflict(
            "nothing-issued",
            "Chưa phát hành kết quả hoặc văn bản nêu lý do nên chưa thể kết thúc hồ sơ",
            "Neither a result nor a reasoned notice has been issued, so the case cannot end",
        ))
    }

    /// No code 9 without a result or a written refusal with its reason, no code 10 without a record of delivery
    /// (domain/public-services §2.3).
    fn is_truthful(&self) -> Result<(), Refusal> {
        let s = &self.scratch;
        let national = self.d.state("handling", s.track("handling")).and_then(|x| x.national);
        let issued = |document: &str| s.documents.iter().any(|d| d.document == document);
        let decided = s.outcome.as_ref().is_some_and(|o| match o.outcome {
            Outcome::Granted => issued(&self.d.result.granted),
            Outcome::Refused => !o.reason.is_empty() && issued(&self.d.result.refused),
        });
        if matches!(national, Some(9 | 10)) && !decided {
            return Err(Refusal::conflict(
                "no-result",
                "Chưa phát hành kết quả hoặc văn bản từ chối có lý do nên hồ sơ chưa thể “Đã xử lý xong”",
                "Neither the result nor a reasoned refusal has been issued, so the case is not finished",
            ));
        }
        if national == Some(10) && s.delivery.is_none() {
            return Err(Refusal::conflict(
                "no-delivery",
                "Chưa ghi nhận việc trả kết quả cho ai, bằng cách nào",
                "Nothing records to whom and how the result was returned",
            ));
        }
        Ok(())
    }

    /// How many numbers this act has drawn from a register already: each document has its own.
    fn drawn(&self, register: &str) -> u64 {
        let same = |document: &String| self.d.documents.get(document).is_some_and(|d| d.register == register);
        self.done.iter().filter(|c| matches!(c, Change::DocumentIssued { document, .. } if same(document))).count() as u64
    }
}

/// The registers an act may draw a number from, so that the edge can offer the next ones.
pub fn registers<'d>(d: &'d Definition, s: Option<&CaseState>, act: &str) -> Vec<&'d str> {
    let Some(decl) = d.acts.get(act) else { return Vec::new() };
    let mut out: Vec<&str> = Vec::new();
    let mut outcome = s.and_then(|s| s.outcome.as_ref()).map(|o| o.outcome);
    // How a set ends the act itself decides: either paper may be issued.
    let either = decl.verbs.contains(&Verb::Conclude);
    for verb in &decl.verbs {
        if let Verb::Outcome(set) = verb {
            outcome = Some(*set);
        }
        let Verb::Issue(document) = verb else { continue };
        let codes: Vec<&String> = match document.as_str() {
            "result" if either => vec![&d.result.granted, &d.result.refused],
            "result" if outcome == Some(Outcome::Refused) => vec![&d.result.refused],
            "result" => vec![&d.result.granted],
            _ => vec![document],
        };
        for decl in codes.into_iter().filter_map(|code| d.documents.get(code.as_str())) {
            if !out.contains(&decl.register.as_str()) {
                out.push(&decl.register);
            }
        }
    }
    out
}

fn text(input: &Value, key: &str) -> String {
    input.get(key).and_then(Value::as_str).map(kernel::text::clean).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(input: &Value, key: &str) -> Result<T, Refusal> {
    serde_json::from_value(input.get(key).cloned().unwrap_or(Value::Null)).map_err(|_| {
        Refusal::invalid("bad-input", "Nội dung gửi lên chưa đúng", "What was sent is not as expected").because(
            Some(key),
            format!("“{key}” thiếu hoặc sai dạng; xem mẫu kèm theo việc này"),
            format!("“{key}” is missing or malformed; see the example given with the act"),
        )
    })
}

fn undeclared(what: &str, code: &str) -> Refusal {
    Refusal::invalid(
        "definition-incomplete",
        format!("Thủ tục chưa khai báo {what} “{code}”; báo quản trị danh mục"),
        format!("The definition declares no {what} “{code}”; tell the catalogue administrator"),
    )
}
