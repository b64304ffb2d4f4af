//! The data of an issued document, the same for every template: what a template does not read does no harm, and a new
//! procedure with a new template needs nothing here. What differs between procedures stands in the definition
//! (`documents.<code>.fields`).

use super::parts;
use casework::{
    CaseState, Change, Definition, Due, DueStatus, Event,
    definition::{FieldKind, Link, RecordDecl},
    registers::Entry,
    event::{By, Defect},
    state::{IssuedDocument, Supplement},
};
use identity::Offices;
use kernel::{id::OfficeCode, text::Lang};
use serde_json::{Value, json};

/// Who signs results: the holder of the step with this role.
const SIGNS: &str = "leader";
/// Fewest digits of a telephone number in what an official typed.
const PHONE_DIGITS: usize = 8;

/// A document and what was known when it was issued.
pub struct Issue<'a> {
    pub definition: &'a Definition,
    /// Right after the event that issued it.
    pub state: &'a CaseState,
    /// Up to and including that event.
    pub history: &'a [Event],
    pub document: &'a IssuedDocument,
    pub offices: &'a Offices,
    pub public_url: &'a str,
    pub demo: bool,
}

impl Issue<'_> {
    pub fn data(&self) -> Value {
        let (s, d, doc) = (self.state, self.definition, self.document);
        let agency = self.offices.letterhead(self.agency_code());
        let code = casework::verification::code(s.id, &doc.document, doc.number);
        let mut data = json!({
            "document_id": format!("{}/{}/{}", s.code, doc.document, doc.number),
            "issued_at": doc.at,
            "number": doc.number.to_string(),
            "symbol": doc.symbol,
            "demo": self.demo,
            "also": s.lang,
            "lookup_url": self.link(&code),
            "verification": {"code": code},
            "agency": agency,
            "signer": self.signer(),
            "recipients": self.recipients(),
            "dossier": self.dossier(),
            "applicant": parts::person(&s.people.applicant),
            "owner": parts::person(&s.people.owner),
            "proxy": s.people.proxy.as_ref().map(parts::person),
            "components": parts::papers(d, s),
            "copies": 1,
            "fees": self.fees(),
            "office": parts::reception(self.offices, &s.offices.received, self.public_url),
            "pick_up": self.pick_up(),
            "legal_bases": d.legal_basis.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "decision": self.decision(),
            "registered": {"place": parts::office_name(self.offices, &s.offices.decides), "date": doc.at.date().to_string()},
            "answers": s.answers,
        });
        self.add_course(&mut data);
        self.add_registers(&mut data);
        if let Some(decl) = d.documents.get(&doc.document) {
            for (path, source) in &decl.fields {
                if let Some(value) = source.value(&d.form, &s.answers) {
                    typeset::put(&mut data, path, value);
                }
            }
        }
        data
    }

    /// What the course of the case adds: a supplement that was asked, reasons, the end at the applicant's request.
    fn add_course(&self, data: &mut Value) {
        if let Some(supplement) = self.state.supplements.last() {
            let defects = supplement.defects.iter().map(|x| json!({"item": self.defect(x)})).collect();
            typeset::put(data, "defects", defects);
            typeset::put(data, "reason", json!(supplement.reason));
            typeset::put(data, "contact", self.contact(supplement));
        }
        if let Some(clock) = self.state.clocks.get("applicant") {
            typeset::put(data, "supplement", json!({"until": clock.due, "limit": clock.span.text().vi}));
        }
        if let Some(outcome) = &self.state.outcome {
            let reasons: Vec<&str> = outcome.reason.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
            typeset::put(data, "reasons", json!(reasons));
        }
        if let Some(signed) = self.state.apology.as_ref().and_then(|a| a.signed.as_ref()) {
            let reason = signed.reason.trim().trim_end_matches('.');
            typeset::put(data, "apology", json!({"was": signed.was, "until": signed.due, "reason": reason}));
        }
        typeset::put(data, "stop", self.stop());
    }

    /// The registers of the case as people read them: all entries, the last of each, and the one this document is about,
    /// which the event that issued it wrote.
    fn add_registers(&self, data: &mut Value) {
        let (s, d) = (self.state, self.definition);
        if !d.records.is_empty() {
            let list = |name: &String, decl| s.entries(name).iter().map(|e| readable(decl, e)).collect::<Vec<_>>();
            let all: Vec<(&String, Vec<Value>)> = d.records.iter().map(|(name, decl)| (name, list(name, decl))).collect();
            let latest = all.iter().filter_map(|(name, list)| Some(((*name).clone(), list.last()?.clone()))).collect();
            typeset::put(data, "latest", Value::Object(latest));
            typeset::put(data, "records", Value::Object(all.into_iter().map(|(name, list)| (name.clone(), json!(list))).collect()));
            let written = self.history.last().into_iter().flat_map(|e| &e.changes).filter_map(|c| match c {
                Change::Recorded { record, number, .. } | Change::Amended { record, number, .. } => {
                    Some((record.clone(), readable(d.records.get(record)?, s.entry(record, *number)?)))
                }
                _ => None,
            });
            typeset::put(data, "entry", Value::Object(written.collect()));
        }
        if !d.members.is_empty() {
            let names = |role: &String| s.members_of(role).iter().map(|m| m.name.as_str()).collect::<Vec<_>>();
            typeset::put(data, "members", d.members.keys().map(|role| (role.clone(), json!(names(role)))).collect::<serde_json::Map<_, _>>().into());
        }
        if !d.artefacts.is_empty() {
            let all = d.artefacts.iter().filter_map(|(kind, decl)| {
                let last = s.artefact(kind).last()?;
                Some(json!({"name": decl.name.vi, "version": last.version, "at": last.at.date().to_string(), "files": last.files.len()}))
            });
            typeset::put(data, "artefacts", all.collect());
        }
    }

    fn is_result(&self) -> bool {
        let result = &self.definition.result;
        [&result.granted, &result.refused].contains(&&self.document.document)
    }

    /// Results come from the office that decides, slips from the office of whoever issued them.
    pub fn agency_code(&self) -> &OfficeCode {
        let offices = &self.state.offices;
        if self.is_result() { &offices.decides } else { self.document.by.office.as_ref().unwrap_or(&offices.received) }
    }

    fn signed_by(&self) -> &By {
        let signs = |step: &str| self.definition.step(step).is_some_and(|s| s.role.as_str() == SIGNS);
        let left = |e: &&Event| e.changes.iter().any(|c| matches!(c, Change::StepLeft { step, .. } if signs(step)));
        self.history.iter().rev().find(left).map_or(&self.document.by, |e| &e.by)
    }

    /// Who signs: a result the leader who approved it, a slip whoever issued it (the form names its receiver).
    pub fn answers_for(&self) -> &By {
        if self.is_result() { self.signed_by() } else { &self.document.by }
    }

    fn signer(&self) -> Value {
        let title = if self.is_result() { "Lãnh đạo cơ quan" } else { "Người giải quyết hồ sơ" };
        parts::signer(self.answers_for(), title)
    }

    pub fn signed_by_in_words(&self) -> String {
        let signer = self.signer();
        let said = |field: &str| signer.get(field).and_then(Value::as_str).filter(|t| !t.is_empty());
        let title = [said("title"), said("name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        said("authority_line").into_iter().chain([title.as_str()]).collect::<Vec<_>>().join(", ")
    }

    /// What the QR code opens.
    fn link(&self, code: &str) -> String {
        match self.definition.documents.get(&self.document.document).map(|d| d.link) {
            Some(Link::Dossier) => parts::lookup_url(self.public_url, self.state.code.as_str()),
            _ => parts::verify_url(self.public_url, code),
        }
    }

    fn recipients(&self) -> Vec<String> {
        let offices = &self.state.offices;
        let mut to = vec!["Người nộp hồ sơ".to_owned()];
        if offices.received != *self.agency_code() {
            to.push(parts::office_name(self.offices, &offices.received));
        }
        to.push("Lưu: VT, hồ sơ".to_owned());
        to
    }

    fn dossier(&self) -> Value {
        let (s, d, doc) = (self.state, self.definition, self.document);
        let processing = s.clocks.get("processing");
        json!({
            "code": s.code,
            "procedure": d.name.vi,
            "procedure_code": d.code,
            "request": format!("{} ({})", d.name.vi, s.title),
            "statutory_time": d.time_for(&s.answers, s.channel).text().vi,
            "submitted": s.filed_at,
            "received": processing.map(|c| c.started),
            "promised": processing.map(|c| c.due),
            "register_book": doc.at.date().year().to_string(),
            "register_entry": doc.number.to_string(),
            "channel": s.channel.name().vi,
        })
    }

    /// What the case owes as it was assessed; a case from before that, by the rates of its day.
    fn fees(&self) -> Vec<Value> {
        let s = self.state;
        if s.dues.is_empty() {
            let fees = self.definition.fees_on(s.filed_at.date(), s.channel, &s.answers);
            return fees.iter().map(|(fee, dong)| json!({"name": fee.name.vi, "amount": dong, "status": (dong.0 == 0).then_some("miễn")})).collect();
        }
        let status = |d: &Due| match d.status {
            DueStatus::Due => None,
            DueStatus::Paid => Some("đã nộp"),
            DueStatus::Waived => Some("miễn"),
            DueStatus::Refunded => Some("đã hoàn trả"),
        };
        s.dues.iter().map(|d| json!({"name": d.name.vi, "amount": d.amount, "status": status(d)})).collect()
    }

    /// As agreed when the case was received; otherwise where it was handed in.
    fn pick_up(&self) -> Value {
        let agreed = self.history.iter().rev().find_map(|e| e.input.get("pickup")?.as_str().filter(|t| !t.trim().is_empty()));
        let online = self.state.channel == casework::definition::Channel::Online;
        match agreed {
            Some(place) => json!({"place": place}),
            None if online => json!({"place": "Cổng dịch vụ công", "method": "bản điện tử"}),
            None => json!({
                "place": parts::reception(self.offices, &self.state.offices.received, self.public_url)["name"],
                "method": "trực tiếp",
            }),
        }
    }

    /// What is wrong, under the name people know it by.
    fn defect(&self, x: &Defect) -> String {
        let d = self.definition;
        let field = x.about.trim_start_matches('/');
        let name = d.component(&x.about).map(|c| c.name.vi.clone()).or_else(|| d.form.field(field).map(|f| f.title.vi));
        name.map_or_else(|| x.what.clone(), |name| format!("{name}: {}", x.what))
    }

    /// Name and telephone as typed, each completed by what is known of the office.
    fn contact(&self, supplement: &Supplement) -> Value {
        let (name, phone) = split_contact(&supplement.contact);
        let office = supplement.by.office.as_ref().unwrap_or(&self.state.offices.received);
        let office_phone = self.offices.get(office.as_str()).map(|o| o.phone.clone());
        json!({
            "name": name.unwrap_or_else(|| supplement.by.name.clone()),
            "phone": phone.or(office_phone),
        })
    }

    /// The applicant's own last act before the end is the request to stop.
    fn stop(&self) -> Value {
        let before = self.history.split_last().map_or(&[][..], |(_, rest)| rest);
        let asked = before.iter().rev().find(|e| {
            e.by.office.is_none() && e.changes.iter().any(|c| matches!(c, Change::Moved { track, .. } if track == "handling"))
        });
        let said = asked.and_then(|e| e.input.get("reason")?.as_str()).filter(|t| !t.trim().is_empty());
        let reason = said.map_or_else(|| "theo đề nghị của người nộp hồ sơ.".to_owned(), |t| format!("theo đề nghị của người nộp hồ sơ: {}.", t.trim().trim_end_matches('.')));
        json!({"reason": reason, "at": self.document.at, "requested_at": asked.map(|e| e.at)})
    }

    /// For the decision of a procedure that has no template of its own.
    fn decision(&self) -> Value {
        let (s, d) = (self.state, self.definition);
        let owner = &s.people.owner;
        let number = owner.identifier.as_ref().map(|i| format!(", số định danh {}", i.as_str())).unwrap_or_default();
        let title = self.signed_by().title.clone().unwrap_or_default();
        let head = kernel::actor::head_of(&title).unwrap_or(title);
        let agency = parts::office_name(self.offices, &s.offices.decides);
        json!({
            "title": format!("Về việc giải quyết thủ tục “{}”", d.name.vi),
            "authority": format!("{head} {agency}").trim(),
            "bases": d.legal_basis.iter().map(ToString::to_string).chain([format!("Xét hồ sơ mã số {} và báo cáo thẩm định", s.code)]).collect::<Vec<_>>(),
            "articles": [
                format!("Chấp thuận đề nghị của {}{number} tại hồ sơ mã số {} về thủ tục “{}”.", owner.name, s.code, d.name.vi),
                "Quyết định này có hiệu lực kể từ ngày ký.",
                format!("{} và các cơ quan, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.", owner.name),
            ],
        })
    }
}

/// An entry with the titles of choices in place of their codes; dates and numbers stay what they are.
fn readable(decl: &RecordDecl, entry: &Entry) -> Value {
    let latest = entry.latest();
    let mut out: serde_json::Map<String, Value> = latest.as_object().cloned().unwrap_or_default();
    for (name, value) in &mut out {
        if decl.field(name).is_some_and(|f| matches!(f.kind, FieldKind::Choice(_))) {
            *value = Value::String(decl.said(name, latest, Lang::Vi));
        }
    }
    out.insert("number".into(), json!(entry.number));
    Value::Object(out)
}

/// `Trần Thu Hà, 028 3930 0000` is a name and a number; either may be absent.
pub fn split_contact(text: &str) -> (Option<String>, Option<String>) {
    let is_number = |t: &str| t.chars().filter(char::is_ascii_digit).count() >= PHONE_DIGITS;
    let start = text.char_indices().map(|(i, _)| i).find(|i| {
        let rest = &text[*i..];
        let run = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || " .-()+".contains(c)).len();
        rest.starts_with(|c: char| c.is_ascii_digit() || c == '+') && is_number(&rest[..run])
    });
    let (name, phone) = start.map_or((text, ""), |i| text.split_at(i));
    let clean = |t: &str| {
        let t = t.trim_matches(|c: char| c.is_whitespace() || ",;:–-(".contains(c));
        let t = ["điện thoại", "ĐT", "đt", "SĐT", "tel"].iter().fold(t, |t, w| t.strip_suffix(w).unwrap_or(t));
        let t = t.trim_matches(|c: char| c.is_whitespace() || ",;:–-(".contains(c));
        (!t.is_empty()).then(|| t.to_owned())
    };
    (clean(name), clean(phone))
}
