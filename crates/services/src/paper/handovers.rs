//! Form 06: one row for each hand-over, drawn from the journal.

use super::parts;
use casework::{CaseState, Change, Definition, Event, store::legal_due};
use identity::Offices;
use kernel::{Instant, calendar::Calendar, id::OfficeCode, text::Lang};
use serde_json::{Value, json};
use web::when;

pub struct ControlSlip<'a> {
    pub definition: &'a Definition,
    pub state: &'a CaseState,
    pub history: &'a [Event],
    pub offices: &'a Offices,
    /// Of the office that decides.
    pub calendar: &'a Calendar,
    pub now: Instant,
    pub public_url: &'a str,
    pub demo: bool,
}

/// A step the case was in.
struct Stay<'a> {
    step: &'a str,
    office: &'a OfficeCode,
    from: &'a str,
    to: String,
    at: Instant,
    due: Instant,
    left: Option<Instant>,
    /// Working seconds for which the statutory time was suspended meanwhile.
    waited: i64,
    notes: Vec<String>,
}

impl ControlSlip<'_> {
    pub fn data(&self) -> Value {
        let (s, d) = (self.state, self.definition);
        let processing = s.clocks.get("processing");
        let mut asked: Vec<String> = s.requests.iter().map(|r| parts::office_name(self.offices, &r.office)).collect();
        asked.dedup();
        json!({
            "document_id": format!("{}/slip-06/{}", s.code, s.version),
            "issued_at": self.now,
            "symbol": "PKS",
            "demo": self.demo,
            "lookup_url": parts::lookup_url(self.public_url, s.code.as_str()),
            "agency": self.offices.letterhead(&s.offices.received),
            "dossier": {
                "code": s.code, "procedure": d.name.vi, "procedure_code": d.code,
                "received": processing.map_or(s.filed_at, |c| c.started),
                "promised": processing.map(|c| c.due).or_else(|| legal_due(s)).unwrap_or(s.filed_at),
            },
            "applicant": parts::person(&s.people.applicant),
            "deciding_agency": parts::office_name(self.offices, &s.offices.decides),
            "coordinating_agencies": asked,
            "handovers": self.stays().iter().map(|stay| self.row(stay)).collect::<Vec<_>>(),
        })
    }

    fn stays(&self) -> Vec<Stay<'_>> {
        let mut stays: Vec<Stay<'_>> = Vec::new();
        let (mut assigned, mut suspended) = (None, None);
        for e in self.history {
            for change in &e.changes {
                match change {
                    Change::Assigned { to, name } => assigned = to.map(|_| name.as_str()),
                    Change::ClockSuspended { .. } => suspended = Some(e.at),
                    Change::ClockResumed { .. } => {
                        if let (Some(since), Some(stay)) = (suspended.take(), open(&mut stays)) {
                            stay.waited += self.calendar.working_seconds(since.max(stay.at), e.at).unwrap_or(0).max(0);
                            let span = format!("{} – {}", when::exact(since, Lang::Vi), when::exact(e.at, Lang::Vi));
                            stay.notes.push(format!("Tạm dừng tính thời gian {span}"));
                        }
                    }
                    Change::StepLeft { due, .. } => {
                        if let Some(stay) = open(&mut stays) {
                            (stay.left, stay.due, stay.to) = (Some(e.at), *due, e.by.name.clone());
                        }
                    }
                    Change::StepEntered { step, office, due, role } => stays.push(Stay {
                        step,
                        office,
                        from: &e.by.name,
                        to: assigned.filter(|_| role.as_str() == "specialist").unwrap_or_default().to_owned(),
                        at: e.at,
                        due: *due,
                        left: None,
                        waited: 0,
                        notes: Vec::new(),
                    }),
                    _ => {}
                }
            }
        }
        if let (Some(since), Some(stay)) = (suspended, open(&mut stays)) {
            stay.notes.push(format!("Đang tạm dừng tính thời gian từ {}", when::exact(since, Lang::Vi)));
        }
        stays
    }

    fn row(&self, stay: &Stay<'_>) -> Value {
        let due = match stay.waited {
            1.. => self.calendar.add_working(stay.due, stay.waited).unwrap_or(stay.due),
            _ => stay.due,
        };
        let status = match stay.left {
            None => "open",
            Some(left) if left > due => "late",
            Some(left) if left.date() == due.date() => "on_time",
            Some(_) => "early",
        };
        let mut notes = stay.notes.clone();
        if let Some(left) = stay.left.filter(|left| *left > due) {
            let late = self.calendar.working_seconds(due, left).unwrap_or(0);
            notes.push(format!("Chậm {} làm việc", when::working(late, Lang::Vi)));
        }
        json!({
            "unit": parts::office_name(self.offices, stay.office),
            "step": self.definition.step(stay.step).map_or(stay.step, |x| x.name.vi.as_str()),
            "from": stay.from,
            "to": stay.to,
            "at": stay.at,
            "due": due,
            "status": status,
            "note": notes.join(". "),
        })
    }
}

fn open<'s, 'a>(stays: &'s mut [Stay<'a>]) -> Option<&'s mut Stay<'a>> {
    stays.last_mut().filter(|stay| stay.left.is_none())
}
