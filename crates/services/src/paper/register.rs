//! Form 07: the register of dossiers an office received in some days, one row for each, from the journal's own state.

use super::parts;
use casework::{CaseState, Definition, definition::Channel};
use identity::Offices;
use kernel::{Instant, id::OfficeCode, time::Date};
use serde_json::{Value, json};

pub struct Register<'a> {
    pub office: &'a OfficeCode,
    pub offices: &'a Offices,
    pub from: Date,
    pub to: Date,
    pub now: Instant,
    pub demo: bool,
}

impl Register<'_> {
    pub fn data(&self, cases: &[(&Definition, &CaseState)]) -> Value {
        json!({
            "document_id": format!("slip-07/{}/{}/{}", self.office, self.from, self.to),
            "issued_at": self.now,
            "demo": self.demo,
            "agency": self.offices.letterhead(self.office),
            "period": {"from": self.from.to_string(), "to": self.to.to_string()},
            "entries": cases.iter().map(|(d, s)| self.row(d, s)).collect::<Vec<_>>(),
            "total": cases.len().to_string(),
        })
    }

    fn row(&self, d: &Definition, s: &CaseState) -> Value {
        let processing = s.clocks.get("processing");
        let entry = s.documents.iter().find(|x| x.document == "slip_01").map(|x| x.number.to_string());
        let state = d.state("handling", s.track("handling"));
        let finished = processing.and_then(|c| c.stopped);
        let ended = finished.zip(processing.map(|c| c.due));
        let mut notes: Vec<&str> = Vec::new();
        notes.extend(ended.map(|(at, due)| if at <= due { "Đúng hạn" } else { "Quá hạn" }));
        notes.extend((s.supplements.len() > 1).then_some("Yêu cầu bổ sung nhiều lần"));
        notes.extend(s.apology.as_ref().and_then(|a| a.signed.as_ref()).map(|_| "Đã xin lỗi, hẹn lại"));
        let channel = match s.channel {
            Channel::Online => "Trực tuyến",
            Channel::Counter => "Trực tiếp",
            Channel::Post => "Bưu chính",
        };
        json!({
            "number": entry.unwrap_or_else(|| "–".to_owned()),
            "code": s.code,
            "procedure": d.name.vi,
            "owner": s.people.owner.name,
            "channel": channel,
            "received": processing.map_or(s.filed_at, |c| c.started),
            "promised": processing.map(|c| c.due),
            "decides": parts::office_name(self.offices, &s.offices.decides),
            "finished": finished,
            "returned": s.delivery.as_ref().map(|x| x.at),
            "returned_to": s.delivery.as_ref().map(|x| x.to.as_str()),
            "status": state.map_or(s.track("handling"), |x| x.name.vi.as_str()),
            "note": (!notes.is_empty()).then(|| notes.join("; ")),
        })
    }
}
