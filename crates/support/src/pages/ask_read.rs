//! The form of a request read as a request, and a request as the form holds it.

use crate::{
    Support,
    dossier::{Declaration, Dossier, LINES_MAX, Line, Request},
    rules::money,
};
use kernel::{Dong, Refusal, refusal::Reason};
use web::extract::FormData;

/// The form as a request; everything unreadable at once, each at its field.
pub fn read(s: &Support, form: &FormData) -> Result<Request, Refusal> {
    let mut request = Request { note: form.get("note").unwrap_or_default().chars().take(2_000).collect(), ..Request::default() };
    let mut reasons = Vec::new();
    request.declarations = Declaration::ALL.into_iter().filter(|d| form.all("declarations").contains(&d.code())).collect();
    for i in 0..LINES_MAX {
        if let Some(content) = form.filled(&format!("line.{i}.content")) {
            request.lines.push(line(s, form, i, content, &mut reasons));
        }
    }
    // Faults of amounts and faults of the whole are told together.
    if let Err(more) = crate::dossier::checked_request(&request, &s.rules) {
        let known = |r: &Reason| reasons.iter().any(|x: &Reason| x.field == r.field);
        let fresh: Vec<Reason> = more.reasons.into_iter().filter(|r| !known(r)).collect();
        reasons.extend(fresh);
    }
    if reasons.is_empty() {
        return Ok(request);
    }
    let mut refusal = Refusal::invalid("request-incomplete", "Có chỗ cần sửa trước khi nộp.", "Something has to be corrected before sending.");
    refusal.reasons = reasons;
    Err(refusal)
}

fn line(s: &Support, form: &FormData, i: usize, content: &str, reasons: &mut Vec<Reason>) -> Line {
    let text = |name: &str| form.get(&format!("line.{i}.{name}")).unwrap_or_default().to_owned();
    let mut money = |name: &str, needed: bool| {
        let typed = text(name);
        if typed.is_empty() && !needed {
            return None;
        }
        match money::parse(&typed, &format!("line.{i}.{name}")) {
            Ok(amount) => Some(amount),
            Err(refusal) => {
                reasons.extend(refusal.reasons);
                None
            }
        }
    };
    let value = money("value", true).unwrap_or(Dong(0));
    let requested = money("requested", true).unwrap_or(Dong(0));
    let contract_total = money("contract_total", false);
    let parts = s.rules.content(content).map(|c| c.parts.clone()).unwrap_or_default();
    let parts = parts.into_iter().filter_map(|p| money(&format!("part_{p}"), false).map(|d| (p, d))).collect();
    Line {
        content: content.to_owned(),
        about: text("about"),
        supplier: text("supplier"),
        solution: text("solution").parse().ok(),
        consultant: text("consultant").parse().ok(),
        contract: text("contract"),
        contract_total,
        value,
        requested,
        parts,
        month: Some(text("month")).filter(|m| !m.is_empty()),
        months: match text("months").as_str() {
            "" => 1,
            typed => typed.parse().unwrap_or(u32::MAX),
        },
        own_share_proof: text("own_share_proof"),
    }
}

/// The dossier's answers as the form holds them.
pub fn filled(d: &Dossier) -> FormData {
    let mut out = FormData(vec![("id".into(), d.id.to_string()), ("note".into(), d.request.note.clone())]);
    out.0.extend(d.request.declarations.iter().map(|x| ("declarations".to_owned(), x.code().to_owned())));
    for (i, l) in d.request.lines.iter().enumerate() {
        let mut put = |name: &str, value: String| out.0.push((format!("line.{i}.{name}"), value));
        let plain = |d: Dong| d.to_string();
        put("content", l.content.clone());
        put("about", l.about.clone());
        put("supplier", l.supplier.clone());
        put("solution", l.solution.map_or_else(String::new, |x| x.to_string()));
        put("consultant", l.consultant.map_or_else(String::new, |x| x.to_string()));
        put("contract", l.contract.clone());
        put("contract_total", l.contract_total.map_or_else(String::new, plain));
        put("value", plain(l.value));
        put("requested", plain(l.requested));
        put("month", l.month.clone().unwrap_or_default());
        put("months", l.months.to_string());
        put("own_share_proof", l.own_share_proof.clone());
        for (code, amount) in &l.parts {
            put(&format!("part_{code}"), plain(*amount));
        }
    }
    out
}
