//! A result to take away: PDF, CSV, JSON.

use super::{by_key, sealed, tier_word};
use crate::{
    Centre,
    model::{Assessment, Enterprise, Status},
    store as tables,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Instant, text::Lang};
use scoring::{Context, Framework, Outcome, Placement};
use serde_json::{Value, json};
use web::{extract::Path, problem::PageError, visitor::Visitor};

async fn found(c: &Centre, key: &str) -> Result<(Assessment, Framework, Outcome), PageError> {
    let a = by_key(c, key).await?;
    let (Some(f), Some(o)) = (c.framework(&a).cloned(), c.outcome(&a)) else { return Err(PageError::not_found()) };
    Ok((a, f, o))
}

fn file(name: &str, kind: &'static str, body: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}

/// A cell that a spreadsheet neither splits nor runs as a formula.
pub fn csv_cell(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err() { format!("'{text}") } else { text };
    if guarded.contains([',', '"', ';']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

pub async fn csv(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let (a, f, o) = found(&c, &key).await?;
    let lang = v.lang;
    let head = [
        lang.pick("Mã", "Code"),
        lang.pick("Trụ cột", "Dimension"),
        lang.pick("Câu hỏi", "Question"),
        lang.pick("Trả lời", "Answer"),
        lang.pick("Điểm", "Points"),
        lang.pick("Tối đa", "Most"),
        lang.pick("Mức tin cậy", "Trust"),
        lang.pick("Ghi chú", "Note"),
    ];
    let mut out = String::from("\u{feff}");
    out.push_str(&head.map(csv_cell).join(","));
    out.push_str("\r\n");
    for p in f.criteria() {
        let (Some(r), answer) = (o.criterion(&p.criterion.code), a.answers.get(&p.criterion.code)) else { continue };
        let value = answer.and_then(|x| x.value.as_ref()).map_or_else(String::new, |g| match serde_json::to_value(g) {
            Ok(Value::String(code)) => p.scale.choice(&code).map_or(code, |o| o.text.get(lang).to_owned()),
            Ok(other) => other.to_string(),
            Err(_) => String::new(),
        });
        let cells = [
            p.criterion.code.clone(),
            p.dimension.name.get(lang).to_owned(),
            p.criterion.text.get(lang).to_owned(),
            value,
            r.points.to_string(),
            r.max.to_string(),
            r.tier.label(lang).to_owned(),
            answer.map_or_else(String::new, |x| x.note.clone()),
        ];
        out.push_str(&cells.iter().map(|x| csv_cell(x)).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    Ok(file(&format!("danh-gia-{}.csv", a.framework), "text/csv; charset=utf-8", out.into_bytes()))
}

pub async fn json(State(c): State<Centre>, Path(key): Path<String>) -> Result<Response, PageError> {
    let (a, f, o) = found(&c, &key).await?;
    let body = json!({
        "framework": {"code": f.framework, "version": f.version, "name": f.name},
        "stage": a.stage, "vsic": a.vsic, "status": a.status, "answers": a.answers, "checks": a.checks,
        "outcome": o,
    });
    Ok(file(&format!("danh-gia-{}.json", a.framework), "application/json", body.to_string().into_bytes()))
}

/// The data of the template `assessment-report`; an official paper is Vietnamese whoever reads the page, with English beside it for
/// who reads that. A result that was verified has the date of its verification: the same file whenever it is made.
fn data(c: &Centre, a: &Assessment, f: &Framework, o: &Outcome, e: Option<&Enterprise>) -> Value {
    let lang = Lang::Vi;
    let name = o.level_name.as_ref().map_or("", |n| n.vi.as_str());
    let level = match (o.placement, o.level) {
        (Placement::Placed, Some(n)) => format!("Mức {n}: {name}"),
        _ if name.is_empty() => "–".to_owned(),
        _ => name.to_owned(),
    };
    let cx = Context { sector: Some(a.vsic.as_str()).filter(|v| !v.is_empty()), members: &[] };
    let next = f.levels.iter().map(|l| l.level).find(|l| o.level.is_none_or(|now| *l > now));
    let gaps: Vec<Value> = next.map_or_else(Vec::new, |n| {
        scoring::explain(f, &a.answers, &cx, n)
            .gaps
            .iter()
            .flat_map(|g| {
                g.failing.iter().map(|t| {
                    let show = |d: Option<scoring::Decimal>| d.map_or_else(|| "–".to_owned(), |d| d.show(lang, 2));
                    json!({"level": format!("Mức {}: {}", g.level, g.name.vi), "condition": t.left_label.vi, "now": show(t.left), "needed": format!("{} {}", t.op.sign(), show(t.right))})
                })
            })
            .collect()
    });
    let steps: Vec<Value> = scoring::next_steps(f, &a.answers, &cx, 3)
        .iter()
        .map(|i| {
            let what = f.criterion(&i.criterion).map_or_else(|| i.criterion.clone(), |p| p.criterion.text.vi.clone());
            json!({"what": what, "to": i.to.vi, "points": format!("{} → {}", i.points_from.show(lang, 2), i.points_to.show(lang, 2))})
        })
        .collect();
    let dimensions: Vec<Value> = f
        .dimensions
        .iter()
        .filter_map(|d| {
            let r = o.dimension(&d.code)?;
            Some(json!({"name": d.name.vi, "points": format!("{} / {}", r.points.show(lang, 2), r.max.show(lang, 2)), "level": r.level.map(|l| l.to_string())}))
        })
        .collect();
    let mut notes: Vec<String> = o.contradictions.iter().map(|x| x.text.vi.clone()).chain(o.notes.iter().map(|n| n.text.vi.clone())).collect();
    if !f.is_verified() {
        notes.push("Bộ tiêu chí có phần chưa được đối chiếu với văn bản gốc.".to_owned());
    }
    if f.local_formula {
        notes.push("Công thức của địa phương, chưa phải của Bộ.".to_owned());
    }
    let line = c.catalog.line_of_business(&a.vsic).map_or_else(|| a.vsic.clone(), |l| format!("{} – {}", a.vsic, l.name.vi));
    json!({
        "agency": c.agency,
        "issued_at": kernel_time(a.verified_at.unwrap_or_else(|| c.now())),
        "enterprise": e.map(|e| json!({"name": e.profile.name, "code": e.profile.code})),
        "result": {
            "framework": f.name.vi,
            "basis": f.legal_basis.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            "level": level,
            "points": format!("{} / {}", o.score.unwrap_or(o.total).show(lang, 2), o.max.show(lang, 2)),
            "trust": tier_word(o.trust.tier.code(), lang),
            "stage": a.stage.to_uppercase(),
            "sector": line,
            "completeness": format!("{} / {}", o.completeness.answered, o.completeness.asked),
            "declared": a.status != Status::Verified,
            "verified_by": a.verified_at.and(a.consultant.as_ref()).map(|x| x.1.clone()),
        },
        "dimensions": dimensions, "gaps": gaps, "steps": steps, "notes": notes,
        "lookup_url": format!("{}/assess", c.public_url.trim_end_matches('/')),
        "demo": c.demo,
    })
}

fn kernel_time(at: Instant) -> String {
    // As the templates read instants: with the offset of the country.
    let t = at.civil();
    format!("{t:.0}+07:00")
}

pub async fn pdf(State(c): State<Centre>, v: Visitor, Path(key): Path<String>) -> Result<Response, PageError> {
    let (a, f, o) = found(&c, &key).await?;
    let e: Option<Enterprise> = match a.enterprise {
        Some(id) => tables::load(&c.scope, &id.to_string()).await.map_err(PageError::internal)?,
        None => None,
    };
    let also = Some(v.lang).filter(|l| *l == Lang::En);
    let mut data = data(&c, &a, &f, &o, e.as_ref());
    data["also"] = json!(also);
    let bytes = match c.office.as_ref().filter(|_| a.status == Status::Verified) {
        Some(office) => sealed::file(&c, office, &a, also, data).await?,
        None => sealed::unsealed(&c, data).await?,
    };
    Ok(file(&format!("danh-gia-{}.pdf", a.framework), "application/pdf", bytes))
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn a_cell_is_no_formula_and_no_two_cells() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("a,\"b\"\nc"), "\"a,\"\"b\"\" c\"");
        assert_eq!(csv_cell("-3"), "-3");
    }
}
