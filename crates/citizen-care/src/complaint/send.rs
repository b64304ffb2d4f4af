//! Sending: the form read, with every fault at once, and the case filed. Only a suggestion may come without a name.

use super::{DEFINITION, Kind};
use crate::Care;
use casework::{
    DeskError, Once,
    desk::Done,
    definition::Channel,
    event::{Filing, People, Person},
};
use identity::actions::CASE_VIEW;
use kernel::{
    Actor, Instant, Refusal,
    id::{CaseCode, OfficeCode},
    party::Identifier,
};
use serde_json::{Value, json};
use std::sync::Arc;
use web::extract::FormData;

/// A form that reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    pub kind: Kind,
    pub subject: String,
    pub content: String,
    pub office: Option<String>,
    pub dossier: Option<String>,
    pub anonymous: bool,
    /// The same form sent twice has the same key.
    pub key: String,
}

/// Lengths as the definition's schema has them.
const SUBJECT: std::ops::RangeInclusive<usize> = 5..=150;
const CONTENT: std::ops::RangeInclusive<usize> = 20..=6_000;

/// `signed_in`: somebody whose name is known; without one only a suggestion is taken.
pub fn read(form: &FormData, signed_in: bool) -> Result<Sending, Refusal> {
    let mut refusal = Refusal::invalid("complaint", "Nội dung gửi còn chỗ cần sửa", "What you send needs correction");
    let kind = form.get("kind").and_then(Kind::of_code);
    if kind.is_none() {
        refusal = refusal.because(Some("kind"), "Chọn điều bạn muốn gửi", "Choose what you want to send");
    }
    let anonymous = !signed_in || form.get("anonymous") == Some("yes");
    if anonymous && kind.is_some_and(|k| k != Kind::Suggestion) {
        refusal = if signed_in {
            refusal.because(Some("anonymous"), "Phản ánh, kiến nghị cần tên người gửi để cơ quan trả lời; chỉ góp ý được gửi không nêu tên", "A complaint or petition needs a name to be answered to; only a suggestion may be sent without one")
        } else {
            refusal.because(Some("kind"), "Phản ánh, kiến nghị cần đăng nhập để cơ quan trả lời bạn; không đăng nhập thì chọn “Góp ý”", "Sign in to send a complaint or petition, so that you can be answered; without signing in choose “Suggestion”")
        };
    }
    let text = |name: &str| kernel::text::clean(form.get(name).unwrap_or_default());
    let (subject, content) = (text("subject"), text("content"));
    for (field, value, range) in [("subject", &subject, SUBJECT), ("content", &content, CONTENT)] {
        if !range.contains(&value.chars().count()) {
            let (least, most) = (range.start(), range.end());
            refusal = refusal.because(Some(field), format!("Viết từ {least} đến {most} ký tự"), format!("Write {least} to {most} characters"));
        }
    }
    let dossier = form.filled("dossier").map(|d| d.trim().to_uppercase());
    if let (Some(_), true) = (&dossier, anonymous) {
        refusal = refusal.because(Some("dossier"), "Nêu mã hồ sơ thì cần đăng nhập và nêu tên", "To name a case, sign in and give your name");
    }
    let key = form.get("key").filter(|k| k.len() == 32 && k.bytes().all(|b| b.is_ascii_hexdigit())).map(str::to_owned);
    let office = form.filled("office").map(str::to_owned);
    match (kind, refusal.reasons.is_empty()) {
        (Some(kind), true) => Ok(Sending { kind, subject, content, office, dossier, anonymous, key: key.unwrap_or_else(|| uuid::Uuid::now_v7().simple().to_string()) }),
        _ => Err(refusal),
    }
}

