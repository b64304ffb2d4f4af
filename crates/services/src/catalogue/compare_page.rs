//! `/admin/procedures/{code}/compare`: what is not the same in two versions, in words.

use super::{
    Catalogue,
    compare::{Difference, compare},
    facts::Part,
    overlay,
    parts::{day, page as shell, procedure_address, table, texts},
    releases,
};
use axum::extract::State;
use casework::Definition;
use std::sync::Arc;
use web::{
    extract::{Path, Query},
    html::Html,
    kit::{self, Mood},
    problem::PageError,
    visitor::Visitor,
};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// A version, or the id of a draft.
    pub from: String,
    pub to: String,
}

/// A version of the procedure, or a draft of it.
async fn one(s: &Catalogue, code: &str, which: &str) -> Result<Arc<Definition>, PageError> {
    if let Some(d) = s.services.desk.rules().definitions.pinned(code, which) {
        return Ok(d.clone());
    }
    let Ok(id) = which.parse() else { return Err(no_version(code, which).into()) };
    let r = releases::find(s.services.desk.scope(), id).await?;
    let (d, findings) = overlay::definition_of(&s.files, &r.path, &r.text);
    d.filter(|d| d.code.as_str() == code).ok_or_else(|| {
        let why = findings.first().map(|f| f.reason.clone()).unwrap_or_default();
        kernel::Refusal::conflict(
            "draft-faulty",
            format!("Bản dự thảo còn lỗi nên chưa so sánh được: {}", why.vi),
            format!("The draft has faults and cannot be compared yet: {}", why.en),
        )
        .into()
    })
}

fn no_version(code: &str, which: &str) -> kernel::Refusal {
    kernel::Refusal::not_found(
        format!("Thủ tục {code} không có phiên bản “{which}”; chọn một phiên bản trong danh sách"),
        format!("Procedure {code} has no version “{which}”; choose one of the list"),
    )
}

pub async fn page(State(s): State<Catalogue>, v: Visitor, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let (old, new) = (one(&s, &code, &asked.from).await?, one(&s, &code, &asked.to).await?);
    let title = v.pick("So sánh hai phiên bản", "Two versions compared");
    let said = |d: &Definition| format!("{} ({} {})", d.version, v.pick("từ", "from"), day(&v, d.effective.from));
    let all = compare(&old, &new);
    let mut main = kit::heading(title, Some(&format!("{code} · {} → {}", said(&old), said(&new))));
    main.push(&kit::para(new.name.get(v.lang)));
    main.push(&differences(&v, &all, &old.version, &new.version));
    Ok(shell(&v, title, "/admin/procedures", main).back(procedure_address(&code), v.pick("Các phiên bản", "Versions")).render())
}

/// Part by part; a part without differences is named in one line at the end.
pub fn differences(v: &Visitor, all: &[Difference], old: &str, new: &str) -> Html {
    if all.is_empty() {
        return kit::inset(&Html::text(v.pick("Hai phiên bản giống nhau ở mọi phần.", "The two versions are the same in every part.")));
    }
    let mut out = kit::para(&format!("{} {}", all.len(), v.pick("điểm khác nhau.", "differences.")));
    let mut same: Vec<&str> = Vec::new();
    let names: Vec<_> = Part::ALL.iter().map(|p| (p, p.name())).collect();
    for (part, name) in &names {
        let here: Vec<&Difference> = all.iter().filter(|d| d.part == **part).collect();
        if here.is_empty() {
            same.push(name.get(v.lang));
            continue;
        }
        let rows = here.iter().map(|d| {
            let chip = match (&d.old, &d.new) {
                (None, _) => kit::chip(Mood::Good, v.pick("thêm", "added")),
                (_, None) => kit::chip(Mood::Bad, v.pick("bỏ", "left out")),
                _ => kit::chip(Mood::Warn, v.pick("đổi", "changed")),
            };
            let said = |t: &Option<kernel::Text>| Html::text(t.as_ref().map_or("–", |t| t.get(v.lang)));
            vec![Html::text(d.about.get(v.lang)), chip, said(&d.old), said(&d.new)]
        });
        let mut columns = texts(v, &[("Nội dung", "About"), ("Thay đổi", "Change")]);
        columns.extend([kit::Column::text(format!("{} {old}", v.pick("Bản", "Version"))), kit::Column::text(format!("{} {new}", v.pick("Bản", "Version")))]);
        out.push(&kit::card(&format!("{} ({})", name.get(v.lang), here.len()), &table(name.get(v.lang), columns, rows.collect(), "")));
    }
    if !same.is_empty() {
        out.push(&kit::para(&format!("{} {}.", v.pick("Không đổi:", "Unchanged:"), same.join(", "))));
    }
    out
}