impl Care {
    /// Files it. The office concerned is the one chosen, or the one that decides the case that is named.
    pub async fn send_complaint(&self, actor: Option<&Actor>, sending: &Sending, now: Instant) -> Result<Done, DeskError> {
        let definition = self.desk.rules().definitions.current(DEFINITION, now.date()).cloned();
        let d = definition.ok_or_else(|| Refusal::conflict("not-in-force", "Chưa nhận phản ánh, kiến nghị ở đây", "Complaints are not taken here yet"))?;
        let mut office = sending.office.clone();
        if let (Some(code), Some(actor)) = (&sending.dossier, actor) {
            office = Some(self.own_dossier(actor, code).await?);
        }
        if office.as_ref().is_some_and(|o| self.desk.identity().offices().get(o).is_none()) {
            return Err(Refusal::invalid("office", "Không có cơ quan này", "There is no such office").because(Some("office"), "Chọn một cơ quan trong danh sách", "Choose an office from the list").into());
        }
        let named = actor.filter(|_| !sending.anonymous);
        let mut answers = json!({"kind": sending.kind.code(), "subject": sending.subject, "content": sending.content});
        let put = |answers: &mut Value, name: &str, value: Option<Value>| value.into_iter().for_each(|v| answers[name] = v);
        put(&mut answers, "office", office.map(Value::from));
        put(&mut answers, "dossier", sending.dossier.clone().map(Value::from));
        put(&mut answers, "anonymous", named.is_none().then_some(Value::Bool(true)));
        let person = match named {
            Some(actor) => self.person(actor).await?,
            None => Person { party: None, name: "Người góp ý không nêu tên".into(), identifier: None, phone: None, email: None, address: None },
        };
        let received = d.received_by.clone().unwrap_or_else(|| OfficeCode::new(""));
        let filing = Filing {
            code: CaseCode::new("-"),
            definition: d.code.clone(),
            version: d.version.clone(),
            title: sending.subject.clone(),
            channel: Channel::Online,
            people: People { applicant: person.clone(), owner: person, proxy: None, assisted_by: None },
            offices: d.offices(None, received),
            answers,
            files: Vec::new(),
            waived: Vec::new(),
            lang: None,
            set: None,
        };
        let request = json!([sending.kind.code(), sending.subject, sending.content]).to_string();
        let once = Some(Once { key: format!("complaint-{}", sending.key), request });
        let system = Arc::new(Actor::system(self.scope.province().clone()));
        self.desk.file(named.unwrap_or(&system), filing, now, once, None).await
    }

    /// The office that decides a case of the actor's own; another's case is not there.
    async fn own_dossier(&self, actor: &Actor, code: &str) -> Result<String, DeskError> {
        let unknown = || {
            Refusal::invalid("dossier", "Không có hồ sơ này", "There is no such case").because(
                Some("dossier"),
                "Không có mã hồ sơ này trong các hồ sơ của bạn; kiểm tra lại, hoặc bỏ trống và nói trong nội dung",
                "There is no such code among your cases; check it, or leave it empty and say it in your text",
            )
        };
        match self.desk.find(actor, code, CASE_VIEW).await {
            Ok(found) if found.state.is_own(actor) => Ok(found.state.offices.decides.to_string()),
            Ok(_) | Err(DeskError::Refused(_)) => Err(unknown().into()),
            Err(e) => Err(e),
        }
    }

    async fn person(&self, actor: &Actor) -> Result<Person, DeskError> {
        let account = self.desk.identity().directory().account(actor.account).await?;
        Ok(Person {
            party: actor.party,
            name: actor.name.clone(),
            identifier: actor.personal_number.as_deref().and_then(|n| Identifier::parse("personal_number", n).ok()),
            phone: account.as_ref().and_then(|a| a.phone.clone()),
            email: account.and_then(|a| a.email),
            address: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> FormData {
        FormData(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn only_a_suggestion_comes_without_a_name() {
        let said = [("subject", "Thêm ghế chờ"), ("content", "Buổi sáng rất đông, người già phải đứng lâu.")];
        let with = |kind: &'static str, more: &[(&'static str, &'static str)]| form(&[&said[..], &[("kind", kind)], more].concat());
        assert!(read(&with("suggestion", &[]), false).unwrap().anonymous);
        assert!(read(&with("suggestion", &[("anonymous", "yes")]), true).unwrap().anonymous);
        assert!(!read(&with("report", &[]), true).unwrap().anonymous);
        assert_eq!(read(&with("report", &[]), false).unwrap_err().reasons[0].field.as_deref(), Some("kind"));
        assert_eq!(read(&with("petition", &[("anonymous", "yes")]), true).unwrap_err().reasons[0].field.as_deref(), Some("anonymous"));
        let named = read(&with("suggestion", &[("dossier", "h29.161-261123-0001")]), false).unwrap_err();
        assert_eq!(named.reasons[0].field.as_deref(), Some("dossier"));
        assert_eq!(read(&with("report", &[("dossier", "h29.161-261123-0001 ")]), true).unwrap().dossier.as_deref(), Some("H29.161-261123-0001"));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let refused = read(&form(&[("subject", "a"), ("content", "ngắn")]), true).unwrap_err();
        let fields: Vec<_> = refused.reasons.iter().filter_map(|r| r.field.as_deref()).collect();
        assert_eq!(fields, ["kind", "subject", "content"]);
    }
}
